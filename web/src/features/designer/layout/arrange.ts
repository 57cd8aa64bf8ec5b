/** What the layout engines are asked and answer, and the shelf for what only lends itself. */

import { boundsOf, cardAt, snap } from '@/document/layout'
import { CARD, type DataModel, type EdgeKind, type NodeId, type Point } from '@/document/model'
import { SPACE } from '@/ui/drawing/space'

export type Engine = 'quick' | 'tidy'

export interface ToArrange {
  nodes: readonly NodeId[]
  edges: readonly (readonly [NodeId, NodeId])[]
}
export type Arranged = Readonly<Record<NodeId, Point>>

const FLOWING: readonly EdgeKind[] = ['data_flow', 'depends_on', 'loop_body', 'triggers']

/** Nodes in the flow, which an engine places, and those that are only attached to others. */
export function split(model: DataModel, only?: ReadonlySet<NodeId>) {
  const wanted = new Set(
    model.nodes.map((node) => node.id).filter((id) => !only?.size || only.has(id)),
  )
  const flowing = model.edges.filter(
    (edge) => FLOWING.includes(edge.type) && wanted.has(edge.source) && wanted.has(edge.target),
  )
  const lent = model.edges.filter(
    (edge) => !FLOWING.includes(edge.type) && wanted.has(edge.source) && wanted.has(edge.target),
  )
  const inFlow = new Set(flowing.flatMap((edge) => [edge.source, edge.target]))
  const shelf = new Set(lent.map((edge) => edge.source).filter((id) => !inFlow.has(id)))
  const toArrange: ToArrange = {
    nodes: [...wanted].filter((id) => !shelf.has(id)),
    edges: [
      ...new Map(
        flowing.map((edge) => [
          JSON.stringify([edge.source, edge.target]),
          [edge.source, edge.target] as const,
        ]),
      ).values(),
    ],
  }
  return {
    toArrange,
    shelf: [...shelf],
    attachments: lent.map((edge) => [edge.source, edge.target] as const),
  }
}

/** Cards that only lend themselves stand in rows above what they are attached to. */
export function withShelf(
  arranged: Arranged,
  shelf: readonly NodeId[],
  attachments: readonly (readonly [NodeId, NodeId])[],
): Arranged {
  const at: Record<NodeId, Point> = { ...arranged }
  const top = boundsOf(Object.values(arranged).map(cardAt))?.y ?? 0
  const beside = new Map<NodeId, NodeId[]>()
  for (const [source, target] of attachments)
    for (const [here, there] of [
      [source, target],
      [target, source],
    ] as const) {
      const list = beside.get(here)
      if (list) list.push(there)
      else beside.set(here, [there])
    }
  const step = CARD.width + SPACE.rows
  let waiting = [...shelf]
  for (let row = 1; waiting.length; row += 1) {
    const near = waiting.filter((id) => beside.get(id)?.some((other) => at[other]))
    const now = near.length ? near : waiting
    const wishes = now
      .map((id) => {
        const known = (beside.get(id) ?? []).flatMap((other) => at[other] ?? [])
        const sum = known.reduce((total, point) => total + point.x, 0)
        return { id, x: known.length ? sum / known.length : 0 }
      })
      .sort((one, other) => one.x - other.x)
    // Each goes where it wishes, or right of the one before; then the row moves back a little.
    let free = Number.NEGATIVE_INFINITY
    const xs = wishes.map(({ x }) => {
      const here = Math.max(x, free)
      free = here + step
      return here
    })
    const over = xs.reduce((sum, x, index) => sum + x - (wishes[index]?.x ?? x), 0) / xs.length
    for (const [index, { id }] of wishes.entries())
      at[id] = {
        x: snap((xs[index] ?? 0) - over),
        y: snap(top - row * (CARD.height + SPACE.ranks)),
      }
    const done = new Set(now)
    waiting = waiting.filter((id) => !done.has(id))
  }
  return at
}

/** The answer moved so that its upper left corner is where that of the nodes was. */
export function keepingCorner(arranged: Arranged, before: readonly Point[]): Arranged {
  const old = boundsOf(before.map(cardAt))
  const now = boundsOf(Object.values(arranged).map(cardAt))
  const by = old && now ? { x: snap(old.x - now.x), y: snap(old.y - now.y) } : { x: 0, y: 0 }
  return Object.fromEntries(
    Object.entries(arranged).map(([id, at]) => [
      id,
      { x: snap(at.x) + by.x, y: snap(at.y) + by.y },
    ]),
  )
}
