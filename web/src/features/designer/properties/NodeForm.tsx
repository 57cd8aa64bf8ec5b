import { ArrowRight, ChevronRight } from 'lucide-react'
import { type ReactNode, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react'
import type { NodeTypeReply } from '@/api/schema.gen'
import type { DataModel, ModelNode, NodeId } from '@/document/model'
import type { DerivedEdge, Finding } from '@/document/server'
import { documentActions } from '@/document/store'
import { cn } from '@/lib/cn'
import { useStored } from '@/lib/useStored'
import { texts } from '@/texts'
import { panels } from '@/texts/designerPanels'
import { Switch } from '@/ui/controls'
import { Field, Input, Textarea } from '@/ui/field'
import { FormProvider } from '@/ui/form/host'
import { Problems, SchemaField } from '@/ui/form/SchemaField'
import { type FieldSpec, fieldsOf, isChanged, titleOf } from '@/ui/form/schema'
import { useTyped } from '@/ui/form/useTyped'
import { NodeIcon } from '@/ui/nodeIcon'
import { Combobox } from '@/ui/select'
import { rowsOf, useNodeTypes } from '../nodeTypes'
import { designerView, useDesignerView } from '../view'
import { renameEdit } from './references'
import { matching, type SectionId, sectionsOf, tableParts } from './sections'
import { TableName } from './TableName'
import { problemsOf, useNodeForm } from './useNodeForm'

const t = panels.properties
/** What the YAML takes as an id without quotes or surprises. */
const ID = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/
const MANY = 14
const NO_TYPES: readonly string[] = []

/** Everything that one node is made of. */
export function NodeForm({
  node,
  model,
  findings,
  derived,
  readOnly,
}: {
  node: ModelNode
  model: DataModel
  findings: readonly Finding[]
  derived: readonly DerivedEdge[]
  readOnly: boolean
}) {
  const types = useNodeTypes()
  const type = types.get(node.type)
  const fields = useMemo(() => (type ? fieldsOf(type.json_schema) : []), [type])
  const form = useNodeForm(node, model, findings, type?.runs_on ?? NO_TYPES, readOnly)
  const box = useRef<HTMLDivElement>(null)
  const [find, setFind] = useState('')
  const [open, setOpen] = useStored<Partial<Record<SectionId, boolean>>>('properties.sections', {})
  const sought = useDeferredValue(find)
  const sections = useMemo(() => sectionsOf(matching(fields, sought)), [fields, sought])
  const names = new Set(fields.map((field) => field.name))
  const unknown = Object.keys(node.properties).filter((name) => !names.has(name))
  const wanted = useWantedField(node.id, fields, box, () => setFind(''))
  const elsewhere = findings.filter(
    (one) => one.where.node === node.id && !names.has(first(one.where.property)),
  )
  return (
    <FormProvider value={form}>
      <div ref={box} className="grid gap-3 p-3">
        <Head
          node={node}
          model={model}
          types={rowsOf<NodeTypeReply>(types)}
          type={type}
          readOnly={readOnly}
        />
        {types.size > 0 && !type && (
          <p role="alert" className="text-error text-xs">
            {t.unknownType(node.type)}
          </p>
        )}
        <Problems
          problems={elsewhere.flatMap((one) =>
            problemsOf([one], node.id, one.where.property ?? '', false, model, readOnly),
          )}
        />
        {fields.length > MANY && (
          <Input
            type="search"
            aria-label={t.find}
            placeholder={t.find}
            value={find}
            onChange={(event) => setFind(event.target.value)}
          />
        )}
        {sought && !sections.length && <p className="text-muted text-sm">{t.noMatch(sought)}</p>}
        {sections.map((section) => (
          <Section
            key={section.id}
            title={t[section.id]}
            set={section.fields.filter((field) => isChanged(field, form.get([field.name]))).length}
            isBare={section.id === 'basic'}
            isOpen={
              sought !== '' ||
              section.id === 'basic' ||
              open[section.id] === true ||
              section.fields.some((field) => field.name === wanted)
            }
            onToggle={(next) => setOpen({ ...open, [section.id]: next })}
          >
            <Fields fields={section.fields} />
          </Section>
        ))}
        {unknown.length > 0 && !sought && (
          <Section
            title={t.unknown}
            set={unknown.length}
            isOpen={open.advanced === true}
            onToggle={(next) => setOpen({ ...open, advanced: next })}
          >
            <p className="text-muted text-xs">{t.unknownHelp}</p>
            {unknown.map((name) => (
              <SchemaField key={name} field={plainField(name)} path={[name]} />
            ))}
          </Section>
        )}
        <Links node={node} model={model} derived={derived} types={types} />
      </div>
    </FormProvider>
  )
}

const first = (property: string | undefined) => (property ?? '').split('.')[0] ?? ''

const plainField = (name: string): FieldSpec => ({
  name,
  label: titleOf(name),
  help: '',
  kind: 'json',
  isAdvanced: true,
  isRequired: false,
  isNullable: true,
  fallback: undefined,
  example: undefined,
  choices: [],
  fields: [],
  shape: '',
  word: '',
})

/** Focus the field that somebody was sent to. Returns the property whose section has to be open. */
function useWantedField(
  id: NodeId,
  fields: readonly FieldSpec[],
  box: React.RefObject<HTMLDivElement | null>,
  onWanted: () => void,
): string {
  const field = useDesignerView((view) => view.field)
  const wanted = field?.node === id ? field : null
  const tell = useRef(onWanted)
  tell.current = onWanted
  const done = useRef(0)
  useEffect(() => {
    if (!wanted || !fields.length || done.current === wanted.at) return
    done.current = wanted.at
    tell.current()
    const frame = requestAnimationFrame(() => {
      const steps = wanted.property.split('.')
      for (let count = steps.length; count > 0; count -= 1) {
        const name = CSS.escape(steps.slice(0, count).join('.'))
        const place = box.current?.querySelector(`[data-property="${name}"]`)
        if (!place) continue
        const control =
          inGrid(place, steps.slice(count)) ?? place.querySelector<HTMLElement>(CONTROLS)
        control?.focus({ preventScroll: true })
        place.scrollIntoView({ block: 'center', behavior: 'smooth' })
        return
      }
    })
    return () => cancelAnimationFrame(frame)
  }, [wanted, fields, box])
  return first(wanted?.property)
}

const CONTROLS = 'input, textarea, button[role="combobox"], [role="switch"], [contenteditable]'

function inGrid(place: Element, [row, cell]: string[]): HTMLElement | null {
  if (row === undefined) return null
  return place.querySelector(
    `[data-row="${CSS.escape(row)}"] [data-cell="${CSS.escape(cell ?? 'name')}"]`,
  )
}

/** The name of the table comes first, since everything else is about that table. */
function Fields({ fields }: { fields: readonly FieldSpec[] }) {
  const parts = tableParts(fields)
  return (
    <>
      {parts && <TableName parts={parts} />}
      {fields.map((field) =>
        parts?.includes(field) ? null : (
          <SchemaField key={field.name} field={field} path={[field.name]} />
        ),
      )}
    </>
  )
}

export function Section({
  title,
  set,
  isOpen,
  isBare,
  onToggle,
  children,
}: {
  title: string
  set: number
  isOpen: boolean
  /** Without a heading: what everybody looks for first. */
  isBare?: boolean
  onToggle: (open: boolean) => void
  children: ReactNode
}) {
  if (isBare) return <div className="grid gap-3">{children}</div>
  return (
    <section className="-mx-3 -mt-1.5 border-t px-3 pt-1.5">
      <button
        type="button"
        aria-expanded={isOpen}
        className="flex h-7 w-full items-center gap-1 font-semibold text-xs"
        onClick={() => onToggle(!isOpen)}
      >
        <ChevronRight
          className={cn('size-3.5 text-muted transition-transform', isOpen && 'rotate-90')}
        />
        {title}
        {set > 0 && <span className="ml-auto font-normal text-muted">{t.set(set)}</span>}
      </button>
      {isOpen && <div className="grid gap-3 pt-1 pb-2">{children}</div>}
    </section>
  )
}

function Head({
  node,
  model,
  types,
  type,
  readOnly,
}: {
  node: ModelNode
  model: DataModel
  types: readonly NodeTypeReply[]
  type: NodeTypeReply | undefined
  readOnly: boolean
}) {
  const change = (
    what: Partial<Pick<ModelNode, 'name' | 'description' | 'enabled' | 'type'>>,
    label: string,
  ) =>
    documentActions.edit(
      { kind: 'set-node', id: node.id, change: what },
      label,
      `${node.id}/${Object.keys(what).join()}`,
    )
  return (
    <>
      <div className="flex items-start gap-2">
        <span className="mt-1.5">
          <NodeIcon icon={type?.icon ?? ''} family={type?.family ?? ''} />
        </span>
        <div className="min-w-0 flex-1" data-property="name">
          <input
            aria-label={t.name}
            value={node.name}
            readOnly={readOnly}
            placeholder={node.id}
            className="-mx-1 h-7 w-full rounded-md bg-transparent px-1 font-semibold text-base hover:bg-hover focus:bg-surface"
            onChange={(event) => change({ name: event.target.value }, t.change(t.name))}
          />
          <p className="truncate text-muted text-xs" title={type?.summary}>
            {type?.label ?? node.type}
          </p>
        </div>
        <Switch
          className="mt-1.5"
          aria-label={t.enabled}
          title={t.enabledHelp}
          checked={node.enabled}
          disabled={readOnly}
          onCheckedChange={(enabled) => change({ enabled }, t.toggled(enabled))}
        />
      </div>
      <Field label={t.description}>
        {(control) => (
          <Textarea
            {...control}
            rows={node.description.length > 50 ? 3 : 1}
            className="min-h-8"
            value={node.description}
            readOnly={readOnly}
            onChange={(event) =>
              change({ description: event.target.value }, t.change(t.description))
            }
          />
        )}
      </Field>
      <div className="grid grid-cols-2 gap-2">
        <IdField node={node} model={model} readOnly={readOnly} />
        <Field label={t.type}>
          {(control) => (
            <Combobox
              {...control}
              value={type?.key ?? node.type}
              options={types.map((row) => ({
                value: row.key,
                label: row.label,
                hint: texts.ui.families[row.family as keyof typeof texts.ui.families],
              }))}
              disabled={readOnly}
              onChange={(next) => {
                const row = types.find((one) => one.key === next)
                if (row && row.key !== type?.key) change({ type: row.key }, t.changeType(row.label))
              }}
            />
          )}
        </Field>
      </div>
    </>
  )
}

/** An id counts once it is finished: half of one would cut the edges of whoever has it. */
function IdField({
  node,
  model,
  readOnly,
}: {
  node: ModelNode
  model: DataModel
  readOnly: boolean
}) {
  const [text, type] = useTyped(node.id, (id) => id)
  const isTaken = text !== node.id && model.nodes.some((one) => one.id === text)
  const isWrong = !ID.test(text)
  const commit = () => {
    if (text === node.id) return
    if (isTaken || isWrong) {
      type(node.id, node.id)
      return
    }
    const edit = renameEdit(model, node.id, text)
    if (documentActions.edit(edit, t.rename)) designerView.select([text])
  }
  return (
    <Field label={t.id} error={isTaken ? t.idTaken : isWrong ? t.idShape : undefined}>
      {(control) => (
        <Input
          {...control}
          title={t.idHelp}
          className="font-mono text-xs"
          value={text}
          readOnly={readOnly}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => type(event.target.value, node.id)}
          onBlur={commit}
          onKeyDown={(event) => {
            if (event.key === 'Enter') commit()
            if (event.key === 'Escape') type(node.id, node.id)
          }}
        />
      )}
    </Field>
  )
}

