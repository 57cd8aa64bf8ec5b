/** Edges: made, put elsewhere, taken away. */

import { toast } from 'sonner'
import { connect, type End, misfits } from '@/document/connections'
import { type EdgeKind, edgeKey, type ModelEdge } from '@/document/model'
import { documentActions } from '@/document/store'
import { counted, texts } from '@/texts'
import { misfitText, nameOf } from '../misfitText'
import { stage } from '../stage'
import { say, setCanvas } from '../state'
import { opened } from './reading'

const t = texts.designer.canvas

export const connecting = {
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
    const done = documentActions.edit({ kind: 'add', edges: [answer.edge] }, t.step.connect)
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
      documentActions.edit(
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
    documentActions.edit({ kind: 'remove', edges: [edge] }, t.step.delete)
    say(t.said.removed(counted(1, 'connection')))
  },
}

function refused(why: string): void {
  say(t.said.refused(why))
  toast.warning(why)
}
