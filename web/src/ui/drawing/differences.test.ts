import { describe, expect, it } from 'vitest'
import type { ModelEdge, ModelNode } from '@/document/model'
import { differences } from './differences'
import cases from './differences.cases.json'

type Case = (typeof cases)[number]
type Version = Case['before']

const nodeOf = (given: Version['nodes'][number]): ModelNode => {
  const { position, ...rest } = { name: '', description: '', enabled: true, ...given } as Omit<
    ModelNode,
    'position'
  > & { position?: [number, number] }
  const [x, y] = position ?? []
  return {
    ...rest,
    properties: rest.properties ?? {},
    position: x === undefined || y === undefined ? null : { x, y },
  }
}
const edgeOf = (given: object) => ({ type: 'data_flow', outcome: '', ...given }) as ModelEdge
const version = ({ nodes, edges }: Version) => ({
  nodes: nodes.map(nodeOf),
  edges: edges.map(edgeOf),
})

describe('two versions of a model, compared as the server does', () => {
  it.each(cases)('$name', ({ before, after, found }) => {
    const { nodes, edges } = differences(version(before), version(after))
    expect({ ...nodes, edges_added: edges.added, edges_removed: edges.removed }).toEqual({
      ...found,
      edges_added: found.edges_added.map(edgeOf),
      edges_removed: found.edges_removed.map(edgeOf),
    })
  })

  it('tells all of a model from none', () => {
    const model = version({ nodes: [{ id: 'a', type: 'job' }], edges: [] } as Version)
    expect(differences(null, model).nodes.added).toEqual(['a'])
    expect(differences(model, null).nodes.removed).toEqual(['a'])
  })
})
