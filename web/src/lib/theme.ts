export type Theme = 'system' | 'light' | 'dark'

const KEY = 'lakewright.theme'
const prefersDark = () => matchMedia('(prefers-color-scheme: dark)')

export function storedTheme(): Theme {
  const found = read()
  return found === 'light' || found === 'dark' ? found : 'system'
}

/** Show a theme and remember it on this machine, so that the next page begins with it. */
export function applyTheme(theme: Theme): void {
  try {
    localStorage.setItem(KEY, theme)
  } catch {
    // Storage may be switched off; the person's preferences still hold it.
  }
  const dark = theme === 'dark' || (theme === 'system' && prefersDark().matches)
  document.documentElement.classList.toggle('dark', dark)
}

/** Call back whenever light turns to dark or back. Returns what ends it. */
export function onThemeChange(tell: (dark: boolean) => void): () => void {
  const root = document.documentElement
  const watcher = new MutationObserver(() => tell(root.classList.contains('dark')))
  watcher.observe(root, { attributeFilter: ['class'] })
  const follow = () => applyTheme(storedTheme())
  prefersDark().addEventListener('change', follow)
  return () => {
    watcher.disconnect()
    prefersDark().removeEventListener('change', follow)
  }
}

function read(): string | null {
  try {
    return localStorage.getItem(KEY)
  } catch {
    return null
  }
}
