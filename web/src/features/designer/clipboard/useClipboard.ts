import { useEffect } from 'react'
import { toast } from 'sonner'
import { canvasActions } from '../canvas/actions'
import { isOnCanvas } from '../canvas/focus'
import { pasteText, selectionText } from './clipboard'

/** Answer the browser's copy, cut and paste while the canvas has the focus. */
export function useClipboard(): void {
  useEffect(() => {
    const isMine = (event: ClipboardEvent) =>
      isOnCanvas(event.target) && !document.querySelector('[role="dialog"],[role="alertdialog"]')
    const copy = (event: ClipboardEvent) => {
      // Text that somebody marked is what they want to copy.
      if (!isMine(event) || document.getSelection()?.toString()) return
      const text = selectionText()
      if (text === null) return
      event.clipboardData?.setData('text/plain', text)
      event.preventDefault()
      if (event.type === 'cut') canvasActions.remove()
    }
    const paste = (event: ClipboardEvent) => {
      if (!isMine(event)) return
      event.preventDefault()
      pasteText(event.clipboardData?.getData('text/plain') ?? '').catch((error: unknown) => {
        toast.error(error instanceof Error ? error.message : String(error))
      })
    }
    document.addEventListener('copy', copy)
    document.addEventListener('cut', copy)
    document.addEventListener('paste', paste)
    return () => {
      document.removeEventListener('copy', copy)
      document.removeEventListener('cut', copy)
      document.removeEventListener('paste', paste)
    }
  }, [])
}
