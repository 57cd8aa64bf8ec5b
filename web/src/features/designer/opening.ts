/** What the open document asks of this server, and how a model is opened. */

import { answered, api } from '@/api/client'
import { Refusal } from '@/api/refusal'
import type { DataModel } from '@/document/model'
import type { DocumentServer, Opened } from '@/document/server'
import { documentActions, type ToOpen } from '@/document/store'
import { textOfVersion } from './saving/asks'

export type Found =
  | { kind: 'missing' }
  | { kind: 'unreadable'; opened: Opened; path: string }
  | { kind: 'open'; toOpen: ToOpen; server: DocumentServer; draft: string | null }

/** Everything about a model that the canvas needs, or why there is nothing to draw. */
export async function findModel(
  workspaceId: string,
  modelId: string,
  readOnly: string | null,
  signal: AbortSignal,
): Promise<Found> {
  // What the last look at a model left behind becomes its draft first.
  await documentActions.left()
  const inWorkspace = { path: { workspace_id: workspaceId } }
  const cards = await answered(
    api.GET('/api/v1/workspaces/{workspace_id}/models', { params: inWorkspace, signal }),
  )
  const card = cards.find((one) => one.id === modelId)
  if (!card) return { kind: 'missing' }
  const { path } = card
  const place = { ...inWorkspace.path, path }
  const [base, draft] = await Promise.all([
    answered(
      api.GET('/api/v1/workspaces/{workspace_id}/documents/{path}', {
        params: { path: place },
        signal,
      }),
    ),
    readOnly === null && card.draft ? draftOf(workspaceId, path, signal) : null,
  ])
  const server = serverFor(workspaceId, path, modelId)
  const saved = await draftedFrom(draft, base, { workspaceId, path, modelId }, signal)
  const ofDraft = draft ? await server.look(draft.text, null, signal) : null
  // A draft that cannot be read yet is typed into the last text that can.
  const opened = ofDraft?.model ? ofDraft : await server.look(base.text, null, signal)
  if (!opened.model) return { kind: 'unreadable', opened, path }
  const model = opened.model
  return {
    kind: 'open',
    server,
    draft: draft && !ofDraft?.model ? draft.text : null,
    toOpen: {
      workspaceId,
      path,
      modelId,
      readOnly,
      base: saved,
      opened: { ...opened, model },
      theirs:
        saved.version !== base.version && base.version
          ? { version: base.version, text: base.text, by: '' }
          : null,
      resumed: draft?.updated_at ?? null,
    },
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

async function draftOf(workspaceId: string, path: string, signal: AbortSignal) {
  try {
    return await answered(
      api.GET('/api/v1/workspaces/{workspace_id}/drafts/{kind}/{path}', {
        params: { path: { workspace_id: workspaceId, kind: 'model', path } },
        signal,
      }),
    )
  } catch (error) {
    if (error instanceof Refusal && error.status === 404) return null
    throw error
  }
}

function serverFor(workspaceId: string, path: string, modelId: string): DocumentServer {
  const workspace = { workspace_id: workspaceId }
  const draft = { path: { ...workspace, kind: 'model' as const, path } }
  return {
    async look(text, model, signal) {
      const { places, diagnostics, ...opened } = await answered(
        api.POST('/api/v1/workspaces/{workspace_id}/models-open', {
          params: { path: workspace },
          body: { text, path, model_id: modelId, model },
          signal,
        }),
      )
      return {
        text: opened.text,
        model: opened.model as DataModel | null,
        findings: diagnostics as Opened['findings'],
        derived: opened.derived,
        waves: opened.waves,
        lines: places,
      }
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
