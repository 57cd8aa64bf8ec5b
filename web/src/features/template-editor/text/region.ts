/** Where the source of a template stands in its file, and what the file becomes when it changes. */

import { isMap, isScalar, isSeq, type Pair, type Document as Parsed, type YAMLMap } from 'yaml'

export const LIST = 'templates'
export type SourceKey = 'template_content' | 'undo_content'

/** A source written as a block (`|`): each line of it is a line of the file, moved right. */
export interface Region {
  /** Offset of the `|`. */
  head: number
  /** Offsets of its first line, and behind its last one. */
  start: number
  end: number
  /** Line of the file of its first line, from 1. */
  line: number
  indent: number
  /** Column of its key, from 0. */
  keyIndent: number
}

/** The template of that id, else the one at that place: an id may be half-typed. */
export function itemOf(document: Parsed, id: string, index: number): YAMLMap | null {
  const list = isMap(document.contents) ? document.contents.get(LIST, true) : undefined
  if (!isSeq(list)) return null
  const named = list.items.find((item) => isMap(item) && item.get('id') === id)
  const found = named ?? list.items[index]
  return isMap(found) ? found : null
}

export function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find((pair) => isScalar(pair.key) && pair.key.value === key)
}

export const lineStart = (text: string, offset: number): number =>
  text.lastIndexOf('\n', offset - 1) + 1

/** Offset behind the line end of the line that an offset is in. */
export function lineEnd(text: string, offset: number): number {
  const found = text.indexOf('\n', offset)
  return found < 0 ? text.length : found + 1
}

export const lineOf = (text: string, offset: number): number => {
  let line = 1
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1))
    line += 1
  return line
}

export const newlineOf = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n')

/** The block that holds a source; null when it is written in another way, or not at all. */
export function regionOf(text: string, item: YAMLMap, key: SourceKey): Region | null {
  const pair = pairOf(item, key)
  const value = pair?.value
  const keyRange = isScalar(pair?.key) ? pair.key.range : null
  if (!isScalar(value) || value.type !== 'BLOCK_LITERAL' || !value.range || !keyRange) return null
  const head = text.indexOf('|', value.range[0])
  const start = lineEnd(text, head)
  const keyIndent = keyRange[0] - lineStart(text, keyRange[0])
  const end = Math.max(start, value.range[1])
  const header = text.slice(head, start)
  const said = /[1-9]/.exec(header.split('#')[0] ?? '')
  const first = text
    .slice(start, end)
    .split('\n')
    .find((line) => line.trim() !== '')
  const found = first ? first.length - first.trimStart().length : keyIndent + 2
  const indent = said ? keyIndent + Number(said[0]) : Math.max(found, keyIndent + 1)
  return { head, start, end, line: lineOf(text, start), indent, keyIndent }
}

/** The lines of a block as their source has them. */
export function sourceIn(text: string, region: Region): string {
  const body = text.slice(region.start, region.end).replace(/\r?\n$/, '')
  return body
    .split(/\r?\n/)
    .map((line) => {
      const blank = line.length - line.trimStart().length
      return line.slice(Math.min(region.indent, blank))
    })
    .join('\n')
}

/** The text with another source in its block, and where that is now. */
export function withSource(
  text: string,
  region: Region,
  source: string,
): { text: string; region: Region } {
  const newline = newlineOf(text)
  const pad = ' '.repeat(region.indent)
  const lines = source.split('\n')
  const body = lines.map((line) => (line ? pad + line : '') + newline).join('')
  const written = text.slice(region.head, region.start)
  const head = headFor(written, lines, region)
  const next = text.slice(0, region.head) + head + body + text.slice(region.end)
  const start = region.head + head.length
  return { text: next, region: { ...region, start, end: start + body.length } }
}

/** Spaces at the beginning would be taken for the place of all lines: then that is written. */
function headFor(written: string, lines: readonly string[], region: Region): string {
  const first = lines.findIndex((line) => line.trim() !== '')
  const opening = first < 0 ? lines : lines.slice(0, first + 1)
  const isSaid = /^\|[+-]?[1-9]/.test(written)
  const head = written.endsWith('\n') ? written : `${written}\n`
  if (isSaid || !opening.some((line) => line.startsWith(' '))) return head
  return `|${region.indent - region.keyIndent}${head.slice(1)}`
}
