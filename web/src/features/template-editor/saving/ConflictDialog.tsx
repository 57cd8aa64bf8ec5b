import { useQueryClient } from '@tanstack/react-query'
import { CircleCheck } from 'lucide-react'
import { useMemo, useState } from 'react'
import { toast } from 'sonner'
import { idFrom } from '@/document/model'
import type { Theirs } from '@/document/store'
import { cn } from '@/lib/cn'
import { panels } from '@/texts/designerPanels'
import { editor } from '@/texts/templateEditor'
import { Button } from '@/ui/button'
import { DiffEditor } from '@/ui/code/DiffEditor'
import { Tabs } from '@/ui/controls'
import { Dialog } from '@/ui/dialog'
import { Field, Input } from '@/ui/field'
import { SeverityIcon } from '@/ui/state'
import { newDocument } from '../asks'
import { useTemplate } from '../hooks'
import { type OpenTemplate, templateActions, templateStore } from '../store'
import { type Clash, merged, mergeTexts, type Side } from '../text/merge'
import { patched } from '../text/patch'
import { readFile } from '../text/read'

const t = panels.conflict
const own = editor.conflict
type Way = 'merge' | 'both' | 'theirs'
const SIDES: readonly Side[] = ['ours', 'theirs', 'both']

/** Somebody else saved meanwhile: merge, keep both, or take theirs. Nothing goes by itself. */
export default function ConflictDialog({
  theirs,
  onClose,
}: {
  theirs: Theirs
  onClose: () => void
}) {
  const [way, setWay] = useState<Way>('merge')
  const open = useTemplate<OpenTemplate | null>((state) => state, null)
  if (!open) return null
  return (
    <Dialog
      open
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title={theirs.by ? own.titleBy(theirs.by) : own.title}
      description={own.help}
      width="lg"
    >
      <Tabs<Way>
        label={own.title}
        value={way}
        onChange={setWay}
        className="-mx-4 mb-3 border-b px-3"
        tabs={[
          { value: 'merge', label: t.merge },
          { value: 'both', label: t.keepBoth },
          { value: 'theirs', label: t.takeTheirs },
        ]}
      />
      {way === 'merge' && <Merge open={open} theirs={theirs} onClose={onClose} />}
      {way === 'both' && <KeepBoth open={open} theirs={theirs} onClose={onClose} />}
      {way === 'theirs' && <TakeTheirs open={open} theirs={theirs} onClose={onClose} />}
    </Dialog>
  )
}

interface WayProps {
  open: OpenTemplate
  theirs: Theirs
  onClose: () => void
}

function Merge({ open, theirs, onClose }: WayProps) {
  const [sides, setSides] = useState<readonly (Side | undefined)[]>([])
  const pieces = useMemo(
    () => mergeTexts(open.base.text, open.text, theirs.text),
    [open.base.text, open.text, theirs.text],
  )
  const clashes = pieces.filter((piece) => piece.kind === 'clash')
  const text = merged(pieces, sides)
  const isReadable = text !== null && readFile(text, open.template.id, open.index) !== null
  return (
    <div className="grid gap-3">
      <p className="text-muted text-sm">
        {t.mergeHelp} {clashes.length ? own.clashes(clashes.length) : own.clean}
      </p>
      <ul className="grid gap-2">
        {clashes.map((clash, index) => (
          <Decision
            // biome-ignore lint/suspicious/noArrayIndexKey: two places may say the same
            key={index}
            number={index + 1}
            clash={clash}
            side={sides[index]}
            onChoose={(side) => {
              const next = clashes.map((_, place) => sides[place])
              next[index] = side
              setSides(next)
            }}
          />
        ))}
      </ul>
      {text !== null && (
        <div className="h-56 overflow-hidden rounded-md border">
          <DiffEditor before={theirs.text} after={text} language="yaml" label={t.compare} />
        </div>
      )}
      <div className="flex items-center gap-2">
        <span role="status" className="flex flex-1 items-center gap-1.5 text-sm">
          {text !== null &&
            (isReadable ? (
              <>
                <CircleCheck className="size-4 text-ok" aria-hidden /> {own.clean}
              </>
            ) : (
              <>
                <SeverityIcon severity="warning" /> {own.unreadable}
              </>
            ))}
        </span>
        <Button onClick={onClose}>{t.later}</Button>
        <Button
          variant="primary"
          disabled={text === null}
          onClick={() => {
            if (text === null) return
            templateActions.adopt(text, theirs, t.step)
            onClose()
            toast.success(t.applied)
          }}
        >
          {own.apply}
        </Button>
      </div>
    </div>
  )
}

