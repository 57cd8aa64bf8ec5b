import { cn } from '@/lib/cn'
import { texts } from '@/texts'
import { Notice } from './state'
import { Tip } from './tooltip'

const words = texts.ui.presence

/** What is shown of somebody who has the same thing open. */
export interface Person {
  user_id: string
  name: string
  editing: boolean
  node: string
  mine: boolean
}

const MOST_SHOWN = 4

/** `AL` of `Ada Lovelace`, `DE` of `demo@example.com`. */
export function initials(name: string): string {
  const parts = name
    .replace(/@.*$/, '')
    .split(/[\s._-]+/)
    .filter(Boolean)
  const letters = parts.length > 1 ? [parts[0]?.[0], parts.at(-1)?.[0]] : [...(parts[0] ?? '?')]
  return letters.slice(0, 2).join('').toUpperCase()
}

/** A round with a person's initials. */
export function Avatar({
  name,
  ring = false,
  className,
}: {
  name: string
  ring?: boolean
  className?: string
}) {
  return (
    <span
      aria-hidden
      className={cn(
        'grid size-6 shrink-0 select-none place-items-center rounded-full bg-accent-soft font-medium text-accent text-xs leading-none',
        ring && 'ring-2 ring-accent',
        className,
      )}
    >
      {initials(name)}
    </span>
  )
}

/** Who else is here, once for each person; a ring around those who may be changing things. */
export function PresenceAvatars({ others }: { others: readonly Person[] }) {
  const people = byPerson(others)
  if (people.length === 0) return null
  const shown = people.length > MOST_SHOWN ? people.slice(0, MOST_SHOWN - 1) : people
  const rest = people.slice(shown.length)
  return (
    <ul className="flex items-center gap-1.5" aria-label={words.label}>
      {shown.map((one) => (
        <li key={one.user_id}>
          <Tip label={sentence(one)}>
            <button type="button" className="block rounded-full">
              <Avatar name={one.name} ring={one.editing} />
              <span className="sr-only">{sentence(one)}</span>
            </button>
          </Tip>
        </li>
      ))}
      {rest.length > 0 && (
        <li>
          <Tip label={rest.map(sentence).join('. ')}>
            <button
              type="button"
              className="grid h-6 place-items-center rounded-full bg-sunken px-1.5 text-muted text-xs"
              aria-label={rest.map(sentence).join('. ')}
            >
              +{rest.length}
            </button>
          </Tip>
        </li>
      )}
    </ul>
  )
}

/** Said before two people change the same thing; nothing when nobody else edits it. */
export function EditingWarning({
  others,
  className,
}: {
  others: readonly Person[]
  className?: string
}) {
  const editing = byPerson(others.filter((one) => one.editing))
  if (editing.length === 0) return null
  const strangers = editing.filter((one) => !one.mine)
  return (
    <Notice severity="warning" className={className}>
      {strangers.length > 0
        ? words.editing(strangers.map((one) => one.name || words.somebody))
        : words.otherTab}
    </Notice>
  )
}

/** Several tabs of one person are one person, who edits when one of the tabs does. */
export function byPerson(others: readonly Person[]): Person[] {
  const people = new Map<string, Person>()
  for (const one of others) {
    const known = people.get(one.user_id)
    if (!known || (one.editing && !known.editing)) people.set(one.user_id, one)
  }
  return [...people.values()].sort((a, b) => a.name.localeCompare(b.name))
}

function sentence(one: Person): string {
  const name = one.mine ? words.you : one.name || words.somebody
  return one.editing ? words.edits(name, one.node) : words.looks(name)
}
