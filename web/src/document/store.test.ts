import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { applyEdit, type Edit } from './edit'
import { type DataModel, emptyModel, type ModelNode } from './model'
import type { DocumentServer, Finding, Opened, SaveAnswer } from './server'
import { documentActions, documentStore, isDirty, isDrawn, isKept, isTextStale } from './store'

/** A file that a person can read and write: a comment, then the model. `bad` cannot be read. */
const fileOf = (comment: string, model: DataModel): string =>
  `# ${comment}\n${JSON.stringify(model)}`

function readFile(text: string): DataModel | null {
  if (text.includes('bad')) return null
  return JSON.parse(text.slice(text.indexOf('\n') + 1))
}

const node = (id: string, properties: Record<string, unknown> = {}): ModelNode => ({
  id,
  type: 'notebook',
  name: id,
  description: '',
  enabled: true,
  properties,
  position: { x: 0, y: 0 },
})
const START: DataModel = { ...emptyModel('orders', 'Orders'), nodes: [node('a'), node('b')] }
const TEXT = fileOf('as it was', START)
const UNREADABLE: Finding = {
  rule: 'yaml',
  severity: 'error',
  problem: 'This is no YAML.',
  remedy: 'Mend it.',
  where: { line: 1 },
}

class FakeServer implements DocumentServer {
  drafts: (string | null)[] = []
  saved: { text: string; base: string | null; message: string }[] = []
  answers: SaveAnswer[] = []
  isDown = false
  cannotWrite = false
  /** How long the next answers take. */
  delays: number[] = []

  private async wait(): Promise<void> {
    await new Promise((go) => setTimeout(go, this.delays.shift() ?? 1))
    if (this.isDown) throw new Error('The server does not answer.')
  }

  async look(text: string, model: DataModel | null): Promise<Opened> {
    await this.wait()
    const comment = text.split('\n', 1)[0]?.slice(2) ?? ''
    const read = readFile(text)
    const cannot = read === null || (model !== null && this.cannotWrite)
    const now = cannot ? null : (model ?? read)
    return {
      text: now && model ? fileOf(comment, model) : text,
      model: now,
      findings: cannot ? [UNREADABLE] : [],
      derived: [],
      waves: [],
      lines: {},
    }
  }

  async keepDraft(text: string): Promise<void> {
    await this.wait()
    this.drafts.push(text)
  }

  async dropDraft(): Promise<void> {
    await this.wait()
    this.drafts.push(null)
  }

  async save(text: string, base: string | null, message: string): Promise<SaveAnswer> {
    await this.wait()
    this.saved.push({ text, base, message })
    return (
      this.answers.shift() ?? {
        kind: 'saved',
        version: `v${this.saved.length + 1}`,
        text,
        commit: 'c0ffee',
      }
    )
  }
}

let server: FakeServer
const now = () => {
  const { open } = documentStore.getState()
  if (!open) throw new Error('Nothing is open.')
  return open
}
const rename = (id: string, name: string): Edit => ({ kind: 'set-node', id, change: { name } })
const settled = () => vi.runAllTimersAsync()

function begin(text = TEXT, readOnly: string | null = null, base = TEXT): void {
  documentActions.open(
    {
      workspaceId: 'w',
      path: 'models/orders.yaml',
      modelId: 'orders',
      readOnly,
      base: { version: 'v1', text: base },
      opened: {
        text,
        model: readFile(text),
        findings: readFile(text) ? [] : [UNREADABLE],
        derived: [],
        waves: [],
        lines: {},
      },
    },
    server,
  )
}

beforeEach(() => {
  vi.useFakeTimers()
  server = new FakeServer()
  begin()
})

afterEach(async () => {
  server.isDown = false
  documentActions.close()
  await settled()
  vi.useRealTimers()
})

