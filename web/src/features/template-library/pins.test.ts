import { expect, it } from 'vitest'
import { withPin } from './pins'

const TEXT = `recipes:
  - id: all # everything
    scripts:
      - { node: a, template: merge, version: 1.0.0 }
      - { node: b, template: merge }
      - { node: c, template: other, version: 1.0.0 }
  - id: some
    defaults:
      - { node_type: t, template: merge, version: 1.0.0 }
`

it('pins the choices of one recipe that were pinned, and nothing else', () => {
  expect(withPin(TEXT, 'all', 'merge', '2.0.0')).toBe(
    TEXT.replace('merge, version: 1.0.0', 'merge, version: 2.0.0'),
  )
})

it.each([
  ['nobody', 'merge', '2.0.0'],
  ['all', 'nothing', '2.0.0'],
  ['all', 'merge', '1.0.0'],
])('says when there is nothing to pin: %s, %s, %s', (recipe, template, version) => {
  expect(withPin(TEXT, recipe, template, version)).toBeNull()
})

it('leaves a broken file alone', () => {
  expect(withPin('recipes: [', 'all', 'merge', '2.0.0')).toBeNull()
})
