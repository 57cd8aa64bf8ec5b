/** What a new model begins with, and whether it can begin so. */

import { stringify } from 'yaml'
import { freeId, idFrom } from '@/document/model'

export const WAYS = ['blank', 'example', 'import', 'ddl'] as const
export type Way = (typeof WAYS)[number]

/** The dialog in the address, behind `#`. */
export const hashOf = (way: Way): string => `new-${way}`
export function wayOf(hash: string): Way | null {
  return WAYS.find((way) => hash === hashOf(way)) ?? null
}

export const isId = (id: string): boolean => /^[a-z][a-z0-9_]{0,99}$/.test(id)

/** An id that nobody has, made of a name. */
export const proposedId = (name: string, taken: ReadonlySet<string>): string =>
  name.trim() ? freeId(idFrom(name), taken) : ''

export interface TableRead {
  /** `catalog.schema.table`, or a part of that. */
  name: string
  columns: readonly { name: string; type: string; comment: string; nullable: boolean }[]
}

/** The statements of a text that make tables. Each begins a line, or follows a semicolon. */
export function createStatements(text: string): string[] {
  const begins = /(?:^|;)[^\S\n]*(?=create\b[^;(]{0,200}?\btable\b)/gim
  const starts = [...text.matchAll(begins)].map((found) => found.index + found[0].length)
  return starts.map((start, index) => text.slice(start, starts[index + 1]).replace(/;\s*$/, ''))
}

/** A model file with a table node for each table that was read. */
export function modelOfTables(id: string, name: string, tables: readonly TableRead[]): string {
  const taken = new Set<string>()
  const nodes = tables.map((table, index) => {
    const parts = table.name.split('.').map((part) => part.replace(/^[`"[]|[`"\]]$/g, ''))
    const short = parts.at(-1) || 'table'
    const nodeId = freeId(idFrom(short), taken)
    taken.add(nodeId)
    const [schema, catalog] = parts.slice(0, -1).reverse()
    return {
      id: nodeId,
      name: short,
      type: 'uc_table',
      properties: {
        ...(catalog && { catalog }),
        ...(schema && { schema }),
        name: short,
        columns: table.columns.map((column) => ({
          name: column.name,
          type: column.type,
          ...(!column.nullable && { nullable: false }),
          ...(column.comment && { comment: column.comment }),
        })),
      },
      position: { x: (index % 4) * 320, y: Math.floor(index / 4) * 160 },
    }
  })
  return stringify({ data_models: [{ id, name, nodes, edges: [] }] }, { lineWidth: 0 })
}
