import { createStore } from 'zustand/vanilla'
import { applyEdit, type Edit, sameJson } from './edit'
import { type History, noHistory, redone, remember, undone } from './history'
import { type DataModel, emptyModel, type NodeId } from './model'
import type { DerivedEdge, DocumentServer, Finding, Opened, SaveAnswer } from './server'

/** What undo goes back to. */
interface Snapshot {
  text: string
  model: DataModel
  /** The model that `readable` holds: the same object as `model` when nothing was drawn since. */
  written: DataModel
  /**
   * The last text that was read. Differs from `text` while somebody types and nobody has read.
   * Null: none yet, since the document was opened to be mended; the drawing is empty.
   */
  readable: string | null
  /** `text` was read and holds no model; the drawing is that of `readable`. */
  textIsBad: boolean
  /** Drawn while typed text was unread: done again on what the text turns out to hold. */
  pending: readonly Edit[]
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
  /** When the draft was kept that the document began with; null when it began without one. */
  resumed: string | null
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
  opened: Opened
  theirs?: Theirs | null
  /** When the draft that `opened` is was kept. */
  resumed?: string | null
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

/** Whether there is a drawing: not while no text of the document could be read yet. */
export const isDrawn = (open: OpenDocument): boolean => open.readable !== null

/** Whether all that a person made is in the repository or in a draft. */
export const isKept = (open: OpenDocument): boolean =>
  open.readOnly !== null || open.keeping.state === 'clean' || open.keeping.state === 'kept'

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
let underWay: Promise<boolean> | null = null
let failures = 0
/** The text that the server's draft holds, or that needs none. */
let kept = ''
/** Drafts are written one after the other, so that an older one never replaces a newer one. */
let writing: Promise<unknown> = Promise.resolve()
/** What was still to be kept when a document was closed. */
let leaving: Promise<unknown> = Promise.resolve()

export const documentActions = {
  open(to: ToOpen, from: DocumentServer): void {
    documentActions.close()
    server = from
    failures = 0
    const { opened, ...rest } = to
    kept = opened.text
    const model = opened.model ?? emptyModel(to.modelId, '')
    documentStore.setState({
      open: {
        ...rest,
        ...said(opened),
        text: opened.text,
        model,
        written: model,
        readable: opened.model && opened.text,
        textIsBad: opened.model === null,
        pending: [],
        history: noHistory(),
        keeping:
          opened.text === to.base.text ? { state: 'clean' } : { state: 'kept', at: Date.now() },
        theirs: to.theirs ?? null,
        resumed: to.resumed ?? null,
        isChecking: false,
      },
    })
  },

  /** Let go of the document. What is not kept yet is kept on the way out: see `left`. */
  close(): void {
    const open = get()
    if (open && server && !isKept(open)) leaving = keepOnLeaving(open, server)
    stopWaiting()
    server = null
    documentStore.setState({ open: null })
  },

  /** Wait until what was closed is kept, before its draft is asked for again. */
  async left(): Promise<void> {
    await leaving.catch(() => undefined)
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
    const pending = open.text === open.readable ? [] : [...open.pending, edit]
    set({ model, pending, history: stepped(open, label, key) })
    lookSoon()
    return true
  },

  /**
   * Type YAML. Refused (false) while the text is behind the drawing or nothing may change.
   *
   * @param label Names what is a step of its own; typing has none.
   */
  type(text: string, label = ''): boolean {
    const open = get()
    if (!open || open.readOnly !== null || isTextStale(open)) return false
    if (text === open.text) return true
    set({ text, history: stepped(open, label || 'edit YAML', label ? '' : 'yaml') })
    lookSoon()
    return true
  },

  undo(): void {
    travel(undone)
  },

  redo(): void {
    travel(redone)
  },

  /** Go back to the last text that could be read, if any, with everything drawn since. */
  mendText(): void {
    const open = get()
    if (!open?.textIsBad || open.readable === null || open.readOnly !== null) return
    set({
      text: open.readable,
      textIsBad: false,
      pending: [],
      history: stepped(open, 'go back to readable YAML', ''),
    })
    lookSoon()
  },

  /** Wait until the server has seen and kept everything. Rejects when it does not answer. */
  async settle(): Promise<void> {
    clearTimeout(keepTimer)
    for (;;) {
      const open = get()
      if (!open || !server) return
      if (!open.isChecking && open.text === open.readable && !isTextStale(open)) break
      if (!open.isChecking && open.textIsBad) break
      clearTimeout(lookTimer)
      // One that is on its way is waited for: two that stop each other would never end.
      if (await (underWay ?? look())) continue
      if (isStuck(get())) throw new Error(stuckBecause(get()))
    }
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
    set({ base: { version: answer.version, text: answer.text }, theirs: null, resumed: null })
    // The draft says nothing that the repository does not say, unless somebody went on meanwhile.
    if (isDirty({ ...now, base: { version: answer.version, text: answer.text } })) lookSoon(0)
    else await keep({ again: true }).catch(() => undefined)
    return answer
  },

  /** Somebody saved the document: follow them, or say so when there are changes here. */
  async hearOf(theirs: Theirs): Promise<void> {
    const open = get()
    if (!open || !server || theirs.version === open.base.version) return
    if (isDirty(open)) {
      set({ theirs })
      return
    }
    const opened = await server.look(theirs.text, null, new AbortController().signal)
    const now = get()
    if (!now || now.path !== open.path || now.workspaceId !== open.workspaceId) return
    if (theirs.version === now.base.version) return
    // Somebody began to draw while we looked: theirs must not replace that.
    if (isDirty(now)) set({ theirs })
    else await take(now, opened, theirs, `take over changes${theirs.by && ` of ${theirs.by}`}`)
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
    if (!now || now.path !== open.path || now.workspaceId !== open.workspaceId) return
    await take(now, opened, base, label)
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
    set({ resumed: null })
  },

  /** Go on with the draft that was found on opening. */
  resume(): void {
    set({ resumed: null })
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

function snapshot(open: OpenDocument): Snapshot {
  const { text, model, written, readable, textIsBad, pending } = open
  return { text, model, written, readable, textIsBad, pending }
}

/** Put what the server said of another text in the place of what is there, as one step. */
async function take(
  now: OpenDocument,
  opened: Opened,
  base: { version: string | null; text: string },
  label: string,
): Promise<void> {
  stopWaiting()
  const model = opened.model ? keepSame(now.model, opened.model) : now.model
  set({
    ...(opened.model ? said(opened) : { findings: opened.findings }),
    base: { version: base.version, text: base.text },
    text: opened.text,
    model,
    written: opened.model ? model : now.written,
    readable: opened.model ? opened.text : now.readable,
    textIsBad: opened.model === null,
    pending: [],
    history: stepped(now, label, ''),
    theirs: null,
    isChecking: false,
  })
  await keep()
}

/** Drawn, and refused by the codec: saving would leave the drawing behind. */
const isStuck = (open: OpenDocument | null): boolean =>
  open !== null && !open.isChecking && isTextStale(open)

const stuckBecause = (open: OpenDocument | null): string =>
  open?.findings.find((finding) => finding.severity === 'error')?.problem ??
  'The drawing cannot be written into the YAML.'

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
  underWay = null
}

function lookSoon(after = LOOK_MS): void {
  const open = get()
  // Still offline until something was kept: the sign shall not flicker with each try.
  const isOffline = open?.keeping.state === 'offline'
  set({ isChecking: true, ...(isOffline ? {} : { keeping: { state: 'waiting' } }) })
  clearTimeout(lookTimer)
  lookTimer = setTimeout(lookAndKeep, after)
}

function lookAndKeep(): void {
  look().then(
    (seen) => {
      if (seen) keepSoon()
    },
    () => undefined,
  )
}

/**
 * Ask the server about the document as it is now, until the answer is about what is there: first
 * what typed text holds, then the drawing written into the text.
 *
 * @returns Whether the end was reached; not when a younger look took over, or the text cannot
 *   take the drawing.
 */
function look(): Promise<boolean> {
  looking?.abort()
  looking = new AbortController()
  const mine = lookUntilSeen(looking).finally(() => {
    if (underWay === mine) underWay = null
  })
  underWay = mine
  return mine
}

async function lookUntilSeen(mine: AbortController): Promise<boolean> {
  for (;;) {
    const asked = get()
    if (!asked || !server) return false
    const isUnread = asked.text !== asked.readable
    const drawn = !isUnread && asked.model !== asked.written
    let opened: Opened
    try {
      opened = await server.look(asked.text, drawn ? asked.model : null, mine.signal)
    } catch (error) {
      if (mine.signal.aborted) return false
      failed(error)
      throw error
    }
    const now = get()
    if (mine.signal.aborted || !now) return false
    failures = 0
    if (now.text !== asked.text || now.readable !== asked.readable) continue
    if (isUnread) {
      read(now, opened)
      if (get()?.textIsBad === false && isTextStale(get() ?? now)) continue
      return true
    }
    if (now.model !== asked.model) continue
    return drawn ? wrote(now, opened) : refreshed(now, opened)
  }
}

/** Typed text was read: what was drawn meanwhile is drawn on what it holds. */
function read(now: OpenDocument, opened: Opened): void {
  if (opened.model === null) {
    // The last good drawing stays, and its derived edges with it.
    set({ findings: opened.findings, textIsBad: true, isChecking: false })
    return
  }
  const written = keepSame(now.written, opened.model)
  const model = now.pending.reduce(applyEdit, written)
  set({
    ...said(opened),
    text: opened.text,
    readable: opened.text,
    model,
    written,
    pending: [],
    textIsBad: false,
    isChecking: model !== written,
  })
}

/** The drawing was written into the text, or could not be. */
function wrote(now: OpenDocument, opened: Opened): boolean {
  if (opened.model === null) {
    set({ findings: opened.findings, isChecking: false })
    set({ keeping: { state: 'refused', why: stuckBecause(get()) } })
    return false
  }
  set({
    ...said(opened),
    text: opened.text,
    readable: opened.text,
    written: now.model,
    textIsBad: false,
    isChecking: false,
  })
  return true
}

/** Nothing had changed since the last time; what is said of it may have. */
function refreshed(now: OpenDocument, opened: Opened): boolean {
  if (opened.model === null) set({ findings: opened.findings, isChecking: false })
  else set({ ...said(opened), isChecking: false, textIsBad: now.textIsBad })
  return true
}

function keepSoon(): void {
  clearTimeout(keepTimer)
  keepTimer = setTimeout(() => {
    keep().catch(() => undefined)
  }, KEEP_MS)
}

/** Write the draft. One that says what the repository says is none. */
function keep({ again = false } = {}): Promise<void> {
  const done = writing.then(() => keepNow(again))
  writing = done.catch(() => undefined)
  return done
}

async function keepNow(again: boolean): Promise<void> {
  const open = get()
  if (!open || !server || open.readOnly !== null) return
  const { text } = open
  if (text !== kept || again) {
    set({ keeping: { state: 'keeping' } })
    try {
      if (text === open.base.text) await server.dropDraft()
      else await server.keepDraft(text, open.base.version)
    } catch (error) {
      if (get()?.path === open.path) failed(error)
      throw error
    }
    kept = text
  }
  const now = get()
  if (!now || now.path !== open.path || now.text !== text || isTextStale(now)) return
  set({ keeping: isDirty(now) ? { state: 'kept', at: Date.now() } : { state: 'clean' } })
}

/** Keep what a closed document still had, without the store. */
async function keepOnLeaving(open: OpenDocument, to: DocumentServer): Promise<void> {
  await writing
  let { text } = open
  if (isTextStale(open)) {
    const { signal } = new AbortController()
    let model = open.model
    if (open.text !== open.readable) {
      const read = await to.look(open.text, null, signal)
      if (read.model) model = open.pending.reduce(applyEdit, read.model)
    }
    const opened = await to.look(open.text, model, signal)
    if (opened.model) text = opened.text
  }
  if (text === open.base.text) await to.dropDraft()
  else await to.keepDraft(text, open.base.version)
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
  lookTimer = setTimeout(lookAndKeep, pause)
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
