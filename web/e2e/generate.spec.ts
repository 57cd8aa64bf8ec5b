import { readFileSync } from 'node:fs'
import { axeFindings, chooseTheme, expect, type Person, pageOf, signInAs, test } from './fixtures'

let made = 0

/** A new model in a workspace; without `sound` it misses what its table is called. */
async function addModel(person: Person, workspace: { id: string }, sound: boolean) {
  made += 1
  const id = `orders_${process.pid}_${made}`
  const text = [
    'data_models:',
    `  - id: ${id}`,
    '    name: Orders',
    '    nodes:',
    '      - id: orders',
    `        type: ${sound ? 'uc_table' : 'source_table'}`,
    '        name: Orders table',
    '        properties:',
    '          catalog: main',
    '          schema: sales',
    ...(sound ? ['          table: orders', '          columns: [{name: id, type: BIGINT}]'] : []),
    '',
  ].join('\n')
  await person.ask('POST', `/workspaces/${workspace.id}/documents`, { kind: 'model', id, text })
  return id
}

test('a bundle is generated, read file by file, and taken home', async ({ page, people }) => {
  const person = await people.signUp()
  const shop = await people.workspace(person)
  const model = await addModel(person, shop, true)
  await signInAs(page, person)
  await page.goto(`/w/${shop.slug}/generate?model=${model}`)
  await expect(page.getByText('No errors.')).toBeVisible()
  await expect(page.getByRole('link', { name: 'managed_delta_table' })).toBeVisible()

  await page.getByRole('button', { name: 'Generate', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Orders Generated' })).toBeVisible()
  await expect(page).toHaveURL(/generation=/)

  const tree = page.getByRole('tree', { name: 'Files of the bundle' })
  await tree.getByRole('treeitem', { name: /orders\.sql/ }).click()
  await expect(page).toHaveURL(/file=src/)
  await expect(page.locator('.monaco-editor')).toContainText('CREATE TABLE')

  const waiting = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download bundle' }).click()
  const zip = readFileSync(await (await waiting).path())
  expect(zip.subarray(0, 2).toString()).toBe('PK')
  expect(zip.includes('databricks.yml')).toBe(true)

  await page.getByRole('tab', { name: 'Made from' }).click()
  await expect(page.getByText('Version of the documents')).toBeVisible()
})

test('the address brings back the file that was looked at', async ({ page, people }) => {
  const person = await people.signUp()
  const shop = await people.workspace(person)
  await addModel(person, shop, true)
  await signInAs(page, person)
  await page.goto(`/w/${shop.slug}/generate`)
  await page.getByRole('button', { name: 'Generate', exact: true }).click()
  const file = page.getByRole('treeitem', { name: /databricks\.yml/ })
  await file.click()
  await expect(page).toHaveURL(/file=databricks\.yml/)
  await page.reload()
  await expect(file).toHaveAttribute('aria-selected', 'true')
  await expect(page.locator('.monaco-editor')).toContainText('bundle')
})

test('the tree of files is walked by keys', async ({ page, people }) => {
  const person = await people.signUp()
  const shop = await people.workspace(person)
  await addModel(person, shop, true)
  await signInAs(page, person)
  await page.goto(`/w/${shop.slug}/generate`)
  await page.getByRole('button', { name: 'Generate', exact: true }).click()
  const tree = page.getByRole('tree', { name: 'Files of the bundle' })
  await tree.getByRole('treeitem', { name: /README/ }).focus()
  await page.keyboard.press('Home')
  const first = tree.getByRole('treeitem').first()
  await expect(first).toBeFocused()
  await expect(first).toHaveAttribute('aria-expanded', 'true')
  await page.keyboard.press('ArrowLeft')
  await expect(first).toHaveAttribute('aria-expanded', 'false')
  await page.keyboard.press('End')
  await page.keyboard.press('Enter')
  await expect(tree.getByRole('treeitem').last()).toHaveAttribute('aria-selected', 'true')
})

test('errors stop it before it begins, and lead to the field', async ({ page, people }) => {
  const person = await people.signUp()
  const shop = await people.workspace(person)
  const model = await addModel(person, shop, false)
  await signInAs(page, person)
  await page.goto(`/w/${shop.slug}/generate?model=${model}`)
  await expect(page.getByText('1 error to fix first.')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Generate', exact: true })).toBeDisabled()
  await page.getByRole('link', { name: 'Go to orders.table' }).click()
  await expect(page).toHaveURL(new RegExp(`/models/${model}\\?node=orders`))
})

test('work that found errors is told as such wherever it is listed', async ({ page, people }) => {
  const person = await people.signUp()
  const shop = await people.workspace(person)
  const model = await addModel(person, shop, false)
  await person.ask('POST', `/workspaces/${shop.id}/generations`, { wanted: model })
  await signInAs(page, person)
  await page.goto(`/w/${shop.slug}/runs`)
  await expect(page.getByText('Found errors')).toBeVisible()
  await page.getByRole('button', { name: 'Generate Orders' }).click()
  await page.getByRole('button', { name: 'See the problems' }).click()
  await expect(page.getByText("'table' is missing.")).toBeVisible()
})

test('an admin deletes a generation, after being told what goes', async ({ page, people }) => {
  const person = await people.signUp()
  const shop = await people.workspace(person)
  await addModel(person, shop, true)
  await signInAs(page, person)
  await page.goto(`/w/${shop.slug}/generate`)
  await page.getByRole('button', { name: 'Generate', exact: true }).click()
  await page.getByRole('button', { name: 'Download bundle' }).waitFor()
  await page.locator('#main').getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await expect(page.getByRole('alertdialog')).toContainText('The bundle of Orders')
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click()
  await expect(
    page.getByRole('navigation', { name: 'Made so far' }).getByText('Nothing yet.'),
  ).toBeVisible()
})

test('a viewer reads bundles and is told why nothing else', async ({ page, people, baseURL }) => {
  const owner = await people.signUp('owner')
  const shop = await people.workspace(owner)
  await addModel(owner, shop, true)
  const viewer = await people.member(owner, shop, 'viewer')
  const other = await pageOf(page, viewer, baseURL ?? '')
  await other.goto(`/w/${shop.slug}/generate`)
  await expect(other.getByText('You are a viewer of this workspace.')).toBeVisible()
  await expect(other.getByRole('button', { name: 'Generate', exact: true })).toBeDisabled()
  await other.goto(`/w/${shop.slug}/connections`)
  await expect(other.getByRole('heading', { name: 'No connection yet' })).toBeVisible()
  await expect(other.getByRole('button', { name: 'Add connection' })).toHaveCount(0)
  await other.context().close()
})

test.describe('connections', () => {
  test('one is added, its token never shown, changed and deleted', async ({ page, people }) => {
    const person = await people.signUp()
    const shop = await people.workspace(person)
    await signInAs(page, person)
    await page.goto(`/w/${shop.slug}/connections`)
    await page.getByRole('button', { name: 'Add connection' }).click()
    const form = page.getByRole('dialog')
    await form.getByRole('button', { name: 'Save' }).click()
    await expect(form.getByText('Give it a name.')).toBeVisible()
    await form.getByLabel('Name').fill('production')
    await form.getByLabel('Workspace address').fill('adb-1.7.azuredatabricks.net/?o=1')
    await form.getByLabel('Access token').fill('dapi-secret')
    await expect(form.getByLabel('Workspace address')).toHaveValue(
      'https://adb-1.7.azuredatabricks.net',
    )
    await form.getByRole('button', { name: 'Save' }).click()
    await expect(form).toHaveCount(0)
    const row = page.locator('#main').getByRole('listitem').filter({ hasText: 'production' })
    await expect(row).toContainText('Default')
    await expect(row).toContainText('Azure')
    await expect(row).toContainText('Token kept')
    await expect(row).toContainText('Not tried')

    await row.getByRole('button', { name: 'More about production' }).click()
    await page.getByRole('menuitem', { name: 'Edit' }).click()
    await expect(form.getByLabel('Access token')).toHaveValue('')
    await form.getByLabel('Workspace address').fill('https://adb-2.7.azuredatabricks.net')
    await expect(form.getByText('Another address needs a new token')).toBeVisible()
    await form.getByRole('button', { name: 'Save' }).click()
    await expect(row).toContainText('No token')

    await row.getByRole('button', { name: 'More about production' }).click()
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click()
    await expect(page.getByRole('heading', { name: 'No connection yet' })).toBeVisible()
  })

  test('a change that comes too late loses nothing', async ({ page, people, allowed }) => {
    allowed.push(/412/)
    const person = await people.signUp()
    const shop = await people.workspace(person)
    const place = `/workspaces/${shop.id}/connections`
    const host = 'https://dbc-a.cloud.databricks.com'
    const first = await person.ask<{ id: string; updated_at: string }>('POST', place, {
      name: 'first',
      host,
    })
    await signInAs(page, person)
    await page.goto(`/w/${shop.slug}/connections`)
    await page.getByRole('button', { name: 'More about first' }).click()
    await page.getByRole('menuitem', { name: 'Edit' }).click()
    const form = page.getByRole('dialog')
    await form.getByLabel('Name').fill('mine')
    await expect(form.getByRole('button', { name: 'Save', exact: true })).toBeEnabled()
    await person.ask('PUT', `${place}/${first.id}`, { name: 'theirs', host }, '*')
    await form.getByRole('button', { name: 'Save', exact: true }).click()
    await expect(form.getByText('Somebody else changed this connection')).toBeVisible()
    await expect(form.getByLabel('Name')).toHaveValue('mine')
    await form.getByRole('button', { name: 'Load theirs' }).click()
    await expect(form.getByLabel('Name')).toHaveValue('theirs')
  })
})

for (const theme of ['light', 'dark'] as const)
  test(`no screen of these has a serious fault for axe in the ${theme}`, async ({ page, demo }) => {
    await chooseTheme(page, theme)
    for (const [address, there] of [
      ['generate', 'Scripts and their templates'],
      ['runs', 'Work that the server does'],
      ['connections', 'Databricks workspaces that this workspace may talk to'],
    ] as const) {
      await page.goto(`/w/${demo.slug}/${address}`)
      await expect(page.getByText(there).first()).toBeVisible()
      expect(await axeFindings(page)).toEqual([])
    }
  })
