import { useInfiniteQuery, useQueries, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { answered, api } from '@/api/client'
import { cardsQuery } from '@/api/models'
import { type Recipe, recipesQuery } from '@/api/recipes'
import type { CardReply, FindingReply, NodeSuggestionsReply } from '@/api/schema.gen'
import { useWorkspace } from '@/api/workspace'
import { type PlannedScript, planScripts, type RecipeChoices, readRecipe } from './plan'

/** Something that can be generated: a recipe, a model, or all models. */
export interface Target {
  /** What the server is asked for. */
  wanted: string
  name: string
  recipe: Recipe | null
  model: CardReply | null
}

export const useModels = () => useQuery(cardsQuery(useWorkspace().id))

export const useRecipes = () => useQuery(recipesQuery(useWorkspace().id))

/** The recipe's own words about its models and templates. */
function useChoices(recipe: Recipe | null) {
  const { id } = useWorkspace()
  return useQuery({
    queryKey: ['documents', id, 'recipes', recipe?.path, recipe?.id],
    queryFn: async (): Promise<RecipeChoices | null> => {
      const found = await answered(
        api.GET('/api/v1/workspaces/{workspace_id}/documents/{path}', {
          params: { path: { workspace_id: id, path: recipe?.path ?? '' } },
        }),
      )
      return readRecipe(found.text, recipe?.id ?? '')
    },
    enabled: recipe !== null,
  })
}

export interface Preparation {
  /** Cards of the models that go in. */
  models: CardReply[]
  findings: FindingReply[] | undefined
  scripts: PlannedScript[] | undefined
  error: Error | null
}

/** What is known of a bundle before it is made. */
export function usePreparation(target: Target, all: readonly CardReply[]): Preparation {
  const { id } = useWorkspace()
  const choices = useChoices(target.recipe)
  const models = useMemo(() => {
    if (target.model) return [target.model]
    if (!target.recipe) return [...all]
    const wanted = choices.data?.models ?? []
    return wanted.length > 0 ? all.filter((one) => wanted.includes(one.id)) : [...all]
  }, [target, all, choices.data])
  const ids = [...(target.recipe ? [target.recipe.id] : []), ...models.map((one) => one.id)]
  const isReady = target.recipe === null || !choices.isPending

  const check = useQuery({
    queryKey: ['check', id, ...ids],
    queryFn: () =>
      answered(
        api.GET('/api/v1/workspaces/{workspace_id}/check', {
          params: { path: { workspace_id: id }, query: { ids } },
        }),
      ),
    enabled: isReady && ids.length > 0,
  })
  const suggested = useQueries({
    queries: models.map((model) => ({
      queryKey: ['models', id, 'suggestions', model.id],
      queryFn: () =>
        answered(
          api.GET('/api/v1/workspaces/{workspace_id}/models/{model_id}/suggestions', {
            params: { path: { workspace_id: id, model_id: model.id } },
          }),
        ),
      enabled: isReady,
      // A model that cannot be read has findings, which say it better.
      retry: false,
    })),
    combine: (answers) => ({
      isPending: answers.some((one) => one.isPending),
      nodes: answers.map((one): NodeSuggestionsReply[] => one.data ?? []),
    }),
  })
  return {
    models,
    findings: check.data?.diagnostics,
    scripts: suggested.isPending
      ? undefined
      : models.flatMap((model, index) =>
          planScripts(model.id, suggested.nodes[index] ?? [], choices.data ?? null),
        ),
    error: check.error ?? choices.error,
  }
}

export function useGenerations() {
  const { id } = useWorkspace()
  return useInfiniteQuery({
    queryKey: ['generations', id, 'list'],
    queryFn: ({ pageParam }) =>
      answered(
        api.GET('/api/v1/workspaces/{workspace_id}/generations', {
          params: { path: { workspace_id: id }, query: { limit: 30, cursor: pageParam } },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })
}

export function useGeneration(generation: string) {
  const { id } = useWorkspace()
  return useQuery({
    queryKey: ['generations', id, generation],
    queryFn: () =>
      answered(
        api.GET('/api/v1/workspaces/{workspace_id}/generations/{generation_id}', {
          params: { path: { workspace_id: id, generation_id: generation } },
        }),
      ),
    // What was made stays as it is.
    staleTime: 300_000,
  })
}

export function useFileText(generation: string, path: string | null) {
  const { id } = useWorkspace()
  return useQuery({
    queryKey: ['generations', id, generation, 'file', path],
    queryFn: () =>
      answered(
        api.GET('/api/v1/workspaces/{workspace_id}/generations/{generation_id}/files/{path}', {
          params: {
            path: { workspace_id: id, generation_id: generation, path: path ?? '' },
          },
        }),
      ),
    enabled: path !== null,
    staleTime: Number.POSITIVE_INFINITY,
  })
}

/** Work of this kind that is going on now, the newest first. */
export function useGoing() {
  const { id } = useWorkspace()
  return useQuery({
    queryKey: ['jobs', id, 'list'],
    queryFn: () =>
      answered(
        api.GET('/api/v1/workspaces/{workspace_id}/jobs', {
          params: { path: { workspace_id: id }, query: { limit: 50 } },
        }),
      ),
    select: (page) =>
      page.items.filter(
        (one) => one.kind === 'generate' && (one.status === 'queued' || one.status === 'running'),
      ),
  })
}
