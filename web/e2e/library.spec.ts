import { readFile } from 'node:fs/promises'
import {
  axeFindings,
  chooseTheme,
  expect,
  type Person,
  signInAs,
  test,
  type Workspace,
} from './fixtures'

const OWN = (version: string, column: string) => `templates:
  - id: shop_table
    name: Shop table
    category: table_management
    description: A table of the shop.
    version: ${version}
    output_type: sql
    variables:
      - {name: table, type: table_name, required: true, sample: main.shop.orders}
    template_content: |
      CREATE TABLE IF NOT EXISTS {{ table | table_name }} (${column} BIGINT)
`
const PATH = 'metadata/templates/shop_table.yaml'

test.describe('the library of templates', () => {
  let ada: Person
  let shop: Workspace

  test.beforeEach(async ({ page, people }) => {
    ada = await people.signUp('ada')
    shop = await people.workspace(ada)
    await ada.ask('POST', `/workspaces/${shop.id}/documents`, {
      kind: 'template',
      id: 'shop_table',
      text: OWN('1.0.0', 'id'),
    })
    await signInAs(page, ada)
  })

  test('a template is found with the keyboard, kept as a favourite and duplicated', async ({
    page,
  }) => {
    await page.goto(`/w/${shop.slug}/templates`)
    await expect(page.getByRole('button', { name: /^Managed Delta table/ })).toBeVisible()
    await page.keyboard.press('f')
    await page.keyboard.type('managd delta')
    await expect(page).toHaveURL(/q=managd/)
    const card = page.getByRole('button', { name: /^Managed Delta table/ })
    await expect(card).toBeVisible()
    await card.focus()
    await page.keyboard.press('Enter')
    const detail = page.getByRole('complementary', { name: 'Template Managed Delta table' })
    await expect(detail.getByRole('tab', { name: 'Sample' })).toBeVisible()
    await expect(detail.locator('.monaco-editor').first()).toContainText('CREATE TABLE')
    await detail.getByRole('switch', { name: 'Replace the table' }).click()
    await expect(detail.locator('.monaco-editor').first()).toContainText('OR REPLACE')

    await page.keyboard.press('s')
    await expect(detail.getByRole('button', { name: 'Remove from favourites' })).toBeVisible()
    await detail.getByRole('button', { name: 'Duplicate to edit' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Our table')
    await expect(dialog.getByRole('textbox', { name: 'Id' })).toHaveValue('our_table')
    await dialog.getByRole('button', { name: 'Duplicate', exact: true }).click()
    await expect(page.getByRole('complementary', { name: 'Template Our table' })).toBeVisible()

    await page.reload()
    await expect(page.getByRole('complementary', { name: 'Template Our table' })).toBeVisible()
    await page.goto(`/w/${shop.slug}/templates`)
    await page.getByRole('button', { name: /^Favourites/ }).click()
    await expect(page.getByRole('status').filter({ hasText: '1 template' })).toBeVisible()
    await page.getByRole('button', { name: /^Recently used/ }).click()
    await expect(page.getByRole('status').filter({ hasText: '2 templates' })).toBeVisible()
  })

  test('two versions are compared, and one of its own is deleted and brought back', async ({
    page,
  }) => {
    await ada.ask(
      'PUT',
      `/workspaces/${shop.id}/documents/${PATH}`,
      { text: OWN('1.1.0', 'order_id'), message: 'Name the key' },
      '*',
    )
    await page.goto(`/w/${shop.slug}/templates?template=shop_table&tab=versions`)
    const detail = page.getByRole('complementary', { name: 'Template Shop table' })
    await expect(detail.getByText('Name the key')).toBeVisible()
    const source = detail.getByRole('region', { name: 'Changes from 1.0.0 to 1.1.0', exact: true })
    await expect(source).toContainText('order_id BIGINT')
    await expect(detail.getByText('1 of 1 combination prints something else')).toBeVisible()

    await detail.getByRole('button', { name: 'More', exact: true }).click()
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    await expect(page.getByText('Deleted Shop table.')).toBeVisible()
    await expect(detail).toBeHidden()
    await page.getByRole('button', { name: 'Undo' }).click()
    await expect(page.getByText('Shop table is back.')).toBeVisible()
    await expect(page.getByRole('button', { name: /^Shop table/ })).toBeVisible()
  })

  test('a pack goes out as a file, comes into another workspace and goes again', async ({
    page,
    people,
    allowed,
  }) => {
    // That a pack is installed already is only known once the server has looked into the file.
    allowed.push(/status of 409 .*\/packs$/)
    const other = await people.workspace(ada, 'Branch')
    await page.goto(`/w/${shop.slug}/templates/packs`)
    await page.getByRole('button', { name: 'Export a pack' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox', { name: 'Name' }).fill('acme')
    await dialog.getByRole('textbox', { name: 'Licence' }).fill('Apache-2.0')
    const [saved] = await Promise.all([
      page.waitForEvent('download'),
      dialog.getByRole('button', { name: 'Download the pack' }).click(),
    ])
    expect(saved.suggestedFilename()).toBe('acme.zip')
    const zip = {
      name: 'acme.zip',
      mimeType: 'application/zip',
      buffer: await readFile(await saved.path()),
    }

    await page.goto(`/w/${other.slug}/templates/packs`)
    await expect(page.getByRole('heading', { name: 'No packs here yet' })).toBeVisible()
    await page.getByLabel('Choose a zip file').first().setInputFiles(zip)
    await expect(page.getByRole('heading', { name: 'acme 1.0.0 brings' })).toBeVisible()
    await expect(dialog.getByText('acme.shop_table', { exact: true })).toBeVisible()
    await expect(dialog.getByText('Before you install')).toBeVisible()
    await dialog.getByRole('button', { name: 'Install pack' }).click()
    await expect(page.getByText('Installed acme.')).toBeVisible()

    // The same file again changes nothing, and says so.
    await page.getByLabel('Choose a zip file').first().setInputFiles(zip)
    await expect(dialog.getByText(/Nothing would change/)).toBeVisible()
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await expect(dialog).toBeHidden()

    await page.getByRole('link', { name: '1 template' }).click()
    await expect(page).toHaveURL(/from=pack/)
    await expect(page.getByRole('button', { name: /^Shop table/ })).toBeVisible()
    await page.goBack()
    await page.getByRole('button', { name: 'More for acme' }).click()
    await page.getByRole('menuitem', { name: 'Remove' }).click()
    await expect(page.getByRole('heading', { name: 'Removing acme takes away' })).toBeVisible()
    await dialog.getByRole('button', { name: 'Remove pack' }).click()
    await expect(page.getByText('Removed acme.')).toBeVisible()
    await expect(page.getByRole('heading', { name: 'No packs here yet' })).toBeVisible()
  })

  for (const theme of ['light', 'dark'] as const)
    test(`has no fault that axe knows, ${theme}`, async ({ page }) => {
      await chooseTheme(page, theme)
      await page.goto(`/w/${shop.slug}/templates?template=shop_table&tab=versions`)
      await expect(page.getByText('Nobody has changed it since it was made.')).toBeVisible()
      expect(await axeFindings(page)).toEqual([])
      await page.getByRole('tab', { name: 'Used by' }).click()
      await expect(page.getByRole('heading', { name: 'Nothing uses it yet' })).toBeVisible()
      expect(await axeFindings(page)).toEqual([])
      await page.goto(`/w/${shop.slug}/templates/packs`)
      await page.getByRole('button', { name: 'Export a pack' }).click()
      await expect(page.getByRole('dialog')).toBeVisible()
      expect(await axeFindings(page)).toEqual([])
    })
})
