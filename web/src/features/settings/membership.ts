import type { InvitationReply, MemberReply, Role } from '@/api/schema.gen'
import { texts } from '@/texts'

const words = texts.settings.members
const ROLES: readonly Role[] = ['viewer', 'editor', 'admin']

export const roleOptions = ROLES.map((role) => ({
  value: role,
  label: texts.shell.roles[role],
  hint: words.roleText[role],
}))

/** Why this member's role stays as it is; null when it may change. */
export function whyFixed(
  member: Pick<MemberReply, 'user_id' | 'role'>,
  { owner, admins }: { owner: string | null | undefined; admins: number },
): string | null {
  if (member.user_id === owner) return words.ownerFixed
  if (member.role === 'admin' && admins <= 1) return words.lastAdmin
  return null
}

export type InvitationStatus = 'open' | 'used' | 'revoked' | 'expired'

export function statusOf(
  one: Pick<InvitationReply, 'accepted_at' | 'revoked_at' | 'expires_at'>,
  now: number,
): InvitationStatus {
  if (one.accepted_at) return 'used'
  if (one.revoked_at) return 'revoked'
  return new Date(one.expires_at).getTime() <= now ? 'expired' : 'open'
}
