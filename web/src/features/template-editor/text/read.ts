/** What the text of a template file says about one of its templates. */

import { isMap, isSeq, parseDocument } from 'yaml'
import { itemOf, LIST, type Region, regionOf, type SourceKey, sourceIn } from './region'

export interface Variable {
  name: string
  type: string
  required: boolean
  description: string
  pattern: string
  min?: number
  max?: number
  choices: unknown[]
  /** Undefined when none is written; null is a value. */
  default?: unknown
  sample?: unknown
  from: string
}

export interface Variation {
  id: string
  name: string
  description: string
  enabled: boolean
  variables: Variable[]
}

export interface Template {
  id: string
  name: string
  category: string
  description: string
  version: string
  outputType: string
  requires: string
  tags: string[]
  variables: Variable[]
  variations: Variation[]
}

export interface ReadFile {
  template: Template
  /** Place in the list of the file. */
  index: number
  region: Region | null
  source: string
}

/** Null when the text is no YAML, or holds no such template. */
export function readFile(
  text: string,
  id: string,
  index: number,
  key: SourceKey = 'template_content',
): ReadFile | null {
  const document = parseDocument(text)
  if (document.errors.length > 0) return null
  const item = itemOf(document, id, index)
  const list = document.get(LIST, true)
  if (!item || !isSeq(list)) return null
  const value = item.toJS(document) as Record<string, unknown>
  const region = regionOf(text, item, key)
  return {
    template: templateOf(value),
    index: list.items.filter(isMap).indexOf(item),
    region,
    source: region ? sourceIn(text, region) : textOf(value[key]).replace(/\n$/, ''),
  }
}

function templateOf(value: Record<string, unknown>): Template {
  return {
    id: textOf(value.id),
    name: textOf(value.name),
    category: textOf(value.category),
    description: textOf(value.description),
    version: textOf(value.version) || '1.0.0',
    outputType: textOf(value.output_type) || 'sql',
    requires: textOf(value.requires),
    tags: listOf(value.tags).map(textOf),
    variables: mapsOf(value.variables).map(variableOf),
    variations: mapsOf(value.variations).map((one) => ({
      id: textOf(one.id),
      name: textOf(one.name),
      description: textOf(one.description),
      enabled: one.enabled === true,
      variables: mapsOf(one.adds_variables).map(variableOf),
    })),
  }
}

function variableOf(value: Record<string, unknown>): Variable {
  return {
    name: textOf(value.name),
    type: textOf(value.type) || 'string',
    required: value.required === true,
    description: textOf(value.description),
    pattern: textOf(value.pattern),
    min: numberOf(value.min),
    max: numberOf(value.max),
    choices: listOf(value.choices ?? value.enum),
    ...('default' in value && { default: value.default }),
    ...('sample' in value && { sample: value.sample }),
    from: textOf(value.from),
  }
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
const numberOf = (value: unknown): number | undefined =>
  typeof value === 'number' ? value : undefined
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
const mapsOf = (value: unknown): Record<string, unknown>[] =>
  listOf(value).filter(
    (one): one is Record<string, unknown> =>
      typeof one === 'object' && one !== null && !Array.isArray(one),
  )

/** Every variable once: a template's own first, then those that variations add. */
export function allVariables(
  template: Template,
  isOn: (variation: Variation) => boolean = () => true,
): Variable[] {
  const found = new Map<string, Variable>()
  for (const variable of template.variables)
    if (!found.has(variable.name)) found.set(variable.name, variable)
  for (const variation of template.variations.filter(isOn))
    for (const variable of variation.variables)
      if (!found.has(variable.name)) found.set(variable.name, variable)
  return [...found.values()].filter(({ name }) => name !== '')
}
