/** Everything that a person does on the canvas, as edits of the document. */

import { documentActions } from '@/document/store'
import { texts } from '@/texts'
import { say } from '../state'
import { adding } from './adding'
import { changing } from './changing'
import { connecting } from './connecting'
import { copying } from './copying'
import { grouping } from './grouping'
import { looking } from './looking'
import { placing } from './placing'
import { opened } from './reading'

const t = texts.designer.canvas

export const canvasActions = {
  ...adding,
  ...connecting,
  ...changing,
  ...grouping,
  ...placing,
  ...looking,
  ...copying,

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
}