describe('drawing and typing', () => {
  it('writes what is drawn into the text, and the comment stays', async () => {
    documentActions.edit(rename('a', 'Alpha'), 'rename')
    expect(isTextStale(now())).toBe(true)
    await settled()
    expect(now().text).toBe(fileOf('as it was', applyEdit(START, rename('a', 'Alpha'))))
    expect(isTextStale(now())).toBe(false)
  })

  it('draws what is typed', async () => {
    documentActions.type(fileOf('mine', applyEdit(START, rename('b', 'Beta'))))
    await settled()
    expect(now().model.nodes[1]?.name).toBe('Beta')
    expect(now().text).toContain('# mine')
  })

  it('draws on typed text that nobody has read yet, and loses neither', async () => {
    documentActions.type(fileOf('mine', applyEdit(START, rename('b', 'Beta'))))
    documentActions.edit(rename('a', 'Alpha'), 'rename')
    await settled()
    expect(now().model.nodes.map(({ name }) => name)).toEqual(['Alpha', 'Beta'])
    expect(readFile(now().text)).toEqual(now().model)
    expect(now().text).toContain('# mine')
  })

  it('takes no typing while the text is behind the drawing', async () => {
    documentActions.edit(rename('a', 'Alpha'), 'rename')
    expect(documentActions.type('anything')).toBe(false)
    await settled()
    expect(now().model.nodes[0]?.name).toBe('Alpha')
  })

  it('keeps the last good drawing while the text is bad, and goes back to readable text', async () => {
    documentActions.edit(rename('a', 'Alpha'), 'rename')
    await settled()
    const good = now().text
    documentActions.type('bad')
    await settled()
    documentActions.type('bad, and worse')
    await settled()
    expect(now().textIsBad).toBe(true)
    expect(now().model.nodes[0]?.name).toBe('Alpha')
    expect(documentActions.edit(rename('a', 'No'), 'rename')).toBe(false)
    documentActions.mendText()
    await settled()
    expect(now()).toMatchObject({ text: good, textIsBad: false })
  })

  it('keeps what was drawn while bad text was on its way', async () => {
    documentActions.type('bad')
    documentActions.edit(rename('a', 'Alpha'), 'rename')
    await settled()
    expect(now().textIsBad).toBe(true)
    documentActions.mendText()
    await settled()
    expect(readFile(now().text)?.nodes[0]?.name).toBe('Alpha')
  })

  it('changes nothing in a document that is read only', () => {
    begin(TEXT, 'You are a viewer.')
    expect(documentActions.edit(rename('a', 'Alpha'), 'rename')).toBe(false)
    expect(documentActions.type('anything')).toBe(false)
    expect(now().model).toBe(now().written)
  })
})

