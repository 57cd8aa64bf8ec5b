import type { NodeId } from '@/document/model'
import type { Finding } from '@/document/server'

type Lines = Readonly<Record<NodeId, number>>

/** The node that a line of the YAML belongs to: the last one that begins at or above it. */
export function nodeAt(lines: Lines, line: number): NodeId | null {
  let found: NodeId | null = null
  let best = 0
  for (const [id, at] of Object.entries(lines))
    if (at <= line && at > best) {
      best = at
      found = id
    }
  return found
}

/** The line that a finding is about: its own, or that of its node; 0 when neither is known. */
export const lineOf = ({ where }: Finding, lines: Lines): number =>
  where.line || (where.node ? (lines[where.node] ?? 0) : 0)
