import { create } from 'zustand'

const KEY = 'lakewright.palette.recent'
const MOST = 5

function stored(): string[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]')
    return Array.isArray(found) ? found.filter((one) => typeof one === 'string') : []
  } catch {
    return []
  }
}

/** Types that this person added last, the newest first. */
export const useRecent = create<{ keys: readonly string[] }>(() => ({ keys: stored() }))

export function remember(key: string): void {
  const keys = [key, ...useRecent.getState().keys.filter((one) => one !== key)].slice(0, MOST)
  useRecent.setState({ keys })
  try {
    localStorage.setItem(KEY, JSON.stringify(keys))
  } catch {
    // Full or switched off: it is remembered until the page closes.
  }
}