describe('any sequence of steps', () => {
  type Act =
    | { do: 'edit'; edit: Edit }
    | { do: 'type'; comment: string; name: string }
    | { do: 'bad' | 'undo' | 'redo' | 'mend' | 'down' | 'up' }
    | { do: 'wait'; ms: number; slow: number }
  const id = fc.constantFrom('a', 'b', 'c')
  const word = fc.constantFrom('one', 'two', 'three')
  const edit: fc.Arbitrary<Edit> = fc.oneof(
    fc.record({ kind: fc.constant('set-node' as const), id, change: fc.record({ name: word }) }),
    id.map((one): Edit => ({ kind: 'add', nodes: [node(one)] })),
    id.map((one): Edit => ({ kind: 'remove', nodes: [one] })),
    fc
      .tuple(id, word)
      .map(([one, value]): Edit => ({ kind: 'set-property', id: one, path: ['p'], value })),
  )
  const drawing = edit.map((one): Act => ({ do: 'edit', edit: one }))
  const typing = fc
    .record({ comment: word, name: word })
    .map((one): Act => ({ do: 'type', ...one }))
  const waiting = fc
    .record({ ms: fc.integer({ min: 1, max: 900 }), slow: fc.integer({ min: 1, max: 700 }) })
    .map((one): Act => ({ do: 'wait', ...one }))
  const other = fc.constantFrom('bad', 'undo', 'redo', 'mend', 'down', 'up')

  async function act(one: Act): Promise<void> {
    switch (one.do) {
      case 'edit':
        documentActions.edit(one.edit, 'edit')
        break
      case 'type':
        documentActions.type(fileOf(one.comment, { ...START, description: one.name }))
        break
      case 'bad':
        documentActions.type('bad')
        break
      case 'wait':
        server.delays.push(one.slow)
        await vi.advanceTimersByTimeAsync(one.ms)
        break
      case 'down':
        server.isDown = true
        break
      case 'up':
        server.isDown = false
        documentActions.reconnect()
        break
      case 'undo':
        documentActions.undo()
        break
      case 'redo':
        documentActions.redo()
        break
      case 'mend':
        documentActions.mendText()
        break
      default:
        one satisfies never
    }
  }

  it('goes back to the start by undoing, whatever was done and however slow the server was', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            drawing,
            typing,
            waiting,
            other.map((one): Act => ({ do: one })),
          ),
        ),
        async (acts) => {
          server = new FakeServer()
          begin()
          for (const one of acts) await act(one)
          server.isDown = false
          while (now().history.past.length) documentActions.undo()
          await settled()
          expect(now().model).toEqual(START)
          expect(now().text).toBe(TEXT)
          expect(isDirty(now())).toBe(false)
        },
      ),
      { numRuns: 150 },
    ))

  it('ends with every edit in the text and in the draft, once the server is there', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            drawing,
            waiting,
            fc.constantFrom('down', 'up').map((one): Act => ({ do: one })),
          ),
        ),
        async (acts) => {
          server = new FakeServer()
          begin()
          let expected = START
          for (const one of acts) {
            if (one.do === 'edit') expected = applyEdit(expected, one.edit)
            await act(one)
          }
          server.isDown = false
          documentActions.reconnect()
          await settled()
          expect(now().model).toEqual(expected)
          expect(readFile(now().text)).toEqual(expected)
          expect(isKept(now())).toBe(true)
          const draft = server.drafts.at(-1) ?? TEXT
          expect(readFile(draft)).toEqual(expected)
        },
      ),
      { numRuns: 150 },
    ))

  it('never loses an edit that was made while typed text was unread', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(drawing, typing, waiting), { maxLength: 12 }),
        async (acts) => {
          server = new FakeServer()
          begin()
          let expected = START
          for (const one of acts) {
            if (one.do === 'edit') {
              if (documentActions.edit(one.edit, 'edit')) expected = applyEdit(expected, one.edit)
            } else if (one.do === 'type') {
              const typed = { ...START, description: one.name }
              if (documentActions.type(fileOf(one.comment, typed))) expected = typed
            } else await act(one)
          }
          await settled()
          expect(now().model).toEqual(expected)
          expect(readFile(now().text)).toEqual(expected)
        },
      ),
      { numRuns: 150 },
    ))
})

describe('keeping', () => {
  it('keeps a draft, and drops it when the text is again what was saved', async () => {
    documentActions.edit(rename('a', 'Alpha'), 'rename')
    await settled()
    expect(now().keeping.state).toBe('kept')
    documentActions.undo()
    await settled()
    expect(server.drafts.at(-1)).toBeNull()
    expect(now().keeping.state).toBe('clean')
  })

  it('says that it is offline, goes on taking edits, and keeps all of them when it is back', async () => {
    server.isDown = true
    documentActions.edit(rename('a', 'Alpha'), 'rename')
    await vi.advanceTimersByTimeAsync(200)
    expect(now().keeping.state).toBe('offline')
    documentActions.edit(rename('b', 'Beta'), 'rename')
    await vi.advanceTimersByTimeAsync(200)
    expect(now().keeping.state).toBe('offline')
    server.isDown = false
    documentActions.reconnect()
    await settled()
    expect(now().keeping.state).toBe('kept')
    expect(readFile(server.drafts.at(-1) ?? '')?.nodes.map(({ name }) => name)).toEqual([
      'Alpha',
      'Beta',
    ])
  })

  it('keeps what a closed document had not kept yet', async () => {
    documentActions.edit(rename('a', 'Alpha'), 'rename')
    documentActions.close()
    const left = documentActions.left()
    await settled()
    await left
    expect(readFile(server.drafts.at(-1) ?? '')?.nodes[0]?.name).toBe('Alpha')
    begin()
  })
})

