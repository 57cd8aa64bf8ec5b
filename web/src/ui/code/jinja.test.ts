import { expect, it } from 'vitest'
import { stopping } from './jinja'

it.each([
  [/'[^']*/, "'a {{ x }}'", "'a "],
  [/--.*$/, '-- a {% if %}', '-- a '],
  [/[^{]+/, 'ab{', 'ab'],
  [/\[[^\]\\]*/, '[a{#b', '[a'],
  [/a.b/, 'a{b', 'a{b'],
  [/[a-z{]+/, 'a{b', 'a{b'],
])('%s stops in front of a delimiter', (expression, text, matched) => {
  expect(stopping(expression).exec(text)?.[0]).toBe(matched)
})
