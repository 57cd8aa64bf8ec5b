import fc from 'fast-check'
import { expect, it } from 'vitest'
import { blockAt } from './blocks'

const words = (source: string, at: string) =>
  blockAt(source, source.indexOf(at) + 3).map(({ word }) => word)

it.each([
  ['{% if a %}x{% elif b %}y{% else %}z{% endif %}', '{% else', ['if', 'elif', 'else', 'endif']],
  [
    '{% for a in b %}{% if a %}{% endif %}{% else %}{% endfor %}',
    '{% else',
    ['for', 'else', 'endfor'],
  ],
  ['{% set a = 1 %}{% set b %}x{% endset %}', '{% endset', ['set', 'endset']],
  ['{% raw %}{% if %}{% endraw %}', '{% endraw', ['raw', 'endraw']],
  ['{# {% if %} #}{% if x == "%}" %}{% endif %}', '{% endif', ['if', 'endif']],
  ['{%- macro a() -%}{%- endmacro -%}', '{%- end', ['macro', 'endmacro']],
  ['{% if a %}', '{% if', ['if']],
  ['SELECT 1 -- no tag', '--', []],
])('%s', (source, at, expected) => {
  expect(words(source, at)).toEqual(expected)
})

it('answers about any text', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(), (source, offset) => {
      for (const tag of blockAt(source, offset))
        expect(source.slice(tag.start, tag.start + 2)).toBe('{%')
    }),
  )
})
