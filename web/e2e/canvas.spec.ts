import { readFileSync } from 'node:fs'
import type { Locator, Page } from '@playwright/test'
import { axeFindings, type Demo, expect, type People, signInAs, test } from './fixtures'

let made = 0

interface Drawn {
  id: string
  path: string
}

/** A new model of the demo workspace with a text of its own, open in the designer. */
async function openModel(page: Page, demo: Demo, nodes = '', edges = ''): Promise<Drawn> {
  const model = await newModel(demo, nodes, edges)
  await page.goto(`/w/${demo.slug}/models/${model.id}`)
  await expect(page.getByRole('application', { name: 'Canvas' })).toBeVisible()
  return model
}

async function newModel(demo: Demo, nodes = '', edges = ''): Promise<Drawn> {
  made += 1
  const id = `canvas_${process.pid}_${made}`
  const saved = await demo.person.ask<{ path: string }>(
    'POST',
    `/workspaces/${demo.id}/documents`,
    { kind: 'model', id, name: 'Canvas', text: textOf(id, nodes, edges) },
  )
  return { id, path: saved.path }
}

const textOf = (id: string, nodes: string, edges: string) =>
  [
    'data_models:',
    `  - id: ${id}`,
    '    name: Canvas',
    `    nodes: [${nodes}]`,
    `    edges: [${edges}]`,
    '',
  ].join('\n')

const READ =
  '{id: raw, type: source_table, name: Raw, position: {x: 0, y: 0}, properties: {catalog: main, schema: bronze, table: raw}}'
const SQL =
  '{id: clean, type: sql_query, name: Clean, position: {x: 320, y: 0}, properties: {sql: SELECT 1}}'
const WRITE =
  '{id: out, type: dest_table, name: Out, position: {x: 640, y: 0}, properties: {catalog: main, schema: silver, table: out}}'

const cards = (page: Page) => page.locator('.react-flow__node-card')
const card = (page: Page, id: string) => page.locator(`.react-flow__node-card[data-id="${id}"]`)
const lines = (page: Page) => page.locator('.react-flow__edge')
const count = (page: Page, words: string) =>
  expect(page.getByText(words, { exact: true })).toBeVisible()

async function middle(of: Locator): Promise<{ x: number; y: number }> {
  const box = await of.boundingBox()
  if (!box) throw new Error('It is not on the page.')
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}

async function drag(page: Page, from: Locator, to: { x: number; y: number }): Promise<void> {
  const start = await middle(from)
  await page.mouse.move(start.x, start.y)
  await page.mouse.down()
  await page.mouse.move(start.x + 12, start.y + 4, { steps: 3 })
  await page.mouse.move(to.x, to.y, { steps: 8 })
}

const outOf = (page: Page, id: string, port = 'out') =>
  card(page, id).locator(`[data-handleid="out:${port}"]`)

test('a row of the palette is dragged onto the canvas', async ({ page, demo }) => {
  await openModel(page, demo)
  await page
    .getByRole('button', { name: 'Table (read)', exact: true })
    .dragTo(page.locator('.react-flow__pane'), { targetPosition: { x: 200, y: 150 } })
  await expect(cards(page)).toHaveCount(1)
  await count(page, '1 node, 0 connections')
})

test('nodes are connected from handle to card, and undone by name', async ({ page, demo }) => {
  await openModel(page, demo, `${READ}, ${SQL}`)
  await drag(page, outOf(page, 'raw'), await middle(card(page, 'clean')))
  await page.mouse.up()
  await expect(lines(page)).toHaveCount(1)

  await page.getByRole('button', { name: 'Undo connect' }).click()
  await expect(lines(page)).toHaveCount(0)
  await page.getByRole('button', { name: 'Redo connect' }).click()
  await expect(lines(page)).toHaveCount(1)
})

