import { describe, expect, it } from 'vitest'
import { generationOf, isOver, isRefused, withNews } from './jobs'
import type { JobReply } from './schema.gen'

const job: JobReply = {
  id: 'j',
  kind: 'generate',
  status: 'running',
  progress: { done: 0, total: 0, text: '' },
  request: {},
  result: null,
  error: null,
  cancel_requested: false,
  user_id: null,
  created_at: '2026-01-01T00:00:00Z',
  started_at: null,
  finished_at: null,
}
const heard = (data: Record<string, unknown>, kind = 'job') => ({
  kind,
  data: { id: 'j', ...data },
})

describe('news of a piece of work', () => {
  it('moves its progress', () => {
    expect(withNews(job, heard({ status: 'running', done: 3, total: 9, text: 'orders' }))).toEqual({
      ...job,
      progress: { done: 3, total: 9, text: 'orders' },
    })
  })

  it('ends it', () => {
    expect(isOver(withNews(job, heard({ status: 'succeeded' })).status)).toBe(true)
  })

  it('cannot take it back from its end', () => {
    const ended: JobReply = { ...job, status: 'cancelled' }
    expect(withNews(ended, heard({ status: 'running', done: 1 }))).toBe(ended)
  })

  it('leaves it alone when they are about other work', () => {
    expect(withNews(job, { kind: 'job', data: { id: 'other', status: 'failed' } })).toBe(job)
  })

  it('replaces all of it when the whole state is told', () => {
    expect(withNews(job, heard({ status: 'failed', error: { problem: 'p' } }, 'state'))).toEqual({
      ...job,
      status: 'failed',
      error: { problem: 'p' },
    })
  })

  it('keeps a status that it knows when another one is told', () => {
    expect(withNews(job, heard({ status: 'melted' })).status).toBe('running')
  })
})

describe('the result of a piece of work', () => {
  it('names the generation', () => {
    expect(generationOf({ ...job, result: { generation_id: 'g' } })).toBe('g')
    expect(generationOf(job)).toBeNull()
  })

  it('may be that the models have errors', () => {
    expect(isRefused({ ...job, result: { refused: true } })).toBe(true)
    expect(isRefused({ ...job, result: { refused: false } })).toBe(false)
  })
})
