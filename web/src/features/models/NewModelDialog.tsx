import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Upload } from 'lucide-react'
import { type DragEvent, type FormEvent, useDeferredValue, useId, useRef, useState } from 'react'
import { answered, api } from '@/api/client'
import { createModel, openText, startingPointsQuery } from '@/api/models'
import { Refusal } from '@/api/refusal'
import type { CardReply, StartingPointReply } from '@/api/schema.gen'
import { useWorkspace } from '@/api/workspace'
import { cn } from '@/lib/cn'
import { withIdentity } from '@/lib/modelText'
import { counted, texts } from '@/texts'
import { Button } from '@/ui/button'
import { Tabs } from '@/ui/controls'
import { Dialog } from '@/ui/dialog'
import { Field, Input, Textarea } from '@/ui/field'
import { Badge, Notice, ProblemCounts, Waiting } from '@/ui/state'
import { GraphThumbnail } from '@/ui/thumbnail/GraphThumbnail'
import { sketchOfNumbers } from '@/ui/thumbnail/sketch'
import {
  createStatements,
  isId,
  modelOfTables,
  proposedId,
  type TableRead,
  WAYS,
  type Way,
} from './begin'

const words = texts.models.create

/** A new model: blank, as an example, from a file, or from the tables that somebody has. */
export function NewModelDialog({
  way,
  onWay,
  cards,
  onCreated,
}: {
  /** Null: closed. */
  way: Way | null
  onWay: (way: Way | null) => void
  cards: readonly CardReply[]
  onCreated: () => Promise<unknown>
}) {
  return (
    <Dialog
      open={way !== null}
      onOpenChange={(open) => !open && onWay(null)}
      title={words.title}
      width="lg"
    >
      {way && <NewModel way={way} onWay={onWay} cards={cards} onCreated={onCreated} />}
    </Dialog>
  )
}

