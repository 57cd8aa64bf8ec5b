import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { toast } from 'sonner'
import { answered, api } from '@/api/client'
import { meQuery, type PreferencesChange, usePreferences } from '@/api/preferences'
import type { MeReply } from '@/api/schema.gen'
import { auth } from '@/api/session'
import { storedTheme, type Theme } from '@/lib/theme'
import { texts } from '@/texts'
import { Button } from '@/ui/button'
import { Field, Input } from '@/ui/field'
import { Select } from '@/ui/select'
import { Waiting } from '@/ui/state'
import { refused, tellRefusal } from './parts'

const words = texts.settings.preferences
const THEMES: readonly Theme[] = ['system', 'light', 'dark']
const LANGUAGES = ['sql', 'python', 'scala'] as const
const LAST_USED = 'last-used'

export function PreferencesTab() {
  const { data: me } = useQuery(meQuery)
  const { preferences, change, setTheme } = usePreferences()
  if (!me || !preferences) return <Waiting />
  const save = (wanted: PreferencesChange) => {
    change(wanted).then(() => toast.success(words.saved), tellRefusal)
  }
  const theme = preferences.updated_at ? preferences.theme : storedTheme()
  return (
    <div className="grid gap-5">
      <Name key={me.display_name} me={me} />
      <Field label={words.theme}>
        {(control) => (
          <Select
            {...control}
            value={theme ?? 'system'}
            onChange={(next) => {
              setTheme(next).catch(tellRefusal)
            }}
            options={THEMES.map((one) => ({ value: one, label: texts.shell.bar.themes[one] }))}
          />
        )}
      </Field>
      <Field label={words.language}>
        {(control) => (
          <Select
            {...control}
            value={preferences.default_template_language ?? 'sql'}
            onChange={(next) => save({ default_template_language: next, theme })}
            options={LANGUAGES.map((one) => ({ value: one, label: words.languages[one] }))}
          />
        )}
      </Field>
      <Field label={words.workspace}>
        {(control) => (
          <Select
            {...control}
            value={preferences.workspace_id ?? LAST_USED}
            onChange={(next) => save({ workspace_id: next === LAST_USED ? null : next, theme })}
            options={[
              { value: LAST_USED, label: words.lastUsed },
              ...me.workspaces.map((one) => ({ value: one.id, label: one.name })),
            ]}
          />
        )}
      </Field>
      <Password />
    </div>
  )
}

function Name({ me }: { me: MeReply }) {
  const client = useQueryClient()
  const [name, setName] = useState(me.display_name)
  const rename = useMutation({
    mutationFn: () => answered(api.PATCH('/api/v1/me', { body: { display_name: name.trim() } })),
    onSuccess: (saved) => {
      client.setQueryData(meQuery.queryKey, saved)
      client.invalidateQueries({ queryKey: ['members'] })
      toast.success(texts.settings.saved)
    },
  })
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (name.trim() !== me.display_name) rename.mutate()
  }
  return (
    <form onSubmit={send} className="flex items-start gap-2">
      <Field
        label={words.name}
        hint={`${words.nameHint} ${me.email}`}
        error={rename.error ? refused(rename.error) : ''}
        className="flex-1"
      >
        {(control) => (
          <Input
            {...control}
            value={name}
            maxLength={200}
            autoComplete="name"
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      <Button
        type="submit"
        className="mt-5"
        disabled={rename.isPending || name.trim() === me.display_name}
      >
        {texts.settings.save}
      </Button>
    </form>
  )
}

function Password() {
  const [password, set] = useState('')
  const change = useMutation({
    mutationFn: async () => {
      const { error } = await auth().updateUser({ password })
      if (error) throw error
    },
    onSuccess: () => {
      set('')
      toast.success(texts.shell.sign.passwordSaved)
    },
  })
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (password) change.mutate()
  }
  return (
    <form onSubmit={send} className="flex items-start gap-2 border-t pt-5">
      <Field
        label={words.password}
        hint={`${texts.shell.sign.passwordHint} ${words.passwordText}`}
        error={change.error ? refused(change.error) : ''}
        className="flex-1"
      >
        {(control) => (
          <Input
            {...control}
            type="password"
            autoComplete="new-password"
            maxLength={256}
            value={password}
            onChange={(event) => set(event.target.value)}
          />
        )}
      </Field>
      <Button type="submit" className="mt-5" disabled={!password || change.isPending}>
        {words.changePassword}
      </Button>
    </form>
  )
}
