/** Names and ids of templates and packs, as the server takes them. */

const ID = /^[A-Za-z][A-Za-z0-9_-]{0,99}$/
const PACK = /^[a-z][a-z0-9_-]{0,39}$/
const VERSION = /^\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?$/

export const isTemplateId = (id: string): boolean => ID.test(id)
export const isPackName = (name: string): boolean => PACK.test(name)
export const isVersion = (version: string): boolean => VERSION.test(version)

/** `Managed Delta table (copy)` -> `managed_delta_table_copy`, and a number if that is taken. */
export function idFrom(name: string, taken: ReadonlySet<string>): string {
  const words = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[_0-9]+|_+$/g, '')
    .slice(0, 80)
  const wanted = words || 'template'
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? wanted : `${wanted}_${number}`
    if (!taken.has(id)) return id
  }
}
