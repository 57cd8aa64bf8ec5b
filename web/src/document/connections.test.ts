import { describe, expect, it } from 'vitest'
import { connect, misfits, type NodeType, typesAtOtherEnd, typesBetween } from './connections'
import { type DataModel, emptyModel, type ModelEdge } from './model'

const port = (name: string, kind: string, many = true, outcome = '') => ({
  name,
  kind,
  many,
  outcome,
})
const row = (key: string, change: Partial<NodeType>): NodeType => ({
  key,
  label: key,
  family: 'source',
  icon: 'table',
  summary: '',
  inputs: [],
  outputs: [],
  aliases: [],
  tags: [],
  edges: {},
  ...change,
})
const TYPES = new Map(
  [
    row('read', { outputs: [port('out', 'dataset')], edges: { data_flow: ['sql', 'write'] } }),
    row('sql', {
      inputs: [port('in', 'dataset'), port('after', 'control'), port('compute', 'compute', false)],
      outputs: [port('out', 'dataset'), port('before', 'control')],
      edges: { data_flow: ['sql', 'write'], depends_on: ['sql', 'if', 'write'] },
    }),
    row('write', { inputs: [port('in', 'dataset'), port('after', 'control')] }),
    row('if', {
      inputs: [port('after', 'control')],
      outputs: [port('true', 'control', true, 'true'), port('false', 'control', true, 'false')],
      edges: { depends_on: ['sql', 'write'] },
    }),
    row('cluster', { outputs: [port('runs', 'compute')], edges: { uses_compute: ['sql'] } }),
  ].map((one) => [one.key, one]),
)

function modelOf(nodes: Record<string, string>, edges: ModelEdge[] = []): DataModel {
  return {
    ...emptyModel('m', 'M'),
    nodes: Object.entries(nodes).map(([id, type]) => ({
      id,
      type,
      name: id,
      description: '',
      enabled: true,
      properties: {},
      position: null,
    })),
    edges,
  }
}

describe('connecting two nodes', () => {
  it.each([
    ['data comes before order when both would fit', 'sql', 'sql', undefined, 'data_flow', ''],
    ['a named port decides', 'sql', 'sql', 'before', 'depends_on', ''],
    ['the exit of a condition gives its outcome', 'if', 'sql', 'false', 'depends_on', 'false'],
    ['compute goes to what it runs', 'cluster', 'sql', undefined, 'uses_compute', ''],
  ])('%s', (_, from, into, port, type, outcome) => {
    const answer = connect(modelOf({ a: from, b: into }), TYPES, { node: 'a', port }, { node: 'b' })
    expect(answer).toEqual({ edge: { source: 'a', target: 'b', type, outcome } })
  })

  const computes: ModelEdge = { source: 'old', target: 'b', type: 'uses_compute', outcome: '' }
  const flows: ModelEdge = { source: 'a', target: 'b', type: 'data_flow', outcome: '' }
  it.each([
    ['itself', { a: 'sql' }, [], 'a', undefined, { why: 'itself' }],
    [
      'nothing goes into a source',
      { a: 'sql', b: 'read' },
      [],
      'b',
      undefined,
      { why: 'no-way-in', node: 'b' },
    ],
    [
      'nothing comes out of an end',
      { a: 'write', b: 'sql' },
      [],
      'b',
      undefined,
      { why: 'no-way-out', node: 'a' },
    ],
    [
      'other kinds of ports',
      { a: 'read', b: 'if' },
      [],
      'b',
      undefined,
      { why: 'kinds', from: 'dataset', into: 'control' },
    ],
    ['the same edge twice', { a: 'read', b: 'write' }, [flows], 'b', undefined, { why: 'twin' }],
    [
      'a place that is taken',
      { a: 'cluster', b: 'sql', old: 'cluster' },
      [computes],
      'b',
      undefined,
      { why: 'full', node: 'b', kind: 'uses_compute', holds: 'old' },
    ],
    [
      'a type that nobody knows',
      { a: 'read', b: 'magic' },
      [],
      'b',
      undefined,
      { why: 'unknown-type', node: 'b' },
    ],
  ])('is refused: %s', (_, nodes, edges, target, port, misfit) => {
    const model = modelOf(nodes as unknown as Record<string, string>, edges)
    expect(connect(model, TYPES, { node: 'a', port }, { node: target })).toEqual({ misfit })
  })

  it('every other node that cannot be reached is named with its reason', () => {
    const model = modelOf({ a: 'read', b: 'sql', c: 'if' })
    expect([...misfits(model, TYPES, { node: 'a' }, 'source').keys()]).toEqual(['c'])
  })
})

describe('types that fit', () => {
  it('behind an exit of a condition carry its outcome', () => {
    const type = TYPES.get('if') as NodeType
    expect(typesAtOtherEnd(TYPES, type, 'source', 'true')).toEqual(
      new Map([
        ['sql', { kind: 'depends_on', outcome: 'true' }],
        ['write', { kind: 'depends_on', outcome: 'true' }],
      ]),
    )
  })

  it('in the middle of an edge take it and lead on', () => {
    const [read, write] = ['read', 'write'].map((key) => TYPES.get(key) as NodeType)
    expect(typesBetween(TYPES, read as NodeType, write as NodeType, 'data_flow')).toEqual(
      new Set(['sql']),
    )
  })
})
