import { Checkbox as BaseCheckbox } from '@base-ui/react/checkbox'
import { Popover as BasePopover } from '@base-ui/react/popover'
import { Switch as BaseSwitch } from '@base-ui/react/switch'
import { Tabs as BaseTabs } from '@base-ui/react/tabs'
import { Check } from 'lucide-react'
import type { ComponentProps, ReactElement, ReactNode } from 'react'
import { cn } from '@/lib/cn'

export function Switch({
  className,
  ...props
}: Omit<ComponentProps<typeof BaseSwitch.Root>, 'className'> & { className?: string }) {
  return (
    <BaseSwitch.Root
      className={cn(
        'inline-flex h-[18px] w-8 shrink-0 items-center rounded-full bg-line-strong p-0.5 transition-colors data-checked:bg-accent data-disabled:opacity-50',
        className,
      )}
      {...props}
    >
      <BaseSwitch.Thumb className="size-3.5 rounded-full bg-surface shadow transition-transform data-checked:translate-x-3.5" />
    </BaseSwitch.Root>
  )
}

export function Checkbox({
  className,
  ...props
}: Omit<ComponentProps<typeof BaseCheckbox.Root>, 'className'> & { className?: string }) {
  return (
    <BaseCheckbox.Root
      className={cn(
        'grid size-4 shrink-0 place-items-center rounded-sm border border-line-strong bg-surface data-checked:border-accent data-checked:bg-accent data-disabled:opacity-50',
        className,
      )}
      {...props}
    >
      <BaseCheckbox.Indicator>
        <Check className="size-3 text-accent-text" strokeWidth={3} />
      </BaseCheckbox.Indicator>
    </BaseCheckbox.Root>
  )
}

/** Tabs of which one is shown. The panels are the caller's. */
export function Tabs<T extends string>({
  value,
  onChange,
  tabs,
  label,
  className,
}: {
  value: T
  onChange: (value: T) => void
  tabs: { value: T; label: ReactNode; count?: number }[]
  label: string
  className?: string
}) {
  return (
    <BaseTabs.Root value={value} onValueChange={(next) => onChange(next as T)}>
      <BaseTabs.List aria-label={label} className={cn('flex gap-1', className)}>
        {tabs.map((tab) => (
          <BaseTabs.Tab
            key={tab.value}
            value={tab.value}
            className="flex h-9 items-center gap-1.5 border-transparent border-b-2 px-2 text-muted text-sm hover:text-text data-active:border-accent data-active:text-text"
          >
            {tab.label}
            {tab.count !== undefined && tab.count > 0 && (
              <span className="rounded-full bg-sunken px-1.5 text-xs">{tab.count}</span>
            )}
          </BaseTabs.Tab>
        ))}
      </BaseTabs.List>
    </BaseTabs.Root>
  )
}

/** A small panel beside a button. */
export function Popover({
  trigger,
  title,
  align = 'start',
  className,
  children,
}: {
  trigger: ReactElement<Record<string, unknown>>
  title?: string
  align?: 'start' | 'center' | 'end'
  className?: string
  children: ReactNode
}) {
  return (
    <BasePopover.Root>
      <BasePopover.Trigger render={trigger} />
      <BasePopover.Portal>
        <BasePopover.Positioner sideOffset={6} align={align} className="z-50 outline-none">
          <BasePopover.Popup
            className={cn('w-80 rounded-md border bg-surface p-3 text-sm shadow-float', className)}
          >
            {title && <BasePopover.Title className="mb-2 font-semibold">{title}</BasePopover.Title>}
            {children}
          </BasePopover.Popup>
        </BasePopover.Positioner>
      </BasePopover.Portal>
    </BasePopover.Root>
  )
}
