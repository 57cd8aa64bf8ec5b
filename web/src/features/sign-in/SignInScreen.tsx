import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import { auth, sessionStore, signInToDemo } from '@/api/session'
import { safePath } from '@/lib/path'
import { texts } from '@/texts'
import { Button } from '@/ui/button'
import { callbackAddress, keptInvitation, told } from './answers'
import { CodeForm, EmailForm, PasswordForm, SignUpForm } from './forms'
import { SignInFrame, Told } from './SignInFrame'

const words = texts.shell.sign

type Way =
  | { kind: 'password' | 'sign-up' | 'link' | 'recover' }
  /** A letter is on its way, and with it a code. */
  | { kind: 'sent'; email: string; code: 'email' | 'recovery' | 'signup' }

/** The door: email and password first, every other way one click away. */
export default function SignInScreen() {
  const search = useSearch({ from: '/sign-in' })
  const navigate = useNavigate()
  const { about, signedIn } = useStore(sessionStore)
  const to = safePath(search.to)
  const invited = to === '/invitation' && keptInvitation() !== ''
  const [way, go] = useState<Way>({ kind: invited ? 'sign-up' : 'password' })
  const [email, setEmail] = useState('')
  const [fault, setFault] = useState('')
  const [isBusy, setBusy] = useState(false)
  const isIn = signedIn.state === 'in'
  const goesToNewPassword = way.kind === 'sent' && way.code === 'recovery'

  useEffect(() => {
    if (!isIn) return
    navigate({ href: goesToNewPassword ? '/auth/new-password' : to, replace: true })
  }, [isIn, goesToNewPassword, navigate, to])

  const choose = (next: Way) => {
    setFault('')
    go(next)
  }
  const attempt = async (work: () => Promise<void>) => {
    setFault('')
    setBusy(true)
    try {
      await work()
    } catch (error) {
      setFault(told(error))
    } finally {
      setBusy(false)
    }
  }
  const common = { isBusy, email, setEmail }
  const maySignUp = about?.sign_up_open || invited

  const password = (secret: string) =>
    attempt(async () => {
      const { error } = await auth().signInWithPassword({ email, password: secret })
      if (error) throw error
    })
  const signUp = (secret: string, name: string) =>
    attempt(async () => {
      const invitation = keptInvitation()
      const { data, error } = await auth().signUp({
        email,
        password: secret,
        options: {
          data: { ...(name ? { name } : {}), ...(invitation ? { invitation } : {}) },
          emailRedirectTo: callbackAddress('/auth/callback', to),
        },
      })
      if (error) throw error
      if (!data.session) choose({ kind: 'sent', email, code: 'signup' })
    })
  const link = () =>
    attempt(async () => {
      const { error } = await auth().signInWithOtp({
        email,
        options: { emailRedirectTo: callbackAddress('/auth/callback', to) },
      })
      if (error) throw error
      choose({ kind: 'sent', email, code: 'email' })
    })
  const recover = () =>
    attempt(async () => {
      const { error } = await auth().resetPasswordForEmail(email, {
        redirectTo: callbackAddress('/auth/new-password', to),
      })
      if (error) throw error
      choose({ kind: 'sent', email, code: 'recovery' })
    })
  const useCode = (token: string) =>
    attempt(async () => {
      if (way.kind !== 'sent') return
      const { error } = await auth().verifyOtp({ email: way.email, token, type: way.code })
      if (error) throw error
    })
  const github = () =>
    attempt(async () => {
      const { error } = await auth().signInWithOAuth({
        provider: 'github',
        options: { redirectTo: callbackAddress('/auth/callback', to) },
      })
      if (error) throw error
    })

  if (isIn) return null
  return (
    <SignInFrame title={titleOf(way)} lead={leadOf(way, { ended: search.ended, invited })}>
      {fault && <Told>{fault}</Told>}
      <div className="rounded-md border bg-surface p-4">
        {way.kind === 'password' && (
          <PasswordForm
            {...common}
            onSubmit={password}
            onForgot={() => choose({ kind: 'recover' })}
          />
        )}
        {way.kind === 'sign-up' && <SignUpForm {...common} onSubmit={signUp} />}
        {way.kind === 'link' && (
          <EmailForm {...common} action={words.sendLink} onSubmit={link} key="link" />
        )}
        {way.kind === 'recover' && (
          <EmailForm {...common} action={words.sendRecovery} onSubmit={recover} key="recover" />
        )}
        {way.kind === 'sent' && <CodeForm isBusy={isBusy} onSubmit={useCode} />}
        {(way.kind === 'password' || way.kind === 'sign-up') && (
          <div className="mt-3 grid gap-2">
            <Or />
            {about?.github_sign_in && (
              <Button onClick={github} disabled={isBusy} className="w-full">
                {words.github}
              </Button>
            )}
            <Button onClick={() => choose({ kind: 'link' })} className="w-full">
              {words.link}
            </Button>
          </div>
        )}
      </div>
      <div className="mt-3 text-center text-muted text-sm">
        {way.kind === 'password' &&
          (maySignUp ? (
            <>
              {words.noAccount}{' '}
              <Switch onClick={() => choose({ kind: 'sign-up' })}>{words.up}</Switch>
            </>
          ) : (
            words.closed
          ))}
        {way.kind === 'sign-up' && (
          <>
            {words.haveAccount}{' '}
            <Switch onClick={() => choose({ kind: 'password' })}>{words.in}</Switch>
          </>
        )}
        {(way.kind === 'link' || way.kind === 'recover' || way.kind === 'sent') && (
          <Switch onClick={() => choose({ kind: 'password' })}>{words.back}</Switch>
        )}
      </div>
      {about?.demo && way.kind === 'password' && (
        <section className="mt-6 grid gap-2 border-t pt-4 text-center">
          <Button
            onClick={() => attempt(signInToDemo)}
            disabled={isBusy}
            className="w-full"
            aria-describedby="about-demo"
          >
            {words.demo}
          </Button>
          <p id="about-demo" className="text-muted text-xs">
            {words.demoText}
          </p>
        </section>
      )}
    </SignInFrame>
  )
}

function titleOf(way: Way): string {
  if (way.kind === 'sign-up') return words.up
  if (way.kind === 'recover') return words.recover
  if (way.kind === 'sent') return words.sent
  return words.inTo
}

function leadOf(way: Way, { ended, invited }: { ended?: boolean; invited: boolean }): string {
  if (way.kind === 'recover') return words.recoverText
  if (way.kind === 'sent')
    return way.code === 'signup' ? words.sentConfirm(way.email) : words.sentText(way.email)
  if (ended) return words.expired
  if (invited) return words.invited
  return words.tagline
}

const Or = () => (
  <div aria-hidden className="flex items-center gap-2 text-faint text-xs">
    <span className="h-px flex-1 bg-line" />
    {words.or}
    <span className="h-px flex-1 bg-line" />
  </div>
)

const Switch = ({ onClick, children }: { onClick: () => void; children: string }) => (
  <button
    type="button"
    onClick={onClick}
    className="rounded-sm font-medium text-accent underline underline-offset-2"
  >
    {children}
  </button>
)
