import { useStore } from 'zustand'
import { documentStore, type OpenDocument } from './store'

/** A part of the open document, for a component. `otherwise` stands for "nothing is open". */
export function useDocument<T>(select: (open: OpenDocument) => T, otherwise: T): T {
  return useStore(documentStore, ({ open }) => (open ? select(open) : otherwise))
}
