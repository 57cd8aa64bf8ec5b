import createFetchClient, { type Middleware } from 'openapi-fetch'
import { Refusal, Unreachable } from './refusal'
import type { paths } from './schema.gen'
import { accessToken, auth } from './session'

const signed: Middleware = {
  async onRequest({ request }) {
    const token = await accessToken()
    if (token) request.headers.set('Authorization', `Bearer ${token}`)
    return request
  },
  async onResponse({ response }) {
    if (response.ok || response.status === 304) return
    const body = await response
      .clone()
      .json()
      .catch(() => ({}))
    // The session was ended elsewhere: the sign-in page is the way back.
    if (response.status === 401) await auth().signOut({ scope: 'local' })
    throw new Refusal(response.status, body, response.headers)
  },
  onError({ error }) {
    if (error instanceof DOMException && error.name === 'AbortError') return error
    return new Unreachable('The server does not answer.')
  },
}

/** Typed by path. Rejects with a `Refusal` or `Unreachable`; `data` is there when it resolves. */
export const api = createFetchClient<paths>({ baseUrl: '' })
api.use(signed)

/** The value of an answer that is known to be good, since everything else was thrown. */
export async function answered<T>(asked: Promise<{ data?: T }>): Promise<T> {
  const { data } = await asked
  return data as T
}

/** A file of the API with the person's token: an SVG, a zip. */
export async function fetchFile(path: string, init: RequestInit = {}): Promise<Response> {
  const token = await accessToken()
  const headers = new Headers(init.headers)
  if (token) headers.set('Authorization', `Bearer ${token}`)
  const answer = await fetch(path, { ...init, headers }).catch(() => {
    throw new Unreachable('The server does not answer.')
  })
  if (!answer.ok)
    throw new Refusal(answer.status, await answer.json().catch(() => ({})), answer.headers)
  return answer
}
