import {
  Background,
  type EdgeChange,
  type NodeChange,
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
  useStore,
  type Viewport,
} from '@xyflow/react'
import '@xyflow/react/dist/base.css'
import './canvas.css'
import { type RefObject, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { boundsOf, GRID } from '@/document/layout'
import { documentStore } from '@/document/store'
import { useDocument } from '@/document/useDocument'
import { cn } from '@/lib/cn'
import { texts } from '@/texts'
import { ContextMenu } from '@/ui/menu'
import { DRAGGED } from '../palette/Palette'
import { remember } from '../palette/recent'
import { designerView } from '../view'
import { AskList } from './AskList'
import { canvasActions } from './actions'
import { boxes } from './actions/reading'
import { Card } from './Card'
import { ComparedDetail } from './ComparedDetail'
import { select, selectOnly } from './choosing'
import { commit, type Live, moved, STILL } from './dragging'
import { FoldedGroup, Frame } from './Frame'
import { firstViewport, READABLE, ZOOM } from './firstView'
import { type FlowEdge, type FlowNode, flowBounds, withLive } from './flow'
import { focusCanvas } from './focus'
import { Ghost, Trace } from './Ghost'
import { Guides } from './Guides'
import { Line } from './Line'
import { MINIMAP_UP_TO, Minimap } from './Minimap'
import { contextEntries, type MenuTarget } from './menus'
import { NoteCard } from './NoteCard'
import { nodeAt, OVERVIEW_BELOW, Overview } from './Overview'
import { stage } from './stage'
import { setCanvas, useCanvas } from './state'
import { useAltKey } from './useAltKey'
import { useFlow } from './useFlow'
import { useKeepSeen } from './useKeepSeen'
import { usePlaces } from './usePlaces'
import { useReveal, useStageOnPage } from './useStage'
import { dropConnection, endOf, endsOf, isValid, kindOf } from './wiring'

const t = texts.designer.canvas
const NODE_TYPES = {
  card: Card,
  frame: Frame,
  box: FoldedGroup,
  note: NoteCard,
  ghost: Ghost,
  trace: Trace,
}
const EDGE_TYPES = { line: Line }
const SNAP: [number, number] = [GRID, GRID]
const NO_NODES: FlowNode[] = []
const NO_EDGES: FlowEdge[] = []
const MINIMAP_FROM_WIDTH = 640
/** So few cards cost nothing, and their names can still be made out. */
const OVERVIEW_ABOVE = 60

/** The drawing of the open document. */
export function Canvas() {
  const holder = useRef<HTMLDivElement>(null)
  const isPlaced = usePlaces()
  const [viewport, setViewport] = useState<Viewport | null>(null)
  useEffect(() => {
    const open = documentStore.getState().open
    const size = holder.current?.getBoundingClientRect()
    if (viewport || !isPlaced || !open || !size) return
    setViewport(firstViewport(boundsOf(boxes(open.model)), size))
  }, [isPlaced, viewport])
  return (
    <div ref={holder} className="relative size-full min-h-0 overflow-hidden">
      {viewport && (
        <ReactFlowProvider>
          <Stage holder={holder} begin={viewport} />
        </ReactFlowProvider>
      )}
    </div>
  )
}

function Stage({ holder, begin }: { holder: RefObject<HTMLDivElement | null>; begin: Viewport }) {
  const flow = useFlow()
  const [live, setLive] = useState(STILL)
  const groups = useDocument((open) => open.model.drawing.groups, [])
  const isReadOnly = useDocument((open) => open.readOnly !== null || open.textIsBad, true)
  const distance = useStore((state) => distanceAt(state.transform[2]))
  const isOverview = distance === 'overview' && flow.nodes.length > OVERVIEW_ABOVE
  const isConnecting = useCanvas((state) => state.connecting !== null)
  const isArranging = useCanvas((state) => state.arranging !== null)
  const hasMinimap = useCanvas((state) => state.minimap)
  const isWide = useStore((state) => state.width >= MINIMAP_FROM_WIDTH)
  const isAltDown = useAltKey()
  const dragged = useRef(STILL)
  const follow = useCallback((next: Live) => {
    dragged.current = next
    setLive(next)
  }, [])
  const [target, aim] = useState<MenuTarget>({ kind: 'canvas', at: { x: 0, y: 0 } })
  const nodes = useMemo(() => withLive(flow.nodes, live, groups), [flow.nodes, live, groups])
  const shown = useMemo(() => ({ nodes, edges: flow.edges }), [nodes, flow.edges])
  useStageOnPage(holder)
  useReveal()
  useKeepSeen(nodes)

  const onNodesChange = useCallback(
    (changes: NodeChange<FlowNode>[]) => {
      select(changes.flatMap((change) => (change.type === 'select' ? [change] : [])))
      const moves = changes.filter(
        (change) =>
          (change.type === 'position' && change.position && change.dragging) ||
          (change.type === 'dimensions' && change.dimensions && change.resizing !== undefined) ||
          (change.type === 'position' && change.position && change.dragging === undefined),
      )
      if (!moves.length || isReadOnly) return
      follow(moved(flow.nodes, dragged.current, moves, isAltDown))
    },
    [flow.nodes, isReadOnly, isAltDown, follow],
  )
  const onEdgesChange = useCallback((changes: EdgeChange<FlowEdge>[]) => {
    select(
      [],
      changes.flatMap((change) => (change.type === 'select' ? [change] : [])),
    )
  }, [])
  const settle = useCallback(() => {
    setCanvas({ guides: [] })
    if (dragged.current.size) commit(flow.nodes, dragged.current)
    follow(STILL)
  }, [flow.nodes, follow])

  const under = (event: { clientX: number; clientY: number }) => {
    const at = stage()?.fromScreen({ x: event.clientX, y: event.clientY })
    return at && nodeAt(nodes, at.x, at.y)
  }
  return (
    <>
      <ContextMenu entries={contextEntries(target)}>
        <div
          role="application"
          aria-label={t.label}
          aria-describedby="canvas-help"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: an application takes keys of its own
          tabIndex={0}
          className={cn(
            'designer-canvas size-full outline-none focus-visible:ring-2 focus-visible:ring-ring focus-visible:ring-inset',
            isConnecting && 'is-connecting',
            isReadOnly && 'is-readonly',
            isArranging && 'is-arranging',
          )}
          data-distance={distance}
          data-overview={isOverview || undefined}
          onPointerDownCapture={(event) => {
            if (event.target instanceof Element && !event.target.closest('input,textarea,button'))
              focusCanvas()
          }}
          onDoubleClick={(event) => {
            const { target: hit } = event
            if (!(hit instanceof Element) || hit.closest('input,textarea,button')) return
            const node = isOverview ? under(event) : undefined
            if (node) stage()?.show(flowBounds([node]))
            else if (hit.closest('.react-flow__pane') && !isOverview)
              canvasActions.ask({
                kind: 'add',
                at: stage()?.fromScreen({ x: event.clientX, y: event.clientY }) ?? null,
                screen: { x: event.clientX, y: event.clientY },
              })
            else if (hit.closest('.react-flow__node-note,.frame-handle'))
              canvasActions.beginRename()
            else if (hit.closest('.react-flow__node-card')) designerView.openProperties()
          }}
          onDragOver={(event) => {
            if (!event.dataTransfer.types.includes(DRAGGED) || isReadOnly) return
            event.preventDefault()
            event.dataTransfer.dropEffect = 'copy'
          }}
          onDrop={(event) => {
            const type = stage()?.types.get(event.dataTransfer.getData(DRAGGED))
            const at = stage()?.fromScreen({ x: event.clientX, y: event.clientY })
            if (!type || !at) return
            event.preventDefault()
            remember(type.key)
            canvasActions.add(type, at)
            focusCanvas()
          }}
          onContextMenuCapture={(event) =>
            aim({
              kind: 'canvas',
              at: stage()?.fromScreen({ x: event.clientX, y: event.clientY }) ?? { x: 0, y: 0 },
            })
          }
        >
          <ReactFlow<FlowNode, FlowEdge>
            nodes={isOverview ? NO_NODES : nodes}
            edges={isOverview ? NO_EDGES : flow.edges}
            nodeTypes={NODE_TYPES}
            edgeTypes={EDGE_TYPES}
            defaultViewport={begin}
            minZoom={ZOOM.min}
            maxZoom={ZOOM.max}
            onlyRenderVisibleElements
            nodesFocusable={false}
            edgesFocusable={false}
            disableKeyboardA11y
            nodesDraggable={!isReadOnly}
            nodesConnectable={!isReadOnly}
            edgesReconnectable={!isReadOnly}
            elevateNodesOnSelect={false}
            connectOnClick={false}
            connectionRadius={24}
            snapToGrid={!isAltDown}
            snapGrid={SNAP}
            panOnScroll
            panOnDrag={PAN_BUTTONS}
            zoomOnDoubleClick={false}
            selectionMode={SelectionMode.Partial}
            multiSelectionKeyCode={MULTI_KEYS}
            deleteKeyCode={null}
            proOptions={{ hideAttribution: false }}
            onNodesChange={onNodesChange}
            onEdgesChange={onEdgesChange}
            onNodeDragStop={settle}
            onSelectionDragStop={settle}
            onConnectStart={(_, { nodeId, handleId, handleType }) => {
              if (!nodeId || !handleType) return
              const from = endOf(nodeId, handleId)
              canvasActions.beginConnection(from, handleType, kindOf(from, handleType))
            }}
            isValidConnection={isValid}
            onConnect={(made) => {
              const ends = endsOf(made)
              if (ends) canvasActions.connect(ends.source, ends.target)
            }}
            onConnectEnd={(event, state) => {
              const { connecting } = useCanvas.getState()
              setCanvas({ connecting: null })
              if (!connecting || state.isValid) return
              const at = 'changedTouches' in event ? event.changedTouches[0] : event
              if (at) dropConnection(connecting, { x: at.clientX, y: at.clientY })
            }}
            onReconnect={(old, made) => {
              const ends = endsOf(made)
              if (ends && old.data?.edge)
                canvasActions.reconnect(old.data.edge, ends.source, ends.target)
            }}
            onNodeMouseEnter={(_, { id }) => setCanvas({ pointed: id })}
            onNodeMouseLeave={() => setCanvas({ pointed: null })}
            onPaneClick={(event) => {
              const node = isOverview ? under(event) : undefined
              if (isOverview) designerView.select(node?.type === 'card' ? [node.id] : [])
              setCanvas({ lit: null })
            }}
            onNodeContextMenu={(_, node) => {
              if (node.selectable === false) return
              if (!node.selected) selectOnly(node)
              aim({ kind: 'selection' })
            }}
            onSelectionContextMenu={() => aim({ kind: 'selection' })}
            onEdgeContextMenu={(_, edge) => {
              if (edge.data?.edge) aim({ kind: 'edge', edge: edge.data.edge })
            }}
          >
            <Background gap={24} size={1} />
            {isOverview && <Overview flow={shown} />}
            <Guides />
            {hasMinimap && isWide && !isOverview && nodes.length <= MINIMAP_UP_TO && (
              <Minimap nodes={nodes} />
            )}
          </ReactFlow>
        </div>
      </ContextMenu>
      <ComparedDetail />
      <AskList />
    </>
  )
}

/** From how far the drawing is looked at: names are written larger on the card from afar. */
function distanceAt(zoom: number): 'near' | 'mid' | 'far' | 'overview' {
  if (zoom >= READABLE) return 'near'
  if (zoom >= 0.5) return 'mid'
  return zoom >= OVERVIEW_BELOW ? 'far' : 'overview'
}

const PAN_BUTTONS = [0, 1]
const MULTI_KEYS = ['Meta', 'Control', 'Shift']
