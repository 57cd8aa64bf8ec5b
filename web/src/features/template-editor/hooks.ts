import { useEffect, useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { Refusal } from '@/api/refusal'
import type { FindingReply, PreviewReply, TextFindingReply } from '@/api/schema.gen'
import { askFindings, askPreview } from './asks'
import { type OpenTemplate, templateStore } from './store'
import { allVariables, type Template } from './text/read'
import { useView } from './view'

export function useTemplate<T>(choose: (open: OpenTemplate) => T, otherwise: T): T {
  return useStore(templateStore, ({ open }) => (open ? choose(open) : otherwise))
}

/** The values and variations of the preview that the template still has. */
export function useTried(template: Template | null) {
  const variations = useView((state) => state.variations)
  const values = useView((state) => state.values)
  return useMemo(() => {
    const ids = new Set(template?.variations.map(({ id }) => id))
    const on = Object.fromEntries(Object.entries(variations).filter(([id]) => ids.has(id)))
    const active = new Set(
      template
        ? allVariables(template, ({ id, enabled }) => on[id] ?? enabled).map(({ name }) => name)
        : [],
    )
    const own = Object.fromEntries(Object.entries(values).filter(([name]) => active.has(name)))
    return { variations: on, values: own }
  }, [template, variations, values])
}

export interface Shown {
  /** The last text that was printed. */
  text: string
  /** Nothing was printed for what is there now; `text` is older. */
  isBroken: boolean
  /** Something newer is being printed. */
  isWaiting: boolean
  findings: readonly FindingReply[]
  /** What each variable was when it was printed. */
  bindings: Readonly<Record<string, unknown>>
  /** How long the last answer took, in milliseconds. */
  took: number
  /** What printed each piece of `text`; empty until it is known. */
  spans: PreviewReply['spans']
}

const NOTHING: Shown = {
  text: '',
  isBroken: false,
  isWaiting: true,
  findings: [],
  bindings: {},
  took: 0,
  spans: [],
}
/** A pause in typing after which it is asked which line printed what. */
const CALM_MS = 400

/**
 * What the template prints, as one types: at most one question is under way, and the newest text
 * is asked about as soon as it is answered. So no key waits for a timer, and none for a queue.
 */
export function usePreview(): Shown {
  const text = useTemplate((open) => open.text, '')
  const workspaceId = useTemplate((open) => open.workspaceId, '')
  const template = useTemplate<Template | null>((open) => open.template, null)
  const { variations, values } = useTried(template)
  const [shown, setShown] = useState<Shown>(NOTHING)
  const loop = useRef<PreviewLoop | null>(null)
  useEffect(() => {
    const made = new PreviewLoop(setShown)
    loop.current = made
    return () => made.stop()
  }, [])
  useEffect(() => {
    if (template)
      loop.current?.ask({ workspaceId, text, template: template.id, values, variations })
  }, [workspaceId, text, template, values, variations])
  return shown
}

type Question = Parameters<typeof askPreview>[1] & { workspaceId: string }

class PreviewLoop {
  private next: Question | null = null
  private isUnderWay = false
  private calm: ReturnType<typeof setTimeout> | undefined
  private stopped = new AbortController()
  private readonly tell: (change: (before: Shown) => Shown) => void

  constructor(tell: (change: (before: Shown) => Shown) => void) {
    this.tell = tell
  }

  ask(question: Question): void {
    clearTimeout(this.calm)
    this.next = question
    this.tell((before) => (before.isWaiting ? before : { ...before, isWaiting: true }))
    if (!this.isUnderWay) void this.run()
  }

  stop(): void {
    clearTimeout(this.calm)
    this.next = null
    this.stopped.abort()
  }

  private async run(): Promise<void> {
    this.isUnderWay = true
    while (this.next) {
      const question = this.next
      this.next = null
      const began = performance.now()
      const answer = await this.answerTo(question)
      if (this.stopped.signal.aborted) break
      const took = Math.round(performance.now() - began)
      const isNewest = this.next === null
      this.tell((before) => shownAfter(before, answer, took, !isNewest))
      if (isNewest && answer.text !== null) this.traceSoon(question)
    }
    this.isUnderWay = false
  }

  private async answerTo(question: Question): Promise<Answer> {
    const { workspaceId, ...tried } = question
    try {
      const { text, diagnostics, spans, bindings } = await askPreview(
        workspaceId,
        tried,
        this.stopped.signal,
      )
      const failed = text === '' && diagnostics.some(({ severity }) => severity === 'error')
      return { text: failed ? null : text, findings: diagnostics, spans, bindings }
    } catch (error) {
      return { text: null, findings: [findingOf(error)], spans: [], bindings: {} }
    }
  }

  /** Tracing is what makes rendering slow, so it waits for a pause. */
  private traceSoon(question: Question): void {
    this.calm = setTimeout(async () => {
      const { text, spans } = await this.answerTo({ ...question, traced: true })
      if (this.stopped.signal.aborted || this.next || this.isUnderWay) return
      this.tell((before) => (before.text === text ? { ...before, spans } : before))
    }, CALM_MS)
  }
}

interface Answer {
  text: string | null
  findings: readonly FindingReply[]
  spans: PreviewReply['spans']
  bindings: Readonly<Record<string, unknown>>
}

export function shownAfter(
  before: Shown,
  { text, findings, bindings }: Answer,
  took: number,
  isWaiting: boolean,
): Shown {
  if (text === null) return { ...before, isBroken: true, isWaiting, findings, took }
  const spans = text === before.text ? before.spans : []
  return { text, isBroken: false, isWaiting, findings, bindings, took, spans }
}

function findingOf(error: unknown): FindingReply {
  return {
    rule: 'preview',
    severity: 'error',
    problem: error instanceof Error ? error.message : String(error),
    remedy: error instanceof Refusal ? error.remedy : '',
    where: { file: '', line: 0, column: 0, node: '', property: '' },
    fixes: [],
  } as FindingReply
}

const LOOK_MS = 150

export interface Findings {
  list: readonly TextFindingReply[]
  /** The text that they are about: places in another one would be others. */
  of: string
}

/** What the rules say about the file, with what mends it. The last answer stays meanwhile. */
export function useFindings(): Findings {
  const text = useTemplate((open) => open.text, '')
  const path = useTemplate((open) => open.path, '')
  const workspaceId = useTemplate((open) => open.workspaceId, '')
  const [found, setFound] = useState<Findings>({ list: [], of: '' })
  useEffect(() => {
    if (!workspaceId) return
    const stop = new AbortController()
    const timer = setTimeout(() => {
      askFindings(workspaceId, path, text, stop.signal).then(
        (list) => {
          if (!stop.signal.aborted) setFound({ list, of: text })
        },
        // The preview and the draft say so when nobody answers.
        () => undefined,
      )
    }, LOOK_MS)
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [text, path, workspaceId])
  return found
}
