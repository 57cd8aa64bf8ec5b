import { Fragment } from 'react'
import { cn } from '@/lib/cn'
import { panels } from '@/texts/designerPanels'
import { useForm } from '@/ui/form/host'
import { TextInput } from '@/ui/form/inputs'
import { Problems } from '@/ui/form/SchemaField'
import type { FieldSpec } from '@/ui/form/schema'
import { partsOf } from './sections'

const t = panels.properties

/** `catalog . schema . table` on one line. A full name pasted into a part fills all of them. */
export function TableName({ parts }: { parts: readonly [FieldSpec, FieldSpec, FieldSpec] }) {
  const form = useForm()
  const labels = [t.catalog, t.schema, parts[2].label]
  const problems = parts.flatMap((part) => form.problemsAt([part.name], true))
  const setAll = (names: readonly string[]) => {
    const last = parts.slice(-names.length)
    form.setMany(
      last.map((part, index) => ({ path: [part.name], value: names[index] })),
      t.tableName,
    )
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a frame and a legend
    <div role="group" aria-label={t.tableName} className="grid gap-1">
      <div className="flex items-end gap-0.5">
        {parts.map((part, index) => {
          const id = `part-${part.name}`
          const wrong = form.problemsAt([part.name], true).some((one) => one.severity === 'error')
          const inherited = form.inherited?.(part, [part.name]) ?? ''
          return (
            <Fragment key={part.name}>
              {index > 0 && <span className="pb-1.5 text-faint">.</span>}
              <div
                className={cn('grid min-w-0 gap-1', index === 2 ? 'flex-[1.4]' : 'flex-1')}
                data-property={part.name}
                onPaste={(event) => {
                  const names = partsOf(event.clipboardData.getData('text'))
                  if (!names || form.readOnly) return
                  event.preventDefault()
                  setAll(names)
                }}
              >
                <label htmlFor={id} className="truncate font-medium text-xs">
                  {labels[index]}
                  {part.isRequired && <span className="text-error"> *</span>}
                </label>
                <TextInput
                  id={id}
                  label={part.label}
                  aria-invalid={wrong || undefined}
                  value={form.get([part.name])}
                  readOnly={form.readOnly}
                  placeholder={
                    inherited ||
                    (index === 2 && part.example ? panels.form.example(String(part.example)) : '')
                  }
                  onChange={(value) => form.set([part.name], value, labels[index] ?? part.label)}
                />
              </div>
            </Fragment>
          )
        })}
      </div>
      <Problems problems={problems} />
    </div>
  )
}
