/** What React Flow says is selected, in the terms of the view: nodes, edges, notes and groups. */

import { designerView, useDesignerView } from '../view'
import { type FlowNode, groupId, noteId } from './flow'

interface Chosen {
  id: string
  selected: boolean
}

export function select(nodes: readonly Chosen[], edges: readonly Chosen[] = []): void {
  if (!nodes.length && !edges.length) return
  const now = useDesignerView.getState()
  const next = {
    nodes: new Set(now.nodes),
    edges: new Set(now.edges),
    notes: new Set(now.notes),
    groups: new Set(now.groups),
  }
  for (const { id, selected } of nodes) {
    const [kind, own] = parts(id)
    next[kind][selected ? 'add' : 'delete'](own)
  }
  for (const { id, selected } of edges) next.edges[selected ? 'add' : 'delete'](id)
  designerView.select(next.nodes, next.edges, next.notes, next.groups)
}

export function selectOnly(node: FlowNode): void {
  const [kind, id] = parts(node.id)
  designerView.select(
    kind === 'nodes' ? [id] : [],
    [],
    kind === 'notes' ? [id] : [],
    kind === 'groups' ? [id] : [],
  )
}

function parts(id: string): ['nodes' | 'notes' | 'groups', string] {
  if (id.startsWith(noteId(''))) return ['notes', id.slice(noteId('').length)]
  if (id.startsWith(groupId(''))) return ['groups', id.slice(groupId('').length)]
  return ['nodes', id]
}
