import { create } from 'zustand'

const RAIL = 'lakewright.rail'

/** What of the shell is open. */
interface ShellView {
  overlay: 'palette' | 'keys' | null
  isRailOpen: boolean
}

export const useShellView = create<ShellView>(() => ({
  overlay: null,
  isRailOpen: read() !== 'closed',
}))

export const shellView = {
  show(overlay: ShellView['overlay']): void {
    useShellView.setState({ overlay })
  },
  toggleRail(): void {
    useShellView.setState(({ isRailOpen }) => {
      try {
        localStorage.setItem(RAIL, isRailOpen ? 'closed' : 'open')
      } catch {
        // Then it is open again the next time.
      }
      return { isRailOpen: !isRailOpen }
    })
  },
}

function read(): string | null {
  try {
    return localStorage.getItem(RAIL)
  } catch {
    return null
  }
}
