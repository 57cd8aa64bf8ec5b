import { Combobox as BaseCombobox } from '@base-ui/react/combobox'
import { Select as Base } from '@base-ui/react/select'
import { Check, ChevronDown } from 'lucide-react'
import type { ReactNode } from 'react'
import { cn } from '@/lib/cn'
import { texts } from '@/texts'
import { inputLook } from './field'

const popup =
  'max-h-[min(20rem,var(--available-height))] min-w-(--anchor-width) overflow-auto rounded-md border bg-surface p-1 text-sm shadow-float outline-none'
const item =
  'flex cursor-default items-center gap-2 rounded-sm px-2 py-1.5 outline-none data-highlighted:bg-hover data-disabled:opacity-50'

export interface Option<T extends string> {
  value: T
  label: string
  hint?: ReactNode
  disabled?: boolean
}

interface Named {
  id?: string
  'aria-label'?: string
  'aria-describedby'?: string
  'aria-invalid'?: boolean
  disabled?: boolean
  className?: string
  /** What a grid finds its cells by. */
  'data-cell'?: string
}

/** One of a few. */
export function Select<T extends string>({
  value,
  onChange,
  options,
  placeholder,
  className,
  disabled,
  ...named
}: Named & {
  value: T | null
  onChange: (value: T) => void
  options: Option<T>[]
  placeholder?: string
}) {
  return (
    <Base.Root
      value={value}
      onValueChange={(next) => next !== null && onChange(next as T)}
      items={options}
      disabled={disabled}
    >
      <Base.Trigger
        className={cn(
          inputLook,
          // A button is `:read-only` too.
          'flex h-8 items-center justify-between gap-2 text-left read-only:bg-surface',
          value === null && 'text-faint',
          className,
        )}
        {...named}
      >
        <Base.Value placeholder={placeholder}>
          {(now) => options.find((option) => option.value === now)?.label ?? placeholder ?? ''}
        </Base.Value>
        <ChevronDown className="size-3.5 shrink-0 text-muted" />
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner sideOffset={4} alignItemWithTrigger={false} className="z-60 outline-none">
          <Base.Popup className={popup}>
            {options.map((option) => (
              <Base.Item
                key={option.value}
                value={option.value}
                disabled={option.disabled}
                className={item}
              >
                <span className="size-3.5">
                  <Base.ItemIndicator>
                    <Check className="size-3.5" />
                  </Base.ItemIndicator>
                </span>
                <span className="min-w-0 flex-1">
                  <Base.ItemText>{option.label}</Base.ItemText>
                  {option.hint && <span className="block text-muted text-xs">{option.hint}</span>}
                </span>
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

/** One of many, by typing; what is typed counts too when `free`. */
export function Combobox({
  value,
  onChange,
  options,
  placeholder,
  free = false,
  className,
  disabled,
  ...named
}: Named & {
  value: string
  onChange: (value: string) => void
  options: Option<string>[]
  placeholder?: string
  free?: boolean
}) {
  const labels = new Map(options.map((option) => [option.value, option]))
  return (
    <BaseCombobox.Root
      items={options.map((option) => option.value)}
      itemToStringLabel={(one: string) => labels.get(one)?.label ?? one}
      value={value || null}
      onValueChange={(next) => onChange(next ?? '')}
      onInputValueChange={(typed, details) => {
        if (free && details.reason === 'input-change') onChange(typed)
      }}
      disabled={disabled}
    >
      <BaseCombobox.Input
        placeholder={placeholder}
        className={cn(inputLook, 'h-8', className)}
        {...named}
      />
      <BaseCombobox.Portal>
        <BaseCombobox.Positioner sideOffset={4} className="z-60 outline-none">
          <BaseCombobox.Popup className={cn(popup, 'empty:hidden')}>
            <BaseCombobox.Empty className="px-2 py-1.5 text-muted empty:hidden">
              {free ? null : texts.ui.noMatch}
            </BaseCombobox.Empty>
            <BaseCombobox.List>
              {(one: string) => (
                <BaseCombobox.Item key={one} value={one} className={item}>
                  <span className="min-w-0 flex-1">
                    {labels.get(one)?.label ?? one}
                    {labels.get(one)?.hint && (
                      <span className="block text-muted text-xs">{labels.get(one)?.hint}</span>
                    )}
                  </span>
                </BaseCombobox.Item>
              )}
            </BaseCombobox.List>
          </BaseCombobox.Popup>
        </BaseCombobox.Positioner>
      </BaseCombobox.Portal>
    </BaseCombobox.Root>
  )
}
