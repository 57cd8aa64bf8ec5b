import {
  axeFindings,
  chooseTheme,
  expect,
  type Person,
  signInAs,
  test,
  type Workspace,
} from './fixtures'

const FILE = `configurations:
  - name: small
    type: cluster
    config: {num_workers: 1, spark_version: 16.4.x-scala2.12}
`

test.describe('configurations', () => {
  let ada: Person
  let shop: Workspace

  test.beforeEach(async ({ page, people }) => {
    ada = await people.signUp('ada')
    shop = await people.workspace(ada)
    await ada.ask('POST', `/workspaces/${shop.id}/documents`, {
      kind: 'configuration',
      id: 'workspace_config',
      text: FILE,
    })
    await signInAs(page, ada)
  })

  test('what is set for a target overrides the file there, until it is switched off', async ({
    page,
  }) => {
    await page.goto(`/w/${shop.slug}/configurations`)
    const holds = page.getByRole('region', { name: 'What holds' })
    await expect(holds.getByText('num_workers')).toBeVisible()
    await expect(holds.getByText('Workspace · workspace_config.yaml').first()).toBeVisible()

    await page.keyboard.press('n')
    const dialog = page.getByRole('dialog')
    await expect(dialog.getByRole('textbox', { name: 'Name' })).toBeFocused()
    await page.keyboard.type('small')
    await dialog.getByRole('combobox', { name: 'Applies to' }).click()
    await page.getByRole('option', { name: 'Target' }).click()
    await dialog.getByRole('textbox', { name: 'Which target' }).fill('prod')
    await dialog.getByRole('textbox', { name: 'Num workers' }).fill('12')
    await dialog.getByRole('tab', { name: 'YAML' }).click()
    await expect(dialog.locator('.monaco-editor')).toContainText('num_workers: 12')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await expect(page.getByText('Saved small.')).toBeVisible()

    await expect(holds.getByText('12', { exact: true })).toBeHidden()
    await holds.getByRole('textbox', { name: 'Target' }).fill('prod')
    await expect(page).toHaveURL(/target=prod/)
    await expect(holds.getByText('12', { exact: true })).toBeVisible()
    await expect(holds.getByText('Target prod')).toBeVisible()

    await page.getByRole('switch', { name: 'small is in use' }).click()
    await expect(holds.getByText('12', { exact: true })).toBeHidden()
    await page.reload()
    await expect(page.getByText('Off', { exact: true })).toBeVisible()
  })

  test('one that was deleted comes back', async ({ page }) => {
    await ada.ask('POST', `/workspaces/${shop.id}/configurations`, {
      name: 'limits',
      type: 'job',
      config: { timeout_seconds: 3600 },
    })
    await page.goto(`/w/${shop.slug}/configurations`)
    await page.getByRole('button', { name: 'More for limits' }).click()
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    await expect(page.getByText('Deleted limits.')).toBeVisible()
    await expect(page.getByText('timeout_seconds')).toBeHidden()
    await page.getByRole('button', { name: 'Undo' }).click()
    await expect(page.getByText('timeout_seconds')).toBeVisible()
  })

  for (const theme of ['light', 'dark'] as const)
    test(`have no fault that axe knows, ${theme}`, async ({ page }) => {
      await chooseTheme(page, theme)
      await page.goto(`/w/${shop.slug}/configurations`)
      await expect(page.getByText('spark_version')).toBeVisible()
      expect(await axeFindings(page)).toEqual([])
      await page.getByRole('button', { name: 'New configuration' }).click()
      await expect(page.getByRole('textbox', { name: 'Num workers' })).toBeVisible()
      expect(await axeFindings(page)).toEqual([])
    })
})
