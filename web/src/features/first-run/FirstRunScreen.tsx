import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, Navigate, useNavigate, useSearch } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useStore } from 'zustand'
import { answered, api } from '@/api/client'
import { meQuery, preferencesQuery } from '@/api/preferences'
import { Refusal } from '@/api/refusal'
import { sessionStore, signInToDemo } from '@/api/session'
import { lastWorkspace } from '@/lib/lastWorkspace'
import { texts } from '@/texts'
import { Button, buttonLook } from '@/ui/button'
import { Field, Input } from '@/ui/field'
import { Badge, Waiting } from '@/ui/state'
import { useTitle } from '@/ui/title'

const words = texts.shell.firstRun

/** The start: on to the workspace that counts, or to a first one. */
export default function FirstRunScreen() {
  const search = useSearch({ from: '/signed-in/' })
  const me = useQuery(meQuery)
  const preferences = useQuery(preferencesQuery)
  const archived = useQuery({
    queryKey: ['workspaces', 'archived'],
    queryFn: () =>
      answered(
        api.GET('/api/v1/workspaces', { params: { query: { archived: true, limit: 200 } } }),
      ),
  })
  const stays = search.new || search.all
  if (me.error) throw me.error
  if (!me.data || (!stays && preferences.isPending)) return <Waiting className="h-full" />
  const mine = me.data.workspaces
  const wanted =
    mine.find((one) => one.id === preferences.data?.workspace_id) ??
    mine.find((one) => one.slug === lastWorkspace()) ??
    mine[0]
  if (wanted && !stays)
    return <Navigate to="/w/$workspace" params={{ workspace: wanted.slug }} replace />
  const old = archived.data?.items ?? []
  return (
    <main id="main" tabIndex={-1} className="mx-auto grid max-w-md gap-6 px-6 py-16 outline-none">
      {(!search.all || mine.length === 0) && <Create isFirst={mine.length === 0} />}
      {mine.length > 0 && <List title={words.yours} all={mine} />}
      {old.length > 0 && <List title={words.archived} all={old} />}
      {search.all && mine.length > 0 && (
        <Link
          to="/"
          search={{ new: true }}
          className={buttonLook({ className: 'justify-self-start' })}
        >
          {texts.shell.bar.newWorkspace}
        </Link>
      )}
    </main>
  )
}

function Create({ isFirst }: { isFirst: boolean }) {
  const title = isFirst ? words.title : words.another
  useTitle(title)
  const navigate = useNavigate()
  const client = useQueryClient()
  const about = useStore(sessionStore, (state) => state.about)
  const [name, setName] = useState('')
  const [tried, setTried] = useState(false)
  const create = useMutation({
    mutationFn: (wanted: string) =>
      answered(api.POST('/api/v1/workspaces', { body: { name: wanted } })),
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: ['me'] })
      navigate({ to: '/w/$workspace', params: { workspace: made.slug } })
    },
  })
  const send = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (name.trim()) create.mutate(name.trim())
  }
  const refused = create.error
    ? `${create.error.message} ${create.error instanceof Refusal ? create.error.remedy : ''}`
    : ''
  return (
    <section className="grid gap-4">
      <header className="grid gap-2">
        <img src="/favicon.svg" alt="" className="mb-1 size-9" />
        <h1 className="font-semibold text-lg">{title}</h1>
        <p className="text-muted">{words.text}</p>
      </header>
      <form onSubmit={send} noValidate className="grid gap-3 rounded-md border bg-surface p-4">
        <Field label={words.name} error={refused || (tried && !name.trim() ? words.needName : '')}>
          {(control) => (
            <Input
              {...control}
              autoFocus
              maxLength={200}
              placeholder={words.example}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Button type="submit" variant="primary" disabled={create.isPending}>
          {words.create}
        </Button>
      </form>
      <p className="text-muted text-sm">{words.or}</p>
      {isFirst && about?.demo && (
        <div>
          <Button
            onClick={async () => {
              await signInToDemo()
              navigate({ to: '/', replace: true })
            }}
          >
            {words.demo}
          </Button>
        </div>
      )}
    </section>
  )
}

function List({
  title,
  all,
}: {
  title: string
  all: readonly { id: string; slug: string; name: string; role: 'viewer' | 'editor' | 'admin' }[]
}) {
  useTitle(title)
  return (
    <section>
      <h2 className="mb-2 font-semibold text-sm">{title}</h2>
      <ul className="overflow-hidden rounded-md border bg-surface">
        {all.map((one) => (
          <li key={one.id} className="border-b last:border-0">
            <Link
              to="/w/$workspace"
              params={{ workspace: one.slug }}
              className="flex h-10 items-center gap-3 px-3 hover:bg-hover focus-visible:-outline-offset-2"
            >
              <span className="min-w-0 flex-1 truncate">{one.name}</span>
              <Badge>{texts.shell.roles[one.role]}</Badge>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}
