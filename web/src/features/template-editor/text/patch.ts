/**
 * Changes to the declarations of a template in the text of its file. Comments and all other lines
 * stay; what is written in a way that cannot be patched is written anew by the YAML library, so
 * that the result always says what was asked for.
 */

import {
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Pair,
  type Document as Parsed,
  parseDocument,
  stringify,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml'
import { itemOf, LIST, lineEnd, lineStart, newlineOf, pairOf } from './region'

export type Key = string | number

/** One change below a template; paths begin at the template. */
export type Patch =
  | { op: 'set'; path: readonly Key[]; value: unknown }
  | { op: 'unset'; path: readonly Key[] }
  | { op: 'insert'; path: readonly Key[]; at: number; value: unknown }
  | { op: 'remove'; path: readonly Key[]; at: number }
  | { op: 'move'; path: readonly Key[]; from: number; to: number }

/** In which order keys are written when one is added. */
const ORDER: readonly string[] = [
  'id',
  'name',
  'type',
  'category',
  'description',
  'language',
  'version',
  'requires',
  'node_types',
  'required',
  'enabled',
  'default',
  'pattern',
  'min',
  'max',
  'choices',
  'sample',
  'from',
  'variables',
  'variations',
  'adds_variables',
  'template_content',
  'undo_content',
  'output_type',
  'tags',
  'changelog',
  'deprecated',
]
const LONGEST_FLOW = 72

/** The text after all patches; null when it is no YAML, or has no such template. */
export function patched(
  text: string,
  id: string,
  index: number,
  patches: readonly Patch[],
): string | null {
  let next: string | null = text
  for (const patch of patches) {
    if (next === null) return null
    next = patchedOnce(next, id, index, patch)
  }
  return next
}

function patchedOnce(text: string, id: string, index: number, patch: Patch): string | null {
  const document = parseDocument(text)
  const item = document.errors.length === 0 ? itemOf(document, id, index) : null
  if (!item) return null
  const before = item.toJS(document) as Record<string, unknown>
  const wanted = changed(before, patch)
  if (wanted === undefined) return null
  if (same(wanted, before)) return text
  const written = writtenIn(text, document, item, patch)
  if (written !== null && says(written, idAfter(id, patch), index, wanted)) return written
  const list = document.get(LIST, true)
  const place = isSeq(list) ? list.items.indexOf(item) : -1
  if (place < 0) return null
  rewrite(document, place, patch)
  const whole = document.toString({ lineWidth: 0 })
  return says(whole, idAfter(id, patch), index, wanted) ? whole : null
}

const idAfter = (id: string, patch: Patch): string =>
  patch.op === 'set' && patch.path.length === 1 && patch.path[0] === 'id' ? String(patch.value) : id

function says(text: string, id: string, index: number, wanted: unknown): boolean {
  const document = parseDocument(text)
  if (document.errors.length > 0) return false
  const item = itemOf(document, id, index)
  return item !== null && same(item.toJS(document), wanted)
}

/** Equal values; keys of a mapping in any order. */
function same(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((value, place) => same(value, other[place]))
  if (isRecord(one) && isRecord(other)) {
    const keys = Object.keys(one)
    return (
      keys.length === Object.keys(other).length &&
      keys.every((key) => Object.hasOwn(other, key) && same(one[key], other[key]))
    )
  }
  return Object.is(one, other)
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What the template is to say afterwards; undefined when the path leads nowhere. */
function changed(value: unknown, patch: Patch, at = 0): unknown {
  const key = patch.path[at]
  const isLast = at === patch.path.length - 1
  if (key === undefined) return undefined
  const isList = Array.isArray(value)
  const now = isList ? value[Number(key)] : isRecord(value) ? value[key] : undefined
  let next: unknown
  if (isLast && patch.op === 'set') next = patch.value
  else if (isLast && patch.op === 'unset') {
    if (!isRecord(value)) return undefined
    const { [key]: _, ...rest } = value
    return rest
  } else if (isLast) {
    next = listAfter(Array.isArray(now) ? now : [], patch)
    if (next === undefined) return undefined
    if (Array.isArray(next) && next.length === 0 && isRecord(value)) {
      const { [key]: _, ...rest } = value
      return rest
    }
  } else {
    next = changed(now, patch, at + 1)
    if (next === undefined) return undefined
  }
  if (isList) return value.with(Number(key), next)
  return isRecord(value) ? { ...value, [key]: next } : undefined
}

function listAfter(list: unknown[], patch: Patch): unknown[] | undefined {
  switch (patch.op) {
    case 'insert':
      return list.toSpliced(patch.at, 0, patch.value)
    case 'remove':
      return patch.at < list.length ? list.toSpliced(patch.at, 1) : undefined
    case 'move': {
      if (patch.from >= list.length || patch.to >= list.length) return undefined
      return list.toSpliced(patch.from, 1).toSpliced(patch.to, 0, list[patch.from])
    }
    default:
      return undefined
  }
}

// --- line by line ---

function writtenIn(text: string, document: Parsed, item: YAMLMap, patch: Patch): string | null {
  const parents = patch.op === 'set' || patch.op === 'unset' ? patch.path.slice(0, -1) : patch.path
  const holder = parents.length ? item.getIn(parents, true) : item
  if (patch.op === 'set' || patch.op === 'unset') {
    const key = patch.path.at(-1)
    if (!isMap(holder) || typeof key !== 'string') return null
    if (holder.flow) return flowAgain(text, document, holder, patch)
    return patch.op === 'set'
      ? withKey(text, holder, key, patch.value)
      : withoutKey(text, holder, key)
  }
  const list = isSeq(holder) && !holder.flow && holder.items.length > 0 ? holder : null
  const key = patch.path.at(-1)
  const above = patch.path.length > 1 ? item.getIn(patch.path.slice(0, -1), true) : item
  if (patch.op === 'insert' && !list)
    return isMap(above) && !above.flow && typeof key === 'string' && isEmpty(holder)
      ? withKey(text, above, key, [patch.value], true)
      : null
  if (!list) return null
  if (patch.op === 'remove' && list.items.length === 1)
    return isMap(above) && !above.flow && typeof key === 'string'
      ? withoutKey(text, above, key)
      : null
  return withItems(text, list, patch)
}

const isEmpty = (holder: unknown): boolean =>
  holder === undefined ||
  holder === null ||
  (isCollection(holder) && holder.items.length === 0) ||
  (isScalar(holder) && holder.value === null)

/** A mapping in braces is short: it is written anew. */
function flowAgain(text: string, document: Parsed, map: YAMLMap, patch: Patch): string | null {
  const key = patch.path.at(-1)
  if (!map.range || typeof key !== 'string') return null
  const value = map.toJS(document) as Record<string, unknown>
  if (patch.op === 'set') value[key] = patch.value
  else delete value[key]
  return text.slice(0, map.range[0]) + flow(value) + text.slice(map.range[1])
}

const flow = (value: unknown): string =>
  stringify(value, {
    collectionStyle: 'flow',
    lineWidth: 0,
    flowCollectionPadding: false,
  }).trimEnd()

/** `key: value` as lines, the first one without its indentation. */
function pairText(
  key: string,
  value: unknown,
  indent: number,
  newline: string,
  block = false,
): string {
  const pad = ' '.repeat(indent)
  const short = flow(value)
  const isFlow =
    !block && typeof value === 'object' && value !== null && short.length <= LONGEST_FLOW
  const text = isFlow
    ? `${key}: ${short}`
    : stringify({ [key]: value }, { lineWidth: 0, indentSeq: true }).trimEnd()
  return text
    .split('\n')
    .map((line, place) => (place && line ? pad + line : line))
    .join(newline)
}

const columnOf = (text: string, offset: number): number => offset - lineStart(text, offset)

function spanOf(text: string, pair: Pair): { start: number; end: number } | null {
  const start = isNode(pair.key) ? pair.key.range?.[0] : undefined
  if (start === undefined) return null
  const valueEnd = isNode(pair.value) ? (endOf(pair.value) ?? start) : start
  return { start, end: endOfLines(text, Math.max(start, valueEnd)) }
}

/** Behind the last line of what ends there. */
const endOfLines = (text: string, end: number): number =>
  end > 0 && text[end - 1] === '\n' ? end : lineEnd(text, end)

/** Where a value ends, without the comments behind it. */
function endOf(node: unknown): number | undefined {
  if (isCollection(node) && !node.flow && node.items.length > 0) {
    const last = node.items.at(-1)
    const inside = isMap(node) ? ((last as Pair).value ?? (last as Pair).key) : (last as unknown)
    return endOf(inside) ?? node.range?.[1]
  }
  return isNode(node) ? node.range?.[1] : undefined
}

function withKey(
  text: string,
  map: YAMLMap,
  key: string,
  value: unknown,
  block = false,
): string | null {
  const first = map.items[0]
  const firstKey = isNode(first?.key) ? first.key.range : null
  if (!firstKey) return null
  const indent = columnOf(text, firstKey[0])
  const newline = newlineOf(text)
  const old = pairOf(map, key)
  if (old) return withValue(text, old, key, value, indent, newline, block)
  const rank = ORDER.indexOf(key)
  const before = map.items.findLast(
    (pair) => isScalar(pair.key) && ORDER.indexOf(String(pair.key.value)) < rank,
  )
  const behind = spanOf(text, before ?? map.items.at(-1) ?? ({} as Pair))
  if (!behind) return null
  const written = `${' '.repeat(indent)}${pairText(key, value, indent, newline, block)}${newline}`
  const head = text.slice(0, behind.end)
  const gap = head.endsWith('\n') ? '' : newline
  return head + gap + written + text.slice(behind.end)
}

function withValue(
  text: string,
  pair: Pair,
  key: string,
  value: unknown,
  indent: number,
  newline: string,
  block: boolean,
): string | null {
  const span = spanOf(text, pair)
  if (!span) return null
  const written = pairText(key, value, indent, newline, block)
  const old = pair.value
  const range = isNode(old) ? old.range : null
  const isShort = !written.includes('\n')
  const stays =
    isShort &&
    range &&
    range[1] > range[0] &&
    (isScalar(old) ? !String(old.type).startsWith('BLOCK') : isCollection(old) && old.flow) &&
    !text.slice(range[0], range[1]).includes('\n')
  // A comment behind the value stays where it is.
  if (stays) return text.slice(0, range[0]) + written.slice(key.length + 2) + text.slice(range[1])
  return text.slice(0, span.start) + written + newline + text.slice(span.end)
}

function withoutKey(text: string, map: YAMLMap, key: string): string | null {
  const place = map.items.findIndex((pair) => isScalar(pair.key) && pair.key.value === key)
  const pair = map.items[place]
  const span = pair && spanOf(text, pair)
  if (!pair || !span || map.items.length < 2) return null
  const line = lineStart(text, span.start)
  if (text.slice(line, span.start).trim() === '') return text.slice(0, line) + text.slice(span.end)
  // Behind a dash: the next key takes its place.
  const next = map.items[place + 1]
  const nextStart = isNode(next?.key) ? next.key.range?.[0] : undefined
  return nextStart === undefined ? null : text.slice(0, span.start) + text.slice(nextStart)
}

function withItems(
  text: string,
  list: YAMLSeq,
  patch: Extract<Patch, { op: 'insert' | 'remove' | 'move' }>,
): string | null {
  const bounds = boundsOf(text, list)
  if (!bounds) return null
  const { first, ends, column } = bounds
  const chunks = ends.map((end, place) => text.slice(place ? ends[place - 1] : first, end))
  if (patch.op === 'insert') {
    const newline = newlineOf(text)
    const pad = ' '.repeat(column)
    const written = stringify([patch.value], { lineWidth: 0 })
      .trimEnd()
      .split('\n')
      .map((line) => (line ? pad + line : line) + newline)
      .join('')
    chunks.splice(patch.at, 0, written)
  } else if (patch.op === 'remove') chunks.splice(patch.at, 1)
  else {
    const [moved] = chunks.splice(patch.from, 1)
    if (moved === undefined) return null
    chunks.splice(patch.to, 0, moved)
  }
  const newline = newlineOf(text)
  const whole = chunks.map((chunk) => (chunk.endsWith('\n') ? chunk : chunk + newline)).join('')
  return text.slice(0, first) + whole + text.slice(ends.at(-1))
}

/** Where the first item begins, each ends, and in which column the dashes are. */
function boundsOf(
  text: string,
  list: YAMLSeq,
): { first: number; ends: number[]; column: number } | null {
  const ends: number[] = []
  let first = -1
  let column = -1
  for (const item of list.items) {
    const range = isNode(item) ? item.range : null
    const end = endOf(item)
    if (!range || end === undefined) return null
    const line = lineStart(text, range[0])
    const dash = text.indexOf('-', line)
    if (text.slice(line, dash).trim() !== '' || text.slice(dash + 1, range[0]).trim() !== '')
      return null
    if (column < 0) {
      column = dash - line
      first = withComments(text, line, column)
    }
    ends.push(endOfLines(text, end))
  }
  return first < 0 ? null : { first, ends, column }
}

/** The comments right above the first item are its own, as those above any other are. */
function withComments(text: string, line: number, column: number): number {
  let first = line
  while (first > 0) {
    const above = lineStart(text, first - 1)
    const written = text.slice(above, first)
    if (!written.trimStart().startsWith('#') || written.search(/\S/) < column) return first
    first = above
  }
  return first
}

// --- by the library ---

function rewrite(document: Parsed, place: number, patch: Patch): void {
  const path = [LIST, place, ...patch.path]
  switch (patch.op) {
    case 'set':
      document.setIn(path, document.createNode(patch.value))
      return
    case 'unset':
      document.deleteIn(path)
      return
    default: {
      const list = document.getIn(path, true)
      if (!isSeq(list)) {
        if (patch.op === 'insert') document.setIn(path, document.createNode([patch.value]))
        return
      }
      if (patch.op === 'insert') list.items.splice(patch.at, 0, document.createNode(patch.value))
      else if (patch.op === 'remove') list.items.splice(patch.at, 1)
      else list.items.splice(patch.to, 0, ...list.items.splice(patch.from, 1))
      if (list.items.length === 0) document.deleteIn(path)
    }
  }
}
