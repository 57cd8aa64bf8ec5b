import { useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { answered, api } from '@/api/client'
import type { PackPlanReply } from '@/api/schema.gen'
import { useWorkspace } from '@/api/workspace'

export type Edits = 'refuse' | 'keep' | 'overwrite'

/** What is to happen with a pack. */
export type PackWork =
  | { kind: 'add'; archive: string | null; indexed: string | null }
  | { kind: 'update'; archive: string | null; indexed: string | null }
  | { kind: 'remove'; name: string }

/** Look at what some work would change, and do it as one commit. */
export function usePackWork() {
  const { id } = useWorkspace()
  const client = useQueryClient()
  return useCallback(
    async (work: PackWork, edits: Edits, dryRun: boolean): Promise<PackPlanReply> => {
      const params = { path: { workspace_id: id } }
      const plan = await (work.kind === 'remove'
        ? answered(
            api.POST('/api/v1/workspaces/{workspace_id}/packs-remove', {
              params,
              body: { name: work.name, edits, dry_run: dryRun },
            }),
          )
        : answered(
            api.POST(
              work.kind === 'add'
                ? '/api/v1/workspaces/{workspace_id}/packs'
                : '/api/v1/workspaces/{workspace_id}/packs-update',
              {
                params,
                body: { archive: work.archive, indexed: work.indexed, edits, dry_run: dryRun },
              },
            ),
          ))
      if (!dryRun) await client.invalidateQueries({ queryKey: ['templates', id] })
      return plan
    },
    [client, id],
  )
}

/** A file as the API takes it. */
export async function base64Of(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  let text = ''
  for (let start = 0; start < bytes.length; start += 0x8000)
    text += String.fromCharCode(...bytes.subarray(start, start + 0x8000))
  return btoa(text)
}
