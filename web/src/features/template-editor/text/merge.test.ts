import fc from 'fast-check'
import { expect, it } from 'vitest'
import { merged, mergeTexts } from './merge'

const BASE = 'a\nb\nc\nd\n'

it('takes the lines of both', () => {
  const pieces = mergeTexts(BASE, 'A\nb\nc\nd\n', 'a\nb\nc\nD\n')
  expect(merged(pieces, [])).toBe('A\nb\nc\nD\n')
})

it('asks where both changed the same lines', () => {
  const pieces = mergeTexts(BASE, 'a\nours\nc\nd\n', 'a\ntheirs\nc\nd\n')
  expect(pieces.filter(({ kind }) => kind === 'clash')).toEqual([
    { kind: 'clash', base: 'b', ours: 'ours', theirs: 'theirs' },
  ])
  expect(merged(pieces, [])).toBeNull()
  expect(merged(pieces, ['ours'])).toBe('a\nours\nc\nd\n')
  expect(merged(pieces, ['theirs'])).toBe('a\ntheirs\nc\nd\n')
  expect(merged(pieces, ['both'])).toBe('a\nours\ntheirs\nc\nd\n')
})

it('the same change of both is no question', () => {
  expect(merged(mergeTexts(BASE, 'x\n', 'x\n'), [])).toBe('x\n')
})

it('one side alone is taken as it is', () => {
  const text = fc
    .array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 8 })
    .map((l) => l.join('\n'))
  fc.assert(
    fc.property(text, text, (base, changed) => {
      expect(merged(mergeTexts(base, changed, base), [])).toBe(changed)
      expect(merged(mergeTexts(base, base, changed), [])).toBe(changed)
    }),
  )
})
