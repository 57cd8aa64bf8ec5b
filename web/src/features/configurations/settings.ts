import type { ConfigurationReply, EffectiveReply, WrittenReply } from '@/api/schema.gen'
import type { Path } from '@/ui/form/host'

export const TYPES = ['connection', 'cluster', 'job', 'variables'] as const
export type AnyType = (typeof TYPES)[number]
export type Kept = ConfigurationReply['type']
export type Scope = ConfigurationReply['scope']
export const SCOPES: readonly Scope[] = ['workspace', 'model', 'recipe', 'target']

/** A line of the list: what is set in the app, or what a file says. */
export interface Entry {
  key: string
  name: string
  type: AnyType
  scope: Scope
  scopeRef: string
  values: number
  isActive: boolean
  /** What is set in the app can be changed. */
  kept: ConfigurationReply | null
  file: string
}

/** Everything by type; in each the workspace's first, then what overrides it. */
export function listed(
  kept: readonly ConfigurationReply[],
  written: readonly WrittenReply[],
): { type: AnyType; entries: Entry[] }[] {
  const all: Entry[] = [
    ...written.map((one, index) => ({
      key: `${one.file} ${index}`,
      name: one.name,
      type: one.type,
      scope: one.scope,
      scopeRef: one.scope_ref,
      values: Object.keys(one.config).length,
      isActive: one.is_active,
      kept: null,
      file: one.file,
    })),
    ...kept.map((one) => ({
      key: one.id,
      name: one.name,
      type: one.type,
      scope: one.scope,
      scopeRef: one.scope_ref,
      values: Object.keys(one.config).length,
      isActive: one.is_active,
      kept: one,
      file: '',
    })),
  ]
  const order = (one: Entry) => SCOPES.indexOf(one.scope)
  return TYPES.map((type) => ({
    type,
    entries: all
      .filter((one) => one.type === type)
      .sort(
        (a, b) =>
          a.name.localeCompare(b.name) ||
          order(a) - order(b) ||
          a.scopeRef.localeCompare(b.scopeRef) ||
          Number(a.kept !== null) - Number(b.kept !== null),
      ),
  })).filter(({ entries }) => entries.length > 0)
}

/** What holds, by type and name. Jobs have one set of values, whatever they are called. */
export function holding(
  values: readonly EffectiveReply[],
): { title: string; type: AnyType; values: EffectiveReply[] }[] {
  const groups = new Map<string, { title: string; type: AnyType; values: EffectiveReply[] }>()
  for (const value of values) {
    const title = value.type === 'cluster' ? value.name : ''
    const key = `${value.type} ${title}`
    const group = groups.get(key) ?? { title, type: value.type, values: [] }
    group.values.push(value)
    groups.set(key, group)
  }
  return [...groups.values()]
}

/** The settings with one value set, or taken away. */
export function withValue(
  config: Readonly<Record<string, unknown>>,
  path: Path,
  value: unknown,
): Record<string, unknown> {
  return (set(config, path, value) ?? {}) as Record<string, unknown>
}

function set(now: unknown, path: Path, value: unknown): unknown {
  const [head, ...rest] = path
  if (head === undefined) return value
  if (typeof head === 'number') {
    const list = Array.isArray(now) ? [...now] : []
    list[head] = set(list[head], rest, value)
    return list
  }
  const { [head]: old, ...others } = (now ?? {}) as Record<string, unknown>
  const next = set(old, rest, value)
  if (next === undefined) return others
  // The order of keys stays as it was written.
  return { ...(now as Record<string, unknown>), [head]: next }
}

export function valueAt(config: Readonly<Record<string, unknown>>, path: Path): unknown {
  let value: unknown = config
  for (const part of path) value = (value as Record<string | number, unknown> | undefined)?.[part]
  return value
}

export const shownValue = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value)
