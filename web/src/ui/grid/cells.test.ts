import { expect, it } from 'vitest'
import { isTable, joined, moved, newColumn, withCell } from './cells'

it('knows a pasted table from a pasted word', () => {
  expect(['id', 'id\tBIGINT', 'id\nname', 'CREATE TABLE t (id INT)', 'id\n'].map(isTable)).toEqual([
    false,
    true,
    true,
    true,
    false,
  ])
})

it('leaves out what says nothing', () => {
  const column = { name: 'id', type: 'INT', comment: 'Key', nullable: false }
  expect(withCell(withCell(column, 'comment', ''), 'nullable', true)).toEqual({
    name: 'id',
    type: 'INT',
  })
  expect(withCell(column, 'name', '')).toMatchObject({ name: '' })
})

it('gives a new column a name that nobody has', () => {
  expect(newColumn([{ name: 'column_2' }])).toEqual({ name: 'column_3', type: 'STRING' })
})

it('moves a row, and not past the ends', () => {
  const rows = ['a', 'b', 'c']
  expect(moved(rows, 0, 1)).toEqual(['b', 'a', 'c'])
  expect(moved(rows, 0, -1)).toBe(rows)
  expect(moved(rows, 2, 1)).toBe(rows)
})

it('adds columns, and replaces one of the same name where it stands', () => {
  expect(
    joined(
      [
        { name: 'Id', type: 'INT', tags: {} },
        { name: 'x', type: 'DATE' },
      ],
      [
        { name: 'id', type: 'BIGINT' },
        { name: 'y', type: 'STRING' },
      ],
    ),
  ).toEqual([
    { name: 'id', type: 'BIGINT', tags: {} },
    { name: 'x', type: 'DATE' },
    { name: 'y', type: 'STRING' },
  ])
})
