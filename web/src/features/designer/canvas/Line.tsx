import { BaseEdge, EdgeLabelRenderer, type EdgeProps, useInternalNode } from '@xyflow/react'
import { Plus } from 'lucide-react'
import { memo, useState } from 'react'
import type { Box } from '@/document/layout'
import { CARD } from '@/document/model'
import { useDocument } from '@/document/useDocument'
import { cn } from '@/lib/cn'
import { texts } from '@/texts'
import { useDesignerView } from '../view'
import type { FlowEdge, LineMark } from './flow'
import { nameOf } from './misfitText'
import { setCanvas, useCanvas } from './state'
import { facing, isLoan, isLong, stubs, type Way as WayTaken, wayOf } from './ways'

const t = texts.designer.canvas
/** Data is solid, order dashes and dots, what only lends itself thin, what nobody drew dashed. */
const LOOKS: Record<string, { stroke: string; width: number; dash?: string }> = {
  data_flow: { stroke: 'var(--edge-data)', width: 1.5 },
  depends_on: { stroke: 'var(--edge-control)', width: 1.5, dash: '7 3 1.5 3' },
  triggers: { stroke: 'var(--edge-control)', width: 1.5, dash: '7 3 1.5 3' },
  loop_body: { stroke: 'var(--edge-control)', width: 1.5, dash: '7 3 1.5 3' },
  derived: { stroke: 'var(--edge-derived)', width: 1.25, dash: '4 4' },
}
/** In a comparison: what came, what went, and the way of what moved. */
const MARKED: Record<LineMark, { stroke: string; width: number; dash?: string }> = {
  added: { stroke: 'var(--ok)', width: 2.5 },
  removed: { stroke: 'var(--error)', width: 2, dash: '6 5' },
  moved: { stroke: 'var(--running)', width: 1.5, dash: '2 4' },
}
const THIN = { stroke: 'var(--edge-attached)', width: 1, dash: undefined }

export const Line = memo(function Line(props: EdgeProps<FlowEdge>) {
  const { kind = '', mark } = props.data ?? {}
  return isLoan(kind) || mark === 'moved' ? (
    <Loan {...props} />
  ) : (
    <Way {...props} way={wayOf(props)} />
  )
})

/**
 * A line that lends something, or tells of a move: between the sides that face each other. A long
 * loan is drawn only when somebody looks.
 */
function Loan(props: EdgeProps<FlowEdge>) {
  const { source, target, data } = props
  const from = useBox(source)
  const to = useBox(target)
  const isChosen = useDesignerView((view) => view.nodes.has(source) || view.nodes.has(target))
  const isPointed = useCanvas(({ pointed }) => pointed === source || pointed === target)
  const ends = from && to ? facing(from, to, data?.kind ?? '') : props
  const canFold = isLong(ends, data?.kind ?? '') && !isChosen && !isPointed && !data?.mark
  return <Way {...props} way={wayOf(ends)} folded={canFold ? stubs(ends) : undefined} />
}

function useBox(id: string): Box | null {
  const node = useInternalNode(id)
  if (!node) return null
  const { width = CARD.width, height = CARD.height } = node.measured
  return { ...node.internals.positionAbsolute, width, height }
}

function Way({
  id,
  data,
  markerEnd,
  selected,
  source,
  target,
  way: [path, x, y],
  folded,
}: EdgeProps<FlowEdge> & { way: WayTaken; folded?: string }) {
  const [hovered, hover] = useState(false)
  const isReadOnly = useDocument((open) => open.readOnly !== null, true)
  const look = data?.mark ? MARKED[data.mark] : (LOOKS[data?.kind ?? ''] ?? THIN)
  const label = data?.outcome ? t.outcome[data.outcome] : ''
  const canInsert =
    data?.edge && !isReadOnly && (data.kind === 'data_flow' || data.kind === 'depends_on')
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys reach edges through their nodes' menus
    <g
      opacity={data?.pale ? 0.2 : 1}
      data-mark={data?.mark}
      onMouseEnter={() => hover(true)}
      onMouseLeave={() => hover(false)}
    >
      {data?.because && <title>{t.derived(data.because)}</title>}
      {hovered && !data?.because && !data?.mark && (
        <title>{t.line(t.edgeKinds[data?.kind ?? ''] ?? '', nameOf(source), nameOf(target))}</title>
      )}
      <BaseEdge
        id={id}
        path={folded && !hovered && !selected ? folded : path}
        markerEnd={markerEnd}
        interactionWidth={18}
        className="edge-line"
        style={{ stroke: look.stroke, strokeWidth: look.width, strokeDasharray: look.dash }}
      />
      {(label || (canInsert && (hovered || selected))) && (
        <EdgeLabelRenderer>
          {/* biome-ignore lint/a11y/noStaticElementInteractions: keeps the button while the pointer goes to it */}
          <div
            className="nodrag nopan pointer-events-auto absolute flex items-center gap-1"
            style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
            onMouseEnter={() => hover(true)}
            onMouseLeave={() => hover(false)}
          >
            {label && (
              <span
                className={cn(
                  'rounded-sm border bg-surface px-1 text-control text-xs',
                  data?.pale && 'opacity-25',
                )}
              >
                {label}
              </span>
            )}
            {canInsert && (hovered || selected) && (
              <button
                type="button"
                tabIndex={-1}
                title={t.insert}
                aria-label={t.insert}
                className="grid size-5 place-items-center rounded-full border border-accent bg-surface text-accent hover:bg-accent hover:text-accent-text"
                onClick={(event) => {
                  if (data?.edge)
                    setCanvas({
                      asking: {
                        kind: 'insert',
                        edge: data.edge,
                        screen: { x: event.clientX, y: event.clientY },
                      },
                    })
                }}
              >
                <Plus className="size-3" />
              </button>
            )}
          </div>
        </EdgeLabelRenderer>
      )}
    </g>
  )
}
