import { createStore } from 'zustand/vanilla'
import { applyEdit, type Edit, sameJson } from './edit'
import { type History, noHistory, redone, remember, undone } from './history'
import type { DataModel, NodeId } from './model'
import type { DerivedEdge, DocumentServer, Finding, Opened, SaveAnswer } from './server'

/** What undo goes back to. `text` belongs to `model`, unless the model was drawn on since. */
interface Snapshot {
  text: string
  model: DataModel
  /** The model that `text` holds: equal to `model` when the text is up to date. */
  written: DataModel
  textIsBad: boolean
}

/** Is what a person made kept somewhere? `kept` in a draft on the server. */
export type Keeping =
  | { state: 'clean' }
  | { state: 'waiting' | 'keeping' }
  | { state: 'kept'; at: number }
  | { state: 'offline' | 'refused'; why: string }

/** Somebody else saved the document since this one was opened. */
export interface Theirs {
  version: string
  text: string
  by: string
}

export interface OpenDocument extends Snapshot {
  workspaceId: string
  path: string
  modelId: string
  /** Why nothing can be changed; null when it can. */
  readOnly: string | null
  /** What the repository holds. */
  base: { version: string | null; text: string }
  findings: Finding[]
  derived: DerivedEdge[]
  waves: NodeId[][]
  lines: Record<NodeId, number>
  history: History<Snapshot>
  keeping: Keeping
  theirs: Theirs | null
  /** The server's findings belong to an older drawing; new ones are on their way. */
  isChecking: boolean
}

export interface DocumentState {
  open: OpenDocument | null
}

export interface ToOpen {
  workspaceId: string
  path: string
  modelId: string
  readOnly: string | null
  base: { version: string | null; text: string }
  /** What the server said of the text to begin with: a draft's or the base's. */
  opened: Opened & { model: DataModel }
  theirs?: Theirs | null
}

const LOOK_MS = 120
const KEEP_MS = 500
const RETRY_MS = [1_000, 3_000, 8_000, 15_000]

/** Whether there is anything that is not in the repository. */
export const isDirty = (open: OpenDocument): boolean =>
  open.text !== open.base.text || open.model !== open.written

/** Whether the YAML is behind the drawing for a moment. */
export const isTextStale = (open: OpenDocument): boolean =>
  !open.textIsBad && open.model !== open.written

/** The one open document. Its writers are the functions of `documentActions`. */
export const documentStore = createStore<DocumentState>(() => ({ open: null }))

const get = () => documentStore.getState().open
function set(change: Partial<OpenDocument>): void {
  const open = get()
  if (open) documentStore.setState({ open: { ...open, ...change } })
}

let server: DocumentServer | null = null
let lookTimer: ReturnType<typeof setTimeout> | undefined
let keepTimer: ReturnType<typeof setTimeout> | undefined
let looking: AbortController | null = null
let failures = 0
/** The text that the server's draft holds, or that needs none. */
let kept = ''

