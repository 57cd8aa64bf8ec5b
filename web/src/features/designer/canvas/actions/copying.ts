/** Copies of what is selected, and what is pasted. */

import { type Clip, cut, isEmpty, pasteInto } from '@/document/clipboard'
import type { DataModel, Point } from '@/document/model'
import { documentActions } from '@/document/store'
import { texts } from '@/texts'
import { designerView } from '../../view'
import { say } from '../state'
import { chosenNodes, opened, placeOf, view } from './reading'

const t = texts.designer.canvas

export const copying = {
  addClip(clip: Clip, label: string, middle?: Point, shift?: Point): void {
    const open = opened()
    if (!open || isEmpty(clip)) return
    const pasted = pasteInto(open.model, clip, middle, shift)
    if (!documentActions.edit(pasted.edit, label)) return
    designerView.select(pasted.nodes, [], pasted.notes)
    say(t.said.pasted(pasted.nodes.length))
  },

  clip(): Clip | null {
    const open = opened()
    if (!open) return null
    const found = cut(withPlaces(open.model), chosenNodes(), view().notes)
    return isEmpty(found) ? null : found
  },

  duplicate(): void {
    const clip = copying.clip()
    if (clip) copying.addClip(clip, t.step.duplicate)
  },
}

const withPlaces = (model: DataModel): DataModel => ({
  ...model,
  nodes: model.nodes.map((node) => (node.position ? node : { ...node, position: placeOf(node) })),
})
