import dagre from '@dagrejs/dagre'
import { CARD, type Point } from '@/document/model'
import type { Arrange } from './compared'
import { SPACE } from './space'

/** From left to right in ranks. Of dagre's rankers the quickest that keeps edges short. */
export const arrangeAll: Arrange = (nodes, edges) => {
  const graph = new dagre.graphlib.Graph().setDefaultEdgeLabel(() => ({}))
  graph.setGraph({
    rankdir: 'LR',
    ranker: 'tight-tree',
    ranksep: SPACE.ranks,
    nodesep: SPACE.rows,
  })
  for (const id of nodes) graph.setNode(id, { ...CARD })
  for (const [source, target] of edges)
    if (graph.hasNode(source) && graph.hasNode(target)) graph.setEdge(source, target)
  dagre.layout(graph)
  const places: Record<string, Point> = {}
  for (const id of nodes) {
    const { x = 0, y = 0 } = graph.node(id) as Partial<Point>
    places[id] = { x: x - CARD.width / 2, y: y - CARD.height / 2 }
  }
  return places
}
