import { CircleCheck } from 'lucide-react'
import { useMemo } from 'react'
import { byNode, editOf, findingKey, textWith } from '@/document/fixes'
import type { DataModel } from '@/document/model'
import type { Finding } from '@/document/server'
import { documentActions, isTextStale } from '@/document/store'
import { useDocument } from '@/document/useDocument'
import { cn } from '@/lib/cn'
import { useStored } from '@/lib/useStored'
import { counted, texts } from '@/texts'
import { panels } from '@/texts/designerPanels'
import { NodeIcon } from '@/ui/nodeIcon'
import { type ProblemGroup, ProblemList, type ShownProblem } from '@/ui/problems/ProblemList'
import { EmptyState, type Severity, SeverityIcon } from '@/ui/state'
import { useNodeTypes } from '../nodeTypes'
import { designerView } from '../view'

const t = panels.problems
const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info']
const NO_FINDINGS: readonly Finding[] = []

/** Everything that the rules say about the drawing as it is now. */
export default function ProblemsPanel() {
  const findings = useDocument((open) => open.findings, NO_FINDINGS)
  const model = useDocument<DataModel | null>((open) => open.model, null)
  const text = useDocument((open) => open.text, '')
  const isChecking = useDocument((open) => open.isChecking, false)
  const readOnly = useDocument((open) => open.readOnly !== null, true)
  const drawingWaits = useDocument((open) => open.textIsBad, false)
  const isStale = useDocument(isTextStale, false)
  const types = useNodeTypes()
  const [hidden, setHidden] = useStored<Severity[]>('problems.hidden', [])
  const groups = useMemo<ProblemGroup[]>(() => {
    if (!model) return []
    const nodes = new Map(model.nodes.map((node) => [node.id, node]))
    const shown = findings.filter((one) => !hidden.includes(one.severity))
    return [...byNode(shown)].map(([id, list]) => {
      const node = nodes.get(id)
      const row = node && types.get(node.type)
      return {
        key: id,
        title: id ? (
          <>
            <NodeIcon icon={row?.icon ?? ''} family={row?.family ?? ''} className="size-3.5" />
            {node?.name || id}
          </>
        ) : (
          t.model
        ),
        problems: list.map(
          (finding, index): ShownProblem => ({
            key: `${findingKey(finding)} ${index}`,
            severity: finding.severity,
            problem: finding.problem,
            remedy: finding.remedy,
            place: finding.where.property || (finding.where.line ? t.line(finding.where.line) : ''),
            onOpen: opener(finding, nodes.has(id)),
            fixes: readOnly ? [] : mends(finding, model, text, { drawingWaits, isStale }),
          }),
        ),
      }
    })
  }, [findings, hidden, model, text, types, readOnly, drawingWaits, isStale])
  if (!findings.length)
    return (
      <EmptyState icon={<CircleCheck className="text-ok" />} title={t.none} className="py-6">
        {isChecking ? t.checking : t.noneHelp}
      </EmptyState>
    )
  return (
    <div className="flex h-full min-h-0 flex-col">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a frame and a legend */}
      <div
        role="group"
        aria-label={t.filter}
        className="flex items-center gap-1 border-b px-3 py-1"
      >
        {SEVERITIES.map((severity) => {
          const count = findings.filter((one) => one.severity === severity).length
          const isOn = !hidden.includes(severity)
          return (
            <button
              key={severity}
              type="button"
              aria-pressed={isOn}
              disabled={!count}
              className={cn(
                'flex h-6 items-center gap-1 rounded-md px-1.5 text-xs hover:bg-hover disabled:opacity-50',
                !isOn && 'line-through opacity-60',
              )}
              onClick={() =>
                setHidden(isOn ? [...hidden, severity] : hidden.filter((one) => one !== severity))
              }
            >
              <SeverityIcon severity={severity} className="size-3.5" />
              {counted(count, texts.ui.severity[severity].toLowerCase())}
            </button>
          )
        })}
        <span role="status" className="ml-auto text-faint text-xs">
          {isChecking ? t.checking : ''}
        </span>
      </div>
      <div className="min-h-0 flex-1 overflow-auto">
        {groups.length ? (
          <ProblemList groups={groups} />
        ) : (
          <p className="p-3 text-muted text-sm">{t.noneOfThese}</p>
        )}
      </div>
    </div>
  )
}

function opener({ where }: Finding, isDrawn: boolean): (() => void) | undefined {
  const { node, property, line } = where
  if (node && isDrawn) return () => designerView.goTo(node, property ?? '')
  if (line) return () => designerView.goToLine(line)
  return undefined
}

/** Mends that fit what is there now: of the drawing, or of the text when that is up to date. */
function mends(
  finding: Finding,
  model: DataModel,
  text: string,
  { drawingWaits, isStale }: { drawingWaits: boolean; isStale: boolean },
) {
  return (finding.fixes ?? []).flatMap((fix) => {
    const label = t.fix(fix.title)
    const edit = drawingWaits ? null : editOf(fix, model)
    if (edit)
      return [
        {
          title: fix.title,
          apply: () => {
            documentActions.edit(edit, label)
            const { node, property } = finding.where
            if (node && model.nodes.some((one) => one.id === node))
              designerView.goTo(node, property ?? '')
          },
        },
      ]
    const mended = isStale ? null : textWith(fix, text)
    if (mended === null) return []
    return [
      {
        title: fix.title,
        apply: () => {
          documentActions.type(mended, label)
        },
      },
    ]
  })
}
