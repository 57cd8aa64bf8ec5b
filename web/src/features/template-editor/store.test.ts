import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { parse } from 'yaml'
import {
  isDirty,
  type OpenTemplate,
  type TemplateServer,
  templateActions,
  templateStore,
} from './store'

const TEXT = `# Ours.
templates:
  - id: mine
    variables:
      - name: rows # how many
        type: integer
    template_content: |
      SELECT {{ rows }}
`
const open = (): OpenTemplate => {
  const found = templateStore.getState().open
  if (!found) throw new Error('Nothing is open.')
  return found
}
const made = () => {
  const kept: (string | null)[] = []
  const server: TemplateServer = {
    keepDraft: async (text) => void kept.push(text),
    dropDraft: async () => void kept.push(null),
    save: async (text) => ({ kind: 'saved', version: '2', text, commit: 'abc' }),
  }
  return { kept, server }
}
const begin = (server: TemplateServer, text = TEXT, draft = text) =>
  templateActions.open(
    {
      workspaceId: 'w',
      path: 'metadata/templates/mine.yaml',
      id: 'mine',
      readOnly: null,
      base: { version: '1', text },
      text: draft,
      theirs: null,
      resumed: null,
    },
    server,
  )

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  templateActions.close()
  vi.useRealTimers()
})

it('typing the source changes the file, and one undo takes back source and declarations alike', () => {
  begin(made().server)
  templateActions.typeSource('SELECT 1')
  templateActions.patch([{ op: 'set', path: ['variables', 0, 'type'], value: 'number' }], 'type')
  expect(open().source).toBe('SELECT 1')
  expect(open().template.variables[0]?.type).toBe('number')
  expect(open().text).toContain('- name: rows # how many')

  templateActions.undo()
  expect(open().template.variables[0]?.type).toBe('integer')
  expect(open().source).toBe('SELECT 1')
  templateActions.undo()
  expect(open().text).toBe(TEXT)
  templateActions.redo()
  templateActions.redo()
  expect(open().template.variables[0]?.type).toBe('number')
})

it('what is typed without a pause is one step', () => {
  begin(made().server)
  templateActions.typeSource('S')
  templateActions.typeSource('SE')
  templateActions.undo()
  expect(open().text).toBe(TEXT)
})

it('the last template stays while the file cannot be read', () => {
  begin(made().server)
  templateActions.typeText('templates: [')
  expect(open()).toMatchObject({ isBroken: true, source: 'SELECT {{ rows }}' })
  expect(templateActions.typeSource('x')).toBe(false)
  templateActions.typeText(TEXT)
  expect(open().isBroken).toBe(false)
})

it('a source in quotes becomes a block when somebody types in it', () => {
  const quoted = 'templates:\n  - id: mine\n    template_content: "SELECT 1"\n    name: Mine\n'
  begin(made().server, quoted)
  expect(open().source).toBe('SELECT 1')
  expect(templateActions.typeSource('SELECT 2\nFROM t')).toBe(true)
  expect(parse(open().text).templates).toEqual([
    { id: 'mine', template_content: 'SELECT 2\nFROM t\n', name: 'Mine' },
  ])
})

it('keeps a draft by itself, and none that says what is saved', async () => {
  const { kept, server } = made()
  begin(server)
  templateActions.typeSource('SELECT 1')
  await vi.advanceTimersByTimeAsync(600)
  expect(kept).toEqual([open().text])
  expect(open().keeping.state).toBe('kept')
  templateActions.undo()
  await vi.advanceTimersByTimeAsync(600)
  expect(kept.at(-1)).toBeNull()
  expect(open().keeping.state).toBe('clean')
})

it('keeps what is left behind', async () => {
  const { kept, server } = made()
  begin(server)
  templateActions.typeSource('SELECT 1')
  const { text } = open()
  templateActions.close()
  await templateActions.left()
  expect(kept).toEqual([text])
})

it('says that it is not kept while nobody answers, and tries again', async () => {
  const { kept, server } = made()
  const keep = vi
    .spyOn(server, 'keepDraft')
    .mockRejectedValueOnce(new Error('The server does not answer.'))
  begin(server)
  templateActions.typeSource('SELECT 1')
  await vi.advanceTimersByTimeAsync(600)
  expect(open().keeping).toEqual({ state: 'offline', why: 'The server does not answer.' })
  await vi.advanceTimersByTimeAsync(2_000)
  expect(keep).toHaveBeenCalledTimes(2)
  expect(kept).toEqual([open().text])
  expect(open().keeping.state).toBe('kept')
})

it('a save leaves nothing to keep', async () => {
  const { kept, server } = made()
  begin(server)
  templateActions.typeSource('SELECT 1')
  await templateActions.save('Change it')
  expect(isDirty(open())).toBe(false)
  expect(open().base.version).toBe('2')
  expect(kept.at(-1)).toBeNull()
})

it('a save that comes too late keeps both versions', async () => {
  const { server } = made()
  vi.spyOn(server, 'save').mockResolvedValue({ kind: 'conflict', version: '9', text: 'theirs' })
  begin(server)
  templateActions.typeSource('SELECT 1')
  const { text } = open()
  await templateActions.save('Change it')
  expect(open().theirs).toEqual({ version: '9', text: 'theirs', by: '' })
  expect(open().text).toBe(text)
})

it('follows others where nothing was changed, and waits where something was', () => {
  begin(made().server)
  const theirs = TEXT.replace('rows }}', 'rows }} -- theirs')
  templateActions.hearOf({ version: '2', text: theirs, by: 'Ada' })
  expect(open()).toMatchObject({ text: theirs, theirs: null, base: { version: '2' } })
  templateActions.typeSource('SELECT 1')
  templateActions.hearOf({ version: '3', text: TEXT, by: 'Ada' })
  expect(open().theirs?.version).toBe('3')
  expect(open().source).toBe('SELECT 1')
})

it('goes on with a draft that cannot be read', () => {
  begin(made().server, TEXT, 'templates: [')
  expect(open()).toMatchObject({ isBroken: true, text: 'templates: [' })
})
