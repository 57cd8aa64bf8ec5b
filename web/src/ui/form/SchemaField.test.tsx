import { render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { expect, it } from 'vitest'
import { getIn, setIn, unsetIn } from '@/document/edit'
import { TipProvider } from '../tooltip'
import { type FieldProblem, type FormHost, FormProvider } from './host'
import { SchemaField } from './SchemaField'
import { fieldsOf, type JsonSchema } from './schema'

let now: unknown

function Form({
  properties,
  required = [],
  first = {},
  problems = {},
  readOnly = false,
}: {
  properties: Record<string, JsonSchema>
  required?: string[]
  first?: Record<string, unknown>
  problems?: Record<string, FieldProblem[]>
  readOnly?: boolean
}) {
  const [value, setValue] = useState<unknown>(first)
  now = value
  const host: FormHost = {
    id: 'form',
    readOnly,
    get: (path) => getIn(value, path),
    set: (path, next) =>
      setValue((old: unknown) =>
        next === undefined ? unsetIn(old, path) : setIn(old, path, next),
      ),
    setMany: () => undefined,
    problemsAt: (path) => problems[path.join('.')] ?? [],
  }
  return (
    <TipProvider>
      <FormProvider value={host}>
        {fieldsOf({ properties, required }).map((field) => (
          <SchemaField key={field.name} field={field} path={[field.name]} />
        ))}
        <button type="button" onClick={() => setValue(first)}>
          undo
        </button>
      </FormProvider>
    </TipProvider>
  )
}
const user = userEvent.setup()

it('writes what is typed, and takes the value away with the last letter', async () => {
  render(<Form properties={{ table: { type: 'string', title: 'Table' } }} />)
  await user.type(screen.getByLabelText('Table'), 'ab')
  expect(now).toEqual({ table: 'ab' })
  await user.clear(screen.getByLabelText('Table'))
  expect(now).toEqual({})
})

it('keeps half of a number out of the document, and says what is wrong with it', async () => {
  render(<Form properties={{ days: { type: 'integer', title: 'Days' } }} first={{ days: 3 }} />)
  const input = screen.getByLabelText('Days')
  await user.clear(input)
  await user.type(input, '12x')
  expect(now).toEqual({ days: 12 })
  expect(input).toHaveValue('12x')
  expect(input).toBeInvalid()
  await user.type(input, '{Backspace}')
  expect(input).toBeValid()
})

it('follows the document when it becomes another one', async () => {
  render(<Form properties={{ table: { type: 'string', title: 'Table' } }} first={{ table: 'a' }} />)
  await user.type(screen.getByLabelText('Table'), 'bc')
  await user.click(screen.getByText('undo'))
  expect(screen.getByLabelText('Table')).toHaveValue('a')
})

it('shows the default as a placeholder, marks what differs, and goes back to it', async () => {
  const days: JsonSchema = { type: 'integer', title: 'Days', default: 7 }
  render(<Form properties={{ days }} />)
  expect(screen.getByLabelText('Days')).toHaveAttribute('placeholder', '7')
  await user.type(screen.getByLabelText('Days'), '9')
  await user.click(screen.getByLabelText('Set back to 7'))
  expect(now).toEqual({})
  expect(screen.queryByLabelText('Set back to 7')).toBeNull()
})

it('shows what the server says at the field, and offers what mends it', async () => {
  let mended = 0
  const problem: FieldProblem = {
    problem: 'There is no table.',
    remedy: 'Name one.',
    severity: 'error',
    fixes: [{ title: 'Use orders', apply: () => (mended += 1) }],
  }
  render(
    <Form
      properties={{ table: { type: 'string', title: 'Table' } }}
      problems={{ table: [problem] }}
    />,
  )
  expect(screen.getByLabelText('Table')).toBeInvalid()
  expect(screen.getByLabelText('Table')).toHaveAccessibleDescription(/There is no table/)
  await user.click(screen.getByText('Use orders'))
  expect(mended).toBe(1)
})

it('edits a list by keyboard: Enter adds, Alt moves, an empty line goes', async () => {
  const keys: JsonSchema = { type: 'array', items: { type: 'string' }, title: 'Keys' }
  render(<Form properties={{ keys }} first={{ keys: ['a'] }} />)
  const lines = () => within(screen.getByRole('group', { name: 'Keys' })).getAllByRole('textbox')
  await user.click(lines()[0] as HTMLElement)
  await user.keyboard('{Enter}')
  await expect.poll(() => lines().length).toBe(2)
  await expect.poll(() => document.activeElement).toBe(lines()[1])
  await user.keyboard('b')
  expect(now).toEqual({ keys: ['a', 'b'] })
  await user.keyboard('{Alt>}{ArrowUp}{/Alt}')
  expect(now).toEqual({ keys: ['b', 'a'] })
})

it('fills a list with pasted lines', async () => {
  const keys: JsonSchema = { type: 'array', items: { type: 'string' }, title: 'Keys' }
  render(<Form properties={{ keys }} />)
  await user.click(screen.getByLabelText('Keys 1'))
  await user.paste('id,\nname\n')
  expect(now).toEqual({ keys: ['id', 'name'] })
})

it('does not take a name twice in names with values', async () => {
  const tags: JsonSchema = { type: 'object', additionalProperties: true, title: 'Tags' }
  render(<Form properties={{ tags }} first={{ tags: { team: 'a', tier: 'b' } }} />)
  const name = screen.getByLabelText('Tags 2: Name')
  await user.clear(name)
  await user.type(name, 'team')
  expect(now).toEqual({ tags: { team: 'a', tea: 'b' } })
  expect(screen.getByText('This name is there already.')).toBeVisible()
  await user.tab()
  expect(name).toHaveValue('tea')
})

it('adds, moves and removes objects of a list', async () => {
  const rules: JsonSchema = {
    type: 'array',
    title: 'Rules',
    items: {
      type: 'object',
      required: ['name'],
      properties: { name: { type: 'string', title: 'Name' } },
    },
  }
  render(<Form properties={{ rules }} first={{ rules: [{ name: 'a' }] }} />)
  await user.click(screen.getByLabelText('Add to Rules'))
  await user.type(screen.getAllByLabelText(/^Name/)[1] as HTMLElement, 'b')
  expect(now).toEqual({ rules: [{ name: 'a' }, { name: 'b' }] })
  await user.click(screen.getAllByLabelText('Move up')[1] as HTMLElement)
  expect(now).toEqual({ rules: [{ name: 'b' }, { name: 'a' }] })
  await user.click(screen.getByLabelText('Remove Rule 1'))
  expect(now).toEqual({ rules: [{ name: 'a' }] })
})

it('changes nothing when nothing may change', async () => {
  render(
    <Form
      readOnly
      properties={{
        on: { type: 'boolean', title: 'On' },
        keys: { type: 'array', items: { type: 'string' }, title: 'Keys' },
      }}
      first={{ keys: ['a'] }}
    />,
  )
  await user.click(screen.getByRole('switch', { name: 'On' }))
  await user.type(screen.getByLabelText('Keys 1'), 'b')
  expect(now).toEqual({ keys: ['a'] })
  expect(screen.queryByLabelText('Add to Keys')).toBeNull()
})
