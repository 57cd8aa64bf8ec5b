import type { ReactNode } from 'react'
import type { Edit } from '@/document/edit'
import type { DataModel } from '@/document/model'
import type { Finding } from '@/document/server'
import { documentActions } from '@/document/store'
import { panels } from '@/texts/designerPanels'
import { Field, Textarea } from '@/ui/field'
import { ListInput, MapInput } from '@/ui/form/inputs'
import { Problems } from '@/ui/form/SchemaField'
import { problemsOf } from './useNodeForm'

const t = panels.properties

/** What the model itself is made of, while no node is selected. */
export function ModelForm({
  model,
  findings,
  readOnly,
}: {
  model: DataModel
  findings: readonly Finding[]
  readOnly: boolean
}) {
  const put = (change: Extract<Edit, { kind: 'set-model' }>['change'], label: string) =>
    documentActions.edit(
      { kind: 'set-model', change },
      t.change(label),
      `model/${Object.keys(change).join()}`,
    )
  const own = findings.filter((one) => !one.where.node)
  return (
    <div className="grid gap-3 p-3">
      <div>
        <input
          aria-label={t.name}
          value={model.name}
          readOnly={readOnly}
          placeholder={model.id}
          className="-mx-1 h-7 w-full rounded-md bg-transparent px-1 font-semibold text-base hover:bg-hover focus:bg-surface"
          onChange={(event) => put({ name: event.target.value }, t.name)}
        />
        <p className="text-muted text-xs">
          {t.model} · <span className="font-mono">{model.id}</span>
        </p>
      </div>
      <Problems
        problems={own.flatMap((one) =>
          problemsOf([one], '', one.where.property ?? '', false, model, readOnly),
        )}
      />
      <Field label={t.description}>
        {(control) => (
          <Textarea
            {...control}
            rows={3}
            value={model.description}
            readOnly={readOnly}
            onChange={(event) => put({ description: event.target.value }, t.description)}
          />
        )}
      </Field>
      <Group label={t.tags}>
        <ListInput
          label={t.tags}
          readOnly={readOnly}
          value={model.tags}
          onChange={(tags) => put({ tags: [...(tags ?? [])] }, t.tags)}
        />
      </Group>
      <Group label={t.metadata}>
        <MapInput
          label={t.metadata}
          readOnly={readOnly}
          value={model.metadata}
          onChange={(metadata) => put({ metadata: { ...metadata } }, t.metadata)}
        />
      </Group>
      <dl className="-mx-3 flex gap-6 border-t px-3 pt-3 text-sm">
        <Fact name={t.nodes} value={model.nodes.length} />
        <Fact name={t.edges} value={model.edges.length} />
      </dl>
      <p className="text-muted text-xs">{t.modelHelp}</p>
    </div>
  )
}

function Group({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="grid gap-1">
      <span className="font-medium text-xs">{label}</span>
      {children}
    </div>
  )
}

function Fact({ name, value }: { name: string; value: number }) {
  return (
    <div>
      <dt className="text-muted text-xs">{name}</dt>
      <dd className="font-semibold">{value.toLocaleString('en')}</dd>
    </div>
  )
}
