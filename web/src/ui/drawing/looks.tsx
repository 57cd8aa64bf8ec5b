import { type LucideIcon, Minus, Move, PencilLine, Plus } from 'lucide-react'
import type { NodeState } from './compared'

export type Different = Exclude<NodeState, 'same'>

/** A sign and a colour for each kind of difference: never the colour alone. */
export const LOOKS: Readonly<
  Record<Different, { sign: LucideIcon; text: string; soft: string; card: string }>
> = {
  added: { sign: Plus, text: 'text-ok', soft: 'bg-ok-soft', card: 'border-ok border-2' },
  removed: {
    sign: Minus,
    text: 'text-error',
    soft: 'bg-error-soft',
    card: 'border-error border-2 border-dashed',
  },
  changed: {
    sign: PencilLine,
    text: 'text-changed',
    soft: 'bg-changed-soft',
    card: 'border-changed border-2',
  },
  moved: {
    sign: Move,
    text: 'text-running',
    soft: 'bg-running-soft',
    card: 'border-running border-2',
  },
}
