import { useQuery } from '@tanstack/react-query'
import { answered, api } from '@/api/client'
import { meQuery } from '@/api/preferences'
import type { InvitationReply, MemberReply, WorkspaceReply } from '@/api/schema.gen'
import { useWorkspace, whyReadOnly } from '@/api/workspace'
import { texts } from '@/texts'

/** A value of the server with the version that a change has to name. */
export interface Versioned<T> {
  value: T
  etag: string
}

/** The answer with its `ETag`. */
export async function versioned<T>(
  asked: Promise<{ data?: T; response: Response }>,
): Promise<Versioned<T>> {
  const { data, response } = await asked
  return { value: data as T, etag: response.headers.get('ETag') ?? '' }
}

export function useWorkspaceReply() {
  const { id } = useWorkspace()
  return useQuery({
    queryKey: ['workspace', id],
    queryFn: () =>
      versioned<WorkspaceReply>(
        api.GET('/api/v1/workspaces/{workspace_id}', { params: { path: { workspace_id: id } } }),
      ),
  })
}

export function useMembers() {
  const { id } = useWorkspace()
  return useQuery({
    queryKey: ['members', id],
    queryFn: () =>
      everything<MemberReply>((cursor) =>
        answered(
          api.GET('/api/v1/workspaces/{workspace_id}/members', {
            params: { path: { workspace_id: id }, query: { limit: 200, cursor } },
          }),
        ),
      ),
  })
}

export function useInvitations(enabled: boolean) {
  const { id } = useWorkspace()
  return useQuery({
    queryKey: ['members', id, 'invitations'],
    queryFn: () =>
      everything<InvitationReply>((cursor) =>
        answered(
          api.GET('/api/v1/workspaces/{workspace_id}/invitations', {
            params: { path: { workspace_id: id }, query: { limit: 200, cursor } },
          }),
        ),
      ),
    enabled,
  })
}

async function everything<T>(
  page: (cursor?: string) => Promise<{ items: T[]; next_cursor?: string | null }>,
): Promise<T[]> {
  const found: T[] = []
  let cursor: string | undefined
  do {
    const { items, next_cursor } = await page(cursor)
    found.push(...items)
    cursor = next_cursor ?? undefined
  } while (cursor)
  return found
}

/** Who looks at these settings, and why they may not change them; null when they may. */
export function useAdmin() {
  const workspace = useWorkspace()
  const { data: me } = useQuery(meQuery)
  const isAdmin = workspace.role === 'admin'
  const why = isAdmin ? whyReadOnly(workspace) : texts.settings.adminOnly
  return { workspace, me, isAdmin, why }
}
