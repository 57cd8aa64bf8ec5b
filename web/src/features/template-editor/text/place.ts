/** Places of the file (lines from 1, columns in characters) and of the source in the editor. */

import type { At, Span } from '@/ui/code/service'
import type { Region } from './region'

export interface FileRange {
  line: number
  column: number
  end_line: number
  end_column: number
  file?: string
}

/** Characters beyond the usual plane are two columns of the editor, and one of the server. */
const toCharacters = (line: string, column: number): number => {
  const head = line.slice(0, column - 1)
  return column - (/[\ud800-\udbff]/.test(head) ? head.length - [...head].length : 0)
}
const toUnits = (line: string, column: number): number => {
  if (!/[\ud800-\udbff]/.test(line)) return column
  return [...line].slice(0, column - 1).join('').length + 1
}

export class Places {
  private readonly lines: string[]
  private readonly region: Pick<Region, 'line' | 'indent'>

  constructor(source: string, region: Pick<Region, 'line' | 'indent'>) {
    this.lines = source.split('\n')
    this.region = region
  }

  toFile({ line, column }: At): { line: number; column: number } {
    return {
      line: line + this.region.line - 1,
      column: toCharacters(this.lines[line - 1] ?? '', column) + this.region.indent,
    }
  }

  rangeToFile(span: Span): FileRange {
    const start = this.toFile(span)
    const end = this.toFile({ line: span.endLine, column: span.endColumn })
    return { ...start, end_line: end.line, end_column: end.column }
  }

  /** Line of the source; null when it is outside. */
  line(fileLine: number): number | null {
    const line = fileLine - this.region.line + 1
    return line >= 1 && line <= this.lines.length ? line : null
  }

  at(line: number, column: number): At | null {
    const found = this.line(line)
    if (found === null) return null
    const own = this.lines[found - 1] ?? ''
    const inside = Math.max(1, column - this.region.indent)
    return { line: found, column: Math.min(toUnits(own, inside), own.length + 1) }
  }

  /** The range in the source; null when it begins or ends outside, or is of another file. */
  span(range: FileRange): Span | null {
    if (range.file) return null
    const start = this.at(range.line, range.column)
    const end = this.at(range.end_line, range.end_column)
    return start && end && { ...start, endLine: end.line, endColumn: end.column }
  }
}

/** A text after edits that are about it as it is; places as the server says them. */
export function applied(text: string, edits: readonly (FileRange & { text: string })[]): string {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  const offset = (line: number, column: number): number => {
    const start = starts[Math.min(line, starts.length) - 1] ?? 0
    const end = (starts[line] ?? text.length + 1) - 1
    return Math.min(start + toUnits(text.slice(start, end), column) - 1, Math.max(start, end))
  }
  let next = text
  const inOrder = [...edits].sort((a, b) => b.line - a.line || b.column - a.column)
  for (const edit of inOrder)
    next =
      next.slice(0, offset(edit.line, edit.column)) +
      edit.text +
      next.slice(offset(edit.end_line, edit.end_column))
  return next
}
