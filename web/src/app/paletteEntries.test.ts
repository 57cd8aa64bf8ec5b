import { expect, it } from 'vitest'
import { nearness, ranked } from '@/lib/rank'
import { type Entry, listed } from './paletteEntries'

const entry = (id: string, label: string, words = ''): Entry => ({
  id,
  label,
  words,
  run: () => undefined,
})
const labels = (typed: string, ...sections: Parameters<typeof listed>[1]) =>
  listed(typed, sections).map(({ title, entries }) => [title, ...entries.map((one) => one.label)])

it.each([
  ['models', 'Models', 'remodelled'],
  ['mod', 'Models', 'Generate a model'],
  ['model', 'Generate a model', 'Remodel'],
  ['ord', 'orders', 'customers_and_orders'],
  ['ordr', 'orders', 'products'],
])('puts what fits %s better first', (typed, better, worse) => {
  expect(nearness(typed, better)).toBeGreaterThan(nearness(typed, worse))
})

it('wants every word to be found', () => {
  expect(ranked('dark theme', ['Theme: dark', 'Theme: light'], (one) => one)).toEqual([
    'Theme: dark',
  ])
})

it('takes no account of accents and of upper case', () => {
  expect(nearness('cafe', 'Café')).toBe(1)
})

it('finds by other words, behind what has the word in its name', () => {
  const found = listed('settings', [
    {
      title: 'Pages',
      entries: [entry('a', 'Preferences', 'settings'), entry('b', 'Settings')],
    },
  ])
  expect(found[0]?.entries.map((one) => one.id)).toEqual(['b', 'a'])
})

it('shows the section with the best hit first', () => {
  expect(
    labels(
      'orders',
      { title: 'Commands', entries: [entry('c', 'Sort by orders')] },
      { title: 'Models', entries: [entry('m', 'orders')] },
    ),
  ).toEqual([
    ['Models', 'orders'],
    ['Commands', 'Sort by orders'],
  ])
})

it('keeps the given order while nothing is typed', () => {
  expect(
    labels(
      '',
      { title: 'Commands', entries: [entry('z', 'Zoom')] },
      { title: 'Models', entries: [] },
      { title: 'Pages', entries: [entry('h', 'Home')] },
    ),
  ).toEqual([
    ['Commands', 'Zoom'],
    ['Pages', 'Home'],
  ])
})

it('lists what two sections know once', () => {
  expect(
    labels(
      'orders',
      { title: 'Models', entries: [entry('model:orders', 'orders')] },
      { title: 'Found', entries: [entry('model:orders', 'orders')], isFound: true },
    ),
  ).toEqual([['Models', 'orders']])
})

it('trusts the server about names that were mistyped', () => {
  expect(
    labels('ordesr', { title: 'Found', entries: [entry('n', 'orders')], isFound: true }),
  ).toEqual([['Found', 'orders']])
})
