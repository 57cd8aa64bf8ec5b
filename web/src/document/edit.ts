import {
  type DataModel,
  type Drawing,
  edgeKey,
  type Group,
  type ModelEdge,
  type ModelNode,
  type NodeId,
  type Note,
  type Point,
} from './model'

export type Path = readonly (string | number)[]

/** Everything that can be done to a drawing. */
export type Edit =
  | {
      kind: 'add'
      nodes?: readonly ModelNode[]
      edges?: readonly ModelEdge[]
      notes?: readonly Note[]
      groups?: readonly Group[]
    }
  | {
      kind: 'remove'
      nodes?: readonly NodeId[]
      edges?: readonly ModelEdge[]
      notes?: readonly string[]
      groups?: readonly string[]
    }
  | {
      kind: 'move'
      nodes?: Readonly<Record<NodeId, Point>>
      notes?: Readonly<Record<string, Point>>
    }
  | {
      kind: 'set-node'
      id: NodeId
      change: Partial<Pick<ModelNode, 'name' | 'description' | 'enabled' | 'type'>>
    }
  | { kind: 'set-property'; id: NodeId; path: Path; value: unknown }
  | { kind: 'unset-property'; id: NodeId; path: Path }
  | { kind: 'rename-node'; id: NodeId; newId: NodeId }
  | { kind: 'set-edge'; edge: ModelEdge; change: Partial<ModelEdge> }
  | {
      kind: 'set-model'
      change: Partial<Pick<DataModel, 'name' | 'description' | 'tags' | 'metadata'>>
    }
  | { kind: 'set-note'; id: string; change: Partial<Omit<Note, 'id'>> }
  | { kind: 'set-group'; id: string; change: Partial<Omit<Group, 'id'>> }
  | { kind: 'several'; edits: readonly Edit[] }

/**
 * The only way a drawing changes: pure, so undo is "keep the old value".
 *
 * Parts that an edit does not touch stay the same objects. An edit that changes nothing gives the
 * very same model. Ends of edges and members of groups that are not there are dropped.
 */
export function applyEdit(model: DataModel, edit: Edit): DataModel {
  switch (edit.kind) {
    case 'add':
      return add(model, edit)
    case 'remove':
      return remove(model, edit)
    case 'move':
      return move(model, edit)
    case 'set-node':
      return changeNode(model, edit.id, (node) => changed(node, edit.change))
    case 'set-property':
      return changeNode(model, edit.id, (node) => {
        const properties = setIn(node.properties, edit.path, edit.value)
        return properties === node.properties
          ? node
          : { ...node, properties: properties as Record<string, unknown> }
      })
    case 'unset-property':
      return changeNode(model, edit.id, (node) => {
        const properties = unsetIn(node.properties, edit.path)
        return properties === node.properties
          ? node
          : { ...node, properties: properties as Record<string, unknown> }
      })
    case 'rename-node':
      return rename(model, edit.id, edit.newId)
    case 'set-edge':
      return changeEdge(model, edit.edge, edit.change)
    case 'set-model':
      return changed(model, edit.change)
    case 'set-note':
      return withDrawing(model, {
        ...model.drawing,
        notes: changeById(model.drawing.notes, edit.id, edit.change),
      })
    case 'set-group':
      return withDrawing(model, {
        ...model.drawing,
        groups: changeById(model.drawing.groups, edit.id, edit.change),
      })
    case 'several':
      return edit.edits.reduce(applyEdit, model)
    default:
      return edit satisfies never
  }
}

