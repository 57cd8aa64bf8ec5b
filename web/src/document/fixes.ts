import { applyEdit, type Edit, setIn, unsetIn } from './edit'
import { type DataModel, type EdgeKind, edgeKey, type ModelEdge } from './model'
import type { Finding, Fix, FixChange } from './server'

type TextChange = Extract<FixChange, { op: 'text' }>
type EdgeChange = Extract<FixChange, { op: 'add_edge' | 'remove_edge' }>
type DrawnChange = Exclude<FixChange, TextChange>

/** What a fix does to a drawing, as one step; null when it changes the text or both. */
export function editOf(fix: Fix, model: DataModel): Edit | null {
  if (!fix.changes.length) return null
  const edits: Edit[] = []
  let now = model
  for (const change of fix.changes) {
    if (change.op === 'text') return null
    const edit = editOfChange(change, now)
    if (!edit) return null
    edits.push(edit)
    now = applyEdit(now, edit)
  }
  return edits.length === 1 && edits[0] ? edits[0] : { kind: 'several', edits }
}

function editOfChange(change: DrawnChange, model: DataModel): Edit | null {
  switch (change.op) {
    case 'set':
    case 'unset':
      return editOfValue(change, model)
    case 'add_edge':
      return { kind: 'add', edges: [edgeOf(change)] }
    case 'remove_edge':
      return withoutLastEdge(change, model)
    case 'set_type':
      return { kind: 'set-node', id: change.node, change: { type: change.value } }
    case 'remove_node':
      return withoutTwin(change.node, model) ?? { kind: 'remove', nodes: [change.node] }
    case 'rename_node':
      return (
        withoutTwin(change.node, model, change.value) ?? {
          kind: 'rename-node',
          id: change.node,
          newId: change.value,
        }
      )
    default:
      return change satisfies never
  }
}

/** Paths begin at the node (`properties`, `name`), or at the model when no node is named. */
function editOfValue(
  change: Extract<DrawnChange, { op: 'set' | 'unset' }>,
  model: DataModel,
): Edit | null {
  const [first, ...rest] = change.path
  if (typeof first !== 'string') return null
  const next = (old: unknown) =>
    change.op === 'set' ? setIn(old, rest, change.value) : unsetIn(old, rest)
  if (!change.node) {
    if (first === 'drawing') return editOfGroup(change, model)
    const old = Object.entries(model).find(([name]) => name === first)
    return old ? { kind: 'set-model', change: { [first]: next(old[1]) } } : null
  }
  if (first === 'properties')
    return change.op === 'set'
      ? { kind: 'set-property', id: change.node, path: rest, value: change.value }
      : { kind: 'unset-property', id: change.node, path: rest }
  if (change.op === 'unset' || rest.length) return null
  return { kind: 'set-node', id: change.node, change: { [first]: change.value } }
}

/** `drawing.groups.0.nodes`: the only values of a drawing that rules have a mend for. */
function editOfGroup(
  change: Extract<DrawnChange, { op: 'set' | 'unset' }>,
  model: DataModel,
): Edit | null {
  const [, list, at, name, ...rest] = change.path
  const group = list === 'groups' && typeof at === 'number' ? model.drawing.groups[at] : undefined
  if (!group || name !== 'nodes') return null
  const nodes =
    change.op === 'set' ? setIn(group.nodes, rest, change.value) : unsetIn(group.nodes, rest)
  return { kind: 'set-group', id: group.id, change: { nodes: nodes as string[] } }
}

function edgeOf(change: EdgeChange): ModelEdge {
  const { source, target, type, outcome } = change
  return { source, target, type: type as EdgeKind, outcome: outcome ?? '' }
}

/** The last edge of a kind between two nodes goes; of two that say the same the first stays. */
function withoutLastEdge({ source, target, type }: EdgeChange, model: DataModel): Edit | null {
  const last = model.edges.findLast(
    (edge) => edge.source === source && edge.target === target && edge.type === type,
  )
  if (!last) return null
  const gone: Edit = { kind: 'remove', edges: [last] }
  const twins = model.edges.filter((edge) => edgeKey(edge) === edgeKey(last)).length
  return twins < 2 ? gone : { kind: 'several', edits: [gone, { kind: 'add', edges: [last] }] }
}

/**
 * Of two nodes with one id, the second is taken away, or gets an id of its own; edges stay with the
 * first. Null when the id is not given twice.
 */
function withoutTwin(id: string, model: DataModel, newId = ''): Edit | null {
  const [first, second, third] = model.nodes.filter((node) => node.id === id)
  if (!first || !second || third) return null
  const edges = model.edges.filter((edge) => edge.source === id || edge.target === id)
  const renamed = newId ? [{ ...second, id: newId }] : []
  const groups = model.drawing.groups.filter((group) => group.nodes.includes(id))
  return {
    kind: 'several',
    edits: [
      { kind: 'remove', nodes: [id] },
      { kind: 'add', nodes: [first, ...renamed], edges, groups },
      ...groups.map(
        (group): Edit => ({
          kind: 'set-group',
          id: group.id,
          change: { nodes: group.nodes },
        }),
      ),
    ],
  }
}

/** The text with a fix's changes made; null when the fix is one of the drawing. */
export function textWith(fix: Fix, text: string): string | null {
  if (!fix.changes.length || fix.changes.some((change) => change.op !== 'text')) return null
  const starts = lineStarts(text)
  const at = (line: number, column: number) =>
    Math.min((starts[line - 1] ?? text.length) + column - 1, text.length)
  // From the end, so that places before a change stay what they are.
  return (fix.changes as TextChange[])
    .map((change) => ({
      from: at(change.line, change.column),
      to: at(change.end_line, change.end_column),
      text: change.text,
    }))
    .sort((one, other) => other.from - one.from)
    .reduce((now, { from, to, text: put }) => now.slice(0, from) + put + now.slice(to), text)
}

function lineStarts(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

/** Findings by the node they are about, errors first; `''` holds those about the whole model. */
export function byNode(findings: readonly Finding[]): Map<string, Finding[]> {
  const found = new Map<string, Finding[]>()
  for (const finding of findings) {
    const node = finding.where.node ?? ''
    const list = found.get(node)
    if (list) list.push(finding)
    else found.set(node, [finding])
  }
  const worst = { error: 0, warning: 1, info: 2 }
  for (const list of found.values())
    list.sort((one, other) => worst[one.severity] - worst[other.severity])
  return new Map(
    [...found].sort(
      ([, one], [, other]) =>
        worst[one[0]?.severity ?? 'info'] - worst[other[0]?.severity ?? 'info'],
    ),
  )
}

/** Of one finding, in a list: what tells it from the others. */
export const findingKey = (finding: Finding): string =>
  JSON.stringify([finding.rule, finding.where, finding.problem])
