/** Places while something is dragged, with guides, and the one step that is kept in the end. */

import type { NodeChange } from '@xyflow/react'
import { alignTo, type Box, boundsOf } from '@/document/layout'
import type { NodeId, Point } from '@/document/model'
import { documentStore } from '@/document/store'
import { canvasActions } from './actions'
import type { FlowNode } from './flow'
import { stage } from './stage'
import { setCanvas, useCanvas } from './state'

const GUIDES_UP_TO = 400

/** Where things are that are dragged or resized now. */
export type Live = ReadonlyMap<string, Partial<Box>>
export const STILL: Live = new Map()

/** Places while something is dragged: with guides, and with the members of a dragged frame. */
export function moved(
  nodes: readonly FlowNode[],
  before: Live,
  changes: readonly NodeChange<FlowNode>[],
  isFree: boolean,
): Live {
  const live = new Map(before)
  const byId = new Map(nodes.map((node) => [node.id, node]))
  for (const change of changes) {
    if (change.type === 'position' && change.position)
      live.set(change.id, { ...live.get(change.id), ...change.position })
    if (change.type === 'dimensions' && change.dimensions)
      live.set(change.id, { ...live.get(change.id), ...change.dimensions })
  }
  const isDrag = changes.some((change) => change.type === 'position' && change.dragging)
  if (isDrag && !isFree) lineUp(nodes, live)
  else setCanvas({ guides: [] })
  for (const [id, at] of [...live]) {
    const frame = byId.get(id)
    if (frame?.type !== 'frame' || at.x === undefined || at.y === undefined) continue
    for (const member of frame.data.group.nodes) {
      const card = byId.get(member)
      const isOwn = changes.some((change) => 'id' in change && change.id === member)
      if (card && !isOwn)
        live.set(member, {
          x: card.position.x + at.x - frame.position.x,
          y: card.position.y + at.y - frame.position.y,
        })
    }
  }
  return live
}

function lineUp(nodes: readonly FlowNode[], live: Map<string, Partial<Box>>): void {
  const boxOf = (node: FlowNode): Box => ({
    ...node.position,
    width: node.width ?? 0,
    height: node.height ?? 0,
  })
  const isLive = (node: FlowNode) => live.has(node.id) && node.type !== 'frame'
  const moving = boundsOf(
    nodes.filter(isLive).map((node) => ({ ...boxOf(node), ...live.get(node.id) })),
  )
  const seen = stage()?.seen()
  if (!moving || !seen) return
  const others = nodes
    .filter((node) => !live.has(node.id) && (node.type === 'card' || node.type === 'box'))
    .map(boxOf)
    .filter(
      (box) =>
        box.x < seen.x + seen.width &&
        box.x + box.width > seen.x &&
        box.y < seen.y + seen.height &&
        box.y + box.height > seen.y,
    )
  if (others.length > GUIDES_UP_TO) return
  const { dx, dy, guides } = alignTo(moving, others)
  for (const [id, at] of live)
    if (at.x !== undefined && at.y !== undefined)
      live.set(id, { ...at, x: at.x + dx, y: at.y + dy })
  setCanvas({ guides })
}

/** Keep where things were dragged to as one step. */
export function commit(nodes: readonly FlowNode[], live: Live): void {
  const model = documentStore.getState().open?.model
  if (!model) return
  const cards: Record<NodeId, Point> = {}
  const notes: Record<string, Point> = {}
  for (const node of nodes) {
    const at = live.get(node.id)
    if (!at || at.x === undefined || at.y === undefined) continue
    if (node.type === 'card') cards[node.id] = { x: at.x, y: at.y }
    else if (node.type === 'note') notes[node.data.note.id] = { x: at.x, y: at.y }
    else if (node.type === 'box')
      for (const member of model.nodes)
        if (node.data.group.nodes.includes(member.id)) {
          const old = member.position ?? useCanvas.getState().placed[member.id]
          if (old)
            cards[member.id] = {
              x: old.x + at.x - node.position.x,
              y: old.y + at.y - node.position.y,
            }
        }
  }
  canvasActions.moveTo(cards, notes)
}
