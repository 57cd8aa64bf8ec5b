import { create } from 'zustand'
import type { BranchReply } from '@/api/schema.gen'

/** The branches that no trial took, and the source that they are in. */
interface Covered {
  source: string
  missed: readonly BranchReply[]
}

const useStored = create<{ covered: Covered | null }>(() => ({ covered: null }))

export const useCovered = (): Covered | null => useStored((state) => state.covered)
export const tellCovered = (covered: Covered | null): void => useStored.setState({ covered })
