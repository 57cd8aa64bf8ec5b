/**
 * Opens large models in the designer in Chromium, pans and drags, and says what was seen: from the
 * click in the list to the first frame with the drawing, and the time between frames. Asked by
 * `benchmarks/canvas.py`.
 *
 *     node canvas.mjs '{"url": ..., "session": ..., "slug": ..., "models": [...], "rounds": 5}'
 */
import { createRequire } from 'node:module'

const require = createRequire(new URL('../web/package.json', import.meta.url))
const { chromium } = require('@playwright/test')

const DRAWN = '.react-flow__node, [data-testid="overview"]'
const asked = JSON.parse(process.argv[2])
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
})
try {
  const found = { floor: await floorOf() }
  for (const id of asked.models) found[id] = await figuresOf(id)
  process.stdout.write(JSON.stringify(found))
} finally {
  await browser.close()
}

async function signedIn() {
  const context = await browser.newContext({
    baseURL: asked.url,
    viewport: { width: 1440, height: 900 },
    reducedMotion: 'reduce',
  })
  await context.addInitScript(
    (session) => localStorage.setItem('lakewright.session', session),
    JSON.stringify(asked.session),
  )
  return context
}

async function figuresOf(id) {
  const context = await signedIn()
  const page = await context.newPage()
  const opened = []
  const drawn = []
  for (let round = 0; round < asked.rounds + 1; round += 1) {
    await page.goto(`/w/${asked.slug}/models`)
    const link = page.getByRole('link', { name: id, exact: true }).first()
    await link.waitFor()
    // What the screen is made of is loaded while somebody looks at the list.
    await page.waitForTimeout(300)
    await page.evaluate(watchOpening, DRAWN)
    await link.click()
    const [all, own] = await page.evaluate(() => window.opening)
    if (round === 0) continue
    opened.push(all)
    drawn.push(own)
  }
  const far = await panned(page)
  const canvas = page.getByRole('application', { name: 'Canvas' })
  await canvas.focus()
  await page.keyboard.press('ControlOrMeta+f')
  await page.getByRole('combobox', { name: 'Find a node' }).fill('Step 77')
  await page.keyboard.press('Enter')
  await page.locator('.react-flow__node.selected').waitFor()
  const near = await panned(page)
  const dragged = await draggedCard(page)
  const elements = await canvas.locator('*').count()
  await context.close()
  return { opened, drawn, far, near, dragged, elements }
}

/** In the page: resolves with [click to drawing, answer to drawing] in milliseconds. */
function watchOpening(drawn) {
  performance.clearResourceTimings()
  let clicked = 0
  addEventListener('click', () => {
    clicked = performance.now()
  }, { capture: true, once: true })
  window.opening = new Promise((done) => {
    const look = () => {
      if (!clicked || !document.querySelector(drawn)) return requestAnimationFrame(look)
      // The frame that holds it is painted before the next one begins.
      requestAnimationFrame(() => {
        const now = performance.now()
        const asked = performance.getEntriesByType('resource')
        const answers = asked.filter((one) => one.name.includes('/models-kept'))
        const end = Math.max(clicked, ...answers.map((one) => one.responseEnd))
        done([now - clicked, now - end])
      })
    }
    look()
  })
}

/** In the page: the time between frames until `window.stop()`. */
function watchFrames() {
  const times = []
  let last = performance.now()
  let on = true
  const frame = (now) => {
    times.push(now - last)
    last = now
    if (on) requestAnimationFrame(frame)
  }
  requestAnimationFrame(frame)
  window.stop = () => {
    on = false
    return times.slice(2)
  }
}

async function panned(page) {
  const box = await page.getByRole('application', { name: 'Canvas' }).boundingBox()
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  await page.evaluate(watchFrames)
  for (let step = 0; step < 60; step += 1) {
    const back = step % 30 < 15 ? 1 : -1
    await page.mouse.wheel(24 * back, 12 * back)
  }
  return page.evaluate(() => window.stop())
}

async function draggedCard(page) {
  const box = await page.locator('.react-flow__node.selected').boundingBox()
  await page.mouse.move(box.x + box.width / 2, box.y + 8)
  await page.mouse.down()
  await page.evaluate(watchFrames)
  for (let step = 1; step <= 40; step += 1)
    await page.mouse.move(box.x + box.width / 2 + 3 * (20 - Math.abs(20 - step)), box.y + 8 + step)
  const times = await page.evaluate(() => window.stop())
  await page.mouse.up()
  return times
}

/** What the machine can do at all: 1,500 empty elements that are moved as one. */
async function floorOf() {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  await page.setContent('<div id="all" style="position:absolute"></div>')
  await page.evaluate(() => {
    const all = document.getElementById('all')
    for (let one = 0; one < 1500; one += 1) {
      const box = document.createElement('div')
      box.style.cssText = `position:absolute;width:40px;height:16px;border:1px solid;left:${(one % 50) * 44}px;top:${Math.floor(one / 50) * 20}px`
      all.append(box)
    }
    let x = 0
    addEventListener('wheel', (event) => {
      x -= event.deltaX
      all.style.transform = `translate(${x}px)`
    })
  })
  await page.mouse.move(700, 400)
  await page.evaluate(watchFrames)
  for (let step = 0; step < 60; step += 1) await page.mouse.wheel(24 * (step % 30 < 15 ? 1 : -1), 0)
  const times = await page.evaluate(() => window.stop())
  await page.close()
  return times
}
