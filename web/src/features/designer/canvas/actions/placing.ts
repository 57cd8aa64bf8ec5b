/** Where things stand: moved by hand, lined up, or arranged by an engine. */

import type { Edit } from '@/document/edit'
import { type Alignment, aligned, distributed } from '@/document/layout'
import type { NodeId, Point } from '@/document/model'
import { documentActions } from '@/document/store'
import { texts } from '@/texts'
import type { Engine } from '../../layout/arrange'
import { arrange } from '../../layout/run'
import { say, setCanvas, useCanvas } from '../state'
import { looking } from './looking'
import { chosenNodes, chosenPlaces, nodeById, opened, placeIfKnown, placeOf, view } from './reading'

const t = texts.designer.canvas

export const placing = {
  moveTo(nodes: Record<NodeId, Point>, notes: Record<string, Point>): void {
    if (documentActions.edit(moveEdit(nodes, notes), t.step.move)) say(t.said.moved)
  },

  nudge(dx: number, dy: number): void {
    const open = opened()
    if (!open) return
    const nodes: Record<NodeId, Point> = {}
    for (const id of chosenNodes()) {
      const node = nodeById(id)
      if (node) nodes[id] = { x: placeOf(node).x + dx, y: placeOf(node).y + dy }
    }
    const notes: Record<string, Point> = {}
    for (const note of open.model.drawing.notes)
      if (view().notes.has(note.id)) notes[note.id] = { x: note.x + dx, y: note.y + dy }
    documentActions.edit(moveEdit(nodes, notes), t.step.move, 'nudge')
  },

  align(how: Alignment): void {
    documentActions.edit(moveEdit(aligned(chosenPlaces(), how)), t.step.align)
  },

  distribute(axis: 'x' | 'y'): void {
    documentActions.edit(moveEdit(distributed(chosenPlaces(), axis)), t.step.distribute)
  },

  /** Find places for everything, or for what is selected. Ends when it is told to. */
  async arrange(engine: Engine, onlySelected: boolean): Promise<void> {
    const open = opened()
    if (!open || open.readOnly !== null) return
    useCanvas.getState().arranging?.abort()
    const stopping = new AbortController()
    setCanvas({ arranging: stopping })
    const only = onlySelected ? chosenNodes() : undefined
    try {
      const found = await arrange(open.model, (id) => placeIfKnown(id), {
        engine,
        only,
        signal: stopping.signal,
      })
      if (stopping.signal.aborted) return
      if (documentActions.edit(moveEdit(found), t.step.arrange))
        say(t.arranged(Object.keys(found).length))
      if (!onlySelected) looking.fit()
    } catch (error) {
      if (!stopping.signal.aborted) throw error
    } finally {
      if (useCanvas.getState().arranging === stopping)
        setTimeout(() => {
          if (useCanvas.getState().arranging === stopping) setCanvas({ arranging: null })
        }, 260)
    }
  },

  stopArranging(): void {
    useCanvas.getState().arranging?.abort()
    setCanvas({ arranging: null })
  },
}

/**
 * New places. Those that were found for nodes without one are kept with them, or the rest would be
 * somewhere else the next time.
 */
function moveEdit(nodes: Readonly<Record<NodeId, Point>>, notes?: Record<string, Point>): Edit {
  const unplaced: Record<NodeId, Point> = {}
  const { placed } = useCanvas.getState()
  for (const node of opened()?.model.nodes ?? []) {
    const at = placed[node.id]
    if (!node.position && at) unplaced[node.id] = at
  }
  return { kind: 'move', nodes: { ...unplaced, ...nodes }, ...(notes && { notes }) }
}
