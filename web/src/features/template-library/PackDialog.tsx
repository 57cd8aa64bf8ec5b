import { useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { toast } from 'sonner'
import { Refusal } from '@/api/refusal'
import type { PackPlanReply } from '@/api/schema.gen'
import { useWorkspace } from '@/api/workspace'
import { texts } from '@/texts'
import { Button } from '@/ui/button'
import { Dialog } from '@/ui/dialog'
import { Badge, Notice, SeverityIcon, Waiting } from '@/ui/state'
import { Trouble } from '@/ui/trouble'
import { type Edits, type PackWork, usePackWork } from './packActions'
import { UnifiedDiff } from './UnifiedDiff'

const words = texts.packs
const ACTIONS = { add: words.doInstall, update: words.doUpdate, remove: words.doRemove }
const EDITS: readonly Edits[] = ['keep', 'overwrite', 'refuse']

/** What installing, updating or removing a pack changes, before it is done. */
export function PackDialog({
  work: asked,
  isInstalled,
  onClose,
}: {
  work: PackWork
  isInstalled: (pack: string) => boolean
  onClose: () => void
}) {
  const [work, setWork] = useState(asked)
  const { id } = useWorkspace()
  const run = usePackWork()
  const radios = useId()
  // Keeping loses nobody's work; what is refused is told.
  const [edits, setEdits] = useState<Edits>(work.kind === 'add' ? 'refuse' : 'keep')
  const [failure, fail] = useState<Error | null>(null)
  const [isBusy, setBusy] = useState(false)
  const {
    data: plan,
    error,
    isPending,
  } = useQuery({
    queryKey: ['pack-plan', id, work, edits],
    queryFn: async () => {
      try {
        return await run(work, edits, true)
      } catch (refused) {
        // Which pack a file holds is only known once the server has looked into it.
        if (work.kind === 'add' && refused instanceof Refusal && isInstalled(refused.where)) {
          setEdits('keep')
          setWork({ ...work, kind: 'update' })
          return run({ ...work, kind: 'update' }, 'keep', true)
        }
        throw refused
      }
    },
    // What it is about is in the key, with a whole archive: kept no longer than it is shown.
    gcTime: 0,
    retry: false,
  })

  const doIt = async () => {
    setBusy(true)
    fail(null)
    try {
      const done = await run(work, edits, false)
      toast.success(told(work, done), { description: words.noUndo })
      onClose()
    } catch (refused) {
      fail(refused as Error)
      setBusy(false)
    }
  }
  const problem = failure ?? error
  const isConflict = problem instanceof Refusal && problem.code === 'pack-conflict'
  const asksAboutEdits =
    work.kind !== 'add' && ((plan?.edited.length ?? 0) > 0 || (isConflict && edits === 'refuse'))

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={plan ? titleOf(work, plan) : isPending ? words.reading : words.title}
      width="lg"
      footer={
        <>
          <Button onClick={onClose}>{texts.ui.cancel}</Button>
          <Button
            variant={work.kind === 'remove' ? 'danger' : 'primary'}
            disabled={isBusy || !plan || plan.files.length === 0}
            onClick={doIt}
          >
            {ACTIONS[work.kind]}
          </Button>
        </>
      }
    >
      <div className="grid gap-3 text-sm">
        {problem && <Trouble error={problem} className="rounded-md" />}
        {isPending && !problem && <Waiting label={words.reading} />}
        {asksAboutEdits && (
          <fieldset className="grid gap-1.5">
            <legend className="mb-1 font-medium">{words.edits}</legend>
            {EDITS.map((one) => (
              <label key={one} className="flex items-center gap-2">
                <input
                  type="radio"
                  name={radios}
                  checked={edits === one}
                  onChange={() => setEdits(one)}
                  className="size-4 accent-(--accent)"
                />
                {words.editChoices[one]}
              </label>
            ))}
          </fieldset>
        )}
        {plan && <Plan plan={plan} />}
        {work.kind !== 'remove' && plan && plan.files.length > 0 && (
          <Notice severity="info" className="rounded-md">
            <p className="font-medium">{words.trust}</p>
            <p className="text-muted">{words.trustHint}</p>
          </Notice>
        )}
      </div>
    </Dialog>
  )
}

function Plan({ plan }: { plan: PackPlanReply }) {
  if (plan.files.length === 0) return <p className="text-muted">{words.nothing}</p>
  return (
    <>
      {plan.used_by.length > 0 && (
        <Notice severity="warning" className="rounded-md">
          {words.usedBy(plan.used_by.join(', '))}
        </Notice>
      )}
      {plan.edited.length > 0 && (
        <section>
          <h3 className="mb-1 font-medium">{words.edited}</h3>
          <ul className="grid gap-0.5">
            {plan.edited.map((path) => (
              <li key={path} className="flex items-center gap-1.5 font-mono text-xs">
                <SeverityIcon severity="warning" className="size-3.5" />
                {path}
              </li>
            ))}
          </ul>
        </section>
      )}
      {plan.templates.length > 0 && (
        <ul className="divide-y rounded-md border">
          {plan.templates.map(({ id, before, after, declarations, source }) => (
            <li key={id} className="grid gap-1.5 px-3 py-2">
              <div className="flex flex-wrap items-center gap-2">
                <code className="font-medium font-mono text-xs">{id}</code>
                <span className="text-muted text-xs">
                  {before && after && before !== after ? `${before} → ${after}` : after || before}
                </span>
                <span className="flex-1" />
                <Badge tone={!before ? 'ok' : !after ? 'error' : 'warning'}>
                  {!before
                    ? words.changes.added
                    : !after
                      ? words.changes.removed
                      : words.changes.changed}
                </Badge>
              </div>
              {declarations.length > 0 && (
                <ul className="list-disc pl-5 text-muted">
                  {declarations.map((one) => (
                    <li key={one}>{one}</li>
                  ))}
                </ul>
              )}
              {source && <UnifiedDiff text={source} label={id} />}
            </li>
          ))}
        </ul>
      )}
      <details>
        <summary className="cursor-pointer text-muted text-xs">
          {texts.packs.files(plan.files.length)}
        </summary>
        <ul className="mt-1 grid gap-0.5">
          {plan.files.map(({ path, change }) => (
            <li key={path} className="flex gap-2 font-mono text-xs">
              <span className="min-w-0 flex-1 truncate">{path}</span>
              <span className="text-muted">{words.changes[change]}</span>
            </li>
          ))}
        </ul>
      </details>
    </>
  )
}

function titleOf(work: PackWork, plan: PackPlanReply): string {
  if (work.kind === 'remove') return words.goes(plan.pack)
  return work.kind === 'add'
    ? words.brings(plan.pack, plan.after)
    : words.becomes(plan.pack, plan.before, plan.after)
}

function told(work: PackWork, plan: PackPlanReply): string {
  if (work.kind === 'remove') return words.removed(plan.pack)
  return work.kind === 'add' ? words.added(plan.pack) : words.updated(plan.pack, plan.after)
}
