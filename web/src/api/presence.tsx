import { useEffect, useRef, useState } from 'react'
import { TAB_ID } from '@/lib/tab'
import { answered, api } from './client'
import { Refusal } from './refusal'
import type { PresentReply } from './schema.gen'
import { useWorkspaceEvents } from './workspaceEvents'

/** Somebody else on a document, or the same person in another tab. */
export type Present = PresentReply

/** What one says of oneself. */
export interface Here {
  workspaceId: string
  /** Of the document; null says nothing and asks nothing. */
  path: string | null
  editing: boolean
  node?: string
}

const EVERY_MS = 15_000
/** A selection that wanders is told when it rests. */
const REST_MS = 400
const NOBODY: readonly Present[] = []
let visits = 0

/**
 * Say that one is on a document for as long as the component is there, and hear who else is.
 * People who are not heard of for a while are taken to have left; that is the server's to tell.
 */
export function usePresence({ workspaceId, path, editing, node = '' }: Here): readonly Present[] {
  const [others, setOthers] = useState<readonly Present[]>(NOBODY)
  const tell = useRef<() => void>(() => undefined)
  const latest = useRef({ editing, node })
  useEffect(() => {
    latest.current = { editing, node }
  }, [editing, node])

  useEffect(() => {
    if (path === null) return
    let timer: ReturnType<typeof setTimeout> | undefined
    let left = false
    // Of its own for each visit: the end of one may reach the server after the next began.
    visits += 1
    const clientId = `${TAB_ID}-${visits}`
    const say = async () => {
      clearTimeout(timer)
      let pause = EVERY_MS
      try {
        const heard = await putPresence(workspaceId, clientId, path, latest.current)
        if (!left) setOthers((known) => (sameOthers(known, heard) ? known : heard))
      } catch (error) {
        if (error instanceof Refusal && error.retryAfter) pause = error.retryAfter * 1000
      }
      clearTimeout(timer)
      if (!left) timer = setTimeout(say, pause)
    }
    // A page that is put away by the browser does not run its effects' ends.
    const leave = () => leavePresence(workspaceId, clientId)
    tell.current = () => {
      clearTimeout(timer)
      timer = setTimeout(say, REST_MS)
    }
    window.addEventListener('pagehide', leave)
    window.addEventListener('pageshow', tell.current)
    say()
    return () => {
      left = true
      clearTimeout(timer)
      window.removeEventListener('pagehide', leave)
      window.removeEventListener('pageshow', tell.current)
      tell.current = () => undefined
      setOthers(NOBODY)
      leave()
    }
  }, [workspaceId, path])

  // biome-ignore lint/correctness/useExhaustiveDependencies: what is said is what changed
  useEffect(() => tell.current(), [editing, node])
  useWorkspaceEvents('presence', (event) => {
    if (event.data.path === path) tell.current()
  })
  return others
}

/** The others who may be changing the document, so that two do not without knowing. */
export const editorsAmong = (others: readonly Present[]): readonly Present[] =>
  others.filter((one) => one.editing)

/** Whether two answers say the same of the same people, in any order. */
export function sameOthers(before: readonly Present[], after: readonly Present[]): boolean {
  const said = (all: readonly Present[]) =>
    all
      .map((one) => JSON.stringify([one.user_id, one.name, one.editing, one.node, one.mine]))
      .sort()
      .join()
  return said(before) === said(after)
}

async function putPresence(
  workspaceId: string,
  clientId: string,
  path: string,
  { editing, node }: { editing: boolean; node: string },
): Promise<Present[]> {
  const { others } = await answered(
    api.PUT('/api/v1/workspaces/{workspace_id}/presence', {
      params: { path: { workspace_id: workspaceId } },
      body: { path, editing, node, client_id: clientId },
    }),
  )
  return others
}

function leavePresence(workspaceId: string, clientId: string): void {
  api
    .DELETE('/api/v1/workspaces/{workspace_id}/presence', {
      params: { path: { workspace_id: workspaceId }, query: { client_id: clientId } },
      // Sent although the page goes away. Nobody is left to hear that it failed.
      keepalive: true,
    })
    .catch(() => undefined)
}
