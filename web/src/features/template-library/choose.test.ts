import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  boxAfter,
  chooseTemplates,
  countCategories,
  type Filters,
  facetValues,
  languageOfOutput,
  needsOf,
  shownValue,
} from './choose'

const row = (id: string, category: string, more: object = {}) => ({
  id,
  category,
  output_type: 'sql',
  node_types: [],
  tags: [],
  requires: '',
  builtin: true,
  ...more,
})
const LIBRARY = [
  row('merge', 'transformation', {
    output_type: 'python',
    tags: ['cdc'],
    node_types: [{ type: 'notebook', when: {}, because: '' }],
  }),
  row('grants', 'security', { requires: 'Unity Catalog; DBR 13.3 LTS' }),
  row('mask', 'security', { builtin: false, tags: ['cdc', 'pii'] }),
  row('acme_load', 'ingestion', { builtin: false }),
]
const PACKS = new Map([['acme_load', 'acme']])
const ids = (found?: string[], filters?: Filters) =>
  chooseTemplates(LIBRARY, found, filters, PACKS).map(({ id }) => id)

describe('the templates that are shown', () => {
  it('are the whole library by category', () => {
    expect(ids()).toEqual(['acme_load', 'grants', 'mask', 'merge'])
  })

  it('come in the order of how well they fit the words', () => {
    expect(ids(['merge', 'grants'])).toEqual(['merge', 'grants'])
  })

  it('leave out a hit that is no longer in the library', () => {
    expect(ids(['gone', 'mask'])).toEqual(['mask'])
  })

  it.each<[Filters, string[]]>([
    [{ output: 'python' }, ['merge']],
    [{ node: 'notebook' }, ['merge']],
    [{ tag: 'cdc' }, ['mask', 'merge']],
    [{ needs: 'Unity Catalog' }, ['grants']],
    [{ from: 'own' }, ['mask']],
    [{ from: 'pack:acme' }, ['acme_load']],
    [{ from: 'builtin', tag: 'cdc' }, ['merge']],
    [{ tag: 'nobody has it' }, []],
  ])('with %j are %j', (filters, expected) => {
    expect(ids(undefined, filters)).toEqual(expected)
  })
})

it('a filter offers what the other filters leave, the most frequent first', () => {
  expect(facetValues(LIBRARY, 'tag', { tag: 'pii' }, PACKS)).toEqual([
    { value: 'cdc', count: 2 },
    { value: 'pii', count: 1 },
  ])
  expect(facetValues(LIBRARY, 'from', { tag: 'cdc' }, PACKS)).toEqual([
    { value: 'builtin', count: 1 },
    { value: 'own', count: 1 },
  ])
})

it('reads what a template needs as several things', () => {
  expect(needsOf('DBR 13.3 LTS or above; Unity Catalog')).toEqual([
    'DBR 13.3 LTS or above',
    'Unity Catalog',
  ])
  expect(needsOf('')).toEqual([])
})

describe('arrows among boxes in rows of three', () => {
  const boxes = [0, 1, 2, 3, 4].map((n) => ({ left: (n % 3) * 100, top: Math.floor(n / 3) * 50 }))

  it.each([
    ['ArrowRight', 0, 1],
    ['ArrowRight', 2, 3],
    ['ArrowRight', 4, 4],
    ['ArrowLeft', 0, 0],
    ['ArrowDown', 1, 4],
    ['ArrowDown', 2, 4],
    ['ArrowDown', 4, 4],
    ['ArrowUp', 4, 1],
    ['ArrowUp', 1, 1],
    ['Home', 3, 0],
    ['End', 0, 4],
  ])('%s leads from %i to %i', (key, from, to) => {
    expect(boxAfter(key, from, boxes)).toBe(to)
  })

  it('never lead out of the list', () => {
    const keys = fc.constantFrom('ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End')
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.nat(),
        fc.array(keys),
        (count, seed, path) => {
          const all = Array.from({ length: count }, (_, n) => ({ left: n % 4, top: n >> 2 }))
          let at = seed % count
          for (const key of path) at = boxAfter(key, at, all)
          expect(all[at]).toBeDefined()
        },
      ),
    )
  })
})

it('counts the templates of each category', () => {
  expect(countCategories(LIBRARY)).toEqual([
    { category: 'ingestion', count: 1 },
    { category: 'security', count: 2 },
    { category: 'transformation', count: 1 },
  ])
})

it.each([
  ['sql', 'sql'],
  ['pipeline_sql', 'sql'],
  ['python_file', 'python'],
  ['job_json', 'yaml'],
  ['new_kind', 'plaintext'],
])('output %s is coloured as %s', (output, language) => {
  expect(languageOfOutput(output)).toBe(language)
})

it.each([
  [undefined, ''],
  [null, ''],
  ['text', 'text'],
  [0, '0'],
  [false, 'false'],
  [[{ a: 1 }], '[{"a":1}]'],
])('%j is shown as %j', (value, shown) => {
  expect(shownValue(value)).toBe(shown)
})
