import { useEffect, useId, useMemo, useRef, useState } from 'react'
import { connect, type NodeType, typesAtOtherEnd, typesBetween } from '@/document/connections'
import type { NodeId } from '@/document/model'
import { documentStore } from '@/document/store'
import { ranked } from '@/lib/rank'
import { texts } from '@/texts'
import { inputLook } from '@/ui/field'
import { NodeIcon } from '@/ui/nodeIcon'
import { rowsOf } from '../nodeTypes'
import { remember } from '../palette/recent'
import { findTypes } from '../palette/search'
import { designerView } from '../view'
import { canvasActions } from './actions'
import { stage } from './stage'
import { type Asking, useCanvas } from './state'
import { subtitleOf } from './subtitle'

const t = texts.designer.canvas
const MOST_ROWS = 60
const WIDTH = 320

interface Row {
  key: string
  label: string
  hint: string
  icon: string
  family: string
  choose: () => void
}

/** A small list to choose from by typing: types to add, nodes to connect to, nodes to find. */
export function AskList() {
  const asking = useCanvas((state) => state.asking)
  return asking && <List key={JSON.stringify(asking)} asking={asking} />
}

function List({ asking }: { asking: Asking }) {
  const [typed, type] = useState('')
  const [active, setActive] = useState(0)
  const id = useId()
  const box = useRef<HTMLDivElement>(null)
  const rows = useMemo(() => rowsFor(asking, typed).slice(0, MOST_ROWS), [asking, typed])
  const label = LABELS[asking.kind]
  useEffect(() => {
    box.current?.querySelector(`[data-index="${active}"]`)?.scrollIntoView({ block: 'nearest' })
  }, [active])
  const close = () => canvasActions.ask(null)
  const choose = (row: Row | undefined) => {
    if (!row) return
    close()
    row.choose()
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it closes when the focus leaves it
    <div
      ref={box}
      className="fixed z-50 flex flex-col overflow-hidden rounded-md border bg-surface shadow-float"
      style={place(asking.screen)}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) canvasActions.ask(null)
      }}
    >
      <input
        // biome-ignore lint/a11y/noAutofocus: the list was asked for, to type into
        autoFocus
        role="combobox"
        aria-expanded
        aria-controls={id}
        aria-activedescendant={rows[active] ? `${id}-${active}` : undefined}
        aria-label={label}
        placeholder={asking.kind === 'find' ? t.findHint : label}
        value={typed}
        className={`${inputLook} h-10 rounded-none border-0 border-b outline-none`}
        onChange={(event) => {
          type(event.target.value)
          setActive(0)
        }}
        onKeyDown={(event) => {
          event.stopPropagation()
          if (event.key === 'Escape') close()
          else if (event.key === 'Enter') choose(rows[active])
          else if (event.key === 'ArrowDown') setActive(Math.min(active + 1, rows.length - 1))
          else if (event.key === 'ArrowUp') setActive(Math.max(active - 1, 0))
          else return
          event.preventDefault()
        }}
      />
      <div id={id} role="listbox" aria-label={label} className="max-h-72 overflow-auto p-1 text-sm">
        {rows.length === 0 && (
          <p className="px-2 py-3 text-muted">
            {typed
              ? texts.designer.palette.noMatch(typed)
              : asking.kind === 'connect'
                ? t.nothingFits
                : texts.ui.noMatch}
          </p>
        )}
        {rows.map((row, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above takes the keys of the list
          <div
            key={row.key}
            id={`${id}-${index}`}
            data-index={index}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            className="flex cursor-default items-center gap-2.5 rounded-sm px-2 py-1.5 aria-selected:bg-hover"
            onMouseMove={() => setActive(index)}
            // The field must not lose the focus before the click counts.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => choose(row)}
          >
            <NodeIcon icon={row.icon} family={row.family} />
            <span className="min-w-0 flex-1">
              <span className="block truncate">{row.label}</span>
              <span className="block truncate text-muted text-xs">{row.hint}</span>
            </span>
          </div>
        ))}
      </div>
    </div>
  )
}

const LABELS: Record<Asking['kind'], string> = {
  add: t.addNode,
  'add-beside': texts.designer.palette.fits,
  insert: t.insert,
  connect: t.connectHint,
  find: t.find,
}

/** Beside the pointer, wholly on the page; in the upper middle of the canvas without one. */
function place(screen: { x: number; y: number } | null) {
  const canvas = document.querySelector('.designer-canvas')?.getBoundingClientRect()
  const x = screen?.x ?? (canvas ? canvas.left + (canvas.width - WIDTH) / 2 : 200)
  const y = screen?.y ?? (canvas ? canvas.top + 64 : 120)
  return {
    width: WIDTH,
    left: Math.max(8, Math.min(x, window.innerWidth - WIDTH - 8)),
    top: Math.max(8, Math.min(y, window.innerHeight - 344)),
  }
}

function rowsFor(asking: Asking, typed: string): Row[] {
  const types = stage()?.types
  const model = documentStore.getState().open?.model
  if (!types || !model) return []
  const all = rowsOf(types)
  const typeRow = (row: NodeType, choose: () => void): Row => ({
    key: row.key,
    label: row.label,
    hint: row.summary,
    icon: row.icon,
    family: row.family,
    choose: () => {
      remember(row.key)
      choose()
    },
  })
  const typeOf = (id: NodeId) => {
    const node = model.nodes.find((one) => one.id === id)
    return node && types.get(node.type)
  }
  switch (asking.kind) {
    case 'add':
      return findTypes(typed, all).map((row) =>
        typeRow(row, () => canvasActions.add(row, asking.at)),
      )
    case 'add-beside': {
      const type = typeOf(asking.node)
      if (!type) return []
      const fitting = typesAtOtherEnd(types, type, asking.side, asking.port)
      const found = findTypes(
        typed,
        all.filter((row) => fitting.has(row.key)),
      )
      return found.map((row) => typeRow(row, () => canvasActions.addBeside(row, asking, asking.at)))
    }
    case 'insert': {
      const from = typeOf(asking.edge.source)
      const into = typeOf(asking.edge.target)
      if (!from || !into) return []
      const fitting = typesBetween(types, from, into, asking.edge.type)
      return findTypes(
        typed,
        all.filter((row) => fitting.has(row.key)),
      ).map((row) => typeRow(row, () => canvasActions.insert(row, asking.edge)))
    }
    default: {
      const isFinding = asking.kind === 'find'
      const nodes = isFinding
        ? model.nodes
        : model.nodes.filter(
            (node) => 'edge' in connect(model, types, { node: asking.node }, { node: node.id }),
          )
      const label = (type: string) => types.get(type)?.label ?? type
      return ranked(
        typed,
        nodes,
        (node) => node.name || node.id,
        (node) => `${node.id} ${label(node.type)} ${subtitleOf(node, '')}`,
      ).map((node) => {
        const type = types.get(node.type)
        return {
          key: node.id,
          label: node.name || node.id,
          hint: subtitleOf(node, label(node.type)),
          icon: type?.icon ?? '',
          family: type?.family ?? '',
          choose: () =>
            isFinding
              ? designerView.goTo(node.id)
              : void canvasActions.connect({ node: asking.node }, { node: node.id }),
        }
      })
    }
  }
}
