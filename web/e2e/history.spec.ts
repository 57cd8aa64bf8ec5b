import { expect, type Person, signInAs, test, type Workspace } from './fixtures'

const PATH = 'metadata/models/orders.yaml'
const textOf = (catalog: string, extra = '') => `# kept
data_models:
  - id: orders
    name: Orders
    nodes:
      - id: raw
        type: source_table
        properties: {catalog: ${catalog}, schema: shop, table: raw}
        position: {x: 0, y: 0}
${extra}`
const MORE = `      - id: clean
        type: dest_table
        properties: {catalog: main, schema: shop, table: clean}
        position: {x: 320, y: 0}
    edges:
      - {source: raw, target: clean}
`

test.describe('the history', () => {
  let ada: Person
  let shop: Workspace

  test.beforeEach(async ({ page, people }) => {
    ada = await people.signUp('ada')
    shop = await people.workspace(ada)
    await ada.ask('POST', `/workspaces/${shop.id}/documents`, {
      kind: 'model',
      id: 'orders',
      text: textOf('main'),
    })
    await ada.ask(
      'PUT',
      `/workspaces/${shop.id}/documents/${PATH}`,
      { text: textOf('other', MORE), message: 'Clean the orders' },
      '*',
    )
    await signInAs(page, ada)
  })

  test('a commit shows what is new and what differs, as a drawing, as text and in words', async ({
    page,
  }) => {
    await page.goto(`/w/${shop.slug}/history`)
    await expect(page.getByRole('heading', { name: 'Clean the orders' })).toBeVisible()
    await expect(page.getByRole('button', { name: '1 added' })).toBeVisible()
    await page.getByRole('button', { name: '1 changed' }).click()
    const drawing = page.getByRole('region', { name: 'Both versions as one drawing' })
    await expect(drawing.locator('del')).toHaveText('main')
    await expect(drawing.locator('ins')).toHaveText('other')
    await page.getByRole('tab', { name: 'In words' }).click()
    await expect(page.getByText(/clean/).last()).toBeVisible()
    await page.getByRole('tab', { name: 'Text' }).click()
    await expect(page.locator('.monaco-diff-editor')).toBeVisible()
  })

  test('is searched, narrowed down to a file, and kept in the address', async ({ page }) => {
    await page.goto(`/w/${shop.slug}/history?path=${PATH}`)
    const timeline = page.getByRole('region', { name: 'Commits, newest first' })
    await expect(timeline.getByRole('listitem')).toHaveCount(2)
    await page.getByRole('searchbox').fill('clean the')
    await expect(timeline.getByRole('listitem')).toHaveCount(1)
    await page.getByRole('searchbox').fill('nobody did this')
    await expect(page.getByRole('heading', { name: 'No commit fits' })).toBeVisible()
    await page.getByRole('searchbox').fill('')
    await timeline.getByRole('listitem').nth(1).getByRole('button').click()
    await expect(page).toHaveURL(/commit=[0-9a-f]{40}/)
    await page.reload()
    await expect(page.getByRole('heading', { name: /Add model orders/ })).toBeVisible()
    await page.getByRole('button', { name: 'Copy commit id' }).click()
    const copied = await page.evaluate(() => navigator.clipboard.readText())
    expect(page.url()).toContain(copied)
  })

  test('an earlier version comes back as a new commit, and goes again', async ({ page }) => {
    await page.goto(`/w/${shop.slug}/history?path=${PATH}`)
    const timeline = page.getByRole('region', { name: 'Commits, newest first' })
    await timeline.getByRole('listitem').nth(1).getByRole('button').click()
    await page.getByRole('button', { name: 'Restore this version' }).click()
    await expect(timeline.getByRole('listitem')).toHaveCount(3)
    await expect(page.getByRole('heading', { name: /^Restore / })).toBeVisible()
    const read = async () =>
      (await ada.ask<{ text: string }>('GET', `/workspaces/${shop.id}/documents/${PATH}`)).text
    expect(await read()).toBe(textOf('main'))
    await page.getByRole('button', { name: 'Undo' }).click()
    await expect(timeline.getByRole('listitem')).toHaveCount(4)
    expect(await read()).toBe(textOf('other', MORE))
  })

  test('what was deleted is brought back', async ({ page }) => {
    await ada.ask('DELETE', `/workspaces/${shop.id}/documents/${PATH}`, undefined, '*')
    await page.goto(`/w/${shop.slug}/history`)
    await expect(page.getByRole('button', { name: '2 removed' })).toBeVisible()
    await page.getByRole('button', { name: 'Restore the version before' }).click()
    await expect(page.getByText(`Restored ${PATH}`)).toBeVisible()
    const back = await ada.ask<{ text: string }>('GET', `/workspaces/${shop.id}/documents/${PATH}`)
    expect(back.text).toBe(textOf('other', MORE))
  })

  test('leads to the designer with the same comparison', async ({ page }) => {
    await page.goto(`/w/${shop.slug}/history`)
    await page.getByRole('button', { name: 'Open in designer' }).click()
    await expect(page).toHaveURL(/\/models\/orders\?.*compare=/)
  })
})
