/** What a JSON Schema asks for, as fields of a form. */

export interface JsonSchema {
  type?: string
  title?: string
  description?: string
  group?: string
  default?: unknown
  examples?: unknown[]
  enum?: unknown[]
  const?: unknown
  anyOf?: JsonSchema[]
  $ref?: string
  $defs?: Record<string, JsonSchema>
  items?: JsonSchema
  properties?: Record<string, JsonSchema>
  additionalProperties?: boolean | JsonSchema
  required?: string[]
  minimum?: number
  maximum?: number
  minItems?: number
  maxItems?: number
  minLength?: number
  maxLength?: number
  pattern?: string
}

/**
 * How a value is edited.
 *
 * `either` is a list or one word (`AUTO`); `json` is whatever nothing else suits.
 */
export type FieldKind =
  | 'text'
  | 'integer'
  | 'number'
  | 'boolean'
  | 'choice'
  | 'texts'
  | 'map'
  | 'object'
  | 'objects'
  | 'either'
  | 'scalar'
  | 'json'

export interface FieldSpec {
  name: string
  label: string
  help: string
  kind: FieldKind
  isAdvanced: boolean
  isRequired: boolean
  /** Null is a value of its own: a boolean may also be left open. */
  isNullable: boolean
  /** What counts when nothing is set; undefined when there is no such thing. */
  fallback: unknown
  example: unknown
  choices: readonly string[]
  least?: number
  most?: number
  mostItems?: number
  /** Of an object, and of each object of a list. */
  fields: readonly FieldSpec[]
  /** Name of the shape of those objects. */
  shape: string
  /** Of `either`: the word that stands for itself instead of a list. */
  word: string
}

/** The fields of an object's schema, in its order. */
export function fieldsOf(schema: JsonSchema): FieldSpec[] {
  return fieldsIn(schema, schema.$defs ?? {}, 0)
}

const DEEPEST = 6

function fieldsIn(
  schema: JsonSchema,
  defs: Record<string, JsonSchema>,
  depth: number,
): FieldSpec[] {
  const required = new Set(schema.required)
  return Object.entries(schema.properties ?? {}).map(([name, property]) =>
    fieldOf(name, property, required.has(name), defs, depth),
  )
}

function fieldOf(
  name: string,
  property: JsonSchema,
  isRequired: boolean,
  defs: Record<string, JsonSchema>,
  depth: number,
): FieldSpec {
  const known = resolved(property, defs)
  const kinds = (known.anyOf ?? [known]).map((one) => resolved(one, defs))
  const real = kinds.filter((one) => one.type !== 'null')
  const shape = shapeOf(real, defs, depth)
  const { fallback, example } = {
    fallback: known.default ?? undefined,
    example: known.examples?.[0],
  }
  return {
    name,
    label: known.title ?? titleOf(name),
    help: known.description ?? '',
    isAdvanced: known.group === 'advanced',
    isRequired,
    isNullable: kinds.length !== real.length,
    fallback,
    example,
    choices: [],
    fields: [],
    shape: '',
    word: '',
    ...shape,
  }
}

type Shape = Pick<FieldSpec, 'kind'> & Partial<FieldSpec>

function shapeOf(real: JsonSchema[], defs: Record<string, JsonSchema>, depth: number): Shape {
  const [only, ...others] = real
  if (!only) return { kind: 'json' }
  if (others.length) return mixed(real, defs, depth)
  if (only.enum) return { kind: 'choice', choices: only.enum.map(String) }
  if (only.const !== undefined) return { kind: 'choice', choices: [String(only.const)] }
  switch (only.type) {
    case 'string':
      return { kind: 'text', most: only.maxLength }
    case 'integer':
    case 'number':
      return { kind: only.type, least: only.minimum, most: only.maximum }
    case 'boolean':
      return { kind: 'boolean' }
    case 'array':
      return listOf(only, defs, depth)
    case 'object':
      return objectOf(only, defs, depth)
    default:
      return { kind: 'json' }
  }
}

function mixed(real: JsonSchema[], defs: Record<string, JsonSchema>, depth: number): Shape {
  const word = real.find((one) => one.const !== undefined)
  const list = real.find((one) => one.type === 'array')
  const object = real.find((one) => one.type === 'object' && one.properties)
  if (list && resolved(list.items ?? {}, defs).type === 'string' && real.length === 2)
    return { kind: 'either', word: word ? String(word.const) : '' }
  if (object) return { kind: 'json', fields: deeper(object, defs, depth) }
  if (list) return { kind: 'json' }
  return { kind: 'scalar' }
}

function listOf(list: JsonSchema, defs: Record<string, JsonSchema>, depth: number): Shape {
  const item = resolved(list.items ?? {}, defs)
  const mostItems = list.maxItems
  if (item.type === 'string')
    return { kind: 'texts', choices: (item.enum ?? []).map(String), mostItems }
  if (item.type === 'object' && item.properties && depth < DEEPEST)
    return {
      kind: 'objects',
      fields: deeper(item, defs, depth),
      shape: item.title ?? '',
      mostItems,
    }
  return { kind: 'json' }
}

function objectOf(object: JsonSchema, defs: Record<string, JsonSchema>, depth: number): Shape {
  if (object.properties && depth < DEEPEST)
    return { kind: 'object', fields: deeper(object, defs, depth), shape: object.title ?? '' }
  return { kind: 'map' }
}

const deeper = (object: JsonSchema, defs: Record<string, JsonSchema>, depth: number) =>
  fieldsIn(object, defs, depth + 1)

function resolved(schema: JsonSchema, defs: Record<string, JsonSchema>): JsonSchema {
  if (!schema.$ref) return schema
  const { $ref, ...own } = schema
  const target = defs[$ref.slice($ref.lastIndexOf('/') + 1)] ?? {}
  return { ...target, ...own }
}

/** `max_retries` -> `Max retries`. */
export function titleOf(name: string): string {
  const words = name.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** Whether a value is there and says something else than what counts without it. */
export function isChanged(field: FieldSpec, value: unknown): boolean {
  if (value === undefined || value === null) return false
  return JSON.stringify(value) !== JSON.stringify(field.fallback)
}

/** A value in a few words: a placeholder, a tip. */
export function inWords(value: unknown): string {
  if (value === undefined || value === null || value === '') return ''
  if (typeof value === 'string') return value
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value.join(', ')
  if (
    Array.isArray(value) ? !value.length : typeof value === 'object' && !Object.keys(value).length
  )
    return ''
  return JSON.stringify(value)
}

/** What was typed into a field of a number; a string when it is none. Formulas stay texts. */
export function numberFrom(typed: string, isWhole: boolean): number | string | undefined {
  const text = typed.trim()
  if (!text) return undefined
  const number = Number(text)
  if (!Number.isFinite(number) || (isWhole && !Number.isSafeInteger(number))) return text
  return number
}

/** `{{job.parameters.days}}`, `${var.days}`: filled in later, so any kind of field may hold it. */
export const isFormula = (text: string): boolean => /\{\{.*\}\}|\$\{.*\}/.test(text)

/** What a field begins with when an object is added to a list. */
export function emptyOf(fields: readonly FieldSpec[]): Record<string, unknown> {
  const made: Record<string, unknown> = {}
  for (const field of fields)
    if (field.isRequired)
      made[field.name] =
        field.kind === 'choice' ? (field.choices[0] ?? '') : field.kind === 'text' ? '' : undefined
  return Object.fromEntries(Object.entries(made).filter(([, value]) => value !== undefined))
}
