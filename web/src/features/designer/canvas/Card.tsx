import { Handle, type NodeProps } from '@xyflow/react'
import { CircleCheck, CircleX, LoaderCircle } from 'lucide-react'
import { memo } from 'react'
import { useDocument } from '@/document/useDocument'
import { cn } from '@/lib/cn'
import { texts } from '@/texts'
import { ChangeSign } from '@/ui/drawing/ChangeSign'
import { LOOKS } from '@/ui/drawing/looks'
import { NodeIcon } from '@/ui/nodeIcon'
import { SeverityIcon } from '@/ui/state'
import { canvasActions } from './actions'
import type { CardNode } from './flow'
import { handlesOf, isAcross } from './handles'
import { misfitText } from './misfitText'
import { NameField } from './NameField'
import { useCanvas } from './state'
import { subtitleOf } from './subtitle'

const t = texts.designer.canvas
const RUNS = {
  running: { Icon: LoaderCircle, look: 'animate-spin text-running' },
  ok: { Icon: CircleCheck, look: 'text-ok' },
  error: { Icon: CircleX, look: 'text-error' },
}

/** A node: what it is, what it is called, the one line that matters, and how it is doing. */
export const Card = memo(function Card({ id, data, selected }: NodeProps<CardNode>) {
  const { node, type, errors, warnings, mark, pale } = data
  const misfit = useCanvas((state) => state.connecting?.misfits.get(id))
  const isEnd = useCanvas((state) => state.connecting?.from.node === id)
  const isConnecting = useCanvas((state) => state.connecting !== null)
  const isRenaming = useCanvas((state) => state.renaming === id)
  const run = useCanvas((state) => state.runs[id])
  const isCompared = useCanvas((state) => state.compared !== null)
  const change = isCompared ? mark : null
  const Run = run && RUNS[run]
  const name = node.name || node.id
  const subtitle = subtitleOf(node, type?.label ?? t.unknownType(node.type))
  const problems = t.problems(errors, warnings)
  return (
    <div
      className={cn(
        'group/card flex h-[52px] w-[216px] items-center gap-2.5 rounded-md border border-line-strong bg-surface pr-2.5 pl-2 transition-opacity',
        errors > 0 && 'border-error',
        !node.enabled && 'border-dashed bg-sunken',
        change && LOOKS[change].card,
        selected && 'border-accent ring-2 ring-accent',
        pale && 'opacity-25',
        isConnecting && misfit && 'opacity-35 hover:opacity-100',
        isConnecting && !misfit && !isEnd && 'hover:border-accent hover:ring-2 hover:ring-accent',
      )}
    >
      <Handles id={id} data={data} />
      <span
        className={cn(
          'card-sign grid size-8 shrink-0 place-items-center rounded-md bg-sunken',
          !node.enabled && 'opacity-50',
        )}
      >
        <NodeIcon icon={type?.icon ?? ''} family={type?.family ?? ''} />
      </span>
      <span className={cn('min-w-0 flex-1', !node.enabled && 'text-muted')}>
        {isRenaming ? (
          <NameField id={id} name={name} onDone={(next) => canvasActions.rename(id, next)} />
        ) : (
          <span
            className={cn(
              'card-name block truncate font-medium text-sm leading-[18px]',
              !node.enabled && 'line-through',
            )}
            onPointerEnter={(event) => tellWhole(event.currentTarget, name)}
          >
            {name}
          </span>
        )}
        {!isRenaming && (
          <span
            className="card-more block truncate text-muted text-xs leading-[16px]"
            onPointerEnter={(event) => tellWhole(event.currentTarget, subtitle)}
          >
            {subtitle}
          </span>
        )}
      </span>
      {change && <ChangeSign state={change} />}
      {mark && !change && (
        <span
          className="size-1.5 shrink-0 rounded-full bg-changed"
          role="img"
          title={t.unsaved[mark]}
          aria-label={t.unsaved[mark]}
        />
      )}
      {Run && <Run.Icon className={cn('size-4 shrink-0', Run.look)} aria-label={t.runs[run]} />}
      {problems && (
        <button
          type="button"
          tabIndex={-1}
          title={problems}
          aria-label={problems}
          className="nodrag -mr-1 flex items-center gap-0.5 rounded-sm p-0.5 text-xs hover:bg-hover"
          onClick={() => canvasActions.showProblems(id)}
        >
          <SeverityIcon severity={errors ? 'error' : 'warning'} />
        </button>
      )}
      {isConnecting && misfit && (
        <span className="absolute top-[56px] left-0 z-10 hidden w-[216px] rounded-md bg-text px-2 py-1 text-page text-xs shadow-float group-hover/card:block">
          {misfitText(misfit)}
        </span>
      )}
    </div>
  )
})

/** A text that does not fit is told in full while the pointer is on it. */
function tellWhole(element: HTMLElement, text: string): void {
  const isCut =
    element.scrollWidth > element.clientWidth || element.scrollHeight > element.clientHeight + 2
  element.title = isCut ? text : ''
}

function Handles({ id, data }: { id: string; data: CardNode['data'] }) {
  const isReadOnly = useDocument((open) => open.readOnly !== null, true)
  return handlesOf(data.type).map((handle) => {
    const { port } = handle
    // React Flow knows where the hidden ones are: they need no element.
    if (!port) return null
    const isOut = handle.type === 'source'
    const kind = t.ports[port.kind] ?? port.kind
    const outcome = port.outcome ? ` (${t.outcome[port.outcome]})` : ''
    return (
      <Handle
        key={handle.id}
        id={handle.id}
        type={handle.type}
        position={handle.position}
        isConnectable={!isReadOnly}
        className={`handle-${port.kind}`}
        style={isAcross(handle) ? { left: handle.x } : { top: handle.y }}
        title={isOut ? t.handleOut(kind + outcome) : t.handleIn(kind)}
        onClick={(event) => {
          if (isReadOnly) return
          event.stopPropagation()
          canvasActions.askBeside(id, isOut ? 'source' : 'target', port.name, {
            x: event.clientX,
            y: event.clientY,
          })
        }}
      />
    )
  })
}
