import { useEffect, useState } from 'react'
import { toast } from 'sonner'
import { Refusal } from '@/api/refusal'
import type { ConnectionReply } from '@/api/schema.gen'
import { useWorkspace } from '@/api/workspace'
import { texts } from '@/texts'
import { Button } from '@/ui/button'
import { Checkbox, Switch } from '@/ui/controls'
import { Dialog } from '@/ui/dialog'
import { Field, Input } from '@/ui/field'
import { Select } from '@/ui/select'
import { Notice } from '@/ui/state'
import { Trouble } from '@/ui/trouble'
import { type Cloud, cloudOf, hostProblem, tidyHost } from './host'
import { openConnection, useConnectionActions } from './queries'

interface Draft {
  name: string
  host: string
  token: string
  cloud: Cloud
  isDefault: boolean
  forget: boolean
}

const draftOf = (one: ConnectionReply | null, isFirst: boolean): Draft => ({
  name: one?.name ?? '',
  host: one?.host ?? '',
  token: '',
  cloud: (one?.cloud ?? '') as Cloud,
  isDefault: one?.is_default ?? isFirst,
  forget: false,
})
const CLOUDS = Object.entries(texts.connections.clouds).map(([value, label]) => ({
  value: value as Cloud,
  label,
}))
const HOST_PROBLEMS = {
  missing: texts.connections.hostMissing,
  protocol: texts.connections.hostProtocol,
  name: texts.connections.hostName,
}

