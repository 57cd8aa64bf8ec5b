import { ClipboardPaste, KeyRound, Maximize2, Plus, X } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react'
import { cn } from '@/lib/cn'
import { panels } from '@/texts/designerPanels'
import { Button, IconButton } from '../button'
import { Checkbox } from '../controls'
import { Dialog } from '../dialog'
import { inputLook, Textarea } from '../field'
import { useTyped } from '../form/useTyped'
import { Combobox } from '../select'
import { Tip } from '../tooltip'
import { COMMON_TYPES, type Column, isTable, joined, moved, newColumn, withCell } from './cells'

const t = panels.columns
const TYPES = COMMON_TYPES.map((value) => ({ value, label: value }))
const cell =
  'h-7 rounded-none border-0 bg-transparent px-1.5 focus-visible:-outline-offset-2 aria-invalid:bg-error-soft'

export interface ColumnGridProps {
  columns: readonly Column[]
  onChange: (columns: readonly Column[], label: string) => void
  readOnly: boolean
  /** What is wrong with a cell, or with a column as a whole. */
  problemAt: (row: number, name: string) => string | undefined
  /** Columns of text. Rejects with an error that says what is wrong with it. */
  read: (text: string) => Promise<Column[]>
  /** Names of the columns of the key, where the table has one. */
  keys?: { names: readonly string[]; onChange: (names: readonly string[]) => void }
  /** Cells besides name, type and null. */
  has: { nullable: boolean; comment: boolean; fallback: boolean; type: boolean }
  id?: string
}

/** Columns of a table, edited like a spreadsheet. The large one shows every cell. */
export function ColumnGrid(props: ColumnGridProps) {
  const [isLarge, setLarge] = useState(false)
  return (
    <>
      <Grid {...props} isWide={false}>
        <IconButton label={t.large} size="icon-sm" onClick={() => setLarge(true)}>
          <Maximize2 />
        </IconButton>
      </Grid>
      <Dialog
        open={isLarge}
        onOpenChange={setLarge}
        title={t.label}
        description={t.keys}
        width="lg"
      >
        <Grid {...props} id={undefined} isWide />
      </Dialog>
    </>
  )
}

