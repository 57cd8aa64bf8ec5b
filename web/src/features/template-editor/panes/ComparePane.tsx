import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { answered, api } from '@/api/client'
import { ago } from '@/lib/time'
import { editor } from '@/texts/templateEditor'
import { DiffEditor } from '@/ui/code/DiffEditor'
import { Tabs } from '@/ui/controls'
import { Select } from '@/ui/select'
import { Notice, Waiting } from '@/ui/state'
import { askPreview, textAt } from '../asks'
import { useTemplate } from '../hooks'
import { hostOf } from '../output'
import { readFile } from '../text/read'
import { useView } from '../view'
import { Chip } from './PreviewPane'

const t = editor.compare
const NOW = 'now'
const SAVED = 'saved'

interface Side {
  version: string
  variations: Readonly<Record<string, boolean>>
}

/** What any two versions, or any two choices of variations, print differently. */
export default function ComparePane() {
  const template = useTemplate((open) => open.template, null)
  const tried = useView((state) => state.variations)
  const [what, setWhat] = useState<'output' | 'source'>('output')
  const [left, setLeft] = useState<Side>({ version: NOW, variations: {} })
  const [right, setRight] = useState<Side>({ version: NOW, variations: tried })
  const before = useSide(left, what)
  const after = useSide(right, what)
  if (!template) return <Waiting />
  const problem = [
    { side: t.left, found: before },
    { side: t.right, found: after },
  ].find(({ found }) => found.problem)
  const isSame = before.text !== undefined && before.text === after.text
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="shrink-0 border-b">
        <Tabs<'output' | 'source'>
          label={t.what}
          value={what}
          onChange={setWhat}
          className="px-1"
          tabs={[
            { value: 'output', label: t.output },
            { value: 'source', label: t.source },
          ]}
        />
        <div className="grid grid-cols-2 gap-3 border-t px-3 py-1">
          <SideChoice
            name={t.left}
            side={left}
            onChange={setLeft}
            hasVariations={what === 'output'}
          />
          <SideChoice
            name={t.right}
            side={right}
            onChange={setRight}
            hasVariations={what === 'output'}
          />
        </div>
      </div>
      {problem && (
        <Notice severity="warning">
          {t.failed(problem.side)} {problem.found.problem}
        </Notice>
      )}
      {isSame && <p className="px-3 py-1.5 text-muted text-xs">{t.same}</p>}
      <div className="min-h-0 flex-1">
        {before.text === undefined || after.text === undefined ? (
          !problem && <Waiting />
        ) : (
          <DiffEditor
            before={before.text}
            after={after.text}
            language={hostOf(template.outputType)}
            label={t.label}
          />
        )}
      </div>
    </div>
  )
}

function SideChoice({
  name,
  side,
  onChange,
  hasVariations,
}: {
  name: string
  side: Side
  onChange: (side: Side) => void
  hasVariations: boolean
}) {
  const variations = useTemplate((open) => open.template.variations, null)
  const versions = useVersions()
  return (
    <div className="flex min-w-0 items-center gap-1.5">
      <Select
        aria-label={`${t.version}, ${name}`}
        className="h-7 w-36 shrink-0 text-xs"
        value={side.version}
        onChange={(version) => onChange({ ...side, version })}
        options={[
          { value: NOW, label: t.now },
          { value: SAVED, label: t.saved },
          ...(versions.data ?? []).slice(1).map((one) => ({
            value: one.commit,
            label: `${one.version} · ${ago(one.at)}`,
            hint: one.message,
          })),
        ]}
      />
      {hasVariations && (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a frame and a legend
        <div
          role="group"
          aria-label={t.variations(name)}
          className="flex min-w-0 gap-1 overflow-x-auto"
        >
          {variations?.map((one) => {
            const isOn = side.variations[one.id] ?? one.enabled
            return (
              <Chip
                key={one.id}
                isOn={isOn}
                name={one.name || one.id}
                onToggle={() =>
                  onChange({ ...side, variations: { ...side.variations, [one.id]: !isOn } })
                }
              />
            )
          })}
        </div>
      )}
    </div>
  )
}

function useVersions() {
  const workspaceId = useTemplate((open) => open.workspaceId, '')
  const id = useTemplate((open) => open.template.id, '')
  const version = useTemplate((open) => open.base.version, null)
  return useQuery({
    queryKey: ['templates', workspaceId, 'versions', id, version],
    queryFn: ({ signal }) =>
      answered(
        api.GET('/api/v1/workspaces/{workspace_id}/templates/{template_id}/versions', {
          params: { path: { workspace_id: workspaceId, template_id: id } },
          signal,
        }),
      ),
    retry: false,
  })
}

/** One side's text; undefined while it is on its way, or when there is none. */
function useSide(side: Side, what: 'output' | 'source'): { text?: string; problem: string } {
  const workspaceId = useTemplate((open) => open.workspaceId, '')
  const path = useTemplate((open) => open.path, '')
  const id = useTemplate((open) => open.template.id, '')
  const now = useTemplate((open) => open.text, '')
  const saved = useTemplate((open) => open.base.text, '')
  const own = side.version === NOW ? now : side.version === SAVED ? saved : null
  const past = useQuery({
    queryKey: ['templates', workspaceId, 'at', path, side.version],
    queryFn: ({ signal }) => textAt(workspaceId, path, side.version, signal),
    enabled: own === null,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const text = own ?? past.data
  const declared = text === undefined ? null : readFile(text, id, 0)
  const known = new Set(declared?.template.variations.map((one) => one.id))
  const variations = Object.fromEntries(
    Object.entries(side.variations).filter(([name]) => known.has(name)),
  )
  const printed = useQuery({
    queryKey: ['templates', workspaceId, 'printed', text, id, variations],
    queryFn: ({ signal }) =>
      askPreview(workspaceId, { text: text ?? '', template: id, values: {}, variations }, signal),
    enabled: what === 'output' && text !== undefined,
    placeholderData: keepPreviousData,
    retry: false,
  })
  const failed = past.error ?? (what === 'output' ? printed.error : null)
  if (failed) return { problem: failed.message }
  if (what === 'source') return { text: declared?.source, problem: '' }
  const error = printed.data?.diagnostics.find(({ severity }) => severity === 'error')
  if (printed.data && !printed.data.text && error) return { text: '', problem: error.problem }
  return { text: printed.data?.text, problem: '' }
}