function NewModel({
  way,
  onWay,
  cards,
  onCreated,
}: {
  way: Way
  onWay: (way: Way | null) => void
  cards: readonly CardReply[]
  onCreated: () => Promise<unknown>
}) {
  const workspace = useWorkspace()
  const navigate = useNavigate()
  const form = useId()
  const [name, setName] = useState('')
  const [ownId, setOwnId] = useState<string | null>(null)
  const [example, setExample] = useState<StartingPointReply | null>(null)
  const [yaml, setYaml] = useState('')
  const [ddl, setDdl] = useState('')
  const [shown, setShown] = useState(false)
  const [refused, setRefused] = useState<{ problem: string; remedy: string } | null>(null)
  const [isBusy, setBusy] = useState(false)

  const imported = useImported(workspace.id, way === 'import' ? yaml : '')
  const tables = useTables(way === 'ddl' ? ddl : '')
  const models = imported.data?.model_ids ?? []
  const isSeveral = way === 'import' && models.length > 1

  const taken = new Set(cards.map((card) => card.id))
  const firstTable = tables.data?.[0]?.name.split('.').at(-1) ?? ''
  const given = {
    blank: '',
    example: example?.name ?? '',
    import: imported.data?.model?.name || models[0] || '',
    ddl: firstTable,
  }[way]
  const title = name || given
  const id = ownId ?? proposedId(title, taken)
  const clashing = isSeveral ? models.filter((one) => taken.has(one)) : []

  const wrong = {
    name: !isSeveral && !title.trim() ? words.nameMissing : '',
    id:
      isSeveral || !title.trim()
        ? ''
        : !isId(id)
          ? words.idBad
          : taken.has(id)
            ? words.idTaken(id)
            : '',
    begin: {
      blank: '',
      example: example ? '' : words.chooseExample,
      import: !yaml.trim()
        ? words.yamlMissing
        : imported.data && models.length === 0
          ? (imported.data.diagnostics[0]?.problem ?? words.noModel)
          : clashing.length > 0
            ? words.takenIds(clashing)
            : '',
      ddl: !ddl.trim()
        ? words.ddlMissing
        : tables.data && tables.data.length === 0
          ? words.noTable
          : '',
    }[way],
  }
  const isReading =
    (way === 'import' && yaml.trim() !== '' && !imported.data) ||
    (way === 'ddl' && ddl.trim() !== '' && !tables.data)

  async function submit(event: FormEvent) {
    event.preventDefault()
    setShown(true)
    if (wrong.name || wrong.id || wrong.begin || isReading || isBusy) return
    setBusy(true)
    setRefused(null)
    try {
      const made = await createModel(workspace.id, {
        id: isSeveral ? (models[0] ?? id) : id,
        name: title.trim(),
        ...(way === 'example' && example && { startingPoint: example.id }),
        ...(way === 'import' && { text: isSeveral ? yaml : withIdentity(yaml, id, title.trim()) }),
        ...(way === 'ddl' && { text: modelOfTables(id, title.trim(), tables.data ?? []) }),
      })
      await onCreated()
      if (isSeveral) onWay(null)
      else
        await navigate({
          to: '/w/$workspace/models/$model',
          params: { workspace: workspace.slug, model: made.titles[0]?.id ?? id },
        })
    } catch (error) {
      setBusy(false)
      setRefused(
        error instanceof Refusal
          ? { problem: error.message, remedy: error.remedy }
          : { problem: error instanceof Error ? error.message : texts.ui.failed, remedy: '' },
      )
    }
  }

  return (
    <form id={form} onSubmit={submit} className="grid gap-4" noValidate>
      <Tabs
        label={words.waysLabel}
        value={way}
        onChange={onWay}
        tabs={WAYS.map((one) => ({ value: one, label: words.ways[one] }))}
        className="border-b"
      />
      {way === 'blank' && <p className="text-muted text-sm">{words.blankWords}</p>}
      {way === 'example' && (
        <Examples
          chosen={example}
          onChoose={(one) => {
            setExample(one)
            setOwnId(null)
          }}
        />
      )}
      {way === 'import' && (
        <ImportPane
          text={yaml}
          onText={setYaml}
          error={yaml.trim() || shown ? wrong.begin : ''}
          told={
            imported.data && models.length > 0 ? (
              <span className="flex items-center gap-3">
                {words.holds(models.length, imported.data.model?.nodes.length ?? 0)}
                <ProblemCounts {...countsOf(imported.data.diagnostics)} />
              </span>
            ) : isReading ? (
              words.reading
            ) : null
          }
        />
      )}
      {way === 'ddl' && (
        <DdlPane
          text={ddl}
          onText={setDdl}
          tables={tables.data ?? []}
          error={ddl.trim() || shown ? wrong.begin : ''}
        />
      )}
      {isSeveral ? (
        <p className="text-muted text-sm">{words.severalKeep}</p>
      ) : (
        <div className="grid items-start gap-4 sm:grid-cols-2">
          <Field label={words.name} required error={shown && wrong.name}>
            {(control) => (
              <Input
                {...control}
                autoFocus={way === 'blank'}
                value={name}
                maxLength={200}
                placeholder={given || words.namePlaceholder}
                onChange={(event) => setName(event.target.value)}
              />
            )}
          </Field>
          <Field label={words.id} hint={words.idHint} error={(shown || ownId !== null) && wrong.id}>
            {(control) => (
              <Input
                {...control}
                value={id}
                maxLength={100}
                spellCheck={false}
                className="font-mono"
                onChange={(event) => setOwnId(event.target.value || null)}
              />
            )}
          </Field>
        </div>
      )}
      {shown && way === 'example' && wrong.begin && (
        <p role="alert" className="text-error text-xs">
          {wrong.begin}
        </p>
      )}
      {refused && (
        <Notice severity="error" className="rounded-md">
          {refused.problem} {refused.remedy}
        </Notice>
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={() => onWay(null)}>{texts.ui.cancel}</Button>
        <Button type="submit" variant="primary" disabled={isBusy || isReading}>
          {isSeveral ? words.submitSeveral(models.length) : words.submit}
        </Button>
      </div>
    </form>
  )
}

function Examples({
  chosen,
  onChoose,
}: {
  chosen: StartingPointReply | null
  onChoose: (example: StartingPointReply) => void
}) {
  const { id: workspaceId } = useWorkspace()
  const points = useQuery(startingPointsQuery(workspaceId))
  if (!points.data) return <Waiting />
  return (
    <fieldset className="grid max-h-[38vh] gap-2 overflow-auto p-0.5 sm:grid-cols-2">
      <legend className="sr-only">{words.examples}</legend>
      {points.data.map((point) => (
        <label
          key={point.id}
          className={cn(
            'flex cursor-pointer gap-3 rounded-md border p-2 hover:bg-hover/60 has-focus-visible:outline-2 has-focus-visible:outline-ring',
            chosen?.id === point.id && 'border-accent bg-accent-soft hover:bg-accent-soft',
          )}
        >
          <input
            type="radio"
            name="example"
            className="sr-only"
            checked={chosen?.id === point.id}
            onChange={() => onChoose(point)}
          />
          {point.picture && (
            <GraphThumbnail sketch={sketchOfNumbers(point.picture)} width={112} height={56} />
          )}
          <span className="min-w-0 flex-1">
            <span className="flex items-center gap-2">
              <span className="truncate font-medium text-sm">{point.name}</span>
              {point.nodes !== null && (
                <span className="shrink-0 text-muted text-xs">{counted(point.nodes, 'node')}</span>
              )}
            </span>
            <span className="line-clamp-2 text-muted text-xs">{point.summary}</span>
          </span>
        </label>
      ))}
    </fieldset>
  )
}

function ImportPane({
  text,
  onText,
  error,
  told,
}: {
  text: string
  onText: (text: string) => void
  error: string
  told: React.ReactNode
}) {
  const picker = useRef<HTMLInputElement>(null)
  const [isOver, setOver] = useState(false)
  const take = async (file: File | undefined) => {
    if (file) onText(await file.text())
  }
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    take(event.dataTransfer.files[0])
  }
  return (
    <section
      aria-label={words.ways.import}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      className="grid gap-3"
    >
      <div
        className={cn(
          'flex items-center gap-3 rounded-md border border-line-strong border-dashed px-3 py-2.5 text-muted text-sm',
          isOver && 'border-accent bg-accent-soft text-text',
        )}
      >
        <Upload className="size-4" aria-hidden />
        <span className="flex-1">{words.drop}</span>
        <Button size="sm" onClick={() => picker.current?.click()}>
          {words.file}
        </Button>
        <input
          ref={picker}
          type="file"
          accept=".yaml,.yml,.json,text/yaml,application/json"
          aria-label={words.file}
          tabIndex={-1}
          className="hidden"
          onChange={(event) => {
            take(event.target.files?.[0])
            // The same file may be chosen again after it was changed.
            event.target.value = ''
          }}
        />
      </div>
      <Field label={words.yaml} required error={error} hint={told}>
        {(control) => (
          <Textarea
            {...control}
            value={text}
            rows={9}
            spellCheck={false}
            placeholder={words.yamlPlaceholder}
            onChange={(event) => onText(event.target.value)}
            className="max-h-[34vh] font-mono text-xs"
          />
        )}
      </Field>
    </section>
  )
}

function DdlPane({
  text,
  onText,
  tables,
  error,
}: {
  text: string
  onText: (text: string) => void
  tables: readonly TableRead[]
  error: string
}) {
  return (
    <div className="grid gap-3">
      <p className="text-muted text-sm">{words.ddlWords}</p>
      <Field label={words.ddl} required error={error}>
        {(control) => (
          <Textarea
            {...control}
            value={text}
            rows={9}
            spellCheck={false}
            placeholder={words.ddlPlaceholder}
            onChange={(event) => onText(event.target.value)}
            className="max-h-[34vh] font-mono text-xs"
          />
        )}
      </Field>
      {tables.length > 0 && (
        <ul className="flex flex-wrap gap-1.5" aria-label={words.tables(tables.length)}>
          {tables.map((table, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: one statement may stand there twice
            <li key={index}>
              <Badge>
                {table.name}
                <span className="text-faint">{words.columns(table.columns.length)}</span>
              </Badge>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

/** What the server reads in a text that is to be imported; the last answer while one types. */
function useImported(workspaceId: string, typed: string) {
  const text = useDeferredValue(typed)
  return useQuery({
    queryKey: ['import', workspaceId, text],
    queryFn: () => openText(workspaceId, text),
    enabled: text.trim() !== '',
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  })
}

/** The tables that a text creates. */
function useTables(typed: string) {
  const text = useDeferredValue(typed)
  return useQuery({
    queryKey: ['tables', text],
    queryFn: async (): Promise<TableRead[]> => {
      const found = await Promise.all(
        createStatements(text).map((statement) =>
          answered(api.POST('/api/v1/columns-read', { body: { text: statement } })),
        ),
      )
      return found
        .filter((one) => one.source === 'ddl' && one.columns.length > 0)
        .map((one) => ({ name: one.table ?? 'table', columns: one.columns }))
    },
    enabled: text.trim() !== '',
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  })
}

function countsOf(findings: readonly { severity: 'error' | 'warning' | 'info' }[]) {
  const count = (severity: string) => findings.filter((one) => one.severity === severity).length
  return { error: count('error'), warning: count('warning'), info: count('info') }
}
