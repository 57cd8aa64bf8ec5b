/** A model as the nodes and edges that React Flow shows; what did not change stays the same object. */

import { type Edge, MarkerType, type Node } from '@xyflow/react'
import { type NodeType, type NodeTypes, portOf } from '@/document/connections'
import { type Box, boundsOf, cardAt, frameAround, groupOf } from '@/document/layout'
import {
  CARD,
  type DataModel,
  edgeKey,
  type Group,
  type ModelEdge,
  type ModelNode,
  type NodeId,
  type Note,
  type Point,
} from '@/document/model'
import type { DerivedEdge, Finding } from '@/document/server'
import type { Different } from '@/ui/drawing/looks'
import { flowHandles, handlesOf, inHandle, outHandle, STRAY_IN, STRAY_OUT } from './handles'
import { ghostId, type Past, traceId } from './past'

export type CardNode = Node<
  {
    node: ModelNode
    type: NodeType | undefined
    errors: number
    warnings: number
    mark: Different | null
    pale: boolean
  },
  'card'
>
export type FrameNode = Node<{ group: Group }, 'frame'>
export type BoxNode = Node<
  { group: Group; errors: number; warnings: number; pale: boolean; count: number },
  'box'
>
export type NoteNode = Node<{ note: Note }, 'note'>
/** A node that is gone since the version that is compared. */
export type GhostNode = Node<{ node: ModelNode; type: NodeType | undefined }, 'ghost'>
/** Where a node was. */
export type TraceNode = Node<Record<string, never>, 'trace'>
export type FlowNode = CardNode | FrameNode | BoxNode | NoteNode | GhostNode | TraceNode
export type LineMark = Exclude<Different, 'changed'>
export type FlowEdge = Edge<
  {
    edge: ModelEdge | null
    kind: string
    outcome: string
    because: string
    pale: boolean
    mark?: LineMark
  },
  'line'
>

export interface Shown {
  model: DataModel
  types: NodeTypes
  placed: Readonly<Record<NodeId, Point>>
  findings: readonly Finding[]
  derived: readonly DerivedEdge[]
  marks: ReadonlyMap<NodeId, Different>
  /** What a comparison adds. */
  past: Past | null
  lit: ReadonlySet<NodeId> | null
  selected: {
    nodes: ReadonlySet<NodeId>
    edges: ReadonlySet<string>
    notes: ReadonlySet<string>
    groups: ReadonlySet<string>
  }
}

export interface Flow {
  nodes: FlowNode[]
  edges: FlowEdge[]
}

export const groupId = (id: string) => `group:${id}`
export const noteId = (id: string) => `note:${id}`
export const NOWHERE: Point = { x: 0, y: 0 }

const BOX_HANDLES = flowHandles(handlesOf(undefined))
const handlesFor = new WeakMap<NodeType, ReturnType<typeof flowHandles>>()

/** Everything on the canvas. `before` is the answer of the last time. */
export function toFlow(shown: Shown, before: Flow = { nodes: [], edges: [] }): Flow {
  const { model, types, placed, marks, lit, selected } = shown
  const old = new Map(before.nodes.map((node) => [node.id, node]))
  const counts = countFindings(shown.findings)
  const groups = groupOf(model.drawing.groups)
  const at = new Map<NodeId, Point>()
  const nodes: FlowNode[] = []
  for (const node of model.nodes) {
    const position = node.position ?? placed[node.id]
    // A place for it is being looked for.
    if (!position) continue
    at.set(node.id, position)
    if (groups.get(node.id)?.collapsed) continue
    const type = types.get(node.type)
    const count = counts.get(node.id)
    nodes.push(
      same(old.get(node.id), {
        id: node.id,
        type: 'card',
        position,
        width: CARD.width,
        height: CARD.height,
        measured: CARD,
        handles: handles(type),
        selected: selected.nodes.has(node.id),
        data: {
          node,
          type,
          errors: count?.errors ?? 0,
          warnings: count?.warnings ?? 0,
          mark: marks.get(node.id) ?? null,
          pale: lit !== null && !lit.has(node.id),
        },
      } satisfies CardNode),
    )
  }
  const frames: FlowNode[] = []
  for (const group of model.drawing.groups) {
    const inner = group.nodes.flatMap((id) => at.get(id) ?? [])
    const frame = frameAround(inner.map(cardAt))
    if (!frame) continue
    const id = groupId(group.id)
    if (group.collapsed) {
      const mine = group.nodes.flatMap((member) => counts.get(member) ?? [])
      nodes.push(
        same(old.get(id), {
          id,
          type: 'box',
          position: { x: frame.x, y: frame.y },
          width: CARD.width,
          height: CARD.height,
          measured: CARD,
          handles: BOX_HANDLES,
          selected: selected.groups.has(group.id),
          data: {
            group,
            errors: mine.reduce((sum, count) => sum + count.errors, 0),
            warnings: mine.reduce((sum, count) => sum + count.warnings, 0),
            pale: lit !== null && !group.nodes.some((member) => lit.has(member)),
            count: group.nodes.length,
          },
        } satisfies BoxNode),
      )
    } else
      frames.push(
        same(old.get(id), {
          id,
          type: 'frame',
          position: { x: frame.x, y: frame.y },
          width: frame.width,
          height: frame.height,
          measured: { width: frame.width, height: frame.height },
          zIndex: -2,
          handles: [],
          selected: selected.groups.has(group.id),
          data: { group },
        } satisfies FrameNode),
      )
  }
  const notes = model.drawing.notes.map((note) =>
    same(old.get(noteId(note.id)), {
      id: noteId(note.id),
      type: 'note',
      position: { x: note.x, y: note.y },
      width: note.width,
      height: note.height,
      measured: { width: note.width, height: note.height },
      zIndex: -1,
      handles: [],
      selected: selected.notes.has(note.id),
      data: { note },
    } satisfies NoteNode),
  )
  return {
    nodes: [
      ...frames,
      ...notes,
      ...(shown.past ? bygones(shown.past, at, types, old) : []),
      ...nodes,
    ],
    edges: lines(shown, groups, at, before.edges),
  }
}

