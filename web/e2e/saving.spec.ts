import { expect, pageOf, test } from './fixtures'
import { draftOf, makeModel, openModel, properties, save, saveState } from './panels'

test('a save is a commit with a message that says what changed, seen among the versions', async ({
  demo,
  page,
}) => {
  const model = await makeModel(demo.person, demo)
  await openModel(page, demo, model, { node: 'clean', drawer: 'history' })
  await properties(page).getByLabel('Schema', { exact: true }).fill('gold')
  await page.keyboard.press('ControlOrMeta+s')
  const dialog = page.getByRole('dialog', { name: 'Save as a version' })
  await expect(dialog.getByLabel('What changed')).toHaveValue(/clean|Clean/)
  await dialog.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByText(/^Saved as [0-9a-f]{7}$/)).toBeVisible()
  await expect(saveState(page)).toHaveText('Saved')
  const versions = page.getByRole('list', { name: 'Versions' })
  await expect(versions.getByRole('listitem')).toHaveCount(2)
  await expect(versions.getByRole('listitem').first()).toContainText('Saved now')
  const { items } = await demo.person.ask<{ items: { message: string }[] }>(
    'GET',
    `/workspaces/${demo.id}/history?path=${model.path}`,
  )
  expect(items).toHaveLength(2)
})

test('an older version is restored as a step that undo takes back', async ({ demo, page }) => {
  const model = await makeModel(demo.person, demo)
  await openModel(page, demo, model, { node: 'clean', drawer: 'history' })
  const schema = properties(page).getByLabel('Schema', { exact: true })
  await schema.fill('gold')
  await save(page, 'Move to gold')
  const versions = page.getByRole('list', { name: 'Versions' })
  await expect(versions.getByText('Move to gold')).toBeVisible()
  await versions.getByRole('listitem').last().getByRole('button', { name: 'Restore' }).click()
  await expect(schema).toHaveValue('silver')
  await page.getByRole('button', { name: 'Undo', exact: true }).last().click()
  await expect(schema).toHaveValue('gold')
})

test('two versions are compared as text', async ({ demo, page }) => {
  const model = await makeModel(demo.person, demo)
  await openModel(page, demo, model, { node: 'clean', drawer: 'history' })
  await properties(page).getByLabel('Schema', { exact: true }).fill('gold')
  const versions = page.getByRole('list', { name: 'Versions' })
  await expect(versions.getByText('Unsaved changes')).toBeVisible()
  await versions.getByRole('button', { name: 'Pick as the older side' }).click()
  await versions.getByRole('button', { name: 'Compare as text' }).click()
  const dialog = page.getByRole('dialog', { name: 'What changed' })
  await expect(dialog.locator('.line-insert').first()).toBeVisible()
})

test('what was not saved is there again, and can be thrown away', async ({ demo, page }) => {
  const model = await makeModel(demo.person, demo)
  await openModel(page, demo, model, { node: 'clean' })
  const schema = properties(page).getByLabel('Schema', { exact: true })
  await schema.fill('gold')
  await expect(saveState(page)).toContainText('Unsaved changes, kept')
  await page.reload()
  await expect(schema).toHaveValue('gold')
  await expect(page.getByText('Your unsaved changes are back')).toBeVisible()
  await page.getByRole('button', { name: 'Discard changes' }).click()
  await expect(schema).toHaveValue('silver')
  await expect(saveState(page)).toHaveText('Saved')
})

test('offline, the tab keeps everything, and the server has it when it is back', async ({
  demo,
  page,
  allowed,
}) => {
  allowed.push(/ERR_INTERNET_DISCONNECTED|Failed to load resource/)
  const model = await makeModel(demo.person, demo)
  await openModel(page, demo, model, { node: 'clean' })
  await page.context().setOffline(true)
  await properties(page).getByLabel('Schema', { exact: true }).fill('gold')
  await expect(saveState(page)).toContainText('Offline')
  await properties(page).getByLabel('Catalog', { exact: true }).fill('lake')
  await page.context().setOffline(false)
  await expect(saveState(page)).toContainText('Unsaved changes, kept', { timeout: 30_000 })
  const text = await draftOf(demo.person, demo, model)
  expect(text).toContain('schema: gold')
  expect(text).toContain('catalog: lake')
})

