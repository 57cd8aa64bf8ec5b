import { readFileSync } from 'node:fs'
import {
  axeFindings,
  expect,
  type Person,
  pageOf,
  signInAs,
  test,
  type Workspace,
} from './fixtures'

/** The 300 rows of the list hold fewer elements than this; 300 whole rows would be 9,000. */
const MOST_ELEMENTS = 1500

const yamlOf = (id: string, more = '') =>
  `# kept\ndata_models:\n  - id: ${id}\n    name: ${id}\n${more}    nodes:\n      - {id: orders, type: uc_table, properties: {catalog: main, schema: shop, name: orders, columns: [{name: id, type: BIGINT}]}}\n`

async function addModel(person: Person, workspace: Workspace, id: string, text = yamlOf(id)) {
  await person.ask('POST', `/workspaces/${workspace.id}/documents`, { kind: 'model', id, text })
}

test.describe('the list of models', () => {
  let ada: Person
  let shop: Workspace

  test.beforeEach(async ({ page, people }) => {
    ada = await people.signUp('ada')
    shop = await people.workspace(ada)
    await signInAs(page, ada)
  })

  test('an empty one begins with three examples, of which one opens', async ({ page }) => {
    await page.goto(`/w/${shop.slug}/models`)
    const examples = page.getByRole('button', { name: /^Begin with / })
    await expect(examples).toHaveCount(3)
    expect(await axeFindings(page)).toEqual([])
    await examples.first().click()
    await expect(page).toHaveURL(/\/models\/customer_/)
    await page.goto(`/w/${shop.slug}/models`)
    await expect(page.getByRole('row')).toHaveCount(2)
  })

  test('a model is made in all four ways', async ({ page }) => {
    const list = `/w/${shop.slug}/models`
    await addModel(ada, shop, 'first')

    await page.goto(list)
    await expect(page.getByRole('grid', { name: 'Models' })).toBeFocused()
    await page.keyboard.press('n')
    const dialog = page.getByRole('dialog', { name: 'New model' })
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Web orders')
    await expect(dialog.getByRole('textbox', { name: 'Id' })).toHaveValue('web_orders')
    expect(await axeFindings(page)).toEqual([])
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(/\/models\/web_orders/)

    await page.goto(`${list}#new-example`)
    await dialog.getByRole('radio').nth(1).check({ force: true })
    await dialog.getByRole('textbox', { name: 'Name' }).fill('From an example')
    await dialog.getByRole('button', { name: 'Create model' }).click()
    await expect(page).toHaveURL(/\/models\/from_an_example/)

    await page.goto(`${list}#new-import`)
    await dialog.getByRole('textbox', { name: 'YAML or JSON' }).fill(yamlOf('pasted'))
    await expect(dialog.getByText('One model with 1 node')).toBeVisible()
    await dialog.getByRole('button', { name: 'Create model' }).click()
    await expect(page).toHaveURL(/\/models\/pasted/)

    await page.goto(`${list}#new-ddl`)
    await dialog
      .getByRole('textbox', { name: 'CREATE TABLE' })
      .fill('CREATE TABLE main.shop.customers (id BIGINT);\nCREATE TABLE orders (id INT, at DATE);')
    await expect(dialog.getByText('main.shop.customers')).toBeVisible()
    await expect(dialog.getByText('2 columns')).toBeVisible()
    await dialog.getByRole('textbox', { name: 'Name' }).fill('From tables')
    await dialog.getByRole('button', { name: 'Create model' }).click()
    await expect(page).toHaveURL(/\/models\/from_tables/)

    const cards = await ada.ask<{ id: string; node_count: number }[]>(
      'GET',
      `/workspaces/${shop.id}/models`,
    )
    expect(Object.fromEntries(cards.map((card) => [card.id, card.node_count]))).toMatchObject({
      web_orders: 0,
      pasted: 1,
      from_tables: 2,
    })
  })

  test('a file is imported under another name, and nonsense is refused in words', async ({
    page,
  }) => {
    await addModel(ada, shop, 'orders')
    await page.goto(`/w/${shop.slug}/models#new-import`)
    const dialog = page.getByRole('dialog', { name: 'New model' })
    const text = dialog.getByRole('textbox', { name: 'YAML or JSON' })
    await text.fill('just words')
    await dialog.getByRole('button', { name: 'Create model' }).click()
    await expect(text).toHaveAttribute('aria-invalid', 'true')

    await dialog.locator('input[type=file]').setInputFiles({
      name: 'o.yaml',
      mimeType: 'text/yaml',
      buffer: Buffer.from(yamlOf('orders')),
    })
    await expect(dialog.getByRole('textbox', { name: 'Id' })).toHaveValue('orders_2')
    await dialog.getByRole('button', { name: 'Create model' }).click()
    await expect(page).toHaveURL(/\/models\/orders_2/)
    const made = await ada.ask<{ text: string }>(
      'GET',
      `/workspaces/${shop.id}/documents/metadata/models/orders_2.yaml`,
    )
    expect(made.text).toContain('# kept')
    expect(made.text).toContain('id: orders_2')
  })

  test('the keyboard walks, renames, copies, deletes and takes back', async ({ page }) => {
    await addModel(ada, shop, 'apples')
    await addModel(ada, shop, 'pears')
    await page.goto(`/w/${shop.slug}/models?sort=name`)
    const list = page.getByRole('grid', { name: 'Models' })
    await expect(list).toBeFocused()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('F2')
    const field = page.getByRole('textbox', { name: 'Name of apples' })
    await expect(field).toBeFocused()
    await field.fill('Green apples')
    await page.keyboard.press('Enter')
    await expect(list.getByRole('link', { name: 'Green apples' })).toBeVisible()
    await expect(list).toBeFocused()

    await page.keyboard.press('Control+d')
    await expect(list.getByRole('link', { name: 'Green apples copy' })).toBeVisible()
    await expect(list.getByRole('row')).toHaveCount(4)

    await page.keyboard.press('Delete')
    await expect(list.getByRole('row')).toHaveCount(3)
    await expect(list.getByRole('link', { name: 'Green apples', exact: true })).toHaveCount(0)
    await page.getByRole('button', { name: 'Undo' }).click()
    await expect(list.getByRole('link', { name: 'Green apples', exact: true })).toBeVisible()
    const back = await ada.ask<{ text: string }>(
      'GET',
      `/workspaces/${shop.id}/documents/metadata/models/apples.yaml`,
    )
    expect(back.text).toContain('# kept')
    expect(back.text).toContain('Green apples')

    await list.focus()
    await page.keyboard.press('Control+a')
    await expect(page.getByRole('region', { name: '3 selected' })).toBeVisible()
    await page.keyboard.press('Delete')
    await expect(page.getByRole('heading', { name: 'Draw your first model' })).toBeVisible()
    await page.keyboard.press('Control+z')
    await expect(list.getByRole('row')).toHaveCount(4)
  })

  test('one of two models of a file goes and comes back', async ({ page }) => {
    const text =
      'data_models:\n  - id: one\n    nodes: []\n  # about two\n  - id: two\n    nodes: []\n'
    await addModel(ada, shop, 'one', text)
    await page.goto(`/w/${shop.slug}/models?sort=name`)
    const list = page.getByRole('grid', { name: 'Models' })
    await expect(list).toBeFocused()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Delete')
    await expect(list.getByRole('row')).toHaveCount(2)
    const path = `/workspaces/${shop.id}/documents/metadata/models/one.yaml`
    await expect(async () => {
      expect((await ada.ask<{ text: string }>('GET', path)).text).toBe(
        'data_models:\n  # about two\n  - id: two\n    nodes: []\n',
      )
    }).toPass()
    await page.getByRole('button', { name: 'Undo' }).click()
    await expect(list.getByRole('row')).toHaveCount(3)
    expect((await ada.ask<{ text: string }>('GET', path)).text).toBe(text)
  })

  test('filters are chips in the address, which brings them back', async ({ page }) => {
    await addModel(ada, shop, 'apples', yamlOf('apples', '    tags: [fruit]\n'))
    await addModel(ada, shop, 'pears', yamlOf('pears', '    tags: [fruit, green]\n'))
    await addModel(
      ada,
      shop,
      'nails',
      'data_models:\n  - id: nails\n    nodes:\n      - {id: x, type: nothing_known}\n',
    )
    await page.goto(`/w/${shop.slug}/models`)
    const list = page.getByRole('grid', { name: 'Models' })
    await page.getByRole('button', { name: 'Tag', exact: true }).click()
    await page.getByRole('menuitem', { name: /green/ }).click()
    await expect(list.getByRole('row')).toHaveCount(2)
    await expect(page).toHaveURL(/tag=green/)
    await page.reload()
    await expect(list.getByRole('row')).toHaveCount(2)
    await page.getByRole('button', { name: 'Remove filter Tag: green' }).click()
    await expect(list.getByRole('row')).toHaveCount(4)

    await page.goto(`/w/${shop.slug}/models?status=problems&sort=-problems`)
    await expect(list.getByRole('link')).toHaveText(['nails'])
    await page.goto(`/w/${shop.slug}/models?tag=fruit&sort=-name`)
    await expect(list.getByRole('link')).toHaveText(['pears', 'apples'])
    await page.keyboard.press('/')
    await page.keyboard.type('nothing like it')
    await expect(page.getByRole('heading', { name: 'No model fits' })).toBeVisible()
    await page.getByRole('button', { name: 'Clear filters' }).first().click()
    await expect(list.getByRole('row')).toHaveCount(4)
  })

  test('300 models keep few elements on the page, and the last is one key away', async ({
    page,
  }) => {
    const models = Array.from({ length: 300 }, (_, index) =>
      yamlOf(`m_${String(index).padStart(3, '0')}`)
        .split('\n')
        .slice(2)
        .join('\n'),
    )
    await addModel(ada, shop, 'many', `data_models:\n${models.join('')}`)
    await page.goto(`/w/${shop.slug}/models?sort=name`)
    const list = page.getByRole('grid', { name: 'Models' })
    await expect(list).toHaveAttribute('aria-rowcount', '301')
    await expect(list.getByRole('link', { name: 'm_000' })).toBeVisible()
    expect(await page.evaluate(() => document.querySelectorAll('*').length)).toBeLessThan(
      MOST_ELEMENTS,
    )
    await page.keyboard.press('End')
    await expect(list.getByRole('link', { name: 'm_299' })).toBeInViewport()
    expect(await page.evaluate(() => document.querySelectorAll('*').length)).toBeLessThan(
      MOST_ELEMENTS,
    )
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(/\/models\/m_299/)
  })

  test('the list is saved as CSV', async ({ page }) => {
    await addModel(ada, shop, 'apples')
    await page.goto(`/w/${shop.slug}/models`)
    await page.getByRole('button', { name: 'Export list' }).click()
    const saving = page.waitForEvent('download')
    await page.getByRole('menuitem', { name: 'List as CSV' }).click()
    const saved = await saving
    const [head, row] = readFileSync(await saved.path(), 'utf8').split('\r\n')
    expect(head).toMatch(/^id,name,description,path/)
    expect(row).toMatch(/^apples,apples,,metadata\/models\/apples.yaml/)
  })

  test('a viewer sees all, changes nothing, and reads why', async ({ page, people, baseURL }) => {
    await addModel(ada, shop, 'apples')
    const viewer = await people.member(ada, shop, 'viewer')
    const other = await pageOf(page, viewer, baseURL ?? '')
    await other.goto(`/w/${shop.slug}/models`)
    await expect(other.getByText('You are a viewer of this workspace').first()).toBeVisible()
    await expect(other.getByRole('button', { name: 'New model' })).toBeDisabled()
    await expect(other.getByRole('link', { name: 'apples' })).toBeVisible()
    await other.keyboard.press('ArrowDown')
    await other.keyboard.press('Delete')
    await expect(other.getByRole('link', { name: 'apples' })).toBeVisible()
    await other.context().close()
    const cards = await ada.ask<unknown[]>('GET', `/workspaces/${shop.id}/models`)
    expect(cards).toHaveLength(1)
  })

  test('two people on one model see each other, and are warned before both edit', async ({
    page,
    people,
    baseURL,
  }) => {
    await addModel(ada, shop, 'apples')
    const editor = await people.member(ada, shop, 'editor')
    const other = await pageOf(page, editor, baseURL ?? '')
    await page.goto(`/w/${shop.slug}/models/apples`)
    await expect(page.getByRole('list', { name: 'Who else is here' })).toHaveCount(0)
    await other.goto(`/w/${shop.slug}/models/apples?drawer=yaml`)
    await expect(page.getByRole('button', { name: 'Editor: looking' })).toBeVisible()
    await expect(other.getByRole('button', { name: 'Ada: looking' })).toBeVisible()

    const text = other.locator('.monaco-editor textarea, .monaco-editor [role=textbox]').first()
    await text.focus()
    await other.keyboard.press('Control+Home')
    await other.keyboard.type('# mine\n')
    await expect(page.getByText('Editor is editing this too.')).toBeVisible()
    await other.context().close()
  })

  for (const theme of ['light', 'dark'] as const)
    test(`axe finds nothing serious, ${theme}`, async ({ page }) => {
      await addModel(ada, shop, 'apples', yamlOf('apples', '    tags: [fruit]\n'))
      await ada.ask('PUT', '/me/preferences', {
        theme,
        default_template_language: 'sql',
        workspace_id: null,
        preferences: {},
      })
      for (const path of ['/models?tag=fruit', '/history', '']) {
        await page.goto(`/w/${shop.slug}${path}`)
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
        await expect(page.getByText('apples').first()).toBeVisible()
        await expect(page.locator('html.dark')).toHaveCount(theme === 'dark' ? 1 : 0)
        expect(await axeFindings(page)).toEqual([])
      }
    })
})
