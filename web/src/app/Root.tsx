import { useQueryClient } from '@tanstack/react-query'
import { Outlet, useLocation, useRouter } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { Toaster } from 'sonner'
import { sessionStore } from '@/api/session'
import { onThemeChange } from '@/lib/theme'
import { texts } from '@/texts'
import { useDocumentTitle } from '@/ui/title'
import { TipProvider } from '@/ui/tooltip'
import { isPublic } from './publicPaths'

/** What every page has around it. */
export function Root() {
  const title = useDocumentTitle(texts.shell.product)
  const dark = useIsDark()
  useSessionEnd()
  useFocusOnNavigation()
  return (
    <TipProvider delay={400}>
      <Outlet />
      <div aria-live="polite" className="sr-only">
        {title}
      </div>
      <Toaster
        position="bottom-right"
        theme={dark ? 'dark' : 'light'}
        closeButton
        toastOptions={{ className: 'font-sans text-sm' }}
      />
    </TipProvider>
  )
}

function useIsDark(): boolean {
  const [dark, set] = useState(() => document.documentElement.classList.contains('dark'))
  useEffect(() => onThemeChange(set), [])
  return dark
}

/** The session may end here, in another tab or on the server: the sign-in page is next. */
function useSessionEnd(): void {
  const router = useRouter()
  const client = useQueryClient()
  useEffect(
    () =>
      sessionStore.subscribe(({ signedIn, isLeaving }, { signedIn: before }) => {
        const changedHands =
          before.state === 'in' && (signedIn.state !== 'in' || signedIn.userId !== before.userId)
        // What one person has read is not for the next.
        if (changedHands) client.clear()
        const { pathname, href } = router.state.location
        if (before.state !== 'in' || signedIn.state !== 'out' || isPublic(pathname)) return
        router.navigate({
          to: '/sign-in',
          search: isLeaving ? {} : { to: href, ended: true },
          replace: true,
        })
      }),
    [router, client],
  )
}

/** After a change of page the keyboard begins at its top, not where the last page was. */
function useFocusOnNavigation(): void {
  const { pathname } = useLocation()
  const last = useRef(pathname)
  useEffect(() => {
    if (last.current === pathname) return
    last.current = pathname
    const main = document.getElementById('main')
    // A page that put the focus somewhere knows better.
    if (main && !main.contains(document.activeElement)) main.focus({ preventScroll: true })
  }, [pathname])
}
