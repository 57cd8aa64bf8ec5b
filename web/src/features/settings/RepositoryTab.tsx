import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { toast } from 'sonner'
import { answered, api } from '@/api/client'
import type { RepositoryReply } from '@/api/schema.gen'
import { texts } from '@/texts'
import { Button } from '@/ui/button'
import { Field, Input } from '@/ui/field'
import { Select } from '@/ui/select'
import { Badge, Notice, Waiting } from '@/ui/state'
import { Failed, isStale, refused, WhyNot } from './parts'
import { useAdmin, type Versioned, versioned } from './queries'

const words = texts.settings.repository
type Kind = RepositoryReply['kind']
const KINDS: readonly Kind[] = ['local', 'github']

export function RepositoryTab() {
  const { workspace, why } = useAdmin()
  const found = useQuery({
    queryKey: ['repository', workspace.id, 'binding'],
    queryFn: () =>
      versioned<RepositoryReply>(
        api.GET('/api/v1/workspaces/{workspace_id}/repository', {
          params: { path: { workspace_id: workspace.id } },
        }),
      ),
  })
  if (found.error) return <Failed error={found.error} />
  if (!found.data) return <Waiting />
  const { value, etag } = found.data
  return (
    <>
      <p className="mb-4 text-muted">{words.text}</p>
      {why && !workspace.archived && <WhyNot>{why}</WhyNot>}
      <dl className="mb-6 grid grid-cols-[auto_1fr] gap-x-6 gap-y-1.5 rounded-md border bg-surface p-4 text-sm">
        <dt className="text-muted">{words.kind}</dt>
        <dd className="flex flex-wrap items-center gap-2">
          {words.kinds[value.kind]}
          <Badge tone={value.connected ? 'ok' : 'warning'}>
            {value.connected ? words.connected : words.waiting}
          </Badge>
        </dd>
        {value.kind === 'github' && (
          <>
            <dt className="text-muted">{words.location}</dt>
            <dd>{value.location}</dd>
          </>
        )}
        <dt className="text-muted">{words.branch}</dt>
        <dd>{value.branch}</dd>
      </dl>
      {value.notice && (
        <Notice severity="warning" className="mb-6 rounded-md">
          {value.notice}
        </Notice>
      )}
      {why === null && <Bind key={etag} found={found.data} />}
    </>
  )
}

function Bind({ found: { value, etag } }: { found: Versioned<RepositoryReply> }) {
  const { workspace } = useAdmin()
  const client = useQueryClient()
  const [kind, setKind] = useState<Kind>(value.kind)
  const [location, setLocation] = useState(value.kind === 'github' ? value.location : '')
  const [branch, setBranch] = useState(value.branch)
  const [tried, setTried] = useState(false)
  const isGitHub = kind === 'github'
  const bind = useMutation({
    mutationFn: () =>
      answered(
        api.PUT('/api/v1/workspaces/{workspace_id}/repository', {
          params: { path: { workspace_id: workspace.id }, header: { 'If-Match': etag } },
          body: {
            kind,
            location: isGitHub ? location.trim() : '',
            branch: isGitHub ? branch.trim() : 'main',
          },
        }),
      ),
    onSuccess: () => toast.success(texts.settings.saved),
    onError: (error) => isStale(error) && toast.error(texts.settings.stale),
    onSettled: () => client.invalidateQueries({ queryKey: ['repository', workspace.id] }),
  })
  const send = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (!isGitHub || (location.trim() && branch.trim())) bind.mutate()
  }
  return (
    <form onSubmit={send} noValidate className="grid gap-3">
      <Field label={words.kind} hint={isGitHub ? undefined : words.localBranch}>
        {(control) => (
          <Select
            {...control}
            value={kind}
            onChange={setKind}
            options={KINDS.map((each) => ({ value: each, label: words.kinds[each] }))}
          />
        )}
      </Field>
      {isGitHub && (
        <>
          <Field
            label={words.location}
            hint={words.locationHint}
            error={tried && !location.trim() ? words.needLocation : ''}
          >
            {(control) => (
              <Input
                {...control}
                value={location}
                maxLength={400}
                onChange={(event) => setLocation(event.target.value)}
              />
            )}
          </Field>
          <Field label={words.branch} error={tried && !branch.trim() ? words.needBranch : ''}>
            {(control) => (
              <Input
                {...control}
                value={branch}
                maxLength={250}
                onChange={(event) => setBranch(event.target.value)}
              />
            )}
          </Field>
        </>
      )}
      {bind.error && !isStale(bind.error) && (
        <p role="alert" className="text-error text-sm">
          {refused(bind.error)}
        </p>
      )}
      <Button
        type="submit"
        variant="primary"
        className="justify-self-start"
        disabled={bind.isPending || (!isGitHub && value.kind === 'local')}
      >
        {words.bind}
      </Button>
    </form>
  )
}
