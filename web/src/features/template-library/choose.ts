import type { TemplateReply } from '@/api/schema.gen'

/** What the library is narrowed down to; every one that is set has to fit. */
export interface Filters {
  output?: string
  node?: string
  tag?: string
  needs?: string
  /** `builtin`, `own`, or the name of a pack behind `pack:`. */
  from?: string
}

export const FACETS = ['output', 'node', 'tag', 'needs', 'from'] as const
export type Facet = (typeof FACETS)[number]
/** Template id -> the pack that brought it. */
export type PackOf = ReadonlyMap<string, string>

type Row = Pick<
  TemplateReply,
  'id' | 'category' | 'output_type' | 'node_types' | 'tags' | 'requires' | 'builtin'
>

/** The values of a template that a filter can ask for. */
export function valuesOf(template: Row, facet: Facet, packs: PackOf): readonly string[] {
  switch (facet) {
    case 'output':
      return [template.output_type]
    case 'node':
      return [...new Set(template.node_types.map(({ type }) => type))]
    case 'tag':
      return template.tags
    case 'needs':
      return needsOf(template.requires)
    case 'from': {
      const pack = packs.get(template.id)
      return [template.builtin ? 'builtin' : pack ? `pack:${pack}` : 'own']
    }
    default:
      return facet satisfies never
  }
}

/** `DBR 13.3 LTS or above; Unity Catalog` says two things. */
export const needsOf = (requires: string): string[] =>
  requires
    .split(';')
    .map((part) => part.trim())
    .filter(Boolean)

/** The templates to show: those that the words find in their order, that every filter lets pass. */
export function chooseTemplates<T extends Row>(
  library: readonly T[],
  found: readonly string[] | undefined,
  filters: Filters = {},
  packs: PackOf = new Map(),
): T[] {
  const byId = new Map(library.map((one) => [one.id, one]))
  const all = found
    ? found.flatMap((id) => byId.get(id) ?? [])
    : [...library].sort((a, b) => a.category.localeCompare(b.category))
  return all.filter((one) => passes(one, filters, packs))
}

const passes = (template: Row, filters: Filters, packs: PackOf, but?: Facet): boolean =>
  FACETS.every((facet) => {
    const wanted = filters[facet]
    return facet === but || !wanted || valuesOf(template, facet, packs).includes(wanted)
  })

/** What a filter can be set to, the most frequent first, counted over what the others let pass. */
export function facetValues(
  templates: readonly Row[],
  facet: Facet,
  filters: Filters,
  packs: PackOf,
): { value: string; count: number }[] {
  return counted(
    templates
      .filter((one) => passes(one, filters, packs, facet))
      .flatMap((one) => valuesOf(one, facet, packs)),
  ).sort((a, b) => b.count - a.count || a.value.localeCompare(b.value))
}

/** How many of the shown templates each category holds, by its name. */
export function countCategories(
  templates: readonly Pick<TemplateReply, 'category'>[],
): { category: string; count: number }[] {
  return counted(templates.map(({ category }) => category))
    .map(({ value, count }) => ({ category: value, count }))
    .sort((a, b) => a.category.localeCompare(b.category))
}

function counted(values: readonly string[]): { value: string; count: number }[] {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].map(([value, count]) => ({ value, count }))
}

/** How the editor colours what a template prints. */
export function languageOfOutput(output: string): string {
  if (output.includes('sql')) return 'sql'
  if (output.includes('python')) return 'python'
  if (output === 'scala') return 'scala'
  return output.startsWith('job_') ? 'yaml' : 'plaintext'
}

/** A value on one line, as YAML would have it. */
export function shownValue(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/**
 * Where an arrow key leads among boxes that flow in rows: the next one, or the nearest in the row
 * below or above. The same one where there is none.
 */
export function boxAfter(
  key: string,
  at: number,
  boxes: readonly { left: number; top: number }[],
): number {
  const here = boxes[at]
  if (!here) return 0
  if (key === 'Home') return 0
  if (key === 'End') return boxes.length - 1
  if (key === 'ArrowRight') return Math.min(at + 1, boxes.length - 1)
  if (key === 'ArrowLeft') return Math.max(at - 1, 0)
  const isDown = key === 'ArrowDown'
  if (!isDown && key !== 'ArrowUp') return at
  const rows = boxes
    .map(({ top }) => top)
    .filter((top) => (isDown ? top > here.top : top < here.top))
  if (rows.length === 0) return at
  const row = isDown ? Math.min(...rows) : Math.max(...rows)
  let best = at
  let nearest = Number.POSITIVE_INFINITY
  boxes.forEach((box, index) => {
    const away = Math.abs(box.left - here.left)
    if (box.top === row && away < nearest) {
      nearest = away
      best = index
    }
  })
  return best
}
