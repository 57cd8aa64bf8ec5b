/** Commits as a list by days, and which of them are shown. */

import type { CommitReply } from '@/api/schema.gen'
import { texts } from '@/texts'

const words = texts.history

export type Change = 'added' | 'changed' | 'removed'

export interface ChangedFile {
  path: string
  change: Change
}

/** Those that hold every word that was typed: in message, person, path or id. */
export function foundCommits(commits: readonly CommitReply[], typed: string): CommitReply[] {
  const asked = typed.toLowerCase().split(/\s+/).filter(Boolean)
  return commits.filter((commit) => {
    const { message, author_name, author_email, id, versions } = commit
    const text = [message, author_name, author_email, id, ...Object.keys(versions)]
      .join('\n')
      .toLowerCase()
    return asked.every((word) => text.includes(word))
  })
}

/** One after the other, under the days that they were made on here. */
export function byDay(
  commits: readonly CommitReply[],
  now: Date = new Date(),
): { day: string; commits: CommitReply[] }[] {
  const days: { day: string; commits: CommitReply[] }[] = []
  for (const commit of commits) {
    const day = dayName(new Date(commit.at), now)
    const last = days.at(-1)
    if (last?.day === day) last.commits.push(commit)
    else days.push({ day, commits: [commit] })
  }
  return days
}

const date = new Intl.DateTimeFormat('en', { dateStyle: 'full' })

function dayName(at: Date, now: Date): string {
  const yesterday = new Date(now)
  yesterday.setDate(now.getDate() - 1)
  if (at.toDateString() === now.toDateString()) return words.today
  return at.toDateString() === yesterday.toDateString() ? words.yesterday : date.format(at)
}

/**
 * What a commit did to its files: drawings first, then by path.
 *
 * @param before Commits that are older, as far as they are known: what none of them names is new.
 */
export function changedFiles(
  commit: CommitReply,
  before: readonly CommitReply[],
  isComplete: boolean,
): ChangedFile[] {
  return Object.entries(commit.versions)
    .map(([path, version]): ChangedFile => {
      if (version === null) return { path, change: 'removed' }
      const last = before.find((one) => path in one.versions)
      const isNew = last ? last.versions[path] === null : isComplete
      return { path, change: isNew ? 'added' : 'changed' }
    })
    .sort(
      (a, b) => Number(isModel(b.path)) - Number(isModel(a.path)) || a.path.localeCompare(b.path),
    )
}

/** The file of a commit to look at first: the one that the list is about, else a drawing. */
export function firstFile(files: readonly ChangedFile[], path: string): string | null {
  const named = files.find((file) => file.path === path || file.path.startsWith(`${path}/`))
  return (path && named ? named : files[0])?.path ?? null
}

export const isModel = (path: string): boolean => path.includes('metadata/models/')
export const shortId = (id: string): string => id.slice(0, 8)
export const fileName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
export const subjectOf = (commit: Pick<CommitReply, 'message'>): string =>
  commit.message.split('\n', 1)[0] ?? ''
