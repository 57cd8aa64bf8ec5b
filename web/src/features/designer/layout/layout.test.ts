import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CARD, type EdgeKind, emptyModel } from '@/document/model'
import { arrangeAll } from '@/ui/drawing/arrange'
import { keepingCorner, split, withShelf } from './arrange'
import { elkGraph, fromElk } from './elk'

const model = (edges: [string, string, EdgeKind][]) => ({
  ...emptyModel('m', 'M'),
  nodes: [...new Set(edges.flatMap((edge) => edge.slice(0, 2)))].map((id) => ({
    id,
    type: 't',
    name: id,
    description: '',
    enabled: true,
    properties: {},
    position: null,
  })),
  edges: edges.map(([source, target, type]) => ({ source, target, type, outcome: '' })),
})

describe('automatic layout', () => {
  it('leads every edge of a graph without loops from left to right', () => {
    const arrow = fc
      .tuple(fc.nat(11), fc.nat(11))
      .filter(([one, other]) => one < other)
      .map(([one, other]) => [`n${one}`, `n${other}`] as const)
    fc.assert(
      fc.property(fc.array(arrow, { maxLength: 20 }), (edges) => {
        const nodes = Array.from({ length: 12 }, (_, index) => `n${index}`)
        const at = arrangeAll(nodes, edges)
        for (const [source, target] of edges)
          expect((at[source]?.x ?? 0) + CARD.width).toBeLessThan(at[target]?.x ?? 0)
      }),
      { numRuns: 40 },
    )
  })

  it('asks ELK for the same cards and edges, and reads its answer', () => {
    const graph = elkGraph({ nodes: ['a', 'b'], edges: [['a', 'b']] })
    expect(graph.children).toEqual([
      { id: 'a', ...CARD },
      { id: 'b', ...CARD },
    ])
    expect(graph.edges).toEqual([{ id: 'e0', sources: ['a'], targets: ['b'] }])
    expect(fromElk({ id: 'root', children: [{ id: 'a', x: 1, y: 2 }] })).toEqual({
      a: { x: 1, y: 2 },
    })
  })

  it('puts what only lends itself on a shelf above what it is lent to', () => {
    const { toArrange, shelf, attachments } = split(
      model([
        ['a', 'b', 'data_flow'],
        ['cluster', 'b', 'uses_compute'],
      ]),
    )
    expect(toArrange.nodes).toEqual(['a', 'b'])
    expect(shelf).toEqual(['cluster'])
    const at = withShelf({ a: { x: 0, y: 0 }, b: { x: 288, y: 0 } }, shelf, attachments)
    expect(at.cluster?.x).toBe(288)
    expect(at.cluster?.y).toBeLessThan(-CARD.height)
  })

  it('of a selection moves nothing else and stays where it was', () => {
    const { toArrange } = split(
      model([
        ['a', 'b', 'data_flow'],
        ['b', 'c', 'data_flow'],
      ]),
      new Set(['a', 'b']),
    )
    expect(toArrange).toEqual({ nodes: ['a', 'b'], edges: [['a', 'b']] })
    expect(
      keepingCorner({ a: { x: 0, y: 0 }, b: { x: 288, y: 0 } }, [
        { x: 800, y: 400 },
        { x: 900, y: 500 },
      ]),
    ).toEqual({ a: { x: 800, y: 400 }, b: { x: 1088, y: 400 } })
  })
})
