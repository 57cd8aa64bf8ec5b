import { queryOptions } from '@tanstack/react-query'
import { answered, api } from './client'

/** Something that makes one bundle of several models. */
export interface Recipe {
  id: string
  name: string
  path: string
}

/** Every recipe of a workspace. */
export const recipesQuery = (workspaceId: string) =>
  queryOptions({
    queryKey: ['documents', workspaceId, 'recipes'],
    queryFn: async (): Promise<Recipe[]> => {
      const entries = await answered(
        api.GET('/api/v1/workspaces/{workspace_id}/documents', {
          params: { path: { workspace_id: workspaceId }, query: { kind: 'recipe' } },
        }),
      )
      return entries.flatMap(({ path, titles }) =>
        titles.map(({ id, name }) => ({ id, name, path })),
      )
    },
  })
