import type * as Monaco from 'monaco-editor/editor'
import { useEffect, useRef } from 'react'
import { texts } from '@/texts'
import { monaco } from './monaco'
import { recolour, registerProviders, serve } from './providers'
import type { CodeService, LineMark, Span } from './service'
import { THEME } from './theme'
import './code.css'

export type CodeLanguage =
  | 'sql'
  | 'python'
  | 'scala'
  | 'yaml'
  | 'markdown'
  | 'shell'
  | 'plaintext'
  | (string & {})

export interface CodeMarker {
  /** From 1. */
  line: number
  column?: number
  endLine?: number
  endColumn?: number
  message: string
  severity: 'error' | 'warning' | 'info'
}

export interface EditorHandle {
  /** Put the cursor on a line and bring it into the middle. */
  goTo(line: number, focus?: boolean, column?: number): void
  focus(): void
  /** Do one of the editor's own actions, such as `editor.action.quickFix`. */
  run(action: string): void
}

export interface MonacoEditorProps {
  value: string
  /** Return false to take the change back. */
  onChange?: (value: string) => unknown
  language: CodeLanguage
  /** Read out, and shown nowhere. */
  label: string
  readOnly?: boolean
  /** Why, shown when somebody types all the same. */
  readOnlyBecause?: string
  markers?: readonly CodeMarker[]
  /** Such as `orders.model.yaml`: decides which schema helps. */
  name?: string
  /** Without numbers of lines and folding, as high as its text within the bounds. */
  inline?: { least: number; most: number }
  placeholder?: string
  wrap?: boolean
  /** Where the cursor is; only when a person moved it. */
  onCursor?: (line: number) => void
  onReady?: (handle: EditorHandle) => void
  onBlur?: () => void
  /** Answers about the words of the text. */
  service?: CodeService
  /** Signs in the margin. */
  marks?: readonly LineMark[]
  /** Characters that stand out. */
  lit?: readonly Span[]
  /** Where the pointer is pressed. */
  onSpot?: (at: { line: number; column: number }) => void
  /** The text belongs to a history that is larger than the editor's own. */
  onUndo?: () => void
  onRedo?: () => void
}

const SEVERITY = {
  error: monaco.MarkerSeverity.Error,
  warning: monaco.MarkerSeverity.Warning,
  info: monaco.MarkerSeverity.Info,
}
/** Of all models: pairs in many colours would drown those that mean something. */
const QUIET: object = { 'bracketPairColorization.enabled': false }
let count = 0

