/** Which ends fit together: the ports and edges that the node types allow, as the server lists them. */

import { type DataModel, type EdgeKind, edgeKey, type ModelEdge, type NodeId } from './model'

export interface Port {
  name: string
  kind: string
  /** Whether more than one edge may be plugged in. */
  many: boolean
  /** `true` or `false` on the exits of a condition. */
  outcome?: string | null
}

/** What the canvas needs to know of a row of the palette. */
export interface NodeType {
  key: string
  label: string
  family: string
  icon: string
  summary: string
  inputs: readonly Port[]
  outputs: readonly Port[]
  aliases: readonly string[]
  tags: readonly string[]
  /** Kind of edge -> types it may lead to. */
  edges: Readonly<Record<string, readonly string[]>>
}

export type NodeTypes = ReadonlyMap<string, NodeType>

const EDGE_OF_PORT: Readonly<Record<string, EdgeKind>> = {
  dataset: 'data_flow',
  control: 'depends_on',
  compute: 'uses_compute',
  trigger: 'triggers',
  containment: 'contains',
  grant: 'grants_on',
  loop: 'loop_body',
}
const PORT_OF_EDGE = Object.fromEntries(
  Object.entries(EDGE_OF_PORT).map(([port, edge]) => [edge, port]),
) as Record<EdgeKind, string>

export const edgeOfPort = (kind: string): EdgeKind | undefined => EDGE_OF_PORT[kind]

/** The port that an edge leaves, or enters; undefined when the type has none of that kind. */
export function portOf(type: NodeType, side: 'inputs' | 'outputs', edge: ModelEdge) {
  const kind = PORT_OF_EDGE[edge.type]
  const fitting = type[side].filter((port) => port.kind === kind)
  if (side === 'inputs') return fitting[0]
  return fitting.find((port) => (port.outcome ?? '') === edge.outcome) ?? fitting[0]
}

/** One end of a connection that is being made; without a port, any that fits. */
export interface End {
  node: NodeId
  port?: string
}

/** Why two ends do not fit. The words are the screen's. */
export type Misfit =
  | { why: 'itself' }
  | { why: 'unknown-type'; node: NodeId }
  | { why: 'no-way-out' | 'no-way-in'; node: NodeId }
  | { why: 'kinds'; from: string; into: string }
  | { why: 'types'; kind: EdgeKind }
  | { why: 'full'; node: NodeId; kind: EdgeKind; holds: NodeId }
  | { why: 'twin' }

/** Reasons from the vaguest to the one that helps most. */
const TELLING = ['kinds', 'types', 'twin', 'full']

/**
 * The edge between two ends, or why there can be none.
 *
 * Ports are tried in the order of the node types, so data comes before order.
 */
export function connect(
  model: DataModel,
  types: NodeTypes,
  source: End,
  target: End,
): { edge: ModelEdge } | { misfit: Misfit } {
  if (source.node === target.node) return { misfit: { why: 'itself' } }
  const from = typeOf(model, types, source.node)
  const into = typeOf(model, types, target.node)
  if (!from) return { misfit: { why: 'unknown-type', node: source.node } }
  if (!into) return { misfit: { why: 'unknown-type', node: target.node } }
  const exits = from.outputs.filter((port) => !source.port || port.name === source.port)
  const entries = into.inputs.filter((port) => !target.port || port.name === target.port)
  const [exit] = exits
  if (!exit) return { misfit: { why: 'no-way-out', node: source.node } }
  const [entry] = entries
  if (!entry) return { misfit: { why: 'no-way-in', node: target.node } }

  let misfit: Misfit = { why: 'kinds', from: exit.kind, into: entry.kind }
  for (const out of exits)
    for (const inward of entries) {
      const found = plug(model, from, into, out, inward, source.node, target.node)
      if ('edge' in found) return found
      if (TELLING.indexOf(found.misfit.why) > TELLING.indexOf(misfit.why)) misfit = found.misfit
    }
  return { misfit }
}