export const documentActions = {
  open(to: ToOpen, from: DocumentServer): void {
    documentActions.close()
    server = from
    failures = 0
    const { opened, ...rest } = to
    kept = opened.text
    documentStore.setState({
      open: {
        ...rest,
        ...said(opened),
        text: opened.text,
        model: opened.model,
        written: opened.model,
        textIsBad: false,
        history: noHistory(),
        keeping:
          opened.text === to.base.text ? { state: 'clean' } : { state: 'kept', at: Date.now() },
        theirs: to.theirs ?? null,
        isChecking: false,
      },
    })
  },

  close(): void {
    stopWaiting()
    server = null
    documentStore.setState({ open: null })
  },

  /**
   * Draw. Returns whether anything changed: nothing does in a read-only document, nor while its
   * YAML cannot be read, since the drawing could not be written into it.
   *
   * @param label Names the step: "Undo <label>".
   * @param key Steps of one key that follow closely are one step (typing into a field).
   */
  edit(edit: Edit, label: string, key = ''): boolean {
    const open = get()
    if (!open || open.readOnly !== null || open.textIsBad) return false
    const model = applyEdit(open.model, edit)
    if (model === open.model) return false
    set({ model, history: stepped(open, label, key) })
    lookSoon()
    return true
  },

  /** Type YAML. Refused (false) while the text is behind the drawing or nothing may change. */
  type(text: string): boolean {
    const open = get()
    if (!open || open.readOnly !== null || isTextStale(open)) return false
    if (text === open.text) return true
    set({ text, history: stepped(open, 'edit YAML', 'yaml') })
    lookSoon()
    return true
  },

  undo(): void {
    travel(undone)
  },

  redo(): void {
    travel(redone)
  },

  /** Go back to the last text that could be read. */
  mendText(): void {
    const open = get()
    if (!open?.textIsBad) return
    const good = open.history.past.findLast((step) => !step.before.textIsBad)?.before
    const text = good && good.written === open.model ? good.text : open.base.text
    set({ text, history: stepped(open, 'go back to readable YAML', ''), textIsBad: false })
    lookSoon()
  },

  /** Wait until the server has seen and kept everything. Rejects when it does not answer. */
  async settle(): Promise<void> {
    const open = get()
    if (!open || !server) return
    clearTimeout(lookTimer)
    clearTimeout(keepTimer)
    await look()
    await keep()
  },

  /** Save to the repository as a commit. On a conflict nothing is lost: `theirs` is set. */
  async save(message: string): Promise<SaveAnswer | null> {
    await documentActions.settle()
    const open = get()
    if (!open || !server || open.readOnly !== null) return null
    const answer = await server.save(open.text, open.base.version, message)
    const now = get()
    if (!now || now.path !== open.path || now.workspaceId !== open.workspaceId) return answer
    if (answer.kind === 'conflict') {
      set({ theirs: { version: answer.version, text: answer.text, by: '' } })
      return answer
    }
    set({ base: { version: answer.version, text: answer.text }, theirs: null })
    if (!isDirty({ ...now, base: { version: answer.version, text: answer.text } })) {
      kept = now.text
      set({ keeping: { state: 'clean' } })
      // The draft says nothing that the repository does not say.
      await server.dropDraft().catch(() => undefined)
    } else lookSoon()
    return answer
  },

  /** Somebody saved the document: follow them, or say so when there are changes here. */
  async hearOf(theirs: Theirs): Promise<void> {
    const open = get()
    if (!open || !server || theirs.version === open.base.version) return
    if (isDirty(open) || open.textIsBad) {
      set({ theirs })
      return
    }
    await documentActions.adopt(theirs.text, theirs, `take over ${theirs.by || 'their'} changes`)
  },

  /**
   * Go on from another state of the repository with a text of one's own: a merge, or theirs.
   * One step to undo.
   */
  async adopt(
    text: string,
    base: { version: string | null; text: string },
    label: string,
  ): Promise<void> {
    const open = get()
    if (!open || !server) return
    const opened = await server.look(text, null, new AbortController().signal)
    const now = get()
    if (!now || now.path !== open.path) return
    const model = opened.model ? keepSame(now.model, opened.model) : now.model
    set({
      ...said(opened),
      base: { version: base.version, text: base.text },
      text: opened.text,
      model,
      written: model,
      textIsBad: opened.model === null,
      history: stepped(now, label, ''),
      theirs: null,
      isChecking: false,
    })
    await keep()
  },

  /** Put an earlier text in the place of this one, as a step like any other. */
  async replaceText(text: string, label: string): Promise<void> {
    const open = get()
    if (open) await documentActions.adopt(text, open.base, label)
  },

  /** Throw away everything that is not in the repository. */
  async discard(): Promise<void> {
    const open = get()
    if (!open || !server) return
    await documentActions.adopt(open.base.text, open.base, 'discard changes')
    kept = open.base.text
    set({ keeping: { state: 'clean' } })
    await server.dropDraft().catch(() => undefined)
  },

  setReadOnly(why: string | null): void {
    set({ readOnly: why })
  },

  /** Try again at once, because the browser says that the network is back. */
  reconnect(): void {
    const open = get()
    if (open?.keeping.state === 'offline') lookSoon(0)
  },
}

function stepped(open: OpenDocument, label: string, key: string): History<Snapshot> {
  return remember(open.history, { label, before: snapshot(open), key, at: Date.now() })
}

function snapshot({ text, model, written, textIsBad }: OpenDocument): Snapshot {
  return { text, model, written, textIsBad }
}

