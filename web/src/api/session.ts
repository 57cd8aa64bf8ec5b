import { AuthClient, type Session } from '@supabase/supabase-js'
import { createStore } from 'zustand/vanilla'
import type { AboutReply } from './schema.gen'

/** Who is signed in. `unknown` until the stored session was looked at. */
export type SignedIn =
  | { state: 'unknown' }
  | { state: 'out' }
  | { state: 'in'; userId: string; email: string }

export interface SessionState {
  about: AboutReply | null
  signedIn: SignedIn
  /** The person asked to be signed out; otherwise the session has ended by itself. */
  isLeaving: boolean
}

export const sessionStore = createStore<SessionState>(() => ({
  about: null,
  signedIn: { state: 'unknown' },
  isLeaving: false,
}))

// The sign-in part of the client only: the rest of it (tables, files, channels) is half of its size.
let client: InstanceType<typeof AuthClient> | null = null

/** Ask the server how to sign in, and pick up the session that this browser keeps. */
export async function startSession(): Promise<void> {
  const answer = await fetch('/api/v1/about')
  if (!answer.ok) throw new Error(`The server answered ${answer.status}.`)
  const about = (await answer.json()) as AboutReply
  client = new AuthClient({
    url: new URL('auth/v1', about.auth_url.replace(/\/*$/, '/')).href,
    headers: { apikey: about.auth_key },
    flowType: 'pkce',
    storageKey: 'lakewright.session',
    detectSessionInUrl: true,
  })
  sessionStore.setState({ about })
  client.onAuthStateChange((_, session) => {
    sessionStore.setState({ signedIn: signedInFrom(session) })
  })
  const { data } = await client.getSession()
  sessionStore.setState({ signedIn: signedInFrom(data.session) })
}

function signedInFrom(session: Session | null): SignedIn {
  if (!session) return { state: 'out' }
  return { state: 'in', userId: session.user.id, email: session.user.email ?? '' }
}

/** The sign-in client. Call after `startSession`. */
export function auth(): InstanceType<typeof AuthClient> {
  if (!client) throw new Error('The session has not begun.')
  return client
}

/** A token that counts for now, refreshed when needed; null when nobody is signed in. */
export async function accessToken(): Promise<string | null> {
  if (!client) return null
  const { data } = await client.getSession()
  return data.session?.access_token ?? null
}

/**
 * End the session in this browser. The pages go first, so that none of them asks for anything
 * with a token that counts no more.
 */
export async function signOut(): Promise<void> {
  sessionStore.setState({ signedIn: { state: 'out' }, isLeaving: true })
  await auth().signOut({ scope: 'local' })
  sessionStore.setState({ isLeaving: false })
}

/** A session for the demo user, on the machine that the server runs on. */
export async function signInToDemo(): Promise<void> {
  const answer = await fetch('/auth/v1/demo', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{}',
  })
  const body = await answer.json()
  if (!answer.ok) throw new Error(String(body.msg ?? body.message ?? `Status ${answer.status}`))
  const { error } = await auth().setSession({
    access_token: body.access_token,
    refresh_token: body.refresh_token,
  })
  if (error) throw error
}
