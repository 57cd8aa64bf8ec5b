import type { ConnectionBody } from '@/api/schema.gen'

export type Cloud = NonNullable<ConnectionBody['cloud']>
export type HostProblem = 'missing' | 'protocol' | 'name'

/** The address alone of what was pasted: `https://name`, without the path and what follows. */
export function tidyHost(typed: string): string {
  const text = typed.trim()
  if (!text) return ''
  const url = addressOf(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`)
  return url && /^https?:$/.test(url.protocol) ? `${url.protocol}//${url.host}` : text
}

/** What is obviously wrong with an address; the server has the last word. */
export function hostProblem(host: string): HostProblem | null {
  if (!host.trim()) return 'missing'
  const url = addressOf(host.trim())
  if (!url) return 'name'
  const isHere = ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isHere)) return 'protocol'
  return isHere || url.hostname.includes('.') ? null : 'name'
}

/** Which cloud a Databricks workspace of this address is on; empty when the name does not tell. */
export function cloudOf(host: string): Cloud {
  const name = addressOf(host)?.hostname ?? ''
  if (/\.azuredatabricks\.(net|us)$|\.databricks\.azure\.(us|cn)$/.test(name)) return 'azure'
  if (name.endsWith('.gcp.databricks.com')) return 'gcp'
  if (/\.cloud\.databricks\.(com|us|mil)$/.test(name)) return 'aws'
  return ''
}

function addressOf(text: string): URL | null {
  try {
    return new URL(text)
  } catch {
    return null
  }
}
