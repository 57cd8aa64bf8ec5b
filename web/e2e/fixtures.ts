/**
 * What every browser test has: a real server, people in it, and a page that may neither leave the
 * host nor complain.
 *
 *     import { expect, test } from './fixtures'
 *
 *     test('...', async ({ demo, page }) => {
 *       await page.goto(`/w/${demo.slug}/models`)
 *     })
 */

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import {
  type APIRequestContext,
  test as base,
  type ConsoleMessage,
  expect,
  type Page,
} from '@playwright/test'

export { expect } from '@playwright/test'

export type Role = 'viewer' | 'editor' | 'admin'
export type Theme = 'light' | 'dark'

/** Somebody with an account and an open session. */
export interface Person {
  id: string
  email: string
  password: string
  session: Record<string, unknown>
  /** Ask the API as this person. Fails the test when it refuses. */
  ask: <T = unknown>(method: string, path: string, body?: unknown, etag?: string) => Promise<T>
}

export interface Workspace {
  id: string
  slug: string
  name: string
}

/** The demo user in the demo workspace; the page is signed in. */
export interface Demo extends Workspace {
  person: Person
}

interface Fixtures {
  /** The page is signed in as the demo user. */
  demo: Demo
  people: People
  /** What a page may do that every other page may not. Push patterns of expected complaints. */
  allowed: RegExp[]
}

export const PASSWORD = 'rain on the lake'
const SESSION_KEY = 'lakewright.session'
const axeSource = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
let count = 0

export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads what is needed from here
  baseURL: async ({}, use) => {
    await use(process.env.LAKEWRIGHT_E2E_URL ?? '')
  },

  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads what is needed from here
  allowed: async ({}, use) => {
    await use([])
  },

  page: async ({ page, baseURL, allowed }, use) => {
    const complaints = watch(page, baseURL ?? '')
    await use(page)
    expect(complaints.filter((one) => !allowed.some((pattern) => pattern.test(one)))).toEqual([])
  },

  people: async ({ request }, use) => {
    await use(new People(request))
  },

  demo: async ({ page, people }, use) => {
    const person = await people.demo()
    const { workspaces } = await person.ask<{ workspaces: Workspace[] }>('GET', '/me')
    const first = workspaces[0]
    if (!first) throw new Error('The demo user has no workspace.')
    await signInAs(page, person)
    await use({ ...first, person })
  },
})

/** Accounts and workspaces, made through the API. */
export class People {
  constructor(private readonly request: APIRequestContext) {}

  async demo(): Promise<Person> {
    return this.personOf(await this.post('/auth/v1/demo', {}), '')
  }

  /** A new account of its own. */
  async signUp(name = 'somebody'): Promise<Person> {
    count += 1
    const email = `${name}-${process.pid}-${Date.now()}-${count}@example.com`
    const session = await this.post('/auth/v1/signup', {
      email,
      password: PASSWORD,
      data: { name: name[0]?.toUpperCase() + name.slice(1) },
    })
    return this.personOf(session, PASSWORD)
  }

  /** A workspace that the person owns. */
  async workspace(owner: Person, name = 'Shop'): Promise<Workspace> {
    return owner.ask<Workspace>('POST', '/workspaces', { name })
  }

  /** A link by which one person may join: its token. */
  async invitation(admin: Person, workspace: Workspace, role: Role): Promise<string> {
    const made = await admin.ask<{ token: string }>(
      'POST',
      `/workspaces/${workspace.id}/invitations`,
      { role },
    )
    return made.token
  }

  /** A new account that has joined a workspace. */
  async member(admin: Person, workspace: Workspace, role: Role): Promise<Person> {
    const person = await this.signUp(role)
    const token = await this.invitation(admin, workspace, role)
    await person.ask('POST', '/invitations/accept', { token })
    return person
  }

  private async post(path: string, data: unknown): Promise<Record<string, unknown>> {
    const answer = await this.request.post(path, { data })
    if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`)
    return answer.json()
  }

  private personOf(session: Record<string, unknown>, password: string): Person {
    const user = session.user as { id: string; email: string }
    return {
      id: user.id,
      email: user.email,
      password,
      session,
      ask: async (method, path, body, etag) => {
        const answer = await this.request.fetch(`/api/v1${path}`, {
          method,
          data: body,
          headers: {
            Authorization: `Bearer ${session.access_token}`,
            ...(etag ? { 'If-Match': etag } : {}),
          },
        })
        if (!answer.ok())
          throw new Error(`${method} ${path}: ${answer.status()} ${await answer.text()}`)
        return answer.status() === 204 ? undefined : await answer.json().catch(() => undefined)
      },
    }
  }
}

/** Every page of this browser context begins with the person's session. */
export async function signInAs(page: Page, person: Person): Promise<void> {
  await page.context().addInitScript(
    ({ key, session, mark }) => {
      // Once: a test that signs out shall stay signed out.
      if (localStorage.getItem(mark)) return
      localStorage.setItem(mark, '1')
      localStorage.setItem(key, session)
    },
    {
      key: SESSION_KEY,
      session: JSON.stringify(person.session),
      mark: `e2e.${person.id}.${String(person.session.refresh_token).slice(0, 8)}`,
    },
  )
}

/** A page of another person in a browser of their own. Close it: `await other.context().close()`. */
export async function pageOf(page: Page, person: Person, baseURL: string): Promise<Page> {
  const browser = page.context().browser()
  if (!browser) throw new Error('There is no browser.')
  const context = await browser.newContext({
    baseURL,
    viewport: { width: 1440, height: 900 },
    reducedMotion: 'reduce',
  })
  const other = await context.newPage()
  await signInAs(other, person)
  return other
}

/** Begin with a theme, as somebody who chose it here before. Call before `goto`. */
export async function chooseTheme(page: Page, theme: Theme): Promise<void> {
  await page.addInitScript((wanted) => {
    localStorage.setItem('lakewright.theme', wanted)
  }, theme)
}

/** What axe calls serious or critical, as lines to read. Monaco's own faults are left out. */
export async function axeFindings(page: Page): Promise<string[]> {
  // A script element would not get past the content security policy.
  await page.evaluate(readFileSync(axeSource, 'utf8'))
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import('axe-core') }
    const found = await axe.run(
      { exclude: [['.monaco-editor']] },
      { resultTypes: ['violations'], iframes: false },
    )
    return found.violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')} ${failureSummary}`),
      )
  })
}

/** What the server printed, with the letters that it could not send. */
export const serverLog = (): string => readFileSync(process.env.LAKEWRIGHT_E2E_LOG ?? '', 'utf8')

/** The newest link that a letter to this address holds. */
export async function linkSentTo(email: string): Promise<string> {
  let link = ''
  await expect(() => {
    const letters = serverLog().split(`To: ${email}`)
    link =
      letters.length > 1
        ? (/https?:\/\/\S+\/verify\?\S+/.exec(letters.at(-1) ?? '')?.[0] ?? '')
        : ''
    expect(link).not.toBe('')
  }).toPass()
  return link
}

/** Write down every request that leaves the host and every complaint of the browser. */
function watch(page: Page, baseURL: string): string[] {
  const complaints: string[] = []
  page.on('request', (asked) => {
    const url = asked.url()
    if (/^https?:|^wss?:/.test(url) && new URL(url).origin !== baseURL)
      complaints.push(`request to another host: ${url}`)
  })
  page.on('console', (message: ConsoleMessage) => {
    if (message.type() === 'error')
      complaints.push(`console: ${message.text()} ${message.location().url}`)
  })
  page.on('pageerror', (error) => complaints.push(`error: ${error.stack ?? error.message}`))
  return complaints
}
