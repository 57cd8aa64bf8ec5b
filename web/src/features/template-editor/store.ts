import { parseDocument } from 'yaml'
import { createStore } from 'zustand/vanilla'
import { type History, noHistory, redone, remember, undone } from '@/document/history'
import type { Keeping, Theirs } from '@/document/store'
import { type Patch, patched } from './text/patch'
import { readFile, type Template } from './text/read'
import { itemOf, type Region, regionOf, withSource } from './text/region'

/** The text of a file with what it says about the open template. */
interface Content {
  text: string
  /** The last text that could be read: its template is shown while another one is typed. */
  template: Template
  index: number
  /** Null while the file cannot be read, or its source is written in quotes. */
  region: Region | null
  source: string
  isBroken: boolean
}

export interface OpenTemplate extends Content {
  workspaceId: string
  path: string
  /** Why nothing can be changed; null when it can. */
  readOnly: string | null
  base: { version: string | null; text: string }
  history: History<string>
  keeping: Keeping
  theirs: Theirs | null
  /** When the draft was kept that this began with; null when it began without one. */
  resumed: string | null
}

export type SaveAnswer =
  | { kind: 'saved'; version: string; text: string; commit: string }
  | { kind: 'conflict'; version: string; text: string }

/** What the open template asks of the server. */
export interface TemplateServer {
  keepDraft(text: string, base: string | null): Promise<void>
  dropDraft(): Promise<void>
  save(text: string, base: string | null, message: string): Promise<SaveAnswer>
}

export interface ToOpen {
  workspaceId: string
  path: string
  id: string
  readOnly: string | null
  base: { version: string | null; text: string }
  /** The draft's text, or the base's. */
  text: string
  theirs: Theirs | null
  resumed: string | null
}

const KEEP_MS = 500
const RETRY_MS = [1_000, 3_000, 8_000, 15_000]

export const templateStore = createStore<{ open: OpenTemplate | null }>(() => ({ open: null }))

export const isDirty = (open: OpenTemplate): boolean => open.text !== open.base.text
export const isKept = (open: OpenTemplate): boolean =>
  open.readOnly !== null || open.keeping.state === 'clean' || open.keeping.state === 'kept'

const get = () => templateStore.getState().open
function set(change: Partial<OpenTemplate>): void {
  const open = get()
  if (open) templateStore.setState({ open: { ...open, ...change } })
}

let server: TemplateServer | null = null
let timer: ReturnType<typeof setTimeout> | undefined
let failures = 0
/** The text that the draft holds, or that needs none. */
let kept = ''
/** Drafts are written one after the other, so that an older one never replaces a newer one. */
let writing: Promise<unknown> = Promise.resolve()
let leaving: Promise<unknown> = Promise.resolve()

export const templateActions = {
  /** False when neither the text nor the saved one can be read as a file with that template. */
  open(to: ToOpen, from: TemplateServer): boolean {
    templateActions.close()
    const readable = readFile(to.text, to.id, 0) ? to.text : to.base.text
    const found = readFile(readable, to.id, 0)
    if (!found) return false
    server = from
    failures = 0
    kept = to.text
    const { id: _, text, ...rest } = to
    const content = { ...found, text: readable, isBroken: false }
    templateStore.setState({
      open: {
        ...rest,
        ...(text === readable ? content : after(content, text)),
        history: noHistory(),
        keeping: text === to.base.text ? { state: 'clean' } : { state: 'kept', at: Date.now() },
      },
    })
    return true
  },

  close(): void {
    const open = get()
    const to = server
    clearTimeout(timer)
    if (open && to && !isKept(open)) leaving = writing.then(() => written(open, to))
    server = null
    templateStore.setState({ open: null })
  },

  /** Wait until what was closed is kept, before its draft is asked for again. */
  async left(): Promise<void> {
    await leaving.catch(() => undefined)
  },

  /** Type the source. Refused (false) where nothing may change. */
  typeSource(source: string): boolean {
    const open = get()
    if (!open || open.readOnly !== null || open.isBroken) return false
    if (source === open.source) return true
    const block = open.region ? { text: open.text, region: open.region } : blockFor(open)
    if (!block) return false
    const next = withSource(block.text, block.region, source)
    change({ ...open, ...next, source }, texts.source, 'source')
    return true
  },

  /** Type the whole file. */
  typeText(text: string): boolean {
    const open = get()
    if (!open || open.readOnly !== null) return false
    if (text !== open.text) change(after(open, text), texts.file, 'file')
    return true
  },

  /** Put another text in the place of this one, as a step of its own. */
  replaceText(text: string, label: string): void {
    const open = get()
    if (open && open.readOnly === null && text !== open.text) change(after(open, text), label, '')
  },

  /**
   * Change declarations. False when the file cannot be read.
   *
   * @param key Steps of one key that follow closely are one step.
   */
  patch(patches: readonly Patch[], label: string, key = ''): boolean {
    const open = get()
    if (!open || open.readOnly !== null || open.isBroken) return false
    const text = patched(open.text, open.template.id, open.index, patches)
    if (text === null) return false
    if (text !== open.text) change(after(open, text), label, key)
    return true
  },

  undo: (): void => travel(undone),
  redo: (): void => travel(redone),

  /** Save to the repository as a commit. On a conflict nothing is lost: `theirs` is set. */
  async save(message: string): Promise<SaveAnswer | null> {
    clearTimeout(timer)
    await keep()
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
    if (now.text === open.text && answer.text !== now.text) set(after(now, answer.text))
    // The draft says nothing now that the repository does not say.
    kept = ''
    await keep().catch(() => undefined)
    return answer
  },

  /** Somebody saved the file: follow them, or say so when there are changes here. */
  hearOf(theirs: Theirs): void {
    const open = get()
    if (!open || theirs.version === open.base.version) return
    if (isDirty(open)) set({ theirs })
    else templateActions.adopt(theirs.text, theirs, texts.theirs(theirs.by))
  },

  /** Go on from another state of the repository with a text of one's own. One step to undo. */
  adopt(text: string, base: { version: string | null; text: string }, label: string): void {
    const open = get()
    if (!open) return
    set({ base: { version: base.version, text: base.text }, theirs: null })
    const now = get()
    if (now) change(after(now, text), label, '')
  },

  discard(): void {
    const open = get()
    if (!open) return
    templateActions.adopt(open.base.text, open.base, texts.discard)
    set({ resumed: null })
  },

  resume: (): void => set({ resumed: null }),
  setReadOnly: (why: string | null): void => set({ readOnly: why }),
  reconnect(): void {
    if (get()?.keeping.state === 'offline') keepSoon(0)
  },
}

