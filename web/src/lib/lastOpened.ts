/** Which models this browser opened last in a workspace: a convenience, kept nowhere else. */

const MOST = 12
const keyOf = (workspaceId: string) => `lakewright.opened.${workspaceId}`

export interface Opened {
  model: string
  /** Milliseconds. */
  at: number
}

/** The latest first. */
export function lastOpened(workspaceId: string): Opened[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(keyOf(workspaceId)) ?? '[]')
    return Array.isArray(found) ? found.filter(isOpened) : []
  } catch {
    return []
  }
}

export function rememberOpened(workspaceId: string, model: string, at: number = Date.now()): void {
  const others = lastOpened(workspaceId).filter((one) => one.model !== model)
  try {
    localStorage.setItem(
      keyOf(workspaceId),
      JSON.stringify([{ model, at }, ...others].slice(0, MOST)),
    )
  } catch {
    // Full or switched off: the start page shows what changed last instead.
  }
}

function isOpened(value: unknown): value is Opened {
  const { model, at } = (value ?? {}) as Partial<Opened>
  return typeof model === 'string' && typeof at === 'number'
}
