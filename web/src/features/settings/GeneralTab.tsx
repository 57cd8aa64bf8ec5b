import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { toast } from 'sonner'
import { answered, api } from '@/api/client'
import { meQuery } from '@/api/preferences'
import type { MemberReply, WorkspaceReply } from '@/api/schema.gen'
import { at } from '@/lib/time'
import { texts } from '@/texts'
import { Button } from '@/ui/button'
import { Confirm, Dialog } from '@/ui/dialog'
import { Field, Input } from '@/ui/field'
import { Select } from '@/ui/select'
import { Waiting } from '@/ui/state'
import { Action, Failed, isStale, refused, tellRefusal, WhyNot } from './parts'
import { useAdmin, useMembers, useWorkspaceReply, type Versioned } from './queries'

const words = texts.settings.general

export function GeneralTab() {
  const { why, workspace } = useAdmin()
  const found = useWorkspaceReply()
  const members = useMembers()
  if (found.error) return <Failed error={found.error} />
  if (!found.data) return <Waiting />
  const { value } = found.data
  const owner = members.data?.find((one) => one.user_id === value.owner_id)
  return (
    <>
      {why && !workspace.archived && <WhyNot>{why}</WhyNot>}
      <Rename key={found.data.etag} found={found.data} disabled={why !== null} />
      <dl className="mt-6 grid grid-cols-[auto_1fr] gap-x-6 gap-y-1.5 text-sm">
        <dt className="text-muted">{words.address}</dt>
        <dd className="break-all font-mono text-xs leading-5">{`${location.origin}/w/${value.slug}`}</dd>
        <dt className="text-muted">{words.owner}</dt>
        <dd>{owner?.display_name || owner?.email || '–'}</dd>
        <dt className="text-muted">{words.created}</dt>
        <dd>{at(value.created_at)}</dd>
      </dl>
      <h2 className="mt-8 border-b pb-2 font-semibold text-sm">{words.danger}</h2>
      <Transfer value={value} members={members.data ?? []} />
      <Leave value={value} />
      <Archive value={value} />
    </>
  )
}