/** Names of steps: "Undo <label>". */
const texts = {
  source: 'typing',
  file: 'edit YAML',
  theirs: (by: string) => `take over changes${by && ` of ${by}`}`,
  discard: 'discard changes',
}

function after<T extends Content>(content: T, text: string): T {
  const found = readFile(text, content.template.id, content.index)
  return found
    ? { ...content, ...found, text, isBroken: false }
    : { ...content, text, isBroken: true }
}

/** A source in quotes becomes a block as soon as somebody types in it. */
function blockFor(open: OpenTemplate): { text: string; region: Region } | null {
  const { id } = open.template
  const several: Patch = { op: 'set', path: ['template_content'], value: 'x\nx\n' }
  const text = patched(open.text, id, open.index, [several])
  const item = text === null ? null : itemOf(parseDocument(text), id, open.index)
  const region = text !== null && item ? regionOf(text, item, 'template_content') : null
  return text !== null && region ? { text, region } : null
}

function change(next: OpenTemplate, label: string, key: string): void {
  const open = get()
  if (!open) return
  const step = { label, before: open.text, key, at: Date.now() }
  templateStore.setState({ open: { ...next, history: remember(open.history, step) } })
  keepSoon()
}

function travel(step: typeof undone<string>): void {
  const open = get()
  const found = open && open.readOnly === null ? step(open.history, open.text) : null
  if (!open || !found) return
  templateStore.setState({ open: { ...after(open, found.value), history: found.history } })
  keepSoon()
}

function keepSoon(wait = KEEP_MS): void {
  if (get()?.keeping.state !== 'offline') set({ keeping: { state: 'waiting' } })
  clearTimeout(timer)
  timer = setTimeout(() => {
    keep().catch(() => undefined)
  }, wait)
}

/** Write the draft. One that says what the repository says is none. */
function keep(): Promise<void> {
  const done = writing.then(keepNow)
  writing = done.catch(() => undefined)
  return done
}

async function keepNow(): Promise<void> {
  const open = get()
  if (!open || !server || open.readOnly !== null) return
  if (open.text !== kept) {
    set({ keeping: { state: 'keeping' } })
    try {
      await written(open, server)
    } catch (error) {
      failed(error)
      throw error
    }
    kept = open.text
    failures = 0
  }
  const now = get()
  if (now?.text !== open.text || now.path !== open.path) return
  set({ keeping: isDirty(now) ? { state: 'kept', at: Date.now() } : { state: 'clean' } })
}

const written = (open: OpenTemplate, to: TemplateServer): Promise<void> =>
  open.text === open.base.text ? to.dropDraft() : to.keepDraft(open.text, open.base.version)

/** Nothing was lost, it is only not kept yet: say so, and try again when it may help. */
function failed(error: unknown): void {
  const why = error instanceof Error ? error.message : String(error)
  const isRefused = error instanceof Error && error.name === 'Refusal'
  set({ keeping: { state: isRefused ? 'refused' : 'offline', why } })
  if (isRefused) return
  const pause = RETRY_MS[Math.min(failures, RETRY_MS.length - 1)] ?? 0
  failures += 1
  clearTimeout(timer)
  timer = setTimeout(() => {
    keep().catch(() => undefined)
  }, pause)
}
