import { useMemo } from 'react'
import type { DataModel } from '@/document/model'
import type { DerivedEdge, Finding } from '@/document/server'
import { documentActions } from '@/document/store'
import { useDocument } from '@/document/useDocument'
import { panels } from '@/texts/designerPanels'
import { Button } from '@/ui/button'
import { Notice } from '@/ui/state'
import { useDesignerView } from '../view'
import { ModelForm } from './ModelForm'
import { NodeForm } from './NodeForm'
import { SeveralForm } from './SeveralForm'

const t = panels.properties
const NO_FINDINGS: readonly Finding[] = []
const NO_EDGES: readonly DerivedEdge[] = []

/** What is selected, as a form: a node, several, or the model itself. */
export default function PropertiesPanel() {
  const model = useDocument<DataModel | null>((open) => open.model, null)
  const findings = useDocument((open) => open.findings, NO_FINDINGS)
  const derived = useDocument((open) => open.derived, NO_EDGES)
  const whyReadOnly = useDocument((open) => open.readOnly, null)
  const textIsBad = useDocument((open) => open.textIsBad, false)
  const selected = useDesignerView((view) => view.nodes)
  const nodes = useMemo(
    () => model?.nodes.filter((node) => selected.has(node.id)) ?? [],
    [model, selected],
  )
  if (!model) return null
  const readOnly = whyReadOnly !== null || textIsBad
  const [node, another] = nodes
  return (
    <div className="h-full overflow-y-auto overflow-x-hidden bg-surface">
      {textIsBad && whyReadOnly === null && (
        <Notice
          severity="warning"
          actions={
            <Button size="sm" onClick={() => documentActions.mendText()}>
              {t.goBack}
            </Button>
          }
        >
          {t.textIsBad}
        </Notice>
      )}
      {whyReadOnly !== null && <Notice>{whyReadOnly}</Notice>}
      {another ? (
        <SeveralForm nodes={nodes} model={model} readOnly={readOnly} />
      ) : node ? (
        <NodeForm
          key={node.id}
          node={node}
          model={model}
          findings={findings}
          derived={derived}
          readOnly={readOnly}
        />
      ) : (
        <ModelForm model={model} findings={findings} readOnly={readOnly} />
      )}
    </div>
  )
}
