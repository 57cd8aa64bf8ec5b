import { cn } from '@/lib/cn'

/** A unified diff as the server makes it: what is new is green and has a +, what is gone red, -. */
export function UnifiedDiff({ text, label }: { text: string; label: string }) {
  const lines = text.replace(/\n$/, '').split('\n')
  const first = lines.findIndex((line) => line.startsWith('@@'))
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard has to reach it
    <section aria-label={label} tabIndex={0} className="overflow-auto rounded-md border">
      <pre className="w-max min-w-full py-1 font-mono text-xs leading-[18px]">
        {lines.slice(Math.max(first, 0)).map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
          <span key={index} className={cn('block px-3', LOOKS[line[0] ?? ''])}>
            {line.startsWith('@@') ? '⋯' : line || ' '}
          </span>
        ))}
      </pre>
    </section>
  )
}

const LOOKS: Readonly<Record<string, string>> = {
  '+': 'bg-ok-soft text-ok',
  '-': 'bg-error-soft text-error',
  '@': 'bg-sunken text-muted',
}
