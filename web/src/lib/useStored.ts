import { useCallback, useState } from 'react'

/** State that this browser remembers: panel sizes, the open tab. Never anything that matters. */
export function useStored<T>(key: string, first: T): [T, (value: T) => void] {
  const name = `lakewright.${key}`
  const [value, set] = useState<T>(() => {
    try {
      const found = localStorage.getItem(name)
      return found === null ? first : (JSON.parse(found) as T)
    } catch {
      return first
    }
  })
  const store = useCallback(
    (next: T) => {
      set(next)
      try {
        localStorage.setItem(name, JSON.stringify(next))
      } catch {
        // Full or switched off: it is remembered until the page closes.
      }
    },
    [name],
  )
  return [value, store]
}
