import { useQueryClient } from '@tanstack/react-query'
import { useBlocker } from '@tanstack/react-router'
import { CircleAlert, CircleCheck, Cloud, CloudOff, Eye, GitMerge, Loader } from 'lucide-react'
import { type ReactNode, useEffect, useMemo, useState } from 'react'
import { toast } from 'sonner'
import { useWorkspaceEvents } from '@/api/workspaceEvents'
import { documentActions, documentStore, isDirty, isKept, type Keeping } from '@/document/store'
import { useDocument } from '@/document/useDocument'
import { cn } from '@/lib/cn'
import { ago, at } from '@/lib/time'
import { panels } from '@/texts/designerPanels'
import { Button } from '@/ui/button'
import { useCommands } from '@/ui/commands'
import { Confirm } from '@/ui/dialog'
import { Tip } from '@/ui/tooltip'
import { currentVersion } from './asks'
import { savingDialog, useSavingDialog } from './dialogs'

const t = panels.saving
const CLEAN: Keeping = { state: 'clean' }

/** Whether everything is kept and saved, and the way to save. In the top bar. */
export default function SaveState() {
  const keeping = useDocument((open) => open.keeping, CLEAN)
  const dirty = useDocument(isDirty, false)
  const readOnly = useDocument((open) => open.readOnly, null)
  const theirs = useDocument((open) => open.theirs, null)
  const dialog = useSavingDialog((state) => state.open)
  useSavingCommands(dirty, readOnly)
  useNews()
  useResumedDraft()
  return (
    <div className="flex items-center gap-2">
      {readOnly !== null ? (
        <Sign icon={<Eye />} text={t.viewing} tip={readOnly} />
      ) : theirs ? (
        <Button size="sm" variant="danger" onClick={() => savingDialog.show('conflict')}>
          <GitMerge />
          {t.conflict}
        </Button>
      ) : (
        <KeepingSign keeping={keeping} dirty={dirty} />
      )}
      {readOnly === null && (
        <Button
          size="sm"
          variant={dirty ? 'primary' : 'outline'}
          disabled={!dirty}
          onClick={() => savingDialog.show(theirs ? 'conflict' : 'save')}
        >
          {t.save}
        </Button>
      )}
      <Leaving />
      <Confirm
        open={dialog === 'discard'}
        onOpenChange={(open) => !open && savingDialog.close()}
        title={t.discardTitle}
        action={t.discard}
        onConfirm={discard}
      >
        {t.discardHelp}
      </Confirm>
    </div>
  )
}

function KeepingSign({ keeping, dirty }: { keeping: Keeping; dirty: boolean }) {
  switch (keeping.state) {
    case 'waiting':
    case 'keeping':
      return <Sign icon={<Loader className="animate-spin" />} text={t.saving} />
    case 'kept':
      return <Kept since={keeping.at} />
    case 'offline':
      return (
        <Sign icon={<CloudOff />} text={t.offline} tip={keeping.why} className="text-warning" />
      )
    case 'refused':
      return (
        <Sign icon={<CircleAlert />} text={t.refused} tip={keeping.why} className="text-error" />
      )
    case 'clean':
      return dirty ? (
        <Sign icon={<Cloud />} text={t.keptShort} />
      ) : (
        <Sign icon={<CircleCheck className="text-ok" />} text={t.saved} />
      )
    default:
      return keeping satisfies never
  }
}

/** `kept 12s ago`, and it goes on counting. */
function Kept({ since }: { since: number }) {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 5_000)
    return () => clearInterval(timer)
  }, [])
  const when = ago(since, Math.max(now, since + 1000))
  return <Sign icon={<Cloud />} text={t.kept(when)} tip={at(since)} />
}

function Sign({
  icon,
  text,
  tip,
  className,
}: {
  icon: ReactNode
  text: string
  tip?: string
  className?: string
}) {
  const sign = (
    <span
      role="status"
      data-save-state
      className={cn(
        'inline-flex items-center gap-1.5 whitespace-nowrap text-muted text-xs [&_svg]:size-3.5',
        className,
      )}
    >
      {icon}
      {text}
    </span>
  )
  return tip ? <Tip label={tip}>{sign}</Tip> : sign
}

function useSavingCommands(dirty: boolean, readOnly: string | null): void {
  useCommands(
    useMemo(() => {
      const nothing = readOnly ?? (dirty ? undefined : t.nothing)
      return [
        {
          id: 'model.save',
          label: t.save,
          section: t.section,
          keys: 'mod+s',
          words: 'commit version',
          // Also in the YAML and while a field is typed into: that is where people save.
          whileTyping: true,
          disabled: nothing,
          run: () => savingDialog.show(documentStore.getState().open?.theirs ? 'conflict' : 'save'),
        },
        {
          id: 'model.discard',
          label: t.discard,
          section: t.section,
          words: 'reset revert',
          disabled: nothing,
          run: () => savingDialog.show('discard'),
        },
      ]
    }, [dirty, readOnly]),
  )
}

/** Somebody saved a document of the workspace: perhaps this one. */
function useNews(): void {
  const queries = useQueryClient()
  useWorkspaceEvents('document', ({ data }) => {
    const open = documentStore.getState().open
    if (!open || data.path !== open.path) return
    queries.invalidateQueries({ queryKey: ['history', open.workspaceId, open.path] })
    currentVersion(open).then(
      (theirs) => documentActions.hearOf(theirs),
      // The document may be gone; saving says so.
      () => undefined,
    )
  })
}

/** A draft was found on opening: say so once, with the way back. */
function useResumedDraft(): void {
  const resumed = useDocument((open) => open.resumed, null)
  useEffect(() => {
    if (resumed === null) return
    const id = toast(t.resumed, {
      description: t.resumedWhen(ago(resumed)),
      duration: Number.POSITIVE_INFINITY,
      closeButton: true,
      onDismiss: () => documentActions.resume(),
      action: { label: t.discard, onClick: discard },
    })
    return () => {
      toast.dismiss(id)
    }
  }, [resumed])
}

function discard(): void {
  documentActions.discard().then(
    () =>
      toast.success(t.discarded, {
        action: { label: t.undo, onClick: () => documentActions.undo() },
      }),
    (error: unknown) => toast.error(error instanceof Error ? error.message : String(error)),
  )
}

const isUnkept = () => {
  const { open } = documentStore.getState()
  return open !== null && !isKept(open)
}
/** What the server does not take now cannot be kept on the way out either. */
const wouldBeLost = () => {
  const state = documentStore.getState().open?.keeping.state
  return state === 'offline' || state === 'refused'
}

/** Leaving with something that is nowhere but in this tab asks first. */
function Leaving() {
  const blocker = useBlocker({
    shouldBlockFn: wouldBeLost,
    enableBeforeUnload: isUnkept,
    withResolver: true,
  })
  return (
    <Confirm
      open={blocker.status === 'blocked'}
      onOpenChange={(open) => !open && blocker.reset?.()}
      title={t.leaveTitle}
      action={t.leave}
      onConfirm={() => blocker.proceed?.()}
    >
      {t.leaveHelp}
    </Confirm>
  )
}
