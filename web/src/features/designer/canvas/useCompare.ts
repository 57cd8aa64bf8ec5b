import { useSearch } from '@tanstack/react-router'
import { useEffect } from 'react'
import { toast } from 'sonner'
import { answered, api } from '@/api/client'
import type { DataModel, NodeId } from '@/document/model'
import { documentStore } from '@/document/store'
import { useDocument } from '@/document/useDocument'
import { type Mark, setCanvas } from './state'

/** Mark what differs from the last save, and from the version that the address names. */
export function useCompare(): void {
  const { compare } = useSearch({ from: '/signed-in/w/$workspace/models/$model' })
  const base = useDocument((open) => open.base.text, null)
  useEffect(() => {
    const open = documentStore.getState().open
    if (base === null || !open) return
    const leaving = new AbortController()
    answered(
      api.POST('/api/v1/workspaces/{workspace_id}/models-open', {
        params: { path: { workspace_id: open.workspaceId } },
        body: { text: base, path: open.path, model_id: open.modelId, model: null },
        signal: leaving.signal,
      }),
    ).then(
      ({ model }) => setCanvas({ saved: model as DataModel | null }),
      // Without an answer nothing is marked; the save state says that the server is away.
      () => undefined,
    )
    return () => leaving.abort()
  }, [base])

  useEffect(() => {
    const open = documentStore.getState().open
    if (!compare || !open) {
      setCanvas({ compared: null })
      return
    }
    const leaving = new AbortController()
    compareWith(compare, leaving.signal).catch((error: unknown) => {
      if (!leaving.signal.aborted)
        toast.error(error instanceof Error ? error.message : String(error))
    })
    return () => leaving.abort()
  }, [compare])
}

async function compareWith(commit: string, signal: AbortSignal): Promise<void> {
  const open = documentStore.getState().open
  if (!open) return
  const workspace = { workspace_id: open.workspaceId }
  const old = await answered(
    api.GET('/api/v1/workspaces/{workspace_id}/commits/{commit}/documents/{path}', {
      params: { path: { ...workspace, commit, path: open.path } },
      signal,
    }),
  )
  const found = await answered(
    api.POST('/api/v1/workspaces/{workspace_id}/models-compare', {
      params: { path: workspace },
      body: { before: old.text, after: open.text, model_id: open.modelId },
      signal,
    }),
  )
  const marks = new Map<NodeId, Mark>([
    ...found.nodes.moved.map((id) => [id, 'moved'] as const),
    ...found.nodes.changed.map(({ id }) => [id, 'changed'] as const),
    ...found.nodes.added.map((id) => [id, 'added'] as const),
  ])
  setCanvas({ compared: { commit, marks, before: found.before as DataModel | null } })
}
