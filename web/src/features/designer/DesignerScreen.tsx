import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { PanelBottomClose, PanelLeft, PanelRight, Workflow } from 'lucide-react'
import { lazy, Suspense, useEffect, useMemo, useState } from 'react'
import { Group, Panel, Separator, useDefaultLayout, usePanelRef } from 'react-resizable-panels'
import { useWorkspace, whyReadOnly } from '@/api/workspace'
import { documentActions, documentStore, isDrawn } from '@/document/store'
import { useDocument } from '@/document/useDocument'
import { useStored } from '@/lib/useStored'
import { texts } from '@/texts'
import { Button, IconButton } from '@/ui/button'
import { useCommands } from '@/ui/commands'
import { Tabs } from '@/ui/controls'
import { EmptyState, Notice, Waiting } from '@/ui/state'
import { TopBarSlot } from '@/ui/topBar'
import { Canvas } from './canvas/Canvas'
import { CompareBar } from './canvas/CompareBar'
import { EmptyCanvas } from './canvas/EmptyCanvas'
import { forgetCanvas, useCanvas } from './canvas/state'
import { Toolbar } from './canvas/Toolbar'
import { useCanvasCommands } from './canvas/useCanvasCommands'
import { useCompare } from './canvas/useCompare'
import { useClipboard } from './clipboard/useClipboard'
import { useNodeTypes } from './nodeTypes'
import { type Found, findModel } from './opening'
import { Presence } from './Presence'
import { Palette } from './palette/Palette'
import { Tour } from './tour/Tour'
import { designerView, useDesignerView } from './view'

const PropertiesPanel = lazy(() => import('./properties/PropertiesPanel'))
const ProblemsPanel = lazy(() => import('./drawer/ProblemsPanel'))
const YamlPanel = lazy(() => import('./drawer/YamlPanel'))
const PreviewPanel = lazy(() => import('./drawer/PreviewPanel'))
const HistoryPanel = lazy(() => import('./drawer/HistoryPanel'))
const SaveState = lazy(() => import('./saving/SaveState'))
const SaveDialog = lazy(() => import('./saving/SaveDialog'))
const ConflictDialog = lazy(() => import('./saving/ConflictDialog'))

const t = texts.designer.canvas
const DRAWERS = {
  problems: ProblemsPanel,
  yaml: YamlPanel,
  preview: PreviewPanel,
  history: HistoryPanel,
}
/** From this width of the window the palette has room beside the drawing. */
const ROOMY = 1200
type DrawerName = keyof typeof DRAWERS
const NAMES = Object.keys(DRAWERS) as DrawerName[]

/** One model: palette, drawing, properties, and below them what is said about it. */
export default function DesignerScreen() {
  const { model } = useParams({ from: '/signed-in/w/$workspace/models/$model' })
  const { slug } = useWorkspace()
  const [found, tryAgain] = useOpening(model)
  const hasTypes = useNodeTypes().size > 0
  if (found instanceof Error)
    return (
      <EmptyState
        icon={<Workflow />}
        title={t.failed}
        actions={<Button onClick={tryAgain}>{t.tryAgain}</Button>}
      >
        {found.message}
      </EmptyState>
    )
  if (found?.kind === 'missing')
    return (
      <EmptyState
        icon={<Workflow />}
        title={t.notFound}
        actions={
          <Button
            nativeButton={false}
            render={<Link to="/w/$workspace/models" params={{ workspace: slug }} />}
          >
            {t.toModels}
          </Button>
        }
      >
        {t.notFoundHint(model)}
      </EmptyState>
    )
  if (!found || !hasTypes) return <Waiting label={t.opening} />
  return <Designer key={found.toOpen.path + found.toOpen.modelId} />
}

/** Open the model of the address, and close it when another one is looked at. */
function useOpening(modelId: string): [Found | Error | null, () => void] {
  const workspace = useWorkspace()
  const [attempt, setAttempt] = useState(0)
  const [found, setFound] = useState<{ id: string; found: Found | Error } | null>(null)
  const why = whyReadOnly(workspace)
  useEffect(() => {
    const leaving = new AbortController()
    // A new attempt is a new request.
    void attempt
    forgetCanvas()
    designerView.forget()
    findModel(workspace.id, modelId, why, leaving.signal).then(
      (answer) => {
        if (leaving.signal.aborted) return
        if (answer.kind === 'open') {
          documentActions.open(answer.toOpen, answer.server)
          if (answer.draft !== null) documentActions.type(answer.draft)
        }
        setFound({ id: modelId, found: answer })
      },
      (error: unknown) => {
        if (!leaving.signal.aborted)
          setFound({
            id: modelId,
            found: error instanceof Error ? error : new Error(String(error)),
          })
      },
    )
    return () => {
      leaving.abort()
      documentActions.close()
      setFound(null)
    }
  }, [workspace.id, modelId, why, attempt])
  return [found?.id === modelId ? found.found : null, () => setAttempt((count) => count + 1)]
}

