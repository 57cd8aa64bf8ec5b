import { type ReactNode, useCallback } from 'react'
import { createPortal } from 'react-dom'
import { create } from 'zustand'

/** Places of the top bar that a page may fill: what it is on, whether it is saved, who is there. */
export type TopBarPlace = 'crumb' | 'state' | 'presence'

const usePlaces = create<Partial<Record<TopBarPlace, HTMLElement>>>(() => ({}))

/** Puts its children into the top bar for as long as it is on the page. */
export function TopBarSlot({ place, children }: { place: TopBarPlace; children: ReactNode }) {
  const target = usePlaces((places) => places[place])
  return target ? createPortal(children, target) : null
}

/** Where `TopBarSlot` puts things. In the shell, once for each place. */
export function TopBarTarget({ place, className }: { place: TopBarPlace; className?: string }) {
  const hold = useCallback(
    (element: HTMLElement | null) => usePlaces.setState({ [place]: element ?? undefined }),
    [place],
  )
  return <div ref={hold} data-place={place} className={className} />
}
