/** Everything that a person does on the canvas, as edits of the document. */

import { toast } from 'sonner'
import { type Clip, cut, isEmpty, pasteInto } from '@/document/clipboard'
import { connect, type End, misfits, type NodeType, typesAtOtherEnd } from '@/document/connections'
import type { Edit } from '@/document/edit'
import {
  type Alignment,
  aligned,
  boundsOf,
  cardAt,
  distributed,
  freeSpot,
  reach,
  readingOrder,
  snap,
} from '@/document/layout'
import {
  CARD,
  type DataModel,
  type EdgeKind,
  edgeKey,
  freeId,
  idFrom,
  type ModelEdge,
  type ModelNode,
  type NodeId,
  type Note,
  type Point,
} from '@/document/model'
import { documentActions, documentStore } from '@/document/store'
import { counted, texts } from '@/texts'
import type { Engine } from '../layout/arrange'
import { arrange } from '../layout/run'
import { designerView, useDesignerView } from '../view'
import { groupId, NOWHERE, noteId } from './flow'
import { focusCanvas } from './focus'
import { misfitText, nameOf } from './misfitText'
import { stage } from './stage'
import { type Asking, say, setCanvas, useCanvas } from './state'

const t = texts.designer.canvas
const STEP_X = CARD.width + 72

const opened = () => documentStore.getState().open
const view = () => useDesignerView.getState()
const NO_MODEL: DataModel['nodes'] = []

export function placeOf(node: ModelNode): Point {
  return node.position ?? useCanvas.getState().placed[node.id] ?? NOWHERE
}

const boxes = (model: DataModel) => [
  ...model.nodes.map((node) => cardAt(placeOf(node))),
  ...model.drawing.notes,
]

const nodeById = (id: NodeId) => opened()?.model.nodes.find((node) => node.id === id)

/** The selected nodes, with those in selected groups. */
export function chosenNodes(): Set<NodeId> {
  const { nodes, groups } = view()
  const all = new Set(nodes)
  for (const group of opened()?.model.drawing.groups ?? [])
    if (groups.has(group.id)) for (const id of group.nodes) all.add(id)
  return all
}

/**
 * Change the drawing. Places that were found for nodes without one are kept with the first change
 * of places, or the rest would be somewhere else the next time.
 */
function edit(change: Edit, label: string, key = ''): boolean {
  return documentActions.edit(change, label, key)
}

