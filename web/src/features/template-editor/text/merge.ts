/** Two texts that began as one, brought together line by line. */

import { diff3Merge } from 'node-diff3'

/** Lines that both changed, in different ways. */
export interface Clash {
  base: string
  ours: string
  theirs: string
}

export type Piece = { kind: 'text'; text: string } | ({ kind: 'clash' } & Clash)

export type Side = 'ours' | 'theirs' | 'both'

export function mergeTexts(base: string, ours: string, theirs: string): Piece[] {
  const lines = (text: string) => text.split('\n')
  return diff3Merge(lines(ours), lines(base), lines(theirs), {
    excludeFalseConflicts: true,
  }).map((region) =>
    region.conflict
      ? {
          kind: 'clash',
          base: region.conflict.o.join('\n'),
          ours: region.conflict.a.join('\n'),
          theirs: region.conflict.b.join('\n'),
        }
      : { kind: 'text', text: (region.ok ?? []).join('\n') },
  )
}

/** The text with a side for each clash; null while one is undecided. */
export function merged(
  pieces: readonly Piece[],
  sides: readonly (Side | undefined)[],
): string | null {
  let clash = 0
  const parts: string[] = []
  for (const piece of pieces) {
    if (piece.kind === 'text') {
      parts.push(piece.text)
      continue
    }
    const side = sides[clash]
    clash += 1
    if (!side) return null
    const chosen = side === 'both' ? [piece.ours, piece.theirs] : [piece[side]]
    parts.push(...chosen.filter((text) => text !== ''))
  }
  return parts.join('\n')
}
