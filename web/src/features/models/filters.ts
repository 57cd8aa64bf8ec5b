/** Which models the list shows and in which order, and how the address says so. */

import type { CardReply } from '@/api/schema.gen'

export const STATUSES = ['draft', 'problems', 'clean'] as const
export type Status = (typeof STATUSES)[number]

export interface Filters {
  q: string
  /** Of one facet any will do; every facet has to fit. Empty: all do. */
  tag: readonly string[]
  owner: readonly string[]
  status: readonly Status[]
  /** A column, with `-` before it for the greatest first. */
  sort: string
}

export type Facet = 'status' | 'tag' | 'owner'
export const FACETS: readonly Facet[] = ['status', 'tag', 'owner']
export const DEFAULT_SORT = '-changed'

/** The part of the address behind `?`. Absent: empty, or as usual. */
export interface Search {
  q?: string
  tag?: string
  owner?: string
  status?: string
  sort?: string
}

export function filtersOf(search: Search): Filters {
  return {
    q: search.q ?? '',
    tag: listOf(search.tag),
    owner: listOf(search.owner),
    status: listOf(search.status).filter(isStatus),
    sort: SORTS[search.sort?.replace(/^-/, '') ?? ''] ? (search.sort ?? '') : DEFAULT_SORT,
  }
}

export function searchOf(filters: Filters): Search {
  return {
    q: filters.q || undefined,
    tag: textOf(filters.tag),
    owner: textOf(filters.owner),
    status: textOf(filters.status),
    sort: filters.sort === DEFAULT_SORT ? undefined : filters.sort,
  }
}

export const isFiltered = (filters: Filters): boolean =>
  filters.q.trim() !== '' || FACETS.some((facet) => filters[facet].length > 0)

/** With one value of a facet chosen, or no longer. */
export function withToggled(filters: Filters, facet: Facet, value: string): Filters {
  const now: readonly string[] = filters[facet]
  const next = now.includes(value) ? now.filter((one) => one !== value) : [...now, value]
  return { ...filters, [facet]: next }
}

/** The models that fit, in order. */
export function shownCards(cards: readonly CardReply[], filters: Filters): CardReply[] {
  const words = plain(filters.q).split(/\s+/).filter(Boolean)
  const found = cards.filter(
    (card) =>
      fits(filters.tag, card.tags) &&
      fits(filters.owner, [card.owner]) &&
      fits(filters.status, statusesOf(card)) &&
      words.every((word) => wordsOf(card).includes(word)),
  )
  const order = SORTS[filters.sort.replace(/^-/, '')] ?? byChange
  const sign = filters.sort.startsWith('-') ? -1 : 1
  return found.sort((a, b) => sign * order(a, b) || byName(a, b))
}

/** How many models each value of a facet has, the most frequent first. */
export function facetValues(
  cards: readonly CardReply[],
  facet: Facet,
): { value: string; count: number }[] {
  const counts = new Map<string, number>(
    facet === 'status' ? STATUSES.map((status) => [status, 0]) : [],
  )
  for (const card of cards)
    for (const value of valuesOf(card, facet)) counts.set(value, (counts.get(value) ?? 0) + 1)
  const found = [...counts].map(([value, count]) => ({ value, count }))
  if (facet === 'status') return found
  return found.sort((a, b) => b.count - a.count || a.value.localeCompare(b.value))
}

export function statusesOf(card: CardReply): Status[] {
  const hasProblems = card.problems.error + card.problems.warning > 0
  return [...(card.draft ? ['draft' as const] : []), hasProblems ? 'problems' : 'clean']
}

/** What a list of models says as a file. */
export const exportedCard = (card: CardReply) => ({
  id: card.id,
  name: card.name,
  description: card.description,
  path: card.path,
  tags: card.tags,
  owner: card.owner,
  nodes: card.node_count,
  edges: card.edge_count,
  errors: card.problems.error,
  warnings: card.problems.warning,
  changed_at: card.changed_at,
  changed_by: card.changed_by,
})

/** A card's place in lists: a document may hold several models. */
export const keyOf = (card: Pick<CardReply, 'id' | 'path'>): string => `${card.path}#${card.id}`
export const titleOf = (card: Pick<CardReply, 'id' | 'name'>): string => card.name || card.id

type Order = (a: CardReply, b: CardReply) => number
const byName: Order = (a, b) =>
  titleOf(a).localeCompare(titleOf(b)) || keyOf(a).localeCompare(keyOf(b))
const byChange: Order = (a, b) => timeOf(a) - timeOf(b)
const SORTS: Readonly<Record<string, Order>> = {
  name: byName,
  owner: (a, b) => a.owner.localeCompare(b.owner),
  nodes: (a, b) => a.node_count - b.node_count,
  problems: (a, b) =>
    a.problems.error - b.problems.error || a.problems.warning - b.problems.warning,
  changed: byChange,
}

const timeOf = (card: CardReply) => (card.changed_at ? Date.parse(card.changed_at) : 0)
const isStatus = (text: string): text is Status => (STATUSES as readonly string[]).includes(text)
const plain = (text: string) => text.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '')

function valuesOf(card: CardReply, facet: Facet): readonly string[] {
  if (facet === 'tag') return card.tags
  return facet === 'owner' ? [card.owner] : statusesOf(card)
}

function fits(wanted: readonly string[], has: readonly string[]): boolean {
  return wanted.length === 0 || wanted.some((one) => has.includes(one))
}

const known = new WeakMap<CardReply, string>()
function wordsOf(card: CardReply): string {
  const found = known.get(card)
  if (found !== undefined) return found
  const { name, id, description, path, owner, tags } = card
  const words = plain([name, id, description, path, owner, ...tags].join('\n'))
  known.set(card, words)
  return words
}

// Values are held apart by commas, so those inside of one are written another way.
const textOf = (values: readonly string[]): string | undefined =>
  values.map((one) => one.replaceAll('~', '~0').replaceAll(',', '~1') || '~').join(',') || undefined
const listOf = (text = ''): string[] => [
  ...new Set(
    text
      .split(',')
      .filter(Boolean)
      .map((one) => (one === '~' ? '' : one.replaceAll('~1', ',').replaceAll('~0', '~'))),
  ),
]
