import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { applyTheme, type Theme } from '@/lib/theme'
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
      await change({ theme })
    },
    [change],
  )
  return { preferences: data ?? null, change, setTheme }
}