test('a connection that the rules refuse says why', async ({ page, demo }) => {
  await openModel(
    page,
    demo,
    `${READ}, {id: other, type: source_files, name: Files, position: {x: 320, y: 120}}`,
  )
  await drag(page, outOf(page, 'raw'), await middle(card(page, 'other')))
  await expect(card(page, 'other')).toContainText('Files takes no input.')
  await page.mouse.up()
  await expect(page.getByTestId('said')).toHaveText('Not connected. Files takes no input.')
  await expect(lines(page)).toHaveCount(0)
})

test('an edge dropped on the empty canvas asks what comes next and connects it', async ({
  page,
  demo,
}) => {
  await openModel(page, demo, READ)
  const from = await middle(outOf(page, 'raw'))
  await drag(page, outOf(page, 'raw'), { x: from.x + 120, y: from.y + 160 })
  await page.mouse.up()
  const field = page.getByRole('combobox', { name: 'Node types that fit here' })
  await field.fill('sql')
  await field.press('Enter')
  await expect(cards(page)).toHaveCount(2)
  await expect(lines(page)).toHaveCount(1)
})

test('three connected nodes are made by keys alone', async ({ page, demo }) => {
  await openModel(page, demo)
  await page.getByRole('application', { name: 'Canvas' }).focus()
  for (const words of ['table read', 'select and transform', 'table write']) {
    await page.keyboard.press('n')
    await page.locator('[role=combobox]:focus').fill(words)
    await page.keyboard.press('Enter')
  }
  await count(page, '3 nodes, 2 connections')

  await page.keyboard.press('Shift+Tab')
  await expect(page.getByTestId('said')).toContainText('Select and transform')
  await page.keyboard.press('F2')
  await page.keyboard.type('Clean orders')
  await page.keyboard.press('Enter')
  await expect(card(page, 'select_and_transform')).toContainText('Clean orders')
  await page.keyboard.press('Delete')
  await count(page, '2 nodes, 0 connections')
})

test('nodes are copied into another model as text', async ({ page, demo }) => {
  const other = await newModel(demo)
  await openModel(page, demo, `${READ}, ${SQL}`, '{source: raw, target: clean}')
  await page.getByRole('application', { name: 'Canvas' }).focus()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.press('ControlOrMeta+c')
  await expect(page.getByTestId('said')).toHaveText('Copied 2 nodes')

  await page.goto(`/w/${demo.slug}/models/${other.id}`)
  await page.getByRole('application', { name: 'Canvas' }).focus()
  await page.keyboard.press('ControlOrMeta+v')
  await count(page, '2 nodes, 1 connection')
  await expect(card(page, 'raw')).toContainText('main.bronze.raw')
})

test('pasted CREATE TABLE statements become table nodes', async ({ page, demo }) => {
  await openModel(page, demo)
  await page.evaluate(() =>
    navigator.clipboard.writeText(
      'CREATE TABLE shop.silver.orders (id BIGINT NOT NULL, total DECIMAL(10,2));\n' +
        'CREATE TABLE shop.silver.items (id BIGINT);',
    ),
  )
  await page.getByRole('application', { name: 'Canvas' }).focus()
  await page.keyboard.press('ControlOrMeta+v')
  await expect(cards(page)).toHaveCount(2)
  await expect(card(page, 'orders')).toContainText('shop.silver.orders')
})

test('a group folds to one box and unfolds', async ({ page, demo }) => {
  await openModel(
    page,
    demo,
    `${READ}, ${SQL}, ${WRITE}`,
    '{source: raw, target: clean}, {source: clean, target: out}',
  )
  await card(page, 'raw').click()
  await card(page, 'clean').click({ modifiers: ['Shift'] })
  await page.keyboard.press('ControlOrMeta+g')
  await expect(page.locator('.react-flow__node-frame')).toHaveCount(1)

  await page.getByRole('button', { name: 'Fold the group' }).click()
  await expect(cards(page)).toHaveCount(1)
  await expect(page.getByText('2 nodes inside')).toBeVisible()
  await expect(lines(page)).toHaveCount(1)
  await page.getByRole('button', { name: 'Unfold the group' }).click()
  await expect(cards(page)).toHaveCount(3)
})

