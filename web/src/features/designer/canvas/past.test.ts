import { describe, expect, it } from 'vitest'
import { applyEdit } from '@/document/edit'
import { type DataModel, emptyModel, type ModelNode } from '@/document/model'
import { differences } from '@/ui/drawing/differences'
import { toFlow } from './flow'
import { listOf, pastOf } from './past'

const node = (id: string, x: number, change: Partial<ModelNode> = {}): ModelNode => ({
  id,
  type: 'notebook',
  name: id,
  description: '',
  enabled: true,
  properties: {},
  position: { x, y: 0 },
  ...change,
})
const edge = (source: string, target: string) =>
  ({ source, target, type: 'data_flow', outcome: '' }) as const
const model = (nodes: ModelNode[], edges: ReturnType<typeof edge>[]): DataModel => ({
  ...emptyModel('m', 'M'),
  nodes,
  edges,
})
const at = (one: ModelNode) => one.position ?? { x: 0, y: 0 }
const before = model(
  [node('a', 0), node('gone', 288), node('b', 576)],
  [edge('a', 'gone'), edge('gone', 'b')],
)
const after = model(
  [node('a', 0, { name: 'A' }), node('new', 288), node('b', 576, { position: { x: 576, y: 96 } })],
  [edge('a', 'new'), edge('new', 'b')],
)
const past = pastOf(before, after, differences(before, after), at)
const NONE = new Set<string>()
const drawn = (of: DataModel, its: typeof past) =>
  toFlow({
    model: of,
    types: new Map(),
    placed: {},
    findings: [],
    derived: [],
    marks: its.marks,
    past: its,
    lit: null,
    selected: { nodes: NONE, edges: NONE, notes: NONE, groups: NONE },
  })

describe('a comparison on the canvas', () => {
  it('marks what is there, and shows what is gone beside it', () => {
    expect(Object.fromEntries(past.marks)).toEqual({ a: 'changed', new: 'added', b: 'moved' })
    const { nodes, edges } = drawn(after, past)
    expect(nodes.map(({ id, type }) => [id, type])).toEqual([
      ['trace:b', 'trace'],
      ['ghost:gone', 'ghost'],
      ['a', 'card'],
      ['new', 'card'],
      ['b', 'card'],
    ])
    expect(edges.map(({ source, target, data }) => [source, target, data?.mark])).toEqual([
      ['a', 'new', 'added'],
      ['new', 'b', 'added'],
      ['a', 'ghost:gone', 'removed'],
      ['ghost:gone', 'b', 'removed'],
      ['trace:b', 'b', 'moved'],
    ])
  })

  it('never puts what is gone over a card, and nobody can take hold of it', () => {
    const ghost = drawn(after, past).nodes.find((one) => one.type === 'ghost')
    expect(ghost).toMatchObject({ selectable: false, draggable: false })
    expect(ghost?.position.x).toBe(288)
    expect(ghost?.position.y).toBeGreaterThanOrEqual(52)
  })

  it('lists everything in the order of reading, nodes before their lines', () => {
    expect(listOf(past, after, at).map(({ names, state }) => [names.join(' to '), state])).toEqual([
      ['A', 'changed'],
      ['A to gone', 'removed'],
      ['A to new', 'added'],
      ['new', 'added'],
      ['gone', 'removed'],
      ['new to b', 'added'],
      ['gone to b', 'removed'],
      ['b', 'moved'],
    ])
  })

  it('keeps up with what is edited', () => {
    const undone = applyEdit(after, { kind: 'remove', nodes: ['new'] })
    const now = pastOf(before, undone, differences(before, undone), at)
    expect([...now.marks.keys()]).toEqual(['b', 'a'])
    expect(now.newEdges.size).toBe(0)
  })
})
