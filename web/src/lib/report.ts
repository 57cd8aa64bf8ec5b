/** What a person hands on when the app has failed: enough to find the fault, no secrets. */
export interface FaultReport {
  version: string
  address: string
  requestId: string
  error: unknown
  browser: string
  at: Date
}

export function reportText({
  version,
  address,
  requestId,
  error,
  browser,
  at,
}: FaultReport): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const name = error instanceof Error ? `${error.name}: ${error.message}` : ''
  return withoutSecrets(
    [
      `Lakewright ${version || 'unknown version'}`,
      `Page      ${withoutValues(address)}`,
      ...(requestId ? [`Request   ${requestId}`] : []),
      `Time      ${at.toISOString()}`,
      `Browser   ${browser}`,
      '',
      ...(name && !stack.startsWith(name) ? [name] : []),
      stack,
    ].join('\n'),
  )
}

/** Tokens of every kind that the app knows, wherever they stand in a text. */
export function withoutSecrets(text: string): string {
  return text
    .replace(/eyJ[\w-]+\.[\w-]+\.[\w-]*/g, '[token]')
    .replace(/Bearer\s+\S+/gi, 'Bearer [token]')
    .replace(
      /\b(access_token|refresh_token|token|token_hash|code|password|apikey)(["']?\s*[=:]\s*["']?)[^\s&"',)]+/gi,
      '$1$2[hidden]',
    )
    .replace(/(\/invitation#)\S+/g, '$1[hidden]')
    .replace(/\bdapi[0-9a-f]{8,}/gi, '[token]')
}

/** The path and the names of what is asked, without what was asked: searches may be private. */
function withoutValues(address: string): string {
  const [path = '', query = ''] = (address.split('#')[0] ?? '').split('?')
  const names = query
    .split('&')
    .map((part) => part.split('=')[0])
    .filter(Boolean)
  return names.length ? `${path}?${names.join('&')}` : path
}
