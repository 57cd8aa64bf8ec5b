import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { createStatements, hashOf, isId, modelOfTables, proposedId, WAYS, wayOf } from './begin'

describe('a new model', () => {
  it('gets an id that nobody has', () => {
    expect(proposedId('Web Orders', new Set(['web_orders']))).toBe('web_orders_2')
  })

  it('gets no id without a name', () => {
    expect(proposedId('  ', new Set())).toBe('')
  })

  it.each(WAYS)('has an address for its way: %s', (way) => {
    expect(wayOf(hashOf(way))).toBe(way)
  })

  it.each([
    ['orders_2', true],
    ['2_orders', false],
    ['Orders', false],
    ['a b', false],
    ['', false],
  ])('may be called %s: %s', (id, allowed) => {
    expect(isId(id)).toBe(allowed)
  })
})

describe('CREATE TABLE statements', () => {
  it('are found one by one', () => {
    const text = `-- shop
CREATE TABLE a (x INT);
create or replace table b.c (y STRING);
`
    expect(createStatements(text)).toEqual([
      'CREATE TABLE a (x INT)',
      'create or replace table b.c (y STRING)',
    ])
  })

  it('are not looked for inside of a comment on a column', () => {
    expect(createStatements("CREATE TABLE a (x INT COMMENT 'create a table')")).toHaveLength(1)
  })

  it('are none in another text', () => {
    expect(createStatements('SELECT 1')).toEqual([])
  })

  it('become nodes with catalog, schema and columns', () => {
    const column = { name: 'id', type: 'BIGINT', comment: 'Key', nullable: false }
    const text = modelOfTables('shop', 'Shop', [
      { name: '`main`.raw.orders', columns: [column] },
      { name: 'orders', columns: [{ ...column, comment: '', nullable: true }] },
    ])
    const [model] = parse(text).data_models
    expect(model.nodes).toEqual([
      {
        id: 'orders',
        name: 'orders',
        type: 'uc_table',
        properties: {
          catalog: 'main',
          schema: 'raw',
          name: 'orders',
          columns: [{ name: 'id', type: 'BIGINT', nullable: false, comment: 'Key' }],
        },
        position: { x: 0, y: 0 },
      },
      {
        id: 'orders_2',
        name: 'orders',
        type: 'uc_table',
        properties: { name: 'orders', columns: [{ name: 'id', type: 'BIGINT' }] },
        position: { x: 320, y: 0 },
      },
    ])
  })
})
