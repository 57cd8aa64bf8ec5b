import { useQueryClient } from '@tanstack/react-query'
import { useBlocker } from '@tanstack/react-router'
import { CircleAlert, CircleCheck, Cloud, CloudOff, Eye, GitMerge, Loader } from 'lucide-react'
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useState } from 'react'
import { toast } from 'sonner'
import { useWorkspaceEvents } from '@/api/workspaceEvents'
import type { Keeping } from '@/document/store'
import { cn } from '@/lib/cn'
import { ago, at } from '@/lib/time'
import { panels } from '@/texts/designerPanels'
import { editor } from '@/texts/templateEditor'
import { Button } from '@/ui/button'
import { useCommands } from '@/ui/commands'
import { Confirm } from '@/ui/dialog'
import { Tip } from '@/ui/tooltip'
import { currentVersion } from '../asks'
import { useTemplate } from '../hooks'
import { isDirty, isKept, templateActions, templateStore } from '../store'

const SaveDialog = lazy(() => import('./SaveDialog'))
const ConflictDialog = lazy(() => import('./ConflictDialog'))
const t = panels.saving
const CLEAN: Keeping = { state: 'clean' }

/** Whether everything is kept and saved, and the way to save. In the top bar. */
export function SaveState({ errors }: { errors: number }) {
  const keeping = useTemplate((open) => open.keeping, CLEAN)
  const dirty = useTemplate(isDirty, false)
  const readOnly = useTemplate((open) => open.readOnly, null)
  const theirs = useTemplate((open) => open.theirs, null)
  const [dialog, show] = useState<'save' | 'conflict' | 'discard' | null>(null)
  useNews()
  useResumedDraft()
  const save = () => show(theirs ? 'conflict' : 'save')
  useCommands(
    useMemo(() => {
      const nothing = readOnly ?? (dirty ? undefined : t.nothing)
      return [
        {
          id: 'template.save',
          label: t.save,
          section: editor.section,
          keys: 'mod+s',
          words: 'commit version',
          whileTyping: true,
          disabled: nothing,
          run: () => show(theirs ? 'conflict' : 'save'),
        },
        {
          id: 'template.discard',
          label: t.discard,
          section: editor.section,
          words: 'reset revert',
          disabled: nothing,
          run: () => show('discard'),
        },
      ]
    }, [dirty, readOnly, theirs]),
  )
  return (
    <div className="flex items-center gap-2">
      {readOnly !== null ? (
        <Sign icon={<Eye />} text={t.viewing} tip={readOnly} />
      ) : theirs ? (
        <Button size="sm" variant="danger" onClick={() => show('conflict')}>
          <GitMerge />
          {t.conflict}
        </Button>
      ) : (
        <KeepingSign keeping={keeping} dirty={dirty} />
      )}
      {readOnly === null && (
        <Button size="sm" variant={dirty ? 'primary' : 'outline'} disabled={!dirty} onClick={save}>
          {t.save}
        </Button>
      )}
      <Suspense>
        {dialog === 'save' && (
          <SaveDialog
            errors={errors}
            onClose={() => show(null)}
            onConflict={() => show('conflict')}
          />
        )}
        {dialog === 'conflict' && theirs && (
          <ConflictDialog key={theirs.version} theirs={theirs} onClose={() => show(null)} />
        )}
      </Suspense>
      <Confirm
        open={dialog === 'discard'}
        onOpenChange={(open) => !open && show(null)}
        title={t.discardTitle}
        action={t.discard}
        onConfirm={discard}
      >
        {editor.saving.discardHelp}
      </Confirm>
      <Leaving />
    </div>
  )
}

function KeepingSign({ keeping, dirty }: { keeping: Keeping; dirty: boolean }) {
  switch (keeping.state) {
    case 'waiting':
    case 'keeping':
      return <Sign icon={<Loader className="animate-spin" />} text={t.saving} />
    case 'kept':
      return (
        <Sign
          icon={<Cloud />}
          text={t.keptShort}
          tip={`${t.kept(ago(keeping.at))}, ${at(keeping.at)}`}
        />
      )
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

/** Somebody saved a document of the workspace: perhaps this one. */
function useNews(): void {
  const queries = useQueryClient()
  useWorkspaceEvents('document', ({ data }) => {
    const { open } = templateStore.getState()
    if (!open || data.path !== open.path) return
    queries.invalidateQueries({ queryKey: ['history', open.workspaceId, open.path] })
    currentVersion(open.workspaceId, open.path).then(
      (theirs) => templateActions.hearOf(theirs),
      // The file may be gone; saving says so.
      () => undefined,
    )
  })
  useEffect(() => {
    window.addEventListener('online', templateActions.reconnect)
    return () => window.removeEventListener('online', templateActions.reconnect)
  }, [])
}

function useResumedDraft(): void {
  const resumed = useTemplate((open) => open.resumed, null)
  useEffect(() => {
    if (resumed === null) return
    const id = toast(t.resumed, {
      description: t.resumedWhen(ago(resumed)),
      duration: Number.POSITIVE_INFINITY,
      closeButton: true,
      onDismiss: () => templateActions.resume(),
      action: { label: t.discard, onClick: discard },
    })
    return () => {
      toast.dismiss(id)
    }
  }, [resumed])
}

function discard(): void {
  templateActions.discard()
  toast.success(t.discarded, { action: { label: t.undo, onClick: () => templateActions.undo() } })
}

const isUnkept = () => {
  const { open } = templateStore.getState()
  return open !== null && !isKept(open)
}
/** What the server does not take now cannot be kept on the way out either. */
const wouldBeLost = () => {
  const state = templateStore.getState().open?.keeping.state
  return state === 'offline' || state === 'refused'
}

/** Leaving with something that is nowhere but in this tab asks first. */
function Leaving() {
  const blocker = useBlocker({
    // The address also says what is looked at, and that is no leaving.
    shouldBlockFn: ({ current, next }) => current.pathname !== next.pathname && wouldBeLost(),
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
