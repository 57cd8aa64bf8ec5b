import dagre from '@dagrejs/dagre'
import { CARD } from '@/document/model'
import { type Arranged, SPACE, type ToArrange } from './arrange'

/** From left to right in ranks. Of dagre's rankers the quickest that keeps edges short. */
export function arrangeWithDagre({ nodes, edges }: ToArrange): Arranged {
  const graph = new dagre.graphlib.Graph().setDefaultEdgeLabel(() => ({}))
  graph.setGraph({
    rankdir: 'LR',
    ranker: 'tight-tree',
    ranksep: SPACE.ranks,
    nodesep: SPACE.rows,
  })
  for (const id of nodes) graph.setNode(id, { ...CARD })
  for (const [source, target] of edges) graph.setEdge(source, target)
  dagre.layout(graph)
  return Object.fromEntries(
    nodes.map((id) => {
      const { x = 0, y = 0 } = graph.node(id) as { x?: number; y?: number }
      return [id, { x: x - CARD.width / 2, y: y - CARD.height / 2 }]
    }),
  )
}