export default function MonacoEditor(props: MonacoEditorProps) {
  const host = useRef<HTMLDivElement>(null)
  const editor = useRef<Monaco.editor.IStandaloneCodeEditor | null>(null)
  const now = useRef(props)
  now.current = props
  const isFollowing = useRef(false)
  const isStepping = useRef(false)
  const { value, language, markers, readOnly, readOnlyBecause, label, service, marks, lit } = props

  useEffect(() => {
    if (!host.current) return
    const { name, inline, placeholder, wrap, onReady } = now.current
    count += 1
    const model = monaco.editor.createModel(
      now.current.value,
      now.current.language,
      monaco.Uri.parse(`file:///${count}/${encodeURIComponent(name ?? 'text')}`),
    )
    const made = monaco.editor.create(host.current, {
      model,
      theme: THEME,
      automaticLayout: true,
      // A text area is known as a field by everybody who listens for keys; an edit context is not,
      // and the canvas would take the space bar.
      editContext: false,
      readOnly: now.current.readOnly,
      ariaLabel: now.current.label,
      fontFamily: "'JetBrains Mono Variable', ui-monospace, monospace",
      fontSize: inline ? 12 : 13,
      lineHeight: inline ? 18 : 20,
      minimap: { enabled: false },
      scrollBeyondLastLine: false,
      overviewRulerLanes: inline ? 0 : 2,
      overviewRulerBorder: false,
      hideCursorInOverviewRuler: true,
      fixedOverflowWidgets: true,
      tabSize: 2,
      wordWrap: wrap ? 'on' : 'off',
      padding: { top: 6, bottom: 6 },
      placeholder,
      renderLineHighlight: inline ? 'none' : 'line',
      renderLineHighlightOnlyWhenFocus: true,
      lineNumbers: inline ? 'off' : 'on',
      lineNumbersMinChars: 3,
      folding: !inline,
      glyphMargin: false,
      lineDecorationsWidth: inline ? 6 : 10,
      scrollbar: inline
        ? { alwaysConsumeMouseWheel: false, verticalScrollbarSize: 8, horizontalScrollbarSize: 8 }
        : { verticalScrollbarSize: 10, horizontalScrollbarSize: 10 },
      stickyScroll: { enabled: false },
      ...QUIET,
      'semanticHighlighting.enabled': true,
      unicodeHighlight: { ambiguousCharacters: false },
      quickSuggestions: !inline,
      // Tab leaves a field of a form, as in every other one.
      tabFocusMode: Boolean(inline),
    })
    editor.current = made
    registerProviders()
    /** Where a name is made may be outside of this text: then the service goes there itself. */
    const define = (at: { line: number; column: number }) => {
      now.current.service?.define?.(at, new AbortController().signal).then(
        (found) => {
          if (!found || model.isDisposed()) return
          made.setPosition({ lineNumber: found.line, column: found.column })
          made.revealLineInCenterIfOutsideViewport(found.line)
          made.focus()
        },
        () => undefined,
      )
    }
    if (now.current.service?.define)
      made.addAction({
        id: 'lakewright.define',
        label: texts.ui.define,
        keybindings: [monaco.KeyCode.F12],
        keybindingContext: 'editorTextFocus',
        contextMenuGroupId: 'navigation',
        run: () => {
          const at = made.getPosition()
          if (at) define({ line: at.lineNumber, column: at.column })
        },
      })
    const unserve = serve(model, () => now.current.service)
    if (now.current.onUndo) steps(made, now, isStepping)
    const resize = () => {
      if (!inline || !host.current) return
      const height = Math.min(inline.most, Math.max(inline.least, made.getContentHeight()))
      host.current.style.height = `${height}px`
    }
    resize()
    const listening = [
      made.onDidContentSizeChange(resize),
      model.onDidChangeContent(() => {
        if (isFollowing.current) return
        const taken = now.current.onChange?.(model.getValue())
        if (taken === false) follow(made, now.current.value, isFollowing)
      }),
      made.onDidChangeCursorPosition((event) => {
        if (event.reason === monaco.editor.CursorChangeReason.Explicit || made.hasTextFocus())
          if (!isFollowing.current) now.current.onCursor?.(event.position.lineNumber)
      }),
      made.onDidBlurEditorText(() => now.current.onBlur?.()),
      made.onMouseDown(({ target, event }) => {
        if (target.type !== monaco.editor.MouseTargetType.CONTENT_TEXT) return
        const { lineNumber: line, column } = target.position
        if (event.ctrlKey || event.metaKey) define({ line, column })
        else now.current.onSpot?.({ line, column })
      }),
    ]
    onReady?.({
      goTo(line, focus = true, column = 0) {
        const at = Math.min(Math.max(1, line), model.getLineCount())
        isFollowing.current = true
        made.setPosition({
          lineNumber: at,
          column: column || model.getLineFirstNonWhitespaceColumn(at) || 1,
        })
        isFollowing.current = false
        made.revealLineInCenterIfOutsideViewport(at)
        if (focus) made.focus()
      },
      focus: () => made.focus(),
      run(action) {
        made.focus()
        made.trigger('app', action, null)
      },
    })
    return () => {
      unserve()
      for (const one of listening) one.dispose()
      made.dispose()
      model.dispose()
      editor.current = null
    }
  }, [])

  useEffect(() => {
    if (editor.current) follow(editor.current, value, isFollowing, isStepping.current)
    isStepping.current = false
  }, [value])

  useEffect(() => {
    if (service?.tokens) recolour()
  }, [service])

  const drawn = useRef<Monaco.editor.IEditorDecorationsCollection | null>(null)
  useEffect(() => {
    if (!editor.current) return
    drawn.current ??= editor.current.createDecorationsCollection()
    drawn.current.set([...(marks ?? []).map(marked), ...(lit ?? []).map(shining)])
  }, [marks, lit])

  useEffect(() => {
    editor.current?.updateOptions({
      readOnly,
      ariaLabel: label,
      readOnlyMessage: readOnlyBecause ? { value: readOnlyBecause } : undefined,
    })
  }, [readOnly, readOnlyBecause, label])

  useEffect(() => {
    const model = editor.current?.getModel()
    if (model) monaco.editor.setModelLanguage(model, language)
  }, [language])

  useEffect(() => {
    const model = editor.current?.getModel()
    if (!model) return
    monaco.editor.setModelMarkers(
      model,
      'server',
      (markers ?? []).map((marker) => {
        const line = Math.min(Math.max(1, marker.line), model.getLineCount())
        const endLine = Math.min(marker.endLine ?? line, model.getLineCount())
        return {
          message: marker.message,
          severity: SEVERITY[marker.severity],
          startLineNumber: line,
          startColumn: marker.column ?? (model.getLineFirstNonWhitespaceColumn(line) || 1),
          endLineNumber: endLine,
          endColumn: marker.endColumn ?? model.getLineMaxColumn(endLine),
        }
      }),
    )
  }, [markers])

  return <div ref={host} className="h-full w-full" />
}

