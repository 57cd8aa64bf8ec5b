import { expect, it } from 'vitest'
import { isStale, staleWords } from './workspaceEvents'

const saved = { kind: 'document', data: { path: 'models/a.yaml' } }

it('makes what shows documents stale when somebody saves', () => {
  const words = staleWords(saved)
  expect(isStale(['models', 'w1'], 'w1', words)).toBe(true)
  expect(isStale(['history', 'w1', 'models/a.yaml'], 'w1', words)).toBe(true)
})

it('leaves other workspaces and other matters alone', () => {
  const words = staleWords(saved)
  expect(isStale(['models', 'w2'], 'w1', words)).toBe(false)
  expect(isStale(['connections', 'w1'], 'w1', words)).toBe(false)
})

it("asks for a person's own workspaces again when members change", () => {
  const words = staleWords({ kind: 'changed', data: { table: 'workspace_members' } })
  expect(isStale(['me'], 'w1', words)).toBe(true)
})

it('has nothing to say about events that it does not know', () => {
  expect(staleWords({ kind: 'presence', data: {} })).toEqual([])
})