describe('saving', () => {
  const save = async () => {
    const answer = documentActions.save('Rename a')
    await settled()
    return answer
  }

  it('saves what was drawn a moment ago, and drops the draft', async () => {
    documentActions.edit(rename('a', 'Alpha'), 'rename')
    await save()
    expect(server.saved).toHaveLength(1)
    expect(readFile(server.saved[0]?.text ?? '')?.nodes[0]?.name).toBe('Alpha')
    expect(now()).toMatchObject({ base: { version: 'v2' }, keeping: { state: 'clean' } })
    expect(server.drafts.at(-1)).toBeNull()
  })

  it('saves what was drawn before the key was pressed, also when somebody draws on', async () => {
    documentActions.edit(rename('a', 'Alpha'), 'rename')
    server.delays = [300, 300]
    const saving = documentActions.save('Rename a')
    await vi.advanceTimersByTimeAsync(150)
    documentActions.edit(rename('b', 'Beta'), 'rename')
    await settled()
    await saving
    expect(readFile(server.saved[0]?.text ?? '')?.nodes[0]?.name).toBe('Alpha')
    expect(now().model.nodes[1]?.name).toBe('Beta')
    expect(readFile(now().text)).toEqual(now().model)
  })

  it('lets two wait at once until everything is seen', async () => {
    documentActions.edit(rename('a', 'Alpha'), 'rename')
    const both = Promise.all([documentActions.settle(), documentActions.settle()])
    await settled()
    await both
    expect(readFile(now().text)?.nodes[0]?.name).toBe('Alpha')
  })

  it('does not save a text that could not take the drawing', async () => {
    server.cannotWrite = true
    documentActions.edit(rename('a', 'Alpha'), 'rename')
    const saving = documentActions.save('Rename a')
    const refused = expect(saving).rejects.toThrow('This is no YAML.')
    await settled()
    await refused
    expect(server.saved).toEqual([])
    expect(now().keeping.state).toBe('refused')
    server.cannotWrite = false
  })

  it('keeps mine and shows theirs when somebody else was faster', async () => {
    const theirs = fileOf('theirs', applyEdit(START, rename('b', 'Theirs')))
    server.answers.push({ kind: 'conflict', version: 'v9', text: theirs })
    documentActions.edit(rename('a', 'Mine'), 'rename')
    const answer = await save()
    expect(answer?.kind).toBe('conflict')
    expect(now().model.nodes[0]?.name).toBe('Mine')
    expect(now().theirs).toMatchObject({ version: 'v9', text: theirs })
    expect(now().base.version).toBe('v1')
  })
})

