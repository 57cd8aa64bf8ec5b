import { describe, expect, it } from 'vitest'
import type { NodeType } from '@/document/connections'
import { applyEdit } from '@/document/edit'
import { type DataModel, emptyModel, type ModelNode } from '@/document/model'
import { type Shown, toFlow, withLive } from './flow'

const TYPE: NodeType = {
  key: 'sql_query',
  label: 'SQL',
  family: 'transformation',
  icon: 'file-code-2',
  summary: '',
  inputs: [{ name: 'in', kind: 'dataset', many: true }],
  outputs: [{ name: 'out', kind: 'dataset', many: true }],
  aliases: [],
  tags: [],
  edges: { data_flow: ['sql_query'] },
}
const node = (id: string, x: number | null, type = 'sql_query'): ModelNode => ({
  id,
  type,
  name: id,
  description: '',
  enabled: true,
  properties: {},
  position: x === null ? null : { x, y: 0 },
})
const flow = (source: string, target: string) =>
  ({ source, target, type: 'data_flow', outcome: '' }) as const
const model: DataModel = {
  ...emptyModel('m', 'M'),
  nodes: [node('a', 0), node('b', 300), node('c', 600)],
  edges: [flow('a', 'c'), flow('b', 'c'), flow('a', 'b')],
}
const NONE = new Set<string>()
const shown = (change: Partial<Shown> = {}): Shown => ({
  model,
  types: new Map([[TYPE.key, TYPE]]),
  placed: {},
  findings: [],
  derived: [],
  marks: new Map(),
  past: null,
  lit: null,
  selected: { nodes: NONE, edges: NONE, notes: NONE, groups: NONE },
  ...change,
})
const grouped = (collapsed: boolean): DataModel => ({
  ...model,
  drawing: {
    notes: [],
    groups: [{ id: 'g', name: 'G', nodes: ['a', 'b'], collapsed, color: '' }],
  },
})

describe('what React Flow is shown', () => {
  it('knows sizes and handles before anything is painted', () => {
    for (const card of toFlow(shown()).nodes) {
      expect(card).toMatchObject({ width: 216, height: 52, measured: { width: 216, height: 52 } })
      expect(card.handles?.map((handle) => handle.id)).toEqual(
        expect.arrayContaining(['in:in', 'out:out']),
      )
    }
  })

  it('stays the same, object by object, when nothing changed', () => {
    const before = toFlow(shown())
    const after = toFlow(shown({ model: { ...model } }), before)
    expect(after.nodes.every((one, index) => one === before.nodes[index])).toBe(true)
    expect(after.edges.every((one, index) => one === before.edges[index])).toBe(true)
  })

  it('repaints one card when one property changes, and no data of a card that only moved', () => {
    const before = toFlow(shown())
    const edited = applyEdit(model, { kind: 'set-property', id: 'b', path: ['sql'], value: 'x' })
    const after = toFlow(shown({ model: edited }), before)
    expect(after.nodes.map((one, index) => one === before.nodes[index])).toEqual([
      true,
      false,
      true,
    ])
  })

  it('waits for a place, and uses the one that was found', () => {
    const unplaced = { ...model, nodes: [node('a', null)], edges: [] }
    expect(toFlow(shown({ model: unplaced })).nodes).toEqual([])
    expect(
      toFlow(shown({ model: unplaced, placed: { a: { x: 8, y: 16 } } })).nodes[0]?.position,
    ).toEqual({ x: 8, y: 16 })
  })

  it('counts the findings of each node', () => {
    const finding = (severity: 'error' | 'warning' | 'info') => ({
      rule: 'r',
      severity,
      problem: '',
      remedy: '',
      where: { node: 'a' },
    })
    const [a] = toFlow(
      shown({
        findings: [finding('error'), finding('error'), finding('warning'), finding('info')],
      }),
    ).nodes
    expect(a?.data).toMatchObject({ errors: 2, warnings: 1 })
  })

  it('draws an edge that the types do not allow from a hidden handle', () => {
    const strange = { ...model, edges: [{ ...flow('a', 'b'), type: 'grants_on' as const }] }
    expect(toFlow(shown({ model: strange })).edges[0]).toMatchObject({
      sourceHandle: 'out:*',
      targetHandle: 'in:*',
    })
  })

  it('marks dependencies that nobody drew with their reason', () => {
    const [edge] = toFlow(
      shown({
        model: { ...model, edges: [] },
        derived: [{ source: 'a', target: 'b', because: 'b reads what a writes' }],
      }),
    ).edges
    expect(edge?.data).toMatchObject({
      kind: 'derived',
      because: 'b reads what a writes',
      edge: null,
    })
  })

  it('pales everything that is not highlighted', () => {
    const { nodes, edges } = toFlow(shown({ lit: new Set(['a', 'b']) }))
    expect(nodes.map((one) => one.type === 'card' && one.data.pale)).toEqual([false, false, true])
    expect(edges.map((one) => one.data?.pale)).toEqual([true, true, false])
  })
})

describe('groups', () => {
  it('are frames around their members, which follow a drag', () => {
    const { nodes } = toFlow(shown({ model: grouped(false) }))
    expect(nodes[0]).toMatchObject({
      type: 'frame',
      position: { x: -24, y: -48 },
      width: 564,
      height: 124,
    })
    const dragged = withLive(
      nodes,
      new Map([['b', { x: 400, y: 0 }]]),
      grouped(false).drawing.groups,
    )
    expect(dragged[0]).toMatchObject({ width: 664 })
    expect(nodes[0]).toMatchObject({ width: 564 })
  })

  it('fold to one box; what leaves it to one node is one line', () => {
    const { nodes, edges } = toFlow(shown({ model: grouped(true) }))
    expect(nodes.map(({ id }) => id)).toEqual(['c', 'group:g'])
    expect(edges.map(({ source, target }) => [source, target])).toEqual([['group:g', 'c']])
  })
})
