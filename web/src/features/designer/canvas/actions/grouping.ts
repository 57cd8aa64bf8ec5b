/** Frames around nodes, that fold. */

import { freeId } from '@/document/model'
import { documentActions } from '@/document/store'
import { texts } from '@/texts'
import { designerView } from '../../view'
import { chosenNodes, opened, view } from './reading'

const t = texts.designer.canvas

export const grouping = {
  group(): void {
    const open = opened()
    const nodes = [...chosenNodes()]
    if (!open || nodes.length === 0) return
    const { groups } = open.model.drawing
    const id = freeId('group', new Set(groups.map((group) => group.id)))
    const name = groups.length ? `${t.newGroup} ${groups.length + 1}` : t.newGroup
    const group = { id, name, nodes, collapsed: false, color: '' }
    if (!documentActions.edit({ kind: 'add', groups: [group] }, t.step.group)) return
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
    if (
      documentActions.edit(
        { kind: 'remove', groups: gone.map((group) => group.id) },
        t.step.ungroup,
      )
    )
      designerView.select(members)
  },

  fold(id: string): void {
    const group = opened()?.model.drawing.groups.find((one) => one.id === id)
    if (!group) return
    documentActions.edit(
      { kind: 'set-group', id, change: { collapsed: !group.collapsed } },
      group.collapsed ? t.step.unfold : t.step.fold,
    )
    designerView.select([], [], [], [id])
  },
}
