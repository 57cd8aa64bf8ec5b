/** Parts of a model as text, and as new parts of a model: what copy, paste and duplicate share. */

import { stringify } from 'yaml'
import type { Edit } from './edit'
import { boundsOf, cardAt } from './layout'
import {
  type DataModel,
  freeId,
  type Group,
  idFrom,
  type ModelEdge,
  type ModelNode,
  type NodeId,
  type Note,
  type Point,
} from './model'

/** Some nodes with the edges and groups between them, and notes. */
export interface Clip {
  nodes: readonly ModelNode[]
  edges: readonly ModelEdge[]
  notes: readonly Note[]
  groups: readonly Group[]
}

export const isEmpty = (clip: Clip): boolean => !clip.nodes.length && !clip.notes.length

/** What is selected, with what is wholly inside it. */
export function cut(
  model: DataModel,
  nodes: ReadonlySet<NodeId>,
  notes: ReadonlySet<string>,
): Clip {
  return {
    nodes: model.nodes.filter((node) => nodes.has(node.id)),
    edges: model.edges.filter((edge) => nodes.has(edge.source) && nodes.has(edge.target)),
    notes: model.drawing.notes.filter((note) => notes.has(note.id)),
    groups: model.drawing.groups.filter((group) => group.nodes.every((id) => nodes.has(id))),
  }
}

/** A model file of its own that holds the clip: any editor, any window and the command line read it. */
export function clipText(clip: Clip, title: string): string {
  const drawing = {
    ...(clip.notes.length && {
      notes: clip.notes.map(({ color, ...note }) => ({ ...note, ...(color && { color }) })),
    }),
    ...(clip.groups.length && {
      groups: clip.groups.map(({ color, collapsed, ...group }) => ({
        ...group,
        ...(collapsed && { collapsed }),
        ...(color && { color }),
      })),
    }),
  }
  const model = {
    id: 'copied',
    name: title,
    nodes: clip.nodes.map((node) => ({
      id: node.id,
      type: node.type,
      ...(node.name && { name: node.name }),
      ...(node.description && { description: node.description }),
      ...(!node.enabled && { enabled: false }),
      ...(node.position && { position: node.position }),
      ...(Object.keys(node.properties).length && { properties: node.properties }),
    })),
    ...(clip.edges.length && {
      edges: clip.edges.map(({ outcome, ...edge }) => ({ ...edge, ...(outcome && { outcome }) })),
    }),
    ...(Object.keys(drawing).length && { drawing }),
  }
  return stringify({ data_models: [model] }, { aliasDuplicateObjects: false, lineWidth: 0 })
}

/** Everything of a model, to paste it into another. */
export function wholeOf(model: DataModel): Clip {
  return { nodes: model.nodes, edges: model.edges, ...model.drawing }
}

/**
 * The edit that puts a clip into a model under free ids, and what is new then.
 *
 * @param middle Where the middle of the clip goes; without it, a step beside where it was.
 */
export function pasteInto(
  model: DataModel,
  clip: Clip,
  middle?: Point,
  shift: Point = { x: 32, y: 32 },
): { edit: Edit; nodes: NodeId[]; notes: string[] } {
  const taken = new Set(model.nodes.map((node) => node.id))
  const renamed = new Map<NodeId, NodeId>()
  for (const node of clip.nodes) {
    const id = freeId(node.id || idFrom(node.name), taken)
    taken.add(id)
    renamed.set(node.id, id)
  }
  const box = boundsOf([
    ...clip.nodes.flatMap((node) => (node.position ? [cardAt(node.position)] : [])),
    ...clip.notes,
  ])
  const by =
    middle && box
      ? {
          x: Math.round(middle.x - box.x - box.width / 2),
          y: Math.round(middle.y - box.y - box.height / 2),
        }
      : shift
  const moved = (at: Point) => ({ x: at.x + by.x, y: at.y + by.y })
  const end = (id: NodeId) => renamed.get(id) ?? id
  const notes = new Set(model.drawing.notes.map((note) => note.id))
  const groups = new Set(model.drawing.groups.map((group) => group.id))
  const newNotes = clip.notes.map((note) => {
    const id = freeId(note.id, notes)
    notes.add(id)
    return { ...note, ...moved(note), id }
  })
  const newGroups = clip.groups.map((group) => {
    const id = freeId(group.id, groups)
    groups.add(id)
    return { ...group, id, nodes: group.nodes.map(end) }
  })
  const nodes = clip.nodes.map((node, index) => ({
    ...node,
    id: end(node.id),
    position: node.position
      ? moved(node.position)
      : middle
        ? { x: middle.x, y: middle.y + index * 84 }
        : null,
  }))
  return {
    edit: {
      kind: 'add',
      nodes,
      edges: clip.edges.map((edge) => ({
        ...edge,
        source: end(edge.source),
        target: end(edge.target),
      })),
      notes: newNotes,
      groups: newGroups,
    },
    nodes: nodes.map((node) => node.id),
    notes: newNotes.map((note) => note.id),
  }
}

/** Whether a text is a statement that makes a table rather than a model. */
export const isTableStatement = (text: string): boolean =>
  /^\s*(--[^\n]*\n\s*|\/\*[\s\S]*?\*\/\s*)*(create|replace)\s+(or\s+(replace|refresh)\s+)?([a-z]+\s+){0,3}table\b/i.test(
    text,
  )

/** The statements of a script of CREATE TABLEs, each by itself. */
export function tableStatements(text: string): string[] {
  return text
    .split(/;[ \t]*(?:--[^\n]*)?(?=\s*(?:\n|$))/)
    .map((part) => part.trim())
    .filter((part) => isTableStatement(part))
}
