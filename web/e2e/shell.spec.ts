import type { Page } from '@playwright/test'
import {
  chooseTheme,
  expect,
  linkSentTo,
  PASSWORD,
  pageOf,
  signInAs,
  test,
  type Workspace,
} from './fixtures'

const background = (page: Page) =>
  page.evaluate(() => getComputedStyle(document.body).backgroundColor)
const DARK = 'rgb(15, 20, 28)'

test.describe('the door', () => {
  test('somebody new signs up, makes a workspace and is in it', async ({ page }) => {
    await page.goto('/')
    await page.getByRole('button', { name: 'Create an account' }).click()
    await page.getByLabel('Name', { exact: true }).fill('Ada')
    await page.getByLabel('Email').fill(`ada-${Date.now()}@example.com`)
    await page.getByLabel('Password', { exact: true }).fill('short')
    await page.getByRole('button', { name: 'Create account' }).click()
    await expect(page.getByText('Use at least 8 characters.')).toBeVisible()
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await page.getByRole('button', { name: 'Create account' }).click()
    await expect(page.getByRole('heading', { name: 'Create your first workspace' })).toBeVisible()
    await page.getByLabel('Name', { exact: true }).fill('Ada’s lake')
    await page.getByRole('button', { name: 'Create workspace' }).click()
    await expect(page).toHaveURL(/\/w\/ada/)
    await expect(page.getByRole('button', { name: /Ada’s lake/ })).toBeVisible()
  })

  test('a wrong password is told in place, the right one leads back to where one was going', async ({
    page,
    people,
    allowed,
  }) => {
    allowed.push(/400 \(Bad Request\)/)
    const person = await people.signUp()
    const shop = await people.workspace(person)
    await page.goto(`/w/${shop.slug}/settings?tab=members`)
    await expect(page).toHaveURL(/\/sign-in\?to=/)
    await page.getByLabel('Email').fill(person.email)
    await page.getByLabel('Password', { exact: true }).fill('not the password')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await expect(page.getByRole('alert')).toContainText(/Invalid login credentials/i)
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(new RegExp(`/w/${shop.slug}/settings\\?tab=members`))
  })

  test('no link leads from here to a stranger', async ({ page, people, baseURL }) => {
    const person = await people.signUp()
    const shop = await people.workspace(person)
    await signInAs(page, person)
    await page.goto('/sign-in?to=//elsewhere.example/')
    await expect(page).toHaveURL(`${baseURL}/w/${shop.slug}`)
  })

  test('signing out ends at the door and stays there', async ({ page, people, allowed }) => {
    // A question that was on its way when the session ended.
    allowed.push(/40[13] \(/)
    const person = await people.signUp()
    const shop = await people.workspace(person)
    await signInAs(page, person)
    await page.goto(`/w/${shop.slug}`)
    await page.getByRole('button', { name: 'Your account' }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await expect(page.getByRole('heading', { name: 'Sign in to Lakewright' })).toBeVisible()
    await expect(page.getByText('Your session has ended')).toBeHidden()
    await page.goto(`/w/${shop.slug}`)
    await expect(page).toHaveURL(/\/sign-in/)
  })

  test('a link from a letter signs in', async ({ page, people }) => {
    const person = await people.signUp()
    const shop = await people.workspace(person)
    await page.goto('/sign-in')
    await page.getByRole('button', { name: 'Email me a sign-in link' }).click()
    await page.getByLabel('Email').fill(person.email)
    await page.getByRole('button', { name: 'Send link' }).click()
    await expect(page.getByRole('heading', { name: 'Check your mail' })).toBeVisible()
    await page.goto(await linkSentTo(person.email))
    await expect(page).toHaveURL(new RegExp(`/w/${shop.slug}$`))
  })

  test('who forgot a password chooses a new one, and it counts', async ({ page, people }) => {
    const person = await people.signUp()
    const shop = await people.workspace(person)
    await page.goto('/sign-in')
    await page.getByRole('button', { name: 'Forgot your password?' }).click()
    await page.getByLabel('Email').fill(person.email)
    await page.getByRole('button', { name: 'Send reset link' }).click()
    await expect(page.getByRole('heading', { name: 'Check your mail' })).toBeVisible()
    await page.goto(await linkSentTo(person.email))
    await page.getByLabel('New password').fill('snow on the lake')
    await page.getByRole('button', { name: 'Save password' }).click()
    await expect(page).toHaveURL(new RegExp(`/w/${shop.slug}$`))
    await page.getByRole('button', { name: 'Your account' }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByLabel('Email').fill(person.email)
    await page.getByLabel('Password', { exact: true }).fill('snow on the lake')
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(new RegExp(`/w/${shop.slug}$`))
  })

  test('a link that counts no more says so and leads back', async ({ page }) => {
    await page.goto('/auth/callback?error_description=Email+link+is+invalid+or+has+expired')
    await expect(
      page.getByRole('heading', { name: 'This link does not sign you in' }),
    ).toBeVisible()
    await page.getByRole('link', { name: 'Back to sign in' }).click()
    await expect(page).toHaveURL(/\/sign-in/)
  })

  test('the demo opens without an account', async ({ page }) => {
    await page.goto('/')
    await page.getByRole('button', { name: 'Open the demo' }).click()
    await expect(page).toHaveURL(/\/w\//)
  })
})

test.describe('people', () => {
  test('an admin invites a viewer, who joins by the link and cannot change a thing', async ({
    page,
    people,
    baseURL,
  }) => {
    const owner = await people.signUp('owner')
    const shop = await people.workspace(owner, 'Corner shop')
    await signInAs(page, owner)
    await page.goto(`/w/${shop.slug}/settings?tab=members`)
    await page.getByRole('button', { name: 'Invite', exact: true }).click()
    await page.getByRole('dialog').getByLabel('Role').click()
    await page.getByRole('option', { name: /Viewer/ }).click()
    await page.getByRole('button', { name: 'Create link' }).click()
    const link = await page.getByLabel('Invitation link').inputValue()
    await page.getByRole('button', { name: 'Done' }).click()

    const guest = await people.signUp('guest')
    const other = await pageOf(page, guest, baseURL ?? '')
    await other.goto(link)
    await expect(other.getByRole('heading', { name: 'Join Corner shop' })).toBeVisible()
    await expect(other.getByText(/as viewer/)).toBeVisible()
    await other.getByRole('button', { name: 'Join workspace' }).click()
    await expect(other).toHaveURL(new RegExp(`/w/${shop.slug}$`))
    await other.goto(`/w/${shop.slug}/settings`)
    await expect(
      other.getByRole('status').filter({ hasText: 'Only admins of the workspace' }),
    ).toBeVisible()
    await expect(other.getByLabel('Name', { exact: true })).toBeDisabled()
    await other.context().close()

    // News of it arrives by itself.
    await expect(page.getByRole('cell', { name: new RegExp(guest.email) })).toBeVisible()
  })

  test('somebody without an account signs up on the way in', async ({ page, people }) => {
    const owner = await people.signUp('owner')
    const shop = await people.workspace(owner, 'Bakery')
    const token = await people.invitation(owner, shop, 'editor')
    await page.goto(`/invitation#${token}`)
    await page.getByRole('link', { name: 'Sign in' }).click()
    await page.getByLabel('Email').fill(`new-${Date.now()}@example.com`)
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await page.getByRole('button', { name: 'Create account' }).click()
    await page.getByRole('button', { name: 'Join workspace' }).click()
    await expect(page).toHaveURL(new RegExp(`/w/${shop.slug}$`))
  })

  test('an invitation that nobody made is refused with what to do', async ({ page, allowed }) => {
    allowed.push(/404 \(Not Found\)/)
    await page.goto('/invitation#thisisnotarealtoken')
    await expect(page.getByText('Ask an admin of the workspace for a new link.')).toBeVisible()
  })

  test('the last admin stays admin', async ({ page, people }) => {
    const owner = await people.signUp('owner')
    const shop = await people.workspace(owner)
    await people.member(owner, shop, 'editor')
    await signInAs(page, owner)
    await page.goto(`/w/${shop.slug}/settings?tab=members`)
    await expect(page.getByLabel(`Role: Owner`)).toBeDisabled()
    await page.getByLabel('Role: Editor').click()
    await page.getByRole('option', { name: /Admin/ }).click()
    await expect(page.getByText('Editor is admin now.')).toBeVisible()
  })
})

test.describe('workspaces', () => {
  test('one switches between them and finds them by name', async ({ page, people }) => {
    const person = await people.signUp()
    const first = await people.workspace(person, 'First lake')
    const second = await people.workspace(person, 'Second lake')
    await signInAs(page, person)
    await page.goto(`/w/${first.slug}`)
    await page.getByRole('button', { name: /Switch workspace/ }).click()
    await page.getByRole('menuitem', { name: 'Second lake' }).click()
    await expect(page).toHaveURL(new RegExp(`/w/${second.slug}$`))
    await expect(page).toHaveTitle('Home · Second lake · Lakewright')
  })

  test('a new name shows everywhere, also in the other window', async ({
    page,
    people,
    baseURL,
  }) => {
    const person = await people.signUp()
    const shop = await people.workspace(person, 'Old name')
    await signInAs(page, person)
    const other = await pageOf(page, person, baseURL ?? '')
    await other.goto(`/w/${shop.slug}`)
    await page.goto(`/w/${shop.slug}/settings`)
    await page.getByLabel('Name', { exact: true }).fill('New name')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await expect(page.getByRole('button', { name: /Switch workspace: New name/ })).toBeVisible()
    await expect(other.getByRole('button', { name: /Switch workspace: New name/ })).toBeVisible()
    await other.context().close()
  })

  test('an archived one can be read and brought back', async ({ page, people }) => {
    const person = await people.signUp()
    const shop = await people.workspace(person)
    await signInAs(page, person)
    await page.goto(`/w/${shop.slug}/settings`)
    await page.getByRole('button', { name: 'Archive workspace' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Archive workspace' }).click()
    await expect(page.getByText(/is archived: it can be read/)).toBeVisible()
    await expect(page.getByLabel('Name', { exact: true })).toBeDisabled()
    await page.getByRole('button', { name: 'Restore workspace' }).click()
    await expect(page.getByLabel('Name', { exact: true })).toBeEnabled()
  })

  test('who leaves is out', async ({ page, people }) => {
    const owner = await people.signUp('owner')
    const shop = await people.workspace(owner)
    const guest = await people.member(owner, shop, 'editor')
    await signInAs(page, guest)
    await page.goto(`/w/${shop.slug}/settings`)
    await page.getByRole('button', { name: 'Leave workspace' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Leave workspace' }).click()
    await expect(page.getByRole('heading', { name: 'Create your first workspace' })).toBeVisible()
  })

  test('the audit log tells who did what, and leaves as CSV', async ({ page, people }) => {
    const person = await people.signUp()
    const shop = await people.workspace(person)
    await signInAs(page, person)
    await page.goto(`/w/${shop.slug}/settings?tab=audit`)
    await page.getByLabel('Operation').fill('workspaces.')
    await expect(page).toHaveURL(/operation=workspaces\./)
    await expect(page.getByRole('cell', { name: 'workspaces.insert' })).toBeVisible()
    await expect(page.getByRole('cell', { name: 'workspace_members.insert' })).toBeHidden()
    const saving = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Export CSV' }).click()
    expect((await saving).suggestedFilename()).toBe(`audit-${shop.slug}.csv`)
  })
})

test.describe('the shell', () => {
  test('a theme survives a reload and is there before the first paint', async ({
    page,
    people,
    baseURL,
    allowed,
  }) => {
    allowed.push(/ERR_FAILED.*\/assets\//)
    const person = await people.signUp()
    const shop = await people.workspace(person)
    await signInAs(page, person)
    await page.goto(`/w/${shop.slug}`)
    await page.getByRole('button', { name: 'Your account' }).click()
    await page.getByRole('menuitem', { name: 'Dark' }).click()
    await expect.poll(() => background(page)).toBe(DARK)
    // With no script but the one of the theme nothing else could have made it dark.
    await page.route(/\/assets\/.*\.js$/, (route) => route.abort())
    const loaded = page.waitForResponse(/theme\.js/)
    await page.reload({ waitUntil: 'commit' })
    await loaded
    await expect.poll(() => background(page)).toBe(DARK)
    await page.unroute(/\/assets\/.*\.js$/)
    // On another machine it is the person's too.
    const other = await pageOf(page, person, baseURL ?? '')
    await other.goto(`/w/${shop.slug}`)
    await expect.poll(() => background(other)).toBe(DARK)
    await other.context().close()
  })

  test('Ctrl+K opens pages, models, templates, commands and workspaces', async ({
    page,
    people,
    allowed,
  }) => {
    // No draft of a model is an answer too, but browsers call every 404 an error.
    allowed.push(/404 .*\/drafts\//)
    // Somebody of their own: the theme that is chosen here is kept for them everywhere.
    const owner = await people.demo()
    const { workspaces } = await owner.ask<{ workspaces: Workspace[] }>('GET', '/me')
    const [demo] = workspaces
    if (!demo) throw new Error('There is no demo workspace.')
    const person = await people.member(owner, demo, 'editor')
    await signInAs(page, person)
    const ask = async (words: string, found: RegExp) => {
      await page.keyboard.press('Control+k')
      await page.getByRole('combobox').fill(words)
      await expect(page.getByRole('option', { name: found }).first()).toHaveAttribute(
        'aria-selected',
        'true',
      )
      await page.keyboard.press('Enter')
      await expect(page.getByRole('dialog')).toBeHidden()
    }
    await page.goto(`/w/${demo.slug}`)
    await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible()
    await ask('connections', /^Connections/)
    await expect(page).toHaveURL(/\/connections$/)
    await ask('theme dark', /Theme: dark/)
    await expect.poll(() => background(page)).toBe(DARK)
    await ask('theme light', /Theme: light/)
    const [card] = await person.ask<{ id: string; name: string }[]>(
      'GET',
      `/workspaces/${demo.id}/models`,
    )
    await ask(card?.name ?? '', new RegExp(card?.name ?? 'no model'))
    await expect(page).toHaveURL(new RegExp(`/models/${card?.id}`))
    await ask('merge', /merge/i)
    await expect(page).toHaveURL(/\/templates\?template=/)
  })

  test('g and a letter goes to a page, and ? tells the keys', async ({ demo, page }) => {
    await page.goto(`/w/${demo.slug}`)
    await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible()
    await page.keyboard.press('g')
    await page.keyboard.press('s')
    await expect(page).toHaveURL(/\/settings/)
    await expect(page.locator('#main')).toBeFocused()
    await page.keyboard.press('Shift+?')
    await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog')).toBeHidden()
  })

  test('says when the network is gone, and when the server does not answer', async ({
    demo,
    page,
    allowed,
  }) => {
    allowed.push(/ERR_INTERNET_DISCONNECTED|ERR_FAILED|ERR_NETWORK_CHANGED/)
    await page.goto(`/w/${demo.slug}/settings`)
    await expect(page.getByLabel('Name', { exact: true })).toBeVisible()
    await page.context().setOffline(true)
    await expect(page.getByText('You are offline.')).toBeVisible()
    await expect(page.getByLabel('Name', { exact: true })).toBeVisible()
    await page.context().setOffline(false)
    await expect(page.getByText('You are offline.')).toBeHidden()
  })

  test('addresses that lead nowhere say so and lead on', async ({ demo, page }) => {
    await page.goto('/no/such/page')
    await expect(page.getByRole('heading', { name: 'There is no page here' })).toBeVisible()
    await page.goto('/w/no-such-workspace/models')
    await expect(page.getByRole('heading', { name: 'There is no such workspace' })).toBeVisible()
    await page.getByRole('link', { name: demo.name }).click()
    await expect(page).toHaveURL(new RegExp(`/w/${demo.slug}$`))
  })

  test('a fault shows a report to copy, with the request and without tokens', async ({
    demo,
    page,
    allowed,
  }) => {
    allowed.push(/500 \(/, /The server answered 500|Refusal|A fault/)
    await page.route('**/api/v1/me', (route) =>
      route.fulfill({
        status: 500,
        headers: { 'X-Request-ID': 'req-for-the-report' },
        json: { code: 'fault', problem: 'A fault of ours.', remedy: '' },
      }),
    )
    await page.goto(`/w/${demo.slug}`)
    await expect(page.getByRole('heading', { name: 'This page has failed' })).toBeVisible()
    await page.getByRole('button', { name: 'Copy report' }).click()
    await expect(page.getByText('The report is copied.')).toBeVisible()
    const report = await page.evaluate(() => navigator.clipboard.readText())
    expect(report).toContain('req-for-the-report')
    expect(report).not.toContain(String(demo.person.session.access_token))
    await page.unroute('**/api/v1/me')
    await page.getByRole('button', { name: 'Try again' }).click()
    await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible()
  })

  test('a phone reads: navigation below, nothing to change', async ({ demo, page }) => {
    await page.setViewportSize({ width: 390, height: 844 })
    await page.goto(`/w/${demo.slug}/settings`)
    await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible()
    await expect(page.getByText('Small screens are for reading.')).toBeVisible()
    await expect(page.getByLabel('Name', { exact: true })).toBeDisabled()
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    )
    expect(overflow).toBe(0)
  })

  test('the first page is small enough for a slow line', async ({ demo, page }) => {
    await chooseTheme(page, 'light')
    const loaded = new Map<string, Promise<number>>()
    page.on('response', (answer) => {
      if (/\.(js|css)$/.test(new URL(answer.url()).pathname))
        loaded.set(
          answer.url(),
          answer
            .request()
            .sizes()
            .then((sizes) => sizes.responseBodySize),
        )
    })
    await page.goto(`/w/${demo.slug}`)
    await page.waitForLoadState('load')
    await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible()
    const sizes = await Promise.all(loaded.values())
    expect(sizes.length).toBeGreaterThan(2)
    const kilobytes = sizes.reduce((sum, size) => sum + size, 0) / 1000
    test.info().annotations.push({ type: 'kB', description: String(Math.round(kilobytes)) })
    expect(kilobytes).toBeLessThan(350)
  })
})
