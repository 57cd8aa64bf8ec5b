import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { MapPinOff } from 'lucide-react'
import type { ReactNode } from 'react'
import { meQuery } from '@/api/preferences'
import { texts } from '@/texts'
import { buttonLook } from '@/ui/button'
import { useTitle } from '@/ui/title'

const words = texts.shell.missing

/** Says that an address leads nowhere, and where one can go instead. */
export function MissingScreen({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="mx-auto grid max-w-md justify-items-start gap-3 px-6 py-20">
      <MapPinOff className="size-8 text-faint" aria-hidden />
      <h1 className="font-semibold text-lg">{title}</h1>
      <div className="text-muted">{children}</div>
      <Link to="/" className={buttonLook()}>
        {words.home}
      </Link>
    </div>
  )
}

export function MissingPage() {
  useTitle(texts.shell.notFound)
  return <MissingScreen title={words.page}>{words.pageText}</MissingScreen>
}

export function MissingWorkspace() {
  useTitle(texts.shell.notFound)
  const { data: me } = useQuery(meQuery)
  return (
    <main id="main" tabIndex={-1} className="outline-none">
      <MissingScreen title={words.workspace}>
        <p>{words.workspaceText}</p>
        {me && me.workspaces.length > 0 && (
          <>
            <h2 className="mt-4 font-medium text-text text-sm">{words.others}</h2>
            <ul className="mt-1">
              {me.workspaces.slice(0, 10).map((one) => (
                <li key={one.id}>
                  <Link
                    to="/w/$workspace"
                    params={{ workspace: one.slug }}
                    className="text-accent underline underline-offset-2"
                  >
                    {one.name}
                  </Link>
                </li>
              ))}
            </ul>
          </>
        )}
      </MissingScreen>
    </main>
  )
}
