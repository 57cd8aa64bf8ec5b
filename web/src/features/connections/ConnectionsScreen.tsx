import { Cable, KeyRound, MoreHorizontal, Pencil, Plus, Star, Trash2 } from 'lucide-react'
import { useMemo, useState } from 'react'
import { toast } from 'sonner'
import type { ConnectionReply } from '@/api/schema.gen'
import { useWorkspace, whyReadOnly } from '@/api/workspace'
import { ago, at } from '@/lib/time'
import { texts } from '@/texts'
import { Button, IconButton } from '@/ui/button'
import { useCommands } from '@/ui/commands'
import { Confirm } from '@/ui/dialog'
import { Menu } from '@/ui/menu'
import { Badge, EmptyState, Notice, Waiting } from '@/ui/state'
import { useTitle } from '@/ui/title'
import { Trouble } from '@/ui/trouble'
import { ConnectionDialog } from './ConnectionDialog'
import { openConnection, useConnectionActions, useConnections } from './queries'

/** The Databricks workspaces that are known here. */
export default function ConnectionsScreen() {
  const workspace = useWorkspace()
  const { data, error, isPending } = useConnections()
  const { change, remove } = useConnectionActions()
  const [edited, edit] = useState<ConnectionReply | 'new' | null>(null)
  const [leaving, leave] = useState<ConnectionReply | null>(null)
  const [failure, fail] = useState<Error | null>(null)
  const why =
    whyReadOnly(workspace) ?? (workspace.role === 'admin' ? null : texts.connections.adminsOnly)
  useTitle(texts.connections.title, 1)
  const commands = useMemo(
    () => [
      {
        id: 'connection.add',
        label: texts.connections.add,
        section: texts.connections.title,
        keys: 'n',
        disabled: why ?? (data ? undefined : texts.ui.loading),
        run: () => edit('new'),
      },
    ],
    [why, data],
  )
  useCommands(commands)

  const makeDefault = async (one: ConnectionReply) => {
    fail(null)
    try {
      const { connection, etag } = await openConnection(workspace.id, one.id)
      await change.mutateAsync({
        connection: connection.id,
        etag,
        body: {
          name: connection.name,
          host: connection.host,
          auth_type: connection.auth_type,
          cloud: connection.cloud as '' | 'aws' | 'azure' | 'gcp',
          is_default: true,
          token: null,
          clear_token: false,
        },
      })
    } catch (refused) {
      fail(refused as Error)
    }
  }

  return (
    <div className="mx-auto max-w-4xl px-6 py-5">
      <header className="flex flex-wrap items-start gap-3">
        <div className="min-w-0 flex-1">
          <h1 className="font-semibold text-lg">{texts.connections.title}</h1>
          <p className="text-muted text-sm">{texts.connections.hint}</p>
        </div>
        {!why && data && data.length > 0 && (
          <Button variant="primary" onClick={() => edit('new')}>
            <Plus />
            {texts.connections.add}
          </Button>
        )}
      </header>
      {why && <p className="mt-2 text-muted text-sm">{why}</p>}
      {(error || failure) && (
        <Trouble error={(error ?? failure) as Error} className="mt-4 rounded-md" />
      )}
      {isPending && !error && <Waiting />}
      {data?.length === 0 && (
        <EmptyState
          icon={<Cable />}
          title={texts.connections.none}
          actions={
            !why && (
              <Button variant="primary" onClick={() => edit('new')}>
                <Plus />
                {texts.connections.add}
              </Button>
            )
          }
        >
          {texts.connections.noneHint}
        </EmptyState>
      )}
      {data && data.length > 0 && (
        <>
          <Notice severity="info" className="mt-4 rounded-md">
            {texts.connections.untested}
          </Notice>
          <ul className="mt-4 divide-y overflow-hidden rounded-md border bg-surface">
            {data.map((one) => (
              <li key={one.id} className="flex items-center gap-3 px-4 py-3">
                <Cable className="size-4 shrink-0 text-muted" aria-hidden />
                <div className="min-w-0 flex-1">
                  <h2 className="flex flex-wrap items-center gap-1.5 font-medium text-sm">
                    <span className="truncate">{one.name}</span>
                    {one.is_default && <Badge tone="accent">{texts.connections.isDefault}</Badge>}
                  </h2>
                  <p className="truncate font-mono text-muted text-xs leading-5">{one.host}</p>
                </div>
                <div className="hidden items-center gap-1.5 sm:flex">
                  <Badge>
                    {texts.connections.clouds[one.cloud as keyof typeof texts.connections.clouds] ??
                      one.cloud}
                  </Badge>
                  <Badge tone={one.has_token ? 'neutral' : 'warning'}>
                    <KeyRound />
                    {one.has_token ? texts.connections.hasToken : texts.connections.noToken}
                  </Badge>
                  <Badge>{texts.connections.notTried}</Badge>
                </div>
                <span
                  className="hidden w-28 shrink-0 text-right text-muted text-xs md:block"
                  title={at(one.updated_at)}
                >
                  {texts.connections.changed(ago(one.updated_at))}
                </span>
                {!why && (
                  <Menu
                    align="end"
                    trigger={
                      <IconButton label={texts.connections.more(one.name)}>
                        <MoreHorizontal />
                      </IconButton>
                    }
                    entries={[
                      {
                        label: texts.connections.edit,
                        icon: <Pencil />,
                        onSelect: () => edit(one),
                      },
                      {
                        label: texts.connections.makeDefault,
                        icon: <Star />,
                        disabled: one.is_default,
                        onSelect: () => makeDefault(one),
                      },
                      { kind: 'line' },
                      {
                        label: texts.connections.delete,
                        icon: <Trash2 />,
                        danger: true,
                        onSelect: () => leave(one),
                      },
                    ]}
                  />
                )}
              </li>
            ))}
          </ul>
        </>
      )}
      {edited && (
        <ConnectionDialog
          key={edited === 'new' ? 'new' : edited.id}
          connection={edited === 'new' ? null : edited}
          isFirst={data?.length === 0}
          onClose={() => edit(null)}
        />
      )}
      <Confirm
        open={leaving !== null}
        onOpenChange={(open) => !open && leave(null)}
        title={texts.connections.deleteTitle(leaving?.name ?? '')}
        action={texts.connections.delete}
        onConfirm={() => {
          if (!leaving) return
          fail(null)
          remove.mutate(leaving.id, {
            onSuccess: () => toast(texts.connections.removed(leaving.name)),
            onError: fail,
          })
        }}
      >
        {texts.connections.deleteBody}
      </Confirm>
    </div>
  )
}
