import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { toast } from 'sonner'
import { useStore } from 'zustand'
import { auth, sessionStore } from '@/api/session'
import { texts } from '@/texts'
import { buttonLook } from '@/ui/button'
import { told } from './answers'
import { NewPasswordForm } from './forms'
import { SignInFrame, Told } from './SignInFrame'

const words = texts.shell.sign

/** The end of "forgot your password": whoever followed the letter's link chooses a new one. */
export default function NewPasswordScreen() {
  const navigate = useNavigate()
  const signedIn = useStore(sessionStore, (state) => state.signedIn)
  const [isBusy, setBusy] = useState(false)
  const [fault, setFault] = useState('')
  const save = async (password: string) => {
    setBusy(true)
    setFault('')
    const { error } = await auth().updateUser({ password })
    setBusy(false)
    if (error) {
      setFault(told(error))
      return
    }
    toast.success(words.passwordSaved)
    navigate({ to: '/', replace: true })
  }
  if (signedIn.state !== 'in')
    return (
      <SignInFrame title={words.linkBad} lead={words.linkBadText}>
        <Link to="/sign-in" className={buttonLook({ variant: 'primary', className: 'w-full' })}>
          {words.back}
        </Link>
      </SignInFrame>
    )
  return (
    <SignInFrame title={words.newPasswordTitle} lead={texts.shell.join.as(signedIn.email)}>
      {fault && <Told>{fault}</Told>}
      <div className="rounded-md border bg-surface p-4">
        <NewPasswordForm isBusy={isBusy} onSubmit={save} />
      </div>
    </SignInFrame>
  )
}
