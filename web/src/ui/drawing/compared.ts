/** Two versions of a model as one drawing: what each node and line became, and where it is shown. */

import {
  CARD,
  type DataModel,
  edgeKey,
  type ModelEdge,
  type ModelNode,
  type Point,
} from '@/document/model'
import type { Comparison } from './differences'

export type NodeState = 'added' | 'removed' | 'changed' | 'moved' | 'same'
export const DIFFERENT = ['added', 'removed', 'changed', 'moved'] as const

export interface ComparedNode {
  id: string
  state: NodeState
  /** As it is after, or as it was when it is gone. */
  node: ModelNode
  at: Point
  /** Where it was, when it is elsewhere now: also of a node that is `changed`. */
  from: Point | null
  /** What differs: `name`, `properties.table`. */
  differs: readonly string[]
}

export interface ComparedEdge {
  id: string
  edge: ModelEdge
  state: 'added' | 'removed' | 'same'
}

export interface Compared {
  nodes: readonly ComparedNode[]
  edges: readonly ComparedEdge[]
}

export type Arrange = (
  nodes: readonly string[],
  edges: readonly (readonly [string, string])[],
) => Record<string, Point>

/**
 * @param arrange Places everything, when one of the nodes has no place of its own.
 */
export function comparedDrawing(
  before: DataModel | null,
  after: DataModel | null,
  comparison: Comparison,
  arrange: Arrange,
): Compared {
  const was = new Map(before?.nodes.map((node) => [node.id, node]))
  const changed = new Map(comparison.nodes.changed.map((one) => [one.id, one.properties]))
  const added = new Set(comparison.nodes.added)
  const moved = new Set(comparison.nodes.moved)
  const removed = comparison.nodes.removed.flatMap((id) => was.get(id) ?? [])
  const all = [...(after?.nodes ?? []), ...removed]
  const gone = new Set(removed.map((node) => node.id))

  const lines = comparedEdges(after?.edges ?? [], comparison)
  const isPlaced = all.every((node) => node.position !== null)
  const places = isPlaced
    ? null
    : arrange(
        all.map((node) => node.id),
        lines.map(({ edge }) => [edge.source, edge.target] as const),
      )
  const nodes = all.map((node): ComparedNode => {
    const at = places?.[node.id] ?? node.position ?? { x: 0, y: 0 }
    return {
      id: node.id,
      node,
      at,
      from: isPlaced && moved.has(node.id) ? (was.get(node.id)?.position ?? null) : null,
      differs: changed.get(node.id) ?? [],
      state: gone.has(node.id)
        ? 'removed'
        : added.has(node.id)
          ? 'added'
          : changed.has(node.id)
            ? 'changed'
            : moved.has(node.id)
              ? 'moved'
              : 'same',
    }
  })
  const known = new Set(nodes.map((one) => one.id))
  // A line to a node that is nowhere cannot be drawn; the words still tell of it.
  const drawn = lines.filter(({ edge }) => known.has(edge.source) && known.has(edge.target))
  return { nodes, edges: drawn }
}

function comparedEdges(after: readonly ModelEdge[], { edges }: Comparison): ComparedEdge[] {
  const added = new Set(edges.added.map(edgeKey))
  const found = new Map<string, ComparedEdge>()
  for (const edge of after) {
    const id = edgeKey(edge)
    found.set(id, { id, edge, state: added.has(id) ? 'added' : 'same' })
  }
  for (const edge of edges.removed) {
    const id = edgeKey(edge)
    if (!found.has(id)) found.set(id, { id, edge, state: 'removed' })
  }
  return [...found.values()]
}

/** Those of a state, in reading order: what the legend walks through. */
export function nodesIn(drawing: Compared, state: NodeState): ComparedNode[] {
  return drawing.nodes
    .filter((one) => one.state === state || (state === 'moved' && one.from !== null))
    .sort((a, b) => a.at.x - b.at.x || a.at.y - b.at.y || a.id.localeCompare(b.id))
}

/** The ids of each kind of difference. */
export const idsByState = (drawing: Compared): Record<(typeof DIFFERENT)[number], string[]> => ({
  added: nodesIn(drawing, 'added').map((one) => one.id),
  removed: nodesIn(drawing, 'removed').map((one) => one.id),
  changed: nodesIn(drawing, 'changed').map((one) => one.id),
  moved: nodesIn(drawing, 'moved').map((one) => one.id),
})

/** A value before and after, for each thing that differs. */
export function valuesOf(
  before: ModelNode | undefined,
  after: ModelNode | undefined,
  differs: readonly string[],
): { name: string; before: string; after: string }[] {
  return differs.map((name) => ({
    name: name.replace(/^properties\./, ''),
    before: shown(valueAt(before, name)),
    after: shown(valueAt(after, name)),
  }))
}

function valueAt(node: ModelNode | undefined, path: string): unknown {
  let value: unknown = node
  for (const part of path.split('.'))
    value =
      typeof value === 'object' && value !== null
        ? (value as Record<string, unknown>)[part]
        : undefined
  return value
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value, null, 1)
}

/** The middle of a card. */
export const middleOf = ({ at }: Pick<ComparedNode, 'at'>): Point => ({
  x: at.x + CARD.width / 2,
  y: at.y + CARD.height / 2,
})
