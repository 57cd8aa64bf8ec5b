import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CircleCheck } from 'lucide-react'
import { useEffect, useState } from 'react'
import { toast } from 'sonner'
import type { ConflictReply } from '@/api/schema.gen'
import { useWorkspace } from '@/api/workspace'
import { freeId, idFrom } from '@/document/model'
import { documentActions, documentStore, type OpenDocument, type Theirs } from '@/document/store'
import { useDocument } from '@/document/useDocument'
import { cn } from '@/lib/cn'
import { panels } from '@/texts/designerPanels'
import { Button } from '@/ui/button'
import { DiffEditor } from '@/ui/code/DiffEditor'
import { Tabs } from '@/ui/controls'
import { Dialog } from '@/ui/dialog'
import { Field, Input } from '@/ui/field'
import { inWords } from '@/ui/form/schema'
import { Notice, SeverityIcon, Waiting } from '@/ui/state'
import { type Choice, merge, saveCopy } from './asks'
import { savingDialog, useSavingDialog } from './dialogs'

const t = panels.conflict
type Way = 'merge' | 'both' | 'theirs'
const SIDES: readonly Choice[] = ['base', 'ours', 'theirs']

/** Somebody else saved meanwhile: merge, keep both, or take theirs. Nothing goes by itself. */
export default function ConflictDialog() {
  const isOpen = useSavingDialog((state) => state.open === 'conflict')
  const theirs = useDocument((open) => open.theirs, null)
  const [settled, setSettled] = useState<OpenDocument | null>(null)
  const [problem, setProblem] = useState('')
  // What is compared has to hold everything that was drawn.
  useEffect(() => {
    if (!isOpen || !theirs) {
      setSettled(null)
      return
    }
    setProblem('')
    documentActions.settle().then(
      () => setSettled(documentStore.getState().open),
      (error: unknown) => setProblem(messageOf(error)),
    )
  }, [isOpen, theirs])
  if (!isOpen || !theirs) return null
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && savingDialog.close()}
      title={theirs.by ? t.titleBy(theirs.by) : t.title}
      description={t.help}
      width="lg"
    >
      {problem ? (
        <Notice severity="error">{problem}</Notice>
      ) : settled ? (
        <Ways key={theirs.version} open={settled} theirs={theirs} />
      ) : (
        <Waiting />
      )}
    </Dialog>
  )
}

function Ways({ open, theirs }: { open: OpenDocument; theirs: Theirs }) {
  const [way, setWay] = useState<Way>('merge')
  return (
    <>
      <Tabs<Way>
        label={t.title}
        value={way}
        onChange={setWay}
        className="-mx-4 mb-3 border-b px-3"
        tabs={[
          { value: 'merge', label: t.merge },
          { value: 'both', label: t.keepBoth },
          { value: 'theirs', label: t.takeTheirs },
        ]}
      />
      {way === 'merge' && <Merge open={open} theirs={theirs} />}
      {way === 'both' && <KeepBoth open={open} theirs={theirs} />}
      {way === 'theirs' && <TakeTheirs open={open} theirs={theirs} />}
    </>
  )
}

