import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { expect, signInAs, test } from './fixtures'

const tour = (page: Page) => page.getByRole('complementary', { name: 'Your first model' })
const step = (page: Page, name: string) => tour(page).getByRole('heading', { name })

/** Add a node beside the selection by its name, connected when the rules allow. */
async function add(page: Page, words: string): Promise<void> {
  await page.getByRole('application', { name: 'Canvas' }).focus()
  await page.keyboard.press('n')
  await page.locator('[role=combobox]:focus').fill(words)
  await page.keyboard.press('Enter')
}

async function nameTable(page: Page, catalog: string, schema: string, table: string) {
  await page.locator('#part-catalog').fill(catalog)
  await page.locator('#part-schema').fill(schema)
  await page.locator('#part-table').fill(table)
}

test('the tour leads a newcomer from an empty workspace to a downloaded bundle', async ({
  page,
  people,
}) => {
  const person = await people.signUp()
  const shop = await people.workspace(person)
  await signInAs(page, person)
  await page.goto(`/w/${shop.slug}/models`)
  await page
    .getByRole('button', { name: /New model|Blank model/ })
    .first()
    .click()
  const form = page.getByRole('dialog', { name: 'New model' })
  await form.getByLabel('Name').fill('First steps')
  await form.getByRole('button', { name: 'Create model' }).click()
  await page.getByRole('button', { name: 'Show me how, in five steps' }).click()
  await expect(step(page, 'Add three nodes')).toBeVisible()

  await add(page, 'table read')
  await nameTable(page, 'main', 'bronze', 'orders_raw')
  await add(page, 'select and transform')
  await add(page, 'table write')
  await expect(page.getByText('3 nodes, 2 connections', { exact: true })).toBeVisible()

  await expect(step(page, 'Fix the problem shown')).toBeVisible()
  await nameTable(page, 'main', 'silver', 'orders')
  await expect(step(page, 'Save')).toBeVisible()

  await page.keyboard.press('Control+s')
  const saving = page.getByRole('dialog', { name: 'Save as a version' })
  await saving.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(step(page, 'Generate')).toBeVisible()

  await page.getByRole('link', { name: 'Generate', exact: true }).click()
  await expect(page.getByText('No errors.')).toBeVisible()
  await page.getByRole('button', { name: 'Generate', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'First steps Generated' })).toBeVisible()
  const waiting = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download bundle' }).click()
  const zip = readFileSync(await (await waiting).path())
  expect(zip.includes('databricks.yml')).toBe(true)
  expect(zip.includes('resources/')).toBe(true)
})
