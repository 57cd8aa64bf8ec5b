import { Position } from '@xyflow/react'
import { describe, expect, it } from 'vitest'
import { CARD } from '@/document/model'
import { facing, isLong, stubs, wayOf } from './ways'

const ends = (sourceX: number, sourceY: number, targetX: number, targetY: number) => ({
  sourceX,
  sourceY,
  targetX,
  targetY,
  sourcePosition: Position.Right,
  targetPosition: Position.Left,
})
/** The corners that a path of straight lines and round corners goes by. */
const ys = (path: string) =>
  [...path.matchAll(/[ML]\s*-?[\d.]+[ ,](-?[\d.]+)/g)].map((found) => Number(found[1]))

describe('the way of a line', () => {
  it('is one curve to a card ahead', () => {
    expect(wayOf(ends(0, 0, 200, 40))[0]).toContain('C')
  })

  it('goes around below both cards when it leads back in one row', () => {
    expect(Math.max(...ys(wayOf(ends(400, 26, 0, 26))[0]))).toBeGreaterThan(CARD.height)
  })

  it('crosses over between the rows when it leads back to another one', () => {
    const passed = ys(wayOf(ends(400, 26, 0, 226))[0])
    expect(Math.max(...passed)).toBe(226)
    expect(passed.some((y) => y > CARD.height && y < 200)).toBe(true)
  })

  it('of a loan goes between the sides that face each other', () => {
    const box = (x: number, y: number) => ({ x, y, ...CARD })
    const sides = (x: number, y: number, kind = 'uses_compute') => {
      const found = facing(box(0, 0), box(x, y), kind)
      return [found.sourcePosition, found.targetPosition]
    }
    expect(sides(0, 200)).toEqual(['bottom', 'top'])
    expect(sides(0, -200)).toEqual(['top', 'bottom'])
    expect(sides(400, 0)).toEqual(['right', 'left'])
    expect(sides(-400, 0)).toEqual(['left', 'right'])
    expect(sides(300, 900)).toEqual(['bottom', 'top'])
    expect(sides(300, 900, 'contains')).toEqual(['right', 'left'])
  })

  it('of a long loan is its two ends only, each pointing away from its card', () => {
    const long = facing({ x: 0, y: 0, ...CARD }, { x: 100, y: 900, ...CARD }, 'uses_compute')
    expect(isLong(long, 'uses_compute')).toBe(true)
    expect(stubs(long)).toBe('M108,52 v14 M208,900 v-14')
  })
})
