import { describe, expect, it } from 'vitest'
import { closedAtFirst, firstFile, languageOf, treeRows } from './files'

const FILES = ['databricks.yml', 'src/b.sql', 'src/tasks/a.py', 'src/a.sql', 'docs/x.md'].map(
  (path, index) => ({ path, size: index }),
)
const shown = (closed: string[] = [], filter = '') =>
  treeRows(FILES, new Set(closed), filter).map(({ depth, name }) => '  '.repeat(depth) + name)

describe('the tree of a bundle', () => {
  it('has folders before files, each in the order of names', () => {
    expect(shown()).toEqual([
      'docs',
      '  x.md',
      'src',
      '  tasks',
      '    a.py',
      '  a.sql',
      '  b.sql',
      'databricks.yml',
    ])
  })

  it('leaves out what is in a closed folder', () => {
    expect(shown(['src'])).toEqual(['docs', '  x.md', 'src', 'databricks.yml'])
  })

  it('opens closed folders for what is searched', () => {
    expect(shown(['src'], 'A.')).toEqual(['src', '  tasks', '    a.py', '  a.sql'])
  })

  it('is empty when nothing matches', () => {
    expect(shown([], 'zzz')).toEqual([])
  })
})

describe('a tree at first', () => {
  const many = Array.from({ length: 30 }, (_, index) => ({ path: `src/m/t/${index}.sql`, size: 1 }))

  it('is open when it is small', () => {
    expect(closedAtFirst(FILES, null).size).toBe(0)
  })

  it('closes what lies deep in a large bundle', () => {
    expect([...closedAtFirst(many, null)]).toEqual(['src/m', 'src/m/t'])
  })

  it('shows the chosen file', () => {
    expect(closedAtFirst(many, 'src/m/t/3.sql').size).toBe(0)
  })
})

describe('the first file', () => {
  it('is the one that explains the bundle', () => {
    expect(firstFile(FILES)).toBe('databricks.yml')
    expect(firstFile([...FILES, { path: 'README.md', size: 1 }])).toBe('README.md')
  })

  it('is any file when none explains', () => {
    expect(firstFile([{ path: 'x', size: 1 }])).toBe('x')
    expect(firstFile([])).toBeNull()
  })
})

it.each([
  ['src/a.sql', 'sql'],
  ['resources/a.job.yml', 'yaml'],
  ['jobs_api/a.json', 'yaml'],
  ['.gitignore', 'plaintext'],
  ['LICENSE', 'plaintext'],
])('%s is coloured as %s', (path, language) => {
  expect(languageOf(path)).toBe(language)
})
