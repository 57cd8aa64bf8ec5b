import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { withIdentity, withoutItem, withoutModel } from './modelText'

const TWO = `# Shop
data_models:
  # The first
  - id: a
    name: A   # shown
    nodes: [{id: x, type: uc_table}]
  # The second
  - id: b
    name: B
    nodes: []
# The end
`

describe('a text without one of its models', () => {
  it('keeps the other one as it was written, with its comments', () => {
    expect(withoutModel(TWO, 'a')).toBe(`# Shop
data_models:
  # The first
  # The second
  - id: b
    name: B
    nodes: []
# The end
`)
  })

  it('keeps what stands behind the last', () => {
    expect(withoutModel(TWO, 'b')).toContain('# The end')
    expect(parse(withoutModel(TWO, 'b')).data_models).toHaveLength(1)
  })

  it('is the same text when it does not hold the model', () => {
    expect(withoutModel(TWO, 'c')).toBe(TWO)
  })

  it('works when all is on one line', () => {
    expect(parse(withoutModel('data_models: [{id: a}, {id: b}]', 'a'))).toEqual({
      data_models: [{ id: 'b' }],
    })
  })

  it('loses nothing else, whatever the models hold', () => {
    const model = fc.record({ name: fc.string(), description: fc.string() })
    fc.assert(
      fc.property(fc.array(model, { minLength: 1, maxLength: 4 }), fc.nat(3), (models, which) => {
        const all = models.map((one, index) => ({ id: `m${index}`, ...one }))
        const id = `m${which % all.length}`
        const left = parse(withoutModel(stringify({ data_models: all }), id)).data_models
        expect(left ?? []).toEqual(all.filter((one) => one.id !== id))
      }),
    )
  })
})

describe('a text under another id and name', () => {
  it('keeps everything else to the letter', () => {
    const text = '# mine\ndata_models:\n  - id: a  # key\n    name: "A"\n    nodes: []\n'
    expect(withIdentity(text, 'b', 'B: new')).toBe(
      '# mine\ndata_models:\n  - id: b  # key\n    name: "B: new"\n    nodes: []\n',
    )
  })

  it('gets a name when it had none', () => {
    expect(parse(withIdentity('data_models:\n  - id: a\n', 'a', 'Orders')).data_models).toEqual([
      { id: 'a', name: 'Orders' },
    ])
  })

  it('holds any id and name', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (id, name) => {
        const [model] = parse(
          withIdentity('data_models:\n  - id: a\n    name: b\n', id, name),
        ).data_models
        expect([model.id, model.name]).toEqual([id, name])
      }),
    )
  })
})

it('takes an item out of any list of a file', () => {
  const text = 'templates:\n  - id: a # first\n  - id: b # second\n'
  expect(withoutItem(text, 'templates', 'a')).toBe('templates:\n  - id: b # second\n')
})
