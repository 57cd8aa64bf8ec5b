import { Link, useLocation } from '@tanstack/react-router'
import { Ellipsis, PanelLeftClose, PanelLeftOpen } from 'lucide-react'
import { useWorkspace } from '@/api/workspace'
import { cn } from '@/lib/cn'
import { texts } from '@/texts'
import { IconButton } from '@/ui/button'
import { Popover } from '@/ui/controls'
import { Tip } from '@/ui/tooltip'
import { type AppPage, PAGES, pageOf } from './pages'
import { shellView, useShellView } from './shellView'

const { nav } = texts.shell

/** All pages of the workspace, on the left. Icons only when there is no room, or by choice. */
export function Rail() {
  const open = useShellView((view) => view.isRailOpen)
  const current = pageOf(useLocation().pathname)
  const [last, ...first] = [...PAGES].reverse()
  return (
    <nav
      aria-label={nav.label}
      className={cn(
        'flex shrink-0 flex-col gap-0.5 border-r bg-surface p-2',
        open ? 'w-12 lg:w-44' : 'w-12',
      )}
    >
      {first.reverse().map((page) => (
        <RailLink key={page.to} page={page} isCurrent={page === current} open={open} />
      ))}
      <span className="flex-1" />
      {last && <RailLink page={last} isCurrent={last === current} open={open} />}
      <IconButton
        label={open ? nav.collapse : nav.expand}
        keys="mod+b"
        onClick={shellView.toggleRail}
        className="hidden lg:inline-flex"
      >
        {open ? <PanelLeftClose /> : <PanelLeftOpen />}
      </IconButton>
    </nav>
  )
}

function RailLink({ page, isCurrent, open }: { page: AppPage; isCurrent: boolean; open: boolean }) {
  const { slug } = useWorkspace()
  const Icon = page.icon
  const link = (
    <Link
      to={page.to}
      params={{ workspace: slug }}
      aria-current={isCurrent ? 'page' : undefined}
      aria-label={page.label}
      className={cn(
        'flex h-8 items-center gap-2.5 rounded-md px-2 text-sm',
        isCurrent
          ? 'bg-accent-soft font-medium text-accent'
          : 'text-muted hover:bg-hover hover:text-text',
      )}
    >
      <Icon className="size-4 shrink-0" aria-hidden />
      <span className={cn('truncate', open ? 'hidden lg:inline' : 'hidden')}>{page.label}</span>
    </Link>
  )
  if (open) return link
  return (
    <Tip label={page.label} side="right">
      {link}
    </Tip>
  )
}

/** The same on a phone, where a thumb reaches. */
export function BottomNav() {
  const { slug } = useWorkspace()
  const current = pageOf(useLocation().pathname)
  const first = PAGES.slice(0, 4)
  const rest = PAGES.slice(4)
  const look = (isCurrent: boolean) =>
    cn(
      'flex h-14 min-w-0 flex-1 flex-col items-center justify-center gap-0.5 text-xs',
      isCurrent ? 'text-accent' : 'text-muted',
    )
  return (
    <nav aria-label={nav.label} className="flex border-t bg-surface">
      {first.map((page) => (
        <Link
          key={page.to}
          to={page.to}
          params={{ workspace: slug }}
          aria-current={page === current ? 'page' : undefined}
          className={look(page === current)}
        >
          <page.icon className="size-5" aria-hidden />
          {page.label}
        </Link>
      ))}
      <Popover
        align="end"
        className="w-52 p-1"
        trigger={
          <button type="button" className={look(!!current && rest.includes(current))}>
            <Ellipsis className="size-5" aria-hidden />
            {nav.more}
          </button>
        }
      >
        {rest.map((page) => (
          <Link
            key={page.to}
            to={page.to}
            params={{ workspace: slug }}
            aria-current={page === current ? 'page' : undefined}
            className="flex h-10 items-center gap-2.5 rounded-sm px-2 hover:bg-hover"
          >
            <page.icon className="size-4 text-muted" aria-hidden />
            {page.label}
          </Link>
        ))}
      </Popover>
    </nav>
  )
}
