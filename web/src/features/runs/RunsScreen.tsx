import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Activity, CircleAlert, CircleCheck, CircleSlash, Clock, Loader, X } from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'
import { answered, api } from '@/api/client'
import { generationOf, isOver, isRefused, useCancelJob, useJob } from '@/api/jobs'
import { cardsQuery } from '@/api/models'
import { useNames } from '@/api/people'
import { recipesQuery } from '@/api/recipes'
import type { JobReply } from '@/api/schema.gen'
import { useWorkspace, whyReadOnly } from '@/api/workspace'
import { cn } from '@/lib/cn'
import { ago, at } from '@/lib/time'
import { useStored } from '@/lib/useStored'
import { texts } from '@/texts'
import { Button, IconButton } from '@/ui/button'
import { useCommands } from '@/ui/commands'
import { Select } from '@/ui/select'
import { Badge, EmptyState, type Tone, Waiting } from '@/ui/state'
import { useTitle } from '@/ui/title'
import { Trouble } from '@/ui/trouble'
import { type Filter, passes, type Shown, secondsOf, shownStatus } from './times'

const LOOKS: Record<Shown, { tone: Tone; Sign: typeof Loader }> = {
  queued: { tone: 'neutral', Sign: Clock },
  running: { tone: 'running', Sign: Loader },
  stopping: { tone: 'running', Sign: Loader },
  succeeded: { tone: 'ok', Sign: CircleCheck },
  refused: { tone: 'error', Sign: CircleAlert },
  failed: { tone: 'error', Sign: CircleAlert },
  cancelled: { tone: 'neutral', Sign: CircleSlash },
}
const FILTERS = Object.entries(texts.runs.filters).map(([value, label]) => ({
  value: value as Filter,
  label,
}))

/** Work in the background: what goes on, what has ended and how. */
export default function RunsScreen() {
  const { id, slug } = useWorkspace()
  const { run } = useSearch({ from: '/signed-in/w/$workspace/runs' })
  const navigate = useNavigate()
  const [filter, setFilter] = useStored<Filter>('runs.filter', 'all')
  const names = useNames()
  const titleOf = useTitleOf()
  const { data, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage } =
    useInfiniteQuery({
      queryKey: ['jobs', id, 'pages'],
      queryFn: ({ pageParam }) =>
        answered(
          api.GET('/api/v1/workspaces/{workspace_id}/jobs', {
            params: { path: { workspace_id: id }, query: { limit: 50, cursor: pageParam } },
          }),
        ),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.next_cursor ?? undefined,
    })
  const all = data?.pages.flatMap(({ items }) => items) ?? []
  const shown = all.filter((job) => passes(job, filter))
  const now = useNow(all.some((job) => !isOver(job.status)))
  useTitle(texts.runs.title, 1)
  const show = (wanted: string | undefined) =>
    navigate({
      to: '/w/$workspace/runs',
      params: { workspace: slug },
      search: { run: wanted },
      replace: true,
    })

  return (
    <div className="flex h-full min-h-0">
      <section className="min-h-0 min-w-0 flex-1 overflow-auto px-6 py-5">
        <header className="flex flex-wrap items-end gap-3">
          <div className="min-w-0 flex-1">
            <h1 className="font-semibold text-lg">{texts.runs.title}</h1>
            <p className="text-muted text-sm">{texts.runs.hint}</p>
          </div>
          {all.length > 0 && (
            <Select
              aria-label={texts.runs.filter}
              className="w-36"
              value={filter}
              onChange={setFilter}
              options={FILTERS}
            />
          )}
        </header>
        {error && <Trouble error={error} className="mt-4 rounded-md" />}
        {isPending && !error && <Waiting />}
        {data && all.length === 0 && (
          <EmptyState
            icon={<Activity />}
            title={texts.runs.none}
            actions={
              <Button
                variant="primary"
                nativeButton={false}
                render={
                  <Link to="/w/$workspace/generate" params={{ workspace: slug }} search={{}} />
                }
              >
                {texts.runs.generate}
              </Button>
            }
          >
            {texts.runs.noneHint}
          </EmptyState>
        )}
        {all.length > 0 && (
          <div className="mt-4 overflow-hidden rounded-md border bg-surface">
            <table className="w-full table-fixed text-sm">
              <thead>
                <tr className="border-b text-left text-muted text-xs">
                  <th className="px-4 py-1.5 font-medium">{texts.runs.columns.work}</th>
                  <th className="w-36 px-2 py-1.5 font-medium">{texts.runs.columns.status}</th>
                  <th className="w-28 px-2 py-1.5 font-medium">{texts.runs.columns.began}</th>
                  <th className="w-24 px-2 py-1.5 font-medium">{texts.runs.columns.took}</th>
                  {!run && (
                    <th className="w-32 px-2 py-1.5 font-medium">{texts.runs.columns.who}</th>
                  )}
                </tr>
              </thead>
              <tbody className="divide-y">
                {shown.map((job) => {
                  const seconds = secondsOf(job, now)
                  return (
                    <tr
                      key={job.id}
                      className={cn(
                        'hover:bg-hover',
                        job.id === run && 'bg-accent-soft hover:bg-accent-soft',
                      )}
                    >
                      <td className="truncate px-4 py-2">
                        <button
                          type="button"
                          data-run={job.id}
                          aria-pressed={job.id === run}
                          onClick={() => show(job.id === run ? undefined : job.id)}
                          className="font-medium hover:text-accent"
                        >
                          {titleOf(job)}
                        </button>
                      </td>
                      <td className="px-2 py-2">
                        <Status job={job} />
                      </td>
                      <td className="truncate px-2 py-2 text-muted" title={at(job.created_at)}>
                        {ago(job.created_at, now)}
                      </td>
                      <td className="px-2 py-2 text-muted">
                        {seconds === null ? '' : texts.runs.seconds(seconds)}
                      </td>
                      {!run && (
                        <td className="truncate px-2 py-2 text-muted">
                          {names(job.user_id) ?? texts.runs.somebody}
                        </td>
                      )}
                    </tr>
                  )
                })}
              </tbody>
            </table>
            {shown.length === 0 && (
              <p className="px-4 py-3 text-muted text-sm">{texts.runs.noneHere}</p>
            )}
          </div>
        )}
        {hasNextPage && (
          <Button
            className="mt-3"
            size="sm"
            disabled={isFetchingNextPage}
            onClick={() => fetchNextPage()}
          >
            {texts.runs.more}
          </Button>
        )}
      </section>
      {run && <Detail key={run} id={run} titleOf={titleOf} onClose={() => show(undefined)} />}
    </div>
  )
}