function Designer() {
  const palette = usePanelRef()
  const properties = usePanelRef()
  const [lastDrawer, setLastDrawer] = useStored<DrawerName>('designer.drawer', 'problems')
  const drawer = useDesignerView((state) => state.drawer)
  const asked = useDesignerView((state) => state.properties)
  const problems = useDocument((open) => open.findings.length, 0)
  const isOpen = useDocument(() => true, false)
  // On a small screen the drawing needs the room; what is folded or opened there is remembered too.
  const [size] = useState(() => (window.innerWidth < ROOMY ? 'small' : 'roomy'))
  const across = useDefaultLayout({
    id: `lakewright.designer.across.${size}`,
    storage: localStorage,
  })
  const down = useDefaultLayout({
    id: 'lakewright.designer.down',
    storage: localStorage,
    panelIds: drawer ? ['drawing', 'drawer'] : ['drawing'],
  })
  useCanvasCommands()
  useClipboard()
  useCompare()
  useAddress()
  const isReadable = useDocument(isDrawn, true)
  useEffect(() => {
    if (!isReadable) designerView.openDrawer('yaml')
  }, [isReadable])
  useEffect(() => {
    if (drawer) setLastDrawer(drawer)
  }, [drawer, setLastDrawer])
  useEffect(() => {
    if (!asked) return
    properties.current?.expand()
    const first = document.querySelector<HTMLElement>(
      '[data-panel-name="properties"] :is(input,textarea,select,button,[tabindex="0"])',
    )
    if (!useDesignerView.getState().field) first?.focus()
  }, [asked, properties])
  useCommands(
    useMemo(
      () => [
        {
          id: 'view.palette',
          label: t.togglePalette,
          section: t.sections.view,
          keys: 'mod+b',
          run: () => fold(palette.current),
        },
        {
          id: 'view.properties',
          label: t.toggleProperties,
          section: t.sections.view,
          keys: 'mod+i',
          run: () => fold(properties.current),
        },
        ...NAMES.map((name) => ({
          id: `view.drawer-${name}`,
          label: t.drawer[name],
          section: t.sections.view,
          run: () =>
            designerView.openDrawer(useDesignerView.getState().drawer === name ? null : name),
        })),
      ],
      [palette, properties],
    ),
  )
  if (!isOpen) return <Waiting label={t.opening} />
  const Shown = drawer && DRAWERS[drawer]
  return (
    <div className="flex h-full min-h-0 flex-col">
      <TopBarSlot place="state">
        <Suspense>
          <SaveState />
        </Suspense>
      </TopBarSlot>
      <Suspense>
        <SaveDialog />
        <ConflictDialog />
      </Suspense>
      <Hints />
      <Group
        orientation="horizontal"
        className="min-h-0 flex-1"
        defaultLayout={across.defaultLayout}
        onLayoutChanged={across.onLayoutChanged}
      >
        <Panel
          id="palette"
          panelRef={palette}
          defaultSize={size === 'small' ? 0 : 224}
          minSize={180}
          maxSize={360}
          collapsible
          collapsedSize={0}
          aria-label={t.panels.palette}
          groupResizeBehavior="preserve-pixel-size"
        >
          <Palette />
        </Panel>
        <Edge label={t.togglePalette} />
        <Panel id="middle" minSize={320}>
          <Group
            orientation="vertical"
            defaultLayout={down.defaultLayout}
            onLayoutChanged={down.onLayoutChanged}
          >
            <Panel id="drawing" minSize={160} className="relative">
              <Canvas />
              <EmptyCanvas />
              <Toolbar />
              <Tour />
            </Panel>
            {Shown && (
              <>
                <Edge label={t.panels.drawer} isFlat />
                <Panel
                  id="drawer"
                  role="region"
                  defaultSize={260}
                  minSize={120}
                  aria-label={t.panels.drawer}
                >
                  <div className="h-full min-h-0 overflow-auto bg-surface">
                    <Suspense fallback={<Waiting />}>
                      <Shown />
                    </Suspense>
                  </div>
                </Panel>
              </>
            )}
          </Group>
        </Panel>
        <Edge label={t.toggleProperties} />
        <Panel
          id="properties"
          panelRef={properties}
          defaultSize={336}
          minSize={260}
          maxSize={640}
          collapsible
          collapsedSize={0}
          aria-label={t.panels.properties}
          groupResizeBehavior="preserve-pixel-size"
        >
          <div data-panel-name="properties" className="h-full min-h-0 overflow-auto bg-surface">
            <Suspense fallback={<Waiting />}>
              <PropertiesPanel />
            </Suspense>
          </div>
        </Panel>
      </Group>
      <footer className="flex h-9 shrink-0 items-center gap-1 border-t bg-surface px-2">
        <IconButton
          label={t.togglePalette}
          keys="mod+b"
          size="icon-sm"
          onClick={() => fold(palette.current)}
        >
          <PanelLeft />
        </IconButton>
        <Tabs<DrawerName | ''>
          label={t.panels.drawer}
          value={drawer ?? ''}
          onChange={(next) => next && designerView.openDrawer(next)}
          tabs={NAMES.map((name) => ({
            value: name,
            label: t.drawer[name],
            count: name === 'problems' ? problems : undefined,
          }))}
        />
        <span className="flex-1" />
        <Count />
        <IconButton
          label={drawer ? t.closeDrawer : t.drawer[lastDrawer]}
          size="icon-sm"
          aria-pressed={drawer !== null}
          onClick={() => designerView.openDrawer(drawer ? null : lastDrawer)}
        >
          <PanelBottomClose />
        </IconButton>
        <IconButton
          label={t.toggleProperties}
          keys="mod+i"
          size="icon-sm"
          onClick={() => fold(properties.current)}
        >
          <PanelRight />
        </IconButton>
      </footer>
      <p id="canvas-help" className="sr-only">
        {t.help}
      </p>
      <Said />
    </div>
  )
}

