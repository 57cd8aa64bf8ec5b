import { beforeEach, describe, expect, it } from 'vitest'
import type { CardReply, DraftReply } from '@/api/schema.gen'
import { lastOpened, rememberOpened } from '@/lib/lastOpened'
import { continuing, needingAttention } from './continuing'

const card = (id: string, day: number, error = 0, warning = 0) =>
  ({
    id,
    path: `${id}.yaml`,
    changed_at: `2026-01-0${day}T00:00:00Z`,
    problems: { error, warning, info: 9 },
  }) as CardReply
const draft = (path: string, hour: number, kind: DraftReply['kind'] = 'model') =>
  ({ kind, path, updated_at: `2026-01-01T0${hour}:00:00Z`, moved_on: false }) as DraftReply

describe('where somebody goes on', () => {
  it('drafts come first, then what was opened, then what changed; each once', () => {
    const cards = [card('a', 1), card('b', 2), card('c', 3), card('d', 4), card('e', 5)]
    const found = continuing(
      cards,
      [draft('a.yaml', 1), draft('b.yaml', 2), draft('t.yaml', 3, 'template')],
      [
        { model: 'a', at: 9 },
        { model: 'c', at: 8 },
        { model: 'deleted', at: 7 },
      ],
      4,
    )
    expect(found.map((one) => [one.card.id, one.why])).toEqual([
      ['b', 'draft'],
      ['a', 'draft'],
      ['c', 'opened'],
      ['e', 'changed'],
    ])
  })

  it('only errors and warnings need somebody, errors first', () => {
    const cards = [card('fine', 1), card('warned', 1, 0, 5), card('broken', 1, 1)]
    expect(needingAttention(cards).map((one) => one.id)).toEqual(['broken', 'warned'])
  })
})

describe('what this browser opened', () => {
  beforeEach(() => localStorage.clear())

  it('is remembered once each, the latest first, for each workspace by itself', () => {
    rememberOpened('w', 'a', 1)
    rememberOpened('w', 'b', 2)
    rememberOpened('w', 'a', 3)
    rememberOpened('other', 'c', 4)
    expect(lastOpened('w').map((one) => one.model)).toEqual(['a', 'b'])
  })

  it('is nothing when the storage holds something else', () => {
    localStorage.setItem('lakewright.opened.w', '{"a": 1}')
    expect(lastOpened('w')).toEqual([])
    localStorage.setItem('lakewright.opened.w', 'no json')
    expect(lastOpened('w')).toEqual([])
  })
})
