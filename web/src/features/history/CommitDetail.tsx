import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Copy, RotateCcw, SquareArrowOutUpRight } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { toast } from 'sonner'
import {
  comparedQuery,
  documentAtQuery,
  documentBeforeQuery,
  documentNowQuery,
  restoreVersion,
} from '@/api/history'
import type { CommitReply, DocumentReply } from '@/api/schema.gen'
import { useWorkspace, whyReadOnly } from '@/api/workspace'
import type { DataModel } from '@/document/model'
import { cn } from '@/lib/cn'
import { at } from '@/lib/time'
import { texts } from '@/texts'
import { Button, IconButton } from '@/ui/button'
import { DiffEditor } from '@/ui/code/DiffEditor'
import { Tabs } from '@/ui/controls'
import { Select } from '@/ui/select'
import { Badge, EmptyState, type Tone, Waiting } from '@/ui/state'
import { tellFailure } from '@/ui/tellFailure'
import { Tip } from '@/ui/tooltip'
import { Trouble } from '@/ui/trouble'
import {
  type ChangedFile,
  changedFiles,
  fileName,
  firstFile,
  isModel,
  shortId,
  subjectOf,
} from './timeline'

const ComparedDrawing = lazy(() => import('@/ui/drawing/ComparedDrawing'))
const words = texts.history
const TONES: Readonly<Record<ChangedFile['change'], Tone>> = {
  added: 'ok',
  changed: 'changed',
  removed: 'error',
}

/** A commit: what it says, which files it changed, and how. */
export function CommitDetail({
  commit,
  older,
  isComplete,
  path,
}: {
  commit: CommitReply
  older: readonly CommitReply[]
  /** `older` goes back to the beginning. */
  isComplete: boolean
  path: string
}) {
  const files = changedFiles(commit, older, isComplete && path === '')
  const [chosen, setChosen] = useState<string | null>(null)
  const file = files.find((one) => one.path === (chosen ?? firstFile(files, path))) ?? files[0]
  const rest = commit.message.split('\n').slice(1).join('\n').trim()
  return (
    <article className="flex h-full min-h-0 flex-col">
      <header className="grid gap-1 px-4 pt-4 pb-3">
        <h2 className="font-semibold text-base">{subjectOf(commit)}</h2>
        {rest && <p className="whitespace-pre-wrap text-muted text-sm">{rest}</p>}
        <div className="flex flex-wrap items-center gap-x-2 text-muted text-xs">
          <span>{commit.author_name}</span>
          <span aria-hidden>·</span>
          <time dateTime={commit.at}>{at(commit.at)}</time>
          <span aria-hidden>·</span>
          <span className="font-mono">{shortId(commit.id)}</span>
          <IconButton
            size="icon-sm"
            label={words.copyId}
            onClick={() => {
              navigator.clipboard.writeText(commit.id).then(
                () => toast.success(words.copied),
                () => toast.error(texts.ui.failed),
              )
            }}
          >
            <Copy />
          </IconButton>
        </div>
      </header>
      {files.length > 1 && (
        <fieldset
          aria-label={words.documents}
          className="flex max-h-28 shrink-0 flex-wrap gap-1.5 overflow-auto border-t px-4 py-2.5"
        >
          {files.map((one) => (
            <button
              key={one.path}
              type="button"
              title={one.path}
              aria-pressed={one.path === file?.path}
              onClick={() => setChosen(one.path)}
              className={cn(
                'inline-flex h-7 items-center gap-1.5 rounded-md border pr-2 pl-1 text-xs hover:bg-hover',
                one.path === file?.path && 'border-accent bg-accent-soft hover:bg-accent-soft',
              )}
            >
              <Badge tone={TONES[one.change]}>{words.kinds[one.change]}</Badge>
              {fileName(one.path)}
            </button>
          ))}
        </fieldset>
      )}
      {file && <FileDetail key={file.path} commit={commit} file={file} />}
    </article>
  )
}

type Against = 'previous' | 'current'
type View = 'drawing' | 'text' | 'words'

/** One file of a commit beside another version of it. */
function FileDetail({ commit, file }: { commit: CommitReply; file: ChangedFile }) {
  const workspace = useWorkspace()
  const [against, setAgainst] = useState<Against>('previous')
  const [view, setView] = useState<View>(isModel(file.path) ? 'drawing' : 'text')
  const [model, setModel] = useState('')

  const here = useQuery({
    ...documentAtQuery(workspace.id, commit.id, file.path),
    enabled: file.change !== 'removed',
  })
  const previous = useQuery(documentBeforeQuery(workspace.id, commit.id, file.path))
  const current = useQuery(documentNowQuery(workspace.id, file.path))

  const then = file.change === 'removed' ? null : here.data
  const [before, after] =
    against === 'previous'
      ? [previous.data === null ? null : previous.data?.document, then]
      : [then, current.data]
  const error = here.error ?? previous.error ?? current.error
  const titles = (after ?? before)?.titles ?? []
  const modelId = model || titles[0]?.id || ''
  const isReady = before !== undefined && after !== undefined && current.data !== undefined

  if (error) return <Trouble error={error} />
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 border-y bg-page px-4 py-1.5">
        <span className="min-w-0 truncate font-mono text-xs" title={file.path}>
          {file.path}
        </span>
        <span className="flex-1" />
        {isModel(file.path) && titles.length > 1 && (
          <Select
            aria-label={words.model}
            className="h-7 w-40 text-xs"
            value={modelId}
            onChange={setModel}
            options={titles.map(({ id, name }) => ({ value: id, label: name || id }))}
          />
        )}
        <Select<Against>
          aria-label={words.against}
          className="h-7 w-40 text-xs"
          value={against}
          onChange={setAgainst}
          options={[
            { value: 'previous', label: words.previous },
            { value: 'current', label: words.current },
          ]}
        />
        {isReady && (
          <Actions
            commit={commit}
            file={file}
            then={then ?? null}
            previous={previous.data ?? null}
            current={current.data ?? null}
            modelId={modelId}
          />
        )}
      </div>
      {isModel(file.path) && (
        <Tabs<View>
          label={words.viewsLabel}
          value={view}
          onChange={setView}
          tabs={(['drawing', 'text', 'words'] as const).map((one) => ({
            value: one,
            label: words.views[one],
          }))}
          className="border-b px-3"
        />
      )}
      <div className="min-h-0 flex-1 overflow-auto">
        {isReady ? (
          <Difference
            view={view}
            path={file.path}
            before={before?.text ?? ''}
            after={after?.text ?? ''}
            modelId={modelId}
          />
        ) : (
          <Waiting />
        )}
      </div>
    </>
  )
}

