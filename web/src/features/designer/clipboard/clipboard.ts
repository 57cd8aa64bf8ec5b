/** Copy and paste through the system's clipboard: models as YAML text, tables as their statements. */

import { toast } from 'sonner'
import { answered, api } from '@/api/client'
import {
  type Clip,
  clipText,
  isEmpty,
  isTableStatement,
  tableStatements,
  wholeOf,
} from '@/document/clipboard'
import { type DataModel, freeId, idFrom, type ModelNode, type Point } from '@/document/model'
import { documentStore } from '@/document/store'
import { texts } from '@/texts'
import { canvasActions } from '../canvas/actions'
import { stage } from '../canvas/stage'
import { say } from '../canvas/state'

const t = texts.designer.canvas

/** The selection as text; null when nothing is selected. */
export function selectionText(): string | null {
  const clip = canvasActions.clip()
  const name = documentStore.getState().open?.model.name ?? ''
  if (!clip) return null
  say(t.said.copied(clip.nodes.length))
  return clipText(clip, name)
}

export async function copySelection(): Promise<void> {
  const text = selectionText()
  if (text === null) say(t.needsSelection)
  else await navigator.clipboard.writeText(text)
}

export async function cutSelection(): Promise<void> {
  await copySelection()
  canvasActions.remove()
}

/** Paste without the keys. Browsers may refuse to hand the clipboard over. */
export async function pasteFromSystem(at?: Point): Promise<void> {
  let text: string
  try {
    text = await navigator.clipboard.readText()
  } catch {
    toast.info(t.pasteByKeys)
    return
  }
  await pasteText(text, at)
}

/** Draw what a text holds: a model, or CREATE TABLE statements. */
export async function pasteText(text: string, at?: Point): Promise<void> {
  const open = documentStore.getState().open
  if (!open || !text.trim()) return
  if (open.readOnly !== null) {
    toast.info(open.readOnly)
    return
  }
  const middle = at ?? stage()?.middle()
  const clip = isTableStatement(text) ? await tablesOf(text) : await modelOf(text, open.workspaceId)
  if (!clip || isEmpty(clip)) {
    toast.warning(t.nothingToPaste, { description: t.nothingToPasteHint })
    say(t.nothingToPaste)
    return
  }
  canvasActions.addClip(clip, t.step.paste, middle)
}

async function modelOf(text: string, workspaceId: string): Promise<Clip | null> {
  const opened = await answered(
    api.POST('/api/v1/workspaces/{workspace_id}/models-open', {
      params: { path: { workspace_id: workspaceId } },
      body: { text, path: '', model_id: '', model: null },
    }),
  )
  return opened.model ? wholeOf(opened.model as DataModel) : null
}

async function tablesOf(text: string): Promise<Clip | null> {
  const tables = await Promise.all(tableStatements(text).map((statement) => tableOf(statement)))
  const taken = new Set<string>()
  const nodes = tables.flatMap((read, index): ModelNode[] => {
    if (!read.table) return []
    const parts = read.table.replaceAll('`', '').split('.')
    const name = parts.at(-1) ?? read.table
    const id = freeId(idFrom(name), taken)
    taken.add(id)
    return [
      {
        id,
        type: 'uc_table',
        name,
        description: '',
        enabled: true,
        properties: {
          ...(parts.length > 2 && { catalog: parts.at(-3) }),
          ...(parts.length > 1 && { schema: parts.at(-2) }),
          name,
          columns: read.columns,
        },
        position: { x: Math.floor(index / 8) * 288, y: (index % 8) * 84 },
      },
    ]
  })
  return { nodes, edges: [], notes: [], groups: [] }
}

async function tableOf(text: string) {
  const read = await answered(api.POST('/api/v1/columns-read', { body: { text } }))
  // What was not said of a column is left to its defaults.
  const columns = read.columns.map((column) =>
    Object.fromEntries(
      Object.entries(column).filter(
        ([key, value]) => value !== null && value !== '' && !(key === 'nullable' && value === true),
      ),
    ),
  )
  return { table: read.table, columns }
}
