import { readFileSync } from 'node:fs'
import type { Locator, Page } from '@playwright/test'
import {
  axeFindings,
  chooseTheme,
  expect,
  type Person,
  pageOf,
  test,
  type Workspace,
} from './fixtures'

const BRIEF = readFileSync('../tests/fixtures/brief/delta_table_creation.yaml', 'utf8')
const SMALL = (id: string) => `# Ours.
templates:
  - id: ${id}
    name: Newest orders
    variables:
      # Where they are.
      - name: table
        type: table_name
        required: true
        sample: main.sales.orders
      - name: rows
        type: integer
        default: 10
    variations:
      - id: newest
        name: Newest first
        enabled: false
    template_content: |
      SELECT *
      FROM {{ table | table_name }}
      {% if variations.newest.enabled %}
      ORDER BY ordered_at DESC
      {% endif %}
      LIMIT {{ rows }};
    output_type: sql
`
let count = 0

async function makeTemplate(
  person: Person,
  workspace: Workspace,
  text: (id: string) => string,
): Promise<{ id: string; path: string }> {
  count += 1
  const id = `t_${process.pid}_${Date.now()}_${count}`
  const { path } = await person.ask<{ path: string }>(
    'POST',
    `/workspaces/${workspace.id}/documents`,
    { kind: 'template', id, text: text(id) },
  )
  return { id, path }
}

const savedText = async (person: Person, workspace: Workspace, path: string): Promise<string> =>
  (await person.ask<{ text: string }>('GET', `/workspaces/${workspace.id}/documents/${path}`)).text

async function openTemplate(page: Page, workspace: Workspace, id: string): Promise<void> {
  await page.goto(`/w/${workspace.slug}/templates/${id}/edit`)
  await expect(page.locator('[data-preview]')).toHaveAttribute('data-preview', 'ready')
}

const region = (page: Page, name: string): Locator =>
  page.getByRole('region', { name, exact: true })
const source = (page: Page) => region(page, 'Source').locator('.monaco-editor')
const printed = (page: Page) => page.locator('[data-preview] .view-lines')
const problems = (page: Page) => region(page, 'Problems')

/** Put the cursor at the end of the source. */
async function toEnd(page: Page): Promise<void> {
  await source(page).locator('.view-lines').click()
  await page.keyboard.press('ControlOrMeta+End')
}

async function save(page: Page, message: string): Promise<void> {
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await page.keyboard.press('ControlOrMeta+s')
  const dialog = page.getByRole('dialog', { name: 'Save as a version' })
  await dialog.getByLabel('What changed').fill(message)
  await dialog.getByRole('button', { name: 'Save', exact: true }).click()
}

test('a template is made of a script, given a variation, tried and saved', async ({
  demo,
  page,
}) => {
  await page.goto(`/w/${demo.slug}/templates/new?way=script`)
  const name = `Newest orders ${Date.now()}`
  await page.getByLabel('Name', { exact: false }).first().fill(name)
  await page.locator('.monaco-editor').first().click()
  await page.keyboard.insertText("SELECT * FROM main.sales.orders WHERE status = 'open' LIMIT 10;")
  await page.getByLabel('Name of the variable for main.sales.orders').fill('orders')
  await page.getByRole('checkbox', { name: 'Make open a variable' }).click()
  await page.getByRole('button', { name: 'Create template' }).click()
  await expect(page).toHaveURL(/\/templates\/newest_orders_\d+\/edit/)
  await expect(printed(page)).toContainText('FROM main.sales.orders')
  await expect(source(page)).toContainText("status = 'open'")

  await page.getByRole('tab', { name: /Variations/ }).click()
  await page.getByRole('button', { name: 'Add variation' }).click()
  await page.getByLabel('Id', { exact: true }).fill('newest')
  await toEnd(page)
  await page.keyboard.insertText('\n{% if variations.newest.enabled %}-- the newest{% endif %}')
  await page.getByRole('switch', { name: 'Preview with newest' }).click()
  await expect(printed(page)).toContainText('the newest')

  await page.getByRole('tab', { name: 'Values' }).click()
  await page.getByLabel('Orders').fill('main.raw.orders')
  await expect(printed(page)).toContainText('FROM main.raw.orders')

  await save(page, 'Begin with the newest')
  await expect(page.getByText(/^Saved as /)).toBeVisible()
  await expect(page.locator('[data-save-state]')).toHaveText('Saved')
  const id = page.url().match(/templates\/([^/]+)\/edit/)?.[1] ?? ''
  const kept = await demo.person.ask<{ template_content: string }>(
    'GET',
    `/workspaces/${demo.id}/templates/${id}`,
  )
  expect(kept.template_content).toContain('-- the newest')
})

