import { create } from 'zustand'
import type { End, Misfit } from '@/document/connections'
import type { Guide } from '@/document/layout'
import type { DataModel, EdgeKind, ModelEdge, NodeId, Point } from '@/document/model'

/** What the small searchable list offers, and where it stands on the page. */
export type Asking =
  | { kind: 'add'; at: Point | null; screen: Point | null }
  | {
      kind: 'add-beside'
      node: NodeId
      side: 'source' | 'target'
      port?: string
      at: Point | null
      screen: Point | null
    }
  | { kind: 'insert'; edge: ModelEdge; screen: Point | null }
  | { kind: 'connect'; node: NodeId; screen: Point | null }
  | { kind: 'find'; screen: null }

/** What the canvas holds for a moment: none of it is kept with the model. */
export interface CanvasState {
  /** Places found for nodes that have none of their own. */
  placed: Readonly<Record<NodeId, Point>>
  connecting: {
    from: End
    side: 'source' | 'target'
    kind: EdgeKind | null
    misfits: ReadonlyMap<NodeId, Misfit>
  } | null
  asking: Asking | null
  renaming: string | null
  /** The node under the pointer. */
  pointed: NodeId | null
  /** Nodes that stand out; the others are pale. */
  lit: ReadonlySet<NodeId> | null
  guides: readonly Guide[]
  /** For those who hear the page. */
  said: string
  arranging: AbortController | null
  /** What the repository holds, to mark what differs from it. */
  saved: DataModel | null
  /** A version that the drawing is compared with. */
  compared: { commit: string; before: DataModel | null } | null
  /** The difference that was gone to last: its id on the canvas. */
  lookedAt: string | null
  runs: Readonly<Record<NodeId, 'running' | 'ok' | 'error'>>
  minimap: boolean
}

const FIRST: CanvasState = {
  placed: {},
  connecting: null,
  asking: null,
  renaming: null,
  pointed: null,
  lit: null,
  guides: [],
  said: '',
  arranging: null,
  saved: null,
  compared: null,
  lookedAt: null,
  runs: {},
  minimap: true,
}

export const useCanvas = create<CanvasState>(() => FIRST)
export const setCanvas = useCanvas.setState

export function forgetCanvas(): void {
  useCanvas.getState().arranging?.abort()
  setCanvas({ ...FIRST, minimap: useCanvas.getState().minimap })
}

/** Say something to those who hear the page. */
export function say(said: string): void {
  setCanvas({ said })
}
