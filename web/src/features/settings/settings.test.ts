import { expect, it } from 'vitest'
import type { AuditReply } from '@/api/schema.gen'
import { auditCsv } from './auditCsv'
import { statusOf, whyFixed } from './membership'

const line: AuditReply = {
  id: 1,
  at: '2026-01-02T03:04:05Z',
  actor: 'u1',
  actor_email: 'ada@example.com',
  actor_role: 'admin',
  request_id: 'r1',
  workspace_id: 'w1',
  operation: 'documents.save',
  record_id: 'models/a.yaml',
  before: null,
  after: null,
  details: { path: 'models/a.yaml' },
}

it('writes a line for each entry, quotes doubled', () => {
  const [head, row] = auditCsv([line]).split('\r\n')
  expect(head).toBe('at,actor_email,actor_role,operation,record_id,request_id,before,after,details')
  expect(row).toBe(
    '2026-01-02T03:04:05Z,ada@example.com,admin,documents.save,models/a.yaml,r1,,,"{""path"":""models/a.yaml""}"',
  )
})

it.each(['=1+1', '+1', '-1', '@sum'])('lets no spreadsheet run %s', (record_id) => {
  expect(auditCsv([{ ...line, record_id }])).toContain(`,'${record_id},`)
})

it.each([
  ['the owner', { user_id: 'o', role: 'admin' }, true],
  ['the last admin', { user_id: 'a', role: 'admin' }, true],
  ['an editor', { user_id: 'e', role: 'editor' }, false],
] as const)('says whether the role of %s is fixed', (_, member, fixed) => {
  expect(whyFixed(member, { owner: 'o', admins: 1 }) !== null).toBe(fixed)
})

it.each([
  [{ accepted_at: '2026-01-01T00:00:00Z', revoked_at: null }, 'used'],
  [{ accepted_at: null, revoked_at: '2026-01-01T00:00:00Z' }, 'revoked'],
  [{ accepted_at: null, revoked_at: null }, 'open'],
] as const)('tells what became of an invitation: %o', (invitation, status) => {
  expect(
    statusOf({ ...invitation, expires_at: '2026-02-01T00:00:00Z' }, Date.UTC(2026, 0, 9)),
  ).toBe(status)
})

it('calls an invitation expired from the moment that it says', () => {
  const expires_at = '2026-02-01T00:00:00Z'
  const invitation = { accepted_at: null, revoked_at: null, expires_at }
  expect(statusOf(invitation, Date.UTC(2026, 1, 1))).toBe('expired')
})
