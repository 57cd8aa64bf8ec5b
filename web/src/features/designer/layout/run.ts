import type { DataModel, NodeId, Point } from '@/document/model'
import {
  type Arranged,
  type Engine,
  keepingCorner,
  split,
  type ToArrange,
  withShelf,
} from './arrange'

/**
 * Places for a model's nodes, or for some of them, found in a worker.
 *
 * Rejects with the signal's reason when it is aborted; the worker ends then.
 */
export async function arrange(
  model: DataModel,
  at: (id: NodeId) => Point | null,
  { engine, only, signal }: { engine: Engine; only?: ReadonlySet<NodeId>; signal: AbortSignal },
): Promise<Arranged> {
  const { toArrange, shelf, attachments } = split(model, only)
  const placed =
    engine === 'tidy'
      ? await import('./elk').then((elk) => elk.arrangeWithElk(toArrange, signal))
      : await inWorker(toArrange, signal)
  const all = withShelf(placed, shelf, attachments)
  return keepingCorner(
    all,
    Object.keys(all).flatMap((id) => at(id) ?? []),
  )
}

function inWorker(toArrange: ToArrange, signal: AbortSignal): Promise<Arranged> {
  const worker = new Worker(new URL('./dagre.worker.ts', import.meta.url), { type: 'module' })
  return new Promise<Arranged>((done, failed) => {
    signal.addEventListener('abort', () => failed(signal.reason))
    worker.onmessage = (event: MessageEvent<Arranged>) => done(event.data)
    worker.onerror = (event) => failed(new Error(event.message))
    worker.postMessage(toArrange)
  }).finally(() => worker.terminate())
}
