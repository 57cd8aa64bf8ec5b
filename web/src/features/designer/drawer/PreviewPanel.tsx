import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Eye } from 'lucide-react'
import { useEffect, useState } from 'react'
import { answered, api } from '@/api/client'
import type { FindingReply } from '@/api/schema.gen'
import { isDirty } from '@/document/store'
import { useDocument } from '@/document/useDocument'
import { cn } from '@/lib/cn'
import { panels } from '@/texts/designerPanels'
import { CodeEditor } from '@/ui/code/CodeEditor'
import { ProblemList } from '@/ui/problems/ProblemList'
import { Select } from '@/ui/select'
import { EmptyState, Notice, Waiting } from '@/ui/state'
import { designerView, useDesignerView } from '../view'

const t = panels.preview

/** The file that is generated for the selected node. */
export default function PreviewPanel() {
  const selected = useDesignerView((view) => view.nodes)
  const [node, another] = selected
  const name = useDocument((open) => open.model.nodes.find((one) => one.id === node)?.name, '')
  if (!node || another)
    return (
      <EmptyState icon={<Eye />} title={t.pickNode} className="py-6">
        {t.pickNodeHelp}
      </EmptyState>
    )
  return <OfNode key={node} node={node} name={name || node} />
}

function OfNode({ node, name }: { node: string; name: string }) {
  const workspaceId = useDocument((open) => open.workspaceId, '')
  const modelId = useDocument((open) => open.modelId, '')
  const version = useDocument((open) => open.base.version, null)
  const dirty = useDocument(isDirty, false)
  const [picked, setPicked] = useState('')
  const suggestions = useQuery({
    queryKey: ['suggestions', workspaceId, modelId, version],
    queryFn: ({ signal }) =>
      answered(
        api.GET('/api/v1/workspaces/{workspace_id}/models/{model_id}/suggestions', {
          params: { path: { workspace_id: workspaceId, model_id: modelId } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  })
  const templates =
    suggestions.data?.filter((one) => one.node === node).flatMap((one) => one.suggestions) ?? []
  const template = templates.some((one) => one.template === picked)
    ? picked
    : (templates[0]?.template ?? '')
  const preview = useQuery({
    queryKey: ['preview', workspaceId, modelId, node, template, version],
    queryFn: ({ signal }) =>
      answered(
        api.POST('/api/v1/workspaces/{workspace_id}/preview', {
          params: { path: { workspace_id: workspaceId } },
          body: { template, node: `${modelId}/${node}`, values: {}, variations: {}, traced: false },
          signal,
        }),
      ),
    enabled: template !== '',
    placeholderData: keepPreviousData,
    retry: false,
  })
  const [good, setGood] = useState('')
  useEffect(() => {
    if (preview.data?.text) setGood(preview.data.text)
  }, [preview.data])
  if (suggestions.error) return <Notice severity="error">{suggestions.error.message}</Notice>
  if (!suggestions.data) return <Waiting />
  if (!templates.length)
    return (
      <EmptyState icon={<Eye />} title={t.noTemplate} className="py-6">
        {t.noTemplateHelp}
      </EmptyState>
    )
  const findings = preview.data?.diagnostics ?? []
  const isOld = preview.isPlaceholderData || (!preview.data?.text && good !== '')
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="flex items-center gap-2 border-b px-3 py-1">
        <span className="min-w-0 truncate font-medium text-sm">{name}</span>
        <Select
          aria-label={t.template}
          className="h-7 w-72"
          value={template}
          options={templates.map((one) => ({
            value: one.template,
            label: one.template,
            hint: one.because,
          }))}
          onChange={setPicked}
        />
        <span className="min-w-0 flex-1 truncate text-muted text-xs">{dirty ? t.unsaved : ''}</span>
      </div>
      {preview.error && <Notice severity="error">{preview.error.message}</Notice>}
      {findings.length > 0 && (
        <div className="max-h-28 shrink-0 overflow-auto border-b">
          <ProblemList
            groups={[{ key: 'preview', title: t.label, problems: findings.map(shown(node)) }]}
          />
        </div>
      )}
      {isOld && good && !preview.isFetching && (
        <p className="px-3 py-1 text-muted text-xs">{t.stale}</p>
      )}
      <div className={cn('min-h-0 flex-1', isOld && 'opacity-60')}>
        {preview.data || good ? (
          <CodeEditor
            readOnly
            value={preview.data?.text || good}
            language={languageOf(preview.data?.text || good)}
            label={t.label}
          />
        ) : (
          !preview.error && <Waiting />
        )}
      </div>
    </div>
  )
}

const shown = (node: string) => (finding: FindingReply, index: number) => {
  const property = finding.where?.property || finding.seen_at?.property || ''
  return {
    key: `${finding.rule} ${index}`,
    severity: finding.severity,
    problem: finding.problem,
    remedy: finding.remedy,
    place: property,
    onOpen: property ? () => designerView.goTo(node, property) : undefined,
  }
}

/** Notebooks say which language they are in on their first line. */
export function languageOf(text: string): string {
  const first = text.trimStart().split('\n', 1)[0] ?? ''
  if (first.startsWith('-- ')) return 'sql'
  if (first.startsWith('# ') || /^(import|from|def) /m.test(text)) return 'python'
  if (first.startsWith('// ')) return 'scala'
  if (/^[\w-]+:/.test(first)) return 'yaml'
  return 'sql'
}
