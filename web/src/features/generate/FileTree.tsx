import { ChevronDown, ChevronRight, FileCode2, FileText, Folder } from 'lucide-react'
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react'
import { cn } from '@/lib/cn'
import { texts } from '@/texts'
import { Input } from '@/ui/field'
import { type BundleFile, closedAtFirst, type TreeRow, treeRows } from './files'

/** Files in their folders. Arrows walk it, as in every tree; Enter opens. */
export function FileTree({
  files,
  chosen,
  onChoose,
}: {
  files: readonly BundleFile[]
  chosen: string | null
  onChoose: (path: string) => void
}) {
  const [closed, setClosed] = useState<ReadonlySet<string>>(() => closedAtFirst(files, chosen))
  const [filter, setFilter] = useState('')
  const [marked, mark] = useState<string | null>(null)
  const list = useRef<HTMLDivElement>(null)
  const rows = useMemo(() => treeRows(files, closed, filter), [files, closed, filter])
  const current =
    rows.find(({ path }) => path === marked) ?? rows.find(({ path }) => path === chosen)
  const at = current?.path ?? rows[0]?.path

  // A file that the address names may be far down.
  useEffect(() => {
    if (chosen) row(list.current, chosen)?.scrollIntoView?.({ block: 'nearest' })
  }, [chosen])

  const fold = (path: string, close: boolean) =>
    setClosed((before) => {
      const next = new Set(before)
      if (close) next.add(path)
      else next.delete(path)
      return next
    })
  const go = (to: TreeRow | undefined) => {
    if (!to) return
    mark(to.path)
    row(list.current, to.path)?.focus()
  }
  const press = (one: TreeRow) => {
    mark(one.path)
    if (one.isFolder) fold(one.path, !closed.has(one.path))
    else onChoose(one.path)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const index = rows.findIndex(({ path }) => path === at)
    const here = rows[index]
    if (!here || event.altKey || event.ctrlKey || event.metaKey) return
    const isClosed = closed.has(here.path)
    const moves: Record<string, () => void> = {
      ArrowDown: () => go(rows[index + 1]),
      ArrowUp: () => go(rows[index - 1]),
      Home: () => go(rows[0]),
      End: () => go(rows.at(-1)),
      Enter: () => press(here),
      ' ': () => press(here),
      ArrowRight: () => {
        if (!here.isFolder) return
        if (isClosed) fold(here.path, false)
        else go(rows[index + 1])
      },
      ArrowLeft: () => {
        if (here.isFolder && !isClosed) fold(here.path, true)
        else go(rows.find(({ path }) => path === here.path.split('/').slice(0, -1).join('/')))
      },
    }
    const move = moves[event.key]
    if (!move) return
    event.preventDefault()
    move()
  }

  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="border-b p-2">
        <Input
          type="search"
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
          placeholder={texts.generate.findFile}
          aria-label={texts.generate.findFile}
        />
      </div>
      {rows.length === 0 && (
        <p className="p-3 text-muted text-sm">{texts.generate.noFileMatches}</p>
      )}
      <div
        ref={list}
        role="tree"
        aria-label={texts.generate.files}
        onKeyDown={onKeyDown}
        className="min-h-0 flex-1 overflow-auto py-1"
      >
        {rows.map((one) => {
          const isChosen = one.path === chosen
          const Sign = one.isFolder ? Folder : /\.(md|txt)$/.test(one.name) ? FileText : FileCode2
          const Arrow = closed.has(one.path) && !filter ? ChevronRight : ChevronDown
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the tree has the keys
            <div
              key={one.path}
              role="treeitem"
              data-path={one.path}
              tabIndex={one.path === at ? 0 : -1}
              aria-level={one.depth + 1}
              aria-selected={isChosen}
              aria-expanded={one.isFolder ? Arrow === ChevronDown : undefined}
              title={one.path}
              onClick={() => press(one)}
              onFocus={() => mark(one.path)}
              style={{ paddingLeft: 8 + one.depth * 14 }}
              className={cn(
                'flex h-7 cursor-default items-center gap-1.5 pr-2 text-sm outline-offset-[-2px] hover:bg-hover',
                isChosen && 'bg-accent-soft font-medium text-accent hover:bg-accent-soft',
              )}
            >
              {one.isFolder ? (
                <Arrow className="size-3.5 shrink-0 text-faint" aria-hidden />
              ) : (
                <span className="w-3.5 shrink-0" />
              )}
              <Sign className="size-3.5 shrink-0 text-muted" aria-hidden />
              <span className="min-w-0 flex-1 truncate">{one.name}</span>
              {!one.isFolder && (
                <span className="shrink-0 font-normal text-muted text-xs">
                  {texts.generate.size(one.size)}
                </span>
              )}
            </div>
          )
        })}
      </div>
    </div>
  )
}

const row = (list: HTMLElement | null, path: string): HTMLElement | null =>
  list?.querySelector<HTMLElement>(`[data-path="${CSS.escape(path)}"]`) ?? null
