import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { answered, api } from '@/api/client'
import type { ConnectionBody, ConnectionChange, ConnectionReply } from '@/api/schema.gen'
import { useWorkspace } from '@/api/workspace'

/** A connection with the version that a change is made from. */
export interface Opened {
  connection: ConnectionReply
  etag: string
}

export function useConnections() {
  const { id } = useWorkspace()
  return useQuery({
    queryKey: ['connections', id],
    queryFn: async () => {
      const found: ConnectionReply[] = []
      let cursor: string | undefined
      do {
        const page = await answered(
          api.GET('/api/v1/workspaces/{workspace_id}/connections', {
            params: { path: { workspace_id: id }, query: { limit: 200, cursor } },
          }),
        )
        found.push(...page.items)
        cursor = page.next_cursor ?? undefined
      } while (cursor)
      return found
    },
  })
}

export async function openConnection(workspace: string, connection: string): Promise<Opened> {
  const { data, response } = await api.GET(
    '/api/v1/workspaces/{workspace_id}/connections/{connection_id}',
    { params: { path: { workspace_id: workspace, connection_id: connection } } },
  )
  return { connection: data as ConnectionReply, etag: response.headers.get('ETag') ?? '' }
}

export function useConnectionActions() {
  const { id } = useWorkspace()
  const client = useQueryClient()
  const refresh = () => client.invalidateQueries({ queryKey: ['connections', id] })
  const create = useMutation({
    mutationFn: (body: ConnectionBody) =>
      answered(
        api.POST('/api/v1/workspaces/{workspace_id}/connections', {
          params: { path: { workspace_id: id } },
          body,
        }),
      ),
    onSuccess: refresh,
  })
  const change = useMutation({
    mutationFn: ({
      connection,
      etag,
      body,
    }: {
      connection: string
      etag: string
      body: ConnectionChange
    }) =>
      answered(
        api.PUT('/api/v1/workspaces/{workspace_id}/connections/{connection_id}', {
          params: {
            path: { workspace_id: id, connection_id: connection },
            header: { 'If-Match': etag },
          },
          body,
        }),
      ),
    onSettled: refresh,
  })
  const remove = useMutation({
    mutationFn: (connection: string) =>
      answered(
        api.DELETE('/api/v1/workspaces/{workspace_id}/connections/{connection_id}', {
          params: { path: { workspace_id: id, connection_id: connection } },
        }),
      ),
    onSettled: refresh,
  })
  return { create, change, remove }
}