function add(model: DataModel, edit: Extract<Edit, { kind: 'add' }>): DataModel {
  const known = new Set(model.nodes.map((node) => node.id))
  const nodes = (edit.nodes ?? []).filter((node) => !known.has(node.id) && known.add(node.id))
  const drawn = new Set(model.edges.map(edgeKey))
  const edges = (edit.edges ?? []).filter(
    (edge) =>
      known.has(edge.source) &&
      known.has(edge.target) &&
      !drawn.has(edgeKey(edge)) &&
      drawn.add(edgeKey(edge)),
  )
  const notes = newOnes(model.drawing.notes, edit.notes ?? [])
  const groups = newOnes(model.drawing.groups, edit.groups ?? [])
  if (!nodes.length && !edges.length && !notes.length && !groups.length) return model
  return {
    ...model,
    nodes: nodes.length ? [...model.nodes, ...nodes] : model.nodes,
    edges: edges.length ? [...model.edges, ...edges] : model.edges,
    drawing:
      notes.length || groups.length
        ? {
            notes: [...model.drawing.notes, ...notes],
            groups: exclusive(model.drawing.groups, groups),
          }
        : model.drawing,
  }
}

function newOnes<T extends { id: string }>(old: readonly T[], added: readonly T[]): T[] {
  const known = new Set(old.map((one) => one.id))
  return added.filter((one) => !known.has(one.id) && known.add(one.id))
}

/** A node is in one group at most: joining a new one leaves the old one. */
function exclusive(old: readonly Group[], added: readonly Group[]): Group[] {
  const taken = new Set(added.flatMap((group) => group.nodes))
  return [...old.map((group) => without(group, taken)), ...added].filter(
    (group) => group.nodes.length > 0,
  )
}

function without(group: Group, gone: ReadonlySet<NodeId>): Group {
  const nodes = group.nodes.filter((id) => !gone.has(id))
  return nodes.length === group.nodes.length ? group : { ...group, nodes }
}

function remove(model: DataModel, edit: Extract<Edit, { kind: 'remove' }>): DataModel {
  const gone = new Set(edit.nodes)
  const cut = new Set((edit.edges ?? []).map(edgeKey))
  const nodes = model.nodes.filter((node) => !gone.has(node.id))
  const edges = model.edges.filter(
    (edge) => !gone.has(edge.source) && !gone.has(edge.target) && !cut.has(edgeKey(edge)),
  )
  const goneNotes = new Set(edit.notes)
  const goneGroups = new Set(edit.groups)
  const notes = model.drawing.notes.filter((note) => !goneNotes.has(note.id))
  const groups = model.drawing.groups
    .filter((group) => !goneGroups.has(group.id))
    .map((group) => (gone.size ? without(group, gone) : group))
    .filter((group) => group.nodes.length > 0)
  const { drawing } = model
  const drawingIsSame =
    notes.length === drawing.notes.length &&
    groups.length === drawing.groups.length &&
    groups.every((group, index) => group === drawing.groups[index])
  if (nodes.length === model.nodes.length && edges.length === model.edges.length && drawingIsSame)
    return model
  return {
    ...model,
    nodes: nodes.length === model.nodes.length ? model.nodes : nodes,
    edges: edges.length === model.edges.length ? model.edges : edges,
    drawing: drawingIsSame ? drawing : { notes, groups },
  }
}

function move(model: DataModel, edit: Extract<Edit, { kind: 'move' }>): DataModel {
  let moved = false
  const nodes = model.nodes.map((node) => {
    const to = edit.nodes?.[node.id]
    if (!to || (node.position?.x === to.x && node.position.y === to.y)) return node
    moved = true
    return { ...node, position: { x: to.x, y: to.y } }
  })
  let notesMoved = false
  const notes = model.drawing.notes.map((note) => {
    const to = edit.notes?.[note.id]
    if (!to || (note.x === to.x && note.y === to.y)) return note
    notesMoved = true
    return { ...note, x: to.x, y: to.y }
  })
  if (!moved && !notesMoved) return model
  return {
    ...model,
    nodes: moved ? nodes : model.nodes,
    drawing: notesMoved ? { ...model.drawing, notes } : model.drawing,
  }
}

