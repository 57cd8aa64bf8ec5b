import { useEffect, useRef } from 'react'
import { cn } from '@/lib/cn'
import { texts } from '@/texts'
import { focusCanvas } from './focus'
import { setCanvas } from './state'

/** A name that is being typed in place. Enter keeps it, Escape does not. */
export function NameField({
  id,
  name,
  onDone,
  className,
}: {
  id: string
  name: string
  onDone: (name: string) => void
  className?: string
}) {
  const input = useRef<HTMLInputElement>(null)
  const given = useRef(false)
  useEffect(() => {
    input.current?.focus()
    input.current?.select()
  }, [])
  const end = (keep: boolean) => {
    if (given.current) return
    given.current = true
    const typed = input.current?.value.trim() ?? ''
    setCanvas({ renaming: null })
    if (keep && typed && typed !== name) onDone(typed)
  }
  return (
    <input
      key={id}
      ref={input}
      defaultValue={name}
      maxLength={200}
      aria-label={texts.designer.canvas.renameLabel}
      className={cn(
        'nodrag nopan w-full rounded-sm bg-sunken px-1 font-medium text-sm outline-2 outline-ring',
        className,
      )}
      onBlur={() => end(true)}
      onKeyDown={(event) => {
        event.stopPropagation()
        if (event.key === 'Enter' || event.key === 'Escape') {
          end(event.key === 'Enter')
          focusCanvas()
        }
      }}
    />
  )
}
