import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import { answered, api } from '@/api/client'
import type { NodeId } from '@/document/model'
import type { Finding } from '@/document/server'
import { documentActions, documentStore, isDrawn, isTextStale } from '@/document/store'
import { useDocument } from '@/document/useDocument'
import { panels } from '@/texts/designerPanels'
import { Button } from '@/ui/button'
import { CodeEditor, type CodeMarker, type EditorHandle } from '@/ui/code/CodeEditor'
import { Notice } from '@/ui/state'
import { designerView, useDesignerView } from '../view'
import { lineOf, nodeAt } from './lines'

const t = panels.yaml
const NO_FINDINGS: readonly Finding[] = []
const NO_LINES: Readonly<Record<NodeId, number>> = {}

/** The document as it is written, edited beside the drawing. */
export default function YamlPanel() {
  const text = useDocument((open) => open.text, '')
  const findings = useDocument((open) => open.findings, NO_FINDINGS)
  const lines = useDocument((open) => open.lines, NO_LINES)
  const textIsBad = useDocument((open) => open.textIsBad, false)
  const isStale = useDocument(isTextStale, false)
  const isReadable = useDocument(isDrawn, true)
  const whyReadOnly = useDocument((open) => open.readOnly, null)
  const selected = useDesignerView((view) => view.nodes)
  const line = useDesignerView((view) => view.line)
  const [editor, setEditor] = useState<EditorHandle | null>(null)
  /** The node that the cursor put into the selection: the editor need not go there. */
  const fromCursor = useRef<NodeId | null>(null)
  useModelSchema()

  const markers = useMemo(
    () => findings.flatMap((finding) => markerOf(finding, lines)),
    [findings, lines],
  )

  useEffect(() => {
    if (editor && line) editor.goTo(line.line)
  }, [editor, line])

  useEffect(() => {
    const [node, another] = selected
    if (!editor || !node || another || fromCursor.current === node) return
    fromCursor.current = null
    const at = documentStore.getState().open?.lines[node]
    if (at) editor.goTo(at, false)
  }, [editor, selected])

  return (
    <div className="flex h-full min-h-0 flex-col">
      {textIsBad && (
        <Notice
          severity="warning"
          actions={
            whyReadOnly === null &&
            isReadable && (
              <Button size="sm" onClick={() => documentActions.mendText()}>
                {t.back}
              </Button>
            )
          }
        >
          {isReadable ? t.bad : t.neverRead}
        </Notice>
      )}
      <div className="min-h-0 flex-1">
        <CodeEditor
          value={text}
          language="yaml"
          name="document.model.yaml"
          label={t.label}
          readOnly={isStale || whyReadOnly !== null}
          readOnlyBecause={whyReadOnly ?? t.behind}
          markers={markers}
          onChange={(next) => documentActions.type(next)}
          onReady={setEditor}
          onCursor={(at) => {
            const node = nodeAt(documentStore.getState().open?.lines ?? NO_LINES, at)
            if (!node || useDesignerView.getState().nodes.has(node)) return
            fromCursor.current = node
            designerView.select([node])
          }}
        />
      </div>
    </div>
  )
}

/** Completion and hover by the schema of model files. */
function useModelSchema(): void {
  const { data } = useQuery({
    queryKey: ['schemas', 'model'],
    queryFn: () =>
      answered(api.GET('/api/v1/schemas/{kind}', { params: { path: { kind: 'model' } } })),
    staleTime: Number.POSITIVE_INFINITY,
  })
  useEffect(() => {
    if (!data) return
    import('@/ui/code/yaml').then(({ offerYamlSchema }) => offerYamlSchema('model', data))
  }, [data])
}

function markerOf(finding: Finding, lines: Readonly<Record<NodeId, number>>): CodeMarker[] {
  const line = lineOf(finding, lines)
  if (!line) return []
  return [
    {
      line,
      column: finding.where.line === line ? finding.where.column || undefined : undefined,
      message: [finding.problem, finding.remedy].filter(Boolean).join('\n'),
      severity: finding.severity,
    },
  ]
}
