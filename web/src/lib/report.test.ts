import { expect, it } from 'vitest'
import { reportText, withoutSecrets } from './report'

const given = {
  version: '1.2.3',
  address: '/w/shop/models?q=secret+plan&tag=x',
  requestId: 'req-7',
  error: new TypeError('x is not a function'),
  browser: 'Chromium',
  at: new Date('2026-01-02T03:04:05Z'),
}

it('says version, page, request, time and where it failed', () => {
  const text = reportText(given)
  for (const part of ['Lakewright 1.2.3', 'req-7', '2026-01-02T03:04:05', 'x is not a function'])
    expect(text).toContain(part)
})

it('names what was asked for, not its value', () => {
  expect(reportText(given)).toContain('/w/shop/models?q&tag')
  expect(reportText(given)).not.toContain('secret')
})

it.each([
  'Authorization: Bearer abc.def',
  'eyJhbGciOi.eyJzdWIi.c2ln',
  '{"access_token":"s3cr3t"}',
  '/auth/v1/verify?token=s3cr3t',
  '/invitation#s3cr3t',
  'dapi0123456789abcdef',
])('hides the secret of %s', (text) => {
  expect(withoutSecrets(text)).not.toMatch(/s3cr3t|abc\.def|eyJ|dapi0/)
})
