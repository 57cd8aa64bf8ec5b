/**
 * Types into the template editor in Chromium, and says how long each key took to be on the screen:
 * from the key press to the frame in which the preview holds it. Asked by `benchmarks/editor.py`.
 *
 *     node editor.mjs '{"url": ..., "session": ..., "slug": ..., "templates": [...], "keys": 40}'
 */
import { createRequire } from 'node:module'

const require = createRequire(new URL('../web/package.json', import.meta.url))
const { chromium } = require('@playwright/test')

const asked = JSON.parse(process.argv[2])
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
})
try {
  const found = {}
  for (const id of asked.templates) found[id] = await timesOf(id)
  process.stdout.write(JSON.stringify(found))
} finally {
  await browser.close()
}

/** Milliseconds of each key. */
async function timesOf(id) {
  const context = await browser.newContext({
    baseURL: asked.url,
    viewport: { width: 1440, height: 900 },
    reducedMotion: 'reduce',
  })
  await context.addInitScript(
    (session) => localStorage.setItem('lakewright.session', session),
    JSON.stringify(asked.session),
  )
  const page = await context.newPage()
  await page.goto(`/w/${asked.slug}/templates/${id}/edit`)
  await page.locator('[data-preview="ready"]').waitFor({ timeout: 60_000 })
  await page.locator('.monaco-editor .view-lines').first().click()
  await page.keyboard.press('ControlOrMeta+Home')
  await page.keyboard.insertText('-- \n')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('End')
  await page.evaluate(watch)
  const times = []
  for (let key = 0; key < asked.keys + 3; key += 1) {
    await page.evaluate((wanted) => window.watching.begin(wanted), key + 1)
    await page.keyboard.press('x')
    times.push(await page.evaluate(() => window.watching.done))
    // As somebody who types and looks.
    await page.waitForTimeout(120)
  }
  await context.close()
  // The first ones only warm up.
  return times.slice(3)
}

/** In the page: notes when a key goes down, and the first frame whose preview holds its letter. */
function watch() {
  let pressed = 0
  let wanted = 0
  let tell = () => undefined
  const isThere = () => {
    const line = document.querySelector('[data-preview] .view-line')?.textContent ?? ''
    return line.replaceAll('\u00a0', ' ').trim() === `-- ${'x'.repeat(wanted)}`
  }
  window.watching = {
    done: null,
    begin(count) {
      wanted = count
      pressed = 0
      window.watching.done = new Promise((resolve) => {
        tell = resolve
      })
    },
  }
  document.addEventListener('keydown', () => (pressed ||= performance.now()), true)
  const look = () => {
    if (!pressed || !isThere()) return
    const began = pressed
    pressed = 0
    requestAnimationFrame(() => {
      // Behind the frame's painting.
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = () => tell(performance.now() - began)
      port2.postMessage(null)
    })
  }
  new MutationObserver(look).observe(document.querySelector('[data-preview]'), {
    subtree: true,
    childList: true,
    characterData: true,
  })
}