function Decision({
  number,
  clash,
  side,
  onChoose,
}: {
  number: number
  clash: Clash
  side: Side | undefined
  onChoose: (side: Side) => void
}) {
  const shown: Record<Side, string> = {
    ours: clash.ours,
    theirs: clash.theirs,
    both: [clash.ours, clash.theirs].filter(Boolean).join('\n'),
  }
  return (
    <li className="rounded-md border p-2">
      <fieldset>
        <legend className="mb-1 font-medium text-xs">{own.place(number)}</legend>
        <div className="grid grid-cols-3 gap-2">
          {SIDES.map((one) => (
            <label
              key={one}
              className={cn(
                'grid min-w-0 cursor-pointer content-start gap-1 rounded-md border px-2 py-1.5 hover:bg-hover has-focus-visible:outline-2 has-focus-visible:outline-ring',
                side === one && 'border-accent bg-accent-soft hover:bg-accent-soft',
              )}
            >
              <span className="flex items-center gap-1.5 text-muted text-xs">
                <input
                  type="radio"
                  name={`clash-${number}`}
                  checked={side === one}
                  onChange={() => onChoose(one)}
                  className="accent-(--accent)"
                />
                {own[one]}
              </span>
              <code className="line-clamp-6 whitespace-pre-wrap break-words font-mono text-xs">
                {shown[one].trim() ? shown[one] : <em className="text-muted">{own.absent}</em>}
              </code>
            </label>
          ))}
        </div>
      </fieldset>
    </li>
  )
}

function KeepBoth({ open, theirs, onClose }: WayProps) {
  const queries = useQueryClient()
  const [name, setName] = useState(`${open.template.name || open.template.id} (copy)`)
  const [id, setId] = useState(`${open.template.id}_copy`)
  const [problem, setProblem] = useState('')
  const [isSaving, setSaving] = useState(false)
  const copy = async () => {
    setSaving(true)
    setProblem('')
    try {
      const text = patched(open.text, open.template.id, open.index, [
        { op: 'set', path: ['name'], value: name },
        { op: 'set', path: ['id'], value: id },
      ])
      if (text === null) throw new Error(own.unreadable)
      await newDocument(open.workspaceId, { id, name, text })
      // Only now that theirs cannot take anything away.
      if (templateStore.getState().open?.path === open.path)
        templateActions.adopt(theirs.text, theirs, t.takeStep)
      queries.invalidateQueries({ queryKey: ['templates', open.workspaceId] })
      onClose()
      toast.success(t.copied(name))
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error))
      setSaving(false)
    }
  }
  return (
    <form
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        void copy()
      }}
    >
      <p className="text-muted text-sm">{own.copyHelp}</p>
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
        <Button onClick={onClose}>{t.later}</Button>
        <Button
          variant="primary"
          type="submit"
          disabled={isSaving || !id || id === open.template.id}
        >
          {t.copy}
        </Button>
      </div>
    </form>
  )
}

function TakeTheirs({ open, theirs, onClose }: WayProps) {
  return (
    <div className="grid gap-3">
      <p className="text-muted text-sm">{own.theirsHelp}</p>
      <div className="h-72 overflow-hidden rounded-md border">
        <DiffEditor before={open.text} after={theirs.text} language="yaml" label={t.both} />
      </div>
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{t.later}</Button>
        <Button
          variant="primary"
          onClick={() => {
            templateActions.adopt(theirs.text, theirs, t.takeStep)
            onClose()
            toast.success(t.taken, {
              action: { label: panels.saving.undo, onClick: () => templateActions.undo() },
            })
          }}
        >
          {t.take}
        </Button>
      </div>
    </div>
  )
}
