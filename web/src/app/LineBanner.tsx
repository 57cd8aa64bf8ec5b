import { useEffect, useState, useSyncExternalStore } from 'react'
import { useLine } from '@/api/workspaceEvents'
import { documentActions } from '@/document/store'
import { texts } from '@/texts'
import { Button } from '@/ui/button'
import { Notice } from '@/ui/state'

const { line: words } = texts.shell
/** A line that is taken up again at once is nobody's business. */
const PATIENCE_MS = 2_500

const subscribe = (tell: () => void) => {
  window.addEventListener('online', tell)
  window.addEventListener('offline', tell)
  return () => {
    window.removeEventListener('online', tell)
    window.removeEventListener('offline', tell)
  }
}

/** Says when the network or the server is gone, and goes away with its reason. */
export function LineBanner() {
  const online = useSyncExternalStore(subscribe, () => navigator.onLine)
  const { line, retry } = useLine()
  const isLost = useLasting(line === 'lost')
  useEffect(() => {
    if (online && line === 'open') documentActions.reconnect()
  }, [online, line])
  if (online && !isLost) return null
  return (
    <Notice
      severity="warning"
      actions={
        online && (
          <Button size="sm" onClick={retry}>
            {words.retry}
          </Button>
        )
      }
    >
      {online ? words.lost : words.offline}
    </Notice>
  )
}

/** True once something has been so for a while; false at once. */
function useLasting(now: boolean): boolean {
  const [lasts, set] = useState(false)
  useEffect(() => {
    if (!now) {
      set(false)
      return
    }
    const timer = setTimeout(() => set(true), PATIENCE_MS)
    return () => clearTimeout(timer)
  }, [now])
  return lasts
}
