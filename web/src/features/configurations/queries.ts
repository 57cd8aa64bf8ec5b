import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { answered, api } from '@/api/client'
import type { ConfigurationBody, ConfigurationReply } from '@/api/schema.gen'
import { useWorkspace } from '@/api/workspace'
import type { JsonSchema } from '@/ui/form/schema'

/** What is set in the app. */
export function useConfigurations() {
  const { id } = useWorkspace()
  return useQuery({
    queryKey: ['configurations', id],
    queryFn: async () => {
      const found: ConfigurationReply[] = []
      let cursor: string | undefined
      do {
        const page = await answered(
          api.GET('/api/v1/workspaces/{workspace_id}/configurations', {
            params: { path: { workspace_id: id }, query: { limit: 200, cursor } },
          }),
        )
        found.push(...page.items)
        cursor = page.next_cursor ?? undefined
      } while (cursor)
      return found
    },
  })
}

/** What the files of the repository say. */
export function useWritten() {
  const { id } = useWorkspace()
  return useQuery({
    queryKey: ['configurations', id, 'documents', 'written'],
    queryFn: () =>
      answered(
        api.GET('/api/v1/workspaces/{workspace_id}/configurations/written', {
          params: { path: { workspace_id: id } },
        }),
      ),
  })
}

export interface Place {
  model?: string
  recipe?: string
  target?: string
}

export function useEffective({ model = '', recipe = '', target = '' }: Place) {
  const { id } = useWorkspace()
  return useQuery({
    queryKey: ['configurations', id, 'documents', 'effective', model, recipe, target],
    queryFn: () =>
      answered(
        api.GET('/api/v1/workspaces/{workspace_id}/configurations/effective', {
          params: { path: { workspace_id: id }, query: { model, recipe, target } },
        }),
      ),
    placeholderData: keepPreviousData,
  })
}

/** The settings of each type as JSON Schemas. */
export function useSettingSchemas() {
  return useQuery({
    queryKey: ['schemas', 'configuration'],
    queryFn: async () => {
      const schema = (await answered(
        api.GET('/api/v1/schemas/{kind}', { params: { path: { kind: 'configuration' } } }),
      )) as JsonSchema
      return schema.$defs ?? {}
    },
    staleTime: Number.POSITIVE_INFINITY,
  })
}

export function useConfigurationActions() {
  const { id } = useWorkspace()
  const client = useQueryClient()
  const refresh = useCallback(
    () => client.invalidateQueries({ queryKey: ['configurations', id] }),
    [client, id],
  )
  const create = useCallback(
    async (body: ConfigurationBody) => {
      await answered(
        api.POST('/api/v1/workspaces/{workspace_id}/configurations', {
          params: { path: { workspace_id: id } },
          body,
        }),
      )
      await refresh()
    },
    [id, refresh],
  )
  /** Refused when somebody else saved since the etag was read. */
  const save = useCallback(
    async (configuration: string, etag: string, body: ConfigurationBody) => {
      await answered(
        api.PUT('/api/v1/workspaces/{workspace_id}/configurations/{configuration_id}', {
          params: {
            path: { workspace_id: id, configuration_id: configuration },
            header: { 'If-Match': etag },
          },
          body,
        }),
      )
      await refresh()
    },
    [id, refresh],
  )
  const remove = useCallback(
    async (configuration: string) => {
      await answered(
        api.DELETE('/api/v1/workspaces/{workspace_id}/configurations/{configuration_id}', {
          params: { path: { workspace_id: id, configuration_id: configuration } },
        }),
      )
      await refresh()
    },
    [id, refresh],
  )
  return { create, save, remove }
}

/** One of them as it is now, with the version that a change is made from. */
export async function openConfiguration(workspace: string, configuration: string) {
  const { data, response } = await api.GET(
    '/api/v1/workspaces/{workspace_id}/configurations/{configuration_id}',
    { params: { path: { workspace_id: workspace, configuration_id: configuration } } },
  )
  return { kept: data as ConfigurationReply, etag: response.headers.get('ETag') ?? '' }
}

export const bodyOf = ({
  name,
  type,
  config,
  is_active,
  scope,
  scope_ref,
}: ConfigurationReply): ConfigurationBody => ({ name, type, config, is_active, scope, scope_ref })
