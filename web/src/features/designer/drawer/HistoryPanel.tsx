import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Eye, GitCompare, History, RotateCcw } from 'lucide-react'
import { useState } from 'react'
import { toast } from 'sonner'
import { answered, api } from '@/api/client'
import type { CommitReply } from '@/api/schema.gen'
import { documentActions, documentStore, isDirty } from '@/document/store'
import { useDocument } from '@/document/useDocument'
import { ago, at } from '@/lib/time'
import { panels } from '@/texts/designerPanels'
import { Button, IconButton } from '@/ui/button'
import { DiffEditor } from '@/ui/code/DiffEditor'
import { Dialog } from '@/ui/dialog'
import { Badge, EmptyState, Notice, Waiting } from '@/ui/state'
import { textAt, wordsOf } from '../saving/asks'

const t = panels.history
const MODEL = '/signed-in/w/$workspace/models/$model'
/** Stands for what is in the designer now. */
const NOW = 'now'

/** The versions of this model: compare any two, or go back to one. */
export default function HistoryPanel() {
  const workspaceId = useDocument((open) => open.workspaceId, '')
  const path = useDocument((open) => open.path, '')
  const dirty = useDocument(isDirty, false)
  const readOnly = useDocument((open) => open.readOnly !== null, true)
  const baseVersion = useDocument((open) => open.base.version, null)
  const { compare } = useSearch({ from: MODEL })
  const navigate = useNavigate({ from: '/w/$workspace/models/$model' })
  const [older, setOlder] = useState('')
  const [pair, setPair] = useState<[string, string] | null>(null)
  const history = useInfiniteQuery({
    queryKey: ['history', workspaceId, path],
    queryFn: ({ pageParam, signal }) =>
      answered(
        api.GET('/api/v1/workspaces/{workspace_id}/history', {
          params: {
            path: { workspace_id: workspaceId },
            query: { path, limit: 50, cursor: pageParam || undefined },
          },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    enabled: workspaceId !== '',
  })
  if (history.error) return <Notice severity="error">{history.error.message}</Notice>
  if (!history.data) return <Waiting />
  const commits = history.data.pages.flatMap((page) => page.items)
  if (!commits.length)
    return (
      <EmptyState icon={<History />} title={t.none} className="py-6">
        {t.noneHelp}
      </EmptyState>
    )
  const show = (commit: string | undefined) =>
    navigate({ search: (old) => ({ ...old, compare: commit }), replace: true })
  const restore = async (commit: CommitReply) => {
    const open = documentStore.getState().open
    if (!open) return
    try {
      const text = await textAt(open, commit.id)
      await documentActions.replaceText(text, t.restoreStep(at(commit.at)))
      toast.success(t.restored(at(commit.at)), {
        action: { label: panels.saving.undo, onClick: () => documentActions.undo() },
      })
    } catch (error) {
      toast.error(error instanceof Error ? error.message : String(error))
    }
  }
  const rows = (
    <>
      {dirty && (
        <Row id={NOW} title={t.unsaved} older={older} onCompare={(id) => setPair([older, id])} />
      )}
      {commits.map((commit) => {
        const isCurrent = commit.versions[path] === baseVersion
        return (
          <Row
            key={commit.id}
            id={commit.id}
            title={commit.message.split('\n')[0] ?? ''}
            commit={commit}
            isCurrent={isCurrent}
            older={older}
            onPick={() => setOlder(older === commit.id ? '' : commit.id)}
            onCompare={(id) => setPair([older, id])}
            isShown={compare === commit.id}
            onShow={() => show(compare === commit.id ? undefined : commit.id)}
            onRestore={
              readOnly || (isCurrent && !dirty) || commit.versions[path] === null
                ? undefined
                : () => restore(commit)
            }
          />
        )
      })}
    </>
  )
  return (
    <div className="@container py-1">
      <ol aria-label={t.label}>{rows}</ol>
      {history.hasNextPage && (
        <Button
          variant="ghost"
          size="sm"
          className="mx-3 my-1"
          disabled={history.isFetchingNextPage}
          onClick={() => history.fetchNextPage()}
        >
          {t.more}
        </Button>
      )}
      {pair && <CompareDialog pair={pair} onClose={() => setPair(null)} />}
    </div>
  )
}

function Row({
  id,
  title,
  commit,
  isCurrent = false,
  older,
  onPick,
  onCompare,
  isShown = false,
  onShow,
  onRestore,
}: {
  id: string
  title: string
  commit?: CommitReply
  isCurrent?: boolean
  older: string
  onPick?: () => void
  onCompare: (id: string) => void
  isShown?: boolean
  onShow?: () => void
  onRestore?: () => void
}) {
  const isOlder = older === id
  return (
    <li className="flex min-h-9 items-center gap-2 px-3 hover:bg-hover">
      <span className="min-w-0 flex-1 truncate text-sm" title={title}>
        {title}
      </span>
      {isCurrent && <Badge tone="ok">{t.current}</Badge>}
      {isOlder && <Badge tone="accent">{t.picked}</Badge>}
      {commit && (
        <span className="flex shrink-0 items-center gap-2 text-muted text-xs" title={at(commit.at)}>
          <span className="@lg:inline hidden">{commit.author_name}</span>
          <span className="text-right @lg:w-16">{ago(commit.at)}</span>
          <code className="@2xl:inline hidden w-14 text-faint">{commit.id.slice(0, 7)}</code>
        </span>
      )}
      <span className="flex shrink-0 items-center justify-end gap-1 @lg:min-w-24">
        {older && !isOlder && (
          <Button size="sm" onClick={() => onCompare(id)}>
            {t.compareTwo}
          </Button>
        )}
        {onShow && !older && (
          <IconButton
            label={isShown ? t.stop : t.compare}
            size="icon-sm"
            variant={isShown ? 'primary' : 'ghost'}
            aria-pressed={isShown}
            onClick={onShow}
          >
            <Eye />
          </IconButton>
        )}
        {onPick && (
          <IconButton label={t.pick} size="icon-sm" aria-pressed={isOlder} onClick={onPick}>
            <GitCompare />
          </IconButton>
        )}
        {onRestore && (
          <IconButton label={t.restore} size="icon-sm" onClick={onRestore}>
            <RotateCcw />
          </IconButton>
        )}
      </span>
    </li>
  )
}

function CompareDialog({ pair, onClose }: { pair: [string, string]; onClose: () => void }) {
  const { data, error } = useQuery({
    queryKey: ['versions-compared', ...pair, documentStore.getState().open?.text],
    queryFn: async () => {
      const { open } = documentStore.getState()
      if (!open) return null
      const [before, after] = await Promise.all(
        pair.map((one) => (one === NOW ? open.text : textAt(open, one))),
      )
      if (before === undefined || after === undefined) return null
      return { before, after, words: await wordsOf(open, before, after) }
    },
    gcTime: 0,
  })
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t.compareTitle} width="full">
      {error && <Notice severity="error">{error.message}</Notice>}
      {!data && !error && <Waiting />}
      {data && (
        <>
          {data.words.length > 0 && (
            <ul className="mb-3 max-h-32 list-disc overflow-auto pl-5 text-sm">
              {data.words.map((word) => (
                <li key={word}>{word}</li>
              ))}
            </ul>
          )}
          <div className="h-[52vh] rounded-md border">
            <DiffEditor
              before={data.before}
              after={data.after}
              language="yaml"
              label={t.compareTitle}
            />
          </div>
        </>
      )}
    </Dialog>
  )
}
