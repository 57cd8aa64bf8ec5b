/** Where things are: boxes, guides, alignment and the ways along the edges. Pure numbers. */

import { CARD, type DataModel, type Group, type ModelEdge, type NodeId, type Point } from './model'

export interface Box extends Point {
  width: number
  height: number
}

export const GRID = 8
export const snap = (value: number): number => Math.round(value / GRID) * GRID
export const cardAt = (at: Point): Box => ({ x: at.x, y: at.y, ...CARD })

/** The smallest box around boxes; null around nothing. */
export function boundsOf(boxes: Iterable<Box>): Box | null {
  let left = Number.POSITIVE_INFINITY
  let top = Number.POSITIVE_INFINITY
  let right = Number.NEGATIVE_INFINITY
  let bottom = Number.NEGATIVE_INFINITY
  for (const box of boxes) {
    left = Math.min(left, box.x)
    top = Math.min(top, box.y)
    right = Math.max(right, box.x + box.width)
    bottom = Math.max(bottom, box.y + box.height)
  }
  return left <= right ? { x: left, y: top, width: right - left, height: bottom - top } : null
}

export const FRAME = { side: 24, top: 48, bottom: 24 } as const

/** The frame around a group's members. */
export function frameAround(members: Iterable<Box>): Box | null {
  const inner = boundsOf(members)
  return (
    inner && {
      x: inner.x - FRAME.side,
      y: inner.y - FRAME.top,
      width: inner.width + 2 * FRAME.side,
      height: inner.height + FRAME.top + FRAME.bottom,
    }
  )
}

/** A line that shows what something lines up with. */
export interface Guide {
  axis: 'x' | 'y'
  at: number
  from: number
  to: number
}

/**
 * How far to move a box so that it lines up with others, and the lines that say so.
 *
 * Left, middle and right edges attract each other within `reach`, as do top, middle and bottom.
 */
export function alignTo(
  moving: Box,
  others: Iterable<Box>,
  reach = 5,
): { dx: number; dy: number; guides: Guide[] } {
  const all = [...others]
  const x = nearest('x', moving, all, reach)
  const y = nearest('y', moving, all, reach)
  const moved = { ...moving, x: moving.x + (x?.by ?? 0), y: moving.y + (y?.by ?? 0) }
  const guides: Guide[] = []
  if (x) guides.push(guideAt('x', x.at, moved, all))
  if (y) guides.push(guideAt('y', y.at, moved, all))
  return { dx: x?.by ?? 0, dy: y?.by ?? 0, guides }
}

const lines = (axis: 'x' | 'y', box: Box): [number, number, number] => {
  const size = axis === 'x' ? box.width : box.height
  return [box[axis], box[axis] + size / 2, box[axis] + size]
}

function nearest(axis: 'x' | 'y', moving: Box, others: readonly Box[], reach: number) {
  let best: { by: number; at: number } | null = null
  const mine = lines(axis, moving)
  for (const other of others) {
    const theirs = lines(axis, other)
    for (let index = 0; index < 3; index += 1) {
      const at = theirs[index] as number
      const by = at - (mine[index] as number)
      if (Math.abs(by) <= reach && (!best || Math.abs(by) < Math.abs(best.by))) best = { by, at }
    }
  }
  return best
}

function guideAt(axis: 'x' | 'y', at: number, moving: Box, others: readonly Box[]): Guide {
  const across = axis === 'x' ? 'y' : 'x'
  const size = axis === 'x' ? 'height' : 'width'
  const near = [moving, ...others].filter((box) =>
    lines(axis, box).some((line) => Math.abs(line - at) < 0.01),
  )
  return {
    axis,
    at,
    from: Math.min(...near.map((box) => box[across])),
    to: Math.max(...near.map((box) => box[across] + box[size])),
  }
}

export type Alignment = 'left' | 'center' | 'right' | 'top' | 'middle' | 'bottom'

