import { expect, it } from 'vitest'
import { chooseTemplates, countCategories, languageOfOutput, shownValue } from './choose'

const LIBRARY = [
  { id: 'merge', category: 'transformation' },
  { id: 'grants', category: 'security' },
  { id: 'mask', category: 'security' },
]
const ids = (found?: string[], category?: string) =>
  chooseTemplates(LIBRARY, found, category).map(({ id }) => id)

it('shows the whole library by category', () => {
  expect(ids()).toEqual(['grants', 'mask', 'merge'])
})

it('shows what was searched in the order of how well it fits', () => {
  expect(ids(['merge', 'grants'])).toEqual(['merge', 'grants'])
})

it('leaves out a hit that is no longer in the library', () => {
  expect(ids(['gone', 'mask'])).toEqual(['mask'])
})

it('keeps to a category', () => {
  expect(ids(undefined, 'security')).toEqual(['grants', 'mask'])
  expect(ids(['merge'], 'security')).toEqual([])
})

it('counts the templates of each category', () => {
  expect(countCategories(LIBRARY)).toEqual([
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
