import { ListFilter, Search, X } from 'lucide-react'
import type { Ref } from 'react'
import type { CardReply } from '@/api/schema.gen'
import { texts } from '@/texts'
import { Button, IconButton } from '@/ui/button'
import { Input } from '@/ui/field'
import { Menu, type MenuEntry } from '@/ui/menu'
import { FACETS, type Facet, type Filters, facetValues, isFiltered, withToggled } from './filters'

const words = texts.models

/** What the list is narrowed down to: a search, and chips that go away when they are pressed. */
export function FilterBar({
  cards,
  filters,
  onChange,
  search,
}: {
  cards: readonly CardReply[]
  filters: Filters
  onChange: (filters: Filters) => void
  search: Ref<HTMLInputElement>
}) {
  const chips = FACETS.flatMap((facet) =>
    [...filters[facet]].map((value) => ({ facet, value, label: valueLabel(facet, value) })),
  )
  return (
    <search className="flex flex-wrap items-center gap-2" aria-label={words.search}>
      <div className="relative w-64">
        <Search
          className="pointer-events-none absolute top-2 left-2 size-4 text-faint"
          aria-hidden
        />
        <Input
          ref={search}
          type="search"
          aria-label={words.search}
          placeholder={words.search}
          value={filters.q}
          onChange={(event) => onChange({ ...filters, q: event.target.value })}
          className="pl-8"
        />
      </div>
      {FACETS.map((facet) => (
        <FacetMenu key={facet} facet={facet} cards={cards} filters={filters} onChange={onChange} />
      ))}
      {chips.map(({ facet, value, label }) => (
        <span
          key={`${facet} ${value}`}
          className="inline-flex h-7 items-center gap-1 rounded-md bg-accent-soft pr-0.5 pl-2 text-xs"
        >
          <span className="text-muted">{words.facets[facet]}</span>
          <span className="max-w-40 truncate font-medium text-accent">{label}</span>
          <IconButton
            size="icon-sm"
            label={words.removeFilter(words.facets[facet], label)}
            onClick={() => onChange(withToggled(filters, facet, value))}
          >
            <X />
          </IconButton>
        </span>
      ))}
      {isFiltered(filters) && (
        <Button
          variant="ghost"
          size="sm"
          onClick={() => onChange({ ...filters, q: '', tag: [], owner: [], status: [] })}
        >
          {words.clear}
        </Button>
      )}
    </search>
  )
}

function FacetMenu({
  facet,
  cards,
  filters,
  onChange,
}: {
  facet: Facet
  cards: readonly CardReply[]
  filters: Filters
  onChange: (filters: Filters) => void
}) {
  const values = facetValues(cards, facet)
  const chosen: readonly string[] = filters[facet]
  const entries = values.map(
    ({ value, count }): MenuEntry => ({
      label: (
        <span className="flex items-baseline gap-3">
          <span className="min-w-0 flex-1 truncate">{valueLabel(facet, value)}</span>
          <span className="text-faint text-xs">{count.toLocaleString('en')}</span>
        </span>
      ),
      checked: chosen.includes(value),
      onSelect: () => onChange(withToggled(filters, facet, value)),
    }),
  )
  if (entries.length === 0) return null
  return (
    <Menu
      entries={entries}
      trigger={
        <Button size="sm" variant="outline" className="h-8">
          <ListFilter className="text-muted" />
          {words.facets[facet]}
        </Button>
      }
    />
  )
}

function valueLabel(facet: Facet, value: string): string {
  if (facet === 'status') return words.statuses[value as keyof typeof words.statuses] ?? value
  return facet === 'owner' && value === '' ? words.noOwner : value
}