function Grid({
  columns,
  onChange,
  readOnly,
  problemAt,
  read,
  keys,
  has,
  id,
  isWide,
  children,
}: ColumnGridProps & { isWide: boolean; children?: ReactNode }) {
  const table = useRef<HTMLTableElement>(null)
  const [pasted, setPasted] = useState<string | null>(null)
  const names = [
    'name',
    ...(has.type ? ['type'] : []),
    ...(isWide && has.fallback ? ['default'] : []),
    ...(isWide && has.comment ? ['comment'] : []),
  ]
  const focusCell = (row: number, name: string) =>
    requestAnimationFrame(() =>
      table.current
        ?.querySelector<HTMLElement>(`[data-row="${row}"] [data-cell="${name}"]`)
        ?.focus(),
    )
  const put = (next: readonly Column[]) => {
    if (next !== columns) onChange(next, t.edit)
  }
  const add = (at = columns.length) => {
    put(columns.toSpliced(at, 0, newColumn(columns)))
    focusCell(at, 'name')
  }
  const remove = (row: number) => {
    put(columns.toSpliced(row, 1))
    focusCell(Math.max(0, row - 1), 'name')
  }
  const onKeyDown = (event: KeyboardEvent, row: number, name: string) => {
    const isUp = event.key === 'ArrowUp'
    const isDown = event.key === 'ArrowDown'
    if (event.altKey && (isUp || isDown) && !readOnly) {
      event.preventDefault()
      put(moved(columns, row, isUp ? -1 : 1))
      focusCell(Math.min(Math.max(row + (isUp ? -1 : 1), 0), columns.length - 1), name)
    } else if (event.key === 'Backspace' && (event.ctrlKey || event.metaKey) && !readOnly) {
      event.preventDefault()
      remove(row)
    } else if (event.key === 'Enter' && name !== 'type') {
      event.preventDefault()
      if (row < columns.length - 1) focusCell(row + 1, name)
      else if (!readOnly) add()
    } else if ((isUp || isDown) && name !== 'type') {
      event.preventDefault()
      focusCell(row + (isUp ? -1 : 1), name)
    }
  }
  const toggleKey = (name: string, on: boolean) => {
    if (!keys) return
    const rest = keys.names.filter((one) => one !== name)
    keys.onChange(on ? [...rest, name] : rest)
  }
  return (
    <div className="grid gap-1.5">
      <div
        className="overflow-x-auto rounded-md border border-line-strong"
        onPaste={(event) => {
          const text = event.clipboardData.getData('text')
          if (readOnly || !isTable(text)) return
          event.preventDefault()
          setPasted(text)
        }}
      >
        <table ref={table} id={id} className="w-full border-collapse text-sm" aria-label={t.label}>
          <thead>
            <tr className="bg-sunken text-left text-muted text-xs">
              {keys && <Head className="w-6" label={t.key} short />}
              <Head label={t.name} />
              {has.type && <Head label={t.type} className={isWide ? 'w-48' : 'w-[42%]'} />}
              {has.nullable && <Head label={t.nullable} className="w-9 text-center" />}
              {isWide && has.fallback && <Head label={t.fallback} className="w-40" />}
              {isWide && has.comment && <Head label={t.comment} />}
              {!readOnly && <th className="w-7" aria-hidden />}
            </tr>
          </thead>
          <tbody>
            {columns.map((column, row) => {
              const name = String(column.name ?? '')
              const isKey = keys?.names.includes(name) ?? false
              return (
                <tr
                  // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place; names may repeat
                  key={row}
                  data-row={row}
                  className="group/row border-t focus-within:bg-hover/50"
                >
                  {keys && (
                    <td className="text-center">
                      <Tip label={t.key}>
                        <button
                          type="button"
                          aria-label={`${t.key}: ${name}`}
                          aria-pressed={isKey}
                          disabled={readOnly || !name}
                          className={cn(
                            'grid size-6 place-items-center',
                            isKey ? 'text-warning' : 'text-line-strong hover:text-muted',
                          )}
                          onClick={() => toggleKey(name, !isKey)}
                        >
                          <KeyRound className="size-3.5" />
                        </button>
                      </Tip>
                    </td>
                  )}
                  {names.slice(0, has.type ? 2 : 1).map((one) => (
                    <Cell
                      key={one}
                      name={one}
                      label={t.of(one === 'name' ? t.name : t.type, row + 1)}
                      value={column[one]}
                      problem={
                        problemAt(row, one) ?? (one === 'name' ? problemAt(row, '') : undefined)
                      }
                      readOnly={readOnly}
                      onKeyDown={(event) => onKeyDown(event, row, one)}
                      onChange={(value) => {
                        if (one === 'name' && isKey && keys && value)
                          keys.onChange(
                            keys.names.map((key) => (key === name ? String(value) : key)),
                          )
                        put(columns.with(row, withCell(column, one, value)))
                      }}
                    />
                  ))}
                  {has.nullable && (
                    <td className="text-center">
                      <Checkbox
                        className="mx-auto"
                        aria-label={t.of(t.nullableHelp, row + 1)}
                        checked={column.nullable !== false}
                        disabled={readOnly}
                        onCheckedChange={(on) =>
                          put(columns.with(row, withCell(column, 'nullable', on)))
                        }
                      />
                    </td>
                  )}
                  {names.slice(has.type ? 2 : 1).map((one) => (
                    <Cell
                      key={one}
                      name={one}
                      label={t.of(one === 'comment' ? t.comment : t.fallback, row + 1)}
                      value={column[one]}
                      problem={problemAt(row, one)}
                      readOnly={readOnly}
                      onKeyDown={(event) => onKeyDown(event, row, one)}
                      onChange={(value) => put(columns.with(row, withCell(column, one, value)))}
                    />
                  ))}
                  {!readOnly && (
                    <td>
                      <IconButton
                        label={t.remove(name)}
                        size="icon-sm"
                        tabIndex={-1}
                        className="opacity-0 focus-visible:opacity-100 group-focus-within/row:opacity-100 group-hover/row:opacity-100"
                        onClick={() => remove(row)}
                      >
                        <X />
                      </IconButton>
                    </td>
                  )}
                </tr>
              )
            })}
          </tbody>
        </table>
        {!columns.length && <p className="px-2 py-3 text-muted text-xs">{t.empty}</p>}
      </div>
      {columns.some((_, row) => anyProblem(problemAt, row)) && (
        <ul className="grid gap-0.5 text-error text-xs">
          {columns.map((column, row) => {
            const problem = anyProblem(problemAt, row)
            return (
              problem && (
                // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place
                <li key={row}>
                  <span className="font-medium">{String(column.name || row + 1)}:</span> {problem}
                </li>
              )
            )
          })}
        </ul>
      )}
      <div className="flex items-center gap-1">
        {!readOnly && (
          <>
            <Button variant="ghost" size="sm" className="h-6 px-1" onClick={() => add()}>
              <Plus className="size-3.5" />
              {t.add}
            </Button>
            <Button variant="ghost" size="sm" className="h-6 px-1" onClick={() => setPasted('')}>
              <ClipboardPaste className="size-3.5" />
              {t.paste}
            </Button>
          </>
        )}
        <span className="flex-1" />
        {children}
      </div>
      {pasted !== null && (
        <PasteDialog
          text={pasted}
          read={read}
          hasColumns={columns.length > 0}
          onClose={() => setPasted(null)}
          onTake={(found, isAdded) => onChange(isAdded ? joined(columns, found) : found, t.pasted)}
        />
      )}
    </div>
  )
}

