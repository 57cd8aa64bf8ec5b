import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import {
  FileQuestion,
  FileWarning,
  Lock,
  PanelBottomClose,
  PanelLeft,
  PanelRight,
} from 'lucide-react'
import { lazy, Suspense, useEffect, useMemo, useState } from 'react'
import { Group, Panel, Separator, useDefaultLayout, usePanelRef } from 'react-resizable-panels'
import { useWorkspace, whyReadOnly } from '@/api/workspace'
import { freeId } from '@/document/model'
import { editor as t } from '@/texts/templateEditor'
import { Button, buttonLook, IconButton } from '@/ui/button'
import { useCommands } from '@/ui/commands'
import { Tabs } from '@/ui/controls'
import { EmptyState, Notice, Waiting } from '@/ui/state'
import { tellFailure } from '@/ui/tellFailure'
import { useTitle } from '@/ui/title'
import { TopBarSlot } from '@/ui/topBar'
import { Trouble } from '@/ui/trouble'
import { type Found, findTemplate, newDocument } from './asks'
import { useFindings, usePreview, useTemplate } from './hooks'
import { PreviewPane } from './panes/PreviewPane'
import { ProblemsPane, problemCount } from './panes/ProblemsPane'
import { RightPane } from './panes/RightPane'
import { SourcePane } from './panes/SourcePane'
import { TemplateList, useLibrary } from './panes/TemplateList'
import { SaveState } from './saving/SaveState'
import { templateActions } from './store'
import { DRAWERS, type Drawer, keepTried, restoreTried, useView, view } from './view'

const CombinationsPane = lazy(() => import('./panes/CombinationsPane'))
const ComparePane = lazy(() => import('./panes/ComparePane'))

/** A template: its source, what it needs, and at once what it prints. */
export default function TemplateEditorScreen() {
  const { template } = useParams({ from: '/signed-in/w/$workspace/templates/$template/edit' })
  return <Opening key={template} id={template} />
}

function Opening({ id }: { id: string }) {
  const workspace = useWorkspace()
  const [found, setFound] = useState<Found | { kind: 'unreadable'; path: string } | null>(null)
  const [error, setError] = useState<Error | null>(null)
  const [attempt, setAttempt] = useState(0)
  const why = whyReadOnly(workspace)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt opens it again
  useEffect(() => {
    const stop = new AbortController()
    setError(null)
    templateActions
      .left()
      .then(() => findTemplate(workspace.id, id, why, stop.signal))
      .then((answer) => {
        if (stop.signal.aborted) return
        if (answer.kind !== 'open') setFound(answer)
        else {
          restoreTried(workspace.id, answer.toOpen.path)
          const isOpen = templateActions.open(answer.toOpen, answer.server)
          setFound(isOpen ? answer : { kind: 'unreadable', path: answer.toOpen.path })
        }
      })
      .catch((failure: Error) => {
        if (!stop.signal.aborted) setError(failure)
      })
    return () => {
      stop.abort()
      templateActions.close()
    }
  }, [workspace.id, id, why, attempt])
  useTitle(id)
  if (error)
    return (
      <div>
        <Trouble error={error} />
        <div className="p-4">
          <Button onClick={() => setAttempt(attempt + 1)}>{t.again}</Button>
        </div>
      </div>
    )
  if (!found) return <Waiting label={t.opening} />
  if (found.kind === 'missing')
    return (
      <EmptyState icon={<FileQuestion />} title={t.missing} actions={<ToLibrary />}>
        {t.missingHelp}
      </EmptyState>
    )
  if (found.kind === 'unreadable')
    return (
      <EmptyState
        icon={<FileWarning />}
        title={t.unreadable}
        actions={
          <Link
            to="/w/$workspace/history"
            params={{ workspace: workspace.slug }}
            search={{ path: found.path }}
            className={buttonLook({})}
          >
            {t.toHistory}
          </Link>
        }
      >
        {t.unreadableHelp}
      </EmptyState>
    )
  if (found.kind === 'builtin') return <BuiltIn id={id} name={found.template.name} />
  return <Editor />
}

function ToLibrary() {
  const { slug } = useWorkspace()
  return (
    <Link
      to="/w/$workspace/templates"
      params={{ workspace: slug }}
      search={{}}
      className={buttonLook({})}
    >
      {t.backToLibrary}
    </Link>
  )
}

