import type { Finding } from '@/document/server'

/** The server said no, with what is wrong and what to do: `ProblemReply`. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: number
  readonly code: string
  readonly remedy: string
  readonly where: string
  readonly diagnostics: readonly Finding[]
  /** Both versions of a save that came too late, and whatever else the answer holds. */
  readonly body: Readonly<Record<string, unknown>>
  readonly retryAfter: number | null
  readonly requestId: string

  constructor(status: number, body: Record<string, unknown>, headers: Headers) {
    super(text(body.problem) || `The server answered ${status}.`)
    this.status = status
    this.body = body
    this.code = text(body.code)
    this.remedy = text(body.remedy)
    this.where = text(body.where)
    this.diagnostics = Array.isArray(body.diagnostics) ? (body.diagnostics as Finding[]) : []
    this.retryAfter = Number(headers.get('Retry-After')) || null
    this.requestId = headers.get('X-Request-ID') ?? ''
  }
}

/** No answer came: the network, or a server that is not there. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable'
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