function Difference({
  view,
  path,
  before,
  after,
  modelId,
}: {
  view: View
  path: string
  before: string
  after: string
  modelId: string
}) {
  if (view === 'text')
    return before === after ? (
      <EmptyState title={words.noTextDiff} />
    ) : (
      <DiffEditor
        before={before}
        after={after}
        language={/\.ya?ml$/.test(path) ? 'yaml' : 'plaintext'}
        label={path}
      />
    )
  return <Compared view={view} before={before} after={after} modelId={modelId} />
}

function Compared({
  view,
  before,
  after,
  modelId,
}: {
  view: 'drawing' | 'words'
  before: string
  after: string
  modelId: string
}) {
  const { id } = useWorkspace()
  const compared = useQuery(comparedQuery(id, before, after, modelId))
  if (compared.error) return <Trouble error={compared.error} />
  if (!compared.data) return <Waiting />
  const { data } = compared
  if (!data.before && !data.after) return <EmptyState title={words.noModel} />
  if (view === 'words')
    return data.words.length > 0 ? (
      <ul className="grid gap-1.5 px-4 py-3 text-sm">
        {data.words.map((line) => (
          <li key={line} className="border-line-strong border-l-2 pl-3">
            {line}
          </li>
        ))}
      </ul>
    ) : (
      <EmptyState title={words.same} />
    )
  return (
    <Suspense fallback={<Waiting />}>
      <ComparedDrawing
        key={`${before.length} ${after.length} ${modelId}`}
        before={data.before as DataModel | null}
        after={data.after as DataModel | null}
      />
    </Suspense>
  )
}

function Actions({
  commit,
  file,
  then,
  previous,
  current,
  modelId,
}: {
  commit: CommitReply
  file: ChangedFile
  then: DocumentReply | null
  previous: { commit: string; document: DocumentReply } | null
  current: DocumentReply | null
  modelId: string
}) {
  const workspace = useWorkspace()
  const navigate = useNavigate()
  const client = useQueryClient()
  const [isBusy, setBusy] = useState(false)
  const readOnly = whyReadOnly(workspace)
  // What a commit removed can only be brought back as it was before.
  const source = then
    ? { document: then, commit: commit.id }
    : previous && { document: previous.document, commit: previous.commit }
  const isCurrent = source !== null && source.document.text === current?.text
  const why = readOnly ?? (isCurrent ? words.isCurrent : null)

  async function restore() {
    if (!source) return
    setBusy(true)
    try {
      const saved = await restoreVersion(
        workspace.id,
        source.document,
        words.restoreMessage(file.path, shortId(source.commit)),
      )
      toast.success(words.restored(file.path), {
        action: current
          ? {
              label: words.undo,
              onClick: () => {
                restoreVersion(workspace.id, current, '').then(refresh, tellFailure)
              },
            }
          : undefined,
      })
      await refresh()
      await navigate({
        to: '/w/$workspace/history',
        params: { workspace: workspace.slug },
        search: (now) => ({ ...now, commit: saved.commit.id }),
      })
    } catch (error) {
      tellFailure(error)
    } finally {
      setBusy(false)
    }
  }
  async function refresh() {
    await Promise.all([
      client.invalidateQueries({ queryKey: ['history', workspace.id] }),
      client.invalidateQueries({ queryKey: ['documents', workspace.id] }),
      client.invalidateQueries({ queryKey: ['models', workspace.id] }),
    ])
  }

  return (
    <>
      {isModel(file.path) && current && modelId && (
        <Button
          size="sm"
          nativeButton={false}
          render={
            <Link
              to="/w/$workspace/models/$model"
              params={{ workspace: workspace.slug, model: modelId }}
              search={{ compare: commit.id }}
            />
          }
        >
          <SquareArrowOutUpRight />
          {words.open}
        </Button>
      )}
      {source && (
        <Tip label={why ?? words.restoreHint(file.path)}>
          <Button
            size="sm"
            disabled={why !== null || isBusy}
            focusableWhenDisabled
            onClick={restore}
          >
            <RotateCcw />
            {then ? words.restore : words.restoreBefore}
          </Button>
        </Tip>
      )}
    </>
  )
}
