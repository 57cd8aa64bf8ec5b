import type { ElkNode } from 'elkjs/lib/elk-api.js'
import { CARD } from '@/document/model'
import { SPACE } from '@/ui/drawing/space'
import type { Arranged, ToArrange } from './arrange'

/** The question in ELK's words: layers from left to right, in the order of the model. */
export function elkGraph({ nodes, edges }: ToArrange): ElkNode {
  return {
    id: 'root',
    layoutOptions: {
      'elk.algorithm': 'layered',
      'elk.direction': 'RIGHT',
      'elk.layered.spacing.nodeNodeBetweenLayers': String(SPACE.ranks),
      'elk.spacing.nodeNode': String(SPACE.rows),
      'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
      'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
    },
    children: nodes.map((id) => ({ id, ...CARD })),
    edges: edges.map(([source, target], index) => ({
      id: `e${index}`,
      sources: [source],
      targets: [target],
    })),
  }
}

export function fromElk(answer: ElkNode): Arranged {
  return Object.fromEntries(
    (answer.children ?? []).map((child) => [child.id, { x: child.x ?? 0, y: child.y ?? 0 }]),
  )
}

/** Ask ELK in a worker of its own, which `signal` ends. */
export async function arrangeWithElk(toArrange: ToArrange, signal: AbortSignal): Promise<Arranged> {
  const [{ default: ELK }, { default: url }] = await Promise.all([
    import('elkjs/lib/elk-api.js'),
    import('elkjs/lib/elk-worker.min.js?url'),
  ])
  const elk = new ELK({ workerFactory: () => new Worker(url) })
  const stop = () => elk.terminateWorker()
  signal.addEventListener('abort', stop)
  try {
    return await new Promise<Arranged>((done, failed) => {
      signal.addEventListener('abort', () => failed(signal.reason))
      elk.layout(elkGraph(toArrange)).then((answer) => done(fromElk(answer)), failed)
    })
  } finally {
    signal.removeEventListener('abort', stop)
    stop()
  }
}
