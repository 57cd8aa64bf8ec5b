import { axeFindings, expect, test } from './fixtures'
import { draftOf, makeModel, openModel, properties, saveState } from './panels'

test('what is typed into a form is in the YAML, comments and all', async ({ demo, page }) => {
  const model = await makeModel(demo.person, demo)
  await openModel(page, demo, model, { node: 'clean' })
  const form = properties(page)
  await form.getByLabel('Schema', { exact: true }).fill('gold')
  await expect(saveState(page)).toContainText('Unsaved changes, kept')
  const text = await draftOf(demo.person, demo, model)
  expect(text).toContain('schema: gold')
  expect(text).toContain('# the one that people read')
  expect(text).toContain('# Comes from the shop every night.')
})

test('a problem appears at its field as one types, and goes when it is mended', async ({
  demo,
  page,
}) => {
  const model = await makeModel(demo.person, demo)
  await openModel(page, demo, model, { node: 'clean', drawer: 'problems' })
  const table = properties(page).getByLabel('Table *')
  await table.fill('')
  await expect(properties(page).getByText("'table' is missing.")).toBeVisible()
  await expect(table).toHaveAttribute('aria-invalid', 'true')
  // The list says it too, and leads back to the field.
  await properties(page).getByLabel('Description').click()
  await page.getByRole('button', { name: /'table' is missing/ }).click()
  await expect(table).toBeFocused()
  await table.fill('orders')
  await expect(page.getByText("'table' is missing.")).toHaveCount(0)
})

test('a quick fix is one step, and undo takes it back', async ({ demo, page }) => {
  const model = await makeModel(demo.person, demo)
  await demo.person.ask(
    'PUT',
    model.place,
    { text: model.text.replace('type: dest_table', 'type: dest_tabel') },
    '*',
  )
  await openModel(page, demo, model, { drawer: 'problems' })
  await expect(page.getByText("There is no node type 'dest_tabel'.").first()).toBeVisible()
  await page.getByRole('button', { name: "Change to 'dest_table'" }).first().click()
  await expect(page.getByText("There is no node type 'dest_tabel'.")).toHaveCount(0)
  await page.locator('[data-save-state]').click()
  await page.keyboard.press('ControlOrMeta+z')
  await expect(page.getByText("There is no node type 'dest_tabel'.").first()).toBeVisible()
})

test('a full name pasted into one part fills all three', async ({ demo, page }) => {
  const model = await makeModel(demo.person, demo)
  await openModel(page, demo, model, { node: 'raw' })
  const form = properties(page)
  await page.evaluate(() => navigator.clipboard.writeText('lake.bronze.sales'))
  await form.getByLabel('Table *').focus()
  await page.keyboard.press('ControlOrMeta+v')
  await expect(form.getByLabel('Catalog', { exact: true })).toHaveValue('lake')
  await expect(form.getByLabel('Schema', { exact: true })).toHaveValue('bronze')
  await expect(form.getByLabel('Table *')).toHaveValue('sales')
})

test('columns are read out of a pasted CREATE TABLE and edited by keyboard', async ({
  demo,
  page,
}) => {
  const model = await makeModel(demo.person, demo)
  await openModel(page, demo, model, { node: 'clean' })
  const form = properties(page)
  await form.getByRole('button', { name: 'Paste', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Paste columns' })
  await dialog
    .getByRole('textbox')
    .fill('CREATE TABLE t (id BIGINT NOT NULL, note VARCHAR(20), at TIMESTAMP)')
  await dialog.getByRole('button', { name: 'Read' }).click()
  await expect(dialog.getByText('3 columns found')).toBeVisible()
  await dialog.getByRole('button', { name: 'Use these columns' }).click()
  await expect(form.getByLabel('Name of column 1')).toHaveValue('id')
  await expect(form.getByLabel('May be empty of column 1')).not.toBeChecked()
  await form.getByLabel('Name of column 3').focus()
  await page.keyboard.press('Alt+ArrowUp')
  await expect(form.getByLabel('Name of column 2')).toHaveValue('at')
  await expect(form.getByLabel('Name of column 2')).toBeFocused()
  await page.keyboard.press('ControlOrMeta+Backspace')
  await expect(form.getByLabel('Name of column 2')).toHaveValue('note')
  await form.getByLabel('Name of column 2').press('Enter')
  await expect(form.getByLabel('Name of column 3')).toHaveValue('column_3')
  await expect(form.getByLabel('Name of column 3')).toBeFocused()
})

test('several nodes are switched off as one step', async ({ demo, page }) => {
  const model = await makeModel(demo.person, demo)
  await openModel(page, demo, model, { node: 'raw' })
  await page.locator('.react-flow__node[data-id="raw"]').focus()
  await page.keyboard.press('ControlOrMeta+a')
  await expect(properties(page).getByText('2 nodes')).toBeVisible()
  await properties(page).getByRole('switch').click()
  await expect(saveState(page)).toContainText('Unsaved changes, kept')
  const text = await draftOf(demo.person, demo, model)
  expect(text.match(/enabled: false/g)).toHaveLength(2)
})

test('a viewer sees the form, reads why, and changes nothing', async ({ page, people, demo }) => {
  const model = await makeModel(demo.person, demo)
  const viewer = await people.member(demo.person, demo, 'viewer')
  await page.addInitScript(
    (session) => localStorage.setItem('lakewright.session', session),
    JSON.stringify(viewer.session),
  )
  await openModel(page, demo, model, { node: 'clean' })
  await expect(saveState(page)).toHaveText('View only')
  await expect(properties(page).getByText('You are a viewer of this workspace.')).toBeVisible()
  await expect(properties(page).getByLabel('Table *')).not.toBeEditable()
  await expect(page.getByRole('button', { name: 'Save', exact: true })).toHaveCount(0)
})

test('axe finds nothing serious in forms and drawers', async ({ demo, page }) => {
  const model = await makeModel(demo.person, demo)
  for (const drawer of ['problems', 'yaml', 'preview', 'history']) {
    await openModel(page, demo, model, { node: 'clean', drawer })
    await expect(properties(page).getByLabel('Table *')).toBeVisible()
    expect(await axeFindings(page)).toEqual([])
  }
})