const CELLS = ['', 'name', 'type', 'nullable', 'comment', 'default', 'tags', 'generated_expr']
const anyProblem = (problemAt: ColumnGridProps['problemAt'], row: number) =>
  CELLS.map((name) => problemAt(row, name)).find(Boolean)

function Head({ label, className, short }: { label: string; className?: string; short?: boolean }) {
  return (
    <th scope="col" className={cn('px-1.5 py-1 font-medium', className)}>
      {short ? <span className="sr-only">{label}</span> : label}
    </th>
  )
}

function Cell({
  name,
  label,
  value,
  problem,
  readOnly,
  onChange,
  onKeyDown,
}: {
  name: string
  label: string
  value: unknown
  problem?: string
  readOnly: boolean
  onChange: (value: unknown) => void
  onKeyDown: (event: KeyboardEvent) => void
}) {
  const [text, type] = useTyped(value, (one) =>
    one === undefined || one === null
      ? ''
      : typeof one === 'object'
        ? JSON.stringify(one)
        : String(one),
  )
  if (name === 'type' && !readOnly)
    return (
      <td className="border-l p-0" onKeyDownCapture={onKeyDown}>
        <Combobox
          free
          aria-label={label}
          aria-invalid={problem ? true : undefined}
          data-cell={name}
          value={text}
          options={TYPES}
          className={cn(cell, 'font-mono text-xs')}
          onChange={(next) => {
            type(next, next)
            onChange(next)
          }}
        />
      </td>
    )
  return (
    <td className={cn('p-0', name !== 'name' && 'border-l')}>
      <input
        aria-label={label}
        aria-invalid={problem ? true : undefined}
        title={problem}
        data-cell={name}
        value={text}
        readOnly={readOnly}
        spellCheck={false}
        autoComplete="off"
        className={cn(
          inputLook,
          cell,
          'read-only:bg-transparent',
          name !== 'comment' && 'font-mono text-xs',
        )}
        onChange={(event) => {
          type(event.target.value, event.target.value || undefined)
          onChange(event.target.value)
        }}
        onKeyDown={onKeyDown}
      />
    </td>
  )
}

function PasteDialog({
  text: first,
  read,
  hasColumns,
  onClose,
  onTake,
}: {
  text: string
  read: (text: string) => Promise<Column[]>
  hasColumns: boolean
  onClose: () => void
  onTake: (columns: Column[], isAdded: boolean) => void
}) {
  const [text, setText] = useState(first)
  const [found, setFound] = useState<{ of: string; columns: Column[]; problem: string } | null>(
    null,
  )
  const [isReading, setReading] = useState(false)
  const isRead = found?.of === text
  const look = async () => {
    setReading(true)
    try {
      setFound({ of: text, columns: await read(text), problem: '' })
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error)
      setFound({ of: text, columns: [], problem })
    }
    setReading(false)
  }
  const take = (isAdded: boolean) => {
    onTake(found?.columns ?? [], isAdded)
    onClose()
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t.pasteTitle}
      description={t.pasteHelp}
      footer={
        isRead && found.columns.length ? (
          <>
            {hasColumns && <Button onClick={() => take(true)}>{t.append}</Button>}
            <Button variant="primary" onClick={() => take(false)}>
              {hasColumns ? t.replace : t.use}
            </Button>
          </>
        ) : (
          <Button variant="primary" disabled={!text.trim() || isReading} onClick={look}>
            {t.read}
          </Button>
        )
      }
    >
      <Textarea
        aria-label={t.pasteTitle}
        value={text}
        onChange={(event) => setText(event.target.value)}
        rows={8}
        spellCheck={false}
        className="font-mono text-xs"
        placeholder={'CREATE TABLE orders (\n  id BIGINT NOT NULL,\n  ordered_at TIMESTAMP\n)'}
      />
      {isRead && found.problem && (
        <p role="alert" className="mt-2 text-error text-sm">
          {found.problem}
        </p>
      )}
      {isRead && found.columns.length > 0 && (
        <div className="mt-2">
          <p className="mb-1 text-muted text-xs">{t.found(found.columns.length)}</p>
          <ul className="grid grid-cols-2 gap-x-4 font-mono text-xs">
            {found.columns.map((column) => (
              <li key={String(column.name)} className="flex gap-2">
                <span className="min-w-0 flex-1 truncate">{String(column.name)}</span>
                <span className="text-muted">{String(column.type)}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </Dialog>
  )
}
