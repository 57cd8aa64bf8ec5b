/** Models as files of the repository: what the list, the start page and the history do with them. */

import { queryOptions } from '@tanstack/react-query'
import { type DataModel, freeId, idFrom } from '@/document/model'
import { answered, api } from './client'
import { Refusal } from './refusal'
import type { CardReply, DocumentReply, SavedReply, StartingPointReply } from './schema.gen'

const at = (workspaceId: string) => ({ path: { workspace_id: workspaceId } })
const atPath = (workspaceId: string, path: string) => ({
  path: { workspace_id: workspaceId, path },
})

/** Every model of a workspace with what a list shows of it. */
export const cardsQuery = (workspaceId: string) =>
  queryOptions({
    queryKey: ['models', workspaceId],
    queryFn: async () => {
      const found = await answered(
        api.GET('/api/v1/workspaces/{workspace_id}/models', { params: at(workspaceId) }),
      )
      // The client's own types forget how long a tuple is.
      return found as unknown as CardReply[]
    },
  })

/** The examples that a new model can begin with. */
export const startingPointsQuery = (workspaceId: string) =>
  queryOptions({
    queryKey: ['starting-points', workspaceId, 'model'],
    queryFn: async () => {
      const found = await answered(
        api.GET('/api/v1/workspaces/{workspace_id}/starting-points', {
          params: { ...at(workspaceId), query: { kind: 'model' } },
        }),
      )
      return found as unknown as StartingPointReply[]
    },
    staleTime: 300_000,
  })

export interface NewModel {
  id: string
  name: string
  /** Begin with this; blank without any of them. */
  text?: string
  startingPoint?: string
  copyOf?: Pick<CardReply, 'id' | 'path'>
}

/** Save a new document with one model: a commit. */
export function createModel(workspaceId: string, wanted: NewModel): Promise<SavedReply> {
  return answered(
    api.POST('/api/v1/workspaces/{workspace_id}/documents', {
      params: at(workspaceId),
      body: {
        kind: 'model',
        id: wanted.id,
        name: wanted.name,
        path: null,
        text: wanted.text ?? null,
        starting_point: wanted.startingPoint ?? null,
        copy_of: wanted.copyOf?.path ?? null,
        copy_item: wanted.copyOf?.id ?? '',
        message: '',
      },
    }),
  )
}

/** Save one of the examples as a model of the workspace's own. Returns the id it has there. */
export async function beginWithExample(
  workspaceId: string,
  example: Pick<StartingPointReply, 'id' | 'name'>,
  taken: readonly Pick<CardReply, 'id'>[],
): Promise<string> {
  const id = freeId(idFrom(example.name), new Set(taken.map((card) => card.id)))
  const made = await createModel(workspaceId, { id, name: example.name, startingPoint: example.id })
  return made.titles[0]?.id ?? id
}

export function readDocument(workspaceId: string, path: string): Promise<DocumentReply> {
  return answered(
    api.GET('/api/v1/workspaces/{workspace_id}/documents/{path}', {
      params: atPath(workspaceId, path),
    }),
  )
}

/** Save a text as it is. Refused (409) when somebody saved another since `version`. */
export function saveDocument(
  workspaceId: string,
  path: string,
  text: string,
  version: string,
  message = '',
): Promise<SavedReply> {
  return answered(
    api.PUT('/api/v1/workspaces/{workspace_id}/documents/{path}', {
      params: { ...atPath(workspaceId, path), header: { 'If-Match': `"${version}"` } },
      body: { text, message },
    }),
  )
}

/** Bring back a document that is gone. Refused (409) when there is another one at its path. */
export function restoreDocument(
  workspaceId: string,
  path: string,
  text: string,
  id: string,
  kind: DocumentReply['kind'] = 'model',
  message = '',
): Promise<SavedReply> {
  return answered(
    api.POST('/api/v1/workspaces/{workspace_id}/documents', {
      params: at(workspaceId),
      body: { kind, id, name: '', path, text, copy_item: '', message },
    }),
  )
}

/** What a text says about one of its models. With a model, that is written into it first. */
export async function openText(
  workspaceId: string,
  text: string,
  path = '',
  modelId = '',
  model: DataModel | null = null,
) {
  return answered(
    api.POST('/api/v1/workspaces/{workspace_id}/models-open', {
      params: at(workspaceId),
      body: { text, path, model_id: modelId, model },
    }),
  )
}

/** Give a model another name. Its id stays, so nothing that names it breaks. */
export async function renameModel(
  workspaceId: string,
  card: Pick<CardReply, 'id' | 'path'>,
  name: string,
): Promise<void> {
  const document = await readDocument(workspaceId, card.path)
  const opened = await openText(workspaceId, document.text, card.path, card.id)
  if (!opened.model) throw unreadable(opened.diagnostics[0])
  const model = { ...opened.model, name } as DataModel
  const written = await openText(workspaceId, document.text, card.path, card.id, model)
  if (!written.model) throw unreadable(written.diagnostics[0])
  await saveDocument(workspaceId, card.path, written.text, document.version ?? '')
}

/** Brings a deleted model back. */
export type Undo = () => Promise<void>

/**
 * Delete a model: its document, or its part of a document that holds several. Returns what brings
 * it back just as it was, unless somebody changed the document in between, which is refused.
 */
export async function deleteModel(
  workspaceId: string,
  card: Pick<CardReply, 'id' | 'path'>,
): Promise<Undo> {
  const { text, version, titles } = await readDocument(workspaceId, card.path)
  const base = version ?? ''
  if (titles.length > 1) {
    // Only here, since it brings a parser along that lists have no other use for.
    const { withoutModel } = await import('@/lib/modelText')
    const saved = await saveDocument(workspaceId, card.path, withoutModel(text, card.id), base)
    return async () => {
      await saveDocument(workspaceId, card.path, text, saved.version ?? '')
    }
  }
  await answered(
    api.DELETE('/api/v1/workspaces/{workspace_id}/documents/{path}', {
      params: { ...atPath(workspaceId, card.path), header: { 'If-Match': `"${base}"` } },
    }),
  )
  return async () => {
    await restoreDocument(workspaceId, card.path, text, card.id)
  }
}

function unreadable(finding: { problem: string; remedy: string } | undefined): Refusal {
  return new Refusal(400, { ...finding }, new Headers())
}
