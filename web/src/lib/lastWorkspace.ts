const KEY = 'lakewright.workspace'

/** The workspace that was open last in this browser: its slug. */
export function lastWorkspace(): string | null {
  try {
    return localStorage.getItem(KEY)
  } catch {
    return null
  }
}

export function rememberWorkspace(slug: string): void {
  try {
    localStorage.setItem(KEY, slug)
  } catch {
    // Storage may be switched off; then the first one opens.
  }
}
