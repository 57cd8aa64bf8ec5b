/** What a comparison adds to the drawing: what is gone, where things were, and a list to go through. */

import { type Box, boundsOf, cardAt, freeSpot } from '@/document/layout'
import {
  CARD,
  type DataModel,
  edgeKey,
  type ModelEdge,
  type ModelNode,
  type NodeId,
  type Point,
} from '@/document/model'
import type { Comparison } from '@/ui/drawing/differences'
import type { Different } from '@/ui/drawing/looks'

export interface Past {
  marks: ReadonlyMap<NodeId, Different>
  /** Nodes that are gone, and where they are shown. */
  gone: readonly { node: ModelNode; at: Point }[]
  goneEdges: readonly ModelEdge[]
  newEdges: ReadonlySet<string>
  /** Where nodes were that stand elsewhere now. */
  from: ReadonlyMap<NodeId, Point>
}

/** One thing that differs: `id` is that of the node or line on the canvas. */
export interface Difference {
  id: string
  state: Different
  /** What it is called; both ends of a line. */
  names: readonly [string] | readonly [string, string]
  /** The node to select, or the line; none when it is gone. */
  node: NodeId | null
  edge: string | null
  box: Box
}

export const ghostId = (id: NodeId) => `ghost:${id}`
export const traceId = (id: NodeId) => `trace:${id}`

/** What was, beside what is. `at` tells where a node of the model stands now. */
export function pastOf(
  before: DataModel | null,
  model: DataModel,
  { nodes, edges }: Comparison,
  at: (node: ModelNode) => Point,
): Past {
  const was = new Map(before?.nodes.map((node) => [node.id, node]))
  const is = new Map(model.nodes.map((node) => [node.id, node]))
  const from = new Map<NodeId, Point>()
  for (const id of nodes.moved) {
    const old = was.get(id)?.position
    // A node that got its first place did not move.
    if (old && is.get(id)?.position) from.set(id, old)
  }
  const marks = new Map<NodeId, Different>([
    ...[...from.keys()].map((id) => [id, 'moved'] as const),
    ...nodes.changed.map(({ id }) => [id, 'changed'] as const),
    ...nodes.added.map((id) => [id, 'added'] as const),
  ])
  const taken = [...model.nodes.map((node) => cardAt(at(node))), ...model.drawing.notes]
  const bottom = boundsOf(taken)
  const gone = nodes.removed.flatMap((id) => {
    const node = was.get(id)
    if (!node) return []
    const wished = node.position ?? {
      x: bottom?.x ?? 0,
      y: (bottom?.y ?? 0) + (bottom?.height ?? 0) + CARD.height,
    }
    const free = freeSpot(wished, taken)
    taken.push(cardAt(free))
    return [{ node, at: free }]
  })
  return {
    marks,
    gone,
    goneEdges: edges.removed,
    newEdges: new Set(edges.added.map(edgeKey)),
    from,
  }
}

/** Everything that differs, in the order of reading. */
export function listOf(past: Past, model: DataModel, at: (node: ModelNode) => Point): Difference[] {
  const boxes = new Map<NodeId, Box>()
  const names = new Map<NodeId, string>()
  const found: Difference[] = []
  for (const { node, at: there } of past.gone) {
    boxes.set(node.id, cardAt(there))
    names.set(node.id, node.name || node.id)
  }
  for (const node of model.nodes) {
    boxes.set(node.id, cardAt(at(node)))
    names.set(node.id, node.name || node.id)
  }
  const nameOf = (id: NodeId) => names.get(id) ?? id
  for (const { node, at: there } of past.gone)
    found.push({
      id: ghostId(node.id),
      state: 'removed',
      names: [nameOf(node.id)],
      node: null,
      edge: null,
      box: cardAt(there),
    })
  for (const [id, state] of past.marks) {
    const box = boxes.get(id)
    if (box) found.push({ id, state, names: [nameOf(id)], node: id, edge: null, box })
  }
  const line = (edge: ModelEdge, state: 'added' | 'removed') => {
    const box = boundsOf([edge.source, edge.target].flatMap((id) => boxes.get(id) ?? []))
    const key = edgeKey(edge)
    if (box)
      found.push({
        id: key,
        state,
        names: [nameOf(edge.source), nameOf(edge.target)],
        node: null,
        edge: state === 'added' ? key : null,
        box,
      })
  }
  for (const edge of model.edges) if (past.newEdges.has(edgeKey(edge))) line(edge, 'added')
  for (const edge of past.goneEdges) line(edge, 'removed')
  return found.sort(
    (one, other) =>
      one.box.x - other.box.x ||
      one.names.length - other.names.length ||
      one.box.y - other.box.y ||
      one.id.localeCompare(other.id),
  )
}
