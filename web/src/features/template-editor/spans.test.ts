import { expect, it } from 'vitest'
import { inUnits, offsetAt, printedAt, spanOf } from './spans'

const span = (start: number, end: number, expression = '') => ({
  start,
  end,
  template: 't',
  line: 1,
  expression,
  range: null,
  variables: [],
})

it('the innermost piece printed a character', () => {
  const spans = [span(0, 10), span(2, 5, 'a'), span(7, 9, 'b')]
  expect(printedAt(spans, 3)?.expression).toBe('a')
  expect(printedAt(spans, 6)?.expression).toBe('')
  expect(printedAt(spans, 20)).toBeNull()
})

it('offsets and places are each other', () => {
  const text = 'ab\ncde\n'
  expect(offsetAt(text, 2, 2)).toBe(4)
  expect(spanOf(text, { start: 4, end: 6 })).toEqual({
    line: 2,
    column: 2,
    endLine: 2,
    endColumn: 4,
  })
})

it('counts like the editor beyond the usual characters', () => {
  expect(inUnits('😀ab', [span(1, 3)])).toEqual([span(2, 4)])
})
