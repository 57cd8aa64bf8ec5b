import { useEffect, useState } from 'react'
import { boundsOf, cardAt } from '@/document/layout'
import type { DataModel } from '@/document/model'
import { useDocument } from '@/document/useDocument'
import { SPACE } from '@/ui/drawing/space'
import { arrange } from '../layout/run'
import { setCanvas, useCanvas } from './state'

/**
 * Find places for nodes that have none, without changing the document.
 *
 * Returns whether everything that was there at the beginning has a place.
 */
export function usePlaces(): boolean {
  const model = useDocument((open) => open.model, null)
  const [isReady, setReady] = useState(false)
  useEffect(() => {
    if (!model) return
    const { placed } = useCanvas.getState()
    const missing = new Set(
      model.nodes.filter((node) => !node.position && !placed[node.id]).map((node) => node.id),
    )
    if (!missing.size) {
      setReady(true)
      return
    }
    const stopping = new AbortController()
    const known = boundsOf(
      model.nodes.flatMap((node) => {
        const at = node.position ?? placed[node.id]
        return at ? [cardAt(at)] : []
      }),
    )
    arrange(model, () => null, { engine: 'quick', only: missing, signal: stopping.signal }).then(
      (found) => {
        setCanvas({ placed: { ...useCanvas.getState().placed, ...below(found, known) } })
        setReady(true)
      },
      (error) => {
        if (stopping.signal.aborted) return
        // A grid is better than nothing.
        setCanvas({ placed: { ...useCanvas.getState().placed, ...inGrid(model, missing) } })
        setReady(true)
        throw error
      },
    )
    return () => stopping.abort(new DOMException('The drawing changed.', 'AbortError'))
  }, [model])
  return isReady
}

type Places = Record<string, { x: number; y: number }>

function below(found: Readonly<Places>, known: ReturnType<typeof boundsOf>): Places {
  if (!known) return found
  const top = known.y + known.height + 2 * SPACE.rows
  const corner = boundsOf(Object.values(found).map(cardAt))
  return Object.fromEntries(
    Object.entries(found).map(([id, at]) => [
      id,
      { x: at.x - (corner?.x ?? 0) + known.x, y: at.y - (corner?.y ?? 0) + top },
    ]),
  )
}

function inGrid(model: DataModel, missing: ReadonlySet<string>): Places {
  return Object.fromEntries(
    model.nodes
      .filter((node) => missing.has(node.id))
      .map((node, index) => [node.id, { x: (index % 6) * 288, y: Math.floor(index / 6) * 84 }]),
  )
}
