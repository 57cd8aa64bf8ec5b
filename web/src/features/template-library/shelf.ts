import { useCallback, useMemo } from 'react'
import { usePreferences } from '@/api/preferences'
import { tellFailure } from '@/ui/tellFailure'

const MOST_FAVOURITES = 200
const MOST_RECENT = 12

/** What a person keeps at hand, in their preferences: it follows them to every browser. */
export interface Shelf {
  favourites: readonly string[]
  /** Used last, first. */
  recent: readonly string[]
}

/** What the preferences say; whatever else may stand there counts for nothing. */
export function shelfIn(preferences: Readonly<Record<string, unknown>> | undefined): Shelf {
  const found = preferences?.templates as Partial<Record<string, unknown>> | null | undefined
  return { favourites: textsIn(found?.favourites), recent: textsIn(found?.recent) }
}

const textsIn = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []

export const withFavourite = (shelf: Shelf, id: string, on: boolean): Shelf => ({
  ...shelf,
  favourites: [...shelf.favourites.filter((one) => one !== id), ...(on ? [id] : [])].slice(
    -MOST_FAVOURITES,
  ),
})

export const withUsed = (shelf: Shelf, id: string): Shelf => ({
  ...shelf,
  recent: [id, ...shelf.recent.filter((one) => one !== id)].slice(0, MOST_RECENT),
})

/** The shelf, and ways to change it. It shows at once; the server is told after. */
export function useShelf() {
  const { preferences, change } = usePreferences()
  const kept = preferences?.preferences
  const shelf = useMemo(() => shelfIn(kept), [kept])
  const save = useCallback(
    (next: Shelf) => change({ preferences: { ...kept, templates: next } }),
    [change, kept],
  )
  const isFavourite = useCallback((id: string) => shelf.favourites.includes(id), [shelf])
  const setFavourite = useCallback(
    (id: string, on: boolean) => save(withFavourite(shelf, id, on)).catch(tellFailure),
    [save, shelf],
  )
  const used = useCallback(
    (id: string) => {
      if (!preferences || shelf.recent[0] === id) return
      // Not worth a message: it is only where the template stands in a list.
      save(withUsed(shelf, id)).catch(() => undefined)
    },
    [preferences, save, shelf],
  )
  return { shelf, isFavourite, setFavourite, used }
}
