import { Check, Copy } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { toast } from 'sonner'
import { Refusal } from '@/api/refusal'
import { cn } from '@/lib/cn'
import { texts } from '@/texts'
import { Button } from '@/ui/button'
import { Notice } from '@/ui/state'

const words = texts.settings

/** What the server's refusal says, with its remedy. */
export function refused(error: unknown): string {
  if (error instanceof Refusal) return `${error.message} ${error.remedy}`.trim()
  return error instanceof Error ? error.message : texts.shell.sign.unknown
}

/** Tell a refusal beside what the person is looking at. */
export const tellRefusal = (error: unknown) => {
  toast.error(refused(error))
}

export const isStale = (error: unknown) =>
  error instanceof Refusal && (error.status === 412 || error.status === 409)

export function Failed({ error }: { error: unknown }) {
  return (
    <Notice severity="error" className="rounded-md">
      {refused(error)}
    </Notice>
  )
}

/** Why somebody cannot change what they see. */
export function WhyNot({ children }: { children: ReactNode }) {
  return (
    <Notice severity="info" className="mb-4 rounded-md">
      {children}
    </Notice>
  )
}

/** A thing that one can do, with what it does, set apart by a line. */
export function Action({
  title,
  text,
  why,
  children,
}: {
  title: string
  text: string
  /** Why it cannot be done. */
  why?: string | null
  children: ReactNode
}) {
  return (
    <div className="flex flex-wrap items-center gap-x-6 gap-y-2 border-b py-3 last:border-0">
      <div className="min-w-48 flex-1">
        <h3 className="font-medium text-sm">{title}</h3>
        <p className="text-muted text-sm">{text}</p>
        {why && <p className="mt-1 text-muted text-xs">{why}</p>}
      </div>
      {children}
    </div>
  )
}

export function CopyButton({ text }: { text: string }) {
  const [done, set] = useState(false)
  return (
    <Button
      onClick={() =>
        navigator.clipboard.writeText(text).then(
          () => set(true),
          () => undefined,
        )
      }
    >
      {done ? <Check /> : <Copy />}
      <span aria-live="polite">{done ? words.copied : words.copy}</span>
    </Button>
  )
}

/** A table whose head stays in sight and whose rows are quiet. */
export function Table({ head, children }: { head: readonly string[]; children: ReactNode }) {
  return (
    <section
      aria-label={head.filter(Boolean).join(', ')}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
      tabIndex={0}
      className="overflow-x-auto rounded-md border bg-surface"
    >
      <table className="w-full text-sm">
        <thead>
          <tr className="border-b bg-sunken text-left text-muted text-xs">
            {head.map((title, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: columns keep their places
              <th key={index} scope="col" className="h-8 whitespace-nowrap px-3 font-medium">
                {title || <span className="sr-only">{texts.shell.nav.more}</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  )
}

export const Row = ({ children, className }: { children: ReactNode; className?: string }) => (
  <tr className={cn('border-b last:border-0', className)}>{children}</tr>
)
export const Cell = ({ children, className }: { children?: ReactNode; className?: string }) => (
  <td className={cn('px-3 py-2 align-middle', className)}>{children}</td>
)
