import { useStore } from '@xyflow/react'
import { useEffect, useRef, useState } from 'react'
import { onThemeChange } from '@/lib/theme'
import { hue } from './colours'
import { type Flow, type FlowNode, isSolid } from './flow'
import { paintCards, palette, sizeFor } from './paint'

/** Below this, cards cannot be read: one picture is drawn instead of thousands of elements. */
export const OVERVIEW_BELOW = 0.3

/** The whole drawing on one canvas element. Hit testing is the stage's: see `nodeAt`. */
export function Overview({ flow }: { flow: Flow }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const transform = useStore((state) => state.transform)
  const width = useStore((state) => state.width)
  const height = useStore((state) => state.height)
  const [, repaint] = useState(0)
  useEffect(() => onThemeChange(() => repaint((count) => count + 1)), [])
  useEffect(() => {
    const element = canvas.current
    const pen = element?.getContext('2d')
    if (!element || !pen || !width || !height) return
    const dense = sizeFor(element, { width, height })
    draw(pen, flow, transform, { width, height, dense })
  })
  return (
    <canvas
      ref={canvas}
      className="pointer-events-none absolute inset-0 size-full"
      aria-hidden
      data-testid="overview"
    />
  )
}

/** The uppermost card at a place of the drawing; else a frame or a note. */
export function nodeAt(nodes: readonly FlowNode[], x: number, y: number): FlowNode | undefined {
  return nodes.findLast(
    ({ position, width = 0, height = 0 }) =>
      x >= position.x && x <= position.x + width && y >= position.y && y <= position.y + height,
  )
}

function draw(
  pen: CanvasRenderingContext2D,
  { nodes, edges }: Flow,
  [x, y, zoom]: readonly [number, number, number],
  { width, height, dense }: { width: number; height: number; dense: number },
): void {
  const colour = palette()
  pen.setTransform(dense, 0, 0, dense, 0, 0)
  pen.clearRect(0, 0, width, height)
  pen.setTransform(zoom * dense, 0, 0, zoom * dense, x * dense, y * dense)

  const frames = nodes.filter((node) => node.type === 'frame')
  for (const { data, position, width: w = 0, height: h = 0 } of frames) {
    pen.fillStyle = colour(hue(data.group.color))
    pen.globalAlpha = 0.1
    pen.fillRect(position.x, position.y, w, h)
    pen.globalAlpha = 1
    pen.fillStyle = colour('--muted')
    const size = Math.min(13 / zoom, h / 2)
    pen.font = `500 ${size}px Inter Variable, sans-serif`
    pen.fillText(data.group.name || data.group.id, position.x + 8, position.y - 4, w)
  }
  const at = new Map(nodes.map((node) => [node.id, node]))
  const lines = new Path2D()
  for (const edge of edges) {
    const a = at.get(edge.source)
    const b = at.get(edge.target)
    if (!a || !b) continue
    lines.moveTo(a.position.x + (a.width ?? 0), a.position.y + (a.height ?? 0) / 2)
    lines.lineTo(b.position.x, b.position.y + (b.height ?? 0) / 2)
  }
  pen.strokeStyle = colour('--line-strong')
  pen.lineWidth = 1 / zoom
  pen.stroke(lines)

  paintCards(pen, nodes, colour)
  const chosen = new Path2D()
  const broken = new Path2D()
  for (const node of nodes) {
    if (!isSolid(node)) continue
    const { position, width: w = 0, height: h = 0 } = node
    if (node.selected) chosen.rect(position.x, position.y, w, h)
    if (node.type !== 'note' && node.data.errors > 0) broken.rect(position.x, position.y, w, h)
  }
  pen.lineWidth = 2 / zoom
  pen.strokeStyle = colour('--error')
  pen.stroke(broken)
  pen.lineWidth = 3 / zoom
  pen.strokeStyle = colour('--accent')
  pen.stroke(chosen)
}
