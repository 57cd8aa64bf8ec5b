import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { answered, api } from './client'
import { followEvents, type ServerEvent } from './events'
import type { GenerateBody, JobReply, JobStatus } from './schema.gen'
import { useWorkspace } from './workspace'

/** Something that was heard of a piece of work while this page was open. */
export interface JobStep {
  at: number
  done: number
  total: number
  text: string
}

const STATUSES: readonly string[] = ['queued', 'running', 'succeeded', 'failed', 'cancelled']

export const isOver = (status: JobStatus): boolean =>
  status === 'succeeded' || status === 'failed' || status === 'cancelled'

/** Work that did its part, only to find that the models have errors. */
export const isRefused = (job: JobReply): boolean => job.result?.refused === true

/** What a piece of work made; null when it made nothing. */
export function generationOf(job: JobReply): string | null {
  const id = job.result?.generation_id
  return typeof id === 'string' ? id : null
}

/** The work with what an event of its stream says about it. Other events change nothing. */
export function withNews(job: JobReply, event: Pick<ServerEvent, 'kind' | 'data'>): JobReply {
  const { data } = event
  if (data.id !== job.id) return job
  if (event.kind === 'state') return { ...job, ...(data as Partial<JobReply>) }
  if (event.kind !== 'job' || isOver(job.status)) return job
  return {
    ...job,
    status: STATUSES.includes(String(data.status)) ? (data.status as JobStatus) : job.status,
    cancel_requested: job.cancel_requested || data.cancel_requested === true,
    progress: {
      done: Number(data.done) || 0,
      total: Number(data.total) || 0,
      text: String(data.text ?? ''),
    },
  }
}

/** Ask again for everything that the end of a piece of work changes. */
function refresh(client: QueryClient, workspace: string): void {
  client.invalidateQueries({ queryKey: ['jobs', workspace] })
  client.invalidateQueries({ queryKey: ['generations', workspace] })
}

/** A piece of work, followed on its own stream until it ends. */
export function useJob(id: string | null) {
  const workspace = useWorkspace().id
  const client = useQueryClient()
  const [steps, setSteps] = useState<readonly JobStep[]>([])
  const job = useQuery({
    queryKey: ['jobs', workspace, id],
    queryFn: () =>
      answered(
        api.GET('/api/v1/workspaces/{workspace_id}/jobs/{job_id}', {
          params: { path: { workspace_id: workspace, job_id: id ?? '' } },
        }),
      ),
    enabled: id !== null,
  })
  const isGoing = job.data !== undefined && !isOver(job.data.status)

  // biome-ignore lint/correctness/useExhaustiveDependencies: another piece of work begins anew
  useEffect(() => setSteps([]), [id])

  useEffect(() => {
    if (!id || !isGoing) return
    const stop = new AbortController()
    followEvents(
      `/api/v1/workspaces/${workspace}/jobs/${id}/events`,
      (event) => {
        let over = false
        client.setQueryData<JobReply>(['jobs', workspace, id], (old) => {
          const next = old && withNews(old, event)
          over = next !== undefined && isOver(next.status)
          return next
        })
        const { done, total, text } = event.data
        if (event.kind === 'job' && (Number(total) > 0 || text))
          setSteps((before) => [
            ...before,
            { at: Date.now(), done: Number(done), total: Number(total), text: String(text ?? '') },
          ])
        if (!over) return
        stop.abort()
        refresh(client, workspace)
      },
      stop.signal,
    )
    return () => stop.abort()
  }, [client, workspace, id, isGoing])

  return { job: job.data, error: job.error, steps }
}

/** Begin to generate; gives the piece of work to follow. */
export function useGenerate() {
  const workspace = useWorkspace().id
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: GenerateBody) =>
      answered(
        api.POST('/api/v1/workspaces/{workspace_id}/generations', {
          params: { path: { workspace_id: workspace } },
          body,
        }),
      ),
    onSuccess: (job) => {
      client.setQueryData(['jobs', workspace, job.id], job)
      client.invalidateQueries({ queryKey: ['jobs', workspace, 'list'] })
    },
  })
}

/** Ask a piece of work to stop. One that has ended meanwhile is fine too. */
export function useCancelJob() {
  const workspace = useWorkspace().id
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) =>
      answered(
        api.POST('/api/v1/workspaces/{workspace_id}/jobs/{job_id}/cancel', {
          params: { path: { workspace_id: workspace, job_id: id } },
        }),
      ),
    onSettled: () => refresh(client, workspace),
  })
}
