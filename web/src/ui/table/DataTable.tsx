// biome-ignore-all lint/a11y/useSemanticElements: rows are placed by themselves, which those of a table element cannot be
// biome-ignore-all lint/a11y/useFocusableInteractive: the list has the focus and names the row that is marked
import {
  type Column,
  type ColumnDef,
  flexRender,
  getCoreRowModel,
  type Row,
  type RowData,
  useReactTable,
} from '@tanstack/react-table'
import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown, ArrowUp } from 'lucide-react'
import {
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react'
import { cn } from '@/lib/cn'
import { texts } from '@/texts'
import { Checkbox } from '../controls'
import { ContextMenu, type MenuEntry } from '../menu'
import { rowAfter, toggled, withRange } from './movement'

declare module '@tanstack/react-table' {
  // The names of the parameters have to be those of the library.
  interface ColumnMeta<TData extends RowData, TValue> {
    /** One track of CSS grid: `120px`, `minmax(200px, 1fr)`. */
    track: string
    align?: 'end'
    /** Hidden where the table is narrower than this many pixels. */
    above?: number
  }
}

const HEAD = 32
const CHECK_TRACK = '40px'

/**
 * A list with columns: sorted by its headings, walked by arrows, with several rows selected, and
 * only the rows in view on the page however many there are.
 *
 * The focus is on the list as a whole; `aria-activedescendant` names the marked row. So it stays
 * where it is when rows come, go and scroll.
 */
export function DataTable<T>({
  label,
  rows,
  columns,
  idOf,
  nameOf,
  rowHeight = 56,
  sort,
  onSort,
  marked,
  onMark,
  selected,
  onSelect,
  onOpen,
  entriesOf,
  keysOff = false,
  className,
}: {
  label: string
  /** As they are shown: filtered and sorted. */
  rows: readonly T[]
  columns: ColumnDef<T>[]
  idOf: (row: T) => string
  /** What a row is called, for those who hear it. */
  nameOf: (row: T) => string
  rowHeight?: number
  /** Column and direction, `-` before the column for the greatest first. */
  sort?: string
  onSort?: (sort: string) => void
  /** Id of the row that the keyboard is on. */
  marked: string | null
  onMark: (id: string | null) => void
  selected?: ReadonlySet<string>
  onSelect?: (ids: ReadonlySet<string>) => void
  onOpen?: (row: T) => void
  entriesOf?: (row: T) => MenuEntry[]
  /** While a field in a row has the keys. */
  keysOff?: boolean
  className?: string
}) {
  const name = useId()
  const box = useRef<HTMLDivElement>(null)
  const width = useWidth(box)
  /** Where a selection by Shift begins. */
  const anchor = useRef(0)
  const table = useReactTable({
    data: rows as T[],
    columns,
    getRowId: idOf,
    getCoreRowModel: getCoreRowModel(),
    // Rows come sorted: the address says how, and the list may be longer than what is shown.
    manualSorting: true,
  })
  const all = table.getRowModel().rows
  const virtual = useVirtualizer({
    count: all.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    overscan: 6,
    scrollPaddingStart: HEAD,
    getItemKey: (index) => all[index]?.id ?? index,
  })
  const at = all.findIndex((row) => row.id === marked)
  const shown = table
    .getAllLeafColumns()
    .filter(({ columnDef }) => width === 0 || width >= (columnDef.meta?.above ?? 0))
  const tracks = [
    ...(onSelect ? [CHECK_TRACK] : []),
    ...shown.map(({ columnDef }) => columnDef.meta?.track ?? '1fr'),
  ].join(' ')
  const ids = all.map((row) => row.id)
  const chosen = selected ?? NONE

  const mark = (index: number) => {
    const row = all[index]
    if (!row) return
    onMark(row.id)
    virtual.scrollToIndex(index)
  }

  function onKeyDown(event: KeyboardEvent) {
    if (keysOff || event.target !== box.current || event.altKey) return
    const page = Math.max(1, Math.floor((box.current.clientHeight - HEAD) / rowHeight) - 1)
    const next = rowAfter(event.key, at, all.length, page)
    const row = all[at]
    if (next !== null && !event.ctrlKey && !event.metaKey) {
      if (event.shiftKey && onSelect) onSelect(withRange(chosen, ids, Math.max(at, 0), next))
      else anchor.current = next
      mark(next)
    } else if (event.key === 'Enter' && row) onOpen?.(row.original)
    else if (event.key === ' ' && row && onSelect) onSelect(toggled(chosen, row.id))
    else if (event.key === 'a' && (event.ctrlKey || event.metaKey) && onSelect)
      onSelect(new Set(ids))
    else if (event.key === 'Escape' && chosen.size > 0) onSelect?.(NONE)
    else return
    event.preventDefault()
  }

  function onClick(event: MouseEvent, row: Row<T>) {
    const index = row.index
    // Links, buttons and boxes in a row have a meaning of their own.
    if ((event.target as HTMLElement).closest('a,button,input,[role="checkbox"]')) return
    onMark(row.id)
    box.current?.focus({ preventScroll: true })
    if (event.shiftKey && onSelect) onSelect(withRange(chosen, ids, anchor.current, index))
    else if ((event.ctrlKey || event.metaKey) && onSelect) onSelect(toggled(chosen, row.id))
    if (!event.shiftKey) anchor.current = index
  }

  const rowOf = (row: Row<T>, top: number): ReactNode => {
    const isMarked = row.id === marked
    const isSelected = chosen.has(row.id)
    const content = (
      // biome-ignore lint/a11y/useKeyWithClickEvents: the list has the keys
      <div
        key={row.id}
        id={`${name}-${row.id}`}
        role="row"
        tabIndex={-1}
        aria-rowindex={row.index + 2}
        aria-selected={onSelect ? isSelected : undefined}
        onClick={(event) => onClick(event, row)}
        onDoubleClick={(event) => {
          if (!(event.target as HTMLElement).closest('a,button,input,[role="checkbox"]'))
            onOpen?.(row.original)
        }}
        className={cn(
          'group/row absolute inset-x-0 grid items-center border-b outline-none hover:bg-hover/60',
          isSelected && 'bg-accent-soft hover:bg-accent-soft',
          isMarked &&
            'group-focus-visible/table:ring-2 group-focus-visible/table:ring-ring group-focus-visible/table:ring-inset',
          isMarked && !isSelected && 'bg-hover/60',
        )}
        style={{
          height: rowHeight,
          transform: `translateY(${top}px)`,
          gridTemplateColumns: tracks,
        }}
      >
        {onSelect && (
          <div role="gridcell" className="grid place-items-center">
            <Checkbox
              checked={isSelected}
              tabIndex={-1}
              aria-label={texts.ui.table.select(nameOf(row.original))}
              onCheckedChange={() => onSelect(toggled(chosen, row.id))}
              className={cn(
                !isSelected && chosen.size === 0 && 'opacity-0 group-hover/row:opacity-100',
                isMarked && 'opacity-100',
              )}
            />
          </div>
        )}
        {shown.map((column) => (
          <div
            role="gridcell"
            key={column.id}
            className={cn(
              'min-w-0 px-2 text-sm',
              column.columnDef.meta?.align === 'end' && 'text-right',
            )}
          >
            {cellOf(row, column)}
          </div>
        ))}
      </div>
    )
    return entriesOf ? (
      <ContextMenu
        key={row.id}
        entries={entriesOf(row.original)}
        onOpenChange={(open) => open && onMark(row.id)}
      >
        {content}
      </ContextMenu>
    ) : (
      content
    )
  }

  return (
    <div
      ref={box}
      role="grid"
      aria-label={label}
      aria-rowcount={all.length + 1}
      aria-multiselectable={onSelect ? true : undefined}
      aria-activedescendant={at >= 0 ? `${name}-${marked}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onFocus={(event) => {
        // Somebody came by Tab. A page that gives the list the focus marks nothing yet.
        if (event.target === box.current && at < 0 && event.relatedTarget) mark(0)
      }}
      className={cn('group/table relative min-h-0 overflow-auto outline-none', className)}
    >
      <div
        role="row"
        aria-rowindex={1}
        className="sticky top-0 z-10 grid border-b bg-page"
        style={{ gridTemplateColumns: tracks, height: HEAD }}
      >
        {onSelect && (
          <div role="columnheader" className="grid place-items-center">
            <Checkbox
              checked={all.length > 0 && ids.every((id) => chosen.has(id))}
              indeterminate={ids.some((id) => chosen.has(id)) && !ids.every((id) => chosen.has(id))}
              aria-label={texts.ui.table.selectAll}
              onCheckedChange={(on) => onSelect(on ? new Set(ids) : NONE)}
            />
          </div>
        )}
        {shown.map((column) => (
          <Heading key={column.id} column={column} sort={sort} onSort={onSort} />
        ))}
      </div>
      <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const row = all[item.index]
          return row ? rowOf(row, item.start) : null
        })}
      </div>
    </div>
  )
}

const NONE: ReadonlySet<string> = new Set()

function cellOf<T>(row: Row<T>, column: Column<T>): ReactNode {
  const cell = row.getAllCells().find((one) => one.column.id === column.id)
  return cell ? flexRender(column.columnDef.cell, cell.getContext()) : null
}

function Heading<T>({
  column,
  sort = '',
  onSort,
}: {
  column: Column<T>
  sort?: string
  onSort?: (sort: string) => void
}) {
  const { header, meta, enableSorting } = column.columnDef
  const words = typeof header === 'string' ? header : ''
  const by = sort.replace(/^-/, '')
  const isDown = sort.startsWith('-')
  const isSorted = by === column.id
  const Sign = isDown ? ArrowDown : ArrowUp
  const look = cn(
    'flex h-full w-full items-center gap-1 px-2 text-left font-medium text-muted text-xs',
    meta?.align === 'end' && 'justify-end',
  )
  if (!enableSorting || !onSort)
    return (
      <div role="columnheader" className={look}>
        {words || <span className="sr-only">{texts.ui.table.actions}</span>}
      </div>
    )
  return (
    <div
      role="columnheader"
      aria-sort={isSorted ? (isDown ? 'descending' : 'ascending') : 'none'}
      className="min-w-0"
    >
      <button
        type="button"
        className={cn(look, 'hover:text-text', isSorted && 'text-text')}
        onClick={() => onSort(isSorted && !isDown ? `-${column.id}` : column.id)}
      >
        <span className="truncate">{words}</span>
        {isSorted && <Sign className="size-3.5 shrink-0" aria-hidden />}
      </button>
    </div>
  )
}

/** Of an element, 0 until it is known. */
function useWidth(box: { current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0)
  useEffect(() => {
    const element = box.current
    if (!element) return
    const watcher = new ResizeObserver(() => setWidth(element.clientWidth))
    watcher.observe(element)
    return () => watcher.disconnect()
  }, [box])
  return width
}
