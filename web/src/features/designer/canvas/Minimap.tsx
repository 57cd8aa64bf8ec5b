import { useReactFlow, useStore } from '@xyflow/react'
import { type PointerEvent, useEffect, useMemo, useRef, useState } from 'react'
import type { Box } from '@/document/layout'
import { cn } from '@/lib/cn'
import { onThemeChange } from '@/lib/theme'
import { texts } from '@/texts'
import { type FlowNode, flowBounds, isSolid } from './flow'
import { paintCards, palette, sizeFor } from './paint'

const SIZE = { width: 168, height: 104 }
const PADDING = 6
const CORNER = { right: 12, bottom: 22 }
/** How long it stays in front of cards when the view comes to rest. */
const REST = 1200
/** Larger models are looked at as an overview, which is its own map. */
export const MINIMAP_UP_TO = 3_000

/**
 * The whole drawing in a corner, and the part of it that is seen; drag in it to go elsewhere.
 *
 * It is there when it helps: not when everything is seen anyway, and in front of cards only while
 * the view moves.
 */
export function Minimap({ nodes }: { nodes: readonly FlowNode[] }) {
  const { setCenter, getZoom } = useReactFlow()
  const [x, y, zoom] = useStore((state) => state.transform)
  const width = useStore((state) => state.width)
  const height = useStore((state) => state.height)
  const [isPointed, point] = useState(false)
  const isMoving = useMoving(`${x} ${y} ${zoom}`)
  const all = useMemo(() => flowBounds(nodes), [nodes])
  const scale = all
    ? Math.min((SIZE.width - 2 * PADDING) / all.width, (SIZE.height - 2 * PADDING) / all.height)
    : 1
  const left = all ? (SIZE.width - all.width * scale) / 2 - all.x * scale : 0
  const top = all ? (SIZE.height - all.height * scale) / 2 - all.y * scale : 0
  const seen: Box = { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom }
  const mine: Box = {
    x: seen.x + (width - SIZE.width - CORNER.right) / zoom,
    y: seen.y + (height - SIZE.height - CORNER.bottom) / zoom,
    width: SIZE.width / zoom,
    height: SIZE.height / zoom,
  }
  const coversCards = nodes.some((node) => isSolid(node) && meets(boxOf(node), mine))
  if (!all || holds(seen, all)) return null
  const isShown = isPointed || isMoving || !coversCards

  const goTo = (event: PointerEvent<HTMLDivElement>) => {
    const corner = event.currentTarget.getBoundingClientRect()
    const at = {
      x: (event.clientX - corner.x - left) / scale,
      y: (event.clientY - corner.y - top) / scale,
    }
    setCenter(at.x, at.y, { zoom: getZoom(), duration: 0 })
  }
  return (
    <div
      role="img"
      aria-label={texts.designer.canvas.minimapLabel}
      data-testid="minimap"
      data-shown={isShown}
      className={cn(
        'absolute z-5 cursor-crosshair touch-none overflow-hidden rounded-md border bg-surface transition-opacity duration-200',
        !isShown && 'pointer-events-none opacity-0',
      )}
      style={{ ...SIZE, ...CORNER }}
      onPointerEnter={() => point(true)}
      onPointerLeave={() => point(false)}
      onPointerDown={(event) => {
        event.stopPropagation()
        event.currentTarget.setPointerCapture(event.pointerId)
        goTo(event)
      }}
      onPointerMove={(event) => {
        if (event.buttons & 1) goTo(event)
      }}
    >
      <Picture nodes={nodes} scale={scale} left={left} top={top} />
      <div
        aria-hidden
        className="pointer-events-none absolute rounded-sm border border-accent"
        style={{
          left: seen.x * scale + left,
          top: seen.y * scale + top,
          width: seen.width * scale,
          height: seen.height * scale,
          boxShadow: '0 0 0 400px color-mix(in srgb, var(--page) 55%, transparent)',
        }}
      />
    </div>
  )
}

function Picture({
  nodes,
  scale,
  left,
  top,
}: {
  nodes: readonly FlowNode[]
  scale: number
  left: number
  top: number
}) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const [theme, repaint] = useState(0)
  useEffect(() => onThemeChange(() => repaint((count) => count + 1)), [])
  useEffect(() => {
    const element = canvas.current
    const pen = element?.getContext('2d')
    if (!element || !pen) return
    // Another theme has other colours.
    void theme
    const dense = sizeFor(element, SIZE)
    pen.setTransform(dense, 0, 0, dense, 0, 0)
    pen.clearRect(0, 0, SIZE.width, SIZE.height)
    pen.setTransform(scale * dense, 0, 0, scale * dense, left * dense, top * dense)
    paintCards(pen, nodes, palette())
  }, [nodes, scale, left, top, theme])
  return <canvas ref={canvas} className="absolute inset-0 size-full" aria-hidden />
}

/** Whether a value changed just now. The first value is no change. */
function useMoving(value: string): boolean {
  const [rest, settle] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => settle(value), REST)
    return () => clearTimeout(timer)
  }, [value])
  return rest !== value
}

const boxOf = ({ position, width = 0, height = 0 }: FlowNode): Box => ({
  ...position,
  width,
  height,
})

const meets = (one: Box, other: Box): boolean =>
  one.x < other.x + other.width &&
  other.x < one.x + one.width &&
  one.y < other.y + other.height &&
  other.y < one.y + one.height

const holds = (outer: Box, inner: Box): boolean =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height