const UNTOUCHABLE = { selectable: false, draggable: false, connectable: false, focusable: false }

/** What is gone, and where things were. */
function bygones(
  { gone, from }: Past,
  at: Map<NodeId, Point>,
  types: NodeTypes,
  old: ReadonlyMap<string, FlowNode>,
): FlowNode[] {
  const card = { width: CARD.width, height: CARD.height, measured: CARD, handles: BOX_HANDLES }
  const traces = [...from].map(([id, position]) => {
    at.set(traceId(id), position)
    const fixed = { ...card, ...UNTOUCHABLE, selected: false, zIndex: -1 }
    return same(old.get(traceId(id)), {
      ...fixed,
      id: traceId(id),
      type: 'trace',
      position,
      data: {},
    } satisfies TraceNode)
  })
  const ghosts = gone.map(({ node, at: position }) => {
    at.set(ghostId(node.id), position)
    return same(old.get(ghostId(node.id)), {
      ...card,
      ...UNTOUCHABLE,
      selected: false,
      id: ghostId(node.id),
      type: 'ghost',
      position,
      data: { node, type: types.get(node.type) },
    } satisfies GhostNode)
  })
  return [...traces, ...ghosts]
}

function handles(type: NodeType | undefined) {
  if (!type) return BOX_HANDLES
  const found = handlesFor.get(type) ?? flowHandles(handlesOf(type))
  handlesFor.set(type, found)
  return found
}

function lines(
  { model, types, derived, lit, selected, past }: Shown,
  groups: ReadonlyMap<NodeId, Group>,
  at: ReadonlyMap<NodeId, Point>,
  before: readonly FlowEdge[],
): FlowEdge[] {
  const old = new Map(before.map((edge) => [edge.id, edge]))
  const typeOf = new Map(model.nodes.map((node) => [node.id, types.get(node.type)]))
  const seen = new Set<string>()
  const found: FlowEdge[] = []
  const end = (id: NodeId) => {
    const group = groups.get(id)
    return group?.collapsed ? groupId(group.id) : id
  }
  const add = (
    edge: ModelEdge,
    id: string,
    drawn: ModelEdge | null,
    because: string,
    mark?: LineMark,
  ) => {
    if (!at.has(edge.source) || !at.has(edge.target)) return
    const source = end(edge.source)
    const target = end(edge.target)
    const isFolded = source !== edge.source || target !== edge.target
    // All that crosses the border of a folded group to one node is one line.
    const key = isFolded ? JSON.stringify([source, target, edge.type]) : id
    if (source === target || seen.has(key)) return
    seen.add(key)
    const from = typeOf.get(edge.source)
    const into = typeOf.get(edge.target)
    const exit = source === edge.source && from ? portOf(from, 'outputs', edge) : undefined
    const entry = target === edge.target && into ? portOf(into, 'inputs', edge) : undefined
    found.push(
      sameEdge(old.get(key), {
        id: key,
        type: 'line',
        source,
        target,
        sourceHandle: exit ? outHandle(exit.name) : STRAY_OUT,
        targetHandle: entry ? inHandle(entry.name) : STRAY_IN,
        selected: selected.edges.has(key),
        selectable: drawn !== null && !isFolded,
        reconnectable: drawn !== null && !isFolded,
        focusable: false,
        markerEnd: ARROWS[mark ?? (because ? 'derived' : edge.type)],
        data: {
          edge: isFolded ? null : drawn,
          kind: because ? 'derived' : edge.type,
          outcome: isFolded ? '' : edge.outcome,
          because,
          pale: lit !== null && !(lit.has(edge.source) && lit.has(edge.target)),
          mark,
        },
      }),
    )
  }
  for (const edge of model.edges) {
    const key = edgeKey(edge)
    add(edge, key, edge, '', past?.newEdges.has(key) ? 'added' : undefined)
  }
  for (const { source, target, because } of derived)
    add(
      { source, target, type: 'depends_on', outcome: '' },
      JSON.stringify([source, target, 'derived']),
      null,
      because,
    )
  // An end that is gone is its ghost.
  const bygone = (id: NodeId) => (at.has(id) ? id : ghostId(id))
  for (const edge of past?.goneEdges ?? [])
    add(
      { ...edge, source: bygone(edge.source), target: bygone(edge.target) },
      edgeKey(edge),
      null,
      '',
      'removed',
    )
  for (const id of past?.from.keys() ?? [])
    add(
      { source: traceId(id), target: id, type: 'depends_on', outcome: '' },
      traceId(id),
      null,
      '',
      'moved',
    )
  return found
}

