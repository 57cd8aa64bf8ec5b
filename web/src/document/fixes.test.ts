import { describe, expect, it } from 'vitest'
import { applyEdit } from './edit'
import { byNode, editOf, textWith } from './fixes'
import { type DataModel, emptyModel, type ModelEdge, type ModelNode } from './model'
import type { Finding, Fix, FixChange } from './server'

const node = (id: string, name = id): ModelNode => ({
  id,
  type: 'notebook',
  name,
  description: '',
  enabled: true,
  properties: {},
  position: null,
})
const edge = (source: string, target: string): ModelEdge => ({
  source,
  target,
  type: 'data_flow',
  outcome: '',
})
const model: DataModel = {
  ...emptyModel('orders', 'Orders'),
  nodes: [node('a'), node('b')],
  edges: [edge('a', 'b')],
  drawing: {
    notes: [],
    groups: [{ id: 'g', name: 'G', nodes: ['a', 'gone'], collapsed: false, color: '' }],
  },
}
const fix = (...changes: FixChange[]): Fix => ({ title: 'Mend', changes })

function mended(given: DataModel, ...changes: FixChange[]): DataModel | null {
  const edit = editOf(fix(...changes), given)
  return edit && applyEdit(given, edit)
}

describe('a fix of the drawing', () => {
  it('sets and takes away a property of a node, whose path begins at the node', () => {
    const set = mended(model, { op: 'set', node: 'a', path: ['properties', 'x', 'y'], value: 1 })
    expect(set?.nodes[0]?.properties).toEqual({ x: { y: 1 } })
    expect(
      set && mended(set, { op: 'unset', node: 'a', path: ['properties', 'x', 'y'] })?.nodes[0],
    ).toMatchObject({ properties: { x: {} } })
  })

  it('sets what is no property: the name of a node, a tag of the model', () => {
    expect(
      mended(model, { op: 'set', node: 'a', path: ['name'], value: 'Alpha' })?.nodes[0]?.name,
    ).toBe('Alpha')
    expect(mended(model, { op: 'set', node: '', path: ['tags', 0], value: 'gold' })?.tags).toEqual([
      'gold',
    ])
  })

  it('takes a node that is gone out of a group', () => {
    const path = ['drawing', 'groups', 0, 'nodes', 1]
    expect(mended(model, { op: 'unset', node: '', path })?.drawing.groups[0]?.nodes).toEqual(['a'])
  })

  it('makes several changes as one step, each on what the one before left', () => {
    const after = mended(
      model,
      { op: 'rename_node', node: 'a', value: 'c' },
      { op: 'set_type', node: 'c', value: 'job' },
    )
    expect(after?.nodes[0]).toMatchObject({ id: 'c', type: 'job' })
    expect(after?.edges).toEqual([edge('c', 'b')])
  })

  it('of two edges that say the same takes away one', () => {
    const twice = { ...model, edges: [edge('a', 'b'), edge('a', 'b')] }
    expect(mended(twice, { op: 'remove_edge', ...edge('a', 'b') })?.edges).toEqual([edge('a', 'b')])
  })

  it('of two nodes with one id takes away or renames the second, and edges stay with the first', () => {
    const twins = { ...model, nodes: [node('a', 'First'), node('a', 'Second'), node('b')] }
    const without = mended(twins, { op: 'remove_node', node: 'a' })
    expect(without?.nodes.filter(({ id }) => id === 'a')).toEqual([node('a', 'First')])
    expect(without?.edges).toEqual(model.edges)
    const renamed = mended(twins, { op: 'rename_node', node: 'a', value: 'a_2' })
    expect(renamed?.nodes).toContainEqual(node('a_2', 'Second'))
    expect(renamed?.drawing.groups[0]?.nodes).toEqual(['a', 'gone'])
  })

  it('is not on offer when what it mends is no longer there', () => {
    expect(editOf(fix({ op: 'remove_edge', ...edge('b', 'a') }), model)).toBeNull()
    expect(editOf(fix(), model)).toBeNull()
  })
})

describe('a fix of the text', () => {
  const at = (line: number, column: number, endColumn: number, text: string): FixChange => ({
    op: 'text',
    line,
    column,
    end_line: line,
    end_column: endColumn,
    text,
  })

  it('makes its changes from the end, so that each finds its place', () => {
    expect(
      textWith(fix(at(1, 1, 4, 'uno'), at(1, 5, 8, 'dos'), at(2, 1, 1, '- ')), 'one two\nx'),
    ).toBe('uno dos\n- x')
  })

  it('is none of the drawing, nor the other way round', () => {
    expect(editOf(fix(at(1, 1, 2, 'x')), model)).toBeNull()
    expect(textWith(fix({ op: 'remove_node', node: 'a' }), 'text')).toBeNull()
  })
})

it('lists findings by node, the worst node and the worst finding first', () => {
  const finding = (nodeId: string, severity: Finding['severity']): Finding => ({
    rule: 'r',
    severity,
    problem: severity,
    remedy: '',
    where: { node: nodeId },
  })
  const groups = [...byNode([finding('a', 'info'), finding('b', 'warning'), finding('b', 'error')])]
  expect(groups.map(([id, list]) => [id, list.map(({ severity }) => severity)])).toEqual([
    ['b', ['error', 'warning']],
    ['a', ['info']],
  ])
})
