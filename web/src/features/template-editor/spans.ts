/** Which expression printed which characters of the output. */

import type { PreviewReply } from '@/api/schema.gen'
import type { Span } from '@/ui/code/service'

export type Printed = PreviewReply['spans'][number]

/** Offsets in UTF-16, as the editor counts; the server counts characters. */
export function inUnits(text: string, spans: readonly Printed[]): Printed[] {
  if (!/[\ud800-\udbff]/.test(text)) return [...spans]
  const units: number[] = []
  let at = 0
  for (const character of text) {
    units.push(at)
    at += character.length
  }
  units.push(at)
  const unit = (offset: number) => units[Math.min(offset, units.length - 1)] ?? at
  return spans.map((span) => ({ ...span, start: unit(span.start), end: unit(span.end) }))
}

export function offsetAt(text: string, line: number, column: number): number {
  let start = 0
  for (let now = 1; now < line; now += 1) {
    const end = text.indexOf('\n', start)
    if (end < 0) return text.length
    start = end + 1
  }
  return start + column - 1
}

/** The smallest piece around a character; text outside of expressions only names its line. */
export function printedAt(spans: readonly Printed[], offset: number): Printed | null {
  const around = spans.filter((span) => span.start <= offset && offset < span.end)
  return around.reduce<Printed | null>(
    (best, span) => (!best || span.end - span.start < best.end - best.start ? span : best),
    null,
  )
}

export function spanOf(text: string, { start, end }: Pick<Printed, 'start' | 'end'>): Span {
  const first = placeOf(text, start)
  const last = placeOf(text, end)
  return { ...first, endLine: last.line, endColumn: last.column }
}

function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset)
  const line = before.split('\n').length
  return { line, column: offset - before.lastIndexOf('\n') }
}
