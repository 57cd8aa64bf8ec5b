import { useEffect, useState } from 'react'

/** Whether Alt is held down: nothing snaps then. */
export function useAltKey(): boolean {
  const [isDown, set] = useState(false)
  useEffect(() => {
    const follow = (event: KeyboardEvent) => set(event.altKey)
    const forget = () => set(false)
    window.addEventListener('keydown', follow)
    window.addEventListener('keyup', follow)
    window.addEventListener('blur', forget)
    return () => {
      window.removeEventListener('keydown', follow)
      window.removeEventListener('keyup', follow)
      window.removeEventListener('blur', forget)
    }
  }, [])
  return isDown
}
