/** The rows of a table as a file. */

import { stringify } from 'yaml'

export type Row = Readonly<Record<string, string | number | boolean | null | readonly string[]>>

/**
 * CSV as RFC 4180 has it. A value that a spreadsheet would take for a formula is kept a text by an
 * apostrophe, as OWASP ("CSV Injection") advises.
 */
export function rowsAsCsv(columns: readonly string[], rows: readonly Row[]): string {
  const lines = [columns, ...rows.map((row) => columns.map((column) => shown(row[column] ?? '')))]
  return lines.map((line) => `${line.map(quoted).join(',')}\r\n`).join('')
}

export const rowsAsYaml = (rows: readonly Row[]): string => stringify(rows, { lineWidth: 0 })

function shown(value: Row[string]): string {
  if (Array.isArray(value)) return harmless(value.join('; '))
  return typeof value === 'string' ? harmless(value) : String(value)
}

const harmless = (text: string) => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text)
const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
