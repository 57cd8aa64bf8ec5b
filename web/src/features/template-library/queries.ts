import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { answered, api } from '@/api/client'
import type { TemplateReply } from '@/api/schema.gen'
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
export function useSample(
  template: string,
  variations: Readonly<Record<string, boolean>>,
  enabled = true,
) {
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
    enabled,
  })
}

/** Packs that are installed, and those that the repository's index offers. */
export function usePacks() {
  const { id } = useWorkspace()
  return useQuery({
    queryKey: ['templates', id, 'packs'],
    queryFn: () =>
      answered(
        api.GET('/api/v1/workspaces/{workspace_id}/packs', {
          params: { path: { workspace_id: id } },
        }),
      ),
    staleTime: 60_000,
  })
}

/** Template id -> the pack that brought it. */
export function usePackOf(): ReadonlyMap<string, string> {
  const { data } = usePacks()
  return useMemo(
    () =>
      new Map(
        (data?.installed ?? []).flatMap((pack) =>
          pack.templates.map((template) => [template.id, pack.name] as const),
        ),
      ),
    [data],
  )
}

export function useVersions(template: string) {
  const { id } = useWorkspace()
  return useQuery({
    queryKey: ['templates', id, 'versions', template],
    queryFn: () =>
      answered(
        api.GET('/api/v1/workspaces/{workspace_id}/templates/{template_id}/versions', {
          params: { path: { workspace_id: id, template_id: template } },
        }),
      ),
  })
}

export function useComparison(template: string, before: string, after: string) {
  const { id } = useWorkspace()
  return useQuery({
    queryKey: ['templates', id, 'comparison', template, before, after],
    queryFn: () =>
      answered(
        api.GET('/api/v1/workspaces/{workspace_id}/templates/{template_id}/comparison', {
          params: {
            path: { workspace_id: id, template_id: template },
            query: { before, after },
          },
        }),
      ),
    enabled: before !== '' && after !== '' && before !== after,
    placeholderData: (old, query) => (query?.queryKey[3] === template ? old : undefined),
  })
}

export function useUses(template: string) {
  const { id } = useWorkspace()
  return useQuery({
    queryKey: ['templates', id, 'models', 'uses', template],
    queryFn: () =>
      answered(
        api.GET('/api/v1/workspaces/{workspace_id}/templates/{template_id}/uses', {
          params: { path: { workspace_id: id, template_id: template } },
        }),
      ),
  })
}

/** What a newer version changes in a recipe that is pinned to an older one. */
export function useUpgrade(recipe: string, template: string, enabled: boolean) {
  const { id } = useWorkspace()
  return useQuery({
    queryKey: ['templates', id, 'models', 'upgrades', recipe],
    queryFn: () =>
      answered(
        api.GET('/api/v1/workspaces/{workspace_id}/recipes/{recipe_id}/upgrades', {
          params: { path: { workspace_id: id, recipe_id: recipe } },
        }),
      ),
    select: (all) => all.find((one) => one.template === template) ?? null,
    enabled,
  })
}

/** Try the template in every combination, once somebody asks for it. */
export function useCoverage(template: Pick<TemplateReply, 'id'>, enabled: boolean) {
  const { id } = useWorkspace()
  return useQuery({
    queryKey: ['templates', id, 'coverage', template.id],
    queryFn: async () => {
      const found = await answered(
        api.POST('/api/v1/workspaces/{workspace_id}/templates-coverage', {
          params: { path: { workspace_id: id } },
          body: { templates: [template.id], only_changed: false },
        }),
      )
      return found.templates[0] ?? null
    },
    enabled,
    staleTime: Number.POSITIVE_INFINITY,
  })
}
