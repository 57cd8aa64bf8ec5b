/** What the open document asks of this server, and how a model is opened. */

import { answered, api } from '@/api/client'
import { Refusal } from '@/api/refusal'
import type { KeptModelReply, OpenedReply } from '@/api/schema.gen'
import type { DataModel } from '@/document/model'
import type { DocumentServer, Opened } from '@/document/server'
import { documentActions, type ToOpen } from '@/document/store'
import { textOfVersion } from './saving/asks'

export type Found =
  | { kind: 'missing' }
  | { kind: 'open'; toOpen: ToOpen; server: DocumentServer; draft: string | null }

/** Everything that a canvas begins with, or that there is no such model. */
export async function findModel(
  workspaceId: string,
  modelId: string,
  readOnly: string | null,
  signal: AbortSignal,
): Promise<Found> {
  // What the last look at a model left behind becomes its draft first.
  await documentActions.left()
  const kept = await keptModel(workspaceId, modelId, readOnly === null, signal)
  if (!kept) return { kind: 'missing' }
  const { path, version, draft } = kept
  const opened = openedOf(kept.opened)
  // A text that is told with `opened` is not told twice.
  const text = kept.text ?? opened.text
  const base = { version, text }
  const saved = await draftedFrom(draft, base, { workspaceId, path, modelId }, signal)
  return {
    kind: 'open',
    server: serverFor(workspaceId, path, modelId),
    // One that cannot be drawn is typed into the last text that can.
    draft: draft?.text ?? null,
    toOpen: {
      workspaceId,
      path,
      modelId,
      readOnly,
      base: saved,
      opened,
      theirs: saved.version !== version ? { version, text, by: '' } : null,
      resumed: draft?.updated_at ?? null,
    },
  }
}

async function keptModel(
  workspaceId: string,
  modelId: string,
  draft: boolean,
  signal: AbortSignal,
): Promise<KeptModelReply | null> {
  try {
    return await answered(
      api.GET('/api/v1/workspaces/{workspace_id}/models-kept', {
        params: { path: { workspace_id: workspaceId }, query: { model_id: modelId, draft } },
        signal,
      }),
    )
  } catch (error) {
    if (error instanceof Refusal && error.status === 404) return null
    throw error
  }
}

function openedOf({ places, diagnostics, ...opened }: OpenedReply): Opened {
  return {
    text: opened.text,
    model: opened.model as DataModel | null,
    findings: diagnostics as Opened['findings'],
    derived: opened.derived,
    waves: opened.waves,
    lines: places,
  }
}

/**
 * The version that a draft began from. Of a draft that somebody's save has overtaken it is an older
 * one: saving must not replace theirs, and a merge needs what both began with.
 */
async function draftedFrom(
  draft: { moved_on: boolean; base_version: string | null } | null,
  base: { version: string | null; text: string },
  where: { workspaceId: string; path: string; modelId: string },
  signal: AbortSignal,
): Promise<{ version: string | null; text: string }> {
  if (!draft?.moved_on || !draft.base_version) return { version: base.version, text: base.text }
  const text = await textOfVersion(where, draft.base_version, signal)
  return { version: draft.base_version, text: text ?? '' }
}

function serverFor(workspaceId: string, path: string, modelId: string): DocumentServer {
  const workspace = { workspace_id: workspaceId }
  const draft = { path: { ...workspace, kind: 'model' as const, path } }
  return {
    async look(text, model, signal) {
      return openedOf(
        await answered(
          api.POST('/api/v1/workspaces/{workspace_id}/models-open', {
            params: { path: workspace },
            body: { text, path, model_id: modelId, model },
            signal,
          }),
        ),
      )
    },
    async keepDraft(text, base) {
      await api.PUT('/api/v1/workspaces/{workspace_id}/drafts/{kind}/{path}', {
        params: draft,
        body: { text, base_version: base },
      })
    },
    async dropDraft() {
      await api.DELETE('/api/v1/workspaces/{workspace_id}/drafts/{kind}/{path}', { params: draft })
    },
    async save(text, base, message) {
      try {
        const saved = await answered(
          api.PUT('/api/v1/workspaces/{workspace_id}/documents/{path}', {
            params: {
              path: { ...workspace, path },
              header: { 'If-Match': base === null ? '*' : `"${base}"` },
            },
            body: { text, message },
          }),
        )
        return {
          kind: 'saved',
          version: saved.version ?? '',
          text: saved.text,
          commit: saved.commit.id,
        }
      } catch (error) {
        if (!(error instanceof Refusal) || (error.status !== 412 && error.status !== 409))
          throw error
        const theirs = await answered(
          api.GET('/api/v1/workspaces/{workspace_id}/documents/{path}', {
            params: { path: { ...workspace, path } },
          }),
        )
        return { kind: 'conflict', version: theirs.version ?? '', text: theirs.text }
      }
    },
  }
}
