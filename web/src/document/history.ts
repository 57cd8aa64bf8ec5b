/** Undo: snapshots are references to unchanging values, so a step costs nothing but its diff. */

export interface Step<T> {
  /** What was done, for "Undo move". */
  label: string
  /** The value before it. */
  before: T
  /** Steps of the same key that follow each other closely are one. */
  key: string
  at: number
}

export interface History<T> {
  past: readonly Step<T>[]
  /** Undone steps, the next one to redo last; `before` is the value to go back to. */
  future: readonly Step<T>[]
}

export const MOST_STEPS = 500
/** Typing pauses longer than this begin a new step. */
export const PAUSE_MS = 1200

export const noHistory = <T>(): History<T> => ({ past: [], future: [] })

/**
 * Remember what was there before a change.
 *
 * @param key Equal to the last step's, and soon after it: the two are one step. Empty: never.
 */
export function remember<T>(
  history: History<T>,
  step: { label: string; before: T; key?: string; at: number },
): History<T> {
  const last = history.past.at(-1)
  const key = step.key ?? ''
  if (last && key && last.key === key && step.at - last.at <= PAUSE_MS)
    return { past: history.past.with(-1, { ...last, at: step.at }), future: [] }
  const past = [...history.past, { label: step.label, before: step.before, key, at: step.at }]
  return { past: past.slice(-MOST_STEPS), future: [] }
}

/** The value before the last step, and the history then; null when there is nothing to undo. */
export function undone<T>(history: History<T>, now: T): { value: T; history: History<T> } | null {
  const last = history.past.at(-1)
  if (!last) return null
  return {
    value: last.before,
    history: {
      past: history.past.slice(0, -1),
      future: [...history.future, { ...last, before: now, key: '' }],
    },
  }
}

/** The inverse of `undone`. */
export function redone<T>(history: History<T>, now: T): { value: T; history: History<T> } | null {
  const next = history.future.at(-1)
  if (!next) return null
  return {
    value: next.before,
    history: {
      past: [...history.past, { ...next, before: now, key: '' }],
      future: history.future.slice(0, -1),
    },
  }
}
