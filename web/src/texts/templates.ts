const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`

export const templates = {
  title: 'Templates',
  search: 'Find a template',
  categories: 'Categories',
  all: 'All templates',
  category: (id: string) => NAMES[id] ?? sentence(id),
  output: (id: string) => OUTPUTS[id] ?? sentence(id),
  found: (count: number) => counted(count, 'template'),
  none: 'No template matches',
  noneHint: 'Try fewer or other words; slips of the pen are forgiven.',
  clear: 'Clear the search',
  asGrid: 'Show as cards',
  asTable: 'Show as a table',
  columns: { name: 'Name', category: 'Category', output: 'Prints', version: 'Version' },
  own: 'Of this workspace',
  builtin: 'Built in',
  details: (name: string) => `Template ${name}`,
  close: 'Close the template',
  sampleTab: 'Sample',
  variablesTab: 'Variables',
  sourceTab: 'Source',
  variations: 'Variations',
  variationsNone: 'It has no variations.',
  sampleLabel: 'What it prints with sample values',
  sampleEmpty: 'It prints nothing with these choices.',
  sourceLabel: 'Source of the template',
  undo: 'How it is undone',
  needs: 'Needs',
  file: 'File',
  fits: 'Suggested for',
  variable: 'Variable',
  type: 'Type',
  required: 'Required',
  fallback: 'Default',
  sample: 'Sample',
  choices: (names: string) => `One of ${names}`,
  fromVariation: (name: string) => `With ${name}`,
  variablesNone: 'It has no variables.',
  copy: 'Copy',
  copied: 'Copied.',
  copyId: 'Copy the id',
  gone: 'There is no such template',
  goneHint: 'It may have been renamed or deleted.',
} as const

const NAMES: Readonly<Record<string, string>> = {
  ml: 'Machine learning',
  cost: 'Cost',
  unity_catalog: 'Unity Catalog',
}

const OUTPUTS: Readonly<Record<string, string>> = {
  sql: 'SQL',
  sql_notebook: 'SQL notebook',
  python: 'Python notebook',
  python_file: 'Python file',
  scala: 'Scala notebook',
  pipeline_sql: 'Pipeline SQL',
  pipeline_python: 'Pipeline Python',
  job_yaml: 'Job YAML',
  job_json: 'Job JSON',
}

const sentence = (id: string): string => {
  const words = id.replaceAll('_', ' ')
  return words[0] ? words[0].toUpperCase() + words.slice(1) : words
}
