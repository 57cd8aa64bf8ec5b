/** What the panels ask of the server besides the document itself. */
import { answered, api } from '@/api/client'
import type { FindingReply } from '@/api/schema.gen'
import type { Column } from '@/ui/grid/cells'

export interface Runs {
  runs: string[]
  words: string
  diagnostics: FindingReply[]
}

/** When a schedule fires next, and what it says in words. */
export async function nextRuns(quartz: string, timeZone: string): Promise<Runs> {
  return answered(
    api.POST('/api/v1/schedules-next', {
      body: { quartz, time_zone: timeZone || 'UTC', count: 5 },
    }),
  )
}

/** Columns out of DDL or cells of a spreadsheet. Rejects with what is wrong with the text. */
export async function readColumns(text: string): Promise<Column[]> {
  const found = await answered(api.POST('/api/v1/columns-read', { body: { text } }))
  const wrong = found.diagnostics.find((one) => one.severity === 'error')
  if (!found.columns.length && wrong) throw new Error(`${wrong.problem} ${wrong.remedy}`)
  return found.columns.map(({ name, type, comment, nullable }) => ({
    name,
    type,
    ...(nullable ? {} : { nullable: false }),
    ...(comment ? { comment } : {}),
  }))
}
