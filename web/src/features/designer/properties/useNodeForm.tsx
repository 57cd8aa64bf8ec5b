import { useMemo } from 'react'
import { type Edit, getIn } from '@/document/edit'
import { editOf } from '@/document/fixes'
import type { DataModel, ModelNode } from '@/document/model'
import type { Finding } from '@/document/server'
import { documentActions } from '@/document/store'
import { panels } from '@/texts/designerPanels'
import type { FieldProblem, FormHost, Path } from '@/ui/form/host'
import { controlOf } from './control'
import { inheritedFrom, suggestionsFor } from './references'

const t = panels.properties

/** A node's properties as a form reads and writes them: straight from and into the document. */
export function useNodeForm(
  node: ModelNode,
  model: DataModel,
  findings: readonly Finding[],
  runsOn: readonly string[],
  readOnly: boolean,
): FormHost {
  return useMemo(() => {
    const put = (path: Path, value: unknown): Edit =>
      value === undefined
        ? { kind: 'unset-property', id: node.id, path }
        : { kind: 'set-property', id: node.id, path, value }
    const form: FormHost = {
      id: node.id,
      readOnly,
      get: (path) => getIn(node.properties, path),
      set(path, value, label) {
        documentActions.edit(put(path, value), t.change(label), `${node.id}/${path.join('.')}`)
      },
      setMany(changes, label) {
        const edits = changes.map(({ path, value }) => put(path, value))
        documentActions.edit({ kind: 'several', edits }, t.change(label))
      },
      problemsAt: (path, inside) =>
        problemsOf(findings, node.id, path.join('.'), inside, model, readOnly),
      control: (field, path, named) => controlOf(field, path, named, { node, model, runsOn, form }),
      suggest: (field) => suggestionsFor(field.name, node, model),
      inherited(field, path) {
        const found = path.length === 1 ? inheritedFrom(field.name, node, model) : null
        return found ? t.inherited(found.from, found.value) : ''
      },
    }
    return form
  }, [node, model, findings, runsOn, readOnly])
}

/** Findings at a property of a node, or inside it, with what mends them. */
export function problemsOf(
  findings: readonly Finding[],
  node: string,
  property: string,
  inside: boolean,
  model: DataModel,
  readOnly: boolean,
): FieldProblem[] {
  return findings
    .filter(({ where }) => {
      if ((where.node ?? '') !== node) return false
      const at = where.property ?? ''
      return at === property || (inside && at.startsWith(`${property}.`))
    })
    .map((finding) => ({
      problem: finding.problem,
      remedy: finding.remedy,
      severity: finding.severity,
      fixes: readOnly ? [] : fixesOf(finding, model),
    }))
}

/** Mends that can be made in the drawing as it is now. */
export function fixesOf(finding: Finding, model: DataModel) {
  return (finding.fixes ?? []).flatMap((fix) => {
    const edit = editOf(fix, model)
    return edit
      ? [
          {
            title: fix.title,
            apply: () => {
              documentActions.edit(edit, panels.problems.fix(fix.title))
            },
          },
        ]
      : []
  })
}
