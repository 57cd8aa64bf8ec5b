import { createParser } from 'eventsource-parser'
import { accessToken } from './session'

export interface ServerEvent {
  id: string
  kind: string
  data: Record<string, unknown>
}

export type Line = 'open' | 'lost'

/**
 * Follow what happens in a workspace until the signal says stop. A lost line is taken up again
 * where it broke, with pauses that grow to half a minute.
 *
 * `EventSource` cannot send a token, so this reads the stream itself.
 */
export async function followEvents(
  path: string,
  tell: (event: ServerEvent) => void,
  signal: AbortSignal,
  onLine: (line: Line) => void = () => undefined,
): Promise<void> {
  let last = ''
  let pause = 1000
  while (!signal.aborted) {
    try {
      const token = await accessToken()
      if (!token) return
      const headers = new Headers({ Accept: 'text/event-stream' })
      headers.set('Authorization', `Bearer ${token}`)
      if (last) headers.set('Last-Event-ID', last)
      const answer = await fetch(path, { headers, signal })
      if ([401, 403, 404].includes(answer.status)) return
      if (!answer.ok || !answer.body) throw new Error(String(answer.status))
      onLine('open')
      pause = 1000
      const parser = createParser({
        onEvent({ id, event, data }) {
          if (id) last = id
          tell({ id: id ?? '', kind: event ?? 'message', data: JSON.parse(data || '{}') })
        },
      })
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader()
      for (;;) {
        const { done, value } = await reader.read()
        if (done) break
        parser.feed(value)
      }
    } catch {
      if (signal.aborted) return
    }
    onLine('lost')
    await new Promise((go) => setTimeout(go, pause))
    pause = Math.min(pause * 2, 30_000)
  }
}
