/** Controls of properties that deserve more than the usual one for their kind. */
import type { ReactNode } from 'react'
import type { DataModel, ModelNode } from '@/document/model'
import { panels } from '@/texts/designerPanels'
import type { FormHost, Path } from '@/ui/form/host'
import { type Named, TextInput } from '@/ui/form/inputs'
import { textsOf } from '@/ui/form/SchemaField'
import { type FieldSpec, inWords } from '@/ui/form/schema'
import { ColumnGrid } from '@/ui/grid/ColumnGrid'
import type { Column } from '@/ui/grid/cells'
import { Combobox } from '@/ui/select'
import { readColumns } from '../asks'
import { CodeField } from './CodeField'
import { CronField } from './CronField'
import { nodesFor } from './references'

const t = panels.properties
const ZONES = Intl.supportedValuesOf('timeZone').map((value) => ({ value, label: value }))
/** Shapes of objects that are columns of a table, with the cells that each has. */
const GRIDS: Readonly<
  Record<string, { nullable: boolean; comment: boolean; fallback: boolean; type: boolean }>
> = {
  Column: { nullable: true, comment: true, fallback: true, type: true },
  ViewColumn: { nullable: false, comment: true, fallback: false, type: false },
  FunctionParameter: { nullable: false, comment: true, fallback: true, type: true },
}
/** Property -> the language of its code, or the property that says it. */
const CODE: Readonly<Record<string, string | { of: string; otherwise: string }>> = {
  query: 'sql',
  source_code: { of: 'language', otherwise: 'python' },
  body: { of: 'language', otherwise: 'sql' },
  join: 'sql',
}
/** Conditions and expressions: one line of code is enough. */
const MONO = new Set([
  'apply_as_deletes',
  'apply_as_truncates',
  'delete_when',
  'expr',
  'filter',
  'generated_expr',
  'having',
  'left',
  'notebook_path',
  'path',
  'python_file',
  'replace_where',
  'returns',
  'right',
  'schema_ddl',
  'schema_hints',
  'update_when',
  'value_schema',
  'where',
])

export interface Around {
  node: ModelNode
  model: DataModel
  runsOn: readonly string[]
  form: FormHost
}

/** The special control of a field; undefined for the usual one. */
export function controlOf(
  field: FieldSpec,
  path: Path,
  named: Named,
  { node, model, runsOn, form }: Around,
): ReactNode | undefined {
  const value = form.get(path)
  const set = (next: unknown) => form.set(path, next, field.label)
  const example = inWords(field.example)
  const placeholder = inWords(field.fallback) || (example && panels.form.example(example))
  const common = { label: field.label, readOnly: form.readOnly, placeholder, onChange: set }
  const isText = field.kind === 'text' || field.kind === 'scalar'
  const code = path.length === 1 && isText ? CODE[field.name] : undefined
  if (code) return <CodeField {...common} value={value} language={languageOf(code, node)} />
  if (isText && (field.name === 'quartz_cron_expression' || field.name === 'cron'))
    return (
      <CronField
        {...common}
        named={named}
        value={value}
        timeZone={String(form.get([...path.slice(0, -1), 'timezone_id']) ?? 'UTC')}
      />
    )
  if (isText && field.name === 'timezone_id')
    return (
      <Combobox
        {...named}
        free
        value={inWords(value)}
        options={ZONES}
        placeholder={placeholder}
        disabled={form.readOnly}
        onChange={(next) => set(next || undefined)}
      />
    )
  const nodes = isText && path.length === 1 ? nodesFor(field.name, model, runsOn) : null
  if (nodes)
    return (
      <Combobox
        {...named}
        free
        value={inWords(value)}
        options={nodes.map((one) => ({ value: one.id, label: one.name || one.id, hint: one.id }))}
        placeholder={field.name === 'compute' ? t.noCompute : placeholder || t.pick}
        disabled={form.readOnly}
        onChange={(next) => set(next || undefined)}
      />
    )
  const has = field.kind === 'objects' ? GRIDS[field.shape] : undefined
  if (has && (value === undefined || value === null || isColumns(value)))
    return (
      <Columns field={field} path={path} has={has} value={value ?? []} form={form} named={named} />
    )
  if (isText && MONO.has(field.name)) return <TextInput {...named} {...common} mono value={value} />
  return undefined
}

function languageOf(code: string | { of: string; otherwise: string }, node: ModelNode): string {
  if (typeof code === 'string') return code
  return (inWords(node.properties[code.of]) || code.otherwise).toLowerCase()
}

const isColumns = (value: unknown): value is Column[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'object' && one !== null)

function Columns({
  field,
  path,
  has,
  value,
  form,
  named,
}: {
  field: FieldSpec
  path: Path
  has: { nullable: boolean; comment: boolean; fallback: boolean; type: boolean }
  value: readonly Column[]
  form: FormHost
  named: Named
}) {
  const keyPath = [...path.slice(0, -1), 'primary_key']
  const problemAt = (row: number, name: string) => {
    const at = name ? [...path, row, name] : [...path, row]
    return form.problemsAt(at, name !== '').at(0)?.problem
  }
  return (
    <ColumnGrid
      id={named.id}
      columns={value}
      readOnly={form.readOnly}
      has={has}
      problemAt={problemAt}
      read={readColumns}
      keys={
        field.shape === 'Column'
          ? {
              names: textsOf(form.get(keyPath)),
              onChange: (names) =>
                form.set(keyPath, names.length ? names : undefined, panels.columns.key),
            }
          : undefined
      }
      onChange={(columns) => form.set(path, columns.length ? columns : undefined, field.label)}
    />
  )
}