function moveEdit(nodes: Readonly<Record<NodeId, Point>>, notes?: Record<string, Point>): Edit {
  const unplaced: Record<NodeId, Point> = {}
  const { placed } = useCanvas.getState()
  for (const node of opened()?.model.nodes ?? NO_MODEL) {
    const at = placed[node.id]
    if (!node.position && at) unplaced[node.id] = at
  }
  return { kind: 'move', nodes: { ...unplaced, ...nodes }, ...(notes && { notes }) }
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

function refused(why: string): void {
  say(t.said.refused(why))
  toast.warning(why)
}

function showNew(id: NodeId): void {
  designerView.select([id])
  const node = nodeById(id)
  const seen = stage()?.seen()
  if (!node || !seen) return
  const at = placeOf(node)
  const isSeen =
    at.x >= seen.x &&
    at.y >= seen.y &&
    at.x + CARD.width <= seen.x + seen.width &&
    at.y + CARD.height <= seen.y + seen.height
  if (!isSeen) useDesignerView.setState({ reveal: { node: id, at: Date.now() } })
}

export const canvasActions = {
  // Adding --------------------------------------------------------------------------------------

  add(type: NodeType, middle: Point | null): NodeId | null {
    const here = middle ?? stage()?.middle() ?? NOWHERE
    const node = newNode(type, { x: here.x - CARD.width / 2, y: here.y - CARD.height / 2 })
    if (!node || !edit({ kind: 'add', nodes: [node] }, t.step.add(type.label))) return null
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
    if (!edit({ kind: 'add', nodes: [node], edges }, t.step.add(type.label))) return null
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
    const done = edit(
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
    if (!edit({ kind: 'add', notes: [note] }, t.step.addNote)) return
    designerView.select([], [], [id])
    setCanvas({ renaming: noteId(id) })
  },

  addClip(clip: Clip, label: string, middle?: Point, shift?: Point): void {
    const open = opened()
    if (!open || isEmpty(clip)) return
    const pasted = pasteInto(open.model, clip, middle, shift)
    if (!edit(pasted.edit, label)) return
    designerView.select(pasted.nodes, [], pasted.notes)
    say(t.said.pasted(pasted.nodes.length))
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
    canvasActions.ask({ kind: 'add-beside', node, side, port, at, screen })
  },

  // Connecting ----------------------------------------------------------------------------------

  beginConnection(from: End, side: 'source' | 'target', kind: EdgeKind | null): void {
    const open = opened()
    const types = stage()?.types
    if (open && types)
      setCanvas({
        connecting: { from, side, kind, misfits: misfits(open.model, types, from, side) },
      })
  },

  /** Connect two ends, or say why not. Without ports, those that fit are taken. */
  connect(source: End, target: End): boolean {
    const open = opened()
    const types = stage()?.types
    if (!open || !types) return false
    const answer = connect(open.model, types, source, target)
    if ('misfit' in answer) {
      refused(misfitText(answer.misfit))
      return false
    }
    const done = edit({ kind: 'add', edges: [answer.edge] }, t.step.connect)
    if (done) say(t.said.connected(nameOf(source.node), nameOf(target.node)))
    return done
  },

  reconnect(old: ModelEdge, source: End, target: End): void {
    const open = opened()
    const types = stage()?.types
    if (!open || !types) return
    const key = edgeKey(old)
    const without = { ...open.model, edges: open.model.edges.filter((one) => edgeKey(one) !== key) }
    const answer = connect(without, types, source, target)
    if ('misfit' in answer) refused(misfitText(answer.misfit))
    else
      edit(
        {
          kind: 'several',
          edits: [
            { kind: 'remove', edges: [old] },
            { kind: 'add', edges: [answer.edge] },
          ],
        },
        t.step.reconnect,
      )
  },

  removeEdge(edge: ModelEdge): void {
    edit({ kind: 'remove', edges: [edge] }, t.step.delete)
    say(t.said.removed(counted(1, 'connection')))
  },

  // Changing ------------------------------------------------------------------------------------

  remove(withMembers = false): void {
    const open = opened()
    if (!open) return
    const { nodes, edges, notes, groups } = view()
    const gone = withMembers ? chosenNodes() : nodes
    const cutEdges = open.model.edges.filter((edge) => edges.has(edgeKey(edge)))
    const isDone = edit(
      { kind: 'remove', nodes: [...gone], edges: cutEdges, notes: [...notes], groups: [...groups] },
      t.step.delete,
    )
    if (!isDone) return
    say(
      t.said.removed(
        gone.size ? counted(gone.size, 'node') : counted(cutEdges.length, 'connection'),
      ),
    )
    designerView.select([])
  },

  rename(id: NodeId, name: string): void {
    edit({ kind: 'set-node', id, change: { name } }, t.step.rename)
  },

  renameGroup(id: string, name: string): void {
    edit({ kind: 'set-group', id, change: { name } }, t.step.renameGroup)
  },

  /** Type a new name, or a note's text, in place. */
  beginRename(): void {
    if (opened()?.readOnly !== null) return
    const { nodes, notes, groups } = view()
    const [node] = nodes
    const [note] = notes
    const [group] = groups
    const renaming = node ?? (note ? noteId(note) : group ? groupId(group) : null)
    if (renaming) setCanvas({ renaming })
  },

  toggleEnabled(): void {
    const chosen = [...chosenNodes()]
    const isOn = chosen.some((id) => nodeById(id)?.enabled)
    edit(
      {
        kind: 'several',
        edits: chosen.map((id) => ({ kind: 'set-node', id, change: { enabled: !isOn } })),
      },
      isOn ? t.step.disable : t.step.enable,
    )
  },

  setNote(id: string, change: Partial<Omit<Note, 'id'>>, label: string = t.step.note): void {
    edit({ kind: 'set-note', id, change }, label)
  },

  resizeNote(id: string, size: { x: number; y: number; width: number; height: number }): void {
    const { x, y, width, height } = size
    canvasActions.setNote(
      id,
      { x: snap(x), y: snap(y), width: snap(width), height: snap(height) },
      t.step.resize,
    )
  },

  setColour(colour: string): void {
    const { notes, groups } = view()
    edit(
      {
        kind: 'several',
        edits: [
          ...[...notes].map((id) => ({ kind: 'set-note', id, change: { color: colour } }) as const),
          ...[...groups].map(
            (id) => ({ kind: 'set-group', id, change: { color: colour } }) as const,
          ),
        ],
      },
      t.step.colour,
    )
  },

  // Groups --------------------------------------------------------------------------------------

  group(): void {
    const open = opened()
    const nodes = [...chosenNodes()]
    if (!open || nodes.length === 0) return
    const { groups } = open.model.drawing
    const id = freeId('group', new Set(groups.map((group) => group.id)))
    const name = groups.length ? `${t.newGroup} ${groups.length + 1}` : t.newGroup
    const group = { id, name, nodes, collapsed: false, color: '' }
    if (!edit({ kind: 'add', groups: [group] }, t.step.group)) return
    designerView.select([], [], [], [id])
  },

  ungroup(): void {
    const open = opened()
    if (!open) return
    const { groups, nodes } = view()
    const gone = open.model.drawing.groups.filter(
      (group) => groups.has(group.id) || group.nodes.some((id) => nodes.has(id)),
    )
    const members = gone.flatMap((group) => group.nodes)
    if (edit({ kind: 'remove', groups: gone.map((group) => group.id) }, t.step.ungroup))
      designerView.select(members)
  },

  fold(id: string): void {
    const group = opened()?.model.drawing.groups.find((one) => one.id === id)
    if (!group) return
    edit(
      { kind: 'set-group', id, change: { collapsed: !group.collapsed } },
      group.collapsed ? t.step.unfold : t.step.fold,
    )
    designerView.select([], [], [], [id])
  },

  // Places --------------------------------------------------------------------------------------

  moveTo(nodes: Record<NodeId, Point>, notes: Record<string, Point>): void {
    if (edit(moveEdit(nodes, notes), t.step.move)) say(t.said.moved)
  },

  nudge(dx: number, dy: number): void {
    const open = opened()
    if (!open) return
    const nodes: Record<NodeId, Point> = {}
    for (const id of chosenNodes()) {
      const node = nodeById(id)
      if (node) nodes[id] = { x: placeOf(node).x + dx, y: placeOf(node).y + dy }
    }
    const notes: Record<string, Point> = {}
    for (const note of open.model.drawing.notes)
      if (view().notes.has(note.id)) notes[note.id] = { x: note.x + dx, y: note.y + dy }
    edit(moveEdit(nodes, notes), t.step.move, 'nudge')
  },

  align(how: Alignment): void {
    edit(moveEdit(aligned(chosenPlaces(), how)), t.step.align)
  },

  distribute(axis: 'x' | 'y'): void {
    edit(moveEdit(distributed(chosenPlaces(), axis)), t.step.distribute)
  },

  /** Find places for everything, or for what is selected. Ends when it is told to. */
  async arrange(engine: Engine, onlySelected: boolean): Promise<void> {
    const open = opened()
    if (!open || open.readOnly !== null) return
    useCanvas.getState().arranging?.abort()
    const stopping = new AbortController()
    setCanvas({ arranging: stopping })
    const only = onlySelected ? chosenNodes() : undefined
    try {
      const found = await arrange(open.model, (id) => placeIfKnown(id), {
        engine,
        only,
        signal: stopping.signal,
      })
      if (stopping.signal.aborted) return
      if (edit(moveEdit(found), t.step.arrange)) say(t.arranged(Object.keys(found).length))
      if (!onlySelected) canvasActions.fit()
    } catch (error) {
      if (!stopping.signal.aborted) throw error
    } finally {
      if (useCanvas.getState().arranging === stopping)
        setTimeout(() => {
          if (useCanvas.getState().arranging === stopping) setCanvas({ arranging: null })
        }, 260)
    }
  },

  stopArranging(): void {
    useCanvas.getState().arranging?.abort()
    setCanvas({ arranging: null })
  },

  // Looking -------------------------------------------------------------------------------------

  fit(): void {
    const open = opened()
    if (open) stage()?.show(boundsOf(boxes(open.model)))
  },

  zoomToSelection(): void {
    const chosen = [...chosenPlaces().values()].map(cardAt)
    const notes = opened()?.model.drawing.notes.filter((note) => view().notes.has(note.id)) ?? []
    stage()?.show(boundsOf([...chosen, ...notes]))
  },

  reveal(id: NodeId): void {
    const node = nodeById(id)
    if (node) stage()?.show(cardAt(placeOf(node)), { closest: 1 })
  },

  selectAll(): void {
    const model = opened()?.model
    if (!model) return
    designerView.select(
      model.nodes.map((node) => node.id),
      [],
      model.drawing.notes.map((note) => note.id),
    )
  },

  selectNone(): void {
    if (useCanvas.getState().lit) setCanvas({ lit: null })
    else designerView.select([])
  },

  /** Walk the graph in the order of reading. Returns false at its end. */
  walk(step: 1 | -1): boolean {
    const open = opened()
    if (!open || open.model.nodes.length === 0) return false
    const order = readingOrder(open.model, open.waves, (id) => placeIfKnown(id) ?? NOWHERE)
    const [first] = view().nodes
    const now = first === undefined ? (step > 0 ? -1 : order.length) : order.indexOf(first)
    const next = order[now + step]
    if (next === undefined) return false
    showNew(next)
    const node = nodeById(next)
    const type = node && stage()?.types.get(node.type)
    say(t.said.selected(nameOf(next), type?.label ?? ''))
    return true
  },

  highlight(way: 'upstream' | 'downstream'): void {
    const open = opened()
    if (!open) return
    const chosen = chosenNodes()
    const derived = open.derived.map(({ source, target }) => ({
      source,
      target,
      type: 'depends_on' as const,
      outcome: '',
    }))
    const found = reach([...open.model.edges, ...derived], chosen, way)
    setCanvas({ lit: new Set([...chosen, ...found]) })
    say(t.said.lit(found.size, t.ways[way] ?? way))
  },

  showProblems(id: NodeId): void {
    designerView.select([id])
    designerView.openDrawer('problems')
  },

  undo(): void {
    const label = opened()?.history.past.at(-1)?.label
    documentActions.undo()
    if (label) say(t.said.undone(label))
  },

  redo(): void {
    const label = opened()?.history.future.at(-1)?.label
    documentActions.redo()
    if (label) say(t.said.redone(label))
  },

  // Copies --------------------------------------------------------------------------------------

  clip(): Clip | null {
    const open = opened()
    if (!open) return null
    const found = cut(withPlaces(open.model), chosenNodes(), view().notes)
    return isEmpty(found) ? null : found
  },

  duplicate(): void {
    const clip = canvasActions.clip()
    if (clip) canvasActions.addClip(clip, t.step.duplicate)
  },
}

function placeIfKnown(id: NodeId): Point | null {
  const node = nodeById(id)
  return node?.position ?? useCanvas.getState().placed[id] ?? null
}

function chosenPlaces(): Map<NodeId, Point> {
  const chosen = chosenNodes()
  return new Map(
    (opened()?.model.nodes ?? NO_MODEL)
      .filter((node) => chosen.has(node.id))
      .map((node) => [node.id, placeOf(node)]),
  )
}

const withPlaces = (model: DataModel): DataModel => ({
  ...model,
  nodes: model.nodes.map((node) => (node.position ? node : { ...node, position: placeOf(node) })),
})
