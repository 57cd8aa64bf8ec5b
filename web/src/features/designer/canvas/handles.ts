/** Where the handles of a card are: React Flow must know it before anything is painted. */

import { type NodeHandle, Position } from '@xyflow/react'
import type { NodeType, Port } from '@/document/connections'
import { CARD } from '@/document/model'

export const HANDLE = 10

export interface Handle {
  id: string
  type: 'source' | 'target'
  port: Port | null
  position: Position
  /** Pixels from the card's upper left corner to the middle of the handle. */
  x: number
  y: number
}

const BESIDE = new Set(['dataset', 'control', 'trigger'])
/** The same height on every card, so that a chain of cards in one row has straight lines. */
const ROW = { flow: CARD.height / 2, order: CARD.height - 10 }
const rowOf = (port: Port) =>
  port.kind === 'control' && port.outcome !== 'true' ? ROW.order : ROW.flow

export const outHandle = (port: string) => `out:${port}`
export const inHandle = (port: string) => `in:${port}`
/** For edges that the node type does not allow: they are drawn, and the problems say so. */
export const STRAY_OUT = 'out:*'
export const STRAY_IN = 'in:*'

const known = new WeakMap<NodeType, readonly Handle[]>()
const STRAYS: readonly Handle[] = [
  { id: STRAY_IN, type: 'target', port: null, position: Position.Left, x: 0, y: ROW.flow },
  {
    id: STRAY_OUT,
    type: 'source',
    port: null,
    position: Position.Right,
    x: CARD.width,
    y: ROW.flow,
  },
]

/** The handles of a type: rows and order at the sides, what only lends itself above and below. */
export function handlesOf(type: NodeType | undefined): readonly Handle[] {
  if (!type) return STRAYS
  const found = known.get(type)
  if (found) return found
  const made = [...side(type.inputs, 'target'), ...side(type.outputs, 'source'), ...STRAYS]
  known.set(type, made)
  return made
}

function side(ports: readonly Port[], type: 'source' | 'target'): Handle[] {
  const beside = ports.filter((port) => BESIDE.has(port.kind))
  const across = ports.filter((port) => !BESIDE.has(port.kind))
  const id = type === 'source' ? outHandle : inHandle
  return [
    ...beside.map((port) => ({
      id: id(port.name),
      type,
      port,
      position: type === 'source' ? Position.Right : Position.Left,
      x: type === 'source' ? CARD.width : 0,
      y: rowOf(port),
    })),
    ...across.map((port, index) => ({
      id: id(port.name),
      type,
      port,
      position: type === 'source' ? Position.Bottom : Position.Top,
      x: Math.round((CARD.width * (index + 1)) / (across.length + 1)),
      y: type === 'source' ? CARD.height : 0,
    })),
  ]
}

/** Above or below the card. */
export const isAcross = ({ position }: Handle): boolean =>
  position === Position.Top || position === Position.Bottom

/** The same for React Flow. */
export const flowHandles = (handles: readonly Handle[]): NodeHandle[] =>
  handles.map(({ id, type, position, x, y }) => ({
    id,
    type,
    position,
    x: x - HANDLE / 2,
    y: y - HANDLE / 2,
    width: HANDLE,
    height: HANDLE,
  }))
