import '@xyflow/react/dist/base.css'
import './compared.css'
import {
  Background,
  BackgroundVariant,
  type Edge,
  Handle,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
} from '@xyflow/react'
import { Maximize, X, ZoomIn, ZoomOut } from 'lucide-react'
import { memo, useMemo, useState } from 'react'
import { useNodeTypes } from '@/api/nodeTypes'
import { CARD, type DataModel } from '@/document/model'
import { cn } from '@/lib/cn'
import { texts } from '@/texts'
import { IconButton } from '../button'
import { NodeIcon } from '../nodeIcon'
import { EmptyState } from '../state'
import { arrangeAll } from './arrange'
import {
  type Compared,
  type ComparedNode,
  type Comparison,
  comparedDrawing,
  DIFFERENT,
  middleOf,
  nodesIn,
  valuesOf,
} from './compared'
import { LOOKS } from './looks'

const words = texts.drawing

/**
 * Two versions of a model in one picture, to look at: green is new, red and dashed is gone, violet
 * means something else, blue is somewhere else. Nothing can be changed in it.
 */
export default function ComparedDrawing({
  before,
  after,
  comparison,
  className,
}: {
  before: DataModel | null
  after: DataModel | null
  comparison: Comparison
  className?: string
}) {
  const drawing = useMemo(
    () => comparedDrawing(before, after, comparison, arrangeAll),
    [before, after, comparison],
  )
  if (drawing.nodes.length === 0) return <EmptyState title={words.nothing} className={className} />
  return (
    <ReactFlowProvider>
      <Canvas
        drawing={drawing}
        comparison={comparison}
        before={before}
        after={after}
        className={className}
      />
    </ReactFlowProvider>
  )
}

interface CardData extends Record<string, unknown> {
  compared: ComparedNode
  isChosen: boolean
}

function Canvas({
  drawing,
  comparison,
  before,
  after,
  className,
}: {
  drawing: Compared
  comparison: Comparison
  before: DataModel | null
  after: DataModel | null
  className?: string
}) {
  const flow = useReactFlow()
  const [chosen, setChosen] = useState<string | null>(null)
  const nodes = useMemo(() => flowNodes(drawing, chosen), [drawing, chosen])
  const edges = useMemo(() => flowEdges(drawing), [drawing])
  const now = drawing.nodes.find((one) => one.id === chosen)

  const goTo = (one: ComparedNode) => {
    setChosen(one.id)
    const { x, y } = middleOf(one)
    flow.setCenter(x, y, { zoom: Math.max(flow.getZoom(), 0.8), duration: 200 })
  }
  return (
    <section
      aria-label={words.label}
      className={cn('compared-drawing relative h-full min-h-0', className)}
    >
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        fitView
        fitViewOptions={FIT}
        minZoom={0.05}
        maxZoom={2}
        panOnScroll
        zoomOnDoubleClick={false}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        onlyRenderVisibleElements
        onNodeClick={(_, { id }) => setChosen(id.startsWith(GHOST) ? null : id)}
        onPaneClick={() => setChosen(null)}
      >
        <Background variant={BackgroundVariant.Dots} gap={24} size={1} />
      </ReactFlow>
      <Legend drawing={drawing} comparison={comparison} chosen={chosen} onGo={goTo} />
      <div className="absolute bottom-3 left-3 flex rounded-md border bg-surface p-0.5">
        <IconButton size="icon-sm" label={words.zoomOut} onClick={() => flow.zoomOut()}>
          <ZoomOut />
        </IconButton>
        <IconButton size="icon-sm" label={words.zoomIn} onClick={() => flow.zoomIn()}>
          <ZoomIn />
        </IconButton>
        <IconButton size="icon-sm" label={words.fit} onClick={() => flow.fitView(FIT)}>
          <Maximize />
        </IconButton>
      </div>
      <div aria-live="polite">
        {now && (
          <Detail
            compared={now}
            before={before?.nodes.find((node) => node.id === now.id)}
            after={after?.nodes.find((node) => node.id === now.id)}
            onClose={() => setChosen(null)}
          />
        )}
      </div>
    </section>
  )
}

/** What differs and how often; each leads to the next of its kind. */
function Legend({
  drawing,
  comparison,
  chosen,
  onGo,
}: {
  drawing: Compared
  comparison: Comparison
  chosen: string | null
  onGo: (one: ComparedNode) => void
}) {
  const lines = words.lines(comparison.edges.added.length, comparison.edges.removed.length)
  return (
    <fieldset
      aria-label={words.legendLabel}
      className="absolute top-3 left-3 flex flex-wrap items-center gap-1.5"
    >
      {DIFFERENT.map((state) => {
        const found = nodesIn(drawing, state)
        if (found.length === 0) return null
        const { sign: Sign, text, soft } = LOOKS[state]
        const next = found[(found.findIndex((one) => one.id === chosen) + 1) % found.length]
        return (
          <button
            key={state}
            type="button"
            onClick={() => next && onGo(next)}
            className={cn(
              'inline-flex h-6 items-center gap-1 rounded-sm px-2 font-medium text-xs hover:brightness-95',
              text,
              soft,
            )}
          >
            <Sign className="size-3.5" aria-hidden />
            {found.length} {words.legend[state]}
          </button>
        )
      })}
      {lines && (
        <span className="inline-flex h-6 items-center rounded-sm bg-surface px-2 text-muted text-xs">
          {lines}
        </span>
      )}
    </fieldset>
  )
}