function plug(
  model: DataModel,
  from: NodeType,
  into: NodeType,
  out: Port,
  inward: Port,
  source: NodeId,
  target: NodeId,
): { edge: ModelEdge } | { misfit: Misfit } {
  const kind = edgeOfPort(out.kind)
  if (!kind || out.kind !== inward.kind)
    return { misfit: { why: 'kinds', from: out.kind, into: inward.kind } }
  if (!from.edges[kind]?.includes(into.key)) return { misfit: { why: 'types', kind } }
  const edge: ModelEdge = { source, target, type: kind, outcome: out.outcome ?? '' }
  const key = edgeKey(edge)
  if (model.edges.some((one) => edgeKey(one) === key)) return { misfit: { why: 'twin' } }
  const entering = model.edges.find((one) => one.target === target && one.type === kind)
  if (!inward.many && entering)
    return { misfit: { why: 'full', node: target, kind, holds: entering.source } }
  const leaving = model.edges.find((one) => one.source === source && one.type === kind)
  if (!out.many && leaving)
    return { misfit: { why: 'full', node: source, kind, holds: leaving.target } }
  return { edge }
}

function typeOf(model: DataModel, types: NodeTypes, id: NodeId): NodeType | undefined {
  const node = model.nodes.find((one) => one.id === id)
  return node && types.get(node.type)
}

/** Why each other node cannot take the connection that begins here; nodes that can are left out. */
export function misfits(
  model: DataModel,
  types: NodeTypes,
  begins: End,
  side: 'source' | 'target',
): Map<NodeId, Misfit> {
  const found = new Map<NodeId, Misfit>()
  const byId = new Map(model.nodes.map((node) => [node.id, node]))
  const small: DataModel = { ...model, edges: edgesAt(model, begins.node) }
  for (const node of model.nodes) {
    if (node.id === begins.node) continue
    const beginning = byId.get(begins.node)
    if (!beginning) continue
    // Only the two nodes and the edges that could be in the way: a large model stays quick.
    const pair = {
      ...small,
      nodes: [beginning, node],
      edges: [...small.edges, ...edgesAt(model, node.id)],
    }
    const other = { node: node.id }
    const answer =
      side === 'source' ? connect(pair, types, begins, other) : connect(pair, types, other, begins)
    if ('misfit' in answer) found.set(node.id, answer.misfit)
  }
  return found
}

const byNode = new WeakMap<readonly ModelEdge[], Map<NodeId, ModelEdge[]>>()

/** The edges at a node; found once for all nodes of a model. */
function edgesAt(model: DataModel, id: NodeId): ModelEdge[] {
  let index = byNode.get(model.edges)
  if (!index) {
    index = new Map()
    for (const edge of model.edges)
      for (const end of new Set([edge.source, edge.target])) {
        const list = index.get(end)
        if (list) list.push(edge)
        else index.set(end, [edge])
      }
    byNode.set(model.edges, index)
  }
  return index.get(id) ?? []
}

/** The types that could stand at the other end, each with the edge's kind and outcome. */
export function typesAtOtherEnd(
  types: NodeTypes,
  type: NodeType,
  side: 'source' | 'target',
  port?: string,
): Map<string, { kind: EdgeKind; outcome: string }> {
  const found = new Map<string, { kind: EdgeKind; outcome: string }>()
  const ports = (side === 'source' ? type.outputs : type.inputs).filter(
    (one) => !port || one.name === port,
  )
  for (const one of ports) {
    const kind = edgeOfPort(one.kind)
    if (!kind) continue
    for (const other of types.values()) {
      const allowed =
        side === 'source'
          ? type.edges[kind]?.includes(other.key)
          : other.edges[kind]?.includes(type.key)
      if (allowed && !found.has(other.key))
        found.set(other.key, { kind, outcome: side === 'source' ? (one.outcome ?? '') : '' })
    }
  }
  return found
}

/** The types that may stand in the middle of an edge. */
export function typesBetween(
  types: NodeTypes,
  from: NodeType,
  into: NodeType,
  kind: EdgeKind,
): Set<string> {
  const found = new Set<string>()
  for (const type of types.values())
    if (from.edges[kind]?.includes(type.key) && type.edges[kind]?.includes(into.key))
      found.add(type.key)
  return found
}
