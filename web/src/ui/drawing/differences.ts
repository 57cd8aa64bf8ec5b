/** How two versions of a model differ: the server's `compare_models`, for a model that is edited. */

import type { ComparedReply } from '@/api/schema.gen'
import { type DataModel, edgeKey, type ModelEdge, type ModelNode } from '@/document/model'

/** In the words of the server's answer. The cases beside this file hold for both. */
export type Comparison = Pick<ComparedReply, 'nodes' | 'edges'>

const NONE: Pick<DataModel, 'nodes' | 'edges'> = { nodes: [], edges: [] }

/** Ids and edges in the order of the model they stand in; null stands for no model at all. */
export function differences(
  before: Pick<DataModel, 'nodes' | 'edges'> | null,
  after: Pick<DataModel, 'nodes' | 'edges'> | null,
): Comparison {
  const old = before ?? NONE
  const now = after ?? NONE
  const was = new Map(old.nodes.map((node) => [node.id, node]))
  const is = new Set(now.nodes.map((node) => node.id))
  const nodes: Comparison['nodes'] = {
    added: [],
    removed: old.nodes.flatMap(({ id }) => (is.has(id) ? [] : [id])),
    changed: [],
    moved: [],
  }
  for (const node of now.nodes) {
    const twin = was.get(node.id)
    if (!twin) nodes.added.push(node.id)
    else if (twin !== node) {
      const properties = differing(twin, node)
      if (properties.length) nodes.changed.push({ id: node.id, properties })
      if (!same(twin.position, node.position)) nodes.moved.push(node.id)
    }
  }
  return {
    nodes,
    edges: { added: without(now.edges, old.edges), removed: without(old.edges, now.edges) },
  }
}

/** The fields and properties of a node that differ; its place is none of them. */
function differing(was: ModelNode, now: ModelNode): string[] {
  const fields = (['type', 'name', 'description', 'enabled'] as const).filter(
    (name) => was[name] !== now[name],
  )
  const keys = new Set([...Object.keys(was.properties), ...Object.keys(now.properties)])
  return [
    ...fields,
    ...[...keys]
      .filter((key) => !same(was.properties[key], now.properties[key]))
      .map((key) => `properties.${key}`),
  ]
}

/** Equality of JSON values, whatever the order of keys. */
function same(one: unknown, other: unknown): boolean {
  if (one === other) return true
  if (typeof one !== 'object' || typeof other !== 'object' || !one || !other) return false
  if (Array.isArray(one) !== Array.isArray(other)) return false
  const a = Object.entries(one)
  const b = other as Record<string, unknown>
  return a.length === Object.keys(b).length && a.every(([key, value]) => same(value, b[key]))
}

/** As a difference of bags: an edge that stands there twice can go once. */
function without(edges: readonly ModelEdge[], others: readonly ModelEdge[]): ModelEdge[] {
  const left = new Map<string, number>()
  for (const edge of others) left.set(edgeKey(edge), (left.get(edgeKey(edge)) ?? 0) + 1)
  return edges.filter((edge) => {
    const count = left.get(edgeKey(edge)) ?? 0
    left.set(edgeKey(edge), count - 1)
    return count <= 0
  })
}
