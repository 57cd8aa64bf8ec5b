import { expect, it } from 'vitest'
import { type Shown, shownAfter } from './hooks'

const GOOD: Shown = {
  text: 'SELECT 1;',
  isBroken: false,
  isWaiting: false,
  findings: [],
  bindings: { a: 1 },
  took: 3,
  spans: [
    { start: 0, end: 6, template: 't', line: 1, expression: 'a', range: null, variables: ['a'] },
  ],
}
const NOTHING = { findings: [], spans: [], bindings: {} }

it('the last output stays while nothing is printed, and says so', () => {
  const shown = shownAfter(GOOD, { ...NOTHING, text: null }, 5, false)
  expect(shown).toEqual({ ...GOOD, isBroken: true, took: 5 })
})

it('what printed each piece is known for as long as the output is the same', () => {
  expect(shownAfter(GOOD, { ...NOTHING, text: GOOD.text }, 5, false).spans).toBe(GOOD.spans)
  expect(shownAfter(GOOD, { ...NOTHING, text: 'SELECT 2;' }, 5, false).spans).toEqual([])
})

it('an output of nothing is an output', () => {
  expect(shownAfter(GOOD, { ...NOTHING, text: '' }, 5, true)).toMatchObject({
    text: '',
    isBroken: false,
    isWaiting: true,
  })
})
