import fc from 'fast-check'
import { expect, it } from 'vitest'
import { safePath } from './path'

it.each(['/w/shop', '/w/shop/models/orders?node=a&drawer=yaml', '/invitation', '/?new=true'])(
  'lets somebody go back to %s',
  (path) => {
    expect(safePath(path)).toBe(path)
  },
)

it.each([
  undefined,
  '',
  'https://elsewhere.example/',
  '//elsewhere.example',
  '/\\elsewhere.example',
  '/\t/elsewhere.example',
  '/..//elsewhere.example',
  '/./\n/elsewhere.example',
  'javascript:alert(1)',
  '/sign-in?to=/sign-in',
  '/auth/callback?code=1',
])('sends somebody to the start instead of %j', (path) => {
  expect(safePath(path)).toBe('/')
})

it('never leads to another origin', () => {
  const parts = fc.constantFrom('/', '\\', '.', '..', ':', '@', '?', '#', '\t', 'http', 'a.example')
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 8 }), (found) => {
      const here = 'https://here.example'
      expect(new URL(safePath(found.join('')), here).origin).toBe(here)
    }),
  )
})
