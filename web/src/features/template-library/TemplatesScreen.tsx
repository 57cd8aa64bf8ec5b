import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Clock, Import, LayoutGrid, Package, Plus, Rows3, SearchX, Star } from 'lucide-react'
import { type ReactNode, useCallback, useDeferredValue, useMemo, useRef } from 'react'
import { toast } from 'sonner'
import { useWorkspace, whyReadOnly } from '@/api/workspace'
import { cn } from '@/lib/cn'
import { useStored } from '@/lib/useStored'
import { texts } from '@/texts'
import { Button, buttonLook, IconButton } from '@/ui/button'
import { useCommands } from '@/ui/commands'
import { Select } from '@/ui/select'
import { EmptyState, Waiting } from '@/ui/state'
import { tellFailure } from '@/ui/tellFailure'
import { useTitle } from '@/ui/title'
import { Trouble } from '@/ui/trouble'
import { useTemplateActions } from './actions'
import { chooseTemplates, countCategories, FACETS, type Filters } from './choose'
import { Detail } from './Detail'
import { FilterBar } from './FilterBar'
import { TemplateList } from './List'
import { useFound, useLibrary, usePackOf } from './queries'
import { useShelf } from './shelf'

const words = texts.templates
/** Lists of the person beside the categories; no category is called so. */
const FAVOURITES = '*favourites'
const RECENT = '*recent'
const ALL = '*'
const NO_FILTERS: Filters = {
  output: undefined,
  node: undefined,
  tag: undefined,
  needs: undefined,
  from: undefined,
}

