/**
 * Colours for Jinja2 over another language, at once as one types; the server's follow.
 *
 * Monarch's own way to embed a language begins it anew behind each `}}`, so that the quotes of
 * `'{{ x }}'` do not meet. Here the states of Jinja2 are grafted into the host's grammar instead:
 * each of its states tries the delimiters first, and what could run over one stops in front of it.
 */
import type * as Monaco from 'monaco-editor/editor'
import { language as python } from 'monaco-editor/languages/definitions/python/python'
import { language as scala } from 'monaco-editor/languages/definitions/scala/scala'
import { language as sql } from 'monaco-editor/languages/definitions/sql/sql'
import { language as yaml } from 'monaco-editor/languages/definitions/yaml/yaml'

type Grammar = Monaco.languages.IMonarchLanguage
type Rule = Monaco.languages.IMonarchLanguageRule

const HOSTS: Readonly<Record<string, Grammar | null>> = {
  sql,
  python,
  scala,
  yaml,
  plaintext: null,
}
export const TEMPLATE_LANGUAGES = Object.keys(HOSTS).map((host) => `jinja-${host}`)

/** The language of a template that prints another one. */
export const templateLanguage = (host: string): string =>
  host in HOSTS ? `jinja-${host}` : 'jinja-plaintext'

const WORDS =
  /\b(?:if|elif|else|endif|for|endfor|set|endset|macro|endmacro|call|endcall|filter|endfilter|block|endblock|extends|include|import|from|as|with|endwith|do|raw|endraw|in|recursive|break|continue|without|context|ignore|missing|and|or|not|is)\b/
const STATES: Record<string, Rule[]> = {
  jinjaComment: [
    [/#\}/, 'comment.jinja', '@pop'],
    [/[^#]+|#/, 'comment.jinja'],
  ],
  jinjaPrint: [[/[-+]?\}\}/, 'delimiter.jinja', '@pop'], { include: '@jinjaWords' }],
  jinjaTag: [[/[-+]?%\}/, 'delimiter.jinja', '@pop'], { include: '@jinjaWords' }],
  jinjaWords: [
    [/\s+/, ''],
    [/(\|)(\s*)([a-zA-Z_]\w*)/, ['operator.jinja', '', 'filter.jinja']],
    [WORDS, 'keyword.jinja'],
    [/\b(?:true|false|none|True|False|None)\b/, 'number.jinja'],
    [/[a-zA-Z_]\w*/, 'variable.jinja'],
    [/\d+(?:\.\d+)?/, 'number.jinja'],
    [/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/, 'string.jinja'],
    [/[^\s\w"'{}%]+?/, 'operator.jinja'],
    [/./, 'operator.jinja'],
  ],
}
const OPENERS: Rule[] = [
  [/\{#/, 'comment.jinja', '@jinjaComment'],
  [/\{%[-+]?/, 'delimiter.jinja', '@jinjaTag'],
  [/\{\{[-+]?/, 'delimiter.jinja', '@jinjaPrint'],
]

/** An expression that stops in front of a delimiter. */
export function stopping(expression: RegExp): RegExp {
  // What goes on to the end of its line ends in front of a delimiter as well.
  const source = expression.source.replace(/\.([*+])\$$/, '.$1')
  const ahead = '(?!\\{[{%#])'
  let made = ''
  for (let at = 0; at < source.length; at += 1) {
    const character = source[at] ?? ''
    if (character === '\\') {
      at += 1
      made += character + (source[at] ?? '')
    } else if (character === '[') {
      const end = endOfClass(source, at)
      const set = source.slice(at, end + 1)
      made += set.startsWith('[^') ? `(?:${ahead}${set})` : set
      at = end
    } else made += character === '.' ? `(?:${ahead}.)` : character
  }
  return new RegExp(made, expression.flags)
}

function endOfClass(source: string, start: number): number {
  let at = start + 1
  if (source[at] === '^') at += 1
  if (source[at] === ']') at += 1
  while (at < source.length && source[at] !== ']') at += source[at] === '\\' ? 2 : 1
  return at
}

function grafted(host: Grammar | null): Grammar {
  // The first state is the one that a text begins in.
  if (!host) return { tokenizer: { root: [...OPENERS, [/[^{]+|\{/, '']], ...STATES } }
  const tokenizer: Record<string, Rule[]> = {}
  for (const [state, rules] of Object.entries(host.tokenizer))
    tokenizer[state] = [...OPENERS, ...rules.map(tempered)]
  return { ...host, tokenizer: { ...tokenizer, ...STATES } }
}

function tempered(rule: Rule): Rule {
  if (Array.isArray(rule)) {
    const [expression, ...rest] = rule
    return expression instanceof RegExp ? ([stopping(expression), ...rest] as Rule) : rule
  }
  return 'regex' in rule && rule.regex instanceof RegExp
    ? { ...rule, regex: stopping(rule.regex) }
    : rule
}

export function registerTemplateLanguages(monaco: typeof Monaco): void {
  for (const [host, grammar] of Object.entries(HOSTS)) {
    const id = `jinja-${host}`
    monaco.languages.register({ id })
    monaco.languages.setMonarchTokensProvider(id, grafted(grammar))
    monaco.languages.setLanguageConfiguration(id, {
      comments: { blockComment: ['{#', '#}'] },
      brackets: [
        ['{{', '}}'],
        ['{%', '%}'],
        ['(', ')'],
        ['[', ']'],
      ],
      autoClosingPairs: [
        { open: '{{', close: ' }}' },
        { open: '{%', close: ' %}' },
        { open: '{#', close: ' #}' },
        { open: '(', close: ')' },
        { open: '[', close: ']' },
        { open: "'", close: "'", notIn: ['string', 'comment'] },
        { open: '"', close: '"', notIn: ['string', 'comment'] },
      ],
      surroundingPairs: [
        { open: '{', close: '}' },
        { open: '(', close: ')' },
        { open: "'", close: "'" },
        { open: '"', close: '"' },
        { open: '`', close: '`' },
      ],
    })
  }
}
