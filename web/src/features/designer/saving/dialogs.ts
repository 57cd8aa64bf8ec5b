import { create } from 'zustand'

/** Which question about saving is open. */
export const useSavingDialog = create<{ open: 'save' | 'conflict' | 'discard' | null }>(() => ({
  open: null,
}))

export const savingDialog = {
  show(open: 'save' | 'conflict' | 'discard'): void {
    useSavingDialog.setState({ open })
  },
  close(): void {
    useSavingDialog.setState({ open: null })
  },
}
