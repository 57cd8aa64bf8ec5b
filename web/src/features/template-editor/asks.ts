/** What the editor asks of the server, and how a template is opened. */

import { answered, api } from '@/api/client'
import { Refusal } from '@/api/refusal'
import type { PreviewReply, TemplateSourceReply, TextFindingReply } from '@/api/schema.gen'
import type { TemplateServer, ToOpen } from './store'

const inWorkspace = (workspaceId: string) => ({ workspace_id: workspaceId })

export type Found =
  | { kind: 'missing' }
  | { kind: 'builtin'; template: TemplateSourceReply }
  | { kind: 'open'; toOpen: ToOpen; server: TemplateServer }

export async function findTemplate(
  workspaceId: string,
  id: string,
  readOnly: string | null,
  signal: AbortSignal,
): Promise<Found> {
  const workspace = inWorkspace(workspaceId)
  let template: TemplateSourceReply
  try {
    template = await answered(
      api.GET('/api/v1/workspaces/{workspace_id}/templates/{template_id}', {
        params: { path: { ...workspace, template_id: id } },
        signal,
      }),
    )
  } catch (error) {
    if (error instanceof Refusal && error.status === 404) return { kind: 'missing' }
    throw error
  }
  if (template.builtin) return { kind: 'builtin', template }
  const path = template.file
  const [base, draft] = await Promise.all([
    textNow(workspaceId, path, signal),
    readOnly === null ? draftOf(workspaceId, path, signal) : null,
  ])
  const isBehind = draft?.moved_on === true && draft.base_version !== null
  const began = isBehind
    ? await textOfVersion(workspaceId, path, draft?.base_version ?? '', signal)
    : null
  return {
    kind: 'open',
    server: serverFor(workspaceId, path),
    toOpen: {
      workspaceId,
      path,
      id,
      readOnly,
      // Saving must not replace what somebody saved since the draft began.
      base: isBehind ? { version: draft.base_version, text: began ?? '' } : base,
      text: draft?.text ?? base.text,
      theirs: isBehind ? { ...base, by: '' } : null,
      resumed: draft?.updated_at ?? null,
    },
  }
}

export async function textNow(
  workspaceId: string,
  path: string,
  signal?: AbortSignal,
): Promise<{ version: string; text: string }> {
  const { version, text } = await answered(
    api.GET('/api/v1/workspaces/{workspace_id}/documents/{path}', {
      params: { path: { ...inWorkspace(workspaceId), path } },
      signal,
    }),
  )
  return { version: version ?? '', text }
}

/** The file as the repository has it now, and who saved it last. */
export async function currentVersion(workspaceId: string, path: string) {
  const [now, { items }] = await Promise.all([
    textNow(workspaceId, path),
    answered(
      api.GET('/api/v1/workspaces/{workspace_id}/history', {
        params: { path: inWorkspace(workspaceId), query: { path, limit: 1 } },
      }),
    ),
  ])
  return { ...now, by: items[0]?.author_name ?? '' }
}

async function textOfVersion(
  workspaceId: string,
  path: string,
  version: string,
  signal: AbortSignal,
): Promise<string | null> {
  let cursor: string | undefined
  do {
    const page = await answered(
      api.GET('/api/v1/workspaces/{workspace_id}/history', {
        params: { path: inWorkspace(workspaceId), query: { path, limit: 100, cursor } },
        signal,
      }),
    )
    const commit = page.items.find((one) => one.versions[path] === version)
    if (commit) return textAt(workspaceId, path, commit.id, signal)
    cursor = page.next_cursor ?? undefined
  } while (cursor)
  return null
}

export async function textAt(
  workspaceId: string,
  path: string,
  commit: string,
  signal?: AbortSignal,
): Promise<string> {
  const { text } = await answered(
    api.GET('/api/v1/workspaces/{workspace_id}/commits/{commit}/documents/{path}', {
      params: { path: { ...inWorkspace(workspaceId), commit, path } },
      signal,
    }),
  )
  return text
}

/** The draft of a file, if there is one. The list is asked first: most files have none. */
async function draftOf(workspaceId: string, path: string, signal: AbortSignal) {
  let cursor: string | undefined
  do {
    const page = await answered(
      api.GET('/api/v1/workspaces/{workspace_id}/drafts', {
        params: { path: inWorkspace(workspaceId), query: { limit: 200, cursor } },
        signal,
      }),
    )
    if (page.items.some((one) => one.kind === 'template' && one.path === path))
      return answered(
        api.GET('/api/v1/workspaces/{workspace_id}/drafts/{kind}/{path}', {
          params: { path: { ...inWorkspace(workspaceId), kind: 'template', path } },
          signal,
        }),
      )
    cursor = page.next_cursor ?? undefined
  } while (cursor)
  return null
}

function serverFor(workspaceId: string, path: string): TemplateServer {
  const workspace = inWorkspace(workspaceId)
  const draft = { path: { ...workspace, kind: 'template' as const, path } }
  return {
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
        return { kind: 'conflict', ...(await textNow(workspaceId, path)) }
      }
    },
  }
}

export interface Tried {
  text: string
  template: string
  values: Readonly<Record<string, unknown>>
  variations: Readonly<Record<string, boolean>>
  traced?: boolean
}

export const askPreview = (
  workspaceId: string,
  { text, template, values, variations, traced = false }: Tried,
  signal?: AbortSignal,
): Promise<PreviewReply> =>
  answered(
    api.POST('/api/v1/workspaces/{workspace_id}/preview', {
      params: { path: inWorkspace(workspaceId) },
      body: { template, unsaved: text, values, variations, node: '', traced },
      signal,
    }),
  )

export const askFindings = (
  workspaceId: string,
  path: string,
  text: string,
  signal?: AbortSignal,
): Promise<TextFindingReply[]> =>
  answered(
    api.POST('/api/v1/workspaces/{workspace_id}/language/diagnostics', {
      params: { path: inWorkspace(workspaceId) },
      body: { text, path, template_id: '' },
      signal,
    }),
  )

export const newDocument = (
  workspaceId: string,
  body: {
    id: string
    name: string
    text?: string
    startingPoint?: string
    copyOf?: { file: string; id: string }
  },
) =>
  answered(
    api.POST('/api/v1/workspaces/{workspace_id}/documents', {
      params: { path: inWorkspace(workspaceId) },
      body: {
        kind: 'template',
        id: body.id,
        name: body.name,
        path: null,
        text: body.text ?? null,
        starting_point: body.startingPoint ?? null,
        copy_of: body.copyOf?.file ?? null,
        copy_item: body.copyOf?.id ?? '',
        message: '',
      },
    }),
  )
