import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse, parseDocument } from 'yaml'
import { type Patch, patched } from './patch'
import { itemOf, type Region, regionOf, sourceIn, withSource } from './region'

const FILE = `# Ours.
templates:
  - id: first
    name: First # for people
    variables:
      # Where it goes.
      - name: table
        type: table_name
        sample: main.sales.orders
      # How many.
      - name: rows
        type: integer # whole
        default: 5
    template_content: |
      SELECT *
      FROM {{ table }}

      LIMIT {{ rows }}
    output_type: sql
  - id: second
    variables: [{name: a, type: string}]
    template_content: "SELECT 1"
`

const region = (text: string, id = 'first'): Region => {
  const item = itemOf(parseDocument(text), id, 0)
  const found = item && regionOf(text, item, 'template_content')
  if (!found) throw new Error('There is no block.')
  return found
}
const item = (text: string, id = 'first'): Record<string, unknown> =>
  parse(text).templates.find((one: { id: string }) => one.id === id)

describe('the source of a template in its file', () => {
  it('is read without the indentation of YAML', () => {
    expect(sourceIn(FILE, region(FILE))).toBe('SELECT *\nFROM {{ table }}\n\nLIMIT {{ rows }}')
    expect(region(FILE)).toMatchObject({ line: 15, indent: 6 })
  })

  it('changes its own lines only', () => {
    const { text } = withSource(FILE, region(FILE), 'SELECT 2')
    expect(item(text).template_content).toBe('SELECT 2\n')
    expect(text.replace(/\|\n {6}SELECT 2\n/, '')).toBe(
      FILE.replace(/\|\n {6}SELECT \*[\s\S]*?LIMIT \{\{ rows \}\}\n/, ''),
    )
  })

  it('is whatever was typed, and where it is said to be', () => {
    const source = fc
      .array(fc.stringMatching(/^[ -~]{0,12}$/), { minLength: 1, maxLength: 6 })
      .map((lines) => lines.join('\n'))
    fc.assert(
      fc.property(source, source, (one, other) => {
        fc.pre(one.trim() !== '' && other.trim() !== '')
        const first = withSource(FILE, region(FILE), one)
        expect(sourceIn(first.text, first.region)).toBe(one)
        expect(item(first.text).template_content).toBe(`${one.replace(/\n+$/, '')}\n`)
        const second = withSource(first.text, first.region, other)
        expect(sourceIn(second.text, second.region)).toBe(other)
        expect(item(second.text, 'second')).toEqual(item(FILE, 'second'))
      }),
    )
  })

  it('keeps the line ends of Windows', () => {
    const text = FILE.replaceAll('\n', '\r\n')
    const next = withSource(text, region(text), 'a\nb').text
    expect(next).toContain('      a\r\n      b\r\n    output_type')
  })

  it('is not found where it is no block', () => {
    const second = itemOf(parseDocument(FILE), 'second', 1)
    expect(second && regionOf(FILE, second, 'template_content')).toBeNull()
  })
})

describe('a change of the declarations', () => {
  const fileWith = (...patches: Patch[]) => patched(FILE, 'first', 0, patches) ?? ''

  it('rewrites one word and keeps the comment behind it', () => {
    expect(fileWith({ op: 'set', path: ['variables', 1, 'type'], value: 'number' })).toBe(
      FILE.replace('integer # whole', 'number # whole'),
    )
    expect(fileWith({ op: 'set', path: ['name'], value: 'The: first' })).toBe(
      FILE.replace('First #', '"The: first" #'),
    )
  })

  it('adds a key where people look for it', () => {
    expect(fileWith({ op: 'set', path: ['variables', 0, 'required'], value: true })).toBe(
      FILE.replace('type: table_name\n', 'type: table_name\n        required: true\n'),
    )
  })

  it('takes a key away', () => {
    expect(fileWith({ op: 'unset', path: ['variables', 1, 'default'] })).toBe(
      FILE.replace('        default: 5\n', ''),
    )
  })

  it('moves a variable with its comment', () => {
    const text = fileWith({ op: 'move', path: ['variables'], from: 1, to: 0 })
    expect(text.indexOf('# How many.')).toBeLessThan(text.indexOf('# Where it goes.'))
    expect((item(text).variables as { name: string }[]).map(({ name }) => name)).toEqual([
      'rows',
      'table',
    ])
    expect(text).toContain('# How many.\n      - name: rows')
  })

  it('adds the first of a list', () => {
    const text = fileWith({ op: 'insert', path: ['variations'], at: 0, value: { id: 'fast' } })
    expect(text).toContain('    variations:\n      - id: fast\n')
    expect(item(text).variations).toEqual([{ id: 'fast' }])
  })

  it('takes the list away with its last item', () => {
    const text = fileWith(
      { op: 'remove', path: ['variables'], at: 0 },
      { op: 'remove', path: ['variables'], at: 0 },
    )
    expect(item(text)).not.toHaveProperty('variables')
  })

  it('is made in what is written on one line too', () => {
    const text = patched(FILE, 'second', 1, [
      { op: 'set', path: ['variables', 0, 'type'], value: 'integer' },
      { op: 'insert', path: ['variables'], at: 1, value: { name: 'b' } },
    ])
    expect(item(text ?? '', 'second').variables).toEqual([
      { name: 'a', type: 'integer' },
      { name: 'b' },
    ])
    expect(item(text ?? '')).toEqual(item(FILE))
  })

  it('is refused where the text is no YAML', () => {
    expect(patched('templates: [', 'first', 0, [{ op: 'unset', path: ['name'] }])).toBeNull()
  })

  it('always says what was asked for, and touches no other template', () => {
    const value = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(fc.string(), { maxLength: 3 }),
      fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.string(), { maxKeys: 3 }),
      fc.array(fc.record({ name: fc.string(), type: fc.string() }), { maxLength: 3 }),
    )
    const key = fc.constantFrom('description', 'default', 'sample', 'pattern', 'type')
    const at = fc.nat(1)
    const patch: fc.Arbitrary<Patch> = fc.oneof(
      fc.record({
        op: fc.constant('set' as const),
        path: fc.tuple(fc.constant('variables'), at, key),
        value,
      }),
      fc.record({
        op: fc.constant('unset' as const),
        path: fc.tuple(fc.constant('variables'), at, key),
      }),
      fc.record({
        op: fc.constant('move' as const),
        path: fc.constant(['variables']),
        from: at,
        to: at,
      }),
      fc.record({
        op: fc.constant('insert' as const),
        path: fc.constant(['variables']),
        at: fc.nat(2),
        value: fc.record({ name: fc.stringMatching(/^[a-z]{1,5}$/), sample: value }),
      }),
    )
    fc.assert(
      fc.property(fc.array(patch, { maxLength: 5 }), (patches) => {
        const text = patched(FILE, 'first', 0, patches)
        expect(text).not.toBeNull()
        expect(item(text ?? '', 'second')).toEqual(item(FILE, 'second'))
        expect(item(text ?? '').template_content).toBe(item(FILE).template_content)
        expect(text).toContain('# Ours.')
      }),
    )
  })
})
