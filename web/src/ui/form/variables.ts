/** A template's variable as a field: what people fill in who use the template. */

import type { FieldKind, FieldSpec } from './schema'
import { titleOf } from './schema'

export interface VariableShape {
  name: string
  type: string
  required: boolean
  description: string
  default?: unknown
  sample?: unknown
  choices?: readonly unknown[]
  min?: number
  max?: number
}

const KINDS: Readonly<Record<string, FieldKind>> = {
  string: 'text',
  integer: 'integer',
  number: 'number',
  boolean: 'boolean',
  array: 'texts',
  object: 'map',
  enum: 'choice',
  columns: 'objects',
  table_name: 'text',
  cron: 'text',
  secret: 'object',
}

export function fieldOfVariable(variable: VariableShape): FieldSpec {
  const { name, description, required, choices = [], sample } = variable
  const fallback = variable.default ?? undefined
  const kind = kindOf(variable)
  return {
    name,
    label: titleOf(name),
    help: description,
    kind,
    isAdvanced: false,
    isRequired: required && fallback === undefined,
    // Left open, it is the sample or the default that counts.
    isNullable: kind === 'boolean',
    fallback,
    example: sample,
    choices: choices.map(String),
    least: variable.min,
    most: variable.max,
    fields: kind === 'objects' ? COLUMN : kind === 'object' ? SECRET : [],
    shape: '',
    word: '',
  }
}

/** What is not of one shape is written as JSON: a list of lists, a table given by its parts. */
function kindOf({ type, sample, default: fallback }: VariableShape): FieldKind {
  const kind = KINDS[type] ?? 'text'
  const shown = sample ?? fallback
  if (kind === 'texts' && Array.isArray(shown) && shown.some((one) => typeof one === 'object'))
    return 'json'
  if (kind === 'text' && typeof shown === 'object' && shown !== null) return 'json'
  if (kind === 'map' && Object.values(asMap(shown)).some((one) => typeof one === 'object'))
    return 'json'
  return kind
}

const asMap = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

const part = (name: string, kind: FieldKind, isRequired = false): FieldSpec => ({
  name,
  label: titleOf(name),
  help: '',
  kind,
  isAdvanced: false,
  isRequired,
  isNullable: false,
  fallback: name === 'nullable' ? true : undefined,
  example: undefined,
  choices: [],
  fields: [],
  shape: '',
  word: '',
})
const COLUMN: readonly FieldSpec[] = [
  part('name', 'text', true),
  part('type', 'text', true),
  part('nullable', 'boolean'),
  part('comment', 'text'),
]
const SECRET: readonly FieldSpec[] = [part('scope', 'text', true), part('key', 'text', true)]
