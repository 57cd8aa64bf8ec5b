import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CardReply } from '@/api/schema.gen'
import {
  DEFAULT_SORT,
  type Filters,
  facetValues,
  filtersOf,
  STATUSES,
  searchOf,
  shownCards,
  withToggled,
} from './filters'

const everything: Filters = { q: '', tag: [], owner: [], status: [], sort: DEFAULT_SORT }

function card(id: string, more: Partial<CardReply> = {}): CardReply {
  return {
    id,
    name: id,
    description: '',
    path: `metadata/models/${id}.yaml`,
    version: '1',
    tags: [],
    owner: '',
    version_label: '',
    node_count: 1,
    edge_count: 0,
    problems: { error: 0, warning: 0, info: 0 },
    picture: { nodes: [], edges: [] },
    changed_at: '2026-01-01T00:00:00Z',
    changed_by: 'Ada',
    draft: false,
    ...more,
  }
}
const ids = (cards: CardReply[]) => cards.map((one) => one.id)

describe('the address of the list', () => {
  it('says any filters so that the same ones come out of it', () => {
    const values = fc.uniqueArray(fc.oneof(fc.string(), fc.constantFrom('', ',', '~', '~1', 'a,b')))
    fc.assert(
      fc.property(
        fc.record({
          q: fc.string(),
          tag: values,
          owner: values,
          status: fc.uniqueArray(fc.constantFrom(...STATUSES)),
          sort: fc.constantFrom('name', '-name', 'nodes', '-problems', DEFAULT_SORT),
        }),
        (filters) => {
          expect(filtersOf(searchOf(filters))).toEqual(filters)
        },
      ),
    )
  })

  it('is empty when nothing is filtered', () => {
    expect(searchOf(everything)).toEqual({})
  })

  it('leaves out what it does not know', () => {
    expect(filtersOf({ status: 'lost,draft', sort: 'colour' })).toEqual({
      ...everything,
      status: ['draft'],
    })
  })
})

describe('the models that are shown', () => {
  const shop = card('shop', { tags: ['retail'], owner: 'ada', draft: true })
  const sensors = card('sensors', {
    name: 'Türbine sensors',
    tags: ['iot', 'stream'],
    problems: { error: 1, warning: 0, info: 0 },
    changed_at: '2026-02-01T00:00:00Z',
    node_count: 9,
  })
  const notes = card('notes', { problems: { error: 0, warning: 0, info: 3 }, node_count: 4 })
  const all = [shop, sensors, notes]

  it.each([
    ['every word has to be there', { q: 'sensors iot' }, ['sensors']],
    ['accents and case do not matter', { q: 'TURBINE' }, ['sensors']],
    ['a word that is nowhere leaves nothing', { q: 'shop nowhere' }, []],
    ['one of several tags will do', { tag: ['iot', 'retail'] }, ['sensors', 'shop']],
    ['every facet has to fit', { tag: ['iot', 'retail'], owner: ['ada'] }, ['shop']],
    ['nobody can be the owner that is looked for', { owner: [''] }, ['sensors', 'notes']],
    ['drafts are mine', { status: ['draft'] }, ['shop']],
    ['errors and warnings are problems', { status: ['problems'] }, ['sensors']],
    ['notes are none', { status: ['clean'] }, ['notes', 'shop']],
  ] as [string, Partial<Filters>, string[]][])('%s', (_, filters, expected) => {
    expect(ids(shownCards(all, { ...everything, ...filters }))).toEqual(expected)
  })

  it('come latest change first, then by name', () => {
    expect(ids(shownCards(all, everything))).toEqual(['sensors', 'notes', 'shop'])
  })

  it.each([
    ['name', ['notes', 'shop', 'sensors']],
    ['-nodes', ['sensors', 'notes', 'shop']],
    ['-problems', ['sensors', 'notes', 'shop']],
    ['nodes', ['shop', 'notes', 'sensors']],
  ])('sort by %s', (sort, expected) => {
    expect(ids(shownCards(all, { ...everything, sort }))).toEqual(expected)
  })

  it('are never lost or doubled by sorting', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ nodes: fc.nat(5), name: fc.string() }), { maxLength: 30 }),
        fc.constantFrom('name', '-nodes', 'owner', '-changed'),
        (rows, sort) => {
          const cards = rows.map((row, index) =>
            card(`m${index}`, { node_count: row.nodes, name: row.name }),
          )
          expect(ids(shownCards(cards, { ...everything, sort })).sort()).toEqual(ids(cards).sort())
        },
      ),
    )
  })
})

describe('chips', () => {
  it('come and go', () => {
    const once = withToggled(everything, 'tag', 'retail')
    expect(once.tag).toEqual(['retail'])
    expect(withToggled(once, 'tag', 'retail')).toEqual(everything)
  })

  it('offer the most frequent value first, with how often it is there', () => {
    const cards = [card('a', { tags: ['x', 'y'] }), card('b', { tags: ['y'] })]
    expect(facetValues(cards, 'tag')).toEqual([
      { value: 'y', count: 2 },
      { value: 'x', count: 1 },
    ])
  })
})
