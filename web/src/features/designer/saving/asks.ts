/** What saving asks of the server besides the document itself. */
import { answered, api } from '@/api/client'
import type { ConflictReply, FindingReply } from '@/api/schema.gen'
import type { DataModel } from '@/document/model'
import type { OpenDocument } from '@/document/store'

export type Choice = 'ours' | 'theirs' | 'base'

export interface Merged {
  text: string
  model: DataModel | null
  conflicts: ConflictReply[]
  diagnostics: FindingReply[]
}

type Where = Pick<OpenDocument, 'workspaceId' | 'path' | 'modelId'>
const workspaceOf = ({ workspaceId }: Where) => ({ workspace_id: workspaceId })

/** What changed between two texts, in sentences. */
export async function wordsOf(where: Where, before: string, after: string): Promise<string[]> {
  const { words } = await answered(
    api.POST('/api/v1/workspaces/{workspace_id}/models-compare', {
      params: { path: workspaceOf(where) },
      body: { before, after, model_id: where.modelId },
    }),
  )
  return words
}

/** The document as the repository has it now, and who saved it last. */
export async function currentVersion(where: Where) {
  const workspace = workspaceOf(where)
  const [document, { items }] = await Promise.all([
    answered(
      api.GET('/api/v1/workspaces/{workspace_id}/documents/{path}', {
        params: { path: { ...workspace, path: where.path } },
      }),
    ),
    answered(
      api.GET('/api/v1/workspaces/{workspace_id}/history', {
        params: { path: workspace, query: { path: where.path, limit: 1 } },
      }),
    ),
  ])
  return {
    version: document.version ?? '',
    text: document.text,
    by: items[0]?.author_name ?? '',
  }
}

/** The text of a version of a document that its history still has; null when it has not. */
export async function textOfVersion(
  where: Where,
  version: string,
  signal?: AbortSignal,
): Promise<string | null> {
  const workspace = workspaceOf(where)
  let cursor: string | undefined
  do {
    const page = await answered(
      api.GET('/api/v1/workspaces/{workspace_id}/history', {
        params: { path: workspace, query: { path: where.path, limit: 100, cursor } },
        signal,
      }),
    )
    const commit = page.items.find((one) => one.versions[where.path] === version)
    if (commit) return textAt(where, commit.id, signal)
    cursor = page.next_cursor ?? undefined
  } while (cursor)
  return null
}

export async function textAt(where: Where, commit: string, signal?: AbortSignal): Promise<string> {
  const { text } = await answered(
    api.GET('/api/v1/workspaces/{workspace_id}/commits/{commit}/documents/{path}', {
      params: { path: { ...workspaceOf(where), commit, path: where.path } },
      signal,
    }),
  )
  return text
}

export async function merge(
  where: Where,
  texts: { base: string; ours: string; theirs: string },
  choices: Readonly<Record<string, Choice>>,
): Promise<Merged> {
  const found = await answered(
    api.POST('/api/v1/workspaces/{workspace_id}/models-merge', {
      params: { path: workspaceOf(where) },
      body: { ...texts, path: where.path, model_id: where.modelId, choices },
    }),
  )
  return { ...found, model: found.model as DataModel | null }
}

/** Save a model as a document of its own, under another id. Its comments go with it. */
export async function saveCopy(
  open: OpenDocument,
  id: string,
  name: string,
): Promise<{ path: string }> {
  const model = { ...open.model, id, name }
  const text = (await renamedText(open, model)) ?? (await freshText(open, model))
  return answered(
    api.POST('/api/v1/workspaces/{workspace_id}/documents', {
      params: { path: workspaceOf(open) },
      body: { kind: 'model', id, name, text, copy_item: '', message: '' },
    }),
  )
}

/** The same text with another id, when the text holds nothing but this model. */
async function renamedText(open: OpenDocument, model: DataModel): Promise<string | null> {
  const quoted = open.modelId.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const line = new RegExp(`^(\\s*-\\s+id:\\s*)(["']?)${quoted}\\2(?=\\s|$)`, 'm')
  if (!line.test(open.text)) return null
  const text = open.text.replace(line, (_, before: string) => `${before}${model.id}`)
  const found = await opened(open, text, model)
  return found.model && found.model_ids.length === 1 && found.model_ids[0] === model.id
    ? found.text
    : null
}

async function freshText(open: OpenDocument, model: DataModel): Promise<string> {
  const { text } = await opened(open, `data_models:\n  - id: ${model.id}\n`, model)
  return text
}

const opened = (open: OpenDocument, text: string, model: DataModel) =>
  answered(
    api.POST('/api/v1/workspaces/{workspace_id}/models-open', {
      params: { path: workspaceOf(open) },
      body: { text, path: '', model_id: model.id, model },
    }),
  )
