/** Changes to the text of a model file that no drawing is needed for; its comments stay. */

import { isMap, isSeq, parse, parseDocument, stringify, type YAMLMap, type YAMLSeq } from 'yaml'

const LIST = 'data_models'

/** The text without one of its models; other lines stay as they are. Unchanged when not there. */
export const withoutModel = (text: string, id: string): string => withoutItem(text, LIST, id)

/** The same for whatever a file lists by id: `templates`, `recipes`. */
export function withoutItem(text: string, key: string, id: string): string {
  const document = parseDocument(text)
  const list = document.get(key)
  if (document.errors.length > 0 || !isSeq(list)) return text
  const index = list.items.findIndex((item) => isMap(item) && item.get('id') === id)
  if (index < 0) return text
  const cut = withoutLines(text, list, index)
  const expected = itemsOf(parse(text), key).toSpliced(index, 1)
  if (cut !== null && JSON.stringify(safelyRead(cut, key)) === JSON.stringify(expected)) return cut
  // Written in one line, or with anchors: the writer of the library keeps what it can.
  document.deleteIn([key, index])
  return document.toString({ lineWidth: 0 })
}

/** The text with another id and name for its only model. */
export function withIdentity(text: string, id: string, name: string): string {
  const document = parseDocument(text)
  const list = document.get(LIST)
  const first = isSeq(list) ? list.items[0] : undefined
  if (document.errors.length > 0 || !isMap(first)) return text
  const changes: readonly (readonly [string, string])[] = [
    ['id', id],
    ['name', name],
  ]
  let next = text
  for (const [key, value] of changes) next = withScalar(next, key, value)
  return next
}

function withScalar(text: string, key: string, value: string): string {
  const document = parseDocument(text)
  const path = [LIST, 0, key]
  if (document.getIn(path) === value) return text
  const found = document.getIn(path, true)
  const range = hasRange(found) ? found.range : null
  if (range) {
    const [start, end] = range
    const next =
      text.slice(0, start) + stringify(value, { lineWidth: 0 }).trimEnd() + text.slice(end)
    if (parseDocument(next).getIn(path) === value) return next
  }
  document.setIn(path, value)
  return document.toString({ lineWidth: 0 })
}

function withoutLines(text: string, list: YAMLSeq, index: number): string | null {
  const range = (list.items[index] as YAMLMap).range
  if (!range) return null
  const dash = text.lastIndexOf('\n', range[0]) + 1
  if (text.slice(dash, range[0]).trim() !== '-') return null
  // The range ends where the value does, so that comments about the next one stay.
  const end = text[range[1] - 1] === '\n' ? range[1] : text.indexOf('\n', range[1]) + 1
  return text.slice(0, dash) + (end > 0 ? text.slice(end) : '')
}

function safelyRead(text: string, key: string): unknown[] | null {
  try {
    return itemsOf(parse(text), key)
  } catch {
    return null
  }
}

function itemsOf(value: unknown, key: string): unknown[] {
  const found = (value as Record<string, unknown> | null)?.[key]
  return Array.isArray(found) ? found : []
}

const hasRange = (node: unknown): node is { range: [number, number, number] } =>
  typeof node === 'object' && node !== null && Array.isArray((node as { range?: unknown }).range)
