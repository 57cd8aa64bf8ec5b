/** What is there already: renamed, coloured, switched off, taken away. */

import { snap } from '@/document/layout'
import { edgeKey, type NodeId, type Note } from '@/document/model'
import { documentActions } from '@/document/store'
import { counted, texts } from '@/texts'
import { designerView } from '../../view'
import { groupId, noteId } from '../flow'
import { say, setCanvas } from '../state'
import { chosenNodes, nodeById, opened, view } from './reading'

const t = texts.designer.canvas

export const changing = {
  remove(withMembers = false): void {
    const open = opened()
    if (!open) return
    const { nodes, edges, notes, groups } = view()
    const gone = withMembers ? chosenNodes() : nodes
    const cutEdges = open.model.edges.filter((edge) => edges.has(edgeKey(edge)))
    const isDone = documentActions.edit(
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
    documentActions.edit({ kind: 'set-node', id, change: { name } }, t.step.rename)
  },

  renameGroup(id: string, name: string): void {
    documentActions.edit({ kind: 'set-group', id, change: { name } }, t.step.renameGroup)
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
    documentActions.edit(
      {
        kind: 'several',
        edits: chosen.map((id) => ({ kind: 'set-node', id, change: { enabled: !isOn } })),
      },
      isOn ? t.step.disable : t.step.enable,
    )
  },

  setNote(id: string, change: Partial<Omit<Note, 'id'>>, label: string = t.step.note): void {
    documentActions.edit({ kind: 'set-note', id, change }, label)
  },

  resizeNote(id: string, size: { x: number; y: number; width: number; height: number }): void {
    const { x, y, width, height } = size
    changing.setNote(
      id,
      { x: snap(x), y: snap(y), width: snap(width), height: snap(height) },
      t.step.resize,
    )
  },

  setColour(colour: string): void {
    const { notes, groups } = view()
    documentActions.edit(
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
}
