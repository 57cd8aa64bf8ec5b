import { expect, test } from './fixtures'

test('the demo workspace opens', async ({ demo, page }) => {
  await page.goto(`/w/${demo.slug}`)
  await expect(page.locator('#root')).not.toBeEmpty()
})
