/** The open data model as plain, frozen-by-convention values: the JSON of `ModelValue`. */

export type NodeId = string
export type EdgeKind =
  | 'data_flow'
  | 'depends_on'
  | 'uses_compute'
  | 'triggers'
  | 'contains'
  | 'grants_on'
  | 'loop_body'

export interface Point {
  x: number
  y: number
}

export interface ModelNode {
  id: NodeId
  type: string
  name: string
  description: string
  enabled: boolean
  properties: Record<string, unknown>
  position: Point | null
}

export interface ModelEdge {
  source: NodeId
  target: NodeId
  type: EdgeKind
  /** `true` or `false` on a dependency on a condition, else empty. */
  outcome: string
}

/** A text on the canvas. It means nothing to what is generated. */
export interface Note {
  id: string
  text: string
  x: number
  y: number
  width: number
  height: number
  color: string
}

/** A frame around nodes. Folded, it shows as one box. */
export interface Group {
  id: string
  name: string
  nodes: NodeId[]
  collapsed: boolean
  color: string
}

export interface Drawing {
  notes: Note[]
  groups: Group[]
}

export interface DataModel {
  id: string
  name: string
  description: string
  nodes: ModelNode[]
  edges: ModelEdge[]
  tags: string[]
  metadata: Record<string, unknown>
  drawing: Drawing
}

/** The pixels of a node's card: those of the server's pictures, so that exports look the same. */
export const CARD = { width: 216, height: 52 } as const

/** One edge as text: what tells it from every other edge of a model. */
export const edgeKey = (edge: ModelEdge): string =>
  JSON.stringify([edge.source, edge.target, edge.type, edge.outcome])

export function emptyModel(id: string, name: string): DataModel {
  return {
    id,
    name,
    description: '',
    nodes: [],
    edges: [],
    tags: [],
    metadata: {},
    drawing: { notes: [], groups: [] },
  }
}

/** `wanted`, or `wanted_2`, `wanted_3` ... : the first that nobody has. */
export function freeId(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted
  let number = 2
  while (taken.has(`${wanted}_${number}`)) number += 1
  return `${wanted}_${number}`
}

/** What an id may look like, made of what a person calls the thing. */
export function idFrom(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
  return /^[a-z]/.test(plain) ? plain : plain ? `n_${plain}` : 'node'
}
