import { CircleHelp, Plus, RotateCcw, Wrench } from 'lucide-react'
import { useId } from 'react'
import { cn } from '@/lib/cn'
import { panels } from '@/texts/designerPanels'
import { Button, IconButton } from '../button'
import { Switch } from '../controls'
import { Select } from '../select'
import { SeverityIcon } from '../state'
import { Tip } from '../tooltip'
import { type FieldProblem, type Path, useForm } from './host'
import {
  JsonInput,
  ListInput,
  MapInput,
  type Named,
  NumberInput,
  RowActions,
  TextInput,
} from './inputs'
import { emptyOf, type FieldSpec, inWords, isChanged } from './schema'

const t = panels.form
const NOTHING = '\u0000'

/** One property: its name, its control, what is wrong with it, and the way back to the default. */
export function SchemaField({ field, path }: { field: FieldSpec; path: Path }) {
  const form = useForm()
  const id = useId()
  const value = form.get(path)
  const showsInside = field.kind === 'object' || field.kind === 'objects'
  const problems = form.problemsAt(path, !showsInside)
  const named = {
    id,
    'aria-describedby':
      [field.help && `${id}-help`, problems.length && `${id}-told`].filter(Boolean).join(' ') ||
      undefined,
    'aria-invalid': problems.some((one) => one.severity === 'error') || undefined,
  }
  const changed = isChanged(field, value)
  const set = (next: unknown) => form.set(path, next, field.label)
  const isSwitch = field.kind === 'boolean' && !field.isNullable
  const aside = (
    <>
      {changed && !form.readOnly && (
        <IconButton
          label={t.reset(inWords(field.fallback))}
          size="icon-sm"
          className="-my-1 size-5 opacity-0 focus-visible:opacity-100 group-focus-within/field:opacity-100 group-hover/field:opacity-100"
          onClick={() => set(undefined)}
        >
          <RotateCcw />
        </IconButton>
      )}
      {field.help && (
        <Tip label={field.help} side="left">
          <span className="text-faint opacity-0 group-focus-within/field:opacity-100 group-hover/field:opacity-100">
            <CircleHelp className="size-3.5" aria-hidden />
          </span>
        </Tip>
      )}
    </>
  )
  const control = form.control?.(field, path, named)
  return (
    <div className="group/field grid min-w-0 gap-1" data-property={path.join('.')}>
      <div className="flex min-h-5 items-center gap-1">
        <label htmlFor={id} className="truncate font-medium text-xs">
          {field.label}
          {field.isRequired && <span className="text-error"> *</span>}
        </label>
        {changed && !field.isRequired && (
          <Tip label={t.changed}>
            <span className="size-1.5 shrink-0 rounded-full bg-changed" />
          </Tip>
        )}
        <span className="flex-1" />
        {aside}
        {isSwitch && control === undefined && (
          <Switch
            id={id}
            aria-describedby={named['aria-describedby']}
            checked={typeof value === 'boolean' ? value : field.fallback === true}
            disabled={form.readOnly}
            onCheckedChange={(next) => set(next === field.fallback ? undefined : next)}
          />
        )}
      </div>
      {control ?? (!isSwitch && <Control field={field} path={path} named={named} />)}
      {field.help && (
        <span id={`${id}-help`} className="sr-only">
          {field.help}
        </span>
      )}
      <Problems id={`${id}-told`} problems={problems} />
    </div>
  )
}

export function Problems({ id, problems }: { id?: string; problems: readonly FieldProblem[] }) {
  if (!problems.length) return null
  return (
    <div id={id} className="grid gap-1">
      {problems.map((one) => (
        <div
          key={one.problem}
          className={cn(
            'flex gap-1.5 text-xs',
            one.severity === 'error' ? 'text-error' : 'text-muted',
          )}
        >
          <SeverityIcon severity={one.severity} className="mt-px size-3.5" />
          <span className="min-w-0 break-words">
            {one.problem} <span className="text-muted">{one.remedy}</span>
            {one.fixes?.map((fix) => (
              <Button
                key={fix.title}
                size="sm"
                className="mt-1 mr-1 flex h-6 px-1.5"
                onClick={fix.apply}
              >
                <Wrench className="size-3.5" />
                {fix.title}
              </Button>
            ))}
          </span>
        </div>
      ))}
    </div>
  )
}

function Control({ field, path, named }: { field: FieldSpec; path: Path; named: Named }) {
  const form = useForm()
  const value = form.get(path)
  const set = (next: unknown) => form.set(path, next, field.label)
  const inherited = form.inherited?.(field, path) ?? ''
  const placeholder = inherited || inWords(field.fallback) || example(field)
  const common = {
    ...named,
    label: field.label,
    readOnly: form.readOnly,
    placeholder,
    onChange: set,
  }
  switch (field.kind) {
    case 'text':
    case 'scalar':
      return <TextInput {...common} value={value} />
    case 'integer':
    case 'number':
      return <NumberInput {...common} value={value} isWhole={field.kind === 'integer'} />
    case 'boolean':
    case 'choice':
      return <Choice field={field} value={value} onChange={set} named={named} />
    case 'texts':
      return (
        <ListInput
          {...common}
          value={textsOf(value)}
          suggestions={[...field.choices, ...(form.suggest?.(field, path) ?? [])]}
          mostItems={field.mostItems}
        />
      )
    case 'either':
      return <Either field={field} path={path} value={value} onChange={set} named={named} />
    case 'map':
      return isMap(value) || value === undefined || value === null ? (
        <MapInput {...common} placeholder="" value={isMap(value) ? value : {}} />
      ) : (
        <JsonInput {...common} value={value} />
      )
    case 'object':
      return <ObjectFields field={field} path={path} />
    case 'objects':
      return Array.isArray(value) || value === undefined || value === null ? (
        <ObjectList field={field} path={path} value={(value as unknown[]) ?? []} />
      ) : (
        <JsonInput {...common} value={value} />
      )
    case 'json':
      return <JsonInput {...common} value={value} />
    default:
      return field.kind satisfies never
  }
}

