/** Monaco's questions, handed to the service of the text that they are about. */
import type * as Monaco from 'monaco-editor/editor'
import { blockAt } from './blocks'
import { registerTemplateLanguages, TEMPLATE_LANGUAGES } from './jinja'
import { monaco } from './monaco'
import type { At, CodeService, Span } from './service'

type Model = Monaco.editor.ITextModel

const services = new Map<string, () => CodeService | undefined>()
const changed = new monaco.Emitter<void>()

/** Who answers about a text. Returns what ends it. */
export function serve(model: Model, service: () => CodeService | undefined): () => void {
  const name = model.uri.toString()
  services.set(name, service)
  return () => services.delete(name)
}

/** What is declared elsewhere has changed, so that words may have another colour. */
export const recolour = (): void => changed.fire()

const of = (model: Model): CodeService => services.get(model.uri.toString())?.() ?? {}
const at = (position: Monaco.IPosition): At => ({
  line: position.lineNumber,
  column: position.column,
})
const rangeOf = (span: Span): Monaco.IRange => ({
  startLineNumber: span.line,
  startColumn: span.column,
  endLineNumber: span.endLine,
  endColumn: span.endColumn,
})
const spanOf = (range: Monaco.IRange): Span => ({
  line: range.startLineNumber,
  column: range.startColumn,
  endLine: range.endLineNumber,
  endColumn: range.endColumn,
})

/** Ends a question when the editor no longer waits for its answer. No answer is no fault here. */
async function ask<T>(
  token: Monaco.CancellationToken,
  question: ((signal: AbortSignal) => Promise<T>) | undefined | false,
): Promise<T | null> {
  if (!question || token.isCancellationRequested) return null
  const stop = new AbortController()
  const listening = token.onCancellationRequested(() => stop.abort())
  try {
    return await question(stop.signal)
  } catch {
    return null
  } finally {
    listening.dispose()
  }
}

const { languages } = monaco
const Kind = languages.CompletionItemKind
const KINDS: Readonly<Record<string, Monaco.languages.CompletionItemKind>> = {
  variable: Kind.Variable,
  local: Kind.Variable,
  filter: Kind.Function,
  test: Kind.Operator,
  function: Kind.Function,
  macro: Kind.Method,
  keyword: Kind.Keyword,
  tag: Kind.Keyword,
  property: Kind.Property,
  field: Kind.Field,
  variation: Kind.EnumMember,
  snippet: Kind.Snippet,
  file: Kind.File,
  value: Kind.Value,
  type: Kind.TypeParameter,
}

/** The kinds of words, in the order in which Monaco is told them. */
export const WORD_KINDS = [
  'delimiter',
  'keyword',
  'variable',
  'local',
  'unknown',
  'property',
  'filter',
  'test',
  'macro',
  'string',
  'number',
  'operator',
  'comment',
  'hostKeyword',
  'hostString',
  'hostNumber',
  'hostComment',
  'hostType',
] as const
const TOKEN_TYPES = WORD_KINDS.map((kind) => `template-${kind}`)

let isReady = false