function Rename({ found, disabled }: { found: Versioned<WorkspaceReply>; disabled: boolean }) {
  const client = useQueryClient()
  const { value, etag } = found
  const [name, setName] = useState(value.name)
  const rename = useMutation({
    mutationFn: () =>
      answered(
        api.PATCH('/api/v1/workspaces/{workspace_id}', {
          params: { path: { workspace_id: value.id }, header: { 'If-Match': etag } },
          body: { name: name.trim() },
        }),
      ),
    onSuccess: () => toast.success(texts.settings.saved),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['workspace', value.id] }),
        client.invalidateQueries({ queryKey: ['me'] }),
      ]),
    onError: (error) => isStale(error) && toast.error(texts.settings.stale),
  })
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (name.trim() && name.trim() !== value.name) rename.mutate()
  }
  return (
    <form onSubmit={send} className="flex items-start gap-2">
      <Field
        label={words.name}
        hint={words.nameHint}
        error={rename.error && !isStale(rename.error) ? refused(rename.error) : ''}
        className="flex-1"
      >
        {(control) => (
          <Input
            {...control}
            value={name}
            maxLength={200}
            disabled={disabled}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      <Button
        type="submit"
        variant="primary"
        className="mt-5"
        disabled={disabled || rename.isPending || !name.trim() || name.trim() === value.name}
      >
        {texts.settings.save}
      </Button>
    </form>
  )
}

function Transfer({ value, members }: { value: WorkspaceReply; members: MemberReply[] }) {
  const client = useQueryClient()
  const { me } = useAdmin()
  const [open, show] = useState(false)
  const [to, choose] = useState<string | null>(null)
  const others = members.filter((one) => one.user_id !== value.owner_id)
  const nameOf = (one: MemberReply) => one.display_name || one.email
  const chosen = others.find((one) => one.user_id === to)
  const transfer = useMutation({
    mutationFn: (user_id: string) =>
      answered(
        api.POST('/api/v1/workspaces/{workspace_id}/transfer', {
          params: { path: { workspace_id: value.id } },
          body: { user_id },
        }),
      ),
    onSuccess: () => {
      show(false)
      toast.success(texts.settings.saved)
    },
    onSettled: () =>
      client.invalidateQueries({
        predicate: ({ queryKey }) => queryKey.includes(value.id) || queryKey.includes('me'),
      }),
  })
  const isOwner = me?.id === value.owner_id
  const why = isOwner ? (others.length ? null : words.transferNobody) : words.transferNotOwner
  return (
    <Action title={words.transferTitle} text={words.transferText} why={why}>
      <Button disabled={why !== null} onClick={() => show(true)}>
        {words.transfer}
      </Button>
      <Dialog
        open={open}
        onOpenChange={show}
        title={words.transferTitle}
        width="sm"
        footer={
          <>
            <Button onClick={() => show(false)}>{texts.ui.cancel}</Button>
            <Button
              variant="danger"
              disabled={!chosen || transfer.isPending}
              onClick={() => chosen && transfer.mutate(chosen.user_id)}
            >
              {words.transfer}
            </Button>
          </>
        }
      >
        <Field
          label={words.transferTo}
          hint={chosen && words.transferConfirm(value.name, nameOf(chosen))}
          error={transfer.error ? refused(transfer.error) : ''}
        >
          {(control) => (
            <Select
              {...control}
              value={to}
              onChange={choose}
              options={others.map((one) => ({
                value: one.user_id,
                label: nameOf(one),
                hint: one.email,
              }))}
            />
          )}
        </Field>
      </Dialog>
    </Action>
  )
}

function Leave({ value }: { value: WorkspaceReply }) {
  const navigate = useNavigate()
  const client = useQueryClient()
  const { me } = useAdmin()
  const [open, show] = useState(false)
  const isOwner = me?.id === value.owner_id
  const leave = useMutation({
    mutationFn: () =>
      answered(
        api.POST('/api/v1/workspaces/{workspace_id}/leave', {
          params: { path: { workspace_id: value.id } },
        }),
      ),
    onSuccess: async () => {
      // The start leads on to a workspace of which one is a member, so it has to know first.
      client.setQueryData(
        meQuery.queryKey,
        (now) => now && { ...now, workspaces: now.workspaces.filter((one) => one.id !== value.id) },
      )
      await navigate({ to: '/' })
    },
    onError: tellRefusal,
  })
  return (
    <Action title={words.leave} text={words.leaveText} why={isOwner ? words.leaveOwner : null}>
      <Button disabled={isOwner || leave.isPending} onClick={() => show(true)}>
        {words.leave}
      </Button>
      <Confirm
        open={open}
        onOpenChange={show}
        title={words.leaveTitle(value.name)}
        action={words.leave}
        onConfirm={() => leave.mutate()}
      >
        {words.leaveText}
      </Confirm>
    </Action>
  )
}

function Archive({ value }: { value: WorkspaceReply }) {
  const client = useQueryClient()
  const { isAdmin } = useAdmin()
  const [open, show] = useState(false)
  const isArchived = value.archived_at !== null
  const archive = useMutation({
    mutationFn: () =>
      answered(
        api.POST(
          isArchived
            ? '/api/v1/workspaces/{workspace_id}/restore'
            : '/api/v1/workspaces/{workspace_id}/archive',
          { params: { path: { workspace_id: value.id } } },
        ),
      ),
    onSuccess: () => toast.success(isArchived ? words.restored : words.archived),
    onError: tellRefusal,
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['workspaces'] }),
        client.invalidateQueries({ queryKey: ['me'] }),
        client.invalidateQueries({ queryKey: ['workspace', value.id] }),
      ]),
  })
  const title = isArchived ? words.restore : words.archive
  return (
    <Action
      title={title}
      text={isArchived ? words.restoreText : words.archiveText}
      why={isAdmin ? null : texts.settings.adminOnly}
    >
      <Button
        disabled={!isAdmin || archive.isPending}
        onClick={() => (isArchived ? archive.mutate() : show(true))}
      >
        {title}
      </Button>
      <Confirm
        open={open}
        onOpenChange={show}
        title={words.archiveTitle(value.name)}
        action={words.archive}
        onConfirm={() => archive.mutate()}
      >
        {words.archiveText}
      </Confirm>
    </Action>
  )
}
