import { useSearch } from '@tanstack/react-router'
import { useEffect } from 'react'
import { toast } from 'sonner'
import { answered, api } from '@/api/client'
import type { DataModel } from '@/document/model'
import { documentStore, type OpenDocument } from '@/document/store'
import { useDocument } from '@/document/useDocument'
import { setCanvas } from './state'

/** Know what the repository holds, and the version that the address names: see `useDifferences`. */
export function useCompare(): void {
  const { compare } = useSearch({ from: '/signed-in/w/$workspace/models/$model' })
  const base = useDocument((open) => open.base.text, null)
  useEffect(() => {
    const open = documentStore.getState().open
    if (base === null || !open) return
    const leaving = new AbortController()
    modelOf(base, open, leaving.signal).then(
      (saved) => setCanvas({ saved }),
      // Without an answer nothing is marked; the save state says that the server is away.
      () => undefined,
    )
    return () => leaving.abort()
  }, [base])

  useEffect(() => {
    const open = documentStore.getState().open
    if (!compare || !open) {
      setCanvas({ compared: null, lookedAt: null })
      return
    }
    const leaving = new AbortController()
    textAt(compare, open, leaving.signal)
      .then((text) => modelOf(text, open, leaving.signal))
      .then(
        (before) => setCanvas({ compared: { commit: compare, before }, lookedAt: null }),
        (error: unknown) => {
          if (!leaving.signal.aborted)
            toast.error(error instanceof Error ? error.message : String(error))
        },
      )
    return () => leaving.abort()
  }, [compare])
}

async function textAt(commit: string, open: OpenDocument, signal: AbortSignal): Promise<string> {
  const { text } = await answered(
    api.GET('/api/v1/workspaces/{workspace_id}/commits/{commit}/documents/{path}', {
      params: { path: { workspace_id: open.workspaceId, commit, path: open.path } },
      signal,
    }),
  )
  return text
}

/** The model in another version of the open text; null when it is not there. */
async function modelOf(
  text: string,
  open: OpenDocument,
  signal: AbortSignal,
): Promise<DataModel | null> {
  const { model } = await answered(
    api.POST('/api/v1/workspaces/{workspace_id}/models-open', {
      params: { path: { workspace_id: open.workspaceId } },
      body: { text, path: open.path, model_id: open.modelId, model: null },
      signal,
    }),
  )
  return model as DataModel | null
}