/** New corners of cards that stand on one line. */
export function aligned(at: ReadonlyMap<NodeId, Point>, how: Alignment): Record<NodeId, Point> {
  const points = [...at.values()]
  const xs = points.map((point) => point.x)
  const ys = points.map((point) => point.y)
  const low = { x: Math.min(...xs), y: Math.min(...ys) }
  const high = { x: Math.max(...xs), y: Math.max(...ys) }
  const to: Record<Alignment, Partial<Point>> = {
    left: { x: low.x },
    center: { x: snap((low.x + high.x) / 2) },
    right: { x: high.x },
    top: { y: low.y },
    middle: { y: snap((low.y + high.y) / 2) },
    bottom: { y: high.y },
  }
  return Object.fromEntries([...at].map(([id, point]) => [id, { ...point, ...to[how] }]))
}

/** New corners with equal steps between the first card and the last. */
export function distributed(
  at: ReadonlyMap<NodeId, Point>,
  axis: 'x' | 'y',
): Record<NodeId, Point> {
  const order = [...at].sort((one, other) => one[1][axis] - other[1][axis])
  const first = order[0]?.[1][axis] ?? 0
  const last = order.at(-1)?.[1][axis] ?? 0
  const step = order.length > 1 ? (last - first) / (order.length - 1) : 0
  return Object.fromEntries(
    order.map(([id, point], index) => [id, { ...point, [axis]: Math.round(first + index * step) }]),
  )
}

/** A corner near the wished one where a card covers no other. */
export function freeSpot(
  wished: Point,
  taken: Iterable<Box>,
  step = CARD.height + 4 * GRID,
): Point {
  const boxes = [...taken]
  const spot = { x: snap(wished.x), y: snap(wished.y) }
  const isFree = (at: Point) =>
    boxes.every(
      (box) =>
        at.x + CARD.width <= box.x ||
        box.x + box.width <= at.x ||
        at.y + CARD.height <= box.y ||
        box.y + box.height <= at.y,
    )
  for (let round = 0; round < 200; round += 1) {
    const down = { x: spot.x, y: spot.y + snap(round * step) }
    if (isFree(down)) return down
  }
  return spot
}

/** Everything before (or behind) some nodes along the edges, without themselves. */
export function reach(
  edges: readonly ModelEdge[],
  from: Iterable<NodeId>,
  way: 'upstream' | 'downstream',
): Set<NodeId> {
  const next = new Map<NodeId, NodeId[]>()
  for (const edge of edges) {
    const [here, there] =
      way === 'downstream' ? [edge.source, edge.target] : [edge.target, edge.source]
    const list = next.get(here)
    if (list) list.push(there)
    else next.set(here, [there])
  }
  const start = new Set(from)
  const found = new Set<NodeId>()
  const waiting = [...start]
  while (waiting.length) {
    const node = waiting.pop() as NodeId
    for (const other of next.get(node) ?? [])
      if (!found.has(other)) {
        found.add(other)
        waiting.push(other)
      }
  }
  for (const id of start) found.delete(id)
  return found
}

/** Nodes in the order of reading: along the flow, then from top to bottom. */
export function readingOrder(
  model: DataModel,
  waves: readonly (readonly NodeId[])[],
  at: (id: NodeId) => Point,
): NodeId[] {
  const wave = new Map<NodeId, number>()
  for (const [index, ids] of waves.entries()) for (const id of ids) wave.set(id, index)
  return model.nodes
    .map((node) => node.id)
    .sort((one, other) => {
      const a = at(one)
      const b = at(other)
      const column = (wave.get(one) ?? a.x / 280) - (wave.get(other) ?? b.x / 280)
      return column || a.y - b.y || a.x - b.x
    })
}

/** The group of each node that is in one. */
export function groupOf(groups: readonly Group[]): Map<NodeId, Group> {
  const found = new Map<NodeId, Group>()
  for (const group of groups) for (const id of group.nodes) if (!found.has(id)) found.set(id, group)
  return found
}
