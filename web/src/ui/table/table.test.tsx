import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { rowAfter, toggled, withRange } from './movement'
import { rowsAsCsv, rowsAsYaml } from './rowsAsText'

describe('the keys of a list', () => {
  it.each([
    ['ArrowDown', 2, 3],
    ['ArrowDown', 9, 9],
    ['ArrowUp', 0, 0],
    ['ArrowUp', -1, 9],
    ['ArrowDown', -1, 0],
    ['PageDown', 2, 6],
    ['PageUp', 2, 0],
    ['Home', 5, 0],
    ['End', 5, 9],
    ['x', 5, null],
  ])('%s from row %i leads to %s', (key, now, next) => {
    expect(rowAfter(key, now, 10, 4)).toBe(next)
  })

  it('lead nowhere in an empty list', () => {
    expect(rowAfter('ArrowDown', -1, 0, 4)).toBeNull()
  })

  it('take in everything between two rows, in both directions', () => {
    expect([...withRange(new Set(['z']), ['a', 'b', 'c', 'd'], 3, 1)]).toEqual(['z', 'b', 'c', 'd'])
  })

  it('take a row in and out again', () => {
    expect([...toggled(toggled(new Set(['a']), 'b'), 'a')]).toEqual(['b'])
  })
})

describe('rows as a file', () => {
  it('are quoted where CSV asks for it', () => {
    expect(rowsAsCsv(['name', 'tags', 'n'], [{ name: 'a "b", c', tags: ['x', 'y'], n: 2 }])).toBe(
      'name,tags,n\r\n"a ""b"", c",x; y,2\r\n',
    )
  })

  it.each(['=1+1', '+1', '-1', '@x'])('never become a formula: %s', (text) => {
    expect(rowsAsCsv(['a'], [{ a: text }])).toBe(`a\r\n'${text}\r\n`)
  })

  it('come out of YAML as they went in', () => {
    const rows = [{ name: 'a: b', n: null, tags: ['x'] }]
    expect(parse(rowsAsYaml(rows))).toEqual(rows)
  })
})
