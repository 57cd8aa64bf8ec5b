import { ListFilter, Search, X } from 'lucide-react'
import type { ReactNode, Ref } from 'react'
import type { TemplateReply } from '@/api/schema.gen'
import { cn } from '@/lib/cn'
import { texts } from '@/texts'
import { Button, IconButton } from '@/ui/button'
import { Input } from '@/ui/field'
import { Menu } from '@/ui/menu'
import { FACETS, type Facet, type Filters, facetValues, type PackOf } from './choose'

const words = texts.templates

/** What the library is narrowed down to: a search, and chips that go away when they are pressed. */
export function FilterBar({
  templates,
  packs,
  q,
  filters,
  onChange,
  onSearch,
  field,
  isTight,
  children,
}: {
  /** What everything but the filters lets pass. */
  templates: readonly TemplateReply[]
  packs: PackOf
  q: string
  filters: Filters
  onChange: (changes: Filters) => void
  onSearch: (q: string) => void
  field: Ref<HTMLInputElement>
  /** A template is open beside the list: only what is chosen is shown, unless there is room. */
  isTight: boolean
  children: ReactNode
}) {
  const chips = FACETS.flatMap((facet) => {
    const value = filters[facet]
    return value ? [{ facet, value }] : []
  })
  return (
    <search
      className="flex flex-wrap items-center gap-2 border-b bg-surface px-4 py-2.5"
      aria-label={words.search}
    >
      <div className="relative min-w-40 max-w-72 flex-1">
        <Search
          className="pointer-events-none absolute top-2 left-2 size-4 text-faint"
          aria-hidden
        />
        <Input
          ref={field}
          type="search"
          defaultValue={q}
          onChange={(event) => onSearch(event.target.value)}
          placeholder={words.search}
          aria-label={words.search}
          className="pl-8"
        />
      </div>
      <div className={cn('flex flex-wrap gap-2', isTight && 'hidden 2xl:flex')}>
        {FACETS.map((facet) => (
          <FacetMenu
            key={facet}
            facet={facet}
            templates={templates}
            packs={packs}
            filters={filters}
            onChange={onChange}
          />
        ))}
      </div>
      {chips.map(({ facet, value }) => (
        <span
          key={facet}
          className="inline-flex h-7 items-center gap-1 rounded-md bg-accent-soft pr-0.5 pl-2 text-xs"
        >
          <span className="text-muted">{words.facets[facet]}</span>
          <span className="max-w-40 truncate font-medium text-accent">{label(facet, value)}</span>
          <IconButton
            size="icon-sm"
            label={words.removeFilter(words.facets[facet], label(facet, value))}
            onClick={() => onChange({ [facet]: undefined })}
          >
            <X />
          </IconButton>
        </span>
      ))}
      <span className="flex-1" />
      {children}
    </search>
  )
}

function FacetMenu({
  facet,
  templates,
  packs,
  filters,
  onChange,
}: {
  facet: Facet
  templates: readonly TemplateReply[]
  packs: PackOf
  filters: Filters
  onChange: (changes: Filters) => void
}) {
  const values = facetValues(templates, facet, filters, packs)
  // A choice of one is none.
  if (values.length < 2 && !filters[facet]) return null
  return (
    <Menu
      trigger={
        <Button size="sm" className="h-8">
          <ListFilter className="text-muted" />
          {words.facets[facet]}
        </Button>
      }
      entries={values.map(({ value, count }) => ({
        label: (
          <span className="flex max-w-72 items-baseline gap-3">
            <span className="min-w-0 flex-1 truncate">{label(facet, value)}</span>
            <span className="text-faint text-xs">{count.toLocaleString('en')}</span>
          </span>
        ),
        checked: filters[facet] === value,
        onSelect: () => onChange({ [facet]: filters[facet] === value ? undefined : value }),
      }))}
    />
  )
}

function label(facet: Facet, value: string): string {
  if (facet === 'output') return words.output(value)
  if (facet === 'node') return words.nodeType(value)
  return facet === 'from' ? words.from(value) : value
}
