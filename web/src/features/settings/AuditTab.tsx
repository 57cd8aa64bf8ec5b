import { useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { ChevronRight, Download } from 'lucide-react'
import { Fragment, useEffect, useState } from 'react'
import { answered, api, fetchFile } from '@/api/client'
import type { AuditReply } from '@/api/schema.gen'
import { download } from '@/lib/download'
import { at } from '@/lib/time'
import { texts } from '@/texts'
import { Button, IconButton } from '@/ui/button'
import { Field, Input } from '@/ui/field'
import { Select } from '@/ui/select'
import { Waiting } from '@/ui/state'
import { auditCsv, auditLines } from './auditCsv'
import { Cell, Failed, Row, Table, tellRefusal, WhyNot } from './parts'
import { useAdmin, useMembers } from './queries'

const words = texts.settings.audit
const EVERYONE = 'everyone'
const TYPING_MS = 250

export function AuditTab() {
  const { isAdmin } = useAdmin()
  return (
    <>
      <p className="mb-4 text-muted">{words.text}</p>
      {isAdmin ? <Log /> : <WhyNot>{words.adminOnly}</WhyNot>}
    </>
  )
}

function Log() {
  const { workspace } = useAdmin()
  const chosen = useChosen()
  const found = useInfiniteQuery({
    queryKey: ['audit', workspace.id, chosen.query],
    queryFn: ({ pageParam }) =>
      answered(
        api.GET('/api/v1/workspaces/{workspace_id}/audit', {
          params: {
            path: { workspace_id: workspace.id },
            query: { ...chosen.query, limit: 50, cursor: pageParam },
          },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    placeholderData: (before) => before,
  })
  const lines = found.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <>
      <Filters {...chosen} />
      {found.error && <Failed error={found.error} />}
      {found.isPending && <Waiting />}
      {found.isSuccess && lines.length === 0 && (
        <p className="py-8 text-center text-muted text-sm">{words.none}</p>
      )}
      {lines.length > 0 && (
        <Table head={['', words.when, words.who, words.what, words.record]}>
          {lines.map((line) => (
            <Line key={line.id} line={line} />
          ))}
        </Table>
      )}
      {found.hasNextPage && (
        <Button
          className="mt-3"
          disabled={found.isFetchingNextPage}
          onClick={() => found.fetchNextPage()}
        >
          {words.more}
        </Button>
      )}
    </>
  )
}

/** The filters are in the address, so a view of the log can be passed on. */
function useChosen() {
  const { operation, actor, since, until, signIns } = useSearch({
    from: '/signed-in/w/$workspace/settings',
  })
  const navigate = useNavigate()
  const set = (change: {
    operation?: string
    actor?: string
    since?: string
    until?: string
    signIns?: true
  }) =>
    navigate({
      to: '.',
      search: { tab: 'audit', operation, actor, since, until, signIns, ...change },
      replace: true,
    })
  return {
    operation,
    actor,
    since,
    until,
    signIns,
    set,
    query: {
      operation: operation ?? '',
      actor,
      since: day(since),
      until: day(until),
      sign_ins: signIns ?? false,
    },
  }
}

/** Midnight of a day here, as the server wants it. */
function day(text: string | undefined): string | undefined {
  const found = text ? new Date(`${text}T00:00:00`) : null
  return found && !Number.isNaN(found.getTime()) ? found.toISOString() : undefined
}

function Filters({
  operation,
  actor,
  since,
  until,
  signIns,
  set,
  query,
}: ReturnType<typeof useChosen>) {
  const { workspace } = useAdmin()
  const members = useMembers()
  const [typed, type] = useState(operation ?? '')
  useEffect(() => {
    if (typed === (operation ?? '')) return
    const timer = setTimeout(() => set({ operation: typed || undefined }), TYPING_MS)
    return () => clearTimeout(timer)
  })
  const exporting = useMutation({
    mutationFn: async () => {
      const { sign_ins: _, ...filter } = query
      const asked = new URLSearchParams()
      for (const [name, value] of Object.entries(filter)) if (value) asked.set(name, value)
      const answer = await fetchFile(`/api/v1/workspaces/${workspace.id}/audit/export?${asked}`)
      download(`audit-${workspace.slug}.csv`, auditCsv(auditLines(await answer.text())), 'text/csv')
    },
    onError: tellRefusal,
  })
  return (
    <div className="mb-3 flex flex-wrap items-end gap-2">
      <Field label={words.kind} className="w-40">
        {(control) => (
          <Select
            {...control}
            value={signIns ? 'sign-ins' : 'workspace'}
            onChange={(next) => set({ signIns: next === 'sign-ins' || undefined })}
            options={[
              { value: 'workspace', label: words.inWorkspace },
              { value: 'sign-ins', label: words.signIns },
            ]}
          />
        )}
      </Field>
      <Field label={words.operation} className="w-36">
        {(control) => (
          <Input
            {...control}
            type="search"
            value={typed}
            maxLength={200}
            placeholder={words.operationHint}
            onChange={(event) => type(event.target.value)}
          />
        )}
      </Field>
      <Field label={words.actor} className="w-36">
        {(control) => (
          <Select
            {...control}
            value={actor ?? EVERYONE}
            onChange={(next) => set({ actor: next === EVERYONE ? undefined : next })}
            options={[
              { value: EVERYONE, label: words.everyone },
              ...(members.data ?? []).map((one) => ({
                value: one.user_id,
                label: one.display_name || one.email,
              })),
            ]}
          />
        )}
      </Field>
      <Field label={words.since} className="w-32">
        {(control) => (
          <Input
            {...control}
            type="date"
            value={since ?? ''}
            onChange={(event) => set({ since: event.target.value || undefined })}
          />
        )}
      </Field>
      <Field label={words.until} className="w-32">
        {(control) => (
          <Input
            {...control}
            type="date"
            value={until ?? ''}
            onChange={(event) => set({ until: event.target.value || undefined })}
          />
        )}
      </Field>
      {(operation || actor || since || until) && (
        <Button
          variant="ghost"
          onClick={() => {
            type('')
            set({ operation: undefined, actor: undefined, since: undefined, until: undefined })
          }}
        >
          {words.clear}
        </Button>
      )}
      <span className="flex-1" />
      {!signIns && (
        <Button disabled={exporting.isPending} onClick={() => exporting.mutate()}>
          <Download />
          {exporting.isPending ? words.exporting : words.exportCsv}
        </Button>
      )}
    </div>
  )
}

function Line({ line }: { line: AuditReply }) {
  const [open, show] = useState(false)
  const parts = [
    [words.before, line.before],
    [words.after, line.after],
    [words.details, line.details],
  ] as const
  const more = parts.filter(([, value]) => value && Object.keys(value).length > 0)
  return (
    <Fragment>
      <Row className={open ? 'border-0' : ''}>
        <Cell className="w-px pr-0">
          <IconButton
            label={words.details}
            size="icon-sm"
            aria-expanded={open}
            onClick={() => show(!open)}
          >
            <ChevronRight className={open ? 'rotate-90' : ''} />
          </IconButton>
        </Cell>
        <Cell className="whitespace-nowrap text-muted">
          <time dateTime={line.at}>{at(line.at)}</time>
        </Cell>
        <Cell className="max-w-52 truncate">{line.actor_email ?? words.system}</Cell>
        <Cell className="whitespace-nowrap font-mono text-xs">{line.operation}</Cell>
        <Cell className="max-w-64 truncate text-muted">{line.record_id}</Cell>
      </Row>
      {open && (
        <Row>
          <td colSpan={5} className="px-3 pb-3">
            <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 rounded-md bg-sunken p-3 text-xs">
              <dt className="text-muted">{words.request}</dt>
              <dd className="break-all font-mono">{line.request_id}</dd>
              {more.map(([title, value]) => (
                <Fragment key={title}>
                  <dt className="text-muted">{title}</dt>
                  <dd>
                    <pre className="whitespace-pre-wrap break-all font-mono">
                      {JSON.stringify(value, null, 2)}
                    </pre>
                  </dd>
                </Fragment>
              ))}
            </dl>
          </td>
        </Row>
      )}
    </Fragment>
  )
}
