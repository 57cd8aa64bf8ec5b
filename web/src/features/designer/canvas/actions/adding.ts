/** New nodes and notes, alone or at the end of an edge. */

import { connect, type End, type NodeType, typesAtOtherEnd } from '@/document/connections'
import { freeSpot, snap } from '@/document/layout'
import {
  CARD,
  freeId,
  idFrom,
  type ModelEdge,
  type ModelNode,
  type NodeId,
  type Note,
  type Point,
} from '@/document/model'
import { documentActions } from '@/document/store'
import { texts } from '@/texts'
import { designerView } from '../../view'
import { NOWHERE, noteId } from '../flow'
import { focusCanvas } from '../focus'
import { nameOf } from '../misfitText'
import { stage } from '../stage'
import { type Asking, say, setCanvas } from '../state'
import { showNew } from './looking'
import { boxes, nodeById, opened, placeOf } from './reading'

const t = texts.designer.canvas
const STEP_X = CARD.width + 72

export const adding = {
  add(type: NodeType, middle: Point | null): NodeId | null {
    const here = middle ?? stage()?.middle() ?? NOWHERE
    const node = newNode(type, { x: here.x - CARD.width / 2, y: here.y - CARD.height / 2 })
    if (!node || !documentActions.edit({ kind: 'add', nodes: [node] }, t.step.add(type.label)))
      return null
    showNew(node.id)
    say(t.said.added(type.label))
    return node.id
  },

  /** Add a node at the other end of an edge, in one step. */
  addBeside(
    type: NodeType,
    beside: { node: NodeId; side: 'source' | 'target'; port?: string },
    at: Point | null,
  ): NodeId | null {
    const open = opened()
    const types = stage()?.types
    const other = nodeById(beside.node)
    if (!open || !types || !other) return null
    const from = placeOf(other)
    const ahead = beside.side === 'source'
    const fits = types.get(other.type)
    const way = fits && typesAtOtherEnd(types, fits, beside.side, beside.port).get(type.key)
    const isAcross = way && !['data_flow', 'depends_on', 'triggers'].includes(way.kind)
    const beginning = isAcross
      ? { x: from.x, y: from.y + (ahead ? 1 : -1) * (CARD.height + 72) }
      : { x: from.x + (ahead ? STEP_X : -STEP_X), y: from.y }
    const wished = at
      ? { x: at.x - (ahead ? 0 : CARD.width), y: at.y - CARD.height / 2 }
      : beginning
    const node = newNode(type, wished)
    if (!node) return null
    const after = { ...open.model, nodes: [...open.model.nodes, node] }
    const mine: End = { node: beside.node, port: beside.port }
    const answer = ahead
      ? connect(after, types, mine, { node: node.id })
      : connect(after, types, { node: node.id }, mine)
    const edges = 'edge' in answer ? [answer.edge] : []
    if (!documentActions.edit({ kind: 'add', nodes: [node], edges }, t.step.add(type.label)))
      return null
    showNew(node.id)
    say(
      edges.length
        ? `${t.said.added(type.label)}. ${t.said.connected(nameOf(edges[0]?.source ?? ''), nameOf(edges[0]?.target ?? ''))}`
        : t.said.added(type.label),
    )
    return node.id
  },

  /** Put a node into the middle of an edge. */
  insert(type: NodeType, edge: ModelEdge): void {
    const source = nodeById(edge.source)
    const target = nodeById(edge.target)
    if (!source || !target) return
    const a = placeOf(source)
    const b = placeOf(target)
    const node = newNode(type, { x: snap((a.x + b.x) / 2), y: snap((a.y + b.y) / 2) })
    if (!node) return
    const way = { type: edge.type, outcome: '' }
    const done = documentActions.edit(
      {
        kind: 'several',
        edits: [
          { kind: 'remove', edges: [edge] },
          {
            kind: 'add',
            nodes: [node],
            edges: [
              { ...way, outcome: edge.outcome, source: edge.source, target: node.id },
              { ...way, source: node.id, target: edge.target },
            ],
          },
        ],
      },
      t.step.insert,
    )
    if (!done) return
    showNew(node.id)
    say(t.said.added(type.label))
  },

  addNote(middle: Point | null): void {
    const open = opened()
    if (!open) return
    const here = middle ?? stage()?.middle() ?? NOWHERE
    const id = freeId('note', new Set(open.model.drawing.notes.map((note) => note.id)))
    const note: Note = {
      id,
      text: '',
      x: snap(here.x - 120),
      y: snap(here.y - 60),
      width: 240,
      height: 120,
      color: '',
    }
    if (!documentActions.edit({ kind: 'add', notes: [note] }, t.step.addNote)) return
    designerView.select([], [], [id])
    setCanvas({ renaming: noteId(id) })
  },

  ask(asking: Asking | null): void {
    if (asking && asking.kind !== 'find' && opened()?.readOnly) {
      say(opened()?.readOnly ?? '')
      return
    }
    setCanvas({ asking })
    if (!asking) focusCanvas()
  },

  askBeside(
    node: NodeId,
    side: 'source' | 'target',
    port: string | undefined,
    screen: Point | null,
    at: Point | null = null,
  ): void {
    adding.ask({ kind: 'add-beside', node, side, port, at, screen })
  },
}

function newNode(type: NodeType, at: Point): ModelNode | null {
  const open = opened()
  if (!open) return null
  const id = freeId(idFrom(type.label), new Set(open.model.nodes.map((node) => node.id)))
  return {
    id,
    type: type.key,
    name: type.label,
    description: '',
    enabled: true,
    properties: {},
    position: freeSpot(at, boxes(open.model)),
  }
}
