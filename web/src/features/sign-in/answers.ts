import { AuthError, isAuthRetryableFetchError } from '@supabase/supabase-js'
import { texts } from '@/texts'

/** What to tell somebody whose try was refused: what the server says, and what helps. */
export function told(error: unknown): string {
  if (isAuthRetryableFetchError(error)) return texts.shell.faults.unreachable
  if (error instanceof AuthError || error instanceof Error) {
    const text = error.message.trim()
    if (text && text !== '{}') return /[.!?]$/.test(text) ? text : `${text}.`
  }
  return texts.shell.sign.unknown
}

/** A callback of ours that knows where to go on. */
export function callbackAddress(path: '/auth/callback' | '/auth/new-password', to: string): string {
  const address = new URL(path, location.origin)
  if (to !== '/') address.searchParams.set('to', to)
  return address.href
}

const INVITATION = 'lakewright.invitation'

/** The invitation that brought somebody here, kept in this tab while they sign in or up. */
export function keptInvitation(): string {
  try {
    return sessionStorage.getItem(INVITATION) ?? ''
  } catch {
    return ''
  }
}

export function keepInvitation(token: string): void {
  try {
    if (token) sessionStorage.setItem(INVITATION, token)
    else sessionStorage.removeItem(INVITATION)
  } catch {
    // Without storage the link has to be opened again after signing in.
  }
}
