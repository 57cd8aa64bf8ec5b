import { describe, expect, it } from 'vitest'
import type { ConfigurationReply, EffectiveReply, WrittenReply } from '@/api/schema.gen'
import { holding, listed, valueAt, withValue } from './settings'

const kept = (name: string, more: Partial<ConfigurationReply> = {}): ConfigurationReply => ({
  id: `${name} ${more.scope ?? ''}`,
  name,
  type: 'cluster',
  config: { num_workers: 1 },
  is_active: true,
  scope: 'workspace',
  scope_ref: '',
  created_at: '',
  updated_at: '',
  ...more,
})
const written: WrittenReply = {
  file: 'metadata/configurations/a.yaml',
  name: 'small',
  type: 'cluster',
  config: { num_workers: 2, spark: 3 },
  is_active: true,
  scope: 'workspace',
  scope_ref: '',
}

it('lists by type and name, what overrides after what it overrides', () => {
  const found = listed(
    [
      kept('small', { scope: 'target', scope_ref: 'prod' }),
      kept('small'),
      kept('t', { type: 'job' }),
    ],
    [written],
  )
  expect(found.map(({ type }) => type)).toEqual(['cluster', 'job'])
  expect(found[0]?.entries.map(({ scope, file }) => [scope, file])).toEqual([
    ['workspace', 'metadata/configurations/a.yaml'],
    ['workspace', ''],
    ['target', ''],
  ])
})

it('what holds is one group for each cluster, and one for all jobs', () => {
  const value = (type: EffectiveReply['type'], name: string, key: string): EffectiveReply => ({
    type,
    name,
    key,
    value: 1,
    from_configuration: null,
    from_file: 'x',
    from_scope: 'workspace',
    from_scope_ref: '',
  })
  const groups = holding([
    value('cluster', 'a', 'x'),
    value('cluster', 'b', 'x'),
    value('job', 'c', 'x'),
    value('job', 'd', 'y'),
  ])
  expect(groups.map(({ type, title, values }) => [type, title, values.length])).toEqual([
    ['cluster', 'a', 1],
    ['cluster', 'b', 1],
    ['job', '', 2],
  ])
})

describe('a value of the settings', () => {
  it('is set where it is, in its place', () => {
    const config = { a: 1, b: { c: [{ d: 1 }] } }
    expect(withValue(config, ['b', 'c', 0, 'd'], 2)).toEqual({ a: 1, b: { c: [{ d: 2 }] } })
    expect(Object.keys(withValue(config, ['a'], 5))).toEqual(['a', 'b'])
    expect(valueAt(config, ['b', 'c', 0, 'd'])).toBe(1)
    expect(valueAt(config, ['x', 'y'])).toBeUndefined()
  })

  it('goes away when it is undefined', () => {
    expect(withValue({ a: 1, b: 2 }, ['a'], undefined)).toEqual({ b: 2 })
  })
})
