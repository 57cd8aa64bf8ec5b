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
import { Maximize, ZoomIn, ZoomOut } from 'lucide-react'
import { memo, useMemo, useState } from 'react'
import { useNodeTypes } from '@/api/nodeTypes'
import { CARD, type DataModel } from '@/document/model'
import { cn } from '@/lib/cn'
import { texts } from '@/texts'
import { IconButton } from '../button'
import { NodeIcon } from '../nodeIcon'
import { EmptyState } from '../state'
import { arrangeAll } from './arrange'
import { ChangeSign } from './ChangeSign'
import { type Compared, type ComparedNode, comparedDrawing, idsByState, middleOf } from './compared'
import { Detail } from './Detail'
import { type Comparison, differences } from './differences'
import { Legend } from './Legend'
import { LOOKS } from './looks'

const words = texts.drawing

/**
 * Two versions of a model in one picture, to look at: green is new, red and dashed is gone, violet
 * means something else, blue is somewhere else. Nothing can be changed in it.
 */
export default function ComparedDrawing({
  before,
  after,
  className,
}: {
  before: DataModel | null
  after: DataModel | null
  className?: string
}) {
  const comparison = useMemo(() => differences(before, after), [before, after])
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

  const ids = useMemo(() => idsByState(drawing), [drawing])

  const goTo = (id: string) => {
    const one = drawing.nodes.find((node) => node.id === id)
    if (!one) return
    setChosen(id)
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
      <div className="absolute top-3 left-3">
        <Legend
          ids={ids}
          lines={{
            added: comparison.edges.added.length,
            removed: comparison.edges.removed.length,
          }}
          chosen={chosen}
          onGo={goTo}
        />
      </div>
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
            name={now.node.name || now.id}
            state={now.state}
            differs={now.differs}
            before={before?.nodes.find((node) => node.id === now.id)}
            after={after?.nodes.find((node) => node.id === now.id)}
            onClose={() => setChosen(null)}
          />
        )}
      </div>
    </section>
  )
}

const ComparedCard = memo(function ComparedCard({ data }: NodeProps<Node<CardData>>) {
  const { compared, isChosen } = data
  const type = useNodeTypes().get(compared.node.type)
  const look = compared.state === 'same' ? null : LOOKS[compared.state]
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
      {compared.state !== 'same' && <ChangeSign state={compared.state} />}
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
