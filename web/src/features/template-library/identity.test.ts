import fc from 'fast-check'
import { expect, it } from 'vitest'
import { idFrom, isPackName, isTemplateId, isVersion } from './identity'

it.each([
  ['Managed Delta table (copy)', 'managed_delta_table_copy'],
  ['  Größe & Maß ', 'gro_e_ma'],
  ['2nd load', 'nd_load'],
  ['日本', 'template'],
])('the id of %j is %s', (name, id) => {
  expect(idFrom(name, new Set())).toBe(id)
})

it('a taken id gets a number', () => {
  expect(idFrom('Load', new Set(['load', 'load_2']))).toBe('load_3')
})

it('whatever the name, its id is one', () => {
  fc.assert(fc.property(fc.string(), (name) => isTemplateId(idFrom(name, new Set()))))
})

it('knows names of packs and versions', () => {
  expect([isPackName('acme-1'), isPackName('Acme'), isPackName('')]).toEqual([true, false, false])
  expect([isVersion('1.2.3'), isVersion('1.2'), isVersion('1.2.3-rc.1')]).toEqual([
    true,
    false,
    true,
  ])
})
