import { expect, it } from 'vitest'
import { applied, Places } from './place'

const places = new Places('ab\n😀 {{ x }}\n', { line: 10, indent: 6 })

it('a place of the source is one of the file, and back', () => {
  const at = places.toFile({ line: 2, column: 4 })
  expect(at).toEqual({ line: 11, column: 9 })
  expect(places.at(at.line, at.column)).toEqual({ line: 2, column: 4 })
})

it('what is outside of the source has no place in it', () => {
  expect(places.at(9, 1)).toBeNull()
  expect(places.span({ line: 10, column: 7, end_line: 14, end_column: 1 })).toBeNull()
  expect(places.span({ line: 10, column: 7, end_line: 10, end_column: 9, file: 'x' })).toBeNull()
})

it('applies edits from the end, so that none moves another', () => {
  const edit = (line: number, column: number, end_column: number, text: string) => ({
    line,
    column,
    end_line: line,
    end_column,
    text,
  })
  expect(applied('a b\nc', [edit(1, 1, 2, 'xx'), edit(1, 4, 4, '!'), edit(2, 1, 2, '')])).toBe(
    'xx b!\n',
  )
  expect(applied('😀a', [edit(1, 2, 3, 'b')])).toBe('😀b')
})