function travel(step: typeof undone<Snapshot>): void {
  const open = get()
  if (!open || open.readOnly !== null) return
  const found = step(open.history, snapshot(open))
  if (!found) return
  set({ ...found.value, history: found.history })
  lookSoon()
}

function said(opened: Opened) {
  return {
    findings: opened.findings,
    derived: opened.derived,
    waves: opened.waves,
    lines: opened.lines,
  }
}

function stopWaiting(): void {
  clearTimeout(lookTimer)
  clearTimeout(keepTimer)
  looking?.abort()
  looking = null
}

function lookSoon(after = LOOK_MS): void {
  set({ isChecking: true, keeping: { state: 'waiting' } })
  clearTimeout(lookTimer)
  lookTimer = setTimeout(() => {
    look().then(keepSoon, () => undefined)
  }, after)
}

/** Ask the server about the document as it is now, until the answer is about what is there. */
async function look(): Promise<void> {
  looking?.abort()
  for (;;) {
    const asked = get()
    if (!asked || !server) return
    const mine = new AbortController()
    looking = mine
    const drawn = asked.model !== asked.written && !asked.textIsBad
    let opened: Opened
    try {
      opened = await server.look(asked.text, drawn ? asked.model : null, mine.signal)
    } catch (error) {
      if (mine.signal.aborted) return
      failed(error)
      throw error
    }
    failures = 0
    const now = get()
    if (mine.signal.aborted || !now) return
    if (now.model === asked.model && now.text === asked.text) {
      settleOn(now, opened, drawn)
      return
    }
  }
}

function settleOn(now: OpenDocument, opened: Opened, drawn: boolean): void {
  if (opened.model === null) {
    // The last good drawing stays, and its derived edges with it.
    if (drawn) set({ findings: opened.findings, isChecking: false })
    else set({ findings: opened.findings, textIsBad: true, isChecking: false })
    return
  }
  const model = drawn ? now.model : keepSame(now.model, opened.model)
  set({
    ...said(opened),
    text: opened.text,
    model,
    written: model,
    textIsBad: false,
    isChecking: false,
  })
}

function keepSoon(): void {
  clearTimeout(keepTimer)
  keepTimer = setTimeout(() => {
    keep().catch(() => undefined)
  }, KEEP_MS)
}

async function keep(): Promise<void> {
  const open = get()
  if (!open || !server || open.readOnly !== null) return
  const { text } = open
  if (text === kept) {
    if (open.keeping.state === 'waiting')
      set({
        keeping: isDirty(open) ? { state: 'kept', at: Date.now() } : { state: 'clean' },
      })
    return
  }
  set({ keeping: { state: 'keeping' } })
  try {
    if (text === open.base.text) await server.dropDraft()
    else await server.keepDraft(text, open.base.version)
  } catch (error) {
    failed(error)
    throw error
  }
  kept = text
  const now = get()
  if (now && now.text === text && !isTextStale(now))
    set({ keeping: isDirty(now) ? { state: 'kept', at: Date.now() } : { state: 'clean' } })
}

/** Nothing was lost, it is only not kept yet: say so, and try again when it may help. */
function failed(error: unknown): void {
  const why = error instanceof Error ? error.message : String(error)
  const isRefused = error instanceof Error && error.name === 'Refusal'
  set({ keeping: { state: isRefused ? 'refused' : 'offline', why }, isChecking: false })
  if (isRefused) return
  const pause = RETRY_MS[Math.min(failures, RETRY_MS.length - 1)]
  failures += 1
  clearTimeout(lookTimer)
  lookTimer = setTimeout(() => {
    look().then(keepSoon, () => undefined)
  }, pause)
}

/** The new model with the old one's objects wherever they say the same: cards need no repaint. */
export function keepSame(old: DataModel, fresh: DataModel): DataModel {
  if (sameJson(old, fresh)) return old
  const nodes = new Map(old.nodes.map((node) => [node.id, node]))
  return {
    ...fresh,
    nodes: fresh.nodes.map((node) => {
      const before = nodes.get(node.id)
      return before && sameJson(before, node) ? before : node
    }),
    edges: sameJson(old.edges, fresh.edges) ? old.edges : fresh.edges,
    drawing: sameJson(old.drawing, fresh.drawing) ? old.drawing : fresh.drawing,
  }
}
