import { AlertDialog as BaseAlert } from '@base-ui/react/alert-dialog'
import { Dialog as Base } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import { type ReactNode, useRef } from 'react'
import { cn } from '@/lib/cn'
import { texts } from '@/texts'
import { Button, IconButton } from './button'

const backdrop =
  'fixed inset-0 z-40 bg-shade transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0'
const popup =
  'fixed top-[12vh] left-1/2 z-50 flex max-h-[80vh] w-[calc(100vw-32px)] -translate-x-1/2 flex-col rounded-md border bg-surface shadow-float transition-all duration-150 data-ending-style:scale-[0.98] data-starting-style:scale-[0.98] data-ending-style:opacity-0 data-starting-style:opacity-0'
const widths = { sm: 'max-w-md', md: 'max-w-xl', lg: 'max-w-4xl', full: 'max-w-[1400px]' }

const FIELD =
  'input:not([type=hidden],[readonly],:disabled), textarea:not([readonly],:disabled), [role=combobox]:not(:disabled)'

/** A question or a form above the page. Focus goes in, and back to where it was. */
export function Dialog({
  open,
  onOpenChange,
  title,
  description,
  width = 'md',
  footer,
  children,
}: {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  description?: ReactNode
  width?: keyof typeof widths
  footer?: ReactNode
  children?: ReactNode
}) {
  const body = useRef<HTMLDivElement>(null)
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Portal>
        <Base.Backdrop className={backdrop} />
        <Base.Popup
          className={cn(popup, widths[width])}
          // The first field rather than the button that closes.
          initialFocus={() => body.current?.querySelector<HTMLElement>(FIELD) ?? body.current}
        >
          <header className="flex items-start gap-3 px-4 pt-3 pb-2">
            <div className="min-w-0 flex-1">
              <Base.Title className="font-semibold text-base">{title}</Base.Title>
              {description && (
                <Base.Description className="mt-0.5 text-muted text-sm">
                  {description}
                </Base.Description>
              )}
            </div>
            <Base.Close
              render={
                <IconButton label={texts.ui.close} size="icon-sm">
                  <X />
                </IconButton>
              }
            />
          </header>
          <div
            ref={body}
            tabIndex={-1}
            className="min-h-0 flex-1 overflow-auto px-4 pt-0.5 pb-4 outline-none"
          >
            {children}
          </div>
          {footer && (
            <footer className="flex justify-end gap-2 border-t bg-sunken px-4 py-2.5">
              {footer}
            </footer>
          )}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}

/** The last word before something that cannot be undone. Says exactly what goes. */
export function Confirm({
  open,
  onOpenChange,
  title,
  children,
  action,
  onConfirm,
  danger = true,
}: {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  children: ReactNode
  action: string
  onConfirm: () => void
  danger?: boolean
}) {
  return (
    <BaseAlert.Root open={open} onOpenChange={onOpenChange}>
      <BaseAlert.Portal>
        <BaseAlert.Backdrop className={backdrop} />
        <BaseAlert.Popup className={cn(popup, widths.sm)}>
          <div className="px-4 pt-3 pb-4">
            <BaseAlert.Title className="font-semibold text-base">{title}</BaseAlert.Title>
            <BaseAlert.Description render={<div />} className="mt-1 text-muted text-sm">
              {children}
            </BaseAlert.Description>
          </div>
          <footer className="flex justify-end gap-2 border-t bg-sunken px-4 py-2.5">
            <BaseAlert.Close render={<Button>{texts.ui.cancel}</Button>} />
            <BaseAlert.Close
              render={
                <Button variant={danger ? 'danger' : 'primary'} onClick={onConfirm}>
                  {action}
                </Button>
              }
            />
          </footer>
        </BaseAlert.Popup>
      </BaseAlert.Portal>
    </BaseAlert.Root>
  )
}
