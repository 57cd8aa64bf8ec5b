const BASE = 'http://lakewright.invalid'

/**
 * A path of this app that somebody may be sent to after signing in; `/` for everything else, so
 * that no link can lead from our sign-in page to a stranger's.
 */
export function safePath(wanted: string | undefined): string {
  if (!wanted?.startsWith('/')) return '/'
  // Browsers drop tabs and newlines, and read `\` as `/`.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
  if (/[\u0000-\u0020\\]/.test(wanted)) return '/'
  let found: URL
  try {
    found = new URL(wanted, BASE)
  } catch {
    return '/'
  }
  if (found.origin !== BASE) return '/'
  // Back to where one signs in would be a circle.
  if (/^\/(sign-in|auth)(\/|$)/.test(found.pathname)) return '/'
  // `//host` hides in what a path like `/..//host` becomes.
  if (found.pathname.startsWith('//')) return '/'
  return found.pathname + found.search + found.hash
}
