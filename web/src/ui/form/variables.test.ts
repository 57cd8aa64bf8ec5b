import { expect, it } from 'vitest'
import { fieldOfVariable } from './variables'

const variable = (type: string, more: object = {}) => ({
  name: 'order_rows',
  type,
  required: true,
  description: 'How many.',
  ...more,
})

it.each([
  ['string', 'text'],
  ['integer', 'integer'],
  ['number', 'number'],
  ['boolean', 'boolean'],
  ['array', 'texts'],
  ['object', 'map'],
  ['enum', 'choice'],
  ['columns', 'objects'],
  ['table_name', 'text'],
  ['cron', 'text'],
  ['secret', 'object'],
  ['something new', 'text'],
])('a variable of type %s is a field of kind %s', (type, kind) => {
  expect(fieldOfVariable(variable(type)).kind).toBe(kind)
})

it('what has no usual shape is written as JSON', () => {
  expect(fieldOfVariable(variable('array', { sample: [{ a: 1 }] })).kind).toBe('json')
  expect(fieldOfVariable(variable('table_name', { sample: { table: 'a' } })).kind).toBe('json')
  expect(fieldOfVariable(variable('object', { sample: { a: [1] } })).kind).toBe('json')
})

it('is named in words, and required only without a default', () => {
  expect(fieldOfVariable(variable('string'))).toMatchObject({
    label: 'Order rows',
    help: 'How many.',
    isRequired: true,
  })
  expect(fieldOfVariable(variable('string', { default: 'x' }))).toMatchObject({
    isRequired: false,
    fallback: 'x',
  })
})
