/**
 * What happens in the workspace, as it happens: one stream for each tab, many listeners.
 *
 * A query goes stale by itself when its key holds the workspace's id and one of the words that
 * the event is about (`STALE` below): `['models', workspace.id]`, `['history', workspace.id, path]`.
 */

import { useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef } from 'react'
import { create } from 'zustand'
import { followEvents, type Line, type ServerEvent } from './events'

type Handler = (event: ServerEvent) => void

interface Channel {
  listen: (kind: string, handler: Handler) => () => void
  tell: (event: ServerEvent) => void
}

const Context = createContext<Channel | null>(null)

/** Whether news arrive: `open`, or `lost` since when. Null outside of a workspace. */
export const useLine = create<{ line: Line | null; retry: () => void }>(() => ({
  line: null,
  retry: () => undefined,
}))

/** Which words in a query's key an event makes stale. */
export function staleWords(event: Pick<ServerEvent, 'kind' | 'data'>): readonly string[] {
  if (event.kind === 'document') return STALE.document ?? []
  if (event.kind === 'job') return STALE.job ?? []
  if (event.kind === 'changed') return STALE[String(event.data.table)] ?? []
  return []
}

const STALE: Readonly<Record<string, readonly string[]>> = {
  document: [
    'models',
    'templates',
    'documents',
    'history',
    'drafts',
    'search',
    'check',
    'starting-points',
    'notifications',
  ],
  job: ['jobs', 'generations', 'runs', 'notifications'],
  workspaces: ['workspace', 'workspaces', 'me'],
  workspace_members: ['members', 'me', 'workspaces', 'notifications'],
  configurations: ['configurations'],
  databricks_connections: ['connections'],
  script_generations: ['generations', 'runs', 'notifications'],
  repositories: ['repository'],
}
/** These keys are about the person, so they hold no workspace. */
const OF_THE_PERSON = new Set(['me', 'workspaces'])

export function isStale(key: readonly unknown[], workspaceId: string, words: readonly string[]) {
  return words.some(
    (word) => key.includes(word) && (OF_THE_PERSON.has(word) || key.includes(workspaceId)),
  )
}

export function WorkspaceEvents({
  workspaceId,
  children,
}: {
  workspaceId: string
  children: ReactNode
}) {
  const client = useQueryClient()
  const channel = useMemo(makeChannel, [])

  useEffect(() => {
    let stop = new AbortController()
    let wasLost = false
    const follow = () =>
      followEvents(
        `/api/v1/workspaces/${workspaceId}/events`,
        (event) => {
          const words = staleWords(event)
          if (words.length > 0)
            client.invalidateQueries({
              predicate: ({ queryKey }) => isStale(queryKey, workspaceId, words),
            })
          channel.tell(event)
        },
        stop.signal,
        (line) => {
          // News may have been missed while the line was lost.
          if (line === 'open' && wasLost)
            client.invalidateQueries({
              predicate: ({ queryKey }) => queryKey.includes(workspaceId),
            })
          wasLost = line === 'lost'
          useLine.setState({ line })
        },
      )
    const retry = () => {
      stop.abort()
      stop = new AbortController()
      follow()
    }
    useLine.setState({ line: null, retry })
    window.addEventListener('online', retry)
    follow()
    return () => {
      window.removeEventListener('online', retry)
      stop.abort()
      useLine.setState({ line: null, retry: () => undefined })
    }
  }, [workspaceId, client, channel])

  return <Context.Provider value={channel}>{children}</Context.Provider>
}

/**
 * Hear of events of a kind: `document` (somebody saved: `operation`, `path`, `commit`), `job`,
 * `changed` (a row: `table`, `operation`, `id`), `presence`, or `*` for all.
 */
export function useWorkspaceEvents(kind: string, handler: Handler): void {
  const channel = useContext(Context)
  const latest = useRef(handler)
  useEffect(() => {
    latest.current = handler
  })
  useEffect(() => channel?.listen(kind, (event) => latest.current(event)), [channel, kind])
}

function makeChannel(): Channel {
  const handlers = new Map<string, Set<Handler>>()
  return {
    listen(kind, handler) {
      const listening = handlers.get(kind) ?? new Set()
      listening.add(handler)
      handlers.set(kind, listening)
      return () => {
        listening.delete(handler)
      }
    },
    tell(event) {
      for (const kind of [event.kind, '*'])
        for (const handler of handlers.get(kind) ?? []) handler(event)
    },
  }
}