function Status({ job }: { job: JobReply }) {
  const shown = shownStatus(job)
  const { tone, Sign } = LOOKS[shown]
  const { done, total } = job.progress
  return (
    <Badge tone={tone} className="align-middle">
      <Sign className={Sign === Loader ? 'animate-spin' : undefined} aria-hidden />
      {texts.runs.statuses[shown]}
      {shown === 'running' && total > 0 && ` ${Math.floor((done / total) * 100)} %`}
    </Badge>
  )
}

function Detail({
  id,
  titleOf,
  onClose,
}: {
  id: string
  titleOf: (job: JobReply) => string
  onClose: () => void
}) {
  const workspace = useWorkspace()
  const names = useNames()
  const { job, error, steps } = useJob(id)
  const cancel = useCancelJob()
  const title = job ? titleOf(job) : ''
  useTitle(title)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the way to close does not change
  const commands = useMemo(
    () => [
      {
        id: 'run.close',
        label: texts.runs.close,
        section: texts.runs.title,
        keys: 'escape',
        hidden: true,
        run: onClose,
      },
    ],
    [],
  )
  useCommands(commands)
  useEffect(
    () => () => document.querySelector<HTMLElement>(`[data-run="${CSS.escape(id)}"]`)?.focus(),
    [id],
  )
  const made = job ? generationOf(job) : null
  return (
    <aside
      aria-label={texts.runs.details(title)}
      className="flex w-[min(420px,50%)] shrink-0 flex-col overflow-auto border-l bg-surface"
    >
      <header className="flex items-start gap-2 px-4 pt-3 pb-2">
        <div className="min-w-0 flex-1">
          <h2 className="mb-1 truncate font-semibold text-base">{title}</h2>
          {job && <Status job={job} />}
        </div>
        <IconButton label={texts.runs.close} keys="escape" onClick={onClose}>
          <X />
        </IconButton>
      </header>
      {error && <Trouble error={error} />}
      {!job && !error && <Waiting />}
      {job && (
        <div className="grid gap-4 px-4 pb-4 text-sm">
          <div className="flex flex-wrap gap-2 empty:hidden">
            {made && (
              <Button
                variant="primary"
                nativeButton={false}
                render={
                  <Link
                    to="/w/$workspace/generate"
                    params={{ workspace: workspace.slug }}
                    search={{ generation: made }}
                  />
                }
              >
                {isRefused(job) ? texts.runs.openProblems : texts.runs.openResult}
              </Button>
            )}
            {!isOver(job.status) && (
              <Button
                disabled={
                  job.cancel_requested || cancel.isPending || whyReadOnly(workspace) !== null
                }
                title={whyReadOnly(workspace) ?? undefined}
                onClick={() => cancel.mutate(job.id)}
              >
                {texts.runs.stop}
              </Button>
            )}
          </div>
          {job.cancel_requested && !isOver(job.status) && (
            <p className="text-muted">{texts.runs.stopAsked}</p>
          )}
          {job.error && (
            <div className="rounded-md bg-error-soft px-3 py-2">
              <p>{String(job.error.problem ?? '')}</p>
              {job.error.remedy ? <p className="text-muted">{String(job.error.remedy)}</p> : null}
            </div>
          )}
          <Counts job={job} />
          <section>
            <h3 className="mb-1 font-medium text-muted text-xs">{texts.runs.log}</h3>
            <ol className="grid gap-1">
              <Moment when={job.created_at}>
                {texts.runs.asked(names(job.user_id) ?? texts.runs.somebody)}
              </Moment>
              {job.started_at && <Moment when={job.started_at}>{texts.runs.started}</Moment>}
              {steps.map((step, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: steps are only ever added
                <Moment key={index} when={step.at}>
                  {texts.runs.step(step.done, step.total, step.text)}
                </Moment>
              ))}
              {job.finished_at && isEnd(job.status) && (
                <Moment when={job.finished_at}>{texts.runs.ended[job.status]}</Moment>
              )}
            </ol>
          </section>
        </div>
      )}
    </aside>
  )
}

