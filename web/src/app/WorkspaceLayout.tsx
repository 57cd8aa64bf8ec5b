import { useQuery } from '@tanstack/react-query'
import { Outlet, useParams } from '@tanstack/react-router'
import { answered, api } from '@/api/client'
import { WorkspaceProvider } from '@/api/workspace'
import { useCommandKeys } from '@/ui/commands'
import { Waiting } from '@/ui/state'

/** A page inside a workspace: bar on top, rail on the left. */
export function WorkspaceLayout() {
  const { workspace: slug } = useParams({ from: '/signed-in/w/$workspace' })
  useCommandKeys()
  const me = useQuery({ queryKey: ['me'], queryFn: () => answered(api.GET('/api/v1/me')) })
  const mine = me.data?.workspaces.find((one) => one.slug === slug)
  if (!mine) return <Waiting />
  return (
    <WorkspaceProvider value={{ ...mine, archived: false }}>
      <Outlet />
    </WorkspaceProvider>
  )
}
