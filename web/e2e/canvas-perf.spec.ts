import { type Demo, expect, test } from './fixtures'

/** What a screen may hold at most, however large the model is. */
const MOST_ELEMENTS = 1_500

/** A model of many rows of four nodes that flow from left to right, open in the designer. */
async function largeModel(demo: Demo, nodes: number): Promise<string> {
  const id = `large_${process.pid}_${nodes}`
  const lines = ['data_models:', `  - id: ${id}`, '    name: Large', '    nodes:']
  for (let index = 0; index < nodes; index += 1) {
    const x = (index % 25) * 288
    const y = Math.floor(index / 25) * 96
    lines.push(
      `      - {id: n${index}, type: select_transform, name: Step ${index}, position: {x: ${x}, y: ${y}}}`,
    )
  }
  lines.push('    edges:')
  for (let index = 1; index < nodes; index += 1)
    if (index % 25) lines.push(`      - {source: n${index - 1}, target: n${index}}`)
  await demo.person.ask('POST', `/workspaces/${demo.id}/documents`, {
    kind: 'model',
    id,
    name: 'Large',
    text: `${lines.join('\n')}\n`,
  })
  return id
}

for (const nodes of [1_000, 5_000])
  test(`a model of ${nodes} nodes shows only what is seen`, async ({ page, demo }) => {
    test.slow()
    const id = await largeModel(demo, nodes)
    await page.goto(`/w/${demo.slug}/models/${id}`)
    const canvas = page.getByRole('application', { name: 'Canvas' })
    await expect(canvas).toBeVisible({ timeout: 60_000 })
    const elements = () => canvas.locator('*').count()

    await expect(page.locator('.react-flow__node').first()).toBeVisible()
    expect(await elements()).toBeLessThanOrEqual(MOST_ELEMENTS)

    await page.getByRole('button', { name: 'Fit the model into view' }).click()
    await expect(page.getByTestId('overview')).toBeVisible()
    await expect(page.locator('.react-flow__node')).toHaveCount(0)
    expect(await elements()).toBeLessThanOrEqual(100)

    // The picture can be pointed at: a node in it is selected and found.
    const box = await page.getByTestId('overview').boundingBox()
    if (!box) throw new Error('The overview is not on the page.')
    await page.mouse.dblclick(box.x + box.width / 2, box.y + box.height / 2)
    await canvas.focus()
    await page.keyboard.press('ControlOrMeta+f')
    await page.getByRole('combobox', { name: 'Find a node' }).fill('Step 777')
    await page.keyboard.press('Enter')
    await expect(page.locator('.react-flow__node[data-id="n777"]')).toHaveClass(/selected/)
    expect(await elements()).toBeLessThanOrEqual(MOST_ELEMENTS)
  })

test('while one card is dragged no other card is painted again', async ({ page, demo }) => {
  const id = await largeModel(demo, 100)
  await page.goto(`/w/${demo.slug}/models/${id}`)
  const dragged = page.locator('.react-flow__node[data-id="n1"]')
  await expect(dragged).toBeVisible()
  await page.evaluate(() => {
    const touched = new Set<string>()
    Object.assign(window, { touched })
    const nodes = document.querySelector('.react-flow__nodes')
    if (!nodes) throw new Error('There are no nodes.')
    new MutationObserver((changes) => {
      for (const { target } of changes) {
        const node = (target instanceof Element ? target : target.parentElement)?.closest(
          '.react-flow__node',
        )
        if (node instanceof HTMLElement) touched.add(node.dataset.id ?? '')
      }
    }).observe(nodes, { subtree: true, childList: true, attributes: true, characterData: true })
  })
  const box = await dragged.boundingBox()
  if (!box) throw new Error('The card is not on the page.')
  await page.mouse.move(box.x + 60, box.y + 8)
  await page.mouse.down()
  await page.mouse.move(box.x + 90, box.y + 60, { steps: 20 })
  await page.mouse.up()
  await expect(page.getByRole('button', { name: 'Undo move' })).toBeEnabled()
  const touched = await page.evaluate(() => [
    ...(window as unknown as { touched: Set<string> }).touched,
  ])
  expect(touched).toContain('n1')
  expect(touched.filter((one) => one !== 'n1')).toEqual([])
})
