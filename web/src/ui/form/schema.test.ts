import { describe, expect, it } from 'vitest'
import {
  emptyOf,
  fieldsOf,
  inWords,
  isChanged,
  isFormula,
  type JsonSchema,
  numberFrom,
} from './schema'

const field = (property: JsonSchema, $defs: Record<string, JsonSchema> = {}, required = false) => {
  const [only] = fieldsOf({
    type: 'object',
    properties: { it: property },
    required: required ? ['it'] : [],
    $defs,
  })
  if (!only) throw new Error('no field')
  return only
}
const orNull = (schema: JsonSchema): JsonSchema => ({ anyOf: [schema, { type: 'null' }] })

describe('a field of a form', () => {
  it.each<[string, JsonSchema, string]>([
    ['a text', { type: 'string' }, 'text'],
    ['a text that may be left open', orNull({ type: 'string' }), 'text'],
    ['a whole number', orNull({ type: 'integer', minimum: 0 }), 'integer'],
    ['a switch', { type: 'boolean' }, 'boolean'],
    ['one of a few', { type: 'string', enum: ['a', 'b'] }, 'choice'],
    ['always the same word', { type: 'string', const: 'GREATER_THAN' }, 'choice'],
    ['a list of texts', { type: 'array', items: { type: 'string' } }, 'texts'],
    ['names with values', { type: 'object', additionalProperties: true }, 'map'],
    ['a list of anything', { type: 'array', items: { type: 'object' } }, 'json'],
    [
      'a text, a number or a switch',
      { anyOf: [{ type: 'string' }, { type: 'integer' }, { type: 'boolean' }] },
      'scalar',
    ],
  ])('%s', (_, schema, kind) => {
    expect(field(schema).kind).toBe(kind)
  })

  it('follows references, and what is said at the place wins', () => {
    const $defs = {
      Version: { type: 'object', title: 'Version', properties: { number: { type: 'integer' } } },
    }
    const found = field({ ...orNull({ $ref: '#/$defs/Version' }), title: 'As of' }, $defs)
    expect(found).toMatchObject({ kind: 'object', label: 'As of', isNullable: true })
    expect(found.fields.map(({ name }) => name)).toEqual(['number'])
  })

  it('makes a list of objects of an array of them', () => {
    const $defs = {
      Column: {
        type: 'object',
        title: 'Column',
        required: ['name'],
        properties: { name: { type: 'string' } },
      },
    }
    const found = field({ type: 'array', items: { $ref: '#/$defs/Column' }, maxItems: 3 }, $defs)
    expect(found).toMatchObject({ kind: 'objects', shape: 'Column', mostItems: 3 })
    expect(emptyOf(found.fields)).toEqual({ name: '' })
  })

  it('takes a list or a word that stands for one', () => {
    const list = { type: 'array', items: { type: 'string' } }
    expect(field({ anyOf: [list, { const: 'AUTO', type: 'string' }] })).toMatchObject({
      kind: 'either',
      word: 'AUTO',
    })
    expect(field({ anyOf: [list, { type: 'string' }] })).toMatchObject({ kind: 'either', word: '' })
  })

  it('ends in a schema that holds itself', () => {
    const $defs: Record<string, JsonSchema> = {
      Tree: { type: 'object', properties: { child: { $ref: '#/$defs/Tree' } } },
    }
    let found = field({ $ref: '#/$defs/Tree' }, $defs)
    while (found.fields[0]) found = found.fields[0]
    expect(found.kind).toBe('map')
  })
})

it('a value differs when it says something else than what counts without it', () => {
  const it_ = field({ type: 'array', items: { type: 'string' }, default: ['a'] })
  expect([undefined, null, ['a'], ['b']].map((value) => isChanged(it_, value))).toEqual([
    false,
    false,
    false,
    true,
  ])
})

it('numbers that are half typed stay texts', () => {
  expect(
    ['', ' 7 ', '-', '1.5', '1e3', '{{days}}'].map((typed) => numberFrom(typed, true)),
  ).toEqual([undefined, 7, '-', '1.5', 1000, '{{days}}'])
  expect(numberFrom('1.5', false)).toBe(1.5)
  expect(isFormula('{{days}}') && !isFormula('{days}')).toBe(true)
})

it('a value in words', () => {
  expect([null, '', 'x', ['a', 'b'], [], {}, { a: 1 }, 3, false].map(inWords)).toEqual([
    '',
    '',
    'x',
    'a, b',
    '',
    '',
    '{"a":1}',
    '3',
    'false',
  ])
})
