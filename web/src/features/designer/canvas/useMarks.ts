import { useMemo } from 'react'
import { sameJson } from '@/document/edit'
import type { DataModel, ModelNode, NodeId } from '@/document/model'
import { useDocument } from '@/document/useDocument'
import { type Mark, useCanvas } from './state'

const NONE: ReadonlyMap<NodeId, Mark> = new Map()

/** How nodes differ from the last save, or from the version that is compared. */
export function useMarks(): ReadonlyMap<NodeId, Mark> {
  const saved = useCanvas((state) => state.saved)
  const compared = useCanvas((state) => state.compared)
  const model = useDocument((open) => open.model, null)
  return useMemo(
    () => compared?.marks ?? (saved && model ? marksSince(saved, model) : NONE),
    [saved, compared, model],
  )
}

/** Nodes that are new or say something else. Where they are drawn is no change of meaning. */
export function marksSince(saved: DataModel, model: DataModel): Map<NodeId, Mark> {
  const before = new Map(saved.nodes.map((node) => [node.id, node]))
  const found = new Map<NodeId, Mark>()
  for (const node of model.nodes) {
    const old = before.get(node.id)
    if (!old) found.set(node.id, 'added')
    else if (old !== node && !sameMeaning(old, node)) found.set(node.id, 'changed')
  }
  return found
}

function sameMeaning(one: ModelNode, other: ModelNode): boolean {
  return (
    one.type === other.type &&
    one.name === other.name &&
    one.description === other.description &&
    one.enabled === other.enabled &&
    sameJson(one.properties, other.properties)
  )
}