/** The library: find a template, see what it prints, take it along. */
export default function TemplatesScreen() {
  const workspace = useWorkspace()
  const { slug } = workspace
  const search = useSearch({ from: '/signed-in/w/$workspace/templates' })
  const navigate = useNavigate()
  const [look, setLook] = useStored<'grid' | 'table'>('templates.look', 'grid')
  const field = useRef<HTMLInputElement>(null)
  const file = useRef<HTMLInputElement>(null)
  const query = useDeferredValue((search.q ?? '').trim())
  const library = useLibrary()
  const found = useFound(query)
  const packs = usePackOf()
  const { shelf, isFavourite, setFavourite, used } = useShelf()
  const { importFile } = useTemplateActions()
  const readOnly = whyReadOnly(workspace)
  const hits = query ? found.data : undefined
  const all = useMemo(() => library.data ?? [], [library.data])
  const filters = useMemo(
    () => Object.fromEntries(FACETS.map((facet) => [facet, search[facet]])) as Filters,
    [search],
  )
  const matching = useMemo(
    () => chooseTemplates(all, hits, filters, packs),
    [all, hits, filters, packs],
  )
  const inPlace = useMemo(() => {
    const byId = new Map(matching.map((one) => [one.id, one]))
    const kept = (ids: readonly string[]) => ids.flatMap((id) => byId.get(id) ?? [])
    if (search.category === FAVOURITES) return kept(shelf.favourites)
    if (search.category === RECENT) return kept(shelf.recent)
    return search.category
      ? matching.filter(({ category }) => category === search.category)
      : matching
  }, [matching, search.category, shelf])
  const counts = useMemo(() => countCategories(matching), [matching])
  const countOf = (ids: readonly string[]) => matching.filter(({ id }) => ids.includes(id)).length
  useTitle(words.title, 1)

  const show = useCallback(
    (changes: Partial<typeof search>, replace = true) =>
      navigate({
        to: '/w/$workspace/templates',
        params: { workspace: slug },
        search: (now) => ({ ...now, ...changes }),
        replace,
      }),
    [navigate, slug],
  )
  const choose = useCallback(
    (template: string) => show({ template }, search.template !== undefined),
    [search.template, show],
  )
  const create = useCallback(() => navigate({ href: `/w/${slug}/templates/new` }), [navigate, slug])
  const clear = () => {
    if (field.current) field.current.value = ''
    show({ ...NO_FILTERS, q: undefined, category: undefined })
  }
  const take = async (given: File) => {
    try {
      const made = await importFile(given)
      const [first] = made.titles
      const name = first?.name ?? given.name
      if (made.diagnostics.length > 0)
        toast.warning(words.importedWith(name, made.diagnostics.length))
      else toast.success(words.imported(name))
      if (first) show({ ...NO_FILTERS, q: undefined, category: undefined, template: first.id })
    } catch (error) {
      tellFailure(error)
    }
  }
  const commands = useMemo(
    () => [
      {
        id: 'template.find',
        label: words.search,
        section: words.title,
        keys: 'f',
        run: () => field.current?.focus(),
      },
      {
        id: 'template.create',
        label: words.create,
        section: words.title,
        keys: 'n',
        disabled: readOnly ?? undefined,
        run: create,
      },
      {
        id: 'template.import',
        label: words.importOne,
        section: words.title,
        disabled: readOnly ?? undefined,
        run: () => file.current?.click(),
      },
      {
        id: 'template.packs',
        label: texts.packs.title,
        section: words.title,
        words: 'import export install marketplace index',
        run: () => navigate({ to: '/w/$workspace/templates/packs', params: { workspace: slug } }),
      },
      {
        id: 'template.look',
        label: look === 'grid' ? words.asTable : words.asGrid,
        section: words.title,
        run: () => setLook(look === 'grid' ? 'table' : 'grid'),
      },
    ],
    [look, setLook, create, readOnly, navigate, slug],
  )
  useCommands(commands)

  const places: { value: string; label: string; count: number; icon?: ReactNode }[] = [
    { value: ALL, label: words.all, count: matching.length },
    {
      value: FAVOURITES,
      label: words.favourites,
      count: countOf(shelf.favourites),
      icon: <Star />,
    },
    { value: RECENT, label: words.recent, count: countOf(shelf.recent), icon: <Clock /> },
  ]
  const categories = counts.map(({ category, count }) => ({
    value: category,
    label: words.category(category),
    count,
  }))
  const toPlace = (value: string) => show({ category: value === ALL ? undefined : value })
  const empty = EMPTY[search.category ?? ''] ?? EMPTY['']

  return (
    <div className="flex h-full min-h-0">
      <nav
        aria-label={words.categories}
        className={cn(
          'hidden w-52 shrink-0 flex-col overflow-auto border-r bg-surface p-2 lg:flex',
          search.template && 'lg:hidden 2xl:flex',
        )}
      >
        {[places, categories].map((group, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two groups that keep their places
          <div key={index} className={cn(index > 0 && 'mt-2 border-t pt-2')}>
            {group.map((place) => (
              <PlaceLink
                key={place.value}
                {...place}
                isCurrent={place.value === (search.category ?? ALL)}
                onChoose={() => toPlace(place.value)}
              />
            ))}
          </div>
        ))}
        <span className="flex-1" />
        <Link
          to="/w/$workspace/templates/packs"
          params={{ workspace: slug }}
          className={buttonLook({ variant: 'ghost', className: 'mt-2 justify-start px-2' })}
        >
          <Package />
          {texts.packs.title}
        </Link>
      </nav>
      <section className="flex min-h-0 min-w-0 flex-1 flex-col">
        <h1 className="sr-only">{words.title}</h1>
        <FilterBar
          templates={chooseTemplates(all, hits, {}, packs)}
          packs={packs}
          q={search.q ?? ''}
          filters={filters}
          onChange={(changes) => show(changes)}
          onSearch={(q) => show({ q: q || undefined })}
          field={field}
          isTight={search.template !== undefined}
        >
          <Select
            aria-label={words.categories}
            className={cn('w-40 lg:hidden', search.template && 'lg:flex 2xl:hidden')}
            value={search.category ?? ALL}
            onChange={toPlace}
            options={[...places, ...categories].map(({ value, label }) => ({ value, label }))}
          />
          <span className="whitespace-nowrap text-muted text-sm" role="status">
            {library.data && words.found(inPlace.length)}
          </span>
          <IconButton
            label={look === 'grid' ? words.asTable : words.asGrid}
            onClick={() => setLook(look === 'grid' ? 'table' : 'grid')}
          >
            {look === 'grid' ? <Rows3 /> : <LayoutGrid />}
          </IconButton>
          {!search.template && !readOnly && (
            <>
              <IconButton label={words.importOne} onClick={() => file.current?.click()}>
                <Import />
              </IconButton>
              <Button variant="primary" onClick={create}>
                <Plus />
                {words.create}
              </Button>
            </>
          )}
        </FilterBar>
        <input
          ref={file}
          type="file"
          accept=".yaml,.yml,.json"
          className="hidden"
          tabIndex={-1}
          aria-label={words.importOne}
          onChange={(event) => {
            const [given] = event.target.files ?? []
            event.target.value = ''
            if (given) void take(given)
          }}
        />
        {library.error && <Trouble error={library.error} />}
        {found.error && query && <Trouble error={found.error} />}
        <div
          className={cn(
            'min-h-0 flex-1 overflow-auto',
            query && found.isPlaceholderData && 'opacity-60',
          )}
        >
          {library.isPending || (query && found.isPending) ? (
            <Waiting />
          ) : inPlace.length === 0 ? (
            <EmptyState
              icon={empty?.icon}
              title={empty?.title ?? words.none}
              actions={<Button onClick={clear}>{words.clear}</Button>}
            >
              {empty?.hint}
            </EmptyState>
          ) : (
            <TemplateList
              look={look}
              templates={inPlace}
              chosen={search.template}
              packs={packs}
              isFavourite={isFavourite}
              onChoose={choose}
            />
          )}
        </div>
      </section>
      {search.template && (
        <Detail
          key={search.template}
          id={search.template}
          library={all}
          pack={packs.get(search.template)}
          isFavourite={isFavourite(search.template)}
          onFavourite={(on) => search.template && setFavourite(search.template, on)}
          onUsed={used}
          tab={search.tab}
          onTab={(tab) => show({ tab })}
          onOpen={choose}
          onClose={() => show({ template: undefined, tab: undefined })}
        />
      )}
    </div>
  )
}

const EMPTY: Readonly<Record<string, { icon: ReactNode; title: string; hint: string }>> = {
  '': { icon: <SearchX />, title: words.none, hint: words.noneHint },
  [FAVOURITES]: { icon: <Star />, title: words.noFavourites, hint: words.noFavouritesHint },
  [RECENT]: { icon: <Clock />, title: words.noRecent, hint: words.noRecentHint },
}

function PlaceLink({
  label,
  count,
  icon,
  isCurrent,
  onChoose,
}: {
  label: string
  count: number
  icon?: ReactNode
  isCurrent: boolean
  onChoose: () => void
}) {
  return (
    <button
      type="button"
      aria-current={isCurrent ? 'true' : undefined}
      onClick={onChoose}
      className={cn(
        'flex w-full items-center gap-2 rounded-md px-2 py-1 text-left text-sm hover:bg-hover [&_svg]:size-3.5 [&_svg]:text-muted',
        isCurrent && 'bg-accent-soft font-medium text-accent hover:bg-accent-soft',
      )}
    >
      {icon}
      <span className="min-w-0 flex-1 truncate">{label}</span>
      <span className="font-normal text-muted text-xs">{count}</span>
    </button>
  )
}
