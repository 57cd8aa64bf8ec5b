/** The ways that lines take: curves ahead, steps around cards back, stubs for what is far away. */

import { type EdgeProps, getBezierPath, getSmoothStepPath, Position } from '@xyflow/react'
import type { Box } from '@/document/layout'
import { CARD } from '@/document/model'

export type Ends = Pick<
  EdgeProps,
  'sourceX' | 'sourceY' | 'targetX' | 'targetY' | 'sourcePosition' | 'targetPosition'
>
export type Way = [path: string, x: number, y: number]

const LOANS = new Set(['uses_compute', 'contains', 'grants_on'])
/** Too far to be followed by eye across other cards; what lives where is structure, and seen longer. */
const LONG = { uses_compute: 420, other: 720 }
const STUB = 14
const AROUND = { offset: 18, borderRadius: 10 }

/** Whether an edge of this kind only lends something: compute, a place to live, permissions. */
export const isLoan = (kind: string): boolean => LOANS.has(kind)

/** The path, and the middle of it. */
export function wayOf(ends: Ends): Way {
  const [path, x, y] = leadsBack(ends)
    ? getSmoothStepPath({ ...ends, ...AROUND, centerY: passage(ends) })
    : getBezierPath(ends)
  return [path, x, y]
}

/** From side to side, and the target begins before the source ends. */
function leadsBack({ sourceX, targetX, sourcePosition, targetPosition }: Ends): boolean {
  return (
    sourcePosition === Position.Right &&
    targetPosition === Position.Left &&
    targetX - sourceX < AROUND.offset
  )
}

/** Where a line back crosses over: between the two rows, or below both when they touch. */
function passage({ sourceY, targetY }: Ends): number {
  const hasRoom = Math.abs(targetY - sourceY) > CARD.height + AROUND.offset
  return hasRoom ? (sourceY + targetY) / 2 : Math.max(sourceY, targetY) + CARD.height / 2 + 20
}

/**
 * A loan has no place of its own on a card: it goes between the sides that face each other.
 *
 * What lives where reads from left to right, like the flow; compute hangs above what it runs.
 */
export function facing(source: Box, target: Box, kind: string): Ends {
  const right = target.x - (source.x + source.width)
  const left = source.x - (target.x + target.width)
  const below = target.y - (source.y + source.height)
  const above = source.y - (target.y + target.height)
  const isTree = kind !== 'uses_compute' && right >= STUB
  const most = isTree ? right : Math.max(right, left, below, above)
  const [from, to] =
    most === right
      ? [Position.Right, Position.Left]
      : most === below
        ? [Position.Bottom, Position.Top]
        : most === above
          ? [Position.Top, Position.Bottom]
          : [Position.Left, Position.Right]
  const a = middleOf(source, from)
  const b = middleOf(target, to)
  return {
    sourceX: a.x,
    sourceY: a.y,
    targetX: b.x,
    targetY: b.y,
    sourcePosition: from,
    targetPosition: to,
  }
}

function middleOf(box: Box, side: Position) {
  const x = { [Position.Left]: 0, [Position.Right]: 1 }[side as string] ?? 0.5
  const y = { [Position.Top]: 0, [Position.Bottom]: 1 }[side as string] ?? 0.5
  return { x: box.x + x * box.width, y: box.y + y * box.height }
}

export const isLong = ({ sourceX, sourceY, targetX, targetY }: Ends, kind: string): boolean =>
  Math.abs(targetX - sourceX) + Math.abs(targetY - sourceY) >
  (kind === 'uses_compute' ? LONG.uses_compute : LONG.other)

/** The beginning and the end of a line; the rest is drawn when somebody looks at it. */
export function stubs(ends: Ends): string {
  const { sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition } = ends
  return `M${sourceX},${sourceY} ${away(sourcePosition)} M${targetX},${targetY} ${away(targetPosition)}`
}

function away(side: Position): string {
  const by = side === Position.Right || side === Position.Bottom ? STUB : -STUB
  return side === Position.Left || side === Position.Right ? `h${by}` : `v${by}`
}
