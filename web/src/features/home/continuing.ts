/** What somebody was doing last in a workspace. */

import type { CardReply, DraftReply } from '@/api/schema.gen'
import type { Opened } from '@/lib/lastOpened'

export interface Going {
  card: CardReply
  /** Why it is here, the most pressing first. */
  why: 'draft' | 'opened' | 'changed'
  at: number
  /** Somebody saved it since the draft was begun. */
  movedOn: boolean
}

/** Drafts first, since they exist nowhere else; then what was opened here, then what changed. */
export function continuing(
  cards: readonly CardReply[],
  drafts: readonly DraftReply[],
  opened: readonly Opened[],
  most: number,
): Going[] {
  const found = new Map<string, Going>()
  const add = (card: CardReply | undefined, going: Omit<Going, 'card'>) => {
    if (card && !found.has(`${card.path}#${card.id}`))
      found.set(`${card.path}#${card.id}`, { card, ...going })
  }
  for (const draft of [...drafts].sort((a, b) => b.updated_at.localeCompare(a.updated_at)))
    if (draft.kind === 'model')
      add(
        cards.find((card) => card.path === draft.path),
        { why: 'draft', at: Date.parse(draft.updated_at), movedOn: draft.moved_on },
      )
  for (const one of opened)
    add(
      cards.find((card) => card.id === one.model),
      { why: 'opened', at: one.at, movedOn: false },
    )
  const byChange = [...cards].sort((a, b) => timeOf(b) - timeOf(a))
  for (const card of byChange.slice(0, most))
    add(card, { why: 'changed', at: timeOf(card), movedOn: false })
  return [...found.values()].slice(0, most)
}

/** Those that cannot be generated as they are, the worst first. */
export function needingAttention(cards: readonly CardReply[]): CardReply[] {
  return cards
    .filter((card) => card.problems.error + card.problems.warning > 0)
    .sort((a, b) => b.problems.error - a.problems.error || b.problems.warning - a.problems.warning)
}

const timeOf = (card: CardReply) => (card.changed_at ? Date.parse(card.changed_at) : 0)
