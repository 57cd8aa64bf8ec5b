import { useMemo } from 'react'
import type { NodeId } from '@/document/model'
import { useDocument } from '@/document/useDocument'
import { type Comparison, differences } from '@/ui/drawing/differences'
import type { Different } from '@/ui/drawing/looks'
import { placeOf } from './actions/reading'
import { type Past, pastOf } from './past'
import { useCanvas } from './state'

const NONE: ReadonlyMap<NodeId, Different> = new Map()

/** How the drawing differs from the version that it is compared with; null while there is none. */
export function useComparison(): Comparison | null {
  const compared = useCanvas((state) => state.compared)
  const model = useDocument((open) => open.model, null)
  return useMemo(
    () => (compared && model ? differences(compared.before, model) : null),
    [compared, model],
  )
}

/** What a comparison adds to the drawing as it is now. */
export function usePast(): Past | null {
  const comparison = useComparison()
  const compared = useCanvas((state) => state.compared)
  const placed = useCanvas((state) => state.placed)
  const model = useDocument((open) => open.model, null)
  return useMemo(() => {
    // Places that were found since are other places.
    void placed
    return comparison && compared && model
      ? pastOf(compared.before, model, comparison, placeOf)
      : null
  }, [comparison, compared, model, placed])
}

/** Nodes that are new since the last save, or mean something else. */
export function useUnsaved(): ReadonlyMap<NodeId, Different> {
  const saved = useCanvas((state) => state.saved)
  const isCompared = useCanvas((state) => state.compared !== null)
  const model = useDocument((open) => open.model, null)
  return useMemo(() => {
    if (!saved || !model || isCompared) return NONE
    const { nodes } = differences(saved, model)
    return new Map([
      ...nodes.added.map((id) => [id, 'added'] as const),
      ...nodes.changed.map(({ id }) => [id, 'changed'] as const),
    ])
  }, [saved, model, isCompared])
}
