import { useReactFlow, useStore } from '@xyflow/react'
import { useEffect, useRef } from 'react'
import { type Box, boundsOf } from '@/document/layout'
import type { FlowNode } from './flow'
import { isStill } from './motion'

const MARGIN = 24

interface Seen {
  width: number
  height: number
}

/** When a panel takes a part of the canvas away, what is selected moves along into what is left. */
export function useKeepSeen(nodes: readonly FlowNode[]): void {
  const flow = useReactFlow()
  const width = useStore((state) => state.width)
  const height = useStore((state) => state.height)
  const before = useRef<Seen>({ width, height })
  const chosen = useRef<Box | null>(null)
  useEffect(() => {
    chosen.current = boundsOf(
      nodes
        .filter((node) => node.selected)
        .map((node) => ({ ...node.position, width: node.width ?? 0, height: node.height ?? 0 })),
    )
  }, [nodes])
  useEffect(() => {
    const old = before.current
    before.current = { width, height }
    const box = chosen.current
    if (!box || !old.width || (width >= old.width && height >= old.height)) return
    const { x, y, zoom } = flow.getViewport()
    const shown = {
      x: box.x * zoom + x,
      y: box.y * zoom + y,
      width: box.width * zoom,
      height: box.height * zoom,
    }
    if (!fits(shown, old) || fits(shown, { width, height })) return
    const dx = pull(shown.x, shown.width, width)
    const dy = pull(shown.y, shown.height, height)
    flow.setViewport({ x: x + dx, y: y + dy, zoom }, { duration: isStill() ? 0 : 180 })
  }, [flow, width, height])
}

const fits = (box: Box, { width, height }: Seen): boolean =>
  box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height

/** How far to move so that the end is seen, but never so far that the beginning is not. */
function pull(start: number, size: number, room: number): number {
  const over = start + size + MARGIN - room
  return over > 0 ? -Math.min(over, Math.max(0, start - MARGIN)) : 0
}
