import { useQuery } from '@tanstack/react-query'
import { answered, api } from './client'
import type { NodeTypeReply } from './schema.gen'

const NONE: ReadonlyMap<string, NodeTypeReply> = new Map()

/** The palette's rows by key, and by every other name that loads as them. */
export function useNodeTypes(): ReadonlyMap<string, NodeTypeReply> {
  const { data } = useQuery({
    queryKey: ['node-types', 'by name'],
    queryFn: async () => {
      const rows = await answered(api.GET('/api/v1/node-types'))
      return new Map([
        ...rows.flatMap((row) => row.aliases.map((alias) => [alias, row] as const)),
        ...rows.map((row) => [row.key, row] as const),
      ])
    },
    staleTime: Number.POSITIVE_INFINITY,
  })
  return data ?? NONE
}
