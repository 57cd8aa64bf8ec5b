import { describe, expect, it } from 'vitest'
import { type DataModel, emptyModel, type ModelEdge, type ModelNode } from '@/document/model'
import { arrangeAll } from './arrange'
import { comparedDrawing, nodesIn, valuesOf } from './compared'
import { type Comparison, differences } from './differences'

const node = (id: string, x: number | null, properties = {}): ModelNode => ({
  id,
  type: 'uc_table',
  name: id,
  description: '',
  enabled: true,
  properties,
  position: x === null ? null : { x, y: 0 },
})
const edge = (source: string, target: string): ModelEdge => ({
  source,
  target,
  type: 'data_flow',
  outcome: '',
})
const model = (nodes: ModelNode[], edges: ModelEdge[] = []): DataModel => ({
  ...emptyModel('m', 'M'),
  nodes,
  edges,
})
const nothing: Comparison = {
  nodes: { added: [], removed: [], changed: [], moved: [] },
  edges: { added: [], removed: [] },
}

describe('two versions as one drawing', () => {
  const before = model(
    [node('kept', 0), node('gone', 300), node('here', 600)],
    [edge('kept', 'gone')],
  )
  const after = model(
    [node('kept', 0), node('new', 300), { ...node('here', 900), name: 'H' }],
    [edge('kept', 'new')],
  )
  const drawing = comparedDrawing(before, after, differences(before, after), arrangeAll)

  it('shows what is new, gone, different and where it was', () => {
    expect(drawing.nodes.map(({ id, state, at, from }) => ({ id, state, x: at.x, from }))).toEqual([
      { id: 'kept', state: 'same', x: 0, from: null },
      { id: 'new', state: 'added', x: 300, from: null },
      { id: 'here', state: 'changed', x: 900, from: { x: 600, y: 0 } },
      { id: 'gone', state: 'removed', x: 300, from: null },
    ])
  })

  it('shows new and removed lines once each', () => {
    expect(drawing.edges.map(({ edge: { target }, state }) => [target, state])).toEqual([
      ['new', 'added'],
      ['gone', 'removed'],
    ])
  })

  it('counts what moved among the moved, though it changed too', () => {
    expect(nodesIn(drawing, 'moved').map((one) => one.id)).toEqual(['here'])
    expect(nodesIn(drawing, 'changed').map((one) => one.id)).toEqual(['here'])
  })

  it('places everything when a node has no place', () => {
    const drawn = comparedDrawing(
      null,
      model([node('a', null), node('b', 5)], [edge('a', 'b')]),
      nothing,
      arrangeAll,
    )
    const [a, b] = drawn.nodes
    expect((b?.at.x ?? 0) - (a?.at.x ?? 0)).toBeGreaterThan(216)
  })

  it('leaves out lines to nodes that are nowhere', () => {
    const drawn = comparedDrawing(
      null,
      model([node('a', 0)], [edge('a', 'nowhere')]),
      nothing,
      arrangeAll,
    )
    expect(drawn.edges).toEqual([])
  })
})

describe('what differs in a node', () => {
  it('stands there before and after', () => {
    expect(
      valuesOf(node('a', 0, { columns: [1] }), { ...node('a', 0, { table: 't' }), name: 'b' }, [
        'name',
        'properties.columns',
        'properties.table',
      ]),
    ).toEqual([
      { name: 'name', before: 'a', after: 'b' },
      { name: 'columns', before: '[\n 1\n]', after: '' },
      { name: 'table', before: '', after: 't' },
    ])
  })
})
