import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { clipText, cut, isTableStatement, pasteInto, tableStatements, wholeOf } from './clipboard'
import { applyEdit } from './edit'
import { type DataModel, emptyModel, type ModelNode } from './model'

const node = (id: string, change: Partial<ModelNode> = {}): ModelNode => ({
  id,
  type: 'sql_query',
  name: id.toUpperCase(),
  description: '',
  enabled: true,
  properties: {},
  position: { x: 0, y: 0 },
  ...change,
})
const shop: DataModel = {
  ...emptyModel('shop', 'Shop'),
  nodes: [node('a'), node('b', { position: { x: 300, y: 0 } }), node('c')],
  edges: [
    { source: 'a', target: 'b', type: 'data_flow', outcome: '' },
    { source: 'b', target: 'c', type: 'depends_on', outcome: 'true' },
  ],
  drawing: {
    notes: [{ id: 'n', text: 'Hi', x: 0, y: 200, width: 240, height: 120, color: 'teal' }],
    groups: [{ id: 'g', name: 'G', nodes: ['a', 'b'], collapsed: false, color: '' }],
  },
}

describe('copying', () => {
  it('takes the edges and groups that are wholly inside', () => {
    const clip = cut(shop, new Set(['a', 'b']), new Set())
    expect(clip.nodes.map(({ id }) => id)).toEqual(['a', 'b'])
    expect(clip.edges).toEqual([shop.edges[0]])
    expect(clip.groups).toEqual(shop.drawing.groups)
    expect(cut(shop, new Set(['b', 'c']), new Set()).groups).toEqual([])
  })

  it('writes a model file that says nothing twice', () => {
    const text = clipText(cut(shop, new Set(['a']), new Set(['n'])), 'Shop')
    expect(parse(text)).toEqual({
      data_models: [
        {
          id: 'copied',
          name: 'Shop',
          nodes: [{ id: 'a', type: 'sql_query', name: 'A', position: { x: 0, y: 0 } }],
          drawing: { notes: shop.drawing.notes },
        },
      ],
    })
  })

  it('keeps every property whatever it holds', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.jsonValue()), (values) => {
        const properties = JSON.parse(JSON.stringify(values)) as Record<string, unknown>
        const text = clipText({ ...wholeOf(shop), nodes: [node('a', { properties })] }, 'S')
        expect(parse(text).data_models[0].nodes[0].properties ?? {}).toEqual(properties)
      }),
    )
  })
})

describe('pasting', () => {
  it('into the same model makes new ids, and joins the copies as the originals were', () => {
    const pasted = pasteInto(shop, cut(shop, new Set(['a', 'b']), new Set(['n'])))
    const after = applyEdit(shop, pasted.edit)
    expect(pasted.nodes).toEqual(['a_2', 'b_2'])
    expect(after.edges.at(-1)).toEqual({
      source: 'a_2',
      target: 'b_2',
      type: 'data_flow',
      outcome: '',
    })
    expect(after.drawing.groups.at(-1)).toMatchObject({ id: 'g_2', nodes: ['a_2', 'b_2'] })
    expect(after.drawing.notes.at(-1)).toMatchObject({ id: 'n_2', x: 32, y: 232 })
  })

  it('puts the middle of what is pasted where it was asked for', () => {
    const { edit } = pasteInto(emptyModel('m', 'M'), cut(shop, new Set(['a']), new Set()), {
      x: 500,
      y: 500,
    })
    expect(applyEdit(emptyModel('m', 'M'), edit).nodes[0]?.position).toEqual({ x: 392, y: 474 })
  })

  it('a whole model into an empty one changes nothing but its places', () => {
    const after = applyEdit(
      emptyModel('shop', 'Shop'),
      pasteInto(emptyModel('m', ''), wholeOf(shop)).edit,
    )
    expect(after.edges).toEqual(shop.edges)
    expect(after.nodes.map(({ position: _, ...rest }) => rest)).toEqual(
      shop.nodes.map(({ position: _, ...rest }) => rest),
    )
  })
})

describe('statements', () => {
  it.each([
    ['CREATE TABLE a (id INT)', true],
    ['-- orders\ncreate or replace table if not exists a.b (id INT)', true],
    ['CREATE OR REFRESH STREAMING TABLE a AS SELECT 1', true],
    ['data_models:\n  - id: create table', false],
    ['SELECT * FROM table', false],
  ])('%j makes a table: %s', (text, answer) => {
    expect(isTableStatement(text)).toBe(answer)
  })

  it('of a script are read one by one, without what is no table', () => {
    expect(
      tableStatements('CREATE TABLE a (id INT);\nGRANT SELECT;\nCREATE TABLE b (t STRING);'),
    ).toEqual(['CREATE TABLE a (id INT)', 'CREATE TABLE b (t STRING)'])
  })
})
