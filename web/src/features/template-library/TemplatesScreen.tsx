import { useNavigate, useSearch } from '@tanstack/react-router'
import { LayoutGrid, Rows3, SearchX } from 'lucide-react'
import { useDeferredValue, useMemo, useRef } from 'react'
import type { TemplateReply } from '@/api/schema.gen'
import { useWorkspace } from '@/api/workspace'
import { cn } from '@/lib/cn'
import { useStored } from '@/lib/useStored'
import { texts } from '@/texts'
import { Button, IconButton } from '@/ui/button'
import { useCommands } from '@/ui/commands'
import { Input } from '@/ui/field'
import { Select } from '@/ui/select'
import { Badge, EmptyState, Waiting } from '@/ui/state'
import { useTitle } from '@/ui/title'
import { Trouble } from '@/ui/trouble'
import { chooseTemplates, countCategories } from './choose'
import { Detail } from './Detail'
import { useFound, useLibrary } from './queries'

const ALL = '*'

/** The library: find a template, see what it prints. */
export default function TemplatesScreen() {
  const { slug } = useWorkspace()
  const search = useSearch({ from: '/signed-in/w/$workspace/templates' })
  const navigate = useNavigate()
  const [look, setLook] = useStored<'grid' | 'table'>('templates.look', 'grid')
  const field = useRef<HTMLInputElement>(null)
  const words = useDeferredValue((search.q ?? '').trim())
  const library = useLibrary()
  const found = useFound(words)
  const hits = words ? found.data : undefined
  const matching = useMemo(
    () => chooseTemplates(library.data ?? [], hits, undefined),
    [library.data, hits],
  )
  const shown = search.category
    ? matching.filter(({ category }) => category === search.category)
    : matching
  const counts = useMemo(() => countCategories(matching), [matching])
  useTitle(texts.templates.title, 1)

  const show = (changes: Partial<typeof search>, replace = true) =>
    navigate({
      to: '/w/$workspace/templates',
      params: { workspace: slug },
      search: { ...search, ...changes },
      replace,
    })
  const commands = useMemo(
    () => [
      {
        id: 'template.find',
        label: texts.templates.search,
        section: texts.templates.title,
        keys: 'f',
        run: () => field.current?.focus(),
      },
      {
        id: 'template.look',
        label: look === 'grid' ? texts.templates.asTable : texts.templates.asGrid,
        section: texts.templates.title,
        run: () => setLook(look === 'grid' ? 'table' : 'grid'),
      },
    ],
    [look, setLook],
  )
  useCommands(commands)

  return (
    <div className="flex h-full min-h-0">
      <nav
        aria-label={texts.templates.categories}
        className={cn(
          'hidden w-52 shrink-0 overflow-auto border-r bg-surface p-2 lg:block',
          search.template && 'lg:hidden 2xl:block',
        )}
      >
        {[{ category: undefined, count: matching.length }, ...counts].map(({ category, count }) => (
          <button
            key={category ?? ALL}
            type="button"
            aria-current={category === search.category ? 'true' : undefined}
            onClick={() => show({ category })}
            className={cn(
              'flex w-full items-center gap-2 rounded-md px-2 py-1 text-left text-sm hover:bg-hover',
              category === search.category &&
                'bg-accent-soft font-medium text-accent hover:bg-accent-soft',
            )}
          >
            <span className="min-w-0 flex-1 truncate">
              {category ? texts.templates.category(category) : texts.templates.all}
            </span>
            <span className="font-normal text-muted text-xs">{count}</span>
          </button>
        ))}
      </nav>
      <section className="flex min-h-0 min-w-0 flex-1 flex-col">
        <h1 className="sr-only">{texts.templates.title}</h1>
        <div className="flex flex-wrap items-center gap-2 border-b bg-surface px-4 py-2.5">
          <Input
            ref={field}
            type="search"
            defaultValue={search.q}
            onChange={(event) => show({ q: event.target.value || undefined })}
            placeholder={texts.templates.search}
            aria-label={texts.templates.search}
            className="min-w-40 max-w-80 flex-1"
          />
          <Select
            aria-label={texts.templates.categories}
            className={cn('w-36 lg:hidden', search.template && 'lg:flex 2xl:hidden')}
            value={search.category ?? ALL}
            onChange={(next) => show({ category: next === ALL ? undefined : next })}
            options={[
              { value: ALL, label: texts.templates.all },
              ...counts.map(({ category }) => ({
                value: category,
                label: texts.templates.category(category),
              })),
            ]}
          />
          <span className="hidden flex-1 xl:block" />
          <span className="whitespace-nowrap text-muted text-sm" role="status">
            {library.data && texts.templates.found(shown.length)}
          </span>
          <IconButton
            label={look === 'grid' ? texts.templates.asTable : texts.templates.asGrid}
            onClick={() => setLook(look === 'grid' ? 'table' : 'grid')}
          >
            {look === 'grid' ? <Rows3 /> : <LayoutGrid />}
          </IconButton>
        </div>
        {library.error && <Trouble error={library.error} />}
        {found.error && words && <Trouble error={found.error} />}
        <div
          className={cn(
            'min-h-0 flex-1 overflow-auto',
            words && found.isPlaceholderData && 'opacity-60',
          )}
        >
          {library.isPending || (words && found.isPending) ? (
            <Waiting />
          ) : shown.length === 0 ? (
            <EmptyState
              icon={<SearchX />}
              title={texts.templates.none}
              actions={
                <Button
                  onClick={() => {
                    if (field.current) field.current.value = ''
                    show({ q: undefined, category: undefined })
                  }}
                >
                  {texts.templates.clear}
                </Button>
              }
            >
              {texts.templates.noneHint}
            </EmptyState>
          ) : look === 'grid' ? (
            <Cards
              templates={shown}
              chosen={search.template}
              onChoose={(template) => show({ template }, search.template !== undefined)}
            />
          ) : (
            <Table
              templates={shown}
              chosen={search.template}
              onChoose={(template) => show({ template }, search.template !== undefined)}
            />
          )}
        </div>
      </section>
      {search.template && (
        <Detail
          key={search.template}
          id={search.template}
          onClose={() => show({ template: undefined })}
        />
      )}
    </div>
  )
}

