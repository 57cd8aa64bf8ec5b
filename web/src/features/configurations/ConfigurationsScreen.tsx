import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { CopyPlus, Ellipsis, FileText, Pencil, Plus, SlidersHorizontal, Trash2 } from 'lucide-react'
import { useCallback, useMemo, useState } from 'react'
import { toast } from 'sonner'
import { cardsQuery } from '@/api/models'
import { recipesQuery } from '@/api/recipes'
import type { ConfigurationBody, ConfigurationReply } from '@/api/schema.gen'
import { useWorkspace, whyReadOnly } from '@/api/workspace'
import { cn } from '@/lib/cn'
import { texts } from '@/texts'
import { Button, buttonLook, IconButton } from '@/ui/button'
import { useCommands } from '@/ui/commands'
import { Switch } from '@/ui/controls'
import { Field, Input } from '@/ui/field'
import { Menu } from '@/ui/menu'
import { Select } from '@/ui/select'
import { Badge, EmptyState, Waiting } from '@/ui/state'
import { tellFailure } from '@/ui/tellFailure'
import { useTitle } from '@/ui/title'
import { Trouble } from '@/ui/trouble'
import { EditDialog } from './EditDialog'
import {
  bodyOf,
  openConfiguration,
  type Place,
  useConfigurationActions,
  useConfigurations,
  useEffective,
  useWritten,
} from './queries'
import { type Entry, holding, listed, shownValue } from './settings'

const words = texts.configurations
const UNDO_MS = 12_000
const ANY = '*'
const BLANK: ConfigurationBody = {
  name: '',
  type: 'cluster',
  config: {},
  is_active: true,
  scope: 'workspace',
  scope_ref: '',
}

interface Edited {
  first: ConfigurationBody
  opened: { id: string; etag: string } | null
}

/** Settings of the workspace, what overrides them, and what holds in the end. */
export default function ConfigurationsScreen() {
  const workspace = useWorkspace()
  const readOnly = whyReadOnly(workspace)
  const kept = useConfigurations()
  const written = useWritten()
  const { create, save, remove } = useConfigurationActions()
  const [edited, edit] = useState<Edited | null>(null)
  useTitle(words.title, 1)
  const groups = useMemo(
    () => listed(kept.data ?? [], written.data ?? []),
    [kept.data, written.data],
  )
  const add = useCallback(() => edit({ first: BLANK, opened: null }), [])
  const commands = useMemo(
    () => [
      {
        id: 'configuration.add',
        label: words.add,
        section: words.title,
        keys: 'n',
        disabled: readOnly ?? undefined,
        run: add,
      },
    ],
    [add, readOnly],
  )
  useCommands(commands)

  const open = async ({ id }: ConfigurationReply) => {
    try {
      const { kept: now, etag } = await openConfiguration(workspace.id, id)
      edit({ first: bodyOf(now), opened: { id, etag } })
    } catch (error) {
      tellFailure(error)
    }
  }
  const setActive = async ({ id }: ConfigurationReply, is_active: boolean) => {
    try {
      const { kept: now, etag } = await openConfiguration(workspace.id, id)
      await save(id, etag, { ...bodyOf(now), is_active })
    } catch (error) {
      tellFailure(error)
    }
  }
  const drop = async (gone: ConfigurationReply) => {
    try {
      await remove(gone.id)
      toast(words.deleted(gone.name), {
        duration: UNDO_MS,
        action: {
          label: words.undo,
          onClick: () =>
            create(bodyOf(gone))
              .then(() => toast.success(words.restored(gone.name)))
              .catch(tellFailure),
        },
      })
    } catch (error) {
      tellFailure(error)
    }
  }
  const error = kept.error ?? written.error
  const isPending = kept.isPending || written.isPending

  return (
    <div className="h-full overflow-auto">
      <div className="mx-auto max-w-7xl px-6 py-5">
        <header className="flex flex-wrap items-start gap-3">
          <div className="min-w-0 flex-1">
            <h1 className="font-semibold text-lg">{words.title}</h1>
            <p className="max-w-3xl text-muted text-sm">{words.hint}</p>
          </div>
          {!readOnly && (
            <Button variant="primary" onClick={add}>
              <Plus />
              {words.add}
            </Button>
          )}
        </header>
        {readOnly && <p className="mt-2 text-muted text-sm">{readOnly}</p>}
        {error && <Trouble error={error} className="mt-4 rounded-md" />}
        <div className="mt-4 grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_minmax(0,26rem)]">
          <div className="grid gap-5">
            {isPending && !error && <Waiting />}
            {!isPending && groups.length === 0 && (
              <EmptyState icon={<SlidersHorizontal />} title={words.none}>
                {words.noneHint}
              </EmptyState>
            )}
            {groups.map(({ type, entries }) => (
              <section key={type}>
                <h2 className="font-medium text-sm">{words.types[type]}</h2>
                <p className="text-muted text-xs">{words.typeHints[type]}</p>
                <ul className="mt-2 divide-y overflow-hidden rounded-md border bg-surface">
                  {entries.map((entry) => (
                    <Row
                      key={entry.key}
                      entry={entry}
                      readOnly={readOnly !== null}
                      onEdit={open}
                      onActive={setActive}
                      onCopy={(one) =>
                        edit({
                          first: { ...bodyOf(one), scope: 'model', scope_ref: '' },
                          opened: null,
                        })
                      }
                      onDelete={drop}
                    />
                  ))}
                </ul>
              </section>
            ))}
          </div>
          <Holding />
        </div>
      </div>
      {edited && (
        <EditDialog
          key={edited.opened?.id ?? 'new'}
          first={edited.first}
          opened={edited.opened}
          onClose={() => edit(null)}
        />
      )}
    </div>
  )
}

