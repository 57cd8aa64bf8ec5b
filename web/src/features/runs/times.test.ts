import { expect, it } from 'vitest'
import type { JobReply } from '@/api/schema.gen'
import { passes, secondsOf, shownStatus } from './times'

const job = (changes: Partial<JobReply>): JobReply => ({
  id: 'j',
  kind: 'generate',
  status: 'succeeded',
  progress: { done: 0, total: 0, text: '' },
  request: {},
  result: null,
  error: null,
  cancel_requested: false,
  user_id: null,
  created_at: '2026-01-01T00:00:00Z',
  started_at: '2026-01-01T00:00:01Z',
  finished_at: '2026-01-01T00:00:03.5Z',
  ...changes,
})
const refused = job({ result: { refused: true } })
const running = job({ status: 'running', finished_at: null })

it('tells work that found errors from work that made something', () => {
  expect(shownStatus(refused)).toBe('refused')
  expect(shownStatus(job({}))).toBe('succeeded')
})

it('says that work is stopping until it has', () => {
  expect(shownStatus({ ...running, cancel_requested: true })).toBe('stopping')
  expect(shownStatus(job({ status: 'cancelled', cancel_requested: true }))).toBe('cancelled')
})

it.each([
  ['all', [true, true, true]],
  ['going', [false, false, true]],
  ['done', [true, false, false]],
  ['failed', [false, true, false]],
] as const)('the filter %s keeps done, refused, running: %j', (filter, kept) => {
  expect([job({}), refused, running].map((one) => passes(one, filter))).toEqual(kept)
})

it('measures from the beginning to the end, or to now', () => {
  expect(secondsOf(job({}), 0)).toBe(2.5)
  expect(secondsOf(running, new Date('2026-01-01T00:00:11Z').getTime())).toBe(10)
  expect(secondsOf(job({ started_at: null }), 0)).toBeNull()
})