function fold(panel: { isCollapsed(): boolean; expand(): void; collapse(): void } | null): void {
  if (panel?.isCollapsed()) panel.expand()
  else panel?.collapse()
}

function Edge({ label, isFlat = false }: { label: string; isFlat?: boolean }) {
  return (
    <Separator
      aria-label={label}
      className={`bg-line outline-none transition-colors hover:bg-accent focus-visible:bg-ring ${isFlat ? 'h-px' : 'w-px'}`}
    />
  )
}

function Count() {
  const nodes = useDocument((open) => open.model.nodes.length, 0)
  const edges = useDocument((open) => open.model.edges.length, 0)
  return <span className="px-2 text-muted text-xs">{t.nodeCount(nodes, edges)}</span>
}

/** Why nothing can be changed, and what is being compared: quiet lines above the drawing. */
function Hints() {
  const why = useDocument((open) => open.readOnly, null)
  const isBad = useDocument((open) => open.textIsBad, false)
  return (
    <>
      <Presence />
      {why !== null && (
        <Notice severity="info">
          {t.viewOnly} {why}
        </Notice>
      )}
      {isBad && (
        <Notice
          severity="warning"
          actions={
            <Button size="sm" onClick={() => designerView.openDrawer('yaml')}>
              {t.showYaml}
            </Button>
          }
        >
          {t.textIsBad}
        </Notice>
      )}
      <CompareBar />
    </>
  )
}

function Said() {
  const said = useCanvas((state) => state.said)
  return (
    <p className="sr-only" aria-live="polite" data-testid="said">
      {said}
    </p>
  )
}

/** Keep the address in step with what is looked at, so that it brings the page back. */
function useAddress(): void {
  const search = useSearch({ from: '/signed-in/w/$workspace/models/$model' })
  const navigate = useNavigate()
  const isOpen = useDocument(() => true, false)
  const node = useDesignerView((state) =>
    state.nodes.size === 1 ? [...state.nodes][0] : undefined,
  )
  const drawer = useDesignerView((state) => state.drawer) ?? undefined
  const [isRead, setRead] = useState(false)
  useEffect(() => {
    if (!isOpen || isRead) return
    setRead(true)
    const there = documentStore.getState().open?.model.nodes
    if (search.node && there?.some((one) => one.id === search.node)) designerView.goTo(search.node)
    if (search.drawer && search.drawer in DRAWERS)
      designerView.openDrawer(search.drawer as DrawerName)
  }, [isOpen, isRead, search.node, search.drawer])
  useEffect(() => {
    if (!isRead || (search.node === node && search.drawer === drawer)) return
    const timer = setTimeout(() => {
      void navigate({
        to: '.',
        search: (before) => ({ ...before, node, drawer }),
        replace: true,
      })
    }, 200)
    return () => clearTimeout(timer)
  }, [isRead, node, drawer, search.node, search.drawer, navigate])
}
