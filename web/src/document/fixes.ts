import type { Edit } from './edit'
import type { EdgeKind, ModelEdge } from './model'
import type { Finding, Fix, FixChange } from './server'

type TextChange = Extract<FixChange, { op: 'text' }>
type DrawnChange = Exclude<FixChange, TextChange>

/** What a fix does to the drawing, as one step; null when it changes the text or both. */
export function editOf(fix: Fix): Edit | null {
  if (!fix.changes.length || fix.changes.some((change) => change.op === 'text')) return null
  const edits = (fix.changes as DrawnChange[]).map(editOfChange)
  return edits.length === 1 && edits[0] ? edits[0] : { kind: 'several', edits }
}

function editOfChange(change: DrawnChange): Edit {
  switch (change.op) {
    case 'set':
      return { kind: 'set-property', id: change.node, path: change.path, value: change.value }
    case 'unset':
      return { kind: 'unset-property', id: change.node, path: change.path }
    case 'add_edge':
      return { kind: 'add', edges: [edgeOf(change)] }
    case 'remove_edge':
      return { kind: 'remove', edges: [edgeOf(change)] }
    case 'set_type':
      return { kind: 'set-node', id: change.node, change: { type: change.value } }
    case 'remove_node':
      return { kind: 'remove', nodes: [change.node] }
    case 'rename_node':
      return { kind: 'rename-node', id: change.node, newId: change.value }
    default:
      return change satisfies never
  }
}

function edgeOf(change: Extract<DrawnChange, { op: 'add_edge' | 'remove_edge' }>): ModelEdge {
  const { source, target, type, outcome } = change
  return { source, target, type: type as EdgeKind, outcome: outcome ?? '' }
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
