import { X } from 'lucide-react'
import type { ModelNode } from '@/document/model'
import { cn } from '@/lib/cn'
import { texts } from '@/texts'
import { IconButton } from '../button'
import { type NodeState, valuesOf } from './compared'

const words = texts.drawing

/** What differs in one node: each value before and after. */
export function Detail({
  name,
  state,
  differs,
  before,
  after,
  onClose,
  className,
}: {
  name: string
  state: NodeState
  differs: readonly string[]
  before: ModelNode | undefined
  after: ModelNode | undefined
  onClose: () => void
  className?: string
}) {
  const values = valuesOf(before, after, differs)
  return (
    <aside
      aria-label={name}
      className={cn(
        'absolute right-3 bottom-3 flex max-h-[60%] w-80 max-w-[calc(100%-24px)] flex-col rounded-md border bg-surface text-sm shadow-float',
        className,
      )}
    >
      <header className="flex items-center gap-2 border-b py-1.5 pr-1.5 pl-3">
        <span className="min-w-0 flex-1 truncate font-medium">{name}</span>
        <span className="text-muted text-xs">{words.nodeStates[state]}</span>
        <IconButton size="icon-sm" label={texts.ui.close} onClick={onClose}>
          <X />
        </IconButton>
      </header>
      {values.length > 0 && (
        <dl className="min-h-0 overflow-auto px-3 py-2">
          {values.map((value) => (
            <div key={value.name} className="border-b py-1.5 last:border-0">
              <dt className="font-medium text-muted text-xs">{value.name}</dt>
              {value.before && (
                <dd className="mt-0.5 flex gap-1.5 rounded-sm bg-error-soft px-1.5 font-mono text-xs">
                  <span className="text-error" aria-hidden>
                    −
                  </span>
                  <del className="min-w-0 whitespace-pre-wrap break-words no-underline">
                    {value.before}
                  </del>
                </dd>
              )}
              {value.after && (
                <dd className="mt-0.5 flex gap-1.5 rounded-sm bg-ok-soft px-1.5 font-mono text-xs">
                  <span className="text-ok" aria-hidden>
                    +
                  </span>
                  <ins className="min-w-0 whitespace-pre-wrap break-words no-underline">
                    {value.after}
                  </ins>
                </dd>
              )}
            </div>
          ))}
        </dl>
      )}
    </aside>
  )
}