test('the template of the brief shows its faults where they are, and is mended', async ({
  demo,
  page,
}) => {
  const { id } = await makeTemplate(demo.person, demo, (id) => BRIEF.replace('template_001', id))
  await openTemplate(page, demo, id)
  await page.getByRole('tab', { name: /Problems/ }).click()
  const list = problems(page)
  for (const [what, where] of [
    ["The content uses 'columns', which is not declared.", 'line 3'],
    ["'column.type' is printed into SQL as it is.", 'line 4'],
    ["'column.comment' is printed between quotes as it is.", 'line 4'],
    ["Variable 'check_constraints' is declared but never used.", 'line 33 of the file'],
    ["Variation 'with_tblproperties' changes nothing", 'line 35 of the file'],
  ] as const) {
    const row = list.getByRole('listitem').filter({ hasText: what })
    await expect(row.first()).toContainText(where)
  }
  for (const fix of [
    "Remove the variation 'with_tblproperties'",
    "Declare 'columns' as columns",
    "Remove the variable 'check_constraints'",
    'Print it with `| literal` instead of quotes',
    'Print it with `| sql_type`',
  ]) {
    const button = list.getByRole('button', { name: fix, exact: true })
    await button.click()
    await expect(button).toHaveCount(0)
  }
  await expect(source(page)).toContainText('column.type | sql_type')
  await expect(source(page)).toContainText('column.comment | literal')
  await page.getByRole('tab', { name: 'Preview' }).click()
  await expect(printed(page)).toContainText("COMMENT 'Key'")
  // Five mends are five steps of one history, wherever in the file they were made.
  for (let step = 0; step < 5; step += 1) await page.getByRole('button', { name: /^Undo / }).click()
  await expect(page.locator('[data-save-state]')).toHaveText('Saved')
})

test('the last output stays while the source is broken, and typing repaints it', async ({
  demo,
  page,
}) => {
  const { id } = await makeTemplate(demo.person, demo, SMALL)
  await openTemplate(page, demo, id)
  await toEnd(page)
  await page.keyboard.insertText('\n{% if')
  await expect(page.locator('[data-preview]')).toHaveAttribute('data-preview', 'broken')
  await expect(printed(page)).toContainText('LIMIT 10;')
  await expect(page.getByText('This is what it printed last.')).toBeVisible()
  await page.keyboard.press('ControlOrMeta+z')
  await expect(page.locator('[data-preview]')).toHaveAttribute('data-preview', 'ready')
  await page.keyboard.insertText('\n-- {{ ro')
  await page.keyboard.press('ControlOrMeta+Space')
  await page.locator('.suggest-widget').getByText('rows', { exact: true }).first().click()
  await page.keyboard.insertText(' }}')
  await expect(printed(page)).toContainText('-- 10')
})

test('a variable is renamed, moved and described without leaving the keyboard', async ({
  demo,
  page,
}) => {
  const { id, path } = await makeTemplate(demo.person, demo, SMALL)
  await openTemplate(page, demo, id)
  const rows = page.getByTitle('Edit rows')
  await rows.focus()
  await page.keyboard.press('Enter')
  const name = region(page, 'Variables and variations').getByLabel('Name')
  await name.fill('most_rows')
  await page.keyboard.press('Enter')
  await expect(source(page)).toContainText('LIMIT {{ most_rows }};')
  const handle = page.getByRole('button', { name: /^Move most_rows/ })
  await handle.focus()
  await page.keyboard.press('Alt+ArrowUp')
  await expect(page.getByText('most_rows is 1 of 2')).toBeAttached()
  await expect(handle).toBeFocused()
  await save(page, 'Rename rows')
  await expect(page.locator('[data-save-state]')).toHaveText('Saved')
  const text = await savedText(demo.person, demo, path)
  expect(text.indexOf('name: most_rows')).toBeLessThan(text.indexOf('# Where they are.'))
  expect(text).toContain('# Ours.')
})

