/** In which language is what a template prints? */

const HOSTS = ['sql', 'python', 'scala', 'yaml', 'json', 'markdown'] as const

export function hostOf(output: string): string {
  const found = HOSTS.find((host) => output.includes(host)) ?? 'plaintext'
  return found === 'json' ? 'yaml' : found
}

/** The language of its source: Jinja2 over that one. */
export function languageOf(output: string): string {
  const host = hostOf(output)
  return `jinja-${host === 'markdown' ? 'plaintext' : host}`
}

export const OUTPUTS = [
  'sql',
  'sql_notebook',
  'python',
  'python_file',
  'scala',
  'pipeline_sql',
  'pipeline_python',
  'job_yaml',
  'job_json',
  'yaml',
  'json',
  'markdown',
  'text',
] as const

/** Shelves of the library; a template may name another one. */
export const CATEGORIES = [
  'table_management',
  'ingestion',
  'transformation',
  'pipelines',
  'streaming',
  'data_quality',
  'job_definitions',
  'notebook_orchestration',
  'monitoring',
  'maintenance',
  'security',
  'unity_catalog',
  'ml',
  'cost',
] as const