interface ListProps {
  templates: readonly TemplateReply[]
  chosen: string | undefined
  onChoose: (id: string) => void
}

function Cards({ templates, chosen, onChoose }: ListProps) {
  return (
    <ul className="grid grid-cols-[repeat(auto-fill,minmax(240px,1fr))] gap-3 p-4">
      {templates.map((one) => (
        <li key={one.id}>
          <button
            type="button"
            data-template={one.id}
            aria-pressed={one.id === chosen}
            onClick={() => onChoose(one.id)}
            className={cn(
              'flex h-full w-full flex-col rounded-md border bg-surface p-3 text-left hover:border-line-strong hover:bg-hover',
              one.id === chosen &&
                'border-accent bg-accent-soft hover:border-accent hover:bg-accent-soft',
            )}
          >
            <span className="font-medium text-sm">{one.name}</span>
            <span className="mt-0.5 line-clamp-2 flex-1 text-muted text-sm">{one.description}</span>
            <span className="mt-2 flex flex-wrap items-center gap-1.5">
              <Badge className={one.id === chosen ? 'bg-surface' : undefined}>
                {texts.templates.output(one.output_type)}
              </Badge>
              {!one.builtin && <Badge tone="accent">{texts.templates.own}</Badge>}
            </span>
          </button>
        </li>
      ))}
    </ul>
  )
}

function Table({ templates, chosen, onChoose }: ListProps) {
  return (
    <table className="w-full table-fixed bg-surface text-sm">
      <thead>
        <tr className="border-b text-left text-muted text-xs">
          <th className="px-4 py-1.5 font-medium">{texts.templates.columns.name}</th>
          {!chosen && (
            <>
              <th className="w-44 px-2 py-1.5 font-medium">{texts.templates.columns.category}</th>
              <th className="w-36 px-2 py-1.5 font-medium">{texts.templates.columns.output}</th>
            </>
          )}
        </tr>
      </thead>
      <tbody className="divide-y">
        {templates.map((one) => (
          <tr
            key={one.id}
            className={cn(
              'hover:bg-hover',
              one.id === chosen && 'bg-accent-soft hover:bg-accent-soft',
            )}
          >
            <td className="px-4 py-1.5">
              <button
                type="button"
                data-template={one.id}
                aria-pressed={one.id === chosen}
                onClick={() => onChoose(one.id)}
                className="block w-full min-w-0 text-left"
              >
                <span className="font-medium">{one.name}</span>{' '}
                {!one.builtin && <Badge tone="accent">{texts.templates.own}</Badge>}
                <span className="block truncate text-muted">{one.description}</span>
              </button>
            </td>
            {!chosen && (
              <>
                <td className="truncate px-2 py-1.5 text-muted">
                  {texts.templates.category(one.category)}
                </td>
                <td className="truncate px-2 py-1.5 text-muted">
                  {texts.templates.output(one.output_type)}
                </td>
              </>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
