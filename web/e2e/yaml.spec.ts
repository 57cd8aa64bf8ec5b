import { expect, test } from './fixtures'
import {
  draftOf,
  makeModel,
  openModel,
  properties,
  save,
  saveState,
  typeYaml,
  yaml,
} from './panels'

test('typing YAML redraws, and drawing rewrites only its line', async ({ demo, page }) => {
  const model = await makeModel(demo.person, demo)
  await openModel(page, demo, model, { node: 'clean', drawer: 'yaml' })
  await expect(page.getByText('# What the shop sells.')).toBeVisible()
  await typeYaml(page, model.text.replace('name: Clean orders', 'name: Tidy orders'))
  await expect(properties(page).getByLabel('Name', { exact: true })).toHaveValue('Tidy orders')
  await properties(page).getByLabel('Schema', { exact: true }).fill('gold')
  await expect(saveState(page)).toContainText('Unsaved changes, kept')
  await expect
    .poll(() => draftOf(demo.person, demo, model))
    .toBe(
      model.text
        .replace('name: Clean orders', 'name: Tidy orders')
        .replace('schema: silver', 'schema: gold'),
    )
})

test('bad YAML keeps the last good drawing, says so, and there is a way back', async ({
  demo,
  page,
}) => {
  const model = await makeModel(demo.person, demo)
  await openModel(page, demo, model, { node: 'clean', drawer: 'yaml' })
  await typeYaml(page, 'data_models: [')
  await expect(page.getByText('The YAML cannot be read.').first()).toBeVisible()
  await expect(page.locator('.react-flow__node[data-id="clean"]')).toBeVisible()
  await expect(properties(page).getByLabel('Table *')).not.toBeEditable()
  await page.getByRole('button', { name: 'Go back to readable YAML' }).first().click()
  await expect(page.getByText('The YAML cannot be read.')).toHaveCount(0)
  await expect(properties(page).getByLabel('Table *')).toBeEditable()
  await expect(page.getByText('# What the shop sells.')).toBeVisible()
})

test('the cursor selects the node of its line', async ({ demo, page }) => {
  const model = await makeModel(demo.person, demo)
  await openModel(page, demo, model, { drawer: 'yaml' })
  await page.getByText('Raw orders', { exact: false }).last().waitFor()
  await page.locator('.view-line', { hasText: 'source_table' }).click()
  await expect(properties(page).getByLabel('Name', { exact: true })).toHaveValue('Raw orders')
})

test('the schema of model files completes what is typed', async ({ demo, page }) => {
  const model = await makeModel(demo.person, demo)
  await openModel(page, demo, model, { drawer: 'yaml' })
  await page.locator('.view-line', { hasText: 'name: Orders' }).click()
  await page.keyboard.press('End')
  await page.keyboard.press('Enter')
  await page.keyboard.type('tag')
  await page.keyboard.press('Control+Space')
  await expect(page.locator('.suggest-widget').getByText('tags').first()).toBeVisible()
})

test('code opens large, and what is written there is in the form', async ({ demo, page }) => {
  const model = await makeModel(demo.person, demo)
  await demo.person.ask(
    'PUT',
    model.place,
    {
      text: model.text.replace(
        /type: source_table[\s\S]*?position/,
        'type: sql_query\n        name: Query\n        properties: {query: SELECT 1}\n        position',
      ),
    },
    '*',
  )
  await openModel(page, demo, model, { node: 'raw' })
  await properties(page).getByRole('button', { name: 'Edit in a large window' }).first().click()
  const dialog = page.getByRole('dialog', { name: 'Query' })
  await dialog.locator('.monaco-editor').click()
  await page.keyboard.press('ControlOrMeta+End')
  await page.keyboard.type(' + 41')
  await dialog.getByRole('button', { name: 'Done' }).click()
  await expect.poll(() => draftOf(demo.person, demo, model)).toContain('SELECT 1 + 41')
})

test('a file that somebody broke opens with its YAML, and is drawn once it is mended', async ({
  demo,
  page,
}) => {
  const model = await makeModel(demo.person, demo)
  const { version } = await demo.person.ask<{ version: string }>('GET', model.place)
  const broken = model.text.replace('nodes:', 'nodes: [')
  await demo.person.ask('PUT', model.place, { text: broken, message: 'Break it' }, `"${version}"`)

  await openModel(page, demo, model)

  await expect(page.getByText('The model cannot be drawn yet')).toBeVisible()
  await expect(yaml(page)).toBeVisible()
  await typeYaml(page, model.text)
  await expect(page.getByText('The model cannot be drawn yet')).toBeHidden()
  await expect(page.getByText('Clean orders').first()).toBeVisible()
  await save(page, 'Mend it')
  await expect(saveState(page)).toHaveText('Saved')
})
