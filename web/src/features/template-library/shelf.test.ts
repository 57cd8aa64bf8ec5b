import { expect, it } from 'vitest'
import { shelfIn, withFavourite, withUsed } from './shelf'

const EMPTY = { favourites: [], recent: [] }

it.each([
  [undefined],
  [{}],
  [{ templates: null }],
  [{ templates: { favourites: 'x', recent: [1, {}] } }],
])('preferences that say nothing of templates (%j) are an empty shelf', (preferences) => {
  expect(shelfIn(preferences)).toEqual(EMPTY)
})

it('a favourite is there once, and goes again', () => {
  const once = withFavourite(withFavourite(EMPTY, 'merge', true), 'merge', true)
  expect(once.favourites).toEqual(['merge'])
  expect(withFavourite(once, 'merge', false)).toEqual(EMPTY)
})

it('what was used last comes first, and twelve are kept', () => {
  let shelf = EMPTY as ReturnType<typeof withUsed>
  for (let number = 0; number < 20; number += 1) shelf = withUsed(shelf, `t${number}`)
  shelf = withUsed(shelf, 't15')
  expect(shelf.recent).toHaveLength(12)
  expect(shelf.recent.slice(0, 3)).toEqual(['t15', 't19', 't18'])
})
