/** What a grid of columns makes of keys and of pasted text. */

export type Column = Record<string, unknown>

/** Types that most columns have; any other one may be typed. */
export const COMMON_TYPES = [
  'STRING',
  'BIGINT',
  'INT',
  'DOUBLE',
  'DECIMAL(18,2)',
  'BOOLEAN',
  'DATE',
  'TIMESTAMP',
  'TIMESTAMP_NTZ',
  'BINARY',
  'VARIANT',
  'FLOAT',
  'SMALLINT',
  'TINYINT',
  'ARRAY<STRING>',
  'MAP<STRING, STRING>',
  'STRUCT<>',
] as const

/** Whether a pasted text is more than one cell: then it is read as columns. */
export const isTable = (text: string): boolean =>
  /\r?\n\s*\S/.test(text.trim()) || text.includes('\t') || /^\s*create\s/i.test(text)

/** A column with a cell changed; what says nothing is left out. */
export function withCell(column: Column, name: string, value: unknown): Column {
  if (value === undefined || value === '') {
    const { [name]: _, ...rest } = column
    return name === 'name' || name === 'type' ? { ...rest, [name]: '' } : rest
  }
  if (name === 'nullable' && value === true) {
    const { nullable: _, ...rest } = column
    return rest
  }
  return { ...column, [name]: value }
}

export const newColumn = (columns: readonly Column[]): Column => {
  const taken = new Set(columns.map((column) => column.name))
  let number = columns.length + 1
  while (taken.has(`column_${number}`)) number += 1
  return { name: `column_${number}`, type: 'STRING' }
}

/** A list with one of its members moved by some places; the same list when there is no room. */
export function moved<T>(list: readonly T[], index: number, by: number): readonly T[] {
  const to = index + by
  const one = list[index]
  if (one === undefined || to < 0 || to >= list.length) return list
  return list.toSpliced(index, 1).toSpliced(to, 0, one)
}

/** Columns added to others; one of the same name, in any case, is replaced where it stands. */
export function joined(old: readonly Column[], added: readonly Column[]): Column[] {
  const key = (column: Column) => String(column.name ?? '').toLowerCase()
  const fresh = new Map(added.map((column) => [key(column), column]))
  const kept = old.map((column) => {
    const newer = fresh.get(key(column))
    fresh.delete(key(column))
    return newer ? { ...column, ...newer } : column
  })
  return [...kept, ...fresh.values()]
}
