import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useLocation, useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { toast } from 'sonner'
import { useStore } from 'zustand'
import { answered, api } from '@/api/client'
import { Refusal } from '@/api/refusal'
import { sessionStore, signOut } from '@/api/session'
import { at } from '@/lib/time'
import { texts } from '@/texts'
import { Button, buttonLook } from '@/ui/button'
import { Waiting } from '@/ui/state'
import { keepInvitation, keptInvitation, told } from './answers'
import { SignInFrame, Told } from './SignInFrame'

const words = texts.shell.join

/** An invitation link: what it is for, then joining. */
export default function JoinScreen() {
  const { hash } = useLocation()
  const token = hash || keptInvitation()
  const navigate = useNavigate()
  const client = useQueryClient()
  const signedIn = useStore(sessionStore, (state) => state.signedIn)
  // Signing in leads away and back; the tab keeps the token meanwhile.
  useEffect(() => {
    if (hash) keepInvitation(hash)
  }, [hash])
  const look = useQuery({
    queryKey: ['invitation', token],
    queryFn: () => answered(api.POST('/api/v1/invitations/look', { body: { token } })),
    enabled: token !== '',
    staleTime: 0,
  })
  const join = useMutation({
    mutationFn: () => answered(api.POST('/api/v1/invitations/accept', { body: { token } })),
    onSuccess: async (workspace) => {
      keepInvitation('')
      await client.invalidateQueries({ queryKey: ['me'] })
      toast.success(words.joined(workspace.name))
      navigate({ to: '/w/$workspace', params: { workspace: workspace.slug }, replace: true })
    },
  })
  if (!token) return <Bad text={words.noToken} />
  if (look.error)
    return (
      <Bad
        text={
          look.error instanceof Refusal
            ? `${look.error.message} ${look.error.remedy}`
            : told(look.error)
        }
      />
    )
  if (!look.data) return <Waiting className="h-full" />
  const { workspace_name: name, role, email, expires_at: until } = look.data
  return (
    <SignInFrame
      title={words.title(name)}
      lead={
        <>
          <p>{words.text(name, texts.shell.roles[role].toLowerCase())}</p>
          <p>{words.may[role]}</p>
          {email && <p className="mt-2">{words.only(email)}</p>}
        </>
      }
    >
      {join.error && (
        <Told>
          {join.error.message} {join.error instanceof Refusal && join.error.remedy}
        </Told>
      )}
      {signedIn.state === 'in' ? (
        <div className="grid gap-2 text-center">
          <Button
            variant="primary"
            className="w-full"
            disabled={join.isPending}
            onClick={() => join.mutate()}
          >
            {words.accept}
          </Button>
          <p className="text-muted text-sm">{words.as(signedIn.email)}</p>
          <Button
            variant="ghost"
            onClick={async () => {
              await signOut()
              navigate({ to: '/sign-in', search: { to: '/invitation' } })
            }}
          >
            {words.other}
          </Button>
        </div>
      ) : (
        <Link
          to="/sign-in"
          search={{ to: '/invitation' }}
          className={buttonLook({ variant: 'primary', className: 'w-full' })}
        >
          {texts.shell.sign.in}
        </Link>
      )}
      <p className="mt-4 text-center text-faint text-xs">{words.until(at(until))}</p>
    </SignInFrame>
  )
}

function Bad({ text }: { text: string }) {
  return (
    <SignInFrame title={words.bad} lead={text}>
      <Link to="/" className={buttonLook({ className: 'w-full' })}>
        {texts.shell.missing.home}
      </Link>
    </SignInFrame>
  )
}
