/** The server's language service, as the editor of the source asks it. */

import { answered, api } from '@/api/client'
import type { ActionReply, EditReply, PlacedRangeReply, TextFindingReply } from '@/api/schema.gen'
import { editor } from '@/texts/templateEditor'
import type { At, CodeService } from '@/ui/code/service'
import { askFindings } from './asks'
import { type OpenTemplate, templateActions, templateStore } from './store'
import { applied, Places } from './text/place'

interface Asked {
  open: OpenTemplate
  places: Places
  body: { text: string; path: string; template_id: string }
  params: { path: { workspace_id: string } }
}

/** The text as it is at this moment, and how its places are said. */
export function asked(): Asked | null {
  const { open } = templateStore.getState()
  if (!open || open.isBroken) return null
  return {
    open,
    places: new Places(open.source, open.region ?? { line: 1, indent: 0 }),
    body: open.region
      ? { text: open.text, path: open.path, template_id: open.template.id }
      : // In quotes it is asked about as a text of its own.
        { text: open.source, path: '', template_id: open.template.id },
    params: { path: { workspace_id: open.workspaceId } },
  }
}

/**
 * Do edits of the server. They are about one text: where another one stands meanwhile nothing is
 * done, since the same places are other words there.
 */
export function applyEdits(edits: readonly EditReply[], of: string, label: string): boolean {
  const now = asked()
  if (!now || now.open.readOnly !== null || now.body.text !== of) return false
  if (now.open.region) templateActions.replaceText(applied(of, edits), label)
  else templateActions.typeSource(applied(of, edits))
  return true
}

/** Mend a finding, also when the text has changed since it was found. */
export async function mend(
  finding: Pick<TextFindingReply, 'rule' | 'problem'>,
  fix: ActionReply,
  of: string,
): Promise<void> {
  const label = editor.problems.fixStep(fix.title)
  if (applyEdits(fix.changes, of, label)) return
  const now = asked()
  if (!now?.open.region || now.open.readOnly !== null) return
  const { workspaceId, path, text } = now.open
  const found = await askFindings(workspaceId, path, text)
  const same = found.find((one) => one.rule === finding.rule && one.problem === finding.problem)
  const again = same?.fixes.find((one) => one.title === fix.title)
  if (again) applyEdits(again.changes, text, label)
}

/** @param goToFile Shows a line of the file that is outside of the source. */
export function languageService(goToFile: (line: number) => void): CodeService {
  const place = (now: Asked, at: At) => now.places.toFile(at)
  return {
    async complete(at, signal) {
      const now = asked()
      if (!now) return []
      const found = await answered(
        api.POST('/api/v1/workspaces/{workspace_id}/language/completions', {
          params: now.params,
          body: { ...now.body, position: place(now, at) },
          signal,
        }),
      )
      return found.flatMap(({ range, ...one }) => {
        const span = now.places.span(range)
        return span ? [{ ...one, span }] : []
      })
    },
    async hover(at, signal) {
      const now = asked()
      if (!now) return null
      const found = await answered(
        api.POST('/api/v1/workspaces/{workspace_id}/language/hover', {
          params: now.params,
          body: { ...now.body, position: place(now, at) },
          signal,
        }),
      )
      const span = found && now.places.span(found.range)
      if (!found || !span) return null
      const example = found.example
        ? [`\`\`\`\n${found.example}${found.result && `\n→ ${found.result}`}\n\`\`\``]
        : []
      return { span, lines: [`**${found.title}**`, found.about, ...example].filter(Boolean) }
    },
    async define(at, signal) {
      const now = asked()
      if (!now) return null
      const found = await answered(
        api.POST('/api/v1/workspaces/{workspace_id}/language/definition', {
          params: now.params,
          body: { ...now.body, position: place(now, at) },
          signal,
        }),
      )
      if (!found) return null
      const span = now.places.span(found)
      if (span) return span
      if (!found.file) goToFile(found.line)
      return null
    },
    async refer(at, signal) {
      const now = asked()
      if (!now) return []
      const found = await answered(
        api.POST('/api/v1/workspaces/{workspace_id}/language/references', {
          params: now.params,
          body: { ...now.body, position: place(now, at) },
          signal,
        }),
      )
      return found.flatMap(({ range }) => now.places.span(range) ?? [])
    },
    async rename(at, name, signal) {
      const now = asked()
      if (now) await rename(place(now, at), name, signal)
    },
    async fold(signal) {
      const now = asked()
      if (!now) return []
      const found = await answered(
        api.POST('/api/v1/workspaces/{workspace_id}/language/folding', {
          params: now.params,
          body: now.body,
          signal,
        }),
      )
      return found.flatMap((one) => {
        const first = now.places.line(one.first_line)
        const last = now.places.line(one.last_line)
        return first !== null && last !== null ? [{ first, last }] : []
      })
    },
    async format(signal) {
      const now = asked()
      if (!now) return []
      const found = await answered(
        api.POST('/api/v1/workspaces/{workspace_id}/language/format', {
          params: now.params,
          body: now.body,
          signal,
        }),
      )
      return found.flatMap((edit) => {
        const span = now.places.span(edit)
        return span ? [{ span, text: withoutIndent(edit.text, now) }] : []
      })
    },
    async offer(span, signal) {
      const now = asked()
      if (!now || now.open.readOnly !== null) return []
      const found = await answered(
        api.POST('/api/v1/workspaces/{workspace_id}/language/actions', {
          params: now.params,
          body: { ...now.body, range: now.places.rangeToFile(span) as Required<PlacedRangeReply> },
          signal,
        }),
      )
      return found.map((action) => ({
        title: action.title,
        isFix: action.kind === 'quickfix',
        isPreferred: action.preferred,
        apply: () => {
          applyEdits(action.changes, now.body.text, editor.problems.fixStep(action.title))
        },
      }))
    },
    async tokens(signal) {
      const now = asked()
      if (!now) return { legend: [], data: [] }
      const { legend, data } = await answered(
        api.POST('/api/v1/workspaces/{workspace_id}/language/tokens', {
          params: now.params,
          body: now.body,
          signal,
        }),
      )
      const own: number[] = []
      for (let index = 0; index + 3 < data.length; index += 4) {
        const [line = 0, column = 0, length = 0, kind = 0] = data.slice(index, index + 4)
        const start = now.places.at(line, column)
        const end = start && now.places.at(line, column + length)
        if (start && end) own.push(start.line, start.column, end.column - start.column, kind)
      }
      return { legend, data: own }
    },
  }
}

/** Rename what is at a place of the file, wherever it stands. Rejects when it cannot be. */
export async function rename(
  position: { line: number; column: number },
  name: string,
  signal?: AbortSignal,
): Promise<void> {
  const now = asked()
  if (!now || now.open.readOnly !== null) return
  const edits = await answered(
    api.POST('/api/v1/workspaces/{workspace_id}/language/rename', {
      params: now.params,
      body: { ...now.body, position, name },
      signal,
    }),
  )
  applyEdits(edits, now.body.text, editor.variables.renameStep)
}

/** Lines that the server moved right for YAML, as the source has them. */
function withoutIndent(text: string, { open }: Asked): string {
  if (!open.region) return text
  const pad = ' '.repeat(open.region.indent)
  return text
    .split('\n')
    .map((line, index) => (index && line.startsWith(pad) ? line.slice(pad.length) : line))
    .join('\n')
}
