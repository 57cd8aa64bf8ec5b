/** Which tags of a Jinja2 source belong together: `{% if %}`, `{% else %}` and `{% endif %}`. */

export interface Tag {
  /** Offsets of the tag, the delimiters included. */
  start: number
  end: number
  word: string
}

const TAG =
  /\{#[\s\S]*?#\}|\{%[-+]?\s*(\w+)(?:[^%'"]|%(?!\})|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")*?%\}/g
const RAW_END = /\{%[-+]?\s*endraw\s*[-+]?%\}/g
const OPENS = new Set(['if', 'for', 'macro', 'block', 'call', 'filter', 'with', 'raw', 'set'])
const MIDDLE: Readonly<Record<string, readonly string[]>> = { if: ['elif', 'else'], for: ['else'] }

/** The tags of the block that has a tag at the offset; empty when there is none. */
export function blockAt(source: string, offset: number): Tag[] {
  const open: Tag[][] = []
  let found: Tag[] = []
  const close = (tags: Tag[]) => {
    if (tags.some((tag) => tag.start <= offset && offset <= tag.end)) found = tags
  }
  for (const tag of tagsOf(source)) {
    const now = open.at(-1)
    const opener = now?.[0]?.word ?? ''
    if (OPENS.has(tag.word)) open.push([tag])
    else if (MIDDLE[opener]?.includes(tag.word)) now?.push(tag)
    else if (tag.word === `end${opener}` && now) {
      now.push(tag)
      open.pop()
      close(now)
    }
  }
  for (const tags of open) close(tags)
  return found
}

function tagsOf(source: string): Tag[] {
  const tags: Tag[] = []
  TAG.lastIndex = 0
  for (let match = TAG.exec(source); match; match = TAG.exec(source)) {
    const word = match[1]
    if (!word) continue
    // `{% set x = 1 %}` has no end; `{% set x %}` has one.
    if (word === 'set' && match[0].includes('=')) continue
    tags.push({ start: match.index, end: TAG.lastIndex, word })
    if (word === 'raw') {
      RAW_END.lastIndex = TAG.lastIndex
      const end = RAW_END.exec(source)
      TAG.lastIndex = end ? end.index : source.length
    }
  }
  return tags
}
