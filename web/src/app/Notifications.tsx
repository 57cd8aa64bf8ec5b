import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Bell, FilePen, PackageCheck, PackageX, UserPlus } from 'lucide-react'
import { useCallback, useEffect, useRef } from 'react'
import { toast } from 'sonner'
import { answered, api } from '@/api/client'
import { meQuery } from '@/api/preferences'
import { useWorkspace } from '@/api/workspace'
import { ago, at } from '@/lib/time'
import { useStored } from '@/lib/useStored'
import { texts } from '@/texts'
import { Button } from '@/ui/button'
import { Popover } from '@/ui/controls'
import { type News, type NewsSources, newsFrom } from './news'

const words = texts.shell.notifications
const SIGNS = { saved: FilePen, made: PackageCheck, failed: PackageX, joined: UserPlus }

/** The bell: what others and the server did here, the newest first. New things also as toasts. */
export function Notifications() {
  const workspace = useWorkspace()
  const news = useNews()
  const [seen, setSeen] = useStored(`seen.${workspace.id}`, '')
  const newest = news?.[0]?.at
  // What happened before the first visit is no news.
  const fresh = seen ? (news?.filter((one) => !one.mine && one.at > seen).length ?? 0) : 0
  useEffect(() => {
    if (!seen && newest) setSeen(newest)
  }, [seen, newest, setSeen])
  useToasts(news)
  const lookAt = useCallback(() => {
    if (newest) setSeen(newest)
  }, [newest, setSeen])
  const label = fresh ? words.unread(fresh) : words.title
  return (
    <Popover
      align="end"
      title={words.title}
      className="w-96 max-w-[calc(100vw-16px)]"
      trigger={
        <Button variant="ghost" size="icon" aria-label={label} title={label} className="relative">
          <Bell />
          {fresh > 0 && (
            <span
              aria-hidden
              className="absolute top-0.5 right-0.5 grid h-4 min-w-4 place-items-center rounded-full bg-accent px-1 text-accent-text text-xs leading-4"
            >
              {Math.min(fresh, 99)}
            </span>
          )}
        </Button>
      }
    >
      <List news={news ?? []} seen={seen} onShown={lookAt} />
    </Popover>
  )
}

function List({ news, seen, onShown }: { news: News[]; seen: string; onShown: () => void }) {
  const before = useRef(seen)
  useEffect(onShown, [onShown])
  if (news.length === 0) return <p className="text-muted">{words.none}</p>
  return (
    <ul className="-mx-1 max-h-[60vh] overflow-auto">
      {news.map((one) => (
        <li key={one.id}>
          <NewsLink news={one} isNew={!one.mine && one.at > before.current} />
        </li>
      ))}
    </ul>
  )
}

function NewsLink({ news, isNew }: { news: News; isNew: boolean }) {
  const { slug } = useWorkspace()
  const Sign = SIGNS[news.kind]
  return (
    <Link
      to={news.to}
      params={{ workspace: slug }}
      search={news.search}
      className="flex items-start gap-2.5 rounded-sm px-1 py-1.5 hover:bg-hover"
    >
      <Sign
        aria-hidden
        className={`mt-0.5 size-4 shrink-0 ${news.kind === 'failed' ? 'text-error' : 'text-muted'}`}
      />
      <span className="min-w-0 flex-1">
        <span className={`block truncate ${isNew ? 'font-medium' : ''}`}>{news.title}</span>
        {news.detail && <span className="block truncate text-muted text-xs">{news.detail}</span>}
      </span>
      <time dateTime={news.at} title={at(news.at)} className="shrink-0 text-faint text-xs">
        {ago(news.at)}
      </time>
    </Link>
  )
}

/** From what the server keeps, so that it is the same after a reload; events make it ask again. */
function useNews(): News[] | undefined {
  const { id, role } = useWorkspace()
  const me = useQuery(meQuery)
  const params = { path: { workspace_id: id }, query: { limit: 20 } }
  const sources = useQuery({
    queryKey: ['notifications', id, role],
    queryFn: async (): Promise<NewsSources> => {
      const [commits, generations, invitations] = await Promise.all([
        answered(api.GET('/api/v1/workspaces/{workspace_id}/history', { params })),
        answered(api.GET('/api/v1/workspaces/{workspace_id}/generations', { params })),
        role === 'admin'
          ? answered(api.GET('/api/v1/workspaces/{workspace_id}/invitations', { params }))
          : null,
      ])
      return {
        commits: commits.items,
        generations: generations.items,
        invitations: invitations?.items ?? [],
      }
    },
  })
  if (!sources.data || !me.data) return undefined
  return newsFrom(sources.data, me.data)
}

function useToasts(news: News[] | undefined): void {
  const last = useRef<string | null>(null)
  const newest = news?.[0]?.at ?? ''
  useEffect(() => {
    if (!news) return
    const before = last.current
    last.current = newest
    if (before === null) return
    for (const one of news.filter(({ mine, at: when }) => !mine && when > before).slice(0, 3))
      toast(one.title, { id: one.id, description: one.detail })
  }, [news, newest])
}
