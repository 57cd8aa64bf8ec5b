/** What the acts of the canvas read: the open model, what is selected, and where it stands. */

import { cardAt } from '@/document/layout'
import type { DataModel, ModelNode, NodeId, Point } from '@/document/model'
import { documentStore } from '@/document/store'
import { useDesignerView } from '../../view'
import { NOWHERE } from '../flow'
import { useCanvas } from '../state'

export const opened = () => documentStore.getState().open
export const view = () => useDesignerView.getState()

export const nodeById = (id: NodeId) => opened()?.model.nodes.find((node) => node.id === id)

export function placeOf(node: ModelNode): Point {
  return node.position ?? useCanvas.getState().placed[node.id] ?? NOWHERE
}

export function placeIfKnown(id: NodeId): Point | null {
  const node = nodeById(id)
  return node?.position ?? useCanvas.getState().placed[id] ?? null
}

/** Everything that stands on the canvas. */
export const boxes = (model: DataModel) => [
  ...model.nodes.map((node) => cardAt(placeOf(node))),
  ...model.drawing.notes,
]

/** The selected nodes, with those in selected groups. */
export function chosenNodes(): Set<NodeId> {
  const { nodes, groups } = view()
  const all = new Set(nodes)
  for (const group of opened()?.model.drawing.groups ?? [])
    if (groups.has(group.id)) for (const id of group.nodes) all.add(id)
  return all
}

export function chosenPlaces(): Map<NodeId, Point> {
  const chosen = chosenNodes()
  return new Map(
    (opened()?.model.nodes ?? [])
      .filter((node) => chosen.has(node.id))
      .map((node) => [node.id, placeOf(node)]),
  )
}
