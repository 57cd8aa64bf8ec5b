import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { answered, api } from '@/api/client'
import { useWorkspace } from '@/api/workspace'

/** The whole library. */
export function useLibrary() {
  const { id } = useWorkspace()
  return useQuery({
    queryKey: ['templates', id],
    queryFn: () =>
      answered(
        api.GET('/api/v1/workspaces/{workspace_id}/templates', {
          params: { path: { workspace_id: id } },
        }),
      ),
    staleTime: 60_000,
  })
}

/** Ids that the words find, best first; undefined without words. Slips of the pen are forgiven. */
export function useFound(words: string) {
  const { id } = useWorkspace()
  return useQuery({
    queryKey: ['templates', id, 'search', words],
    queryFn: async () => {
      const found = await answered(
        api.GET('/api/v1/workspaces/{workspace_id}/templates-search', {
          params: { path: { workspace_id: id }, query: { q: words, limit: 200 } },
        }),
      )
      return found.items.map((one) => one.id)
    },
    enabled: words !== '',
    placeholderData: keepPreviousData,
  })
}

export function useTemplate(template: string) {
  const { id } = useWorkspace()
  return useQuery({
    queryKey: ['templates', id, 'source', template],
    queryFn: () =>
      answered(
        api.GET('/api/v1/workspaces/{workspace_id}/templates/{template_id}', {
          params: { path: { workspace_id: id, template_id: template } },
        }),
      ),
  })
}

/** What a template prints with sample values. The last print stays while the next is made. */
export function useSample(template: string, variations: Readonly<Record<string, boolean>>) {
  const { id } = useWorkspace()
  return useQuery({
    queryKey: ['templates', id, 'sample', template, variations],
    queryFn: ({ signal }) =>
      answered(
        api.POST('/api/v1/workspaces/{workspace_id}/preview', {
          params: { path: { workspace_id: id } },
          body: { template, values: {}, variations, node: '', traced: false, unsaved: null },
          signal,
        }),
      ),
    placeholderData: (before, query) => (query?.queryKey[3] === template ? before : undefined),
    staleTime: 60_000,
  })
}
