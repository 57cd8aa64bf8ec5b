/** What is seen and selected; nothing here changes the model. */

import { boundsOf, cardAt, reach, readingOrder } from '@/document/layout'
import { CARD, type NodeId } from '@/document/model'
import { texts } from '@/texts'
import { designerView, useDesignerView } from '../../view'
import { NOWHERE } from '../flow'
import { nameOf } from '../misfitText'
import { stage } from '../stage'
import { say, setCanvas, useCanvas } from '../state'
import {
  boxes,
  chosenNodes,
  chosenPlaces,
  nodeById,
  opened,
  placeIfKnown,
  placeOf,
  view,
} from './reading'

const t = texts.designer.canvas

export const looking = {
  fit(): void {
    const open = opened()
    if (open) stage()?.show(boundsOf(boxes(open.model)))
  },

  zoomToSelection(): void {
    const chosen = [...chosenPlaces().values()].map(cardAt)
    const notes = opened()?.model.drawing.notes.filter((note) => view().notes.has(note.id)) ?? []
    stage()?.show(boundsOf([...chosen, ...notes]))
  },

  reveal(id: NodeId): void {
    const node = nodeById(id)
    if (node) stage()?.show(cardAt(placeOf(node)), { closest: 1 })
  },

  selectAll(): void {
    const model = opened()?.model
    if (!model) return
    designerView.select(
      model.nodes.map((node) => node.id),
      [],
      model.drawing.notes.map((note) => note.id),
    )
  },

  selectNone(): void {
    if (useCanvas.getState().lit) setCanvas({ lit: null })
    else designerView.select([])
  },

  /** Walk the graph in the order of reading. Returns false at its end. */
  walk(step: 1 | -1): boolean {
    const open = opened()
    if (!open || open.model.nodes.length === 0) return false
    const order = readingOrder(open.model, open.waves, (id) => placeIfKnown(id) ?? NOWHERE)
    const [first] = view().nodes
    const now = first === undefined ? (step > 0 ? -1 : order.length) : order.indexOf(first)
    const next = order[now + step]
    if (next === undefined) return false
    showNew(next)
    const node = nodeById(next)
    const type = node && stage()?.types.get(node.type)
    say(t.said.selected(nameOf(next), type?.label ?? ''))
    return true
  },

  highlight(way: 'upstream' | 'downstream'): void {
    const open = opened()
    if (!open) return
    const chosen = chosenNodes()
    const derived = open.derived.map(({ source, target }) => ({
      source,
      target,
      type: 'depends_on' as const,
      outcome: '',
    }))
    const found = reach([...open.model.edges, ...derived], chosen, way)
    setCanvas({ lit: new Set([...chosen, ...found]) })
    say(t.said.lit(found.size, t.ways[way] ?? way))
  },

  showProblems(id: NodeId): void {
    designerView.select([id])
    designerView.openDrawer('problems')
  },
}

/** Select a node, and bring it into view when it is not. */
export function showNew(id: NodeId): void {
  designerView.select([id])
  const node = nodeById(id)
  const seen = stage()?.seen()
  if (!node || !seen) return
  const at = placeOf(node)
  const isSeen =
    at.x >= seen.x &&
    at.y >= seen.y &&
    at.x + CARD.width <= seen.x + seen.width &&
    at.y + CARD.height <= seen.y + seen.height
  if (!isSeen) useDesignerView.setState({ reveal: { node: id, at: Date.now() } })
}