const arrow = (color: string, size = 14) => ({
  type: MarkerType.ArrowClosed,
  width: size,
  height: size,
  color,
})
const ARROWS: Record<string, ReturnType<typeof arrow> | undefined> = {
  data_flow: arrow('var(--edge-data)'),
  depends_on: arrow('var(--edge-control)'),
  triggers: arrow('var(--edge-control)'),
  loop_body: arrow('var(--edge-control)'),
  derived: arrow('var(--edge-derived)'),
  // Arrows grow with the width of their line.
  added: arrow('var(--ok)', 9),
  removed: arrow('var(--error)', 11),
  moved: arrow('var(--running)'),
}

interface Counts {
  errors: number
  warnings: number
}

export function countFindings(findings: readonly Finding[]): Map<NodeId, Counts> {
  const found = new Map<NodeId, Counts>()
  for (const { where, severity } of findings) {
    if (!where?.node || severity === 'info') continue
    const count = found.get(where.node) ?? { errors: 0, warnings: 0 }
    count[severity === 'error' ? 'errors' : 'warnings'] += 1
    found.set(where.node, count)
  }
  return found
}

function same<T extends FlowNode>(old: FlowNode | undefined, fresh: T): T {
  const isSame =
    old &&
    old.type === fresh.type &&
    old.selected === fresh.selected &&
    old.handles === fresh.handles &&
    samePlace(old, fresh) &&
    shallow(old.data, fresh.data)
  return isSame ? (old as T) : keepData(old, fresh)
}

/** A card that only moved keeps its data, so that it need not be painted again. */
function keepData<T extends FlowNode>(old: FlowNode | undefined, fresh: T): T {
  return old && old.type === fresh.type && shallow(old.data, fresh.data)
    ? { ...fresh, data: old.data }
    : fresh
}

function samePlace(one: FlowNode, other: FlowNode): boolean {
  return (
    one.position.x === other.position.x &&
    one.position.y === other.position.y &&
    one.width === other.width &&
    one.height === other.height
  )
}

function sameEdge(old: FlowEdge | undefined, fresh: FlowEdge): FlowEdge {
  return old &&
    old.selected === fresh.selected &&
    old.sourceHandle === fresh.sourceHandle &&
    old.targetHandle === fresh.targetHandle &&
    old.data &&
    fresh.data &&
    shallow(old.data, fresh.data)
    ? old
    : fresh
}

function shallow(one: object, other: object): boolean {
  const a = one as Record<string, unknown>
  const b = other as Record<string, unknown>
  return Object.keys(b).every((key) => a[key] === b[key])
}

/** Whether it stands for something of the model, and is no frame, ghost or trace. */
export const isSolid = (
  node: FlowNode,
): node is Exclude<FlowNode, FrameNode | GhostNode | TraceNode> =>
  node.type === 'card' || node.type === 'box' || node.type === 'note'

/** The same while things are dragged or resized, and the frames around them. */
export function withLive(
  nodes: FlowNode[],
  live: ReadonlyMap<string, Partial<Box>>,
  groups: readonly Group[],
): FlowNode[] {
  if (!live.size) return nodes
  const placed = nodes.map((node) => {
    const box = live.get(node.id)
    if (!box || node.type === 'frame') return node
    return {
      ...node,
      position: { x: box.x ?? node.position.x, y: box.y ?? node.position.y },
      ...(box.width && { width: box.width, measured: { width: box.width, height: box.height } }),
      ...(box.height && { height: box.height }),
    } as FlowNode
  })
  const at = new Map(placed.map((node) => [node.id, node.position]))
  const touched = new Map(
    groups
      .filter((group) => !group.collapsed && group.nodes.some((id) => live.has(id)))
      .map((group) => [groupId(group.id), group]),
  )
  return placed.map((node) => {
    const group = touched.get(node.id)
    const frame = group && frameAround(group.nodes.flatMap((id) => at.get(id) ?? []).map(cardAt))
    return frame
      ? ({
          ...node,
          position: { x: frame.x, y: frame.y },
          width: frame.width,
          height: frame.height,
          measured: { width: frame.width, height: frame.height },
        } as FlowNode)
      : node
  })
}

/** The box around everything that is shown, or around some of it. */
export function flowBounds(nodes: readonly FlowNode[], only?: (node: FlowNode) => boolean) {
  return boundsOf(
    nodes
      .filter((node) => !only || only(node))
      .map((node) => ({
        ...node.position,
        width: node.width ?? CARD.width,
        height: node.height ?? CARD.height,
      })),
  )
}
