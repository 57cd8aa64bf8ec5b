import dagre from '@dagrejs/dagre'
import { CARD, type Point } from '@/document/model'
import type { Arrange } from './compared'

/** From left to right, for drawings that nobody has placed yet. */
export const arrangeAll: Arrange = (nodes, edges) => {
  const graph = new dagre.graphlib.Graph().setDefaultEdgeLabel(() => ({}))
  graph.setGraph({ rankdir: 'LR', ranker: 'tight-tree', ranksep: 80, nodesep: 32 })
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
