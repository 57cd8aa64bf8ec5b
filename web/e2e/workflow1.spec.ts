import type { Locator, Page } from '@playwright/test'
import { expect, PASSWORD, test } from './fixtures'

async function middle(of: Locator): Promise<{ x: number; y: number }> {
  const box = await of.boundingBox()
  if (!box) throw new Error('It is not on the page.')
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}

const card = (page: Page, name: string) =>
  page.locator('.react-flow__node-card').filter({ hasText: name })

/** Drag a node type from the palette to a place of the canvas. */
async function drop(page: Page, name: string, x: number, y: number): Promise<void> {
  await page
    .getByRole('button', { name, exact: true })
    .first()
    .dragTo(page.locator('.react-flow__pane'), { targetPosition: { x, y } })
}

async function connect(page: Page, from: Locator, to: Locator): Promise<void> {
  const start = await middle(from.locator('[data-handleid="out:out"]'))
  const end = await middle(to)
  await page.mouse.move(start.x, start.y)
  await page.mouse.down()
  await page.mouse.move(start.x + 12, start.y + 4, { steps: 3 })
  await page.mouse.move(end.x, end.y, { steps: 8 })
  await page.mouse.up()
}

test('workflow 1: a new model is drawn, configured, connected, and saved as a commit', async ({
  page,
  people,
}) => {
  const person = await people.signUp()
  await people.workspace(person, 'Other')
  const shop = await people.workspace(person, 'Shop')

  // 1. Sign in and select a workspace.
  await page.goto('/')
  await page.getByLabel('Email').fill(person.email)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('button', { name: 'Switch workspace' }).click()
  await page.getByRole('menuitem', { name: 'Shop' }).click()
  await expect(page).toHaveURL(new RegExp(`/w/${shop.slug}`))

  // 2. New model.
  await page.getByRole('link', { name: 'Models', exact: true }).click()
  await page
    .getByRole('button', { name: /New model|Blank model/ })
    .first()
    .click()
  const form = page.getByRole('dialog', { name: 'New model' })
  await form.getByLabel('Name').fill('Orders')
  await form.getByRole('button', { name: 'Create model' }).click()
  await expect(page.getByRole('application', { name: 'Canvas' })).toBeVisible()

  // 3. Drag nodes onto the canvas.
  await drop(page, 'Table (read)', 80, 120)
  await drop(page, 'Table (write)', 420, 120)
  await expect(page.getByText('2 nodes, 0 connections', { exact: true })).toBeVisible()

  // 4. Configure their properties.
  await card(page, 'Table (read)').click()
  await page.locator('#part-catalog').fill('main')
  await page.locator('#part-schema').fill('bronze')
  await page.locator('#part-table').fill('orders_raw')
  await expect(card(page, 'orders_raw')).toBeVisible()
  await card(page, 'Table (write)').click()
  await page.locator('#part-table').fill('orders')
  await page.locator('#part-schema').fill('silver')
  await page.locator('#part-catalog').fill('main')
  await expect(card(page, 'main.silver.orders')).toBeVisible()

  // 5. Draw the connection.
  await connect(page, card(page, 'orders_raw'), card(page, 'main.silver.orders'))
  await expect(page.getByText('2 nodes, 1 connection', { exact: true })).toBeVisible()

  // 6. Save: a commit, which the history shows.
  await page.keyboard.press('Control+s')
  const saving = page.getByRole('dialog', { name: 'Save as a version' })
  await saving.getByLabel('What changed').fill('Read raw orders into silver')
  await saving.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(saving).toHaveCount(0)
  await expect(page.getByText('Saved', { exact: true })).toBeVisible()
  const history = await person.ask<{ items: { message: string; commit: string }[] }>(
    'GET',
    `/workspaces/${shop.id}/history`,
  )
  expect(history.items[0]?.message).toContain('Read raw orders into silver')
  await page.getByRole('link', { name: 'History', exact: true }).click()
  await expect(page.getByText('Read raw orders into silver').first()).toBeVisible()
})
