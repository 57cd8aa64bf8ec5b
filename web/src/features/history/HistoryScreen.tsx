import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Search } from 'lucide-react'
import { useCallback, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react'
import { answered, api } from '@/api/client'
import { historyQuery } from '@/api/history'
import type { CommitReply } from '@/api/schema.gen'
import { useWorkspace } from '@/api/workspace'
import { cn } from '@/lib/cn'
import { ago, at } from '@/lib/time'
import { texts } from '@/texts'
import { Button } from '@/ui/button'
import { type Command, useCommands } from '@/ui/commands'
import { Input } from '@/ui/field'
import { Avatar } from '@/ui/presence'
import { Combobox, type Option } from '@/ui/select'
import { EmptyState, Waiting } from '@/ui/state'
import { useTitle } from '@/ui/title'
import { Trouble } from '@/ui/trouble'
import { CommitDetail } from './CommitDetail'
import { byDay, foundCommits, shortId, subjectOf } from './timeline'

const words = texts.history
const FOLDERS: readonly Option<string>[] = [
  { value: 'metadata/models', label: words.allModels },
  { value: 'metadata/templates', label: words.allTemplates },
]

export default function HistoryScreen() {
  useTitle(words.title, 1)
  const workspace = useWorkspace()
  const navigate = useNavigate()
  const { path = '', commit: wanted } = useSearch({ from: '/signed-in/w/$workspace/history' })
  const [typed, setTyped] = useState('')
  const searched = useDeferredValue(typed)
  const history = useInfiniteQuery(historyQuery(workspace.id, path))
  const field = useRef<HTMLInputElement>(null)

  const all = useMemo(() => history.data?.pages.flatMap((page) => page.items) ?? [], [history.data])
  const shown = useMemo(() => foundCommits(all, searched), [all, searched])
  const index = shown.findIndex((one) => one.id === wanted)
  const chosen = all.find((one) => one.id === wanted) ?? (wanted ? undefined : shown[0])

  const go = useCallback(
    (search: { path?: string; commit?: string }, replace = false) =>
      navigate({
        to: '/w/$workspace/history',
        params: { workspace: workspace.slug },
        search,
        replace,
      }),
    [navigate, workspace.slug],
  )
  const choose = useCallback(
    (commit: CommitReply | undefined) =>
      commit && go({ path: path || undefined, commit: commit.id }, true),
    [go, path],
  )
  // A link may name a commit that is far back.
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = history
  const isMissing = wanted !== undefined && history.isSuccess && !chosen
  useEffect(() => {
    if (isMissing && hasNextPage && !isFetchingNextPage) fetchNextPage()
  }, [isMissing, hasNextPage, isFetchingNextPage, fetchNextPage])

  useCommands(
    useMemo(
      (): Command[] => [
        {
          id: 'history.search',
          label: words.search,
          section: words.section,
          keys: '/',
          run: () => field.current?.focus(),
        },
        {
          id: 'history.next',
          label: words.next,
          section: words.section,
          keys: 'j',
          run: () => choose(shown[Math.max(0, index) + 1]),
        },
        {
          id: 'history.previous',
          label: words.before,
          section: words.section,
          keys: 'k',
          run: () => choose(shown[Math.max(0, index) - 1]),
        },
      ],
      [choose, shown, index],
    ),
  )

  if (history.error && !history.data) return <Trouble error={history.error} />
  if (history.isPending) return <Waiting className="h-full" />
  return (
    <div className="grid h-full min-h-0 grid-cols-1 md:grid-cols-[300px_minmax(0,1fr)] xl:grid-cols-[380px_minmax(0,1fr)]">
      <section
        aria-label={words.timeline}
        className={cn('flex min-h-0 flex-col border-r bg-page', wanted && 'max-md:hidden md:flex')}
      >
        <header className="grid gap-2 border-b px-4 pt-4 pb-3">
          <h1 className="font-semibold text-lg">{words.title}</h1>
          <div className="relative">
            <Search
              className="pointer-events-none absolute top-2 left-2 size-4 text-faint"
              aria-hidden
            />
            <Input
              ref={field}
              type="search"
              aria-label={words.searchLabel}
              placeholder={words.search}
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
              className="pl-8"
            />
          </div>
          <PathFilter path={path} onPath={(next) => go({ path: next || undefined })} />
        </header>
        <Timeline
          commits={shown}
          chosen={chosen?.id ?? null}
          onChoose={choose}
          footer={
            hasNextPage ? (
              <Button
                size="sm"
                variant="ghost"
                disabled={isFetchingNextPage}
                onClick={() => fetchNextPage()}
              >
                {isFetchingNextPage ? words.loadingOlder : typed ? words.searchOlder : words.older}
              </Button>
            ) : (
              <p className="text-faint text-xs">{words.end}</p>
            )
          }
          isSearched={typed !== '' || path !== ''}
        />
      </section>
      <section aria-label={words.details} className="min-h-0 min-w-0 bg-surface">
        {chosen ? (
          <CommitDetail
            key={chosen.id}
            commit={chosen}
            older={all.slice(all.indexOf(chosen) + 1)}
            isComplete={!hasNextPage}
            path={path}
          />
        ) : isMissing && !hasNextPage ? (
          <EmptyState
            title={words.missing.title}
            actions={<Button onClick={() => go({})}>{words.clearPath}</Button>}
          >
            {words.missing.words}
          </EmptyState>
        ) : all.length > 0 && !isMissing ? (
          <EmptyState title={words.choose.title}>{words.choose.words}</EmptyState>
        ) : null}
      </section>
    </div>
  )
}

function PathFilter({ path, onPath }: { path: string; onPath: (path: string) => void }) {
  const { id } = useWorkspace()
  const documents = useQuery({
    queryKey: ['documents', id, 'all'],
    queryFn: () =>
      answered(
        api.GET('/api/v1/workspaces/{workspace_id}/documents', {
          params: { path: { workspace_id: id } },
        }),
      ),
  })
  const options = useMemo((): Option<string>[] => {
    const found = (documents.data ?? []).map((one) => ({
      value: one.path,
      label: one.titles[0]?.name || one.path,
      hint: one.path,
    }))
    const known = [...FOLDERS, ...found]
    // What was deleted has a history too.
    return path && !known.some((one) => one.value === path)
      ? [{ value: path, label: path }, ...known]
      : known
  }, [documents.data, path])
  return (
    <div className="flex items-center gap-1.5">
      <Combobox
        aria-label={words.path}
        placeholder={words.everything}
        value={path}
        onChange={onPath}
        options={options}
      />
      {path && (
        <Button size="sm" variant="ghost" onClick={() => onPath('')}>
          {words.clearPath}
        </Button>
      )}
    </div>
  )
}

function Timeline({
  commits,
  chosen,
  onChoose,
  footer,
  isSearched,
}: {
  commits: readonly CommitReply[]
  chosen: string | null
  onChoose: (commit: CommitReply) => void
  footer: React.ReactNode
  isSearched: boolean
}) {
  const days = useMemo(() => byDay(commits), [commits])
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    list.current?.querySelector(`[data-commit="${chosen}"]`)?.scrollIntoView({ block: 'nearest' })
  }, [chosen])
  return (
    <div ref={list} className="min-h-0 flex-1 overflow-auto px-2 pb-4">
      {commits.length === 0 && (
        <EmptyState title={isSearched ? words.nothing.title : words.empty.title} className="py-8">
          {isSearched ? words.nothing.words : words.empty.words}
        </EmptyState>
      )}
      {days.map(({ day, commits: made }) => (
        <section key={day} aria-label={day}>
          <h2 className="sticky top-0 z-10 bg-page px-2 pt-3 pb-1 font-medium text-muted text-xs">
            {day}
          </h2>
          <ol className="relative before:absolute before:inset-y-3 before:left-5 before:w-px before:bg-line">
            {made.map((commit) => (
              <li key={commit.id} data-commit={commit.id}>
                <button
                  type="button"
                  aria-current={commit.id === chosen ? 'true' : undefined}
                  onClick={() => onChoose(commit)}
                  className={cn(
                    'relative flex w-full gap-2.5 rounded-md p-2 text-left hover:bg-hover/60',
                    commit.id === chosen && 'bg-accent-soft hover:bg-accent-soft',
                  )}
                >
                  <Avatar name={commit.author_name} className="mt-0.5" />
                  <span className="min-w-0 flex-1">
                    <span className="line-clamp-2 text-sm">{subjectOf(commit)}</span>
                    <span className="flex gap-1.5 text-muted text-xs">
                      <span className="truncate">{commit.author_name}</span>
                      <span aria-hidden>·</span>
                      <time dateTime={commit.at} title={at(commit.at)} className="shrink-0">
                        {ago(commit.at)}
                      </time>
                      <span aria-hidden>·</span>
                      <span className="shrink-0">
                        {words.files(Object.keys(commit.versions).length)}
                      </span>
                      <span className="flex-1" />
                      <span className="shrink-0 font-mono">{shortId(commit.id)}</span>
                    </span>
                  </span>
                </button>
              </li>
            ))}
          </ol>
        </section>
      ))}
      <div className="grid place-items-center pt-3">{footer}</div>
    </div>
  )
}
