import { Dialog as Base } from '@base-ui/react/dialog'
import { lazy, Suspense } from 'react'
import { texts } from '@/texts'
import { Waiting } from '@/ui/state'
import { shellView, useShellView } from './shellView'

const PaletteList = lazy(() => import('./PaletteList'))

/** Ctrl+K: everything that can be opened or done, by its name. */
export function Palette() {
  const open = useShellView((view) => view.overlay === 'palette')
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && shellView.show(null)}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-shade" />
        <Base.Popup
          aria-label={texts.shell.palette.title}
          className="fixed top-[10vh] left-1/2 z-50 w-[calc(100vw-32px)] max-w-xl -translate-x-1/2 overflow-hidden rounded-md border bg-surface shadow-float"
        >
          <Suspense fallback={<Waiting />}>
            <PaletteList />
          </Suspense>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}
