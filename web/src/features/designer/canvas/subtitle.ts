import type { ModelNode } from '@/document/model'

/** As the server's pictures tell it: the cases beside this file hold for both. */
const TELLING = [
  'path',
  'notebook_path',
  'python_file',
  'source_path',
  'url',
  'topics',
  'package_name',
  'main_class_name',
  'quartz_cron_expression',
  'table',
  'target',
  'principal',
  'pipeline',
  'job',
  'inputs',
  'spark_version',
  'warehouse_id',
  'cluster_id',
  'name',
]

/** The one line that matters: address, path or schedule; else what the type is called. */
export function subtitleOf(node: ModelNode, typeLabel: string): string {
  const { properties } = node
  const own = text(properties.table) || text(properties.name)
  const levels = [text(properties.catalog), text(properties.schema)].filter(Boolean)
  if (own && (levels.length || typeof properties.table === 'string'))
    return [...levels, own].join('.')
  const condition = [properties.left, properties.op, properties.right]
  if (condition.every((part) => typeof part === 'string' || typeof part === 'number'))
    return condition.join(' ')
  for (const name of TELLING) {
    const told = tell(properties[name])
    if (told && told !== node.name) return told.replace(/\s+/g, ' ').slice(0, 200)
  }
  return typeLabel
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

function tell(value: unknown): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value) && value.length && value.every((item) => typeof item === 'string'))
    return value.join(', ')
  if (typeof value === 'object' && value !== null && 'table' in value) {
    const { catalog, schema, table } = value as Record<string, unknown>
    return [catalog, schema, table].map(text).filter(Boolean).join('.')
  }
  return ''
}
