import { useQuery } from '@tanstack/react-query'
import { useLocation, useNavigate, useSearch } from '@tanstack/react-router'
import {
  Copy,
  Download,
  History,
  Import,
  PackageCheck,
  PencilLine,
  Plus,
  SquareArrowOutUpRight,
  Trash2,
} from 'lucide-react'
import { useCallback, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react'
import { cardsQuery, readDocument } from '@/api/models'
import type { CardReply } from '@/api/schema.gen'
import { useWorkspace, whyReadOnly } from '@/api/workspace'
import { download } from '@/lib/download'
import { texts } from '@/texts'
import { Button } from '@/ui/button'
import { type Command, useCommands } from '@/ui/commands'
import { Menu, type MenuEntry } from '@/ui/menu'
import { EmptyState, Notice, Waiting } from '@/ui/state'
import { DataTable } from '@/ui/table/DataTable'
import { rowsAsCsv, rowsAsYaml } from '@/ui/table/rowsAsText'
import { tellFailure } from '@/ui/tellFailure'
import { useTitle } from '@/ui/title'
import { Tip } from '@/ui/tooltip'
import { hashOf, type Way, wayOf } from './begin'
import { modelColumns } from './columns'
import { FilterBar } from './FilterBar'
import { FirstModel } from './FirstModel'
import {
  exportedCard,
  type Filters,
  filtersOf,
  isFiltered,
  keyOf,
  searchOf,
  shownCards,
  titleOf,
  withToggled,
} from './filters'
import { NewModelDialog } from './NewModelDialog'
import { useModelActions } from './useModelActions'

const words = texts.models
const NONE: ReadonlySet<string> = new Set()

export default function ModelsScreen() {
  useTitle(words.title, 1)
  const workspace = useWorkspace()
  const navigate = useNavigate()
  const search = useSearch({ from: '/signed-in/w/$workspace/models' })
  const { hash } = useLocation()
  const filters = useMemo(() => filtersOf(search), [search])
  const cards = useQuery(cardsQuery(workspace.id))
  const actions = useModelActions()
  const { going } = actions
  // What is being deleted is gone already, whatever the list says meanwhile.
  const all = useMemo(
    () => (cards.data ?? []).filter((card) => !going.has(keyOf(card))),
    [cards.data, going],
  )
  const wanted = useDeferredValue(filters)
  const shown = useMemo(() => shownCards(all, wanted), [all, wanted])

  const [marked, setMarked] = useState<string | null>(null)
  const [selected, setSelected] = useState(NONE)
  const [renamed, setRenamed] = useState<string | null>(null)
  const searchField = useRef<HTMLInputElement>(null)
  const page = useRef<HTMLDivElement>(null)
  const readOnly = whyReadOnly(workspace)
  const way = wayOf(hash)

  const setFilters = useCallback(
    (next: Filters) =>
      navigate({
        to: '/w/$workspace/models',
        params: { workspace: workspace.slug },
        search: searchOf(next),
        replace: true,
      }),
    [navigate, workspace.slug],
  )
  const setWay = useCallback(
    (next: Way | null) =>
      navigate({
        to: '/w/$workspace/models',
        params: { workspace: workspace.slug },
        search: (now) => now,
        hash: next ? hashOf(next) : '',
        replace: way !== null,
      }),
    [navigate, workspace.slug, way],
  )
  const open = useCallback(
    (card: CardReply) =>
      navigate({
        to: '/w/$workspace/models/$model',
        params: { workspace: workspace.slug, model: card.id },
      }),
    [navigate, workspace.slug],
  )
  const focusList = useCallback(
    () => page.current?.querySelector<HTMLElement>('[role="grid"]')?.focus(),
    [],
  )

  // What is no longer in the list cannot be meant.
  const targets = useMemo(() => {
    const chosen = shown.filter((card) => selected.has(keyOf(card)))
    return chosen.length > 0 ? chosen : shown.filter((card) => keyOf(card) === marked)
  }, [shown, selected, marked])
  const [first] = targets

  const remove = useCallback(
    (gone: readonly CardReply[]) => {
      const keys = gone.map(keyOf)
      const index = shown.findIndex((card) => keys.includes(keyOf(card)))
      const left = shown.filter((card) => !keys.includes(keyOf(card)))
      const next = left[Math.min(index, left.length - 1)]
      setMarked(next ? keyOf(next) : null)
      setSelected(NONE)
      focusList()
      actions.remove(gone)
    },
    [actions, focusList, shown],
  )
  const taken = useMemo(() => new Set(all.map((card) => card.id)), [all])
  const duplicate = useCallback(
    (originals: readonly CardReply[]) => actions.duplicate(originals, taken),
    [actions, taken],
  )
  const saveTexts = useCallback(
    async (wantedCards: readonly CardReply[]) => {
      try {
        for (const path of new Set(wantedCards.map((card) => card.path))) {
          const { text } = await readDocument(workspace.id, path)
          download(path.slice(path.lastIndexOf('/') + 1), text, 'application/yaml')
        }
      } catch (error) {
        tellFailure(error)
      }
    },
    [workspace.id],
  )
  const exportList = useCallback(
    (form: 'csv' | 'yaml') => {
      const rows = (selected.size > 0 ? targets : shown).map(exportedCard)
      const content =
        form === 'csv' ? rowsAsCsv(Object.keys(rows[0] ?? {}), rows) : rowsAsYaml(rows)
      download(
        `${workspace.slug}-models.${form}`,
        content,
        form === 'csv' ? 'text/csv' : 'application/yaml',
      )
    },
    [selected.size, shown, targets, workspace.slug],
  )

  const entriesOf = useCallback(
    (card: CardReply): MenuEntry[] => {
      const changes = { disabled: readOnly !== null }
      return [
        {
          label: words.actions.open,
          icon: <SquareArrowOutUpRight />,
          keys: 'enter',
          onSelect: () => open(card),
        },
        {
          label: words.actions.generate,
          icon: <PackageCheck />,
          onSelect: () =>
            navigate({
              to: '/w/$workspace/generate',
              params: { workspace: workspace.slug },
              search: { model: card.id },
            }),
        },
        {
          label: words.actions.history,
          icon: <History />,
          onSelect: () =>
            navigate({
              to: '/w/$workspace/history',
              params: { workspace: workspace.slug },
              search: { path: card.path },
            }),
        },
        {
          label: words.actions.download,
          icon: <Download />,
          onSelect: () => {
            saveTexts([card])
          },
        },
        { kind: 'line' },
        ...(readOnly === null ? [] : [{ kind: 'heading' as const, label: readOnly }]),
        {
          label: words.actions.rename,
          icon: <PencilLine />,
          keys: 'f2',
          ...changes,
          onSelect: () => setRenamed(keyOf(card)),
        },
        {
          label: words.actions.duplicate,
          icon: <Copy />,
          keys: 'mod+d',
          ...changes,
          onSelect: () => {
            duplicate([card])
          },
        },
        {
          label: words.actions.delete,
          icon: <Trash2 />,
          keys: 'delete',
          danger: true,
          ...changes,
          onSelect: () => remove([card]),
        },
      ]
    },
    [readOnly, open, navigate, workspace.slug, saveTexts, duplicate, remove],
  )

  const { rename } = actions
  const endRename = useCallback(
    (name: string | null) => {
      const card = all.find((one) => keyOf(one) === renamed)
      setRenamed(null)
      focusList()
      const given = name?.trim()
      if (card && given && given !== titleOf(card)) rename(card, given)
    },
    [all, focusList, rename, renamed],
  )
  const columns = useMemo(
    () =>
      modelColumns({
        workspace: workspace.slug,
        renaming: { key: renamed, end: endRename },
        entriesOf,
        onTag: (tag) => setFilters(withToggled(filters, 'tag', tag)),
      }),
    [workspace.slug, renamed, endRename, entriesOf, setFilters, filters],
  )

  const withTarget = readOnly ?? (first ? undefined : words.nothingMarked)
  const { canUndo, undo } = actions
  useCommands(
    useMemo((): Command[] => {
      const { actions: names } = words
      const section = names.section
      return [
        {
          id: 'model.new',
          label: names.new,
          section,
          keys: 'n',
          words: 'create add example',
          disabled: readOnly ?? undefined,
          run: () => setWay('blank'),
        },
        {
          id: 'model.import',
          label: words.create.ways.import,
          section,
          words: 'upload paste file',
          disabled: readOnly ?? undefined,
          run: () => setWay('import'),
        },
        {
          id: 'model.ddl',
          label: words.empty.ddl,
          section,
          words: 'sql ddl paste tables',
          disabled: readOnly ?? undefined,
          run: () => setWay('ddl'),
        },
        {
          id: 'models.search',
          label: names.search,
          section,
          keys: '/',
          run: () => searchField.current?.focus(),
        },
        {
          id: 'model.rename',
          label: names.rename,
          section,
          keys: 'f2',
          disabled: withTarget,
          run: () => first && setRenamed(keyOf(first)),
        },
        {
          id: 'model.duplicate',
          label: names.duplicate,
          section,
          keys: 'mod+d',
          disabled: withTarget,
          run: () => {
            duplicate(targets)
          },
        },
        {
          id: 'model.delete',
          label: names.delete,
          section,
          keys: 'delete',
          disabled: withTarget,
          run: () => remove(targets),
        },
        {
          id: 'models.undo',
          label: names.undo,
          section,
          keys: 'mod+z',
          disabled: canUndo ? undefined : words.nothingToUndo,
          // In a field the keys take back what was typed.
          when: (target) => !(target instanceof HTMLInputElement),
          run: () => {
            undo()
          },
        },
        { id: 'models.csv', label: names.exportCsv, section, run: () => exportList('csv') },
        { id: 'models.yaml', label: names.exportYaml, section, run: () => exportList('yaml') },
      ]
    }, [
      readOnly,
      withTarget,
      first,
      targets,
      canUndo,
      undo,
      setWay,
      duplicate,
      remove,
      exportList,
    ]),
  )

  // The first key goes to the list, not to the page around it.
  const hasRows = all.length > 0
  useEffect(() => {
    if (hasRows && document.activeElement?.matches('body, main')) focusList()
  }, [hasRows, focusList])

  if (cards.isPending) return <Waiting className="h-full" />
  if (cards.error && !cards.data)
    return (
      <EmptyState
        title={texts.ui.failed}
        actions={<Button onClick={() => cards.refetch()}>{texts.home.again}</Button>}
      >
        {cards.error.message}
      </EmptyState>
    )

  const newButton = (
    <Button
      variant="primary"
      disabled={readOnly !== null}
      focusableWhenDisabled
      onClick={() => setWay('blank')}
    >
      <Plus />
      {words.actions.new}
    </Button>
  )
  return (
    <div ref={page} className="flex h-full min-h-0 flex-col">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 pt-4 pb-3">
        <h1 className="font-semibold text-lg">{words.title}</h1>
        <span className="text-muted text-sm" aria-live="polite">
          {all.length > 0 && words.shown(shown.length, all.length)}
        </span>
        <span className="flex-1" />
        <Tip label={readOnly ?? words.create.ways.import}>
          <Button
            disabled={readOnly !== null}
            focusableWhenDisabled
            onClick={() => setWay('import')}
          >
            <Import />
            {words.create.ways.import}
          </Button>
        </Tip>
        <Tip label={readOnly ?? words.actions.new} keys={readOnly ? undefined : 'n'}>
          {newButton}
        </Tip>
      </header>
      {readOnly && <Notice>{readOnly}</Notice>}
      {all.length === 0 ? (
        <FirstModel onWay={setWay} readOnly={readOnly} />
      ) : (
        <>
          <div className="flex flex-wrap items-center gap-2 border-b px-4 pb-3">
            <FilterBar cards={all} filters={filters} onChange={setFilters} search={searchField} />
            <span className="flex-1" />
            {selected.size > 0 && (
              <Selection
                count={targets.length}
                readOnly={readOnly}
                onDuplicate={() => duplicate(targets)}
                onDownload={() => saveTexts(targets)}
                onDelete={() => remove(targets)}
                onClear={() => setSelected(NONE)}
              />
            )}
            <Menu
              align="end"
              entries={[
                { label: words.actions.exportCsv, onSelect: () => exportList('csv') },
                { label: words.actions.exportYaml, onSelect: () => exportList('yaml') },
              ]}
              trigger={
                <Button variant="ghost" size="sm" className="h-8">
                  <Download />
                  {words.actions.export}
                </Button>
              }
            />
          </div>
          {shown.length === 0 && isFiltered(filters) ? (
            <EmptyState
              title={words.nothing.title}
              actions={
                <Button
                  onClick={() => setFilters({ ...filters, q: '', tag: [], owner: [], status: [] })}
                >
                  {words.clear}
                </Button>
              }
            >
              {words.nothing.words}
            </EmptyState>
          ) : (
            <DataTable
              label={words.label}
              rows={shown}
              columns={columns}
              idOf={keyOf}
              nameOf={titleOf}
              sort={filters.sort}
              onSort={(sort) => setFilters({ ...filters, sort })}
              marked={marked}
              onMark={setMarked}
              selected={selected}
              onSelect={setSelected}
              onOpen={open}
              entriesOf={entriesOf}
              keysOff={renamed !== null}
              className="flex-1"
            />
          )}
        </>
      )}
      <NewModelDialog
        way={readOnly === null ? way : null}
        onWay={setWay}
        cards={all}
        onCreated={actions.refresh}
      />
    </div>
  )
}

function Selection({
  count,
  readOnly,
  onDuplicate,
  onDownload,
  onDelete,
  onClear,
}: {
  count: number
  readOnly: string | null
  onDuplicate: () => void
  onDownload: () => void
  onDelete: () => void
  onClear: () => void
}) {
  return (
    <section aria-label={words.selected(count)} className="flex items-center gap-1">
      <span className="px-1 font-medium text-sm">{words.selected(count)}</span>
      <Button size="sm" variant="ghost" disabled={readOnly !== null} onClick={onDuplicate}>
        <Copy />
        {words.actions.duplicate}
      </Button>
      <Button size="sm" variant="ghost" onClick={onDownload}>
        <Download />
        {words.actions.download}
      </Button>
      <Button
        size="sm"
        variant="ghost"
        className="text-error hover:text-error"
        disabled={readOnly !== null}
        onClick={onDelete}
      >
        <Trash2 />
        {words.actions.delete}
      </Button>
      <Button size="sm" variant="ghost" onClick={onClear}>
        {words.actions.clearSelection}
      </Button>
    </section>
  )
}
