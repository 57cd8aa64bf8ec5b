import { Loader, X } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { generationOf, isOver, useCancelJob, useJob } from '@/api/jobs'
import type { JobReply } from '@/api/schema.gen'
import { texts } from '@/texts'
import { Button, IconButton } from '@/ui/button'
import { Notice } from '@/ui/state'
import { Trouble } from '@/ui/trouble'

/** A piece of work as it goes on, with the way to stop it; then what became of it. */
export function Progress({
  id,
  name,
  onEnd,
  onDismiss,
}: {
  id: string
  name: string
  onEnd: (job: JobReply) => void
  onDismiss: () => void
}) {
  const { job, error } = useJob(id)
  const cancel = useCancelJob()
  const told = useRef(false)
  const ended =
    job && isOver(job.status) && (job.status !== 'succeeded' || generationOf(job) !== null)
  useEffect(() => {
    if (!job || !ended || told.current) return
    told.current = true
    onEnd(job)
  }, [job, ended, onEnd])

  if (error) return <Trouble error={error} className="rounded-md" />
  if (!job) return null
  const dismiss = (
    <IconButton label={texts.generate.dismiss} size="icon-sm" onClick={onDismiss}>
      <X />
    </IconButton>
  )
  if (job.status === 'cancelled')
    return (
      <Notice severity="info" className="rounded-md" actions={dismiss}>
        {texts.generate.stopped}
      </Notice>
    )
  if (job.status === 'failed')
    return (
      <Notice severity="error" className="rounded-md" actions={dismiss}>
        <p>{String(job.error?.problem ?? texts.generate.failed)}</p>
        {job.error?.remedy ? <p className="text-muted">{String(job.error.remedy)}</p> : null}
      </Notice>
    )
  const { done, total, text } = job.progress
  const isStopping = job.cancel_requested || cancel.isPending
  return (
    <div className="rounded-md border bg-surface px-4 py-3" role="status">
      <div className="flex items-center gap-3">
        <Loader className="size-4 shrink-0 animate-spin text-running" aria-hidden />
        <div className="min-w-0 flex-1">
          <p className="font-medium text-sm">{texts.generate.working(name)}</p>
          <p className="truncate text-muted text-xs">
            {isStopping
              ? texts.generate.stopping
              : job.status === 'queued'
                ? texts.generate.queued
                : [total ? texts.generate.steps(done, total) : '', text]
                    .filter(Boolean)
                    .join(' · ')}
          </p>
        </div>
        <Button size="sm" disabled={isStopping} onClick={() => cancel.mutate(job.id)}>
          {texts.generate.stop}
        </Button>
      </div>
      <progress
        className="mt-2 h-1 w-full overflow-hidden rounded-full [&::-webkit-progress-bar]:bg-sunken [&::-webkit-progress-value]:bg-running"
        max={total || undefined}
        value={total ? done : undefined}
        aria-label={texts.generate.working(name)}
      />
    </div>
  )
}
