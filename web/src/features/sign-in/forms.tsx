import { Eye, EyeOff } from 'lucide-react'
import { type FormEvent, type ReactNode, useState } from 'react'
import { texts } from '@/texts'
import { Button, IconButton } from '@/ui/button'
import { Field, Input } from '@/ui/field'

const words = texts.shell.sign
const SHORTEST = 8

interface Common {
  isBusy: boolean
  email: string
  setEmail: (email: string) => void
}

/** Faults of fields, shown once somebody has tried to send the form. */
function useTried(): [boolean, (ok: boolean, send: () => void) => (event: FormEvent) => void] {
  const [tried, set] = useState(false)
  return [
    tried,
    (ok, send) => (event) => {
      event.preventDefault()
      set(true)
      if (ok) send()
    },
  ]
}

export const isEmail = (text: string): boolean => /^[^\s@]+@[^\s@]+$/.test(text.trim())

export function PasswordForm({
  onSubmit,
  onForgot,
  ...common
}: Common & { onSubmit: (password: string) => void; onForgot: () => void }) {
  const [password, set] = useState('')
  const [tried, sending] = useTried()
  const ok = isEmail(common.email) && password !== ''
  return (
    <Form onSubmit={sending(ok, () => onSubmit(password))}>
      <EmailField {...common} tried={tried} />
      <PasswordField
        label={words.password}
        value={password}
        onChange={set}
        autoComplete="current-password"
        error={tried && !password ? words.needPassword : ''}
        aside={
          <button
            type="button"
            onClick={onForgot}
            className="rounded-sm text-accent text-xs underline underline-offset-2"
          >
            {words.forgot}
          </button>
        }
      />
      <Submit isBusy={common.isBusy}>{words.in}</Submit>
    </Form>
  )
}

export function SignUpForm({
  onSubmit,
  ...common
}: Common & { onSubmit: (password: string, name: string) => void }) {
  const [name, setName] = useState('')
  const [password, set] = useState('')
  const [tried, sending] = useTried()
  const ok = isEmail(common.email) && password.length >= SHORTEST
  return (
    <Form onSubmit={sending(ok, () => onSubmit(password, name.trim()))}>
      <Field label={words.name} hint={words.nameHint}>
        {(control) => (
          <Input
            {...control}
            autoComplete="name"
            maxLength={200}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      <EmailField {...common} tried={tried} />
      <PasswordField
        label={words.password}
        value={password}
        onChange={set}
        autoComplete="new-password"
        hint={words.passwordHint}
        error={tried && password.length < SHORTEST ? words.shortPassword : ''}
      />
      <Submit isBusy={common.isBusy}>{words.create}</Submit>
    </Form>
  )
}

export function EmailForm({
  action,
  onSubmit,
  ...common
}: Common & { action: string; onSubmit: () => void }) {
  const [tried, sending] = useTried()
  return (
    <Form onSubmit={sending(isEmail(common.email), onSubmit)}>
      <EmailField {...common} tried={tried} />
      <Submit isBusy={common.isBusy}>{action}</Submit>
    </Form>
  )
}

export function CodeForm({
  isBusy,
  onSubmit,
}: {
  isBusy: boolean
  onSubmit: (code: string) => void
}) {
  const [code, set] = useState('')
  const digits = code.replace(/\D/g, '')
  return (
    <Form
      onSubmit={(event) => {
        event.preventDefault()
        if (digits) onSubmit(digits)
      }}
    >
      <Field label={words.code}>
        {(control) => (
          <Input
            {...control}
            inputMode="numeric"
            autoComplete="one-time-code"
            autoFocus
            maxLength={12}
            value={code}
            onChange={(event) => set(event.target.value)}
            className="font-mono tracking-widest"
          />
        )}
      </Field>
      <Submit isBusy={isBusy}>{words.useCode}</Submit>
    </Form>
  )
}

export function NewPasswordForm({
  isBusy,
  onSubmit,
}: {
  isBusy: boolean
  onSubmit: (password: string) => void
}) {
  const [password, set] = useState('')
  const [tried, sending] = useTried()
  return (
    <Form onSubmit={sending(password.length >= SHORTEST, () => onSubmit(password))}>
      <PasswordField
        label={words.newPassword}
        value={password}
        onChange={set}
        autoComplete="new-password"
        hint={words.passwordHint}
        error={tried && password.length < SHORTEST ? words.shortPassword : ''}
      />
      <Submit isBusy={isBusy}>{words.savePassword}</Submit>
    </Form>
  )
}

const Form = ({
  onSubmit,
  children,
}: {
  onSubmit: (event: FormEvent) => void
  children: ReactNode
}) => (
  <form onSubmit={onSubmit} noValidate className="grid gap-3">
    {children}
  </form>
)

const Submit = ({ isBusy, children }: { isBusy: boolean; children: string }) => (
  <Button type="submit" variant="primary" disabled={isBusy} className="w-full">
    {children}
  </Button>
)

function EmailField({ email, setEmail, tried }: Common & { tried: boolean }) {
  return (
    <Field label={words.email} error={tried && !isEmail(email) ? words.needEmail : ''}>
      {(control) => (
        <Input
          {...control}
          type="email"
          autoComplete="email"
          autoFocus
          maxLength={320}
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
      )}
    </Field>
  )
}

function PasswordField({
  label,
  value,
  onChange,
  autoComplete,
  hint,
  error,
  aside,
}: {
  label: string
  value: string
  onChange: (value: string) => void
  autoComplete: 'current-password' | 'new-password'
  hint?: string
  error?: string
  aside?: ReactNode
}) {
  const [shown, show] = useState(false)
  return (
    <Field label={label} hint={hint} error={error} aside={aside}>
      {(control) => (
        <div className="relative">
          <Input
            {...control}
            type={shown ? 'text' : 'password'}
            autoComplete={autoComplete}
            maxLength={256}
            value={value}
            onChange={(event) => onChange(event.target.value)}
            className="pr-9"
          />
          <IconButton
            label={shown ? words.hidePassword : words.showPassword}
            size="icon-sm"
            className="absolute top-1 right-1"
            onClick={() => show(!shown)}
          >
            {shown ? <EyeOff /> : <Eye />}
          </IconButton>
        </div>
      )}
    </Field>
  )
}
