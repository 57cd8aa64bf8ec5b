import { useMutation, useQueryClient } from '@tanstack/react-query'
import { UserPlus } from 'lucide-react'
import { useState } from 'react'
import { toast } from 'sonner'
import { answered, api } from '@/api/client'
import type { MemberReply, Role } from '@/api/schema.gen'
import { ago, at } from '@/lib/time'
import { texts } from '@/texts'
import { Button } from '@/ui/button'
import { Confirm } from '@/ui/dialog'
import { Select } from '@/ui/select'
import { Badge, type Tone, Waiting } from '@/ui/state'
import { InviteDialog } from './InviteDialog'
import { type InvitationStatus, roleOptions, statusOf, whyFixed } from './membership'
import { Cell, Failed, Row, Table, tellRefusal, WhyNot } from './parts'
import { useAdmin, useInvitations, useMembers, useWorkspaceReply } from './queries'

const words = texts.settings.members
export function MembersTab() {
  const { workspace, why, isAdmin } = useAdmin()
  const members = useMembers()
  const [inviting, invite] = useState(false)
  if (members.error) return <Failed error={members.error} />
  if (!members.data) return <Waiting />
  return (
    <>
      {why && !workspace.archived && <WhyNot>{why}</WhyNot>}
      <div className="mb-2 flex items-center">
        <span className="flex-1 text-muted text-sm">{words.count(members.data.length)}</span>
        <Button variant="primary" disabled={why !== null} onClick={() => invite(true)}>
          <UserPlus />
          {words.invite}
        </Button>
      </div>
      <Members members={members.data} />
      {isAdmin && <Invitations />}
      <InviteDialog open={inviting} onOpenChange={invite} />
    </>
  )
}

function Members({ members }: { members: MemberReply[] }) {
  const { workspace, me, why } = useAdmin()
  const owner = useWorkspaceReply().data?.value.owner_id
  const client = useQueryClient()
  const [leaving, remove] = useState<MemberReply | null>(null)
  const admins = members.filter((one) => one.role === 'admin').length
  const again = () =>
    client.invalidateQueries({
      predicate: ({ queryKey }) => queryKey.includes('members') || queryKey.includes('me'),
    })
  const params = (user_id: string) => ({ path: { workspace_id: workspace.id, user_id } })
  const change = useMutation({
    mutationFn: ({ who, role }: { who: MemberReply; role: Role }) =>
      answered(
        api.PATCH('/api/v1/workspaces/{workspace_id}/members/{user_id}', {
          params: params(who.user_id),
          body: { role },
        }),
      ),
    onSuccess: (_, { who, role }) =>
      toast.success(words.changed(nameOf(who), texts.shell.roles[role].toLowerCase())),
    onError: tellRefusal,
    onSettled: again,
  })
  const dismiss = useMutation({
    mutationFn: (who: MemberReply) =>
      answered(
        api.DELETE('/api/v1/workspaces/{workspace_id}/members/{user_id}', {
          params: params(who.user_id),
        }),
      ),
    onSuccess: (_, who) => toast.success(words.removed(nameOf(who))),
    onError: tellRefusal,
    onSettled: again,
  })
  return (
    <>
      <Table head={[words.member, words.role, words.joined, '']}>
        {members.map((one) => {
          const fixed = whyFixed(one, { owner, admins })
          return (
            <Row key={one.user_id}>
              <Cell>
                <span className="flex items-center gap-2 font-medium">
                  {nameOf(one)}
                  {one.user_id === me?.id && <Badge>{words.you}</Badge>}
                  {one.user_id === owner && <Badge tone="accent">{words.owner}</Badge>}
                </span>
                {one.display_name && <span className="text-muted text-xs">{one.email}</span>}
              </Cell>
              <Cell className="w-44">
                {why !== null ? (
                  texts.shell.roles[one.role]
                ) : (
                  <span title={fixed ?? undefined}>
                    <Select
                      aria-label={`${words.role}: ${nameOf(one)}`}
                      value={one.role}
                      disabled={fixed !== null || change.isPending}
                      options={roleOptions}
                      onChange={(role) => role !== one.role && change.mutate({ who: one, role })}
                    />
                  </span>
                )}
              </Cell>
              <Cell className="whitespace-nowrap text-muted">
                <time dateTime={one.joined_at} title={at(one.joined_at)}>
                  {ago(one.joined_at)}
                </time>
              </Cell>
              <Cell className="w-px text-right">
                {why === null && one.user_id !== me?.id && (
                  <Button
                    size="sm"
                    variant="ghost"
                    disabled={fixed !== null}
                    title={fixed ?? undefined}
                    aria-label={`${words.remove}: ${nameOf(one)}`}
                    onClick={() => remove(one)}
                  >
                    {words.remove}
                  </Button>
                )}
              </Cell>
            </Row>
          )
        })}
      </Table>
      <Confirm
        open={leaving !== null}
        onOpenChange={(open) => !open && remove(null)}
        title={words.removeTitle(leaving ? nameOf(leaving) : '')}
        action={words.remove}
        onConfirm={() => leaving && dismiss.mutate(leaving)}
      >
        {words.removeText}
      </Confirm>
    </>
  )
}

const nameOf = (one: MemberReply) => one.display_name || one.email

const TONES: Record<InvitationStatus, Tone> = {
  open: 'ok',
  used: 'neutral',
  revoked: 'neutral',
  expired: 'warning',
}

function Invitations() {
  const { workspace, why } = useAdmin()
  const client = useQueryClient()
  const found = useInvitations(true)
  const revoke = useMutation({
    mutationFn: (invitation_id: string) =>
      answered(
        api.DELETE('/api/v1/workspaces/{workspace_id}/invitations/{invitation_id}', {
          params: { path: { workspace_id: workspace.id, invitation_id } },
        }),
      ),
    onError: tellRefusal,
    onSettled: () => client.invalidateQueries({ queryKey: ['members', workspace.id] }),
  })
  const now = Date.now()
  return (
    <>
      <h2 className="mt-8 mb-2 font-semibold text-sm">{words.invitations}</h2>
      {found.error && <Failed error={found.error} />}
      {found.data?.length === 0 && <p className="text-muted text-sm">{words.noInvitations}</p>}
      {found.data && found.data.length > 0 && (
        <Table head={[words.for, words.role, words.status, words.expires, '']}>
          {found.data.map((one) => {
            const status = statusOf(one, now)
            return (
              <Row key={one.id}>
                <Cell>{one.email ?? words.anyone}</Cell>
                <Cell>{texts.shell.roles[one.role]}</Cell>
                <Cell>
                  <Badge tone={TONES[status]}>{words[status]}</Badge>
                </Cell>
                <Cell className="whitespace-nowrap text-muted">
                  <time dateTime={one.expires_at}>{at(one.expires_at)}</time>
                </Cell>
                <Cell className="w-px text-right">
                  {status === 'open' && why === null && (
                    <Button size="sm" variant="ghost" onClick={() => revoke.mutate(one.id)}>
                      {words.revoke}
                    </Button>
                  )}
                </Cell>
              </Row>
            )
          })}
        </Table>
      )}
    </>
  )
}
