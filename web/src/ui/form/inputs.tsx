import { ArrowDown, ArrowUp, Plus, X } from 'lucide-react'
import { type ComponentProps, type KeyboardEvent, useId, useRef, useState } from 'react'
import { cn } from '@/lib/cn'
import { panels } from '@/texts/designerPanels'
import { Button, IconButton } from '../button'
import { Input, Textarea } from '../field'
import { inWords, isFormula, numberFrom } from './schema'
import { useTyped } from './useTyped'

const t = panels.form

export interface Named {
  id?: string
  'aria-label'?: string
  'aria-describedby'?: string
  'aria-invalid'?: boolean
}

export interface InputOf<T> extends Named {
  value: T
  onChange: (value: T | undefined) => void
  readOnly?: boolean
  placeholder?: string
  label: string
}

/** Some text; empty means that nothing is set. */
export function TextInput({
  value,
  onChange,
  readOnly,
  placeholder,
  label: _,
  mono,
  ...named
}: InputOf<unknown> & { mono?: boolean } & Pick<ComponentProps<'input'>, 'list'>) {
  const [text, type] = useTyped(value, shown)
  return (
    <Input
      {...named}
      value={text}
      readOnly={readOnly}
      placeholder={placeholder}
      spellCheck={false}
      autoComplete="off"
      className={cn(mono && 'font-mono')}
      onChange={(event) => {
        const next = event.target.value || undefined
        type(event.target.value, next)
        onChange(next)
      }}
    />
  )
}

const shown = (value: unknown): string =>
  value === undefined || value === null
    ? ''
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value)

/** A number. Half of one, or a wrong one, stays in the field and out of the document. */
export function NumberInput({
  value,
  onChange,
  readOnly,
  placeholder,
  label: _,
  isWhole,
  ...named
}: InputOf<unknown> & { isWhole: boolean }) {
  const [text, type] = useTyped(value, shown)
  const told = useId()
  const parsed = numberFrom(text, isWhole)
  const isWrong = typeof parsed === 'string' && !isFormula(parsed) && text !== shown(value)
  return (
    <>
      <Input
        {...named}
        inputMode={isWhole ? 'numeric' : 'decimal'}
        value={text}
        readOnly={readOnly}
        placeholder={placeholder}
        autoComplete="off"
        aria-invalid={isWrong || named['aria-invalid']}
        aria-describedby={isWrong ? told : named['aria-describedby']}
        onChange={(event) => {
          const next = numberFrom(event.target.value, isWhole)
          const isKept = typeof next === 'string' && !isFormula(next)
          type(event.target.value, isKept ? value : next)
          if (!isKept) onChange(next)
        }}
      />
      {isWrong && (
        <div id={told} className="text-error text-xs">
          {isWhole ? t.wantsWhole : t.wantsNumber}
        </div>
      )}
    </>
  )
}

/** Any JSON, for what no other control suits. */
export function JsonInput({
  value,
  onChange,
  readOnly,
  placeholder,
  label: _,
  ...named
}: InputOf<unknown>) {
  const [text, type] = useTyped(value, pretty)
  const told = useId()
  const read = jsonFrom(text)
  return (
    <>
      <Textarea
        {...named}
        value={text}
        readOnly={readOnly}
        placeholder={placeholder}
        spellCheck={false}
        rows={Math.min(10, text.split('\n').length + 1)}
        className="font-mono text-xs"
        aria-invalid={!read || named['aria-invalid']}
        aria-describedby={read ? named['aria-describedby'] : told}
        onChange={(event) => {
          const next = jsonFrom(event.target.value)
          type(event.target.value, next ? next.value : value)
          if (next) onChange(next.value)
        }}
      />
      {!read && (
        <div id={told} className="text-error text-xs">
          {t.wantsJson}
        </div>
      )}
    </>
  )
}

const pretty = (value: unknown): string =>
  value === undefined || value === null
    ? ''
    : typeof value === 'string'
      ? value
      : JSON.stringify(value, null, 2)

