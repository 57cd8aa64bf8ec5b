import { axeFindings, chooseTheme, expect, test } from './fixtures'

const SIZES = [
  { width: 1440, height: 900 },
  { width: 1024, height: 768 },
]
const PAGES = [
  '',
  '/models',
  '/templates',
  '/generate',
  '/runs',
  '/history',
  '/connections',
  '/settings',
  '/settings?tab=members',
  '/settings?tab=repository',
  '/settings?tab=audit',
  '/settings?tab=preferences',
  '/settings?tab=about',
]

for (const theme of ['light', 'dark'] as const) {
  for (const size of SIZES) {
    test.describe(`${theme} at ${size.width}`, () => {
      test.use({ viewport: size })
      test.beforeEach(({ page }) => chooseTheme(page, theme))

      test('the door', async ({ page }) => {
        await page.goto('/sign-in')
        await expect(page.getByLabel('Email')).toBeVisible()
        expect(await axeFindings(page)).toEqual([])
        await page.getByRole('button', { name: 'Create an account' }).click()
        expect(await axeFindings(page)).toEqual([])
      })

      test('the start and an invitation', async ({ page, demo, people }) => {
        await page.goto('/?new=true')
        await expect(page.getByRole('heading', { name: 'Create a workspace' })).toBeVisible()
        expect(await axeFindings(page)).toEqual([])
        const owner = await people.signUp()
        const token = await people.invitation(owner, await people.workspace(owner), 'editor')
        await page.goto(`/invitation#${token}`)
        await expect(page.getByRole('button', { name: 'Join workspace' })).toBeVisible()
        expect(await axeFindings(page)).toEqual([])
        await page.goto(`/w/${demo.slug}-that-is-not-there`)
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
        expect(await axeFindings(page)).toEqual([])
      })

      for (const path of PAGES)
        test(`/w/demo${path}`, async ({ page, demo }) => {
          await page.goto(`/w/${demo.slug}${path}`)
          await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible()
          await expect(page.locator('#main')).not.toContainText('Loading')
          expect(await axeFindings(page)).toEqual([])
        })

      test('a model on the canvas', async ({ page, demo }) => {
        const [card] = await demo.person.ask<{ id: string }[]>(
          'GET',
          `/workspaces/${demo.id}/models`,
        )
        await page.goto(`/w/${demo.slug}/models/${card?.id}`)
        await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible()
        await expect(page.locator('#main')).not.toContainText('Loading')
        expect(await axeFindings(page)).toEqual([])
      })

      test('what lies over a page', async ({ page, demo }) => {
        await page.goto(`/w/${demo.slug}`)
        await page.getByRole('button', { name: 'Notifications' }).click()
        await expect(page.getByRole('dialog')).toBeVisible()
        expect(await axeFindings(page)).toEqual([])
        await page.keyboard.press('Escape')
        await page.keyboard.press('Control+k')
        await expect(page.getByRole('combobox')).toBeVisible()
        expect(await axeFindings(page)).toEqual([])
        await page.keyboard.press('Escape')
        await expect(page.getByRole('dialog')).toBeHidden()
        await page.keyboard.press('Shift+?')
        await expect(page.getByRole('dialog')).toBeVisible()
        expect(await axeFindings(page)).toEqual([])
      })
    })
  }
}
