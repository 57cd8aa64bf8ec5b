import { useQuery } from '@tanstack/react-query'
import { answered, api } from '@/api/client'
import type { NodeTypeReply } from '@/api/schema.gen'
import type { NodeTypes } from '@/document/connections'

const NONE: ReadonlyMap<string, NodeTypeReply> = new Map()

/** The palette's rows by key and by every other name that loads as them. */
export function useNodeTypes(): ReadonlyMap<string, NodeTypeReply> & NodeTypes {
  const { data } = useQuery({
    queryKey: ['node-types', 'by name'],
    queryFn: async () => byName(await answered(api.GET('/api/v1/node-types'))),
    staleTime: Number.POSITIVE_INFINITY,
  })
  return data ?? NONE
}

export function byName(rows: readonly NodeTypeReply[]): ReadonlyMap<string, NodeTypeReply> {
  const found = new Map(rows.map((row) => [row.key, row]))
  for (const row of rows)
    for (const alias of row.aliases) if (!found.has(alias)) found.set(alias, row)
  return found
}

/** Each row once, in the palette's order. */
export const rowsOf = <T extends { key: string }>(types: ReadonlyMap<string, T>): T[] => [
  ...new Set(types.values()),
]
