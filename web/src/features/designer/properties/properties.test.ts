import { describe, expect, it } from 'vitest'
import { applyEdit } from '@/document/edit'
import { type DataModel, emptyModel, type ModelNode } from '@/document/model'
import { fieldsOf } from '@/ui/form/schema'
import { lineOf, nodeAt } from '../drawer/lines'
import { languageOf } from '../drawer/PreviewPanel'
import { proposed } from '../saving/SaveDialog'
import { inheritedFrom, nodesFor, renameEdit, suggestionsFor } from './references'
import { matching, partsOf, sectionsOf, tableParts } from './sections'

const node = (id: string, type: string, properties: Record<string, unknown> = {}): ModelNode => ({
  id,
  type,
  name: `The ${id}`,
  description: '',
  enabled: true,
  properties,
  position: null,
})
const load = node('load', 'notebook', { compute: 'small', ignores_upstream: ['small', 'x'] })
const table = node('orders', 'uc_table', {
  name: 'orders',
  columns: [{ name: 'id' }, { name: 'at' }],
})
const model: DataModel = {
  ...emptyModel('m', 'M'),
  nodes: [
    load,
    node('small', 'job_cluster'),
    node('wh', 'sql_warehouse'),
    table,
    node('silver', 'uc_schema', { name: 'silver', catalog: 'retail' }),
  ],
  edges: [
    { source: 'load', target: 'orders', type: 'data_flow', outcome: '' },
    { source: 'silver', target: 'orders', type: 'contains', outcome: '' },
  ],
}
const form = (...names: string[]) =>
  fieldsOf({ properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])) })

describe('what a property may name', () => {
  it('compute that the type of node runs on', () => {
    expect(nodesFor('compute', model, ['sql_warehouse'])?.map(({ id }) => id)).toEqual(['wh'])
    expect(nodesFor('compute', model, [])?.map(({ id }) => id)).toEqual(['small', 'wh'])
    expect(nodesFor('query', model, [])).toBeNull()
  })

  it('columns of itself and of its neighbours, tables of the model', () => {
    expect(suggestionsFor('merge_keys', load, model)).toEqual(['id', 'at'])
    expect(suggestionsFor('target', load, model)).toEqual(['orders', 'retail.silver'])
  })

  it('a new id is followed by whoever names the old one', () => {
    const after = applyEdit(model, renameEdit(model, 'small', 'large'))
    expect(after.nodes[0]?.properties).toEqual({
      compute: 'large',
      ignores_upstream: ['large', 'x'],
    })
    expect(after.nodes.map(({ id }) => id)).toContain('large')
  })

  it('a schema and a catalog that are left open are those that the node is drawn in', () => {
    expect(inheritedFrom('schema', table, model)).toEqual({ from: 'The silver', value: 'silver' })
    expect(inheritedFrom('catalog', table, model)).toEqual({ from: 'The silver', value: 'retail' })
    expect(inheritedFrom('catalog', load, model)).toBeNull()
  })
})

describe('the sections of a form', () => {
  it('have what every task has apart from what makes it this task', () => {
    const sections = sectionsOf(
      form('max_retries', 'query', 'run_if', 'compute', 'email_notifications'),
    )
    expect(sections.map(({ id, fields }) => [id, fields.map(({ name }) => name)])).toEqual([
      ['basic', ['query']],
      ['compute', ['compute']],
      ['running', ['max_retries', 'run_if']],
      ['notifications', ['email_notifications']],
    ])
  })

  it('find a property by words of its name', () => {
    expect(
      matching(form('max_retries', 'timeout_seconds'), 'retries max').map(({ name }) => name),
    ).toEqual(['max_retries'])
  })

  it('see a full name in catalog, schema and table, and not in the name of a pipeline', () => {
    expect(
      tableParts(form('table_type', 'catalog', 'schema', 'table'))?.map(({ name }) => name),
    ).toEqual(['catalog', 'schema', 'table'])
    expect(tableParts(form('catalog', 'schema', 'name'))?.at(2)?.name).toBe('name')
    expect(tableParts(form('name', 'catalog', 'schema'))).toBeNull()
  })

  it('take a full name apart', () => {
    expect(partsOf('main.sales.orders')).toEqual(['main', 'sales', 'orders'])
    expect(partsOf('`my.cat`.`a``b`')).toEqual(['my.cat', 'a`b'])
    expect(partsOf('orders')).toBeNull()
  })
})

describe('lines of the YAML', () => {
  const lines = { a: 4, b: 12, c: 20 }

  it('belong to the node that begins last before them', () => {
    expect([1, 4, 11, 12, 99].map((line) => nodeAt(lines, line))).toEqual([
      null,
      'a',
      'a',
      'b',
      'c',
    ])
  })

  it('of a finding are its own, or that of its node', () => {
    const finding = (where: object) => ({
      rule: 'r',
      severity: 'error' as const,
      problem: '',
      remedy: '',
      where,
    })
    expect(lineOf(finding({ node: 'b', line: 14 }), lines)).toBe(14)
    expect(lineOf(finding({ node: 'b' }), lines)).toBe(12)
    expect(lineOf(finding({}), lines)).toBe(0)
  })
})

it('a message of a save says what changed, on one line', () => {
  expect(proposed([], 'Orders')).toBe('Update Orders')
  expect(proposed(['add a.'], 'Orders')).toBe('Add a')
  expect(proposed(['Add a', 'Remove b'], 'Orders')).toBe('Add a; Remove b')
  expect(proposed(['Add a', 'b', 'c'], 'Orders')).toBe('Add a (+2)')
  expect(proposed(['x'.repeat(300)], 'Orders')).toHaveLength(100)
})

it('generated text is coloured by how it begins', () => {
  expect(
    [
      '-- Databricks notebook source',
      '# Databricks notebook source',
      '// Databricks',
      'SELECT 1',
      'resources:\n  jobs:',
    ].map(languageOf),
  ).toEqual(['sql', 'python', 'scala', 'sql', 'yaml'])
})