/** A plain word is a text; what begins like JSON must be JSON. */
function jsonFrom(text: string): { value: unknown } | null {
  const plain = text.trim()
  if (!plain) return { value: undefined }
  if (!/^[[{]/.test(plain) || isFormula(plain)) return { value: plain }
  try {
    return { value: JSON.parse(plain) }
  } catch {
    return null
  }
}

/** Texts, one on a line. A pasted list fills as many lines as it has. */
export function ListInput({
  value,
  onChange,
  readOnly,
  placeholder,
  label,
  suggestions,
  mostItems,
  problemAt,
  ...named
}: InputOf<readonly string[]> & {
  suggestions?: readonly string[]
  mostItems?: number
  problemAt?: (index: number) => string | undefined
}) {
  const box = useRef<HTMLDivElement>(null)
  const listId = useId()
  const [isAdding, setAdding] = useState(false)
  const rows = isAdding || !value.length ? [...value, ''] : value
  const focusRow = (index: number) =>
    requestAnimationFrame(() =>
      box.current?.querySelectorAll<HTMLInputElement>('input')[index]?.focus(),
    )
  const put = (next: readonly string[]) => onChange(next.length ? next : undefined)
  const write = (index: number, text: string) => {
    if (index < value.length) put(text ? value.with(index, text) : value.with(index, ''))
    else if (text) {
      put([...value, text])
      setAdding(false)
    }
  }
  const drop = (index: number) => {
    if (index < value.length) put(value.filter((_, place) => place !== index))
    setAdding(false)
    focusRow(Math.max(0, index - 1))
  }
  const shift = (index: number, by: number) => {
    const to = index + by
    const [moved, other] = [value[index], value[to]]
    if (moved === undefined || other === undefined) return
    put(value.with(to, moved).with(index, other))
    focusRow(to)
  }
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>, index: number) => {
    if (readOnly) return
    if (event.key === 'Enter') {
      event.preventDefault()
      if (index < rows.length - 1) focusRow(index + 1)
      else if (value[index]) {
        setAdding(true)
        focusRow(index + 1)
      }
    } else if (event.key === 'Backspace' && !event.currentTarget.value && rows.length > 1) {
      event.preventDefault()
      drop(index)
    } else if (event.altKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
      event.preventDefault()
      shift(index, event.key === 'ArrowUp' ? -1 : 1)
    }
  }
  const isFull = mostItems !== undefined && value.length >= mostItems
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a frame and a legend
    <div ref={box} className="grid gap-1" role="group" aria-label={label}>
      {rows.map((text, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place; texts may repeat
        <div key={index} className="group/line relative">
          <Input
            {...(index === 0 ? named : { 'aria-invalid': Boolean(problemAt?.(index)) })}
            aria-label={t.item(label, index + 1)}
            value={text}
            readOnly={readOnly}
            list={suggestions?.length ? listId : undefined}
            placeholder={index === 0 ? placeholder : undefined}
            spellCheck={false}
            autoComplete="off"
            className={cn('h-7', !readOnly && value.length > 0 && 'pr-7')}
            onChange={(event) => write(index, event.target.value)}
            onKeyDown={(event) => onKeyDown(event, index)}
            onBlur={() => {
              if (index < value.length && !value[index]) drop(index)
            }}
            onPaste={(event) => {
              const lines = event.clipboardData
                .getData('text')
                .split(/\r?\n/)
                .map((line) => line.trim().replace(/,$/, ''))
                .filter(Boolean)
              if (lines.length < 2 || readOnly) return
              event.preventDefault()
              put([...value.slice(0, index), ...lines, ...value.slice(index + (text ? 1 : 0))])
              setAdding(false)
            }}
          />
          {problemAt?.(index) && <div className="text-error text-xs">{problemAt(index)}</div>}
          {!readOnly && index < value.length && (
            <IconButton
              label={t.remove(text || t.item(label, index + 1))}
              size="icon-sm"
              className="absolute top-0.5 right-0.5 opacity-0 focus-visible:opacity-100 group-focus-within/line:opacity-100 group-hover/line:opacity-100"
              tabIndex={-1}
              onClick={() => drop(index)}
            >
              <X />
            </IconButton>
          )}
        </div>
      ))}
      {!readOnly && value.length > 0 && !isAdding && !isFull && (
        <Button
          variant="ghost"
          size="sm"
          className="h-6 justify-self-start px-1"
          aria-label={t.addTo(label)}
          onClick={() => {
            setAdding(true)
            focusRow(value.length)
          }}
        >
          <Plus className="size-3.5" />
          {t.add}
        </Button>
      )}
      {suggestions && suggestions.length > 0 && (
        <datalist id={listId}>
          {suggestions.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      )}
    </div>
  )
}

/** Names with values. A name that is there already is not taken until it differs. */
export function MapInput({
  value,
  onChange,
  readOnly,
  placeholder,
  label,
  ...named
}: InputOf<Readonly<Record<string, unknown>>>) {
  const box = useRef<HTMLDivElement>(null)
  const entries = Object.entries(value)
  const [draft, setDraft] = useState<{ at: number; key: string; value: string } | null>(null)
  const isAdding = draft?.at === entries.length
  const rows: [string, unknown][] =
    isAdding || !entries.length ? [...entries, ['', undefined]] : entries
  const focusCell = (row: number, cell: 0 | 1) =>
    requestAnimationFrame(() =>
      box.current?.querySelectorAll<HTMLInputElement>('input')[row * 2 + cell]?.focus(),
    )
  const put = (next: [string, unknown][]) =>
    onChange(next.length ? Object.fromEntries(next) : undefined)
  const rename = (index: number, key: string) => {
    const isTaken = entries.some(([other], place) => other === key && place !== index)
    const typedValue = draft?.at === index ? draft.value : ''
    if (index >= entries.length) {
      if (!key || isTaken) setDraft({ at: index, key, value: typedValue })
      else {
        setDraft(null)
        put([...entries, [key, typedValue]])
      }
    } else if (!key || isTaken) setDraft({ at: index, key, value: '' })
    else {
      setDraft(null)
      put(entries.with(index, [key, entries[index]?.[1]]))
    }
  }
  const write = (index: number, text: string) => {
    const row = entries[index]
    if (!row) setDraft({ at: index, key: draft?.at === index ? draft.key : '', value: text })
    else put(entries.with(index, [row[0], likeBefore(row[1], text)]))
  }
  const drop = (index: number) => {
    setDraft(null)
    put(entries.filter((_, place) => place !== index))
    focusCell(Math.max(0, index - 1), 0)
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a frame and a legend
    <div ref={box} className="grid gap-1" role="group" aria-label={label}>
      {rows.map(([key, its], index) => {
        const typedKey = draft?.at === index ? draft.key : key
        const isTaken =
          draft?.at === index &&
          entries.some(([other], place) => other === draft.key && place !== index)
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a row keeps its place while its name is typed
          <div key={index} className="group/line grid gap-0.5">
            <div className="relative grid grid-cols-2 gap-1">
              <Input
                {...(index === 0 ? named : {})}
                aria-label={`${t.item(label, index + 1)}: ${t.name}`}
                aria-invalid={isTaken || undefined}
                value={typedKey}
                readOnly={readOnly}
                placeholder={index === 0 ? placeholder || t.name : t.name}
                spellCheck={false}
                autoComplete="off"
                className="h-7"
                onChange={(event) => rename(index, event.target.value)}
                onBlur={() => {
                  if (index < entries.length && draft?.at === index) setDraft(null)
                }}
              />
              <Input
                aria-label={`${t.item(label, index + 1)}: ${t.value}`}
                value={draft?.at === index && index >= entries.length ? draft.value : inWords(its)}
                readOnly={readOnly}
                placeholder={t.value}
                spellCheck={false}
                autoComplete="off"
                className={cn('h-7', !readOnly && 'pr-7')}
                onChange={(event) => write(index, event.target.value)}
                onKeyDown={(event) => {
                  if (event.key !== 'Enter' || readOnly) return
                  event.preventDefault()
                  if (index < rows.length - 1) focusCell(index + 1, 0)
                  else if (index < entries.length) {
                    setDraft({ at: entries.length, key: '', value: '' })
                    focusCell(index + 1, 0)
                  }
                }}
              />
              {!readOnly && index < entries.length && (
                <IconButton
                  label={t.remove(key)}
                  size="icon-sm"
                  className="absolute top-0.5 right-0.5 opacity-0 focus-visible:opacity-100 group-focus-within/line:opacity-100 group-hover/line:opacity-100"
                  onClick={() => drop(index)}
                >
                  <X />
                </IconButton>
              )}
            </div>
            {isTaken && <div className="text-error text-xs">{t.sameKey}</div>}
          </div>
        )
      })}
      {!readOnly && entries.length > 0 && !isAdding && (
        <Button
          variant="ghost"
          size="sm"
          className="h-6 justify-self-start px-1"
          aria-label={t.addTo(label)}
          onClick={() => {
            setDraft({ at: entries.length, key: '', value: '' })
            focusCell(entries.length, 0)
          }}
        >
          <Plus className="size-3.5" />
          {t.add}
        </Button>
      )}
    </div>
  )
}

/** A value that was a number or a switch stays one when the text still says one. */
function likeBefore(before: unknown, text: string): unknown {
  if (typeof before === 'number' && text.trim() && Number.isFinite(Number(text)))
    return Number(text)
  if (typeof before === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}

/** Up, down and away, for one of several things. */
export function RowActions({
  index,
  count,
  what,
  onMove,
  onRemove,
}: {
  index: number
  count: number
  what: string
  onMove: (by: number) => void
  onRemove: () => void
}) {
  return (
    <span className="flex">
      <IconButton label={t.moveUp} size="icon-sm" disabled={index === 0} onClick={() => onMove(-1)}>
        <ArrowUp />
      </IconButton>
      <IconButton
        label={t.moveDown}
        size="icon-sm"
        disabled={index === count - 1}
        onClick={() => onMove(1)}
      >
        <ArrowDown />
      </IconButton>
      <IconButton label={t.remove(what)} size="icon-sm" onClick={onRemove}>
        <X />
      </IconButton>
    </span>
  )
}
