import { useQuery } from '@tanstack/react-query'
import { Link, useLocation, useNavigate, useParams } from '@tanstack/react-router'
import { ChevronsUpDown, GitBranch, Search } from 'lucide-react'
import { answered, api } from '@/api/client'
import { meQuery, usePreferences } from '@/api/preferences'
import { signOut } from '@/api/session'
import { useWorkspace } from '@/api/workspace'
import { shownKeys } from '@/lib/keys'
import { storedTheme, type Theme } from '@/lib/theme'
import { texts } from '@/texts'
import { Button } from '@/ui/button'
import { Menu, type MenuEntry } from '@/ui/menu'
import { Kbd } from '@/ui/state'
import { useTitle } from '@/ui/title'
import { Tip } from '@/ui/tooltip'
import { TopBarTarget } from '@/ui/topBar'
import { Mark } from './Mark'
import { Notifications } from './Notifications'
import { pageOf } from './pages'
import { shellView } from './shellView'

const { bar } = texts.shell
const MOST_IN_MENU = 12

/** Where one is, whether it is saved, who is there, and the way to everything else. */
export function TopBar() {
  return (
    <header className="flex h-12 items-center gap-1 border-b bg-surface px-2 sm:px-3">
      <Switcher />
      <Breadcrumb />
      <TopBarTarget place="state" className="flex min-w-0 items-center gap-2 empty:hidden" />
      <span className="flex-1" />
      <TopBarTarget place="presence" className="flex items-center gap-1 pr-1 empty:hidden" />
      <SearchButton />
      <Notifications />
      <PersonMenu />
    </header>
  )
}

function Switcher() {
  const workspace = useWorkspace()
  const navigate = useNavigate()
  const me = useQuery(meQuery)
  const repository = useQuery({
    queryKey: ['repository', workspace.id],
    queryFn: () =>
      answered(
        api.GET('/api/v1/workspaces/{workspace_id}/repository', {
          params: { path: { workspace_id: workspace.id } },
        }),
      ),
    staleTime: 300_000,
  })
  const branch = repository.data?.branch
  const others = (me.data?.workspaces ?? []).slice(0, MOST_IN_MENU)
  const entries: MenuEntry[] = [
    ...others.map((one) => ({
      label: one.name,
      checked: one.id === workspace.id,
      onSelect: () => navigate({ to: '/w/$workspace', params: { workspace: one.slug } }),
    })),
    { kind: 'line' },
    { label: bar.allWorkspaces, onSelect: () => navigate({ to: '/', search: { all: true } }) },
    { label: bar.newWorkspace, onSelect: () => navigate({ to: '/', search: { new: true } }) },
  ]
  return (
    <div className="flex min-w-0 items-center gap-1.5">
      <Link
        to="/w/$workspace"
        params={{ workspace: workspace.slug }}
        aria-label={texts.shell.nav.home}
        className="hidden shrink-0 rounded-md p-0.5 sm:block"
      >
        <Mark className="size-6" />
      </Link>
      <Menu
        entries={entries}
        trigger={
          <Button
            variant="ghost"
            aria-label={`${bar.switcher}: ${workspace.name}`}
            className="min-w-0 shrink px-1.5 text-text"
          >
            <span className="truncate">{workspace.name}</span>
            <ChevronsUpDown className="!size-3.5 text-faint" />
          </Button>
        }
      />
      {branch && (
        <Tip label={bar.branch(branch)}>
          <span className="hidden items-center gap-1 rounded-sm bg-sunken px-1.5 py-0.5 text-muted text-xs lg:inline-flex">
            <GitBranch className="size-3" aria-hidden />
            <span className="max-w-32 truncate">{branch}</span>
          </span>
        </Tip>
      )}
    </div>
  )
}

