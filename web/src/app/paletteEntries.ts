import type { ReactNode } from 'react'
import { nearness } from '@/lib/rank'

/** Something that the palette can open or do. */
export interface Entry {
  /** Unique in the palette. */
  id: string
  label: string
  hint?: string
  icon?: ReactNode
  keys?: string
  /** Other words that find it. */
  words?: string
  disabled?: string
  run: () => void
}

export interface Section {
  title: string
  entries: readonly Entry[]
  /** Found by the server, which knows better what fits. */
  isFound?: boolean
}

const MOST_OF_A_SECTION = 8
/** Before anything is typed: enough to see what there is. */
const MOST_AT_FIRST = 5

/**
 * What the palette lists: in each section what fits, the best first, and the sections by their
 * best. An entry that two sections hold stays in the first.
 */
export function listed(typed: string, sections: readonly Section[]): Section[] {
  const isFirst = typed.trim() === ''
  const seen = new Set<string>()
  return sections
    .map((section) => {
      const scored = section.entries
        .map((entry) => ({
          entry,
          score: isFirst
            ? 1
            : nearness(typed, entry.label, `${entry.words ?? ''} ${entry.hint ?? ''}`),
        }))
        // The server finds mistyped names too; those come after what fits as it was typed.
        .map(({ entry, score }) => ({
          entry,
          score: section.isFound ? Math.max(score, 0.1) : score,
        }))
        .filter(({ score }) => score > 0)
      if (!isFirst && !section.isFound) scored.sort((a, b) => b.score - a.score)
      return { section, scored }
    })
    .map(({ section, scored }) => {
      const kept = scored
        .filter(({ entry }) => !seen.has(entry.id))
        .slice(0, isFirst ? MOST_AT_FIRST : MOST_OF_A_SECTION)
      for (const { entry } of kept) seen.add(entry.id)
      return {
        best: Math.max(0, ...kept.map(({ score }) => score)),
        section: { ...section, entries: kept.map(({ entry }) => entry) },
      }
    })
    .filter(({ section }) => section.entries.length > 0)
    .sort((a, b) => (isFirst ? 0 : b.best - a.best))
    .map(({ section }) => section)
}
