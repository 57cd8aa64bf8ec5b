import { Outlet } from '@tanstack/react-router'
import { Toaster } from 'sonner'
import { TipProvider } from '@/ui/tooltip'

/** What every page has around it. */
export function Root() {
  return (
    <TipProvider delay={400}>
      <Outlet />
      <Toaster position="bottom-right" />
    </TipProvider>
  )
}
