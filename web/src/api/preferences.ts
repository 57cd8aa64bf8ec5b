import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef } from 'react'
import { applyTheme, storedTheme, type Theme } from '@/lib/theme'
import { answered, api } from './client'
import type { MeReply, PreferencesBody, PreferencesReply } from './schema.gen'

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: (): Promise<MeReply> => answered(api.GET('/api/v1/me')),
})

export const preferencesQuery = queryOptions({
  queryKey: ['preferences'],
  queryFn: (): Promise<PreferencesReply> => answered(api.GET('/api/v1/me/preferences')),
  staleTime: 60_000,
})

export type PreferencesChange = Partial<PreferencesBody>

/** Choices of a theme that the server has not heard of yet. */
let choosing = 0

/** How the person likes to work, and a way to change parts of it. */
export function usePreferences() {
  const client = useQueryClient()
  const { data } = useQuery(preferencesQuery)
  const change = useCallback(
    async (wanted: PreferencesChange) => {
      const now = await client.ensureQueryData(preferencesQuery)
      const { updated_at: _, ...body } = { ...now, ...wanted }
      client.setQueryData(preferencesQuery.queryKey, { ...now, ...wanted })
      const saved = await answered(api.PUT('/api/v1/me/preferences', { body })).catch((error) => {
        client.setQueryData(preferencesQuery.queryKey, now)
        throw error
      })
      client.setQueryData(preferencesQuery.queryKey, saved)
    },
    [client],
  )
  /** Shows at once and on this machine, also when the server cannot be told. */
  const setTheme = useCallback(
    async (theme: Theme) => {
      applyTheme(theme)
      choosing += 1
      try {
        await change({ theme })
      } finally {
        choosing -= 1
      }
    },
    [change],
  )
  return { preferences: data ?? null, change, setTheme }
}

/** A theme chosen on another machine counts here too, but never against a choice made here since. */
export function useThemeOfPerson(): void {
  const { data } = useQuery(preferencesQuery)
  const savedAt = data?.updated_at ?? null
  const saved = data?.theme
  // By the row, not by its theme: a row that is only on its way to the server has the old time.
  const heeded = useRef<string | null>(null)
  useEffect(() => {
    if (!saved || savedAt === null || heeded.current === savedAt || choosing > 0) return
    heeded.current = savedAt
    if (saved !== storedTheme()) applyTheme(saved)
  }, [saved, savedAt])
}
