import { useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { toast } from 'sonner'
import { answered, api } from '@/api/client'
import { readDocument, restoreDocument, saveDocument } from '@/api/models'
import type { SavedReply, TemplateReply } from '@/api/schema.gen'
import { useWorkspace } from '@/api/workspace'
import { texts } from '@/texts'
import { tellFailure } from '@/ui/tellFailure'

const words = texts.templates
/** As long as the message with the way back stands there. */
const UNDO_MS = 12_000

type Original = Pick<TemplateReply, 'id' | 'builtin' | 'file'>

/** What can be done with templates of a workspace. Every one is a commit. */
export function useTemplateActions() {
  const { id: workspaceId } = useWorkspace()
  const client = useQueryClient()
  const refresh = useCallback(
    () => client.invalidateQueries({ queryKey: ['templates', workspaceId] }),
    [client, workspaceId],
  )

  /** A copy of a template as a template of the workspace. */
  const duplicate = useCallback(
    async (original: Original, id: string, name: string): Promise<SavedReply> => {
      const made = await answered(
        api.POST('/api/v1/workspaces/{workspace_id}/documents', {
          params: { path: { workspace_id: workspaceId } },
          body: {
            kind: 'template',
            id,
            name,
            path: null,
            text: null,
            starting_point: original.builtin ? original.id : null,
            copy_of: original.builtin ? null : original.file,
            copy_item: original.builtin ? '' : original.id,
            message: '',
          },
        }),
      )
      await refresh()
      return made
    },
    [refresh, workspaceId],
  )

  /** A file that somebody has, as a new document. Whatever is wrong with it is told after. */
  const importFile = useCallback(
    async (file: File): Promise<SavedReply> => {
      const text = await file.text()
      const read = await answered(
        api.POST('/api/v1/workspaces/{workspace_id}/documents-validate', {
          params: { path: { workspace_id: workspaceId } },
          body: { kind: 'template', text, path: '' },
        }),
      )
      const [first] = read.titles
      if (!first) throw new Error(read.diagnostics[0]?.problem ?? words.notATemplate)
      const made = await answered(
        api.POST('/api/v1/workspaces/{workspace_id}/documents', {
          params: { path: { workspace_id: workspaceId } },
          body: {
            kind: 'template',
            id: first.id,
            name: first.name,
            path: null,
            text,
            copy_item: '',
            message: '',
          },
        }),
      )
      await refresh()
      return made
    },
    [refresh, workspaceId],
  )

  /** Delete one of the workspace's own, with the way back on offer. */
  const remove = useCallback(
    async (template: Pick<TemplateReply, 'id' | 'name' | 'file'>): Promise<void> => {
      try {
        const undo = await deleted(workspaceId, template)
        await refresh()
        toast(words.deleted(template.name), {
          duration: UNDO_MS,
          action: {
            label: words.undo,
            onClick: async () => {
              try {
                await undo()
                await refresh()
                toast.success(words.restored(template.name))
              } catch (error) {
                tellFailure(error)
              }
            },
          },
        })
      } catch (error) {
        tellFailure(error)
      }
    },
    [refresh, workspaceId],
  )
  return { duplicate, importFile, remove, refresh }
}

async function deleted(
  workspaceId: string,
  { id, file }: Pick<TemplateReply, 'id' | 'file'>,
): Promise<() => Promise<unknown>> {
  const { text, version, titles } = await readDocument(workspaceId, file)
  const base = version ?? ''
  if (titles.length > 1) {
    // Reading YAML is only needed here.
    const { withoutItem } = await import('@/lib/modelText')
    const cut = withoutItem(text, 'templates', id)
    const saved = await saveDocument(workspaceId, file, cut, base)
    return () => saveDocument(workspaceId, file, text, saved.version ?? '')
  }
  await answered(
    api.DELETE('/api/v1/workspaces/{workspace_id}/documents/{path}', {
      params: {
        path: { workspace_id: workspaceId, path: file },
        header: { 'If-Match': `"${base}"` },
      },
    }),
  )
  return () => restoreDocument(workspaceId, file, text, id, 'template')
}
