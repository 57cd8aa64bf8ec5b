import { describe, expect, it } from 'vitest'
import type { CommitReply } from '@/api/schema.gen'
import { byDay, changedFiles, firstFile, foundCommits } from './timeline'

function commit(id: string, more: Partial<CommitReply> = {}): CommitReply {
  return {
    id,
    message: `Save ${id}`,
    author_name: 'Ada',
    author_email: 'ada@example.com',
    at: '2026-03-05T10:00:00',
    versions: {},
    ...more,
  }
}

describe('the timeline', () => {
  it('finds commits by message, person, file and id', () => {
    const all = [
      commit('1', { message: 'Add orders' }),
      commit('2', { author_name: 'Grace' }),
      commit('3', { versions: { 'metadata/models/sensors.yaml': 'v' } }),
    ]
    expect(foundCommits(all, 'ORDERS ada').map((one) => one.id)).toEqual(['1'])
    expect(foundCommits(all, 'grace').map((one) => one.id)).toEqual(['2'])
    expect(foundCommits(all, 'sensors').map((one) => one.id)).toEqual(['3'])
    expect(foundCommits(all, ' ')).toHaveLength(3)
  })

  it('puts commits under their days', () => {
    const days = byDay(
      [
        commit('1'),
        commit('2', { at: '2026-03-05T01:00:00' }),
        commit('3', { at: '2026-03-04T23:00:00' }),
        commit('4', { at: '2026-02-01T12:00:00' }),
      ],
      new Date('2026-03-05T12:00:00'),
    )
    expect(days.map(({ day, commits }) => [day, commits.map((one) => one.id)])).toEqual([
      ['Today', ['1', '2']],
      ['Yesterday', ['3']],
      ['Sunday, February 1, 2026', ['4']],
    ])
  })
})

describe('the files of a commit', () => {
  const older = [
    commit('1', { versions: { a: 'v1', b: null } }),
    commit('0', { versions: { b: 'v0' } }),
  ]

  it('are added, changed or removed', () => {
    const now = commit('2', { versions: { a: 'v2', b: 'v2', c: 'v2', d: null } })
    expect(changedFiles(now, older, true)).toEqual([
      { path: 'a', change: 'changed' },
      { path: 'b', change: 'added' },
      { path: 'c', change: 'added' },
      { path: 'd', change: 'removed' },
    ])
  })

  it('are not called new while older commits are not known', () => {
    expect(changedFiles(commit('2', { versions: { c: 'v2' } }), older, false)).toEqual([
      { path: 'c', change: 'changed' },
    ])
  })

  it('begin with drawings, unless the list is about another file', () => {
    const now = commit('2', { versions: { 'README.md': 'v', 'metadata/models/x.yaml': 'v' } })
    const files = changedFiles(now, [], true)
    expect(firstFile(files, '')).toBe('metadata/models/x.yaml')
    expect(firstFile(files, 'README.md')).toBe('README.md')
    expect(firstFile([], '')).toBeNull()
  })
})
