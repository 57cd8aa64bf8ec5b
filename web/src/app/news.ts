import type { CommitReply, GenerationReply, InvitationReply, MeReply } from '@/api/schema.gen'
import { texts } from '@/texts'

const words = texts.shell.notifications
const MOST = 30

/** Something that happened in the workspace. */
export interface News {
  id: string
  kind: 'saved' | 'made' | 'failed' | 'joined'
  title: string
  detail: string
  /** In UTC, written so that later ones sort behind earlier ones. */
  at: string
  /** Done by the person who reads it: worth listing, not worth a toast. */
  mine: boolean
  to: '/w/$workspace/history' | '/w/$workspace/generate' | '/w/$workspace/settings'
  search: Record<string, string>
}

export interface NewsSources {
  commits: readonly CommitReply[]
  generations: readonly GenerationReply[]
  invitations: readonly InvitationReply[]
}

/** All of it, the newest first. */
export function newsFrom(sources: NewsSources, me: Pick<MeReply, 'id' | 'email'>): News[] {
  return [
    ...sources.commits.map((commit) => ofCommit(commit, me)),
    ...sources.generations.flatMap((generation) => ofGeneration(generation, me)),
    ...sources.invitations.flatMap((invitation) => ofInvitation(invitation, me)),
  ]
    .sort((a, b) => (a.at < b.at ? 1 : -1))
    .slice(0, MOST)
}

function ofCommit(commit: CommitReply, me: Pick<MeReply, 'email'>): News {
  const mine = commit.author_email === me.email
  return {
    id: `commit:${commit.id}`,
    kind: 'saved',
    title: words.saved(mine ? words.you : commit.author_name || words.someone),
    detail: commit.message.split('\n')[0] ?? '',
    at: utc(commit.at),
    mine,
    to: '/w/$workspace/history',
    search: { commit: commit.id },
  }
}

function ofGeneration(generation: GenerationReply, me: Pick<MeReply, 'id'>): News[] {
  if (generation.status === 'draft') return []
  const failed = generation.status === 'failed'
  return [
    {
      id: `generation:${generation.id}`,
      kind: failed ? 'failed' : 'made',
      title: failed ? words.generationFailed : words.generated,
      detail: generation.model_id ?? generation.recipe ?? '',
      at: utc(generation.created_at),
      mine: generation.user_id === me.id,
      to: '/w/$workspace/generate',
      search: { generation: generation.id },
    },
  ]
}

function ofInvitation(invitation: InvitationReply, me: Pick<MeReply, 'id'>): News[] {
  if (!invitation.accepted_at) return []
  return [
    {
      id: `invitation:${invitation.id}`,
      kind: 'joined',
      title: words.joined(
        invitation.email ?? words.someone,
        texts.shell.roles[invitation.role].toLowerCase(),
      ),
      detail: '',
      at: utc(invitation.accepted_at),
      mine: invitation.accepted_by === me.id,
      to: '/w/$workspace/settings',
      search: { tab: 'members' },
    },
  ]
}

const utc = (moment: string) => new Date(moment).toISOString()
