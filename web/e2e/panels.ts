/** A model of its own for each test of the designer's panels, and the parts of the screen. */

import { expect, type Page } from '@playwright/test'
import type { Person, Workspace } from './fixtures'

let count = 0

export const ORDERS = (id: string) => `# What the shop sells.
data_models:
  - id: ${id}
    name: Orders
    nodes:
      # Comes from the shop every night.
      - id: raw
        type: source_table
        name: Raw orders
        properties: {catalog: main, schema: raw, table: orders}
        position: {x: 0, y: 0}
      - id: clean
        type: dest_table
        name: Clean orders
        properties:
          catalog: main
          schema: silver
          table: orders # the one that people read
        position: {x: 320, y: 0}
    edges:
      - {source: raw, target: clean}
`

export interface Made {
  id: string
  path: string
  text: string
  /** The path of the API for this document. */
  place: string
}

export async function makeModel(person: Person, workspace: Workspace): Promise<Made> {
  count += 1
  const id = `orders_${process.pid}_${Date.now()}_${count}`
  const text = ORDERS(id)
  const { path } = await person.ask<{ path: string }>(
    'POST',
    `/workspaces/${workspace.id}/documents`,
    { kind: 'model', id, text },
  )
  return { id, path, text, place: `/workspaces/${workspace.id}/documents/${path}` }
}

export async function openModel(
  page: Page,
  workspace: Workspace,
  model: Made,
  search: { node?: string; drawer?: string } = {},
): Promise<void> {
  const query = new URLSearchParams(search)
  await page.goto(`/w/${workspace.slug}/models/${model.id}?${query}`)
  await expect(saveState(page)).toBeVisible()
}

export const saveState = (page: Page) => page.locator('[data-save-state]')
export const properties = (page: Page) => page.locator('[data-panel-name="properties"]')
export const yaml = (page: Page) => page.getByRole('textbox', { name: 'YAML of the model' })

/** The draft that the server keeps for this person; empty while there is none. */
export async function draftOf(person: Person, workspace: Workspace, model: Made): Promise<string> {
  const found = await person
    .ask<{ text: string }>('GET', `/workspaces/${workspace.id}/drafts/model/${model.path}`)
    .catch((error: Error) => {
      if (error.message.includes(': 404 ')) return { text: '' }
      throw error
    })
  return found.text
}

/** Put a text in the place of everything in the YAML editor. */
export async function typeYaml(page: Page, text: string): Promise<void> {
  await page.locator('.monaco-editor').first().click()
  await page.keyboard.press('ControlOrMeta+a')
  await page.evaluate((content) => navigator.clipboard.writeText(content), text)
  await page.keyboard.press('ControlOrMeta+v')
}

/** Save with the message that is proposed, or another one. */
export async function save(page: Page, message?: string): Promise<void> {
  // Keys belong to a dialog for as long as one is in front.
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await page.keyboard.press('ControlOrMeta+s')
  const dialog = page.getByRole('dialog', { name: 'Save as a version' })
  if (message) await dialog.getByLabel('What changed').fill(message)
  await dialog.getByRole('button', { name: 'Save', exact: true }).click()
}
