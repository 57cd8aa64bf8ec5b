import { useQuery } from '@tanstack/react-query'
import { Outlet, useParams } from '@tanstack/react-router'
import { useEffect, useMemo } from 'react'
import { answered, api } from '@/api/client'
import { meQuery, useThemeOfPerson } from '@/api/preferences'
import type { WorkspaceReply } from '@/api/schema.gen'
import { type Workspace, WorkspaceProvider } from '@/api/workspace'
import { WorkspaceEvents } from '@/api/workspaceEvents'
import { rememberWorkspace } from '@/lib/lastWorkspace'
import { useNarrow } from '@/lib/useNarrow'
import { texts } from '@/texts'
import { useCommandKeys } from '@/ui/commands'
import { Notice, Waiting } from '@/ui/state'
import { useTitle } from '@/ui/title'
import { FaultScreen } from './FaultScreen'
import { KeysHelp } from './KeysHelp'
import { LineBanner } from './LineBanner'
import { MissingWorkspace } from './MissingScreen'
import { Palette } from './Palette'
import { BottomNav, Rail } from './Rail'
import { ShellCommands } from './ShellCommands'
import { TopBar } from './TopBar'

/** A page inside a workspace: bar on top, rail on the left. */
export function WorkspaceLayout() {
  const { workspace: slug } = useParams({ from: '/signed-in/w/$workspace' })
  const { found, error, retry } = useFound(slug)
  if (error) return <FaultScreen error={error} reset={retry} />
  if (found === undefined) return <Waiting className="h-full" />
  if (found === null) return <MissingWorkspace />
  return <Shell key={found.id} workspace={found} />
}

function Shell({ workspace }: { workspace: Workspace }) {
  useCommandKeys()
  useTitle(workspace.name, 0)
  useThemeOfPerson()
  const narrow = useNarrow()
  useEffect(() => rememberWorkspace(workspace.slug), [workspace.slug])
  const value = useMemo(
    () => (narrow ? { ...workspace, narrow: texts.shell.readOnlyNarrow } : workspace),
    [workspace, narrow],
  )
  return (
    <WorkspaceProvider value={value}>
      <WorkspaceEvents workspaceId={workspace.id}>
        <div className="grid h-full grid-cols-[minmax(0,1fr)] grid-rows-[auto_auto_minmax(0,1fr)_auto]">
          <a
            href="#main"
            className="sr-only focus:not-sr-only focus:absolute focus:top-2 focus:left-2 focus:z-60 focus:rounded-md focus:bg-surface focus:px-3 focus:py-1.5 focus:shadow-float"
          >
            {texts.shell.skip}
          </a>
          <TopBar />
          <div>
            <LineBanner />
            {workspace.archived && <Notice severity="warning">{texts.shell.archived}</Notice>}
          </div>
          <div className="flex min-h-0">
            {!narrow && <Rail />}
            <main
              id="main"
              tabIndex={-1}
              className="min-h-0 min-w-0 flex-1 overflow-auto outline-none"
            >
              <Outlet />
            </main>
          </div>
          {narrow && <BottomNav />}
        </div>
        <ShellCommands />
        <Palette />
        <KeysHelp />
      </WorkspaceEvents>
    </WorkspaceProvider>
  )
}

/** The workspace of an address: undefined while asked, null when the person has none so called. */
function useFound(slug: string) {
  const me = useQuery(meQuery)
  const mine = me.data?.workspaces.find((one) => one.slug === slug)
  const archived = useQuery({
    queryKey: ['workspaces', 'archived'],
    queryFn: () =>
      answered(
        api.GET('/api/v1/workspaces', { params: { query: { archived: true, limit: 200 } } }),
      ),
    enabled: me.isSuccess && !mine,
  })
  // `me` lists the first 200, which is everything for nearly everybody.
  const others = useQuery({
    queryKey: ['workspaces', 'all'],
    queryFn: allWorkspaces,
    enabled: me.isSuccess && !mine && me.data.workspaces.length >= 200,
  })
  const found = useMemo((): Workspace | null | undefined => {
    if (mine) return { ...mine, archived: false }
    if (!me.isSuccess || archived.isPending || others.isLoading) return undefined
    const one = [...(archived.data?.items ?? []), ...(others.data ?? [])].find(
      (each) => each.slug === slug,
    )
    if (!one) return null
    const { id, name, role } = one
    return { id, slug, name, role, archived: one.archived_at !== null }
  }, [mine, me.isSuccess, archived, others, slug])
  const error = me.error ?? archived.error ?? others.error
  return {
    found,
    // A lost line must not take away the page that is there.
    error: found ? null : error,
    retry: () => {
      me.refetch()
      if (archived.error) archived.refetch()
      if (others.error) others.refetch()
    },
  }
}

async function allWorkspaces(): Promise<WorkspaceReply[]> {
  const found: WorkspaceReply[] = []
  let cursor: string | undefined
  do {
    const page = await answered(
      api.GET('/api/v1/workspaces', { params: { query: { limit: 200, cursor } } }),
    )
    found.push(...page.items)
    cursor = page.next_cursor ?? undefined
  } while (cursor)
  return found
}