function Merge({ open, theirs }: { open: OpenDocument; theirs: Theirs }) {
  const [choices, setChoices] = useState<Readonly<Record<string, Choice>>>({})
  const [problem, setProblem] = useState('')
  const texts = { base: open.base.text, ours: open.text, theirs: theirs.text }
  const all = useQuery({
    queryKey: ['models-merge', open.path, texts, {}],
    queryFn: () => merge(open, texts, {}),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const { data, error, isPlaceholderData } = useQuery({
    queryKey: ['models-merge', open.path, texts, choices],
    queryFn: () => merge(open, texts, choices),
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
  })
  const failed = error ?? all.error
  if (failed) return <Notice severity="error">{messageOf(failed)}</Notice>
  if (!data || !all.data) return <Waiting />
  const { conflicts } = all.data
  const errors = data.diagnostics.filter((one) => one.severity === 'error').length
  const isDecided = data.conflicts.length === 0 && !isPlaceholderData
  const apply = async () => {
    try {
      await documentActions.adopt(data.text, theirs, t.step)
      savingDialog.close()
      toast.success(t.applied)
    } catch (failure) {
      setProblem(messageOf(failure))
    }
  }
  return (
    <div className="grid gap-3">
      <p className="text-muted text-sm">
        {t.mergeHelp} {conflicts.length ? t.open(conflicts.length) : t.clean}
      </p>
      <ul className="grid gap-2">
        {conflicts.map((conflict) => (
          <Decision
            key={conflict.id}
            conflict={conflict}
            choice={choices[conflict.id]}
            onChoose={(choice) => setChoices({ ...choices, [conflict.id]: choice })}
          />
        ))}
      </ul>
      <details>
        <summary className="cursor-pointer text-muted text-sm">{t.compare}</summary>
        <div className="mt-2 h-72 rounded-md border">
          <DiffEditor before={theirs.text} after={data.text} language="yaml" label={t.compare} />
        </div>
      </details>
      {problem && <Notice severity="error">{problem}</Notice>}
      <div className="flex items-center gap-2">
        <span role="status" className="flex flex-1 items-center gap-1.5 text-sm">
          {data.model === null ? (
            <>
              <SeverityIcon severity="error" /> {t.unreadable}
            </>
          ) : errors ? (
            <>
              <SeverityIcon severity="warning" /> {t.invalid(errors)}
            </>
          ) : (
            <>
              <CircleCheck className="size-4 text-ok" aria-hidden /> {t.valid}
            </>
          )}
        </span>
        <Button onClick={() => savingDialog.close()}>{t.later}</Button>
        <Button variant="primary" disabled={!isDecided || data.model === null} onClick={apply}>
          {t.apply}
        </Button>
      </div>
    </div>
  )
}

function Decision({
  conflict,
  choice,
  onChoose,
}: {
  conflict: ConflictReply
  choice: Choice | undefined
  onChoose: (choice: Choice) => void
}) {
  return (
    <li className="rounded-md border p-2">
      <fieldset>
        <legend className="sr-only">{conflict.words}</legend>
        <p className="mb-1.5 flex items-center gap-1.5 text-sm" aria-hidden>
          {choice ? (
            <CircleCheck className="size-4 text-ok" />
          ) : (
            <SeverityIcon severity="warning" />
          )}
          <span className="font-medium">{conflict.node}</span>
          <span className="font-mono text-muted text-xs">{conflict.property}</span>
          <span className="ml-auto text-muted text-xs">{conflict.words}</span>
        </p>
        <div className="grid grid-cols-3 gap-2">
          {SIDES.map((side) => (
            <label
              key={side}
              className={cn(
                'grid min-w-0 cursor-pointer content-start gap-0.5 rounded-md border px-2 py-1.5 hover:bg-hover has-focus-visible:outline-2 has-focus-visible:outline-ring',
                choice === side && 'border-accent bg-accent-soft hover:bg-accent-soft',
              )}
            >
              <span className="flex items-center gap-1.5 text-muted text-xs">
                <input
                  type="radio"
                  name={conflict.id}
                  checked={choice === side}
                  onChange={() => onChoose(side)}
                  className="accent-(--accent)"
                />
                {t[side]}
              </span>
              <code className="line-clamp-6 break-words font-mono text-xs">
                {conflict[side] === null || conflict[side] === undefined ? (
                  <em className="text-faint">{t.absent}</em>
                ) : (
                  inWords(conflict[side]) || '""'
                )}
              </code>
            </label>
          ))}
        </div>
      </fieldset>
    </li>
  )
}

function KeepBoth({ open, theirs }: { open: OpenDocument; theirs: Theirs }) {
  const { slug } = useWorkspace()
  const queries = useQueryClient()
  const [name, setName] = useState(`${open.model.name || open.modelId} (copy)`)
  const [id, setId] = useState(freeId(`${open.modelId}_copy`, new Set()))
  const [problem, setProblem] = useState('')
  const [isSaving, setSaving] = useState(false)
  const copy = async () => {
    setSaving(true)
    setProblem('')
    try {
      await saveCopy(open, id, name)
      // Only now that theirs cannot take anything away.
      await documentActions.adopt(theirs.text, theirs, t.takeStep)
      queries.invalidateQueries({ queryKey: ['models', open.workspaceId] })
      savingDialog.close()
      toast.success(
        <Link to="/w/$workspace/models/$model" params={{ workspace: slug, model: id }} search={{}}>
          {t.copied(name)}
        </Link>,
      )
    } catch (error) {
      setProblem(messageOf(error))
      setSaving(false)
    }
  }
  return (
    <form
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        copy()
      }}
    >
      <p className="text-muted text-sm">{t.copyHelp}</p>
      <Field label={t.copyName}>
        {(control) => (
          <Input
            {...control}
            value={name}
            maxLength={200}
            onChange={(event) => {
              setName(event.target.value)
              setId(idFrom(event.target.value))
            }}
          />
        )}
      </Field>
      <Field label={t.copyId} error={problem}>
        {(control) => (
          <Input
            {...control}
            className="font-mono"
            value={id}
            onChange={(event) => setId(event.target.value)}
          />
        )}
      </Field>
      <div className="flex justify-end gap-2">
        <Button onClick={() => savingDialog.close()}>{t.later}</Button>
        <Button variant="primary" type="submit" disabled={isSaving || !id || id === open.modelId}>
          {t.copy}
        </Button>
      </div>
    </form>
  )
}

function TakeTheirs({ open, theirs }: { open: OpenDocument; theirs: Theirs }) {
  const [problem, setProblem] = useState('')
  const take = async () => {
    try {
      await documentActions.adopt(theirs.text, theirs, t.takeStep)
      savingDialog.close()
      toast.success(t.taken, {
        action: { label: panels.saving.undo, onClick: () => documentActions.undo() },
      })
    } catch (error) {
      setProblem(messageOf(error))
    }
  }
  return (
    <div className="grid gap-3">
      <p className="text-muted text-sm">{t.theirsHelp}</p>
      <div className="h-72 rounded-md border">
        <DiffEditor before={open.text} after={theirs.text} language="yaml" label={t.both} />
      </div>
      {problem && <Notice severity="error">{problem}</Notice>}
      <div className="flex justify-end gap-2">
        <Button onClick={() => savingDialog.close()}>{t.later}</Button>
        <Button variant="primary" onClick={take}>
          {t.take}
        </Button>
      </div>
    </div>
  )
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)
