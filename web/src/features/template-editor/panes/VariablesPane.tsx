import { Braces, ChevronRight, GripVertical, Plus, X } from 'lucide-react'
import { type KeyboardEvent, useMemo, useRef, useState } from 'react'
import { cn } from '@/lib/cn'
import { editor } from '@/texts/templateEditor'
import { Button, IconButton } from '@/ui/button'
import { Switch } from '@/ui/controls'
import { Field, Input, Textarea } from '@/ui/field'
import { type FormHost, FormProvider, type Path } from '@/ui/form/host'
import { ListInput, NumberInput } from '@/ui/form/inputs'
import { SchemaField } from '@/ui/form/SchemaField'
import { useTyped } from '@/ui/form/useTyped'
import { fieldOfVariable } from '@/ui/form/variables'
import { Select } from '@/ui/select'
import { EmptyState } from '@/ui/state'
import { useTemplate } from '../hooks'
import { rename } from '../service'
import { templateActions, templateStore } from '../store'
import { nameInFile } from '../text/names'
import type { Key } from '../text/patch'
import { allVariables, type Variable } from '../text/read'
import { useView } from '../view'

const t = editor.variables
const NONE: readonly Variable[] = []

/** The variables of the template itself. */
export function VariablesPane() {
  const variables = useTemplate((open) => open.template.variables, NONE)
  return <VariableTable variables={variables} path={['variables']} />
}

/** Variables as rows to open, put in order, add and remove. */
export function VariableTable({
  variables,
  path,
}: {
  variables: readonly Variable[]
  path: readonly Key[]
}) {
  const isLocked = useTemplate((open) => open.readOnly !== null || open.isBroken, true)
  const list = useRef<HTMLUListElement>(null)
  const opened = useView((state) => state.variable)
  const [dragged, setDragged] = useState<number | null>(null)
  const [over, setOver] = useState<number | null>(null)
  const [said, say] = useState('')
  const keyOf = (index: number) => `${path.join('.')}.${index}`
  const toggle = (index: number) =>
    useView.setState({ variable: opened === keyOf(index) ? null : keyOf(index) })
  const focusRow = (index: number) =>
    requestAnimationFrame(() =>
      list.current?.querySelector<HTMLElement>(`[data-row="${index}"] [data-handle]`)?.focus(),
    )
  const move = (from: number, to: number) => {
    const moved = variables[from]
    if (isLocked || !moved || to < 0 || to >= variables.length || from === to) return
    if (templateActions.patch([{ op: 'move', path, from, to }], t.moveStep)) {
      useView.setState({ variable: null })
      say(t.moved(moved.name, to + 1, variables.length))
      focusRow(to)
    }
  }
  const add = () => {
    const { open } = templateStore.getState()
    const taken = new Set(open ? allVariables(open.template).map(({ name }) => name) : [])
    let name = 'variable'
    for (let count = 2; taken.has(name); count += 1) name = `variable_${count}`
    const value = { name, type: 'string', required: true }
    if (templateActions.patch([{ op: 'insert', path, at: variables.length, value }], t.addStep)) {
      useView.setState({ variable: keyOf(variables.length) })
      requestAnimationFrame(() => {
        const field = list.current?.querySelector<HTMLInputElement>(
          `[data-row="${variables.length}"] input`,
        )
        field?.focus()
        field?.select()
      })
    }
  }
  const remove = (index: number) => {
    if (templateActions.patch([{ op: 'remove', path, at: index }], t.removeStep)) {
      useView.setState({ variable: null })
      if (variables.length > 1) focusRow(Math.max(0, index - 1))
    }
  }
  const onKeyDown = (event: KeyboardEvent, index: number) => {
    const by = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0
    if (!by) return
    event.preventDefault()
    if (event.altKey) move(index, index + by)
    else focusRow(Math.min(Math.max(index + by, 0), variables.length - 1))
  }
  return (
    <div className="pb-3">
      {variables.length === 0 && path.length === 1 && (
        <EmptyState icon={<Braces />} title={t.none} className="py-8">
          {t.noneHelp}
        </EmptyState>
      )}
      <ul ref={list} className="divide-y">
        {variables.map((variable, index) => (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place; a name may be half-typed
            key={index}
            data-row={index}
            className={cn(
              'group/row',
              dragged === index && 'opacity-50',
              over === index && dragged !== null && 'bg-accent-soft',
            )}
            onDragOver={(event) => {
              if (dragged === null) return
              event.preventDefault()
              setOver(index)
            }}
            onDrop={(event) => {
              event.preventDefault()
              if (dragged !== null) move(dragged, index)
              setDragged(null)
              setOver(null)
            }}
          >
            <div className="flex h-9 items-center gap-1 pr-2 pl-1">
              <button
                type="button"
                data-handle
                draggable={!isLocked}
                disabled={isLocked}
                aria-label={t.move(variable.name)}
                title={t.move(variable.name)}
                className="grid size-6 shrink-0 cursor-grab place-items-center rounded-sm text-faint hover:text-text"
                onDragStart={(event) => {
                  event.dataTransfer.effectAllowed = 'move'
                  event.dataTransfer.setData('text/plain', variable.name)
                  setDragged(index)
                }}
                onDragEnd={() => {
                  setDragged(null)
                  setOver(null)
                }}
                onKeyDown={(event) => onKeyDown(event, index)}
              >
                <GripVertical className="size-3.5" aria-hidden />
              </button>
              <button
                type="button"
                aria-expanded={opened === keyOf(index)}
                title={t.open(variable.name)}
                className="flex h-full min-w-0 flex-1 items-center gap-2 text-left"
                onClick={() => toggle(index)}
              >
                <ChevronRight
                  aria-hidden
                  className={cn(
                    'size-3.5 shrink-0 text-faint transition-transform',
                    opened === keyOf(index) && 'rotate-90',
                  )}
                />
                <span className="min-w-0 truncate font-mono text-xs">
                  {variable.name}
                  {variable.required && <span className="text-error"> *</span>}
                </span>
                <span className="ml-auto shrink-0 text-muted text-xs">
                  {t.types[variable.type] ?? variable.type}
                </span>
              </button>
              {!isLocked && (
                <IconButton
                  label={t.remove(variable.name)}
                  size="icon-sm"
                  className="opacity-0 focus-visible:opacity-100 group-focus-within/row:opacity-100 group-hover/row:opacity-100"
                  onClick={() => remove(index)}
                >
                  <X />
                </IconButton>
              )}
            </div>
            {opened === keyOf(index) && (
              <VariableForm variable={variable} path={[...path, index]} isLocked={isLocked} />
            )}
          </li>
        ))}
      </ul>
      {!isLocked && (
        <div className="px-3 pt-2">
          <Button size="sm" onClick={add}>
            <Plus />
            {t.add}
          </Button>
        </div>
      )}
      <p className="sr-only" aria-live="polite">
        {said}
      </p>
    </div>
  )
}

