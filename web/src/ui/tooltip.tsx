import { Tooltip as Base } from '@base-ui/react/tooltip'
import type { ReactElement, ReactNode } from 'react'
import { shownKeys } from '@/lib/keys'

export const TipProvider = Base.Provider

/** A short text beside what the pointer or the focus is on. Never the only place that says it. */
export function Tip({
  label,
  keys,
  side = 'bottom',
  children,
}: {
  label: ReactNode
  keys?: string
  side?: 'top' | 'bottom' | 'left' | 'right'
  children: ReactElement<Record<string, unknown>>
}) {
  return (
    <Base.Root>
      <Base.Trigger render={children} />
      <Base.Portal>
        <Base.Positioner sideOffset={6} side={side} className="z-60">
          <Base.Popup className="max-w-80 rounded-md bg-text px-2 py-1 text-page text-xs shadow-float">
            {label}
            {keys && <span className="ml-2 opacity-75">{shownKeys(keys)}</span>}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
