import { lazy, Suspense } from 'react'
import { cn } from '@/lib/cn'
import { Waiting } from '../state'
import type { MonacoEditorProps } from './MonacoEditor'

const MonacoEditor = lazy(() => import('./MonacoEditor'))

export type { CodeLanguage, CodeMarker, EditorHandle } from './MonacoEditor'
export type { CodeService, LineMark, Span } from './service'

/** A text with colours, marks and completion. Fills its box; the editor itself loads on demand. */
export function CodeEditor({ className, ...props }: MonacoEditorProps & { className?: string }) {
  return (
    <div className={cn('relative h-full min-h-0 w-full overflow-hidden', className)}>
      <Suspense fallback={<Waiting />}>
        <MonacoEditor {...props} />
      </Suspense>
    </div>
  )
}
