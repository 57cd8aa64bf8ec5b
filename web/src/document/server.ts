/** What the open document asks of the server. The feature that opens it brings the real one. */

import type { DataModel, ModelEdge, NodeId } from './model'

export interface Place {
  file?: string
  line?: number
  column?: number
  node?: string
  property?: string
}

/** One thing that a quick fix does to a drawing or a text. */
export type FixChange =
  | { op: 'set'; node: NodeId; path: (string | number)[]; value: unknown }
  | { op: 'unset'; node: NodeId; path: (string | number)[] }
  | ({ op: 'remove_edge' | 'add_edge' } & ModelEdge)
  | { op: 'set_type'; node: NodeId; value: string }
  | { op: 'remove_node'; node: NodeId }
  | { op: 'rename_node'; node: NodeId; value: string }
  | {
      op: 'text'
      line: number
      column: number
      end_line: number
      end_column: number
      text: string
    }

export interface Fix {
  title: string
  changes: FixChange[]
}

/** A diagnostic as the server says it. */
export interface Finding {
  rule: string
  severity: 'error' | 'warning' | 'info'
  problem: string
  remedy: string
  where: Place
  seen_at?: Place | null
  fixes?: Fix[]
}

/** A dependency that nobody drew: the engine found it in what the nodes read and write. */
export interface DerivedEdge {
  source: NodeId
  target: NodeId
  because: string
}

/** A text with the drawing in it and everything that the rules say about it. */
export interface Opened {
  text: string
  /** Null when the text holds no model that can be read. */
  model: DataModel | null
  findings: Finding[]
  derived: DerivedEdge[]
  waves: NodeId[][]
  /** Line of each node in the text, 1-based. */
  lines: Record<NodeId, number>
}

export type SaveAnswer =
  | { kind: 'saved'; version: string; text: string; commit: string }
  | { kind: 'conflict'; version: string; text: string }

export interface DocumentServer {
  /** Read a text; with a model, write that into it first. Rejects when there is no answer. */
  look(text: string, model: DataModel | null, signal: AbortSignal): Promise<Opened>
  keepDraft(text: string, base: string | null): Promise<void>
  dropDraft(): Promise<void>
  save(text: string, base: string | null, message: string): Promise<SaveAnswer>
}
