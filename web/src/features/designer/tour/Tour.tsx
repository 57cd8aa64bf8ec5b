import { Check, X } from 'lucide-react'
import { useEffect, useMemo } from 'react'
import { create } from 'zustand'
import { useDocument } from '@/document/useDocument'
import { cn } from '@/lib/cn'
import { texts } from '@/texts'
import { Button, IconButton } from '@/ui/button'
import { useCommands } from '@/ui/commands'
import { DONE } from './steps'

const t = texts.designer.tour
const useTour = create<{ step: number | null }>(() => ({ step: null }))

export const startTour = (): void => useTour.setState({ step: 0 })
const endTour = (): void => useTour.setState({ step: null })

/** Five steps to a first model, beside the canvas and never in front of it. Goes on by itself. */
export function Tour() {
  const step = useTour((state) => state.step)
  const isDone = useDocument((open) => step !== null && !!DONE[step]?.(open), false)
  useCommands(
    useMemo(
      () => [
        {
          id: 'tour.start',
          label: t.start,
          section: texts.designer.canvas.sections.view,
          words: 'help guide first model',
          run: startTour,
        },
      ],
      [],
    ),
  )
  useEffect(() => {
    if (!isDone || step === null || step >= t.steps.length - 1) return
    const timer = setTimeout(() => useTour.setState({ step: step + 1 }), 900)
    return () => clearTimeout(timer)
  }, [isDone, step])
  if (step === null) return null
  const now = t.steps[step]
  const isLast = step === t.steps.length - 1
  return (
    <aside
      aria-label={t.title}
      className="absolute top-3 left-3 z-10 w-80 rounded-md border bg-surface p-3 text-sm shadow-float"
    >
      <header className="mb-2 flex items-center gap-2">
        <span className="flex flex-1 gap-1" aria-hidden>
          {t.steps.map((one, index) => (
            <span
              key={one.title}
              className={cn('h-1 flex-1 rounded-full bg-line', index <= step && 'bg-accent')}
            />
          ))}
        </span>
        <IconButton label={t.end} size="icon-sm" onClick={endTour}>
          <X />
        </IconButton>
      </header>
      <div aria-live="polite">
        <p className="text-muted text-xs">{t.step(step + 1, t.steps.length)}</p>
        <h2 className="mt-0.5 flex items-center gap-1.5 font-semibold text-base">
          {now?.title}
          {isDone && <Check className="size-4 text-ok" aria-label={t.done} />}
        </h2>
        <p className="mt-1 text-muted">{now?.text}</p>
      </div>
      <footer className="mt-3 flex justify-end gap-2">
        {step > 0 && (
          <Button size="sm" variant="ghost" onClick={() => useTour.setState({ step: step - 1 })}>
            {t.back}
          </Button>
        )}
        <Button
          size="sm"
          onClick={() => (isLast ? endTour() : useTour.setState({ step: step + 1 }))}
        >
          {isLast ? t.done : t.skip}
        </Button>
      </footer>
    </aside>
  )
}