function Row({
  entry,
  readOnly,
  onEdit,
  onActive,
  onCopy,
  onDelete,
}: {
  entry: Entry
  readOnly: boolean
  onEdit: (kept: ConfigurationReply) => void
  onActive: (kept: ConfigurationReply, on: boolean) => void
  onCopy: (kept: ConfigurationReply) => void
  onDelete: (kept: ConfigurationReply) => void
}) {
  const { slug } = useWorkspace()
  const { kept } = entry
  return (
    <li className={cn('flex min-h-13 items-center gap-3 px-4 py-2', entry.scopeRef && 'pl-8')}>
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-1.5 text-sm">
          {kept && !readOnly ? (
            <button
              type="button"
              className="truncate font-medium hover:underline"
              onClick={() => onEdit(kept)}
            >
              {entry.name}
            </button>
          ) : (
            <span className="truncate font-medium">{entry.name}</span>
          )}
          <Badge tone={entry.scopeRef ? 'accent' : 'neutral'}>
            {words.place(words.scopes[entry.scope], entry.scopeRef)}
          </Badge>
          {!entry.isActive && <Badge>{words.inactive}</Badge>}
        </p>
        <p className="truncate text-muted text-xs leading-5">
          {entry.file ? words.inFile(entry.file) : words.values(entry.values)}
        </p>
      </div>
      {kept ? (
        <>
          <Switch
            aria-label={words.active(entry.name)}
            checked={kept.is_active}
            disabled={readOnly}
            onCheckedChange={(on) => onActive(kept, on)}
          />
          {!readOnly && (
            <Menu
              align="end"
              trigger={
                <IconButton label={words.more(entry.name)}>
                  <Ellipsis />
                </IconButton>
              }
              entries={[
                { label: words.edit, icon: <Pencil />, onSelect: () => onEdit(kept) },
                { label: words.copy, icon: <CopyPlus />, onSelect: () => onCopy(kept) },
                { kind: 'line' },
                {
                  label: words.delete,
                  icon: <Trash2 />,
                  danger: true,
                  onSelect: () => onDelete(kept),
                },
              ]}
            />
          )}
        </>
      ) : (
        <Link
          to="/w/$workspace/history"
          params={{ workspace: slug }}
          search={{ path: entry.file }}
          className={buttonLook({ variant: 'ghost', size: 'sm' })}
        >
          <FileText />
          {words.openFile}
        </Link>
      )}
    </li>
  )
}