describe('when somebody else saves', () => {
  const theirs = {
    version: 'v2',
    text: fileOf('theirs', applyEdit(START, rename('b', 'Theirs'))),
    by: 'Ada',
  }

  it('follows them while there is nothing of mine, and undo brings mine back', async () => {
    documentActions.hearOf(theirs)
    await settled()
    expect(now()).toMatchObject({ text: theirs.text, theirs: null, keeping: { state: 'clean' } })
    documentActions.undo()
    await settled()
    expect(now().model.nodes[1]?.name).toBe('b')
  })

  it('leaves mine alone when I have changes, and when I make some while it looks', async () => {
    server.delays = [400]
    documentActions.hearOf(theirs)
    await vi.advanceTimersByTimeAsync(100)
    documentActions.edit(rename('a', 'Mine'), 'rename')
    await settled()
    expect(now().model.nodes[0]?.name).toBe('Mine')
    expect(now().theirs).toEqual(theirs)
  })

  it('goes on from a merge as one step, with their version under it', async () => {
    documentActions.edit(rename('a', 'Mine'), 'rename')
    await settled()
    await Promise.all([documentActions.hearOf(theirs), settled()])
    const both = applyEdit(readFile(theirs.text) ?? START, rename('a', 'Mine'))
    const merged = documentActions.adopt(fileOf('theirs', both), theirs, 'merge')
    await settled()
    await merged
    expect(now()).toMatchObject({ base: { version: 'v2' }, theirs: null })
    expect(now().model.nodes.map(({ name }) => name)).toEqual(['Mine', 'Theirs'])
    documentActions.undo()
    await settled()
    expect(now().model.nodes.map(({ name }) => name)).toEqual(['Mine', 'b'])
  })
})

describe('a document that cannot be read when it is opened', () => {
  const BROKEN = '# bad\n{'
  const MENDED = fileOf('mended', START)
  beforeEach(() => begin(BROKEN, null, BROKEN))

  it('is open with its text, what is wrong with it, and nothing drawn', () => {
    expect(now()).toMatchObject({ text: BROKEN, textIsBad: true, findings: [UNREADABLE] })
    expect(now().model.nodes).toEqual([])
    expect(isDrawn(now())).toBe(false)
    expect(isDirty(now())).toBe(false)
    expect(now().keeping).toEqual({ state: 'clean' })
  })

  it('takes no drawing, and there is no readable text to go back to', () => {
    expect(documentActions.edit({ kind: 'add', nodes: [node('c')] }, 'add')).toBe(false)
    documentActions.mendText()
    expect(now()).toMatchObject({ text: BROKEN, textIsBad: true })
  })

  it('keeps what is typed while it is still bad', async () => {
    documentActions.type('# bad, but less\n{')
    await settled()
    expect(now().textIsBad).toBe(true)
    expect(server.drafts).toEqual(['# bad, but less\n{'])
    expect(isKept(now())).toBe(true)
  })

  it('is drawn once its text can be read, and then takes drawing and saving', async () => {
    documentActions.type(MENDED)
    await settled()
    expect(now()).toMatchObject({ textIsBad: false, model: START })
    expect(isDrawn(now())).toBe(true)
    expect(documentActions.edit(rename('a', 'Alpha'), 'rename')).toBe(true)
    const saving = documentActions.save('Mend it')
    await settled()
    expect(await saving).toMatchObject({ kind: 'saved' })
    const alpha = applyEdit(START, rename('a', 'Alpha'))
    expect(server.saved).toEqual([
      { text: fileOf('mended', alpha), base: 'v1', message: 'Mend it' },
    ])
  })

  it('is bad again when the mending is undone, and drawn again when it is redone', async () => {
    documentActions.type(MENDED)
    await settled()
    documentActions.undo()
    await settled()
    expect(now()).toMatchObject({ text: BROKEN, textIsBad: true })
    expect(isDrawn(now())).toBe(false)
    expect(server.drafts.at(-1)).toBe(null)
    documentActions.redo()
    await settled()
    expect(now()).toMatchObject({ text: MENDED, textIsBad: false, model: START })
  })

  it('follows somebody who mended it, and keeps my own attempt beside theirs', async () => {
    const theirs = { version: 'v2', text: MENDED, by: 'Ada' }
    const following = documentActions.hearOf(theirs)
    await settled()
    await following
    expect(now()).toMatchObject({ text: MENDED, textIsBad: false, model: START })

    begin(BROKEN, null, BROKEN)
    documentActions.type('# bad, mine\n{')
    await documentActions.hearOf(theirs)
    expect(now()).toMatchObject({ text: '# bad, mine\n{', theirs })
    await settled()
  })
})