function rename(model: DataModel, id: NodeId, newId: NodeId): DataModel {
  const ids = new Set(model.nodes.map((node) => node.id))
  if (id === newId || !newId || !ids.has(id) || ids.has(newId)) return model
  const renamed = (one: NodeId) => (one === id ? newId : one)
  return {
    ...model,
    nodes: model.nodes.map((node) =>
      node.id === id ? { ...node, id: newId, name: node.name === id ? newId : node.name } : node,
    ),
    edges: model.edges.map((edge) =>
      edge.source === id || edge.target === id
        ? { ...edge, source: renamed(edge.source), target: renamed(edge.target) }
        : edge,
    ),
    drawing: {
      ...model.drawing,
      groups: model.drawing.groups.map((group) =>
        group.nodes.includes(id) ? { ...group, nodes: group.nodes.map(renamed) } : group,
      ),
    },
  }
}

function changeNode(
  model: DataModel,
  id: NodeId,
  change: (node: ModelNode) => ModelNode,
): DataModel {
  const index = model.nodes.findIndex((node) => node.id === id)
  const node = model.nodes[index]
  if (!node) return model
  const after = change(node)
  if (after === node) return model
  return { ...model, nodes: model.nodes.with(index, after) }
}

function changeEdge(model: DataModel, edge: ModelEdge, change: Partial<ModelEdge>): DataModel {
  const key = edgeKey(edge)
  const index = model.edges.findIndex((one) => edgeKey(one) === key)
  const old = model.edges[index]
  if (!old) return model
  const after = changed(old, change)
  if (after === old) return model
  // Two edges that say the same are one.
  const twin = edgeKey(after)
  const edges = model.edges.with(index, after)
  return {
    ...model,
    edges: edges.filter((one, place) => place === index || edgeKey(one) !== twin),
  }
}

function changeById<T extends { id: string }>(
  list: readonly T[],
  id: string,
  change: NoInfer<Partial<T>>,
): T[] {
  return list.map((one) => (one.id === id ? changed(one, change) : one))
}

function withDrawing(model: DataModel, drawing: Drawing): DataModel {
  const isSame =
    drawing.notes.every((note, index) => note === model.drawing.notes[index]) &&
    drawing.groups.every((group, index) => group === model.drawing.groups[index])
  return isSame ? model : { ...model, drawing }
}

function changed<T extends object>(value: T, change: NoInfer<Partial<T>>): T {
  const differs = (Object.keys(change) as (keyof T)[]).some((key) => change[key] !== value[key])
  return differs ? { ...value, ...change } : value
}

/** A copy of a JSON value with something else at a path; missing parents are made. */
export function setIn(value: unknown, path: Path, next: unknown): unknown {
  const [step, ...rest] = path
  if (step === undefined) return sameJson(value, next) ? value : next
  const old = stepInto(value, step)
  const inner = setIn(old, rest, next)
  if (inner === old && old !== undefined) return value
  if (typeof step === 'number') {
    const list = Array.isArray(value) ? [...value] : []
    list[step] = inner
    return list
  }
  return { ...(isMap(value) ? value : {}), [step]: inner }
}

/** A copy of a JSON value without what is at a path; parents stay, also empty ones. */
export function unsetIn(value: unknown, path: Path): unknown {
  const [step, ...rest] = path
  if (step === undefined) return value
  const old = stepInto(value, step)
  if (old === undefined) return value
  if (rest.length) {
    const inner = unsetIn(old, rest)
    return inner === old ? value : setIn(value, [step], inner)
  }
  if (Array.isArray(value)) return value.filter((_, index) => index !== step)
  const { [String(step)]: _, ...kept } = value as Record<string, unknown>
  return kept
}

/** What is at a path of a JSON value; undefined when there is nothing. */
export function getIn(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(stepInto, value)
}

function stepInto(value: unknown, step: string | number): unknown {
  if (Array.isArray(value)) return typeof step === 'number' ? value[step] : undefined
  return isMap(value) ? value[step] : undefined
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function sameJson(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other)
}
