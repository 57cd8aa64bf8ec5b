import { useQuery } from '@tanstack/react-query'
import { Check, Play } from 'lucide-react'
import { useEffect, useState } from 'react'
import { answered, api } from '@/api/client'
import { cn } from '@/lib/cn'
import { editor } from '@/texts/templateEditor'
import { Button } from '@/ui/button'
import { Notice, SeverityIcon, Waiting } from '@/ui/state'
import { Trouble } from '@/ui/trouble'
import { tellCovered } from '../covered'
import { useTemplate } from '../hooks'
import { useView, view } from '../view'

const t = editor.combinations

/** Every combination of variations, whether it passes, and which branches nothing takes. */
export default function CombinationsPane() {
  const workspaceId = useTemplate((open) => open.workspaceId, '')
  const template = useTemplate((open) => open.template, null)
  const text = useTemplate((open) => open.text, '')
  const source = useTemplate((open) => open.source, '')
  const isBroken = useTemplate((open) => open.isBroken, false)
  const [tried, setTried] = useState({ text, source, id: template?.id ?? '' })
  const isStale = tried.text !== text
  const body = { templates: [tried.id], unsaved: tried.text }
  const params = { path: { workspace_id: workspaceId } }
  const trials = useQuery({
    queryKey: ['templates', workspaceId, 'trials', tried],
    queryFn: ({ signal }) =>
      answered(
        api.POST('/api/v1/workspaces/{workspace_id}/templates-test', { params, body, signal }),
      ),
    enabled: tried.id !== '',
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
  const coverage = useQuery({
    queryKey: ['templates', workspaceId, 'coverage', tried],
    queryFn: ({ signal }) =>
      answered(
        api.POST('/api/v1/workspaces/{workspace_id}/templates-coverage', {
          params,
          body: { ...body, only_changed: false },
          signal,
        }),
      ),
    enabled: tried.id !== '',
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
  const covered = coverage.data?.templates[0]
  useEffect(() => {
    if (covered) tellCovered({ source: tried.source, ways: covered.ways })
  }, [covered, tried.source])
  if (!template) return <Waiting />
  const error = trials.error ?? coverage.error
  const variations = template.variations
  const show = (chosen: Readonly<Record<string, boolean>>) => {
    useView.setState({ variations: chosen })
    view.show('preview')
  }
  const namesOf = (chosen: Readonly<Record<string, boolean>>) =>
    variations
      .filter(({ id }) => chosen[id])
      .map(({ id, name }) => name || id)
      .join(', ') || t.nothing
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="flex min-h-10 shrink-0 items-center gap-3 border-b px-3 text-sm">
        <p role="status" className="min-w-0 flex-1 truncate text-muted text-xs">
          {trials.isFetching || coverage.isFetching
            ? t.running
            : isStale
              ? t.stale
              : covered
                ? `${t.branches(covered.branches_taken, covered.branches)} · ${t.trials(covered.trials)}`
                : t.help}
        </p>
        <Button
          size="sm"
          variant={isStale ? 'primary' : 'outline'}
          disabled={isBroken || trials.isFetching || coverage.isFetching}
          onClick={() => {
            if (isStale) setTried({ text, source, id: template.id })
            else void Promise.all([trials.refetch(), coverage.refetch()])
          }}
        >
          <Play />
          {t.run}
        </Button>
      </div>
      {error && <Trouble error={error} />}
      <div className={cn('min-h-0 flex-1 overflow-auto', isStale && 'opacity-60')}>
        {!trials.data && !error && <Waiting label={t.running} />}
        {trials.data && (
          <table aria-label={t.label} className="w-full text-sm">
            <thead className="sticky top-0 bg-surface text-left text-muted text-xs">
              <tr className="border-b">
                {variations.map(({ id, name }) => (
                  <th
                    key={id}
                    scope="col"
                    className="max-w-40 truncate px-3 py-1.5 text-center font-medium"
                    title={name || id}
                  >
                    {name || id}
                  </th>
                ))}
                <th scope="col" className="w-full px-3 py-1.5 font-medium">
                  {t.result}
                </th>
              </tr>
            </thead>
            <tbody>
              {trials.data.map((trial) => {
                const errors = trial.diagnostics.filter(({ severity }) => severity === 'error')
                return (
                  <tr
                    key={JSON.stringify(trial.variations)}
                    className="border-b hover:bg-hover"
                    data-passed={trial.passed}
                  >
                    {variations.map(({ id }) => (
                      <td key={id} className="px-3 text-center">
                        <span className="sr-only">{trial.variations[id] ? t.on : t.off}</span>
                        <span
                          aria-hidden
                          className={cn(
                            'inline-block size-2.5 rounded-full border',
                            trial.variations[id] ? 'border-accent bg-accent' : 'border-line-strong',
                          )}
                        />
                      </td>
                    ))}
                    <td className="px-1">
                      <button
                        type="button"
                        aria-label={`${t.open(namesOf(trial.variations))}: ${trial.passed ? t.passed : t.failed(errors.length)}`}
                        className="flex w-full items-center gap-2 rounded-md px-2 py-1 text-left"
                        onClick={() => show(trial.variations)}
                      >
                        {trial.passed ? (
                          <>
                            <Check className="size-4 shrink-0 text-ok" aria-hidden />
                            <span className="text-muted">{t.passed}</span>
                          </>
                        ) : (
                          <>
                            <SeverityIcon severity="error" />
                            <span className="min-w-0 truncate">
                              {errors[0]?.problem ?? t.failed(errors.length)}
                            </span>
                          </>
                        )}
                      </button>
                    </td>
                  </tr>
                )
              })}
            </tbody>
          </table>
        )}
        {covered && covered.missed.length > 0 && (
          <section className="px-3 pt-3">
            <h3 className="font-medium text-muted text-xs">{t.missedTitle}</h3>
            <ul>
              {covered.missed.map((branch) => (
                <li key={`${branch.line} ${branch.kind}`}>
                  <button
                    type="button"
                    className="flex w-full items-baseline gap-2 rounded-md px-1 py-1 text-left text-sm hover:bg-hover"
                    onClick={() => view.goTo(branch.line)}
                  >
                    <span className="shrink-0 text-muted text-xs">
                      {editor.problems.line(branch.line)}
                    </span>
                    <code className="min-w-0 truncate font-mono text-xs">{branch.source}</code>
                  </button>
                </li>
              ))}
            </ul>
          </section>
        )}
        {covered && covered.failures.length > 0 && (
          <section className="px-3 py-3">
            <h3 className="mb-1 font-medium text-muted text-xs">{t.edges}</h3>
            <ul className="grid gap-1">
              {covered.failures.slice(0, 50).map((failure) => (
                <li key={JSON.stringify(failure)}>
                  <button
                    type="button"
                    className="w-full rounded-md px-1 py-1 text-left text-sm hover:bg-hover"
                    onClick={() => show(failure.variations)}
                  >
                    {failure.problem}{' '}
                    <span className="text-muted text-xs">
                      {t.trial(failure.trial, namesOf(failure.variations))}
                    </span>
                  </button>
                </li>
              ))}
            </ul>
          </section>
        )}
        {covered && covered.missed.length === 0 && covered.branches > 0 && !isStale && (
          <Notice severity="info" className="m-3 rounded-md">
            {t.allTaken}
          </Notice>
        )}
      </div>
    </div>
  )
}