const example = (field: FieldSpec): string => {
  const words = inWords(field.example)
  return words && t.example(words)
}

function Choice({
  field,
  value,
  onChange,
  named,
}: {
  field: FieldSpec
  value: unknown
  onChange: (value: unknown) => void
  named: Named
}) {
  const { readOnly } = useForm()
  const isBoolean = field.kind === 'boolean'
  const choices = isBoolean ? ['true', 'false'] : field.choices
  const words: Record<string, string> = isBoolean ? { true: t.yes, false: t.no } : {}
  const fallback = inWords(field.fallback)
  const now = value === undefined || value === null ? null : String(value)
  const canClear = !field.isRequired && field.fallback === undefined
  const options = [
    ...(canClear ? [{ value: NOTHING, label: t.notSet }] : []),
    ...choices.map((one) => ({ value: one, label: words[one] ?? one })),
    // What the YAML says, although the form does not know it.
    ...(now !== null && !choices.includes(now) ? [{ value: now, label: now }] : []),
  ]
  return (
    <Select
      {...named}
      value={now ?? (fallback || (canClear ? NOTHING : null))}
      options={options}
      disabled={readOnly}
      placeholder={t.notSet}
      onChange={(next) =>
        onChange(
          next === NOTHING || (next === fallback && !field.isRequired)
            ? undefined
            : isBoolean
              ? next === 'true'
              : next,
        )
      }
    />
  )
}

function Either({
  field,
  path,
  value,
  onChange,
  named,
}: {
  field: FieldSpec
  path: Path
  value: unknown
  onChange: (value: unknown) => void
  named: Named
}) {
  const { readOnly, suggest } = useForm()
  const isWord = field.word !== '' && value === field.word
  const list = textsOf(value)
  return (
    <div className="grid gap-1">
      {field.word && (
        // biome-ignore lint/a11y/noLabelWithoutControl: the switch inside is the control
        <label className="flex items-center gap-2 text-muted text-xs">
          <Switch
            checked={isWord}
            disabled={readOnly}
            onCheckedChange={(on) => onChange(on ? field.word : undefined)}
          />
          {t.word(field.word)}
        </label>
      )}
      {!isWord && (
        <ListInput
          {...named}
          label={field.label}
          readOnly={readOnly}
          placeholder={example(field)}
          suggestions={suggest?.(field, path)}
          value={list}
          onChange={(next) =>
            onChange(typeof value === 'string' && next?.length === 1 ? next[0] : next)
          }
        />
      )}
    </div>
  )
}

function ObjectFields({ field, path }: { field: FieldSpec; path: Path }) {
  return (
    <div className="grid gap-2 border-line border-l-2 pl-3">
      {field.fields.map((one) => (
        <SchemaField key={one.name} field={one} path={[...path, one.name]} />
      ))}
    </div>
  )
}

function ObjectList({
  field,
  path,
  value,
}: {
  field: FieldSpec
  path: Path
  value: readonly unknown[]
}) {
  const form = useForm()
  const set = (next: readonly unknown[]) =>
    form.set(path, next.length ? next : undefined, field.label)
  const isFull = field.mostItems !== undefined && value.length >= field.mostItems
  const singular = field.label.replace(/s$/, '')
  return (
    <div className="grid gap-2">
      {value.map((item, index) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: an object of a list is its place
          key={index}
          className="grid gap-2 rounded-md border bg-sunken p-2"
          data-property={[...path, index].join('.')}
        >
          <div className="flex items-center gap-1">
            <span className="min-w-0 flex-1 truncate text-muted text-xs">
              {titleOfItem(item) || t.item(singular, index + 1)}
            </span>
            {!form.readOnly && (
              <RowActions
                index={index}
                count={value.length}
                what={t.item(singular, index + 1)}
                onRemove={() => set(value.filter((_, place) => place !== index))}
                onMove={(by) =>
                  set(value.with(index, value[index + by]).with(index + by, value[index]))
                }
              />
            )}
          </div>
          {field.fields.map((one) => (
            <SchemaField key={one.name} field={one} path={[...path, index, one.name]} />
          ))}
          <Problems problems={form.problemsAt([...path, index], false)} />
        </div>
      ))}
      {!form.readOnly && !isFull && (
        <Button
          variant="ghost"
          size="sm"
          className="h-6 justify-self-start px-1"
          aria-label={t.addTo(field.label)}
          onClick={() => set([...value, emptyOf(field.fields)])}
        >
          <Plus className="size-3.5" />
          {t.add}
        </Button>
      )}
      {form.readOnly && !value.length && <span className="text-faint text-xs">{t.none}</span>}
    </div>
  )
}

function titleOfItem(item: unknown): string {
  if (!isMap(item)) return ''
  const name = item.name ?? item.id ?? item.key ?? item.principal ?? item.metric
  return typeof name === 'string' ? name : ''
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.map(inWords) : typeof value === 'string' && value ? [value] : []