const marked = (mark: LineMark): Monaco.editor.IModelDeltaDecoration => ({
  range: new monaco.Range(mark.line, 1, mark.line, 1),
  options: {
    linesDecorationsClassName: `code-mark-${mark.kind}`,
    linesDecorationsTooltip: mark.message,
  },
})

const shining = (span: Span): Monaco.editor.IModelDeltaDecoration => ({
  range: new monaco.Range(span.line, span.column, span.endLine, span.endColumn),
  options: { className: 'code-printed' },
})

/** Undo and redo are the owner's: the text is only a part of what they take back. */
function steps(
  editor: Monaco.editor.IStandaloneCodeEditor,
  now: { current: MonacoEditorProps },
  isStepping: { current: boolean },
): void {
  const { KeyCode, KeyMod } = monaco
  const add = (id: string, keybindings: number[], run: () => void) =>
    editor.addAction({
      id,
      label: id,
      keybindings,
      keybindingContext: 'editorTextFocus',
      run: () => {
        isStepping.current = true
        run()
      },
    })
  add('lakewright.undo', [KeyMod.CtrlCmd | KeyCode.KeyZ], () => now.current.onUndo?.())
  add(
    'lakewright.redo',
    [KeyMod.CtrlCmd | KeyMod.Shift | KeyCode.KeyZ, KeyMod.CtrlCmd | KeyCode.KeyY],
    () => now.current.onRedo?.(),
  )
}

/** Make the editor show a text, changing no more of it than differs: the cursor stays. */
function follow(
  editor: Monaco.editor.IStandaloneCodeEditor,
  text: string,
  isFollowing: { current: boolean },
  isStepping = false,
): void {
  const model = editor.getModel()
  if (!model) return
  // The editor's lines all end alike; a text of Windows is the same text.
  const old = model.getValue()
  const next = text.replace(/\r\n?/g, '\n')
  if (old.replace(/\r\n?/g, '\n') === next) return
  let start = 0
  while (start < old.length && start < next.length && old[start] === next[start]) start += 1
  let end = 0
  while (
    end < old.length - start &&
    end < next.length - start &&
    old[old.length - 1 - end] === next[next.length - 1 - end]
  )
    end += 1
  const from = model.getPositionAt(start)
  const to = model.getPositionAt(old.length - end)
  isFollowing.current = true
  model.applyEdits([
    {
      range: monaco.Range.fromPositions(from, to),
      text: next.slice(start, next.length - end),
    },
  ])
  // The cursor goes where something was taken back.
  if (isStepping) {
    const place = model.getPositionAt(next.length - end)
    editor.setPosition(place)
    editor.revealPositionInCenterIfOutsideViewport(place)
  }
  isFollowing.current = false
}
