import { editor } from '@/texts/templateEditor'
import { templates } from '@/texts/templates'
import { Field, Input, Textarea } from '@/ui/field'
import { ListInput } from '@/ui/form/inputs'
import { Combobox, Select } from '@/ui/select'
import { useTemplate } from '../hooks'
import { CATEGORIES, OUTPUTS } from '../output'
import { templateActions } from '../store'

const t = editor.about

/** What a template is called and what it prints. */
export function AboutPane() {
  const template = useTemplate((open) => open.template, null)
  const path = useTemplate((open) => open.path, '')
  const isLocked = useTemplate((open) => open.readOnly !== null || open.isBroken, true)
  if (!template) return null
  const put = (key: string, label: string, value: unknown) => {
    const isEmpty = value === undefined || value === '' || (Array.isArray(value) && !value.length)
    templateActions.patch(
      [isEmpty ? { op: 'unset', path: [key] } : { op: 'set', path: [key], value }],
      t.step(label.toLowerCase()),
      `about/${key}`,
    )
  }
  const shelves = [...new Set([...CATEGORIES, template.category])].filter(Boolean)
  const outputs = [...new Set([...OUTPUTS, template.outputType])]
  return (
    <div className="grid gap-3 p-3">
      <Field label={t.name}>
        {(control) => (
          <Input
            {...control}
            value={template.name}
            readOnly={isLocked}
            maxLength={200}
            onChange={(event) => put('name', t.name, event.target.value)}
          />
        )}
      </Field>
      <Field label={t.description}>
        {(control) => (
          <Textarea
            {...control}
            value={template.description}
            readOnly={isLocked}
            onChange={(event) => put('description', t.description, event.target.value)}
          />
        )}
      </Field>
      <Field label={t.output}>
        {(control) => (
          <Select
            {...control}
            value={template.outputType}
            disabled={isLocked}
            options={outputs.map((value) => ({ value, label: templates.output(value) }))}
            onChange={(value) => put('output_type', t.output, value)}
          />
        )}
      </Field>
      <Field label={t.category}>
        {(control) => (
          <Combobox
            {...control}
            free
            value={template.category}
            disabled={isLocked}
            options={shelves.map((value) => ({ value, label: templates.category(value) }))}
            onChange={(value) => put('category', t.category, value)}
          />
        )}
      </Field>
      <Field label={t.version}>
        {(control) => (
          <Input
            {...control}
            className="font-mono"
            value={template.version}
            readOnly={isLocked}
            onChange={(event) => put('version', t.version, event.target.value)}
          />
        )}
      </Field>
      <Field label={t.requires}>
        {(control) => (
          <Input
            {...control}
            value={template.requires}
            readOnly={isLocked}
            onChange={(event) => put('requires', t.requires, event.target.value)}
          />
        )}
      </Field>
      <div className="grid gap-1">
        <span className="font-medium text-xs">{t.tags}</span>
        <ListInput
          label={t.tags}
          value={template.tags}
          readOnly={isLocked}
          onChange={(value) => put('tags', t.tags, value)}
        />
      </div>
      <dl className="grid grid-cols-[4rem_minmax(0,1fr)] gap-y-1 border-t pt-3 text-xs">
        <dt className="text-muted">{t.id}</dt>
        <dd className="break-all font-mono">{template.id}</dd>
        <dt className="text-muted">{t.file}</dt>
        <dd className="break-all font-mono">{path}</dd>
      </dl>
    </div>
  )
}
