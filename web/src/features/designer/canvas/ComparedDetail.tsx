import { useState } from 'react'
import { useDocument } from '@/document/useDocument'
import { Detail } from '@/ui/drawing/Detail'
import { useDesignerView } from '../view'
import { useCanvas } from './state'
import { useComparison } from './useDifferences'

/** While versions are compared: what differs in the node that is selected. */
export function ComparedDetail() {
  const comparison = useComparison()
  const before = useCanvas((state) => state.compared?.before)
  const model = useDocument((open) => open.model, null)
  const chosen = useDesignerView((view) => (view.nodes.size === 1 ? [...view.nodes][0] : undefined))
  const [closed, close] = useState<string | null>(null)
  const change = comparison?.nodes.changed.find((one) => one.id === chosen)
  const node = model?.nodes.find((one) => one.id === chosen)
  if (!change || !node || closed === node.id) return null
  return (
    <Detail
      className="top-3 bottom-auto z-10"
      name={node.name || node.id}
      state="changed"
      differs={change.properties}
      before={before?.nodes.find((one) => one.id === node.id)}
      after={node}
      onClose={() => close(node.id)}
    />
  )
}
