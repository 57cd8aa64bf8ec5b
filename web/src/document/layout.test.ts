import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  aligned,
  alignTo,
  boundsOf,
  cardAt,
  distributed,
  frameAround,
  freeSpot,
  reach,
} from './layout'
import type { ModelEdge } from './model'

const flow = (source: string, target: string): ModelEdge => ({
  source,
  target,
  type: 'data_flow',
  outcome: '',
})
const spot = fc.record({
  x: fc.integer({ min: -2000, max: 2000 }),
  y: fc.integer({ min: -2000, max: 2000 }),
})

describe('alignment guides', () => {
  it('pull a card to the edge of its neighbour, and draw the line over both', () => {
    const found = alignTo(cardAt({ x: 103, y: 200 }), [cardAt({ x: 100, y: 0 })])
    expect(found.dx).toBe(-3)
    expect(found.dy).toBe(0)
    expect(found.guides).toEqual([{ axis: 'x', at: 100, from: 0, to: 252 }])
  })

  it('leave a card alone that is near nothing', () => {
    expect(alignTo(cardAt({ x: 40, y: 200 }), [cardAt({ x: 0, y: 0 })])).toEqual({
      dx: 0,
      dy: 0,
      guides: [],
    })
  })

  it('never pull further than their reach', () => {
    fc.assert(
      fc.property(spot, fc.array(spot), (at, others) => {
        const { dx, dy } = alignTo(cardAt(at), others.map(cardAt), 5)
        expect(Math.abs(dx)).toBeLessThanOrEqual(5)
        expect(Math.abs(dy)).toBeLessThanOrEqual(5)
      }),
    )
  })
})

describe('places', () => {
  it('of aligned cards share a line and keep the other coordinate', () => {
    const at = new Map([
      ['a', { x: 0, y: 10 }],
      ['b', { x: 80, y: 90 }],
    ])
    expect(aligned(at, 'left')).toEqual({ a: { x: 0, y: 10 }, b: { x: 0, y: 90 } })
    expect(aligned(at, 'bottom')).toEqual({ a: { x: 0, y: 90 }, b: { x: 80, y: 90 } })
  })

  it('of distributed cards have equal steps between the outermost', () => {
    const at = new Map([
      ['a', { x: 0, y: 0 }],
      ['b', { x: 10, y: 5 }],
      ['c', { x: 100, y: 0 }],
    ])
    expect(distributed(at, 'x').b).toEqual({ x: 50, y: 5 })
  })

  it('of a new card cover no other', () => {
    fc.assert(
      fc.property(spot, fc.array(spot, { maxLength: 20 }), (wished, others) => {
        const boxes = others.map(cardAt)
        const card = cardAt(freeSpot(wished, boxes))
        for (const box of boxes) {
          const apart =
            card.x + card.width <= box.x ||
            box.x + box.width <= card.x ||
            card.y + card.height <= box.y ||
            box.y + box.height <= card.y
          expect(apart).toBe(true)
        }
      }),
    )
  })

  it('inside a frame leave room for its heading', () => {
    expect(frameAround([cardAt({ x: 0, y: 0 })])).toEqual({
      x: -24,
      y: -48,
      width: 264,
      height: 124,
    })
    expect(boundsOf([])).toBeNull()
  })
})

it('what comes before and after a node is found also around a loop', () => {
  const edges = [flow('a', 'b'), flow('b', 'c'), flow('c', 'b'), flow('x', 'c')]
  expect(reach(edges, ['b'], 'downstream')).toEqual(new Set(['c']))
  expect(reach(edges, ['b'], 'upstream')).toEqual(new Set(['a', 'c', 'x']))
})