/** Which value counts for what is chosen, and where it is from. */
function Holding() {
  const { id, slug } = useWorkspace()
  const place: Place = useSearch({ from: '/signed-in/w/$workspace/configurations' })
  const navigate = useNavigate()
  const models = useQuery(cardsQuery(id))
  const recipes = useQuery(recipesQuery(id))
  const { data, error, isPlaceholderData } = useEffective(place)
  const choose = (changes: Place) =>
    navigate({
      to: '/w/$workspace/configurations',
      params: { workspace: slug },
      search: { ...place, ...changes },
      replace: true,
    })
  const options = (all: readonly { id: string; name: string }[] | undefined) => [
    { value: ANY, label: words.any },
    ...(all ?? []).map((one) => ({ value: one.id, label: one.name || one.id })),
  ]
  const groups = holding(data ?? [])
  return (
    <section aria-label={words.holds} className="rounded-md border bg-surface">
      <div className="border-b px-4 py-3">
        <h2 className="font-medium text-sm">{words.holds}</h2>
        <p className="text-muted text-xs">{words.holdsHint}</p>
        <div className="mt-2 grid grid-cols-3 gap-2">
          <Field label={words.model}>
            {(control) => (
              <Select
                {...control}
                value={place.model ?? ANY}
                onChange={(model) => choose({ model: model === ANY ? undefined : model })}
                options={options(models.data)}
              />
            )}
          </Field>
          <Field label={words.recipe}>
            {(control) => (
              <Select
                {...control}
                value={place.recipe ?? ANY}
                onChange={(recipe) => choose({ recipe: recipe === ANY ? undefined : recipe })}
                options={options(recipes.data)}
              />
            )}
          </Field>
          <Field label={words.target}>
            {(control) => (
              <Input
                {...control}
                placeholder={words.any}
                defaultValue={place.target ?? ''}
                onChange={(event) => choose({ target: event.target.value || undefined })}
              />
            )}
          </Field>
        </div>
      </div>
      {error && <Trouble error={error} />}
      {!data && !error && <Waiting />}
      {data && groups.length === 0 && (
        <p className="px-4 py-3 text-muted text-sm">{words.nothingHolds}</p>
      )}
      <div className={cn(isPlaceholderData && 'opacity-60')}>
        {groups.map(({ type, title, values }) => (
          <div key={`${type} ${title}`} className="px-4 py-2">
            <h3 className="text-muted text-xs">
              {words.types[type]}
              {title && ` · ${title}`}
            </h3>
            <dl className="divide-y">
              {values.map((one) => (
                <div
                  key={`${one.name} ${one.key}`}
                  className="grid grid-cols-[minmax(0,1fr)_minmax(0,1fr)] gap-x-3 py-1.5 text-sm"
                >
                  <dt className="truncate font-mono text-xs leading-5" title={one.key}>
                    {one.key}
                  </dt>
                  <dd className="min-w-0">
                    <code className="line-clamp-2 break-all font-mono text-xs leading-5">
                      {shownValue(one.value)}
                    </code>
                    <span className="block truncate text-muted text-xs" title={one.from_file}>
                      {words.place(words.scopes[one.from_scope], one.from_scope_ref)}
                      {one.from_file
                        ? ` · ${one.from_file.slice(one.from_file.lastIndexOf('/') + 1)}`
                        : type !== 'cluster' && ` · ${one.name}`}
                    </span>
                  </dd>
                </div>
              ))}
            </dl>
          </div>
        ))}
      </div>
    </section>
  )
}
