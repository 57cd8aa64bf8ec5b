import { isScalar, parseDocument } from 'yaml'
import type { Key } from './patch'
import { itemOf, lineOf, lineStart } from './region'

/** Where the name of a declared variable stands in the file; null when it cannot be found. */
export function nameInFile(
  text: string,
  id: string,
  index: number,
  path: readonly Key[],
): { line: number; column: number } | null {
  const item = itemOf(parseDocument(text), id, index)
  const found = item?.getIn([...path, 'name'], true)
  if (!isScalar(found) || !found.range) return null
  const isQuoted = /["']/.test(text[found.range[0]] ?? '')
  const offset = found.range[0] + (isQuoted ? 1 : 0)
  return { line: lineOf(text, offset), column: offset - lineStart(text, offset) + 1 }
}