const isEnd = (status: JobReply['status']): status is keyof typeof texts.runs.ended =>
  status in texts.runs.ended

function Moment({ when, children }: { when: string | number; children: string }) {
  return (
    <li className="flex gap-3">
      <time className="w-20 shrink-0 text-muted text-xs leading-5" title={at(when)}>
        {clock.format(new Date(when))}
      </time>
      <span className="min-w-0 break-words">{children}</span>
    </li>
  )
}
const clock = new Intl.DateTimeFormat('en', { timeStyle: 'medium' })

function Counts({ job }: { job: JobReply }) {
  const result = job.result
  if (!result) return null
  const counts = result.counts as { added?: number; changed?: number } | undefined
  const facts: [string, unknown][] = [
    [texts.runs.result.models, result.models],
    [texts.runs.result.scripts, result.scripts],
    [texts.runs.result.files, isRefused(job) ? 0 : counts?.added],
  ]
  return (
    <dl className="grid grid-cols-3 divide-x rounded-md border">
      {facts.map(([name, value]) => (
        <div key={name} className="px-3 py-2">
          <dt className="text-muted text-xs">{name}</dt>
          <dd className="font-medium text-base">{Number(value ?? 0).toLocaleString('en')}</dd>
        </div>
      ))}
    </dl>
  )
}

/** What a piece of work is about, in the words of the workspace. */
function useTitleOf(): (job: JobReply) => string {
  const { id } = useWorkspace()
  const models = useQuery(cardsQuery(id))
  const recipes = useQuery(recipesQuery(id))
  return (job) => {
    const wanted = String(job.request.wanted || job.result?.recipe || '')
    const known = [...(recipes.data ?? []), ...(models.data ?? [])]
    const name = known.find((one) => one.id === wanted)?.name ?? wanted
    return [texts.runs.kinds[job.kind] ?? job.kind, name || texts.runs.all].join(' ')
  }
}

/** The time, each second while something goes on. */
function useNow(ticks: boolean): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), ticks ? 1000 : 30_000)
    return () => clearInterval(timer)
  }, [ticks])
  return now
}
