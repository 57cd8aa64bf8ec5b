import type { FieldSpec } from '@/ui/form/schema'

export type SectionId = 'basic' | 'compute' | 'running' | 'notifications' | 'advanced'

/** What every task has, apart from what makes it this kind of task. */
const OF_TASKS: Readonly<Record<string, SectionId>> = {
  compute: 'compute',
  job_cluster_key: 'compute',
  existing_cluster_id: 'compute',
  environment_key: 'compute',
  warehouse_id: 'compute',
  libraries: 'compute',
  run_if: 'running',
  disabled: 'running',
  max_retries: 'running',
  min_retry_interval_millis: 'running',
  retry_on_timeout: 'running',
  timeout_seconds: 'running',
  health_rules: 'running',
  ignores_upstream: 'running',
  email_notifications: 'notifications',
  webhook_notifications: 'notifications',
}
const ORDER: readonly SectionId[] = ['basic', 'compute', 'running', 'notifications', 'advanced']

export interface Section {
  id: SectionId
  fields: FieldSpec[]
}

/** A form's fields in the order that a person looks for them. */
export function sectionsOf(fields: readonly FieldSpec[]): Section[] {
  // A node that is no task has some of the same words for its own matters.
  const isTask = fields.some(
    (field) => field.name === 'ignores_upstream' || field.name === 'run_if',
  )
  const sectionOf = (field: FieldSpec): SectionId =>
    (isTask ? OF_TASKS[field.name] : undefined) ?? (field.isAdvanced ? 'advanced' : 'basic')
  return ORDER.map((id) => ({
    id,
    fields: fields.filter((field) => sectionOf(field) === id),
  })).filter((section) => section.fields.length > 0)
}

/** Fields whose name, label or help has every word. */
export function matching(fields: readonly FieldSpec[], typed: string): FieldSpec[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  return fields.filter((field) => {
    const text = `${field.name} ${field.label} ${field.help}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
}

/**
 * `catalog`, `schema` and the name of the table, when a form has all three: said and written as
 * one. A pipeline has a name of its own before it says where it writes: that is no such name.
 */
export function tableParts(fields: readonly FieldSpec[]): [FieldSpec, FieldSpec, FieldSpec] | null {
  const at = (name: string) => fields.findIndex((field) => field.name === name)
  const last = at('table') >= 0 ? at('table') : at('name') > at('schema') ? at('name') : -1
  const [catalog, schema, table] = [fields[at('catalog')], fields[at('schema')], fields[last]]
  return catalog && schema && table ? [catalog, schema, table] : null
}

/** `main.sales.orders` -> its parts; null when it is one word. Backticks may hold dots. */
export function partsOf(name: string): string[] | null {
  const found = [...name.trim().matchAll(/`((?:[^`]|``)+)`|([^.`\s]+)/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('``', '`') ?? plain ?? '',
  )
  return found.length > 1 && found.length <= 3 ? found : null
}
