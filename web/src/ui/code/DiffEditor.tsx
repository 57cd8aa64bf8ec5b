import { lazy, Suspense } from 'react'
import { cn } from '@/lib/cn'
import { Waiting } from '../state'
import type { MonacoDiffProps } from './MonacoDiff'

const MonacoDiff = lazy(() => import('./MonacoDiff'))

/** Two texts side by side, or one below the other where there is little room. Fills its box. */
export function DiffEditor({ className, ...props }: MonacoDiffProps & { className?: string }) {
  return (
    <div className={cn('relative h-full min-h-0 w-full overflow-hidden', className)}>
      <Suspense fallback={<Waiting />}>
        <MonacoDiff {...props} />
      </Suspense>
    </div>
  )
}
