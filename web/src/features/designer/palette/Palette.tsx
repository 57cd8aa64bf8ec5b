import { ChevronDown, ChevronRight, Search } from 'lucide-react'
import { useMemo, useRef, useState } from 'react'
import type { NodeType } from '@/document/connections'
import { useDocument } from '@/document/useDocument'
import { useStored } from '@/lib/useStored'
import { texts } from '@/texts'
import { inputLook } from '@/ui/field'
import { NodeIcon } from '@/ui/nodeIcon'
import { canvasActions } from '../canvas/actions'
import { rowsOf, useNodeTypes } from '../nodeTypes'
import { remember, useRecent } from './recent'
import { findTypes } from './search'

const t = texts.designer.palette
/** What a dragged row carries: the key of its type. */
export const DRAGGED = 'application/x-lakewright-node-type'

/** Every node type by family, to drag or to add by key. */
export function Palette() {
  const types = useNodeTypes()
  const rows = useMemo(() => rowsOf(types), [types])
  const recent = useRecent((state) => state.keys)
  const [typed, type] = useState('')
  const [folded, fold] = useStored<string[]>('palette.folded', [])
  const list = useRef<HTMLDivElement>(null)
  const field = useRef<HTMLInputElement>(null)
  const found = useMemo(() => (typed ? findTypes(typed, rows) : rows), [typed, rows])
  const sections = typed
    ? [{ key: 'found', title: '', rows: found }]
    : [
        {
          key: 'recent',
          title: t.recent,
          rows: recent.flatMap((key) => rows.find((row) => row.key === key) ?? []),
        },
        ...Object.entries(texts.ui.families).map(([key, title]) => ({
          key,
          title,
          rows: rows.filter((row) => row.family === key),
        })),
      ].filter((section) => section.rows.length)

  const step = (by: number) => {
    const items = [...(list.current?.querySelectorAll<HTMLElement>('[data-row]') ?? [])]
    const now = items.indexOf(document.activeElement as HTMLElement)
    if (now + by < 0) field.current?.focus()
    else items[Math.min(now + by, items.length - 1)]?.focus()
  }
  return (
    <div className="flex h-full min-h-0 flex-col bg-surface">
      <div className="relative p-2">
        <Search className="absolute top-4 left-4 size-4 text-muted" aria-hidden />
        <input
          ref={field}
          type="search"
          aria-label={t.search}
          placeholder={t.search}
          value={typed}
          className={`${inputLook} h-8 pl-8`}
          onChange={(event) => type(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'ArrowDown') step(1)
            else if (event.key === 'Enter' && found[0] && typed) add(found[0])
            else if (event.key === 'Escape' && typed) type('')
            else return
            event.preventDefault()
          }}
        />
      </div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: arrows go from one button to the next */}
      <div
        ref={list}
        className="min-h-0 flex-1 overflow-auto px-2 pb-3"
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
          event.preventDefault()
          step(event.key === 'ArrowDown' ? 1 : -1)
        }}
      >
        {typed && found.length === 0 && (
          <p className="px-2 py-4 text-muted text-sm">
            {t.noMatch(typed)} {t.noMatchHint}
          </p>
        )}
        {sections.map((section) => {
          const isFolded = folded.includes(section.key)
          const Sign = isFolded ? ChevronRight : ChevronDown
          return (
            <section key={section.key} aria-label={section.title || t.all}>
              {section.title && (
                <button
                  type="button"
                  aria-expanded={!isFolded}
                  className="flex h-7 w-full items-center gap-1 rounded-sm px-1 font-medium text-muted text-xs hover:bg-hover"
                  onClick={() =>
                    fold(
                      isFolded
                        ? folded.filter((key) => key !== section.key)
                        : [...folded, section.key],
                    )
                  }
                >
                  <Sign className="size-3.5" aria-hidden />
                  {section.title}
                </button>
              )}
              {!isFolded && (
                <ul className="mb-1">
                  {section.rows.map((row) => (
                    <li key={row.key}>
                      <PaletteRow row={row} />
                    </li>
                  ))}
                </ul>
              )}
            </section>
          )
        })}
      </div>
    </div>
  )
}

function add(row: NodeType): void {
  remember(row.key)
  canvasActions.add(row, null)
}

function PaletteRow({ row }: { row: NodeType }) {
  const why = useDocument((open) => open.readOnly, null)
  return (
    <button
      type="button"
      data-row={row.key}
      draggable={why === null}
      disabled={why !== null}
      title={why ?? `${row.summary} ${t.addHint}`}
      className="flex h-8 w-full cursor-grab items-center gap-2.5 rounded-md px-2 text-left text-sm hover:bg-hover focus-visible:bg-hover disabled:cursor-not-allowed disabled:opacity-50"
      onDragStart={(event) => {
        event.dataTransfer.setData(DRAGGED, row.key)
        event.dataTransfer.effectAllowed = 'copy'
      }}
      onDoubleClick={() => add(row)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return
        event.preventDefault()
        add(row)
      }}
    >
      <NodeIcon icon={row.icon} family={row.family} />
      <span className="truncate">{row.label}</span>
    </button>
  )
}