test('combinations are tried, and two of them are compared side by side', async ({
  demo,
  page,
}) => {
  const { id } = await makeTemplate(demo.person, demo, SMALL)
  await openTemplate(page, demo, id)
  await page.getByRole('tab', { name: 'Combinations' }).click()
  await expect(region(page, 'Combinations')).toContainText('2 of 2 branches taken')
  await page.getByRole('button', { name: 'Preview with Newest first: Passes' }).click()
  await expect(printed(page)).toContainText('ORDER BY')
  await page.getByRole('tab', { name: 'Compare' }).click()
  await expect(region(page, 'Compare').locator('.modified-in-monaco-diff-editor')).toContainText(
    'ORDER BY',
  )
  await expect(
    region(page, 'Compare').locator('.original-in-monaco-diff-editor'),
  ).not.toContainText('ORDER BY')
  // The address brings the comparison back.
  await page.reload()
  await expect(region(page, 'Compare')).toContainText('ORDER BY')
})

test('two people save, and the lines of both stay', async ({ demo, page, people, baseURL }) => {
  const { id, path } = await makeTemplate(demo.person, demo, SMALL)
  const other = await people.member(demo.person, demo, 'editor')
  const second = await pageOf(page, other, baseURL ?? '')
  await openTemplate(page, demo, id)
  await openTemplate(second, demo, id)

  await toEnd(second)
  await second.keyboard.insertText('\n-- theirs')
  await expect(second.locator('[data-save-state]')).toHaveText('Unsaved changes')
  await source(page).getByText('SELECT').first().click()
  await page.keyboard.press('ControlOrMeta+Home')
  await page.keyboard.insertText('-- mine\n')
  await expect(page.locator('[data-save-state]')).toHaveText('Unsaved changes')
  await save(page, 'Mine')
  await expect(page.locator('[data-save-state]')).toHaveText('Saved')

  await second.getByRole('button', { name: 'Someone else saved' }).click()
  const dialog = second.getByRole('dialog')
  await expect(dialog).toContainText('fit together')
  await dialog.getByRole('button', { name: 'Use the merged template' }).click()
  await expect(dialog).toHaveCount(0)
  await save(second, 'Both')
  await expect(second.locator('[data-save-state]')).toHaveText('Saved')
  const text = await savedText(demo.person, demo, path)
  expect(text).toContain('-- mine')
  expect(text).toContain('-- theirs')
  // Whoever changed nothing meanwhile follows.
  await expect(source(page)).toContainText('-- theirs')
  await second.context().close()
})

test('what was typed is back after the page was closed', async ({ demo, page }) => {
  const { id } = await makeTemplate(demo.person, demo, SMALL)
  await openTemplate(page, demo, id)
  await toEnd(page)
  await page.keyboard.insertText('\n-- unsaved')
  await expect(page.locator('[data-save-state]')).toHaveText('Unsaved changes')
  await page.goto(`/w/${demo.slug}/templates`)
  await openTemplate(page, demo, id)
  await expect(source(page)).toContainText('-- unsaved')
  await expect(page.getByText('Your unsaved changes are back')).toBeVisible()
})

for (const theme of ['light', 'dark'] as const)
  test(`the editor is accessible, ${theme}`, async ({ demo, page }) => {
    const { id } = await makeTemplate(demo.person, demo, SMALL)
    await chooseTheme(page, theme)
    await openTemplate(page, demo, id)
    await page.getByTitle('Edit table').click()
    expect(await axeFindings(page)).toEqual([])
    for (const tab of [/Variations/, 'Values', 'About', /Problems/, 'Combinations', 'Compare']) {
      await page.getByRole('tab', { name: tab }).click()
      expect(await axeFindings(page)).toEqual([])
    }
    await page.goto(`/w/${demo.slug}/templates/new?way=similar`)
    await expect(page.getByRole('radio').first()).toBeAttached()
    expect(await axeFindings(page)).toEqual([])
  })
