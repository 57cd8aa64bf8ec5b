/** Commits of a workspace's repository, and documents as they were in them. */

import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { answered, api } from './client'
import { restoreDocument, saveDocument } from './models'
import type { ComparedReply, DocumentReply, SavedReply } from './schema.gen'

const A_PAGE = 50

/** Newest first. With a path only those that changed it, or something in that folder. */
export const historyQuery = (workspaceId: string, path = '') =>
  infiniteQueryOptions({
    queryKey: ['history', workspaceId, path],
    queryFn: ({ pageParam }) => historyPage(workspaceId, path, pageParam, A_PAGE),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
  })

function historyPage(workspaceId: string, path: string, cursor: string, limit: number) {
  return answered(
    api.GET('/api/v1/workspaces/{workspace_id}/history', {
      params: {
        path: { workspace_id: workspaceId },
        query: { path, limit, ...(cursor && { cursor }) },
      },
    }),
  )
}

function documentAt(workspaceId: string, commit: string, path: string): Promise<DocumentReply> {
  return answered(
    api.GET('/api/v1/workspaces/{workspace_id}/commits/{commit}/documents/{path}', {
      params: { path: { workspace_id: workspaceId, commit, path } },
    }),
  )
}

/** A document as a commit left it. Ask only where the commit left one. */
export const documentAtQuery = (workspaceId: string, commit: string, path: string) =>
  queryOptions({
    queryKey: ['document-at', workspaceId, commit, path],
    queryFn: () => documentAt(workspaceId, commit, path),
    // A commit never changes.
    staleTime: Number.POSITIVE_INFINITY,
  })

/** The document before a commit changed it; null when that commit made it. */
export const documentBeforeQuery = (workspaceId: string, commit: string, path: string) =>
  queryOptions({
    queryKey: ['document-before', workspaceId, commit, path],
    queryFn: async ({ client }): Promise<{ commit: string; document: DocumentReply } | null> => {
      // The cursor is the last commit that was looked at, so this asks for the one before it.
      const { items } = await historyPage(workspaceId, path, commit, 1)
      const before = items[0]
      if (!before || before.versions[path] === null) return null
      const document = await client.ensureQueryData(documentAtQuery(workspaceId, before.id, path))
      return { commit: before.id, document }
    },
    staleTime: Number.POSITIVE_INFINITY,
  })

/** The document now; null when it is gone. */
export const documentNowQuery = (workspaceId: string, path: string) =>
  queryOptions({
    queryKey: ['documents', workspaceId, path],
    queryFn: () => documentNow(workspaceId, path),
  })

/** Found through its last commit: asking for a document that is gone would be an error. */
async function documentNow(workspaceId: string, path: string): Promise<DocumentReply | null> {
  const { items } = await historyPage(workspaceId, path, '', 1)
  const last = items[0]
  if (!last || last.versions[path] === null) return null
  return documentAt(workspaceId, last.id, path)
}

export const comparedQuery = (
  workspaceId: string,
  before: string,
  after: string,
  modelId: string,
) =>
  queryOptions({
    queryKey: ['compared', workspaceId, before, after, modelId],
    queryFn: async () => {
      const found = await answered(
        api.POST('/api/v1/workspaces/{workspace_id}/models-compare', {
          params: { path: { workspace_id: workspaceId } },
          body: { before, after, model_id: modelId },
        }),
      )
      return found as ComparedReply
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  })

/** Save an earlier text on top of what is there now, or where nothing is any more. */
export async function restoreVersion(
  workspaceId: string,
  document: Pick<DocumentReply, 'path' | 'text' | 'kind' | 'titles'>,
  message: string,
): Promise<SavedReply> {
  const { path, text, kind, titles } = document
  const now = await documentNow(workspaceId, path)
  if (now) return saveDocument(workspaceId, path, text, now.version ?? '', message)
  const id = titles[0]?.id ?? path.replace(/^.*\/|\.[^.]*$/g, '')
  return restoreDocument(workspaceId, path, text, id, kind, message)
}
