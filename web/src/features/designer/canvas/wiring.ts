/** Connections that are being drawn: React Flow's handles as ends, and what becomes of a drop. */

import type { Connection } from '@xyflow/react'
import { connect, type End, edgeOfPort } from '@/document/connections'
import type { NodeId, Point } from '@/document/model'
import { documentStore } from '@/document/store'
import { canvasActions } from './actions'
import type { FlowEdge } from './flow'
import { stage } from './stage'

const portIn = (handle: string | null | undefined) => {
  const name = handle?.slice(handle.indexOf(':') + 1)
  return name === '*' ? undefined : name
}
export const endOf = (node: NodeId, handle: string | null | undefined): End => ({
  node,
  port: portIn(handle),
})

export function endsOf(made: Connection | FlowEdge) {
  return made.source && made.target
    ? {
        source: endOf(made.source, made.sourceHandle),
        target: endOf(made.target, made.targetHandle),
      }
    : null
}

export function isValid(made: Connection | FlowEdge): boolean {
  const ends = endsOf(made)
  const open = documentStore.getState().open
  const types = stage()?.types
  return !!(ends && open && types && 'edge' in connect(open.model, types, ends.source, ends.target))
}

export function kindOf(from: End, side: 'source' | 'target') {
  const node = documentStore.getState().open?.model.nodes.find((one) => one.id === from.node)
  const type = node && stage()?.types.get(node.type)
  const ports = side === 'source' ? type?.outputs : type?.inputs
  const port = ports?.find((one) => one.name === from.port)
  return (port && edgeOfPort(port.kind)) ?? null
}

/** The pointer let go beside a handle: over a node it means that node, else a new one. */
export function dropConnection(
  { from, side }: { from: End; side: 'source' | 'target' },
  screen: Point,
): void {
  const hit = document.elementFromPoint(screen.x, screen.y)
  const over = hit?.closest<HTMLElement>('.react-flow__node-card')?.dataset.id
  if (over && over !== from.node) {
    if (side === 'source') canvasActions.connect(from, { node: over })
    else canvasActions.connect({ node: over }, from)
    return
  }
  if (!over && hit?.closest('.react-flow'))
    canvasActions.askBeside(from.node, side, from.port, screen, stage()?.fromScreen(screen) ?? null)
}
