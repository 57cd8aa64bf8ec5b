import { cn } from '@/lib/cn'
import { texts } from '@/texts'
import { DIFFERENT } from './compared'
import { type Different, LOOKS } from './looks'

const words = texts.drawing

/** What differs and how often; each kind leads to the next of its nodes. */
export function Legend({
  ids,
  lines,
  chosen,
  onGo,
}: {
  /** Nodes of each kind in the order of reading. */
  ids: Readonly<Record<Different, readonly string[]>>
  lines: { added: number; removed: number }
  chosen: string | null
  onGo: (id: string) => void
}) {
  const told = words.lines(lines.added, lines.removed)
  return (
    <fieldset aria-label={words.legendLabel} className="flex flex-wrap items-center gap-1.5">
      {DIFFERENT.map((state) => {
        const found = ids[state]
        if (found.length === 0) return null
        const { sign: Sign, text, soft } = LOOKS[state]
        const next = found[((chosen === null ? -1 : found.indexOf(chosen)) + 1) % found.length]
        return (
          <button
            key={state}
            type="button"
            onClick={() => next !== undefined && onGo(next)}
            className={cn(
              'inline-flex h-6 items-center gap-1 rounded-sm px-2 font-medium text-xs hover:brightness-95',
              text,
              soft,
            )}
          >
            <Sign className="size-3.5" aria-hidden />
            {found.length} {words.legend[state]}
          </button>
        )
      })}
      {told && (
        <span className="inline-flex h-6 items-center rounded-sm bg-surface px-2 text-muted text-xs">
          {told}
        </span>
      )}
    </fieldset>
  )
}