test('an automatic layout is one step to undo', async ({ page, demo }) => {
  await openModel(
    page,
    demo,
    `${READ}, ${SQL}, ${WRITE}`,
    '{source: out, target: clean}, {source: clean, target: raw}',
  )
  const before = await card(page, 'out').getAttribute('style')
  await page.getByRole('button', { name: 'Arrange automatically' }).click()
  await page.getByRole('menuitem', { name: 'Arrange automatically' }).click()
  await expect(page.getByTestId('said')).toHaveText('Arranged 3 nodes')
  expect(await card(page, 'out').getAttribute('style')).not.toEqual(before)
  await page.getByRole('button', { name: 'Undo arrange' }).click()
  await expect(card(page, 'out')).toHaveAttribute('style', before ?? '')
  await expect(page.getByRole('button', { name: 'Nothing to undo' })).toBeVisible()
})

test('a node without a place is drawn, and that alone changes nothing', async ({ page, demo }) => {
  await openModel(
    page,
    demo,
    '{id: a, type: source_table, properties: {table: a}}, {id: b, type: dest_table, properties: {table: b}}',
    '{source: a, target: b}',
  )
  await expect(cards(page)).toHaveCount(2)
  await expect(page.getByRole('button', { name: 'Nothing to undo' })).toBeVisible()
})

test('the model is taken along as YAML, SVG, PNG and Mermaid', async ({ page, demo }) => {
  await openModel(page, demo, `${READ}, ${SQL}`, '{source: raw, target: clean}')
  const taken = async (form: string) => {
    await page.getByRole('button', { name: 'Export', exact: true }).click()
    const waiting = page.waitForEvent('download')
    await page.getByRole('menuitem', { name: form }).click()
    return readFileSync(await (await waiting).path())
  }
  expect((await taken('YAML file')).toString()).toContain('id: raw')
  const svg = (await taken('SVG picture')).toString()
  expect(svg).toContain('<svg')
  expect(svg).toContain('main.bronze.raw')
  expect((await taken('Mermaid text')).toString()).toMatch(/raw.*-->.*clean/)
  const png = await taken('PNG picture')
  expect(png.subarray(1, 4).toString()).toBe('PNG')
  // Two cards beside each other at twice their size: width and height as the file tells them.
  expect(png.readUInt32BE(16)).toBeGreaterThan(2 * 2 * 216)
})

test('keys rename, duplicate, switch off and group what a marquee took', async ({ page, demo }) => {
  await openModel(page, demo, `${READ}, ${SQL}`)
  const box = await card(page, 'clean').boundingBox()
  const first = await card(page, 'raw').boundingBox()
  if (!box || !first) throw new Error('The cards are not on the page.')
  await page.keyboard.down('Shift')
  await page.mouse.move(first.x - 16, first.y - 24)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width + 16, box.y + box.height + 24, { steps: 8 })
  await page.mouse.up()
  await page.keyboard.up('Shift')
  await expect(page.locator('.react-flow__node-card.selected')).toHaveCount(2)

  await page.getByRole('application', { name: 'Canvas' }).focus()
  await page.keyboard.press('ControlOrMeta+d')
  await count(page, '4 nodes, 0 connections')
  await page.keyboard.press('d')
  await expect(page.getByRole('button', { name: 'Undo disable' })).toBeEnabled()
  await page.keyboard.press('ControlOrMeta+g')
  await expect(page.locator('.react-flow__node-frame')).toHaveCount(1)
  await page.keyboard.press('F2')
  await page.locator('.react-flow__node-frame input').fill('Copies')
  await page.keyboard.press('Enter')
  await expect(page.locator('.react-flow__node-frame')).toHaveText('Copies')
})