function Breadcrumb() {
  const { slug } = useWorkspace()
  const { pathname } = useLocation()
  const { model, template } = useParams({ strict: false })
  const about = model ?? template
  const page = pageOf(pathname)
  useTitle(page?.label ?? '', 1)
  if (!page) return null
  return (
    <nav aria-label={bar.breadcrumb} className="hidden min-w-0 sm:block">
      <ol className="flex min-w-0 items-center text-sm">
        <li className="flex shrink-0 items-center">
          <Slash />
          {about ? (
            <Link
              to={page.to}
              params={{ workspace: slug }}
              className="rounded-sm px-1 text-muted hover:text-text"
            >
              {page.label}
            </Link>
          ) : (
            <span aria-current="page" className="px-1 font-medium">
              {page.label}
            </span>
          )}
        </li>
        {about && (
          <li className="flex min-w-0 items-center">
            <Slash />
            {/* A page that knows the name puts it here; until then the address has to do. */}
            <TopBarTarget
              place="crumb"
              className="peer flex min-w-0 items-center px-1 font-medium empty:hidden"
            />
            <span
              aria-current="page"
              className="hidden truncate px-1 font-medium peer-empty:inline"
            >
              {about}
            </span>
          </li>
        )}
      </ol>
    </nav>
  )
}

const Slash = () => (
  <span aria-hidden className="px-0.5 text-line-strong">
    /
  </span>
)

function SearchButton() {
  return (
    <>
      <button
        type="button"
        onClick={() => shellView.show('palette')}
        className="hidden h-8 w-56 items-center gap-2 rounded-md border bg-sunken px-2 text-muted text-sm hover:border-line-strong hover:text-text lg:flex"
        aria-keyshortcuts="Control+K"
      >
        <Search className="size-4" aria-hidden />
        <span className="flex-1 text-left">{bar.searchShort}</span>
        <span aria-hidden>
          <Kbd>{shownKeys('mod+k')}</Kbd>
        </span>
      </button>
      <Button
        variant="ghost"
        size="icon"
        className="lg:hidden"
        aria-label={bar.search}
        onClick={() => shellView.show('palette')}
      >
        <Search />
      </Button>
    </>
  )
}

const THEMES: readonly Theme[] = ['system', 'light', 'dark']

function PersonMenu() {
  const navigate = useNavigate()
  const { slug } = useWorkspace()
  const { data: me } = useQuery(meQuery)
  const { preferences, setTheme } = usePreferences()
  const chosen = preferences?.updated_at ? preferences.theme : storedTheme()
  const settings = (tab: string) =>
    navigate({ to: '/w/$workspace/settings', params: { workspace: slug }, search: { tab } })
  const name = me?.display_name || me?.email || ''
  const entries: MenuEntry[] = [
    { kind: 'heading', label: me?.email ?? '' },
    { label: bar.preferences, onSelect: () => settings('preferences') },
    { label: bar.keys, keys: '?', onSelect: () => shellView.show('keys') },
    { label: bar.about, onSelect: () => settings('about') },
    { kind: 'line' },
    { kind: 'heading', label: bar.theme },
    ...THEMES.map((theme) => ({
      label: bar.themes[theme],
      checked: theme === chosen,
      onSelect: () => {
        setTheme(theme).catch(() => undefined)
      },
    })),
    { kind: 'line' },
    {
      label: bar.signOut,
      onSelect: () => {
        signOut()
      },
    },
  ]
  return (
    <Menu
      align="end"
      entries={entries}
      trigger={
        <Button variant="ghost" size="icon" aria-label={bar.person} title={name}>
          <span className="grid size-7 place-items-center rounded-full bg-accent-soft font-medium text-accent text-xs">
            {initials(name)}
          </span>
        </Button>
      }
    />
  )
}

/** `Ada Lovelace` -> `AL`, `ada@example.com` -> `A`. */
export function initials(name: string): string {
  const words = (name.split('@')[0] ?? '').split(/[\s._-]+/).filter(Boolean)
  const first = words[0]?.[0] ?? '?'
  const last = words.length > 1 ? (words.at(-1)?.[0] ?? '') : ''
  return (first + last).toUpperCase()
}
