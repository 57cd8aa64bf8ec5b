import type { TemplateReply } from '@/api/schema.gen'

/** The templates to show: those that the words find in their order, of one category if named. */
export function chooseTemplates<T extends Pick<TemplateReply, 'id' | 'category'>>(
  library: readonly T[],
  found: readonly string[] | undefined,
  category: string | undefined,
): T[] {
  const byId = new Map(library.map((one) => [one.id, one]))
  const all = found
    ? found.flatMap((id) => byId.get(id) ?? [])
    : [...library].sort((a, b) => a.category.localeCompare(b.category))
  return category ? all.filter((one) => one.category === category) : all
}

/** How many of the shown templates each category holds, by its name. */
export function countCategories(
  templates: readonly Pick<TemplateReply, 'category'>[],
): { category: string; count: number }[] {
  const counts = new Map<string, number>()
  for (const { category } of templates) counts.set(category, (counts.get(category) ?? 0) + 1)
  return [...counts]
    .map(([category, count]) => ({ category, count }))
    .sort((a, b) => a.category.localeCompare(b.category))
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
