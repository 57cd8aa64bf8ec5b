import { useEffect, useId } from 'react'
import { create } from 'zustand'

interface Titles {
  held: Record<string, { text: string; depth: number }>
}

const useTitles = create<Titles>(() => ({ held: {} }))

/**
 * Name the page in the browser's tab. What lies deeper comes first: `Orders · Models · Shop`.
 *
 * @param depth 0: the workspace, 1: the page, 2: what the page is about.
 */
export function useTitle(text: string, depth = 2): void {
  const owner = useId()
  useEffect(() => {
    if (!text) return
    useTitles.setState(({ held }) => ({ held: { ...held, [owner]: { text, depth } } }))
    return () =>
      useTitles.setState(({ held }) => {
        const { [owner]: _, ...others } = held
        return { held: others }
      })
  }, [owner, text, depth])
}

/** Keep the browser's title in step. Once, at the root. Returns it, to be read out. */
export function useDocumentTitle(product: string): string {
  const held = useTitles((state) => state.held)
  const parts = Object.values(held)
    .sort((a, b) => b.depth - a.depth)
    .map(({ text }) => text)
  const title = [...new Set([...parts, product])].join(' · ')
  useEffect(() => {
    document.title = title
  }, [title])
  return title
}