test('two people save: the second merges, decides what both changed, and loses nothing', async ({
  demo,
  page,
  people,
  baseURL,
}) => {
  const model = await makeModel(demo.person, demo)
  const ada = await people.member(demo.person, demo, 'editor')
  await openModel(page, demo, model, { node: 'clean' })
  await properties(page).getByLabel('Schema', { exact: true }).fill('gold')
  await properties(page).getByLabel('Description').fill('Read by everybody')
  await expect(saveState(page)).toContainText('Unsaved changes, kept')

  const other = await pageOf(page, ada, baseURL ?? '')
  await openModel(other, demo, model, { node: 'clean' })
  await properties(other).getByLabel('Schema', { exact: true }).fill('platinum')
  await properties(other).getByLabel('Catalog', { exact: true }).fill('lake')
  await save(other, 'Move to the lake')
  await expect(saveState(other)).toHaveText('Saved')
  await other.context().close()

  await page.getByRole('button', { name: 'Someone else saved' }).click()
  const dialog = page.getByRole('dialog', { name: /saved this model/ })
  await expect(dialog.getByText('1 thing was changed by both')).toBeVisible()
  const use = dialog.getByRole('button', { name: 'Use the merged model' })
  await expect(use).toBeDisabled()
  await dialog.getByLabel(/Yours/).check()
  await expect(dialog.getByText('The merged model is valid')).toBeVisible()
  await use.click()
  await expect(properties(page).getByLabel('Schema', { exact: true })).toHaveValue('gold')
  await expect(properties(page).getByLabel('Catalog', { exact: true })).toHaveValue('lake')
  await expect(properties(page).getByLabel('Description')).toHaveValue('Read by everybody')
  await save(page)
  await expect(saveState(page)).toHaveText('Saved')
  const { text } = await demo.person.ask<{ text: string }>('GET', model.place)
  expect(text).toContain('schema: gold')
  expect(text).toContain('catalog: lake')
  expect(text).toContain('# the one that people read')
})

test('two people save: the second keeps both, as a model of its own', async ({
  demo,
  page,
  people,
}) => {
  const model = await makeModel(demo.person, demo)
  const ada = await people.member(demo.person, demo, 'editor')
  await openModel(page, demo, model, { node: 'clean' })
  await properties(page).getByLabel('Schema', { exact: true }).fill('gold')
  await expect(saveState(page)).toContainText('Unsaved changes, kept')
  const theirs = model.text.replace('schema: silver', 'schema: platinum')
  await ada.ask('PUT', model.place, { text: theirs }, '*')
  await page.getByRole('button', { name: 'Someone else saved' }).click()
  const dialog = page.getByRole('dialog', { name: /saved this model/ })
  await dialog.getByRole('tab', { name: 'Keep both' }).click()
  await dialog.getByLabel('Id of the copy').fill(`${model.id}_mine`)
  await dialog.getByRole('button', { name: 'Save mine as a copy' }).click()
  await expect(saveState(page)).toHaveText('Saved')
  await expect(properties(page).getByLabel('Schema', { exact: true })).toHaveValue('platinum')
  const documents = await demo.person.ask<{ path: string; titles: { id: string }[] }[]>(
    'GET',
    `/workspaces/${demo.id}/documents?kind=model`,
  )
  const copy = documents.find(({ titles }) => titles[0]?.id === `${model.id}_mine`)
  const { text } = await demo.person.ask<{ text: string }>(
    'GET',
    `/workspaces/${demo.id}/documents/${copy?.path}`,
  )
  expect(text).toContain('schema: gold')
  expect(text).toContain('# the one that people read')
})

test('a draft that somebody overtook does not replace what they saved', async ({
  demo,
  page,
  people,
}) => {
  const model = await makeModel(demo.person, demo)
  const ada = await people.member(demo.person, demo, 'editor')
  await openModel(page, demo, model, { node: 'clean' })
  await properties(page).getByLabel('Schema', { exact: true }).fill('gold')
  await expect(saveState(page)).toContainText('Unsaved changes, kept')
  await page.goto(`/w/${demo.slug}/models`)
  await ada.ask(
    'PUT',
    model.place,
    { text: model.text.replace('catalog: main\n', 'catalog: lake\n') },
    '*',
  )
  await page.goto(`/w/${demo.slug}/models/${model.id}?node=clean`)
  await page.getByRole('button', { name: 'Someone else saved' }).click()
  const dialog = page.getByRole('dialog', { name: /saved this model/ })
  await expect(dialog.getByText('Both sets of changes fit together.')).toBeVisible()
  await dialog.getByRole('button', { name: 'Use the merged model' }).click()
  await expect(properties(page).getByLabel('Schema', { exact: true })).toHaveValue('gold')
  await expect(properties(page).getByLabel('Catalog', { exact: true })).toHaveValue('lake')
})
