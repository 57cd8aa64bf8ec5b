import { cn } from '@/lib/cn'
import { texts } from '@/texts'
import { type Different, LOOKS } from './looks'

/** The sign of a difference on a card. */
export function ChangeSign({ state }: { state: Different }) {
  const { sign: Sign, soft, text } = LOOKS[state]
  const label = texts.drawing.nodeStates[state]
  return (
    <span
      className={cn('grid size-5 shrink-0 place-items-center rounded-full', soft, text)}
      title={label}
    >
      <Sign className="size-3.5" aria-label={label} role="img" />
    </span>
  )
}