function BuiltIn({ id, name }: { id: string; name: string }) {
  const workspace = useWorkspace()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const library = useLibrary()
  const why = whyReadOnly(workspace)
  const [isBusy, setBusy] = useState(false)
  const copy = async () => {
    setBusy(true)
    try {
      const made = await newDocument(workspace.id, {
        id: freeId(`${id}_own`, new Set(library.data?.map((one) => one.id))),
        name: `${name} (own)`,
        startingPoint: id,
      })
      await queries.invalidateQueries({ queryKey: ['templates', workspace.id] })
      await navigate({
        to: '/w/$workspace/templates/$template/edit',
        params: { workspace: workspace.slug, template: made.titles[0]?.id ?? id },
        search: {},
      })
    } catch (error) {
      tellFailure(error)
      setBusy(false)
    }
  }
  return (
    <EmptyState
      icon={<Lock />}
      title={t.builtin}
      actions={
        <>
          <Button variant="primary" disabled={why !== null || isBusy} onClick={copy}>
            {t.copyBuiltin}
          </Button>
          <ToLibrary />
        </>
      }
    >
      {why ?? t.builtinHelp}
    </EmptyState>
  )
}

function Editor() {
  const list = usePanelRef()
  const right = usePanelRef()
  const drawer = usePanelRef()
  const shown = usePreview()
  const findings = useFindings()
  const name = useTemplate((open) => open.template.name || open.template.id, '')
  const isBroken = useTemplate((open) => open.isBroken, false)
  const readOnly = useTemplate((open) => open.readOnly, null)
  // Where there is little room the source has it; one key brings the list.
  const [isTight] = useState(() => window.innerWidth < 1200)
  const open = useView((state) => state.drawer)
  const asked = useView((state) => state.line)
  const across = useDefaultLayout({ id: 'lakewright.template.across', storage: localStorage })
  const down = useDefaultLayout({ id: 'lakewright.template.down', storage: localStorage })
  useTitle(name)
  useAddress()
  useRemembered()
  useUndoCommands()
  useCommands(
    useMemo(
      () => [
        {
          id: 'template.list',
          label: t.toggleList,
          section: t.section,
          keys: 'mod+b',
          whileTyping: true,
          run: () => fold(list.current),
        },
        {
          id: 'template.right',
          label: t.toggleRight,
          section: t.section,
          keys: 'mod+i',
          whileTyping: true,
          run: () => fold(right.current),
        },
        {
          id: 'template.drawer',
          label: t.toggleDrawer,
          section: t.section,
          keys: 'mod+j',
          whileTyping: true,
          run: () => fold(drawer.current),
        },
        ...DRAWERS.map((one) => ({
          id: `template.drawer-${one}`,
          label: t.drawer[one],
          section: t.section,
          run: () => {
            drawer.current?.expand()
            view.show(one)
          },
        })),
      ],
      [list, right, drawer],
    ),
  )
  // A line was asked for: whatever is folded in front of it opens.
  useEffect(() => {
    if (asked && drawer.current && drawer.current.getSize().asPercentage > 85)
      drawer.current.resize('40%')
  }, [asked, drawer])
  const count = problemCount(findings, shown.findings)
  return (
    <div className="flex h-full min-h-0 flex-col">
      <h1 className="sr-only">{name}</h1>
      <TopBarSlot place="crumb">
        <span className="truncate">{name}</span>
      </TopBarSlot>
      <TopBarSlot place="state">
        <SaveState errors={findings.list.filter(({ severity }) => severity === 'error').length} />
      </TopBarSlot>
      {readOnly !== null && (
        <Notice severity="info">
          {t.viewOnly} {readOnly}
        </Notice>
      )}
      {isBroken && (
        <Notice
          severity="warning"
          actions={
            <Button size="sm" onClick={() => useView.setState({ middle: 'yaml' })}>
              {t.brokenShow}
            </Button>
          }
        >
          {t.broken}
        </Notice>
      )}
      <Group
        orientation="horizontal"
        className="min-h-0 flex-1"
        defaultLayout={across.defaultLayout}
        onLayoutChanged={across.onLayoutChanged}
      >
        <Panel
          id="list"
          panelRef={list}
          defaultSize={isTight ? 0 : 208}
          minSize={160}
          maxSize={360}
          collapsible
          collapsedSize={0}
          groupResizeBehavior="preserve-pixel-size"
        >
          <TemplateList />
        </Panel>
        <Edge label={t.toggleList} />
        <Panel id="middle" minSize={320}>
          <Group
            orientation="vertical"
            defaultLayout={down.defaultLayout}
            onLayoutChanged={down.onLayoutChanged}
          >
            <Panel id="source" minSize={100} defaultSize="58%">
              <SourcePane findings={findings} shown={shown} />
            </Panel>
            <Edge label={t.panels.drawer} isFlat />
            <Panel
              id="drawer"
              panelRef={drawer}
              defaultSize="42%"
              minSize={96}
              collapsible
              collapsedSize={0}
            >
              <section aria-label={t.drawer[open]} className="h-full min-h-0 bg-surface">
                <Suspense fallback={<Waiting />}>
                  {open === 'preview' && <PreviewPane shown={shown} />}
                  {open === 'problems' && <ProblemsPane findings={findings} shown={shown} />}
                  {open === 'combinations' && <CombinationsPane />}
                  {open === 'compare' && <ComparePane />}
                </Suspense>
              </section>
            </Panel>
          </Group>
        </Panel>
        <Edge label={t.toggleRight} />
        <Panel
          id="right"
          panelRef={right}
          defaultSize={336}
          minSize={260}
          maxSize={640}
          collapsible
          collapsedSize={0}
          groupResizeBehavior="preserve-pixel-size"
        >
          <RightPane shown={shown} />
        </Panel>
      </Group>
      <footer className="flex h-9 shrink-0 items-center gap-1 border-t bg-surface px-2">
        <IconButton
          label={t.toggleList}
          keys="mod+b"
          size="icon-sm"
          onClick={() => fold(list.current)}
        >
          <PanelLeft />
        </IconButton>
        <Tabs<Drawer>
          label={t.panels.drawer}
          value={open}
          onChange={(next) => {
            drawer.current?.expand()
            view.show(next)
          }}
          tabs={DRAWERS.map((one) => ({
            value: one,
            label: t.drawer[one],
            count: one === 'problems' ? count : undefined,
          }))}
        />
        <span className="flex-1" />
        <IconButton
          label={t.toggleDrawer}
          keys="mod+j"
          size="icon-sm"
          onClick={() => fold(drawer.current)}
        >
          <PanelBottomClose />
        </IconButton>
        <IconButton
          label={t.toggleRight}
          keys="mod+i"
          size="icon-sm"
          onClick={() => fold(right.current)}
        >
          <PanelRight />
        </IconButton>
      </footer>
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

/** Undo everywhere but in the editors, which have the same keys for the same history. */
function useUndoCommands(): void {
  const undo = useTemplate((open) => open.history.past.at(-1)?.label, undefined)
  const redo = useTemplate((open) => open.history.future.at(-1)?.label, undefined)
  useCommands(
    useMemo(
      () => [
        {
          id: 'template.undo',
          label: undo ? t.undoOf(undo) : t.undo,
          section: t.section,
          keys: 'mod+z',
          disabled: undo ? undefined : t.nothingToUndo,
          when: isNoOpenField,
          run: templateActions.undo,
        },
        {
          id: 'template.redo',
          label: redo ? t.redoOf(redo) : t.redo,
          section: t.section,
          keys: 'mod+shift+z',
          disabled: redo ? undefined : t.nothingToUndo,
          when: isNoOpenField,
          run: templateActions.redo,
        },
      ],
      [undo, redo],
    ),
  )
}

/** A search or a dialog is no part of the template: there the browser undoes what was typed. */
const isNoOpenField = (target: EventTarget | null): boolean =>
  !(target instanceof HTMLElement && target.closest('[data-own-undo]'))

/** Keep the address in step with what is looked at, so that it brings the page back. */
function useAddress(): void {
  const search = useSearch({ from: '/signed-in/w/$workspace/templates/$template/edit' })
  const navigate = useNavigate()
  const drawer = useView((state) => state.drawer)
  const [isRead, setRead] = useState(false)
  useEffect(() => {
    if (isRead) return
    setRead(true)
    const found = DRAWERS.find((one) => one === search.drawer)
    if (found) view.show(found)
  }, [isRead, search.drawer])
  useEffect(() => {
    const wanted = drawer === 'preview' ? undefined : drawer
    if (!isRead || search.drawer === wanted) return
    void navigate({
      to: '.',
      search: (before) => ({ ...before, drawer: wanted }),
      replace: true,
    })
  }, [isRead, drawer, search.drawer, navigate])
}

function useRemembered(): void {
  const workspaceId = useTemplate((open) => open.workspaceId, '')
  const path = useTemplate((open) => open.path, '')
  const variations = useView((state) => state.variations)
  const values = useView((state) => state.values)
  // biome-ignore lint/correctness/useExhaustiveDependencies: kept whenever one of them changes
  useEffect(() => {
    if (path) keepTried(workspaceId, path)
  }, [workspaceId, path, variations, values])
}
