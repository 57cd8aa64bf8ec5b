import type { ReactNode } from 'react'
import { texts } from '@/texts'
import { useTitle } from '@/ui/title'

/** One quiet column for everything about getting in. */
export function SignInFrame({
  title,
  lead,
  children,
}: {
  title: string
  lead?: ReactNode
  children: ReactNode
}) {
  useTitle(title)
  return (
    <main id="main" tabIndex={-1} className="grid min-h-full place-items-center p-4 outline-none">
      <div className="w-full max-w-[22rem] pb-[8vh]">
        <header className="mb-5 grid justify-items-center gap-3 text-center">
          <img src="/favicon.svg" alt={texts.shell.product} className="size-10" />
          <h1 className="font-semibold text-lg">{title}</h1>
          {lead && <div className="text-muted text-sm">{lead}</div>}
        </header>
        {children}
      </div>
    </main>
  )
}

/** What went wrong, above the form it is about. */
export function Told({ children }: { children: ReactNode }) {
  return (
    <div role="alert" className="mb-3 rounded-md bg-error-soft px-3 py-2 text-sm">
      {children}
    </div>
  )
}
