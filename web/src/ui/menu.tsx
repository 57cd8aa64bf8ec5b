import { ContextMenu as BaseContext } from '@base-ui/react/context-menu'
import { Menu as Base } from '@base-ui/react/menu'
import { Check } from 'lucide-react'
import type { ReactElement, ReactNode } from 'react'
import { cn } from '@/lib/cn'
import { shownKeys } from '@/lib/keys'

export type MenuEntry =
  | {
      kind?: 'item'
      label: ReactNode
      icon?: ReactNode
      keys?: string
      danger?: boolean
      disabled?: boolean
      checked?: boolean
      onSelect: () => void
    }
  | { kind: 'line' }
  | { kind: 'heading'; label: string }

const popup =
  'max-h-(--available-height) min-w-44 overflow-auto rounded-md border bg-surface p-1 text-sm shadow-float outline-none transition-opacity duration-100 data-ending-style:opacity-0 data-starting-style:opacity-0'

/** A button's list of commands. */
export function Menu({
  trigger,
  entries,
  align = 'start',
}: {
  trigger: ReactElement<Record<string, unknown>>
  entries: MenuEntry[]
  align?: 'start' | 'end'
}) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner sideOffset={4} align={align} className="z-50 outline-none">
          <Base.Popup className={popup}>
            <Entries entries={entries} />
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

/** The same list, where the right button was pressed. */
export function ContextMenu({
  entries,
  children,
  onOpenChange,
}: {
  entries: MenuEntry[]
  children: ReactElement<Record<string, unknown>>
  onOpenChange?: (open: boolean) => void
}) {
  return (
    <BaseContext.Root onOpenChange={onOpenChange}>
      <BaseContext.Trigger render={children} />
      <BaseContext.Portal>
        <BaseContext.Positioner className="z-50 outline-none">
          <BaseContext.Popup className={popup}>
            <Entries entries={entries} />
          </BaseContext.Popup>
        </BaseContext.Positioner>
      </BaseContext.Portal>
    </BaseContext.Root>
  )
}

function Entries({ entries }: { entries: MenuEntry[] }) {
  const hasIcons = entries.some(
    (entry) => 'onSelect' in entry && (entry.icon || entry.checked !== undefined),
  )
  return entries.map((entry, index) => {
    if (entry.kind === 'line')
      // biome-ignore lint/suspicious/noArrayIndexKey: a line is nothing but its place
      return <Base.Separator key={index} className="my-1 border-t" />
    if (entry.kind === 'heading')
      return (
        <div key={entry.label} className="px-2 pt-1.5 pb-0.5 font-medium text-faint text-xs">
          {entry.label}
        </div>
      )
    return (
      <Base.Item
        // biome-ignore lint/suspicious/noArrayIndexKey: entries of one menu keep their places
        key={index}
        disabled={entry.disabled}
        onClick={entry.onSelect}
        className={cn(
          'flex cursor-default items-center gap-2 rounded-sm px-2 py-1.5 outline-none data-highlighted:bg-hover data-disabled:opacity-50 [&_svg]:size-4 [&_svg]:shrink-0',
          entry.danger && 'text-error',
        )}
      >
        {hasIcons && (
          <span className="w-4 text-muted">{entry.checked ? <Check /> : entry.icon}</span>
        )}
        <span className="flex-1">{entry.label}</span>
        {entry.keys && <span className="pl-4 text-faint text-xs">{shownKeys(entry.keys)}</span>}
      </Base.Item>
    )
  })
}
