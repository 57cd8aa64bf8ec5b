import {
  Background,
  type Connection,
  type EdgeChange,
  getViewportForBounds,
  MiniMap,
  type NodeChange,
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
  useReactFlow,
  useStore,
  type Viewport,
} from '@xyflow/react'
import '@xyflow/react/dist/base.css'
import './canvas.css'
import { type RefObject, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { connect, type End, edgeOfPort } from '@/document/connections'
import { alignTo, type Box, boundsOf, GRID } from '@/document/layout'
import type { NodeId, Point } from '@/document/model'
import { documentStore, type OpenDocument } from '@/document/store'
import { useDocument } from '@/document/useDocument'
import { cn } from '@/lib/cn'
import { texts } from '@/texts'
import { ContextMenu } from '@/ui/menu'
import { useNodeTypes } from '../nodeTypes'
import { DRAGGED } from '../palette/Palette'
import { remember } from '../palette/recent'
import { designerView, useDesignerView } from '../view'
import { AskList } from './AskList'
import { canvasActions } from './actions'
import { Card } from './Card'
import { FoldedGroup, Frame } from './Frame'
import {
  type Flow,
  type FlowEdge,
  type FlowNode,
  flowBounds,
  groupId,
  noteId,
  toFlow,
  withLive,
} from './flow'
import { focusCanvas } from './focus'
import { Guides } from './Guides'
import { Line } from './Line'
import { contextEntries, type MenuTarget } from './menus'
import { NoteCard } from './NoteCard'
import { nodeAt, OVERVIEW_BELOW, Overview } from './Overview'
import { setStage, stage } from './stage'
import { setCanvas, useCanvas } from './state'
import { useMarks } from './useMarks'
import { usePlaces } from './usePlaces'

const t = texts.designer.canvas
const NODE_TYPES = { card: Card, frame: Frame, box: FoldedGroup, note: NoteCard }
const EDGE_TYPES = { line: Line }
const ZOOM = { min: 0.04, max: 2 }
const SNAP: [number, number] = [GRID, GRID]
const NO_NODES: FlowNode[] = []
const NO_EDGES: FlowEdge[] = []
/** React Flow's minimap has an element for each node; the overview shows larger models. */
const MINIMAP_UP_TO = 300
const MINIMAP_FROM_WIDTH = 640
/** So few cards cost nothing, and their names can still be made out. */
const OVERVIEW_ABOVE = 60
/** A wide model opens at its beginning rather than too small to read. */
const READABLE = 0.75
const GUIDES_UP_TO = 400
const STILL: ReadonlyMap<string, Partial<Box>> = new Map()

/** The drawing of the open document. */
export function Canvas() {
  const holder = useRef<HTMLDivElement>(null)
  const isPlaced = usePlaces()
  const [viewport, setViewport] = useState<Viewport | null>(null)
  useEffect(() => {
    const open = documentStore.getState().open
    const size = holder.current?.getBoundingClientRect()
    if (viewport || !isPlaced || !open || !size) return
    const { nodes } = toFlow(plainlyShown(open))
    setViewport(firstViewport(flowBounds(nodes), size))
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

const NOTHING = new Set<string>()
const plainlyShown = (open: OpenDocument) => ({
  model: open.model,
  types: new Map(),
  placed: useCanvas.getState().placed,
  findings: [],
  derived: [],
  marks: new Map(),
  lit: null,
  selected: { nodes: NOTHING, edges: NOTHING, notes: NOTHING, groups: NOTHING },
})

function firstViewport(box: Box | null, size: { width: number; height: number }): Viewport {
  const whole = viewportFor(box, size)
  if (!box || whole.zoom >= READABLE) return whole
  return {
    zoom: READABLE,
    x: 48 - box.x * READABLE,
    y:
      box.height * READABLE > size.height
        ? 48 - box.y * READABLE
        : size.height / 2 - (box.y + box.height / 2) * READABLE,
  }
}

function viewportFor(box: Box | null, size: { width: number; height: number }, closest = 1) {
  if (!box || !size.width) return { x: 80, y: 80, zoom: 1 }
  return getViewportForBounds(box, size.width, size.height, ZOOM.min, closest, '48px')
}

function Stage({ holder, begin }: { holder: RefObject<HTMLDivElement | null>; begin: Viewport }) {
  const flow = useFlow()
  const [live, setLive] = useState(STILL)
  const groups = useDocument((open) => open.model.drawing.groups, [])
  const isReadOnly = useDocument((open) => open.readOnly !== null || open.textIsBad, true)
  const isFar = useStore((state) => state.transform[2] < OVERVIEW_BELOW)
  const isOverview = isFar && flow.nodes.length > OVERVIEW_ABOVE
  const isConnecting = useCanvas((state) => state.connecting !== null)
  const isArranging = useCanvas((state) => state.arranging !== null)
  const hasMinimap = useCanvas((state) => state.minimap)
  const isWide = useStore((state) => state.width >= MINIMAP_FROM_WIDTH)
  const isAltDown = useAltKey()
  const dragged = useRef(STILL)
  const follow = useCallback((next: ReadonlyMap<string, Partial<Box>>) => {
    dragged.current = next
    setLive(next)
  }, [])
  const [target, aim] = useState<MenuTarget>({ kind: 'canvas', at: { x: 0, y: 0 } })
  const nodes = useMemo(() => withLive(flow.nodes, live, groups), [flow.nodes, live, groups])
  const shown = useMemo(() => ({ nodes, edges: flow.edges }), [nodes, flow.edges])
  useStageOnPage(holder)
  useReveal()

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
            onPaneClick={(event) => {
              const node = isOverview ? under(event) : undefined
              if (isOverview) designerView.select(node?.type === 'card' ? [node.id] : [])
              setCanvas({ lit: null })
            }}
            onNodeContextMenu={(_, node) => {
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
            {hasMinimap &&
              isWide &&
              !isOverview &&
              nodes.length > 0 &&
              nodes.length <= MINIMAP_UP_TO && (
                <MiniMap
                  pannable
                  zoomable
                  ariaLabel={t.minimap}
                  nodeColor={minimapColour}
                  nodeStrokeWidth={0}
                  style={{ width: 168, height: 112 }}
                />
              )}
          </ReactFlow>
        </div>
      </ContextMenu>
      <AskList />
    </>
  )
}

const PAN_BUTTONS = [0, 1]
const MULTI_KEYS = ['Meta', 'Control', 'Shift']

function minimapColour(node: FlowNode): string {
  if (node.type === 'card') return `var(--${node.data.type?.family ?? 'error'})`
  return node.type === 'box' ? 'var(--muted)' : 'var(--hover)'
}

/** What there is to show, the same objects as before where nothing changed. */
function useFlow(): Flow {
  const types = useNodeTypes()
  const model = useDocument((open) => open.model, null)
  const findings = useDocument((open) => open.findings, NO_FINDINGS)
  const derived = useDocument((open) => open.derived, NO_DERIVED)
  const placed = useCanvas((state) => state.placed)
  const lit = useCanvas((state) => state.lit)
  const marks = useMarks()
  const nodes = useDesignerView((state) => state.nodes)
  const edges = useDesignerView((state) => state.edges)
  const notes = useDesignerView((state) => state.notes)
  const groups = useDesignerView((state) => state.groups)
  const before = useRef<Flow>({ nodes: NO_NODES, edges: NO_EDGES })
  return useMemo(() => {
    if (!model) return before.current
    const selected = { nodes, edges, notes, groups }
    before.current = toFlow(
      { model, types, placed, findings, derived, marks, lit, selected },
      before.current,
    )
    return before.current
  }, [model, types, placed, findings, derived, marks, lit, nodes, edges, notes, groups])
}
const NO_FINDINGS: OpenDocument['findings'] = []
const NO_DERIVED: OpenDocument['derived'] = []

interface Chosen {
  id: string
  selected: boolean
}

function select(nodes: readonly Chosen[], edges: readonly Chosen[] = []): void {
  if (!nodes.length && !edges.length) return
  const now = useDesignerView.getState()
  const next = {
    nodes: new Set(now.nodes),
    edges: new Set(now.edges),
    notes: new Set(now.notes),
    groups: new Set(now.groups),
  }
  for (const { id, selected } of nodes) {
    const [kind, own] = parts(id)
    next[kind][selected ? 'add' : 'delete'](own)
  }
  for (const { id, selected } of edges) next.edges[selected ? 'add' : 'delete'](id)
  designerView.select(next.nodes, next.edges, next.notes, next.groups)
}

function selectOnly(node: FlowNode): void {
  const [kind, id] = parts(node.id)
  designerView.select(
    kind === 'nodes' ? [id] : [],
    [],
    kind === 'notes' ? [id] : [],
    kind === 'groups' ? [id] : [],
  )
}

function parts(id: string): ['nodes' | 'notes' | 'groups', string] {
  if (id.startsWith(noteId(''))) return ['notes', id.slice(noteId('').length)]
  if (id.startsWith(groupId(''))) return ['groups', id.slice(groupId('').length)]
  return ['nodes', id]
}

/** Places while something is dragged: with guides, and with the members of a dragged frame. */
function moved(
  nodes: readonly FlowNode[],
  before: ReadonlyMap<string, Partial<Box>>,
  changes: readonly NodeChange<FlowNode>[],
  isFree: boolean,
): ReadonlyMap<string, Partial<Box>> {
  const live = new Map(before)
  const byId = new Map(nodes.map((node) => [node.id, node]))
  for (const change of changes) {
    if (change.type === 'position' && change.position)
      live.set(change.id, { ...live.get(change.id), ...change.position })
    if (change.type === 'dimensions' && change.dimensions)
      live.set(change.id, { ...live.get(change.id), ...change.dimensions })
  }
  const isDrag = changes.some((change) => change.type === 'position' && change.dragging)
  if (isDrag && !isFree) lineUp(nodes, live)
  else setCanvas({ guides: [] })
  for (const [id, at] of [...live]) {
    const frame = byId.get(id)
    if (frame?.type !== 'frame' || at.x === undefined || at.y === undefined) continue
    for (const member of frame.data.group.nodes) {
      const card = byId.get(member)
      const isOwn = changes.some((change) => 'id' in change && change.id === member)
      if (card && !isOwn)
        live.set(member, {
          x: card.position.x + at.x - frame.position.x,
          y: card.position.y + at.y - frame.position.y,
        })
    }
  }
  return live
}

function lineUp(nodes: readonly FlowNode[], live: Map<string, Partial<Box>>): void {
  const boxOf = (node: FlowNode): Box => ({
    ...node.position,
    width: node.width ?? 0,
    height: node.height ?? 0,
  })
  const isLive = (node: FlowNode) => live.has(node.id) && node.type !== 'frame'
  const moving = boundsOf(
    nodes.filter(isLive).map((node) => ({ ...boxOf(node), ...live.get(node.id) })),
  )
  const seen = stage()?.seen()
  if (!moving || !seen) return
  const others = nodes
    .filter((node) => !live.has(node.id) && (node.type === 'card' || node.type === 'box'))
    .map(boxOf)
    .filter(
      (box) =>
        box.x < seen.x + seen.width &&
        box.x + box.width > seen.x &&
        box.y < seen.y + seen.height &&
        box.y + box.height > seen.y,
    )
  if (others.length > GUIDES_UP_TO) return
  const { dx, dy, guides } = alignTo(moving, others)
  for (const [id, at] of live)
    if (at.x !== undefined && at.y !== undefined)
      live.set(id, { ...at, x: at.x + dx, y: at.y + dy })
  setCanvas({ guides })
}

/** Keep where things were dragged to as one step. */
function commit(nodes: readonly FlowNode[], live: ReadonlyMap<string, Partial<Box>>): void {
  const model = documentStore.getState().open?.model
  if (!model) return
  const cards: Record<NodeId, Point> = {}
  const notes: Record<string, Point> = {}
  for (const node of nodes) {
    const at = live.get(node.id)
    if (!at || at.x === undefined || at.y === undefined) continue
    if (node.type === 'card') cards[node.id] = { x: at.x, y: at.y }
    else if (node.type === 'note') notes[node.data.note.id] = { x: at.x, y: at.y }
    else if (node.type === 'box')
      for (const member of model.nodes)
        if (node.data.group.nodes.includes(member.id)) {
          const old = member.position ?? useCanvas.getState().placed[member.id]
          if (old)
            cards[member.id] = {
              x: old.x + at.x - node.position.x,
              y: old.y + at.y - node.position.y,
            }
        }
  }
  canvasActions.moveTo(cards, notes)
}

const portIn = (handle: string | null | undefined) => {
  const name = handle?.slice(handle.indexOf(':') + 1)
  return name === '*' ? undefined : name
}
const endOf = (node: NodeId, handle: string | null | undefined): End => ({
  node,
  port: portIn(handle),
})

function endsOf(made: Connection | FlowEdge) {
  return made.source && made.target
    ? {
        source: endOf(made.source, made.sourceHandle),
        target: endOf(made.target, made.targetHandle),
      }
    : null
}

function isValid(made: Connection | FlowEdge): boolean {
  const ends = endsOf(made)
  const open = documentStore.getState().open
  const types = stage()?.types
  return !!(ends && open && types && 'edge' in connect(open.model, types, ends.source, ends.target))
}

function kindOf(from: End, side: 'source' | 'target') {
  const node = documentStore.getState().open?.model.nodes.find((one) => one.id === from.node)
  const type = node && stage()?.types.get(node.type)
  const ports = side === 'source' ? type?.outputs : type?.inputs
  const port = ports?.find((one) => one.name === from.port)
  return (port && edgeOfPort(port.kind)) ?? null
}

/** The pointer let go beside a handle: over a node it means that node, else a new one. */
function dropConnection(
  { from, side }: { from: End; side: 'source' | 'target' },
  screen: Point,
): void {
  const hit = document.elementFromPoint(screen.x, screen.y)
  const over = hit?.closest<HTMLElement>('.react-flow__node-card')?.dataset.id
  if (over && over !== from.node) {
    if (side === 'source') canvasActions.connect(from, { node: over })
    else canvasActions.connect({ node: over }, from)
    return
  }
  if (!over && hit?.closest('.react-flow'))
    canvasActions.askBeside(from.node, side, from.port, screen, stage()?.fromScreen(screen) ?? null)
}

function useAltKey(): boolean {
  const [isDown, set] = useState(false)
  useEffect(() => {
    const follow = (event: KeyboardEvent) => set(event.altKey)
    const forget = () => set(false)
    window.addEventListener('keydown', follow)
    window.addEventListener('keyup', follow)
    window.addEventListener('blur', forget)
    return () => {
      window.removeEventListener('keydown', follow)
      window.removeEventListener('keyup', follow)
      window.removeEventListener('blur', forget)
    }
  }, [])
  return isDown
}

function useStageOnPage(holder: RefObject<HTMLDivElement | null>): void {
  const flow = useReactFlow()
  const types = useNodeTypes()
  useEffect(() => {
    const rect = () => holder.current?.getBoundingClientRect() ?? new DOMRect()
    const fromScreen = (at: Point) => flow.screenToFlowPosition(at, { snapToGrid: false })
    const duration = (instantly = false) =>
      instantly || matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 220
    setStage({
      types,
      fromScreen,
      middle() {
        const { x, y, width, height } = rect()
        return fromScreen({ x: x + width / 2, y: y + height / 2 })
      },
      seen() {
        const { x, y, width, height } = rect()
        const corner = fromScreen({ x, y })
        const zoom = flow.getZoom()
        return { ...corner, width: width / zoom, height: height / zoom }
      },
      show(box, { closest = 1, instantly } = {}) {
        if (box)
          flow.setViewport(viewportFor(box, rect(), closest), { duration: duration(instantly) })
      },
      zoom(step) {
        const options = { duration: duration() }
        if (step === 'in') flow.zoomIn(options)
        else if (step === 'out') flow.zoomOut(options)
        else flow.zoomTo(1, options)
      },
    })
    return () => setStage(null)
  }, [flow, types, holder])
}

/** Bring a node into view when somebody asks for it: a problem, a search, the YAML. */
function useReveal(): void {
  const reveal = useDesignerView((state) => state.reveal)
  useEffect(() => {
    if (reveal) canvasActions.reveal(reveal.node)
  }, [reveal])
}
