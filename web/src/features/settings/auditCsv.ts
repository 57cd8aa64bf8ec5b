import type { AuditReply } from '@/api/schema.gen'

const COLUMNS = [
  'at',
  'actor_email',
  'actor_role',
  'operation',
  'record_id',
  'request_id',
  'before',
  'after',
  'details',
] as const

/** The log as a spreadsheet reads it (RFC 4180), the first line naming the columns. */
export function auditCsv(lines: readonly AuditReply[]): string {
  const rows = lines.map((line) => COLUMNS.map((column) => cell(line[column])).join(','))
  return `${[COLUMNS.join(','), ...rows].join('\r\n')}\r\n`
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return ''
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  // A spreadsheet would run what begins like a formula, and others wrote these texts.
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** The lines of an export: an object each. */
export const auditLines = (text: string): AuditReply[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as AuditReply)
