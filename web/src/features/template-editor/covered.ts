import { create } from 'zustand'
import type { WayReply } from '@/api/schema.gen'

/** The branches and whether a trial took them, and the source that they are in. */
interface Covered {
  source: string
  ways: readonly WayReply[]
}

const useStored = create<{ covered: Covered | null }>(() => ({ covered: null }))

export const useCovered = (): Covered | null => useStored((state) => state.covered)
export const tellCovered = (covered: Covered | null): void => useStored.setState({ covered })
