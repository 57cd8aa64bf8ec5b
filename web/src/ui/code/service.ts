/** What an editor asks about the text in it. Lines and columns from 1, columns in UTF-16. */

export interface At {
  line: number
  column: number
}

export interface Span extends At {
  endLine: number
  endColumn: number
}

export interface CodeCompletion {
  label: string
  kind: string
  detail: string
  about: string
  text: string
  span: Span
  rank: number
}

export interface CodeAction {
  title: string
  isFix: boolean
  isPreferred: boolean
  apply: () => void
}

export interface CodeTokens {
  legend: readonly string[]
  /** Line, column, length and place in the legend of each word, in the order of the text. */
  data: readonly number[]
}

/** Every question may be left out; an answer that comes too late is not used. */
export interface CodeService {
  complete?: (at: At, signal: AbortSignal) => Promise<readonly CodeCompletion[]>
  /** Lines of Markdown. */
  hover?: (at: At, signal: AbortSignal) => Promise<{ span: Span; lines: readonly string[] } | null>
  /** A place in this text; null when there is none here, or when the service went there itself. */
  define?: (at: At, signal: AbortSignal) => Promise<Span | null>
  refer?: (at: At, signal: AbortSignal) => Promise<readonly Span[]>
  /** Renames by itself. Rejects with an error that says why not. */
  rename?: (at: At, name: string, signal: AbortSignal) => Promise<void>
  fold?: (signal: AbortSignal) => Promise<readonly { first: number; last: number }[]>
  format?: (signal: AbortSignal) => Promise<readonly { span: Span; text: string }[]>
  offer?: (span: Span, signal: AbortSignal) => Promise<readonly CodeAction[]>
  tokens?: (signal: AbortSignal) => Promise<CodeTokens>
}

/** A sign in the margin of a line. */
export interface LineMark {
  line: number
  kind: 'missed' | 'taken'
  message: string
}