const TYPES = Object.entries(t.types).map(([value, label]) => ({ value, label }))
const BOUNDED = new Set(['string', 'integer', 'number', 'array', 'columns'])

function VariableForm({
  variable,
  path,
  isLocked,
}: {
  variable: Variable
  path: readonly Key[]
  isLocked: boolean
}) {
  const put = (key: string, label: string, value: unknown) => {
    const isGone = value === undefined || value === '' || value === false
    templateActions.patch(
      [
        isGone && !(key === 'default' && value === false) && !(key === 'sample' && value === false)
          ? { op: 'unset', path: [...path, key] }
          : { op: 'set', path: [...path, key], value },
      ],
      t.step(label.toLowerCase()),
      `${path.join('/')}/${key}`,
    )
  }
  return (
    <div className="grid gap-2.5 border-accent border-l-2 bg-sunken/60 py-2 pr-3 pl-3">
      <NameField variable={variable} path={path} isLocked={isLocked} />
      <div className="grid grid-cols-[minmax(0,1fr)_auto] items-end gap-3">
        <Field label={t.type}>
          {(control) => (
            <Select
              {...control}
              value={variable.type}
              disabled={isLocked}
              options={
                t.types[variable.type]
                  ? TYPES
                  : [...TYPES, { value: variable.type, label: variable.type }]
              }
              onChange={(value) => put('type', t.type, value)}
            />
          )}
        </Field>
        {/* biome-ignore lint/a11y/noLabelWithoutControl: the switch inside is the control */}
        <label className="flex h-8 items-center gap-2 text-xs">
          {t.required}
          <Switch
            checked={variable.required}
            disabled={isLocked}
            onCheckedChange={(on) => put('required', t.required, on)}
          />
        </label>
      </div>
      <Field label={t.description}>
        {(control) => (
          <Textarea
            {...control}
            className="min-h-8"
            rows={2}
            value={variable.description}
            readOnly={isLocked}
            onChange={(event) => put('description', t.description, event.target.value)}
          />
        )}
      </Field>
      {variable.type === 'enum' && (
        <div className="grid gap-1">
          <span className="font-medium text-xs">{t.choices}</span>
          <ListInput
            label={t.choices}
            value={variable.choices.map(String)}
            readOnly={isLocked}
            onChange={(value) => put('choices', t.choices, value)}
          />
        </div>
      )}
      <ValueField
        variable={variable}
        name="default"
        label={t.fallback}
        put={put}
        isLocked={isLocked}
      />
      <ValueField
        variable={variable}
        name="sample"
        label={t.sample}
        put={put}
        isLocked={isLocked}
      />
      <details className="grid gap-2" open={Boolean(variable.pattern || variable.from)}>
        <summary className="cursor-pointer text-muted text-xs">{t.more}</summary>
        <div className="mt-2 grid gap-2.5">
          {variable.type === 'string' && (
            <Field label={t.pattern} hint={t.patternHelp}>
              {(control) => (
                <Input
                  {...control}
                  className="font-mono"
                  value={variable.pattern}
                  readOnly={isLocked}
                  spellCheck={false}
                  onChange={(event) => put('pattern', t.pattern, event.target.value)}
                />
              )}
            </Field>
          )}
          {BOUNDED.has(variable.type) && (
            <div className="grid grid-cols-2 gap-2">
              {(['min', 'max'] as const).map((key) => (
                <Field key={key} label={key === 'min' ? t.least : t.most}>
                  {(control) => (
                    <NumberInput
                      {...control}
                      label={key === 'min' ? t.least : t.most}
                      isWhole={variable.type !== 'number'}
                      readOnly={isLocked}
                      value={variable[key]}
                      onChange={(value) => put(key, key === 'min' ? t.least : t.most, value)}
                    />
                  )}
                </Field>
              ))}
            </div>
          )}
          <Field label={t.from} hint={t.fromHelp}>
            {(control) => (
              <Input
                {...control}
                className="font-mono"
                value={variable.from}
                readOnly={isLocked}
                spellCheck={false}
                onChange={(event) => put('from', t.from, event.target.value)}
              />
            )}
          </Field>
        </div>
      </details>
    </div>
  )
}