function Links({
  node,
  model,
  derived,
  types,
}: {
  node: ModelNode
  model: DataModel
  derived: readonly DerivedEdge[]
  types: ReadonlyMap<string, NodeTypeReply>
}) {
  const before = [
    ...model.edges
      .filter((edge) => edge.target === node.id)
      .map((edge) => ({ id: edge.source, how: edge.outcome || titleOf(edge.type).toLowerCase() })),
    ...derived
      .filter((edge) => edge.target === node.id)
      .map((edge) => ({ id: edge.source, how: t.derived })),
  ]
  const after = [
    ...model.edges
      .filter((edge) => edge.source === node.id)
      .map((edge) => ({ id: edge.target, how: edge.outcome || titleOf(edge.type).toLowerCase() })),
    ...derived
      .filter((edge) => edge.source === node.id)
      .map((edge) => ({ id: edge.target, how: t.derived })),
  ]
  const list = (title: string, links: { id: NodeId; how: string }[]) =>
    links.length > 0 && (
      <div>
        <h3 className="mb-0.5 text-muted text-xs">{title}</h3>
        <ul>
          {links.map(({ id, how }, index) => {
            const other = model.nodes.find((one) => one.id === id)
            const row = other && types.get(other.type)
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: two edges may lead to one node
              <li key={`${id} ${index}`}>
                <button
                  type="button"
                  className="group/link -mx-1 flex h-7 w-full items-center gap-1.5 rounded-md px-1 text-left text-sm hover:bg-hover"
                  onClick={() => designerView.goTo(id)}
                >
                  <NodeIcon
                    icon={row?.icon ?? ''}
                    family={row?.family ?? ''}
                    className="size-3.5"
                  />
                  <span className="min-w-0 flex-1 truncate">{other?.name || id}</span>
                  <span className="text-faint text-xs">{how}</span>
                  <ArrowRight className="size-3.5 text-faint opacity-0 group-hover/link:opacity-100" />
                </button>
              </li>
            )
          })}
        </ul>
      </div>
    )
  return (
    <section className="-mx-3 grid gap-2 border-t px-3 pt-3" aria-label={t.links}>
      {list(t.dependsOn, before)}
      {list(t.usedBy, after)}
      {!before.length && !after.length && <p className="text-muted text-xs">{t.noLinks}</p>}
    </section>
  )
}
