import { CircleAlert, CircleCheck, Info, Loader, TriangleAlert } from 'lucide-react'
import { type ComponentProps, type ReactNode, useEffect, useState } from 'react'
import { cn } from '@/lib/cn'
import { texts } from '@/texts'

const TONES = {
  neutral: 'bg-sunken text-muted',
  ok: 'bg-ok-soft text-ok',
  running: 'bg-running-soft text-running',
  warning: 'bg-warning-soft text-warning',
  error: 'bg-error-soft text-error',
  changed: 'bg-changed-soft text-changed',
  accent: 'bg-accent-soft text-accent',
}
export type Tone = keyof typeof TONES

export function Badge({
  tone = 'neutral',
  className,
  ...props
}: ComponentProps<'span'> & { tone?: Tone }) {
  return (
    <span
      className={cn(
        'inline-flex h-5 items-center gap-1 whitespace-nowrap rounded-sm px-1.5 font-medium text-xs [&_svg]:size-3.5',
        TONES[tone],
        className,
      )}
      {...props}
    />
  )
}

export type Severity = 'error' | 'warning' | 'info'
const SIGNS = { error: CircleAlert, warning: TriangleAlert, info: Info }
const COLOURS = { error: 'text-error', warning: 'text-warning', info: 'text-running' }

/** The sign of a severity, with its name for those who do not see it. */
export function SeverityIcon({ severity, className }: { severity: Severity; className?: string }) {
  const Sign = SIGNS[severity]
  return (
    <Sign
      className={cn('size-4 shrink-0', COLOURS[severity], className)}
      aria-label={texts.ui.severity[severity]}
      role="img"
    />
  )
}

/** How many problems of each severity; a tick when there are none. */
export function ProblemCounts({
  error,
  warning,
  info = 0,
}: {
  error: number
  warning: number
  info?: number
}) {
  if (!error && !warning && !info)
    return <CircleCheck className="size-4 text-ok" aria-label={texts.ui.noProblems} role="img" />
  return (
    <span className="inline-flex items-center gap-2 text-xs">
      {(['error', 'warning', 'info'] as const).map((severity) => {
        const count = { error, warning, info }[severity]
        return count ? (
          <span key={severity} className="inline-flex items-center gap-1">
            <SeverityIcon severity={severity} className="size-3.5" />
            {count}
          </span>
        ) : null
      })}
    </span>
  )
}

/** Says in place what a page could show, and how to get there. */
export function EmptyState({
  icon,
  title,
  children,
  actions,
  className,
}: {
  icon?: ReactNode
  title: string
  children?: ReactNode
  actions?: ReactNode
  className?: string
}) {
  return (
    <div
      className={cn(
        'mx-auto grid max-w-md place-items-center gap-2 px-6 py-12 text-center',
        className,
      )}
    >
      {icon && <div className="mb-1 text-faint [&_svg]:size-8">{icon}</div>}
      <h2 className="font-semibold text-base">{title}</h2>
      {children && <div className="text-muted text-sm">{children}</div>}
      {actions && <div className="mt-2 flex flex-wrap justify-center gap-2">{actions}</div>}
    </div>
  )
}

/** Nothing for 300 ms, since a flash is worse than a wait; then a quiet sign of work. */
export function Waiting({
  label = texts.ui.loading,
  className,
}: {
  label?: string
  className?: string
}) {
  const [shown, show] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => show(true), 300)
    return () => clearTimeout(timer)
  }, [])
  return (
    <div role="status" className={cn('grid place-items-center p-8 text-muted text-sm', className)}>
      {shown && (
        <span className="inline-flex items-center gap-2">
          <Loader className="size-4 animate-spin" aria-hidden />
          {label}
        </span>
      )}
    </div>
  )
}

export function Kbd({ children }: { children: ReactNode }) {
  return (
    <kbd className="inline-flex h-5 min-w-5 items-center justify-center rounded-sm border border-line-strong bg-sunken px-1 font-sans text-muted text-xs">
      {children}
    </kbd>
  )
}

const NOTICE = {
  info: 'bg-running-soft text-running',
  warning: 'bg-warning-soft text-warning',
  error: 'bg-error-soft text-error',
}

/** A line across a panel that says something needs attention, with what to do about it. */
export function Notice({
  severity = 'info',
  children,
  actions,
  className,
}: {
  severity?: Severity
  children: ReactNode
  actions?: ReactNode
  className?: string
}) {
  return (
    <div
      role={severity === 'error' ? 'alert' : 'status'}
      className={cn(
        'flex flex-wrap items-center gap-2 px-3 py-1.5 text-sm',
        NOTICE[severity],
        className,
      )}
    >
      <SeverityIcon severity={severity} />
      <div className="min-w-0 flex-1 text-text">{children}</div>
      {actions}
    </div>
  )
}