/** Add a connection, or change one. The token goes in and never comes out. */
export function ConnectionDialog({
  connection,
  isFirst,
  onClose,
}: {
  connection: ConnectionReply | null
  isFirst: boolean
  onClose: () => void
}) {
  const { id: workspace } = useWorkspace()
  const { create, change } = useConnectionActions()
  const [base, setBase] = useState<ConnectionReply | null>(connection)
  const [etag, setEtag] = useState('')
  const [draft, setDraft] = useState<Draft>(() => draftOf(connection, isFirst))
  const [tried, setTried] = useState(false)
  const [failure, fail] = useState<Error | null>(null)
  const set = (changes: Partial<Draft>) => setDraft((old) => ({ ...old, ...changes }))

  // The version is asked for when the form opens, so that a later change by others is noticed.
  const opened = connection?.id
  useEffect(() => {
    if (!opened) return
    let current = true
    openConnection(workspace, opened).then(
      (found) => {
        if (!current) return
        setEtag(found.etag)
        setBase(found.connection)
      },
      (refused: Error) => current && fail(refused),
    )
    return () => {
      current = false
    }
  }, [workspace, opened])

  const noName = draft.name.trim() ? undefined : texts.connections.nameMissing
  const wrongHost = hostProblem(draft.host)
  const hasMoved = base !== null && tidyHost(draft.host) !== base.host
  const keepsToken = base?.has_token === true && !hasMoved
  const isStale = failure instanceof Refusal && failure.status === 412
  const isBusy = create.isPending || change.isPending || (connection !== null && !etag)

  const save = async (version = etag) => {
    setTried(true)
    if (noName || wrongHost) return
    fail(null)
    const body = {
      name: draft.name.trim(),
      host: tidyHost(draft.host),
      token: draft.token || null,
      auth_type: base?.auth_type ?? 'token',
      cloud: draft.cloud,
      is_default: draft.isDefault,
    }
    try {
      if (connection)
        await change.mutateAsync({
          connection: connection.id,
          etag: version,
          body: { ...body, clear_token: draft.forget && !draft.token },
        })
      else await create.mutateAsync(body)
      toast(texts.connections.saved(body.name))
      onClose()
    } catch (refused) {
      fail(refused as Error)
    }
  }
  const takeUp = async (mine: boolean) => {
    if (!connection) return
    try {
      const found = await openConnection(workspace, connection.id)
      setEtag(found.etag)
      setBase(found.connection)
      if (mine) return save(found.etag)
      setDraft(draftOf(found.connection, false))
      fail(null)
    } catch (refused) {
      fail(refused as Error)
    }
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={connection ? texts.connections.editTitle(connection.name) : texts.connections.addTitle}
      description={texts.connections.untested}
      footer={
        <>
          <Button onClick={onClose}>{texts.connections.cancel}</Button>
          <Button variant="primary" type="submit" form="connection" disabled={isBusy}>
            {create.isPending || change.isPending
              ? texts.connections.saving
              : texts.connections.save}
          </Button>
        </>
      }
    >
      <form
        id="connection"
        noValidate
        className="grid gap-3 pt-1"
        onSubmit={(event) => {
          event.preventDefault()
          save()
        }}
      >
        {isStale ? (
          <Notice
            severity="warning"
            className="rounded-md"
            actions={
              <>
                <Button size="sm" onClick={() => takeUp(false)}>
                  {texts.connections.loadTheirs}
                </Button>
                <Button size="sm" onClick={() => takeUp(true)}>
                  {texts.connections.saveOver}
                </Button>
              </>
            }
          >
            {texts.connections.stale} {texts.connections.staleHint}
          </Notice>
        ) : (
          failure && <Trouble error={failure} className="rounded-md" />
        )}
        <Field
          label={texts.connections.name}
          required
          hint={texts.connections.nameHint}
          error={tried && noName}
        >
          {(control) => (
            <Input
              {...control}
              value={draft.name}
              maxLength={200}
              autoComplete="off"
              onChange={(event) => set({ name: event.target.value })}
            />
          )}
        </Field>
        <Field
          label={texts.connections.host}
          required
          hint={texts.connections.hostHint}
          error={tried && wrongHost && HOST_PROBLEMS[wrongHost]}
        >
          {(control) => (
            <Input
              {...control}
              value={draft.host}
              inputMode="url"
              maxLength={400}
              autoComplete="off"
              spellCheck={false}
              placeholder="https://adb-1234567890123456.7.azuredatabricks.net"
              onChange={(event) => set({ host: event.target.value })}
              onBlur={() => {
                const host = tidyHost(draft.host)
                set({ host, cloud: cloudOf(host) || draft.cloud })
              }}
            />
          )}
        </Field>
        <Field
          label={texts.connections.token}
          hint={
            base?.has_token && hasMoved
              ? texts.connections.tokenMoved
              : keepsToken
                ? texts.connections.tokenKeep
                : texts.connections.tokenHint
          }
        >
          {(control) => (
            <Input
              {...control}
              type="password"
              value={draft.token}
              maxLength={8000}
              autoComplete="new-password"
              disabled={draft.forget}
              onChange={(event) => set({ token: event.target.value })}
            />
          )}
        </Field>
        {keepsToken && (
          // biome-ignore lint/a11y/noLabelWithoutControl: the box is inside
          <label className="flex items-center gap-2 text-sm">
            <Checkbox
              checked={draft.forget}
              onCheckedChange={(forget) => set({ forget, token: forget ? '' : draft.token })}
              aria-label={texts.connections.forgetToken}
            />
            {texts.connections.forgetToken}
          </label>
        )}
        <Field label={texts.connections.cloud} hint={texts.connections.cloudHint}>
          {(control) => (
            <Select
              {...control}
              value={draft.cloud}
              onChange={(cloud) => set({ cloud })}
              options={CLOUDS}
            />
          )}
        </Field>
        {/* biome-ignore lint/a11y/noLabelWithoutControl: the switch is inside */}
        <label className="flex items-center gap-2 text-sm">
          <Switch
            checked={draft.isDefault}
            onCheckedChange={(isDefault) => set({ isDefault })}
            aria-label={texts.connections.defaultLabel}
          />
          {texts.connections.defaultLabel}
        </label>
      </form>
    </Dialog>
  )
}