test('what is only tidied by ELK keeps its connections and is one step', async ({ page, demo }) => {
  await openModel(
    page,
    demo,
    `${READ}, ${SQL}, ${WRITE}`,
    '{source: out, target: clean}, {source: clean, target: raw}',
  )
  await page.getByRole('button', { name: 'Arrange automatically' }).click()
  await page.getByRole('menuitem', { name: /^Arrange tidily/ }).click()
  await expect(page.getByTestId('said')).toHaveText('Arranged 3 nodes')
  await expect(lines(page)).toHaveCount(2)
  await page.getByRole('button', { name: 'Undo arrange' }).click()
  await expect(page.getByRole('button', { name: 'Nothing to undo' })).toBeVisible()
})

test('two versions are compared on the canvas, and the marks follow what is edited', async ({
  page,
  demo,
}) => {
  const drawn = await newModel(demo, `${READ}, ${SQL}`, '{source: raw, target: clean}')
  const { items } = await demo.person.ask<{ items: { id: string }[] }>(
    'GET',
    `/workspaces/${demo.id}/history?path=${drawn.path}`,
  )
  await demo.person.ask(
    'PUT',
    `/workspaces/${demo.id}/documents/${drawn.path}`,
    {
      text: textOf(
        drawn.id,
        `${READ.replace('table: raw', 'table: orders')}, ${WRITE}`,
        '{source: raw, target: out}',
      ),
    },
    '*',
  )
  await page.goto(`/w/${demo.slug}/models/${drawn.id}?compare=${items[0]?.id}`)
  const bar = page.getByRole('region', { name: /^Compared with version/ })
  await expect(bar.getByRole('button', { name: '1 added' })).toBeVisible()
  await expect(bar.getByRole('button', { name: '1 removed' })).toBeVisible()
  await expect(bar.getByText('1 connection added, 1 connection removed')).toBeVisible()
  await expect(page.locator('.react-flow__node-ghost')).toHaveText(/Clean/)
  expect(await axeFindings(page)).toEqual([])

  await page.getByRole('application', { name: 'Canvas' }).focus()
  await page.keyboard.press('F7')
  await expect(card(page, 'raw')).toHaveClass(/selected/)
  const detail = page.getByRole('complementary', { name: 'Raw' })
  await expect(detail.locator('del')).toHaveText('raw')
  await expect(detail.locator('ins')).toHaveText('orders')

  await bar.getByRole('button', { name: '1 added' }).click()
  await expect(card(page, 'out')).toHaveClass(/selected/)
  await page.getByRole('application', { name: 'Canvas' }).focus()
  await page.keyboard.press('Delete')
  await expect(bar.getByRole('button', { name: '1 added' })).toHaveCount(0)
  await bar.getByRole('button', { name: 'End the comparison' }).click()
  await expect(bar).toHaveCount(0)
  await expect(page.locator('.react-flow__node-ghost')).toHaveCount(0)
})

test('a viewer sees everything, changes nothing and is told why', async ({
  page,
  people,
}: {
  page: Page
  people: People
}) => {
  const owner = await people.signUp('owner')
  const shop = await people.workspace(owner)
  const drawn = await newModel({ ...shop, person: owner }, `${READ}, ${SQL}`)
  const viewer = await people.member(owner, shop, 'viewer')
  await signInAs(page, viewer)
  await page.goto(`/w/${shop.slug}/models/${drawn.id}`)
  await expect(cards(page)).toHaveCount(2)
  await expect(page.getByText('You are a viewer of this workspace.').first()).toBeVisible()
  await expect(page.getByRole('button', { name: 'Table (read)', exact: true })).toBeDisabled()
  const before = await card(page, 'raw').getAttribute('style')
  await drag(page, card(page, 'raw'), { x: 700, y: 600 })
  await page.mouse.up()
  await page.keyboard.press('Delete')
  await expect(cards(page)).toHaveCount(2)
  await expect(card(page, 'raw')).toHaveAttribute('style', before ?? '')
})