export function registerProviders(): void {
  if (isReady) return
  isReady = true
  registerTemplateLanguages(monaco)
  monaco.editor.registerCommand('lakewright.apply', (_, apply: () => void) => apply())

  languages.registerHoverProvider('*', {
    async provideHover(model, position, token) {
      const { hover } = of(model)
      const found = await ask(token, hover && ((signal) => hover(at(position), signal)))
      return (
        found && { range: rangeOf(found.span), contents: found.lines.map((value) => ({ value })) }
      )
    },
  })
  const templates = TEMPLATE_LANGUAGES
  languages.registerCompletionItemProvider(templates, {
    triggerCharacters: ['{', ' ', '|', '.', '%', '"', "'"],
    async provideCompletionItems(model, position, context, token) {
      const { complete } = of(model)
      const before = model.getLineContent(position.lineNumber).slice(0, position.column - 1)
      // A space says something only inside of `{{ }}` or behind a bar.
      const isSpace = context.triggerCharacter === ' '
      if (isSpace && !/(?:\{[{%][-+]?|\||\bis|\bnot|\bin) $/.test(before)) return null
      const found = await ask(token, complete && ((signal) => complete(at(position), signal)))
      return {
        suggestions: (found ?? []).map((one) => ({
          label: { label: one.label, description: one.detail },
          kind: KINDS[one.kind] ?? Kind.Text,
          documentation: one.about,
          insertText: one.text,
          range: rangeOf(one.span),
          sortText: String(one.rank).padStart(6, '0') + one.label,
        })),
      }
    },
  })
  languages.registerReferenceProvider(templates, {
    async provideReferences(model, position, _, token) {
      const { refer } = of(model)
      const found = await ask(token, refer && ((signal) => refer(at(position), signal)))
      return (found ?? []).map((span) => ({ uri: model.uri, range: rangeOf(span) }))
    },
  })
  languages.registerDocumentHighlightProvider(templates, {
    async provideDocumentHighlights(model, position, token) {
      const tags = blockAt(model.getValue(), model.getOffsetAt(position))
      if (tags.length > 1)
        return tags.map((tag) => ({
          range: monaco.Range.fromPositions(
            model.getPositionAt(tag.start),
            model.getPositionAt(tag.end),
          ),
          kind: languages.DocumentHighlightKind.Text,
        }))
      const { refer } = of(model)
      const found = await ask(token, refer && ((signal) => refer(at(position), signal)))
      return (found ?? []).map((span) => ({ range: rangeOf(span) }))
    },
  })
  languages.registerRenameProvider(templates, {
    async provideRenameEdits(model, position, name, token) {
      const { rename } = of(model)
      if (!rename) return { edits: [] }
      const stop = new AbortController()
      token.onCancellationRequested(() => stop.abort())
      try {
        await rename(at(position), name, stop.signal)
      } catch (error) {
        return { edits: [], rejectReason: error instanceof Error ? error.message : String(error) }
      }
      // The service has changed the text, and what is declared elsewhere with it.
      return { edits: [] }
    },
  })
  languages.registerFoldingRangeProvider(templates, {
    async provideFoldingRanges(model, _, token) {
      const { fold } = of(model)
      const found = await ask(token, fold && ((signal) => fold(signal)))
      return (found ?? []).map(({ first, last }) => ({ start: first, end: last }))
    },
  })
  languages.registerDocumentFormattingEditProvider(templates, {
    async provideDocumentFormattingEdits(model, _, token) {
      const { format } = of(model)
      const found = await ask(token, format && ((signal) => format(signal)))
      return (found ?? []).map(({ span, text }) => ({ range: rangeOf(span), text }))
    },
  })
  languages.registerCodeActionProvider(templates, {
    async provideCodeActions(model, range, context, token) {
      const { offer } = of(model)
      const found = await ask(token, offer && ((signal) => offer(spanOf(range), signal)))
      const wanted = context.only
      const actions = (found ?? [])
        .map((one) => ({
          title: one.title,
          kind: one.isFix ? 'quickfix' : 'refactor',
          isPreferred: one.isPreferred,
          command: { id: 'lakewright.apply', title: one.title, arguments: [one.apply] },
        }))
        .filter(({ kind }) => !wanted || kind.startsWith(wanted))
      return { actions, dispose: () => undefined }
    },
  })
  languages.registerDocumentSemanticTokensProvider(templates, {
    onDidChange: changed.event,
    getLegend: () => ({ tokenTypes: TOKEN_TYPES, tokenModifiers: [] }),
    async provideDocumentSemanticTokens(model, _, token) {
      const { tokens } = of(model)
      const found = await ask(token, tokens && ((signal) => tokens(signal)))
      return found && { data: relative(found.legend, found.data) }
    },
    releaseDocumentSemanticTokens: () => undefined,
  })
}

/** Each word by its distance from the one before, as Monaco wants them. */
export function relative(legend: readonly string[], data: readonly number[]): Uint32Array {
  const made: number[] = []
  let [lastLine, lastColumn] = [1, 1]
  for (let place = 0; place + 3 < data.length; place += 4) {
    const [line = 1, column = 1, length = 0, kind = 0] = data.slice(place, place + 4)
    const type = WORD_KINDS.indexOf((legend[kind] ?? '') as (typeof WORD_KINDS)[number])
    if (type < 0) continue
    made.push(
      line - lastLine,
      line === lastLine ? column - lastColumn : column - 1,
      length,
      type,
      0,
    )
    lastLine = line
    lastColumn = column
  }
  return new Uint32Array(made)
}
