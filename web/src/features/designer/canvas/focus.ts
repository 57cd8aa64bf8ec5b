const CANVAS = '.designer-canvas'

/** Give the focus (back) to the canvas, so that its keys count. */
export function focusCanvas(): void {
  document.querySelector<HTMLElement>(CANVAS)?.focus({ preventScroll: true })
}

/** Whether keys mean the canvas: the focus is there, or nowhere. */
export function isOnCanvas(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target === document.body) return document.querySelector(CANVAS) !== null
  return target.closest(CANVAS) !== null && target.closest('button,a,input,textarea') === null
}
