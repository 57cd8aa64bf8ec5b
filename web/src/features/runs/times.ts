import { isOver, isRefused } from '@/api/jobs'
import type { JobReply } from '@/api/schema.gen'

export type Shown = JobReply['status'] | 'refused' | 'stopping'
export type Filter = 'all' | 'going' | 'done' | 'failed'

/** What people call the state of a piece of work. */
export function shownStatus(job: JobReply): Shown {
  if (job.status === 'succeeded') return isRefused(job) ? 'refused' : 'succeeded'
  return job.cancel_requested && !isOver(job.status) ? 'stopping' : job.status
}

export function passes(job: JobReply, filter: Filter): boolean {
  const shown = shownStatus(job)
  if (filter === 'going') return !isOver(job.status)
  if (filter === 'done') return shown === 'succeeded'
  if (filter === 'failed') return shown === 'failed' || shown === 'refused'
  return true
}

/** Seconds that a piece of work has taken until now or its end; null before it began. */
export function secondsOf(job: JobReply, now: number): number | null {
  if (!job.started_at) return null
  const end = job.finished_at ? new Date(job.finished_at).getTime() : now
  return Math.max(0, (end - new Date(job.started_at).getTime()) / 1000)
}
