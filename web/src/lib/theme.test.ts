import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { applyTheme, storedTheme } from './theme'

const isDark = () => document.documentElement.classList.contains('dark')
const systemIs = (dark: boolean) =>
  vi.stubGlobal('matchMedia', () => ({ matches: dark, addEventListener: () => undefined }))

beforeEach(() => localStorage.clear())
afterEach(() => vi.unstubAllGlobals())

it.each([
  ['light', true, false],
  ['dark', false, true],
  ['system', true, true],
  ['system', false, false],
] as const)('shows %s when dark is the wish of the system: %s', (theme, system, dark) => {
  systemIs(system)
  applyTheme(theme)
  expect(isDark()).toBe(dark)
  expect(storedTheme()).toBe(theme)
})

it('follows the system when what is stored makes no sense', () => {
  localStorage.setItem('lakewright.theme', 'mauve')
  expect(storedTheme()).toBe('system')
})

it('works where storage is switched off', () => {
  systemIs(false)
  const set = vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
    throw new DOMException('denied')
  })
  applyTheme('dark')
  expect(isDark()).toBe(true)
  set.mockRestore()
})