/** The name is changed in the source as well, when it is left or Enter is pressed. */
function NameField({
  variable,
  path,
  isLocked,
}: {
  variable: Variable
  path: readonly Key[]
  isLocked: boolean
}) {
  const [typed, type] = useTyped(variable.name, (name) => name)
  const [problem, setProblem] = useState('')
  const take = async () => {
    if (typed === variable.name) return setProblem('')
    const { open } = templateStore.getState()
    const place = open && nameInFile(open.text, open.template.id, open.index, path)
    if (!open || !place) return
    if (!/^[A-Za-z_]\w*$/.test(typed)) return setProblem(t.nameShape)
    if (allVariables(open.template).some(({ name }) => name === typed))
      return setProblem(t.nameTaken)
    try {
      await rename(place, typed)
      setProblem('')
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error))
    }
  }
  return (
    <Field label={t.name} error={problem}>
      {(control) => (
        <Input
          {...control}
          className="font-mono"
          value={typed}
          readOnly={isLocked}
          spellCheck={false}
          onChange={(event) => type(event.target.value, variable.name)}
          onBlur={() => void take()}
          onKeyDown={(event) => {
            if (event.key === 'Enter') void take()
          }}
        />
      )}
    </Field>
  )
}

/** A default or a sample, in the control that the type has everywhere. */
function ValueField({
  variable,
  name,
  label,
  put,
  isLocked,
}: {
  variable: Variable
  name: 'default' | 'sample'
  label: string
  put: (key: string, label: string, value: unknown) => void
  isLocked: boolean
}) {
  const value = variable[name]
  const field = useMemo(
    () => ({
      ...fieldOfVariable({ ...variable, sample: value, default: undefined }),
      name,
      label,
      help: '',
      isRequired: false,
      fallback: undefined,
      example: undefined,
    }),
    [variable, value, name, label],
  )
  const host = useMemo<FormHost>(
    () => ({
      id: name,
      readOnly: isLocked,
      get: (path) => valueAt({ [name]: value }, path),
      set: (path, next) => put(name, label, withValue({ [name]: value }, path, next)[name]),
      setMany(changes) {
        let all: Record<string, unknown> = { [name]: value }
        for (const change of changes) all = withValue(all, change.path, change.value)
        put(name, label, all[name])
      },
      problemsAt: () => [],
    }),
    [name, value, label, isLocked, put],
  )
  return (
    <FormProvider value={host}>
      <SchemaField field={field} path={[name]} />
    </FormProvider>
  )
}

export function valueAt(value: unknown, path: Path): unknown {
  let found = value
  for (const key of path) {
    if (typeof found !== 'object' || found === null) return undefined
    found = (found as Record<string | number, unknown>)[key]
  }
  return found
}

/** The mapping with another value at a path; undefined takes it away. */
export function withValue(
  value: Record<string, unknown>,
  path: Path,
  next: unknown,
): Record<string, unknown> {
  return putAt(value, path, next) as Record<string, unknown>
}

function putAt(value: unknown, [key, ...rest]: Path, next: unknown): unknown {
  if (key === undefined) return next
  if (Array.isArray(value)) return value.with(Number(key), putAt(value[Number(key)], rest, next))
  const map = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  const made = putAt(map[key], rest, next)
  const { [key]: _, ...others } = map
  return made === undefined ? others : { ...map, [key]: made }
}
