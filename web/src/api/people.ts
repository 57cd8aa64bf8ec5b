import { useQuery } from '@tanstack/react-query'
import { answered, api } from './client'
import { useWorkspace } from './workspace'

/** Names of the workspace's members by id; undefined for those who have left. */
export function useNames(): (userId: string | null) => string | undefined {
  const { id } = useWorkspace()
  const members = useQuery({
    queryKey: ['members', id, 'names'],
    queryFn: () =>
      answered(
        api.GET('/api/v1/workspaces/{workspace_id}/members', {
          params: { path: { workspace_id: id }, query: { limit: 200 } },
        }),
      ),
    staleTime: 300_000,
  })
  return (userId) => {
    const found = members.data?.items.find((one) => one.user_id === userId)
    return found && (found.display_name || found.email)
  }
}
