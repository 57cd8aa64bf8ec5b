import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useStore } from 'zustand'
import { sessionStore } from '@/api/session'
import { safePath } from '@/lib/path'
import { texts } from '@/texts'
import { buttonLook } from '@/ui/button'
import { Waiting } from '@/ui/state'
import { SignInFrame } from './SignInFrame'

const words = texts.shell.sign

/** Where GitHub and the links of letters come back to. */
export default function CallbackScreen() {
  const search = useSearch({ from: '/auth/callback' })
  const navigate = useNavigate()
  const isIn = useStore(sessionStore, ({ signedIn }) => signedIn.state === 'in')
  const fault = search.error_description ?? ''
  const to = safePath(search.to)
  const goesOn = isIn && !fault && !search.message
  useEffect(() => {
    if (goesOn) navigate({ href: to, replace: true })
  }, [goesOn, navigate, to])
  if (goesOn) return <Waiting label={words.signingIn} className="h-full" />
  return (
    <SignInFrame
      title={search.message ? words.sent : words.linkBad}
      lead={search.message ?? (fault ? `${fault}. ${words.linkBadText}` : words.linkBadText)}
    >
      <Link
        to="/sign-in"
        search={{ to: to === '/' ? undefined : to }}
        className={buttonLook({ variant: 'primary', className: 'w-full' })}
      >
        {words.back}
      </Link>
    </SignInFrame>
  )
}