function Detail({
  compared,
  before,
  after,
  onClose,
}: {
  compared: ComparedNode
  before: DataModel['nodes'][number] | undefined
  after: DataModel['nodes'][number] | undefined
  onClose: () => void
}) {
  const values = valuesOf(before, after, compared.differs)
  return (
    <aside className="absolute right-3 bottom-3 flex max-h-[60%] w-80 max-w-[calc(100%-24px)] flex-col rounded-md border bg-surface text-sm shadow-float">
      <header className="flex items-center gap-2 border-b py-1.5 pr-1.5 pl-3">
        <span className="min-w-0 flex-1 truncate font-medium">
          {compared.node.name || compared.id}
        </span>
        <span className="text-muted text-xs">{words.nodeStates[compared.state]}</span>
        <IconButton size="icon-sm" label={texts.ui.close} onClick={onClose}>
          <X />
        </IconButton>
      </header>
      {values.length > 0 && (
        <dl className="min-h-0 overflow-auto px-3 py-2">
          {values.map((value) => (
            <div key={value.name} className="border-b py-1.5 last:border-0">
              <dt className="font-medium text-muted text-xs">{value.name}</dt>
              {value.before && (
                <dd className="mt-0.5 flex gap-1.5 rounded-sm bg-error-soft px-1.5 font-mono text-xs">
                  <span className="text-error" aria-hidden>
                    −
                  </span>
                  <del className="min-w-0 whitespace-pre-wrap break-words no-underline">
                    {value.before}
                  </del>
                </dd>
              )}
              {value.after && (
                <dd className="mt-0.5 flex gap-1.5 rounded-sm bg-ok-soft px-1.5 font-mono text-xs">
                  <span className="text-ok" aria-hidden>
                    +
                  </span>
                  <ins className="min-w-0 whitespace-pre-wrap break-words no-underline">
                    {value.after}
                  </ins>
                </dd>
              )}
            </div>
          ))}
        </dl>
      )}
    </aside>
  )
}

const ComparedCard = memo(function ComparedCard({ data }: NodeProps<Node<CardData>>) {
  const { compared, isChosen } = data
  const type = useNodeTypes().get(compared.node.type)
  const look = compared.state === 'same' ? null : LOOKS[compared.state]
  const Sign = look?.sign
  return (
    <div
      className={cn(
        'flex items-center gap-2 rounded-md border bg-surface px-2.5',
        look?.card,
        !look && 'text-muted',
        isChosen && 'ring-2 ring-ring ring-offset-1',
      )}
      style={CARD}
    >
      <Handle type="target" position={Position.Left} isConnectable={false} />
      <NodeIcon icon={type?.icon ?? ''} family={type?.family ?? ''} />
      <span className="min-w-0 flex-1">
        <span
          className={cn(
            'block truncate font-medium text-sm leading-4',
            compared.state === 'removed' && 'line-through',
          )}
        >
          {compared.node.name || compared.id}
        </span>
        <span className="block truncate text-muted text-xs">
          {compared.differs.length > 0
            ? compared.differs.map((one) => one.replace(/^properties\./, '')).join(', ')
            : (type?.label ?? compared.node.type)}
        </span>
      </span>
      {look && Sign && (
        <span
          className={cn('grid size-5 place-items-center rounded-full', look.soft, look.text)}
          title={words.nodeStates[compared.state]}
        >
          <Sign className="size-3.5" aria-label={words.nodeStates[compared.state]} role="img" />
        </span>
      )}
      <Handle type="source" position={Position.Right} isConnectable={false} />
    </div>
  )
})

function Ghost() {
  return (
    <div aria-hidden className="rounded-md border-2 border-running border-dotted" style={CARD}>
      <Handle type="source" position={Position.Right} isConnectable={false} />
    </div>
  )
}

const NODE_TYPES = { compared: ComparedCard, ghost: Ghost }
const FIT = { padding: 0.15, maxZoom: 1 }
const GHOST = 'ghost '
const HANDLES: Node['handles'] = [
  { type: 'target', position: Position.Left, x: 0, y: CARD.height / 2, width: 1, height: 1 },
  {
    type: 'source',
    position: Position.Right,
    x: CARD.width,
    y: CARD.height / 2,
    width: 1,
    height: 1,
  },
]

function flowNodes(drawing: Compared, chosen: string | null): Node[] {
  const fixed = { ...CARD, measured: CARD, handles: HANDLES }
  const cards = drawing.nodes.map((compared) => ({
    ...fixed,
    id: compared.id,
    type: 'compared',
    position: compared.at,
    data: { compared, isChosen: compared.id === chosen } satisfies CardData,
  }))
  const ghosts = drawing.nodes.flatMap(({ id, from }) =>
    from ? [{ ...fixed, id: GHOST + id, type: 'ghost', position: from, data: {}, zIndex: -1 }] : [],
  )
  return [...ghosts, ...cards]
}

function flowEdges(drawing: Compared): Edge[] {
  const lines = drawing.edges.map(({ id, edge, state }) => ({
    id,
    source: edge.source,
    target: edge.target,
    className: `edge-${state}`,
    zIndex: state === 'same' ? 0 : 1,
  }))
  const ways = drawing.nodes.flatMap(({ id, from }) =>
    from
      ? [
          {
            id: GHOST + id,
            source: GHOST + id,
            target: id,
            type: 'straight',
            className: 'edge-moved',
          },
        ]
      : [],
  )
  return [...lines, ...ways]
}
