const isMac = typeof navigator !== 'undefined' && /mac|iphone|ipad/i.test(navigator.userAgent)
const SIGNS: Record<string, string> = isMac
  ? { mod: '⌘', shift: '⇧', alt: '⌥', enter: '↵', backspace: '⌫', delete: '⌦' }
  : {
      mod: 'Ctrl',
      shift: 'Shift',
      alt: 'Alt',
      enter: 'Enter',
      backspace: 'Backspace',
      delete: 'Del',
    }

/** `mod+shift+z` as people read it on this machine; `g m` is one key after the other. */
export function shownKeys(keys: string): string {
  return keys.split(' ').map(shownStroke).join(' ')
}

function shownStroke(stroke: string): string {
  return stroke
    .split('+')
    .map(
      (key) =>
        SIGNS[key] ?? (key.length === 1 ? key.toUpperCase() : key[0]?.toUpperCase() + key.slice(1)),
    )
    .join(isMac ? '' : '+')
}
