export interface BundleFile {
  path: string
  size: number
}

/** One line of the tree. */
export interface TreeRow {
  path: string
  name: string
  depth: number
  isFolder: boolean
  size: number
}

/** Files as lines of a tree, folders first; what is in a closed folder is left out. */
export function treeRows(
  files: readonly BundleFile[],
  closed: ReadonlySet<string>,
  filter = '',
): TreeRow[] {
  const wanted = filter.trim().toLowerCase()
  const shown = wanted ? files.filter(({ path }) => path.toLowerCase().includes(wanted)) : files
  const root = folder()
  for (const file of shown) {
    let at = root
    const parts = file.path.split('/')
    for (const part of parts.slice(0, -1)) {
      let next = at.folders.get(part)
      if (!next) {
        next = folder()
        at.folders.set(part, next)
      }
      at = next
    }
    at.files.push({ name: parts.at(-1) ?? '', size: file.size })
  }
  const rows: TreeRow[] = []
  walk(root, '', 0, rows, wanted ? new Set() : closed)
  return rows
}

const SHOWN_AT_ONCE = 25

/** Folders inside folders begin closed in a large bundle, but for those of the chosen file. */
export function closedAtFirst(
  files: readonly BundleFile[],
  chosen: string | null,
): ReadonlySet<string> {
  const closed = new Set<string>()
  if (files.length <= SHOWN_AT_ONCE) return closed
  for (const { path } of files) {
    const parts = path.split('/')
    for (let depth = 2; depth < parts.length; depth += 1) {
      const inside = parts.slice(0, depth).join('/')
      if (!chosen?.startsWith(`${inside}/`)) closed.add(inside)
    }
  }
  return closed
}

interface Folder {
  folders: Map<string, Folder>
  files: { name: string; size: number }[]
}
const folder = (): Folder => ({ folders: new Map(), files: [] })

function walk(
  at: Folder,
  prefix: string,
  depth: number,
  rows: TreeRow[],
  closed: ReadonlySet<string>,
): void {
  for (const [name, inside] of [...at.folders].sort(([a], [b]) => a.localeCompare(b))) {
    const path = prefix + name
    rows.push({ path, name, depth, isFolder: true, size: 0 })
    if (!closed.has(path)) walk(inside, `${path}/`, depth + 1, rows, closed)
  }
  for (const { name, size } of [...at.files].sort((a, b) => a.name.localeCompare(b.name)))
    rows.push({ path: prefix + name, name, depth, isFolder: false, size })
}

/** What to show first: what tells a reader most. */
export function firstFile(files: readonly BundleFile[]): string | null {
  for (const wanted of ['README.md', 'databricks.yml'])
    if (files.some(({ path }) => path === wanted)) return wanted
  return files[0]?.path ?? null
}

const LANGUAGES: Readonly<Record<string, string>> = {
  sql: 'sql',
  py: 'python',
  scala: 'scala',
  yml: 'yaml',
  yaml: 'yaml',
  lock: 'yaml',
  json: 'yaml',
  md: 'markdown',
  sh: 'shell',
}

/** How the editor colours a file. JSON is YAML too, and spares a language. */
export const languageOf = (path: string): string =>
  LANGUAGES[path.split('.').at(-1) ?? ''] ?? 'plaintext'
