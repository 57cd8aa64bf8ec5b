import { type ComponentProps, type ReactNode, useId } from 'react'
import { cn } from '@/lib/cn'

export const inputLook =
  'w-full rounded-md border border-line-strong bg-surface px-2 text-sm placeholder:text-faint read-only:bg-sunken disabled:cursor-not-allowed disabled:opacity-60 aria-invalid:border-error'

/** A label, a control, and below it what is wrong or what it is for. */
export function Field({
  label,
  required,
  hint,
  error,
  aside,
  className,
  children,
}: {
  label: ReactNode
  required?: boolean
  hint?: ReactNode
  error?: ReactNode
  /** At the end of the label's line: a changed mark, a menu. */
  aside?: ReactNode
  className?: string
  children: (control: {
    id: string
    'aria-describedby'?: string
    'aria-invalid'?: boolean
  }) => ReactNode
}) {
  const id = useId()
  const told = error || hint ? `${id}-told` : undefined
  return (
    <div className={cn('grid gap-1', className)}>
      <div className="flex min-h-4 items-center gap-1">
        <label htmlFor={id} className="font-medium text-xs">
          {label}
          {required && (
            <span className="text-error" title="Required">
              {' *'}
            </span>
          )}
        </label>
        <span className="flex-1" />
        {aside}
      </div>
      {children({ id, 'aria-describedby': told, 'aria-invalid': error ? true : undefined })}
      {told && (
        <div id={told} className={cn('text-xs', error ? 'text-error' : 'text-muted')}>
          {error || hint}
        </div>
      )}
    </div>
  )
}

export function Input({ className, ...props }: ComponentProps<'input'>) {
  return <input className={cn(inputLook, 'h-8', className)} {...props} />
}

export function Textarea({ className, ...props }: ComponentProps<'textarea'>) {
  return <textarea className={cn(inputLook, 'min-h-16 resize-y py-1.5', className)} {...props} />
}
