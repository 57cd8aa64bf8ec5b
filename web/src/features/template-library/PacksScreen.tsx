import { Link } from '@tanstack/react-router'
import { ArrowLeft, ArrowUpCircle, Download, Ellipsis, Package, Trash2, Upload } from 'lucide-react'
import { type DragEvent, type ReactNode, useMemo, useRef, useState } from 'react'
import type { PackReply } from '@/api/schema.gen'
import { useWorkspace, whyReadOnly } from '@/api/workspace'
import { cn } from '@/lib/cn'
import { texts } from '@/texts'
import { Button, buttonLook, IconButton } from '@/ui/button'
import { useCommands } from '@/ui/commands'
import { Menu } from '@/ui/menu'
import { Badge, EmptyState, Waiting } from '@/ui/state'
import { tellFailure } from '@/ui/tellFailure'
import { useTitle } from '@/ui/title'
import { Trouble } from '@/ui/trouble'
import { ExportDialog } from './ExportDialog'
import { PackDialog } from './PackDialog'
import { base64Of, type PackWork } from './packActions'
import { useLibrary, usePacks } from './queries'

const words = texts.packs

/** Packs of templates: what is installed, what the index offers, import and export. */
export default function PacksScreen() {
  const workspace = useWorkspace()
  const { slug } = workspace
  const readOnly = whyReadOnly(workspace)
  const { data, error, isPending } = usePacks()
  const library = useLibrary()
  const [work, setWork] = useState<PackWork | null>(null)
  const [isExporting, setExporting] = useState(false)
  const [isOver, setOver] = useState(false)
  const file = useRef<HTMLInputElement>(null)
  useTitle(words.title, 1)

  const installed = useMemo(
    () => new Map((data?.installed ?? []).map((pack) => [pack.name, pack])),
    [data],
  )
  const take = async (given: File | undefined) => {
    if (!given) return
    try {
      setWork({ kind: 'add', archive: await base64Of(given), indexed: null })
    } catch (failure) {
      tellFailure(failure)
    }
  }
  const commands = useMemo(
    () => [
      {
        id: 'pack.import',
        label: words.import,
        section: words.title,
        keys: 'i',
        disabled: readOnly ?? undefined,
        run: () => file.current?.click(),
      },
      {
        id: 'pack.export',
        label: words.export,
        section: words.title,
        keys: 'e',
        run: () => setExporting(true),
      },
    ],
    [readOnly],
  )
  useCommands(commands)
  const drop = {
    onDragOver: (event: DragEvent) => {
      if (readOnly) return
      event.preventDefault()
      setOver(true)
    },
    onDragLeave: () => setOver(false),
    onDrop: (event: DragEvent) => {
      event.preventDefault()
      setOver(false)
      if (!readOnly) void take(event.dataTransfer.files[0])
    },
  }

  return (
    <div className="h-full overflow-auto">
      <div className="mx-auto max-w-4xl px-6 py-5">
        <Link
          to="/w/$workspace/templates"
          params={{ workspace: slug }}
          className={buttonLook({ variant: 'ghost', size: 'sm', className: '-ml-2 mb-1' })}
        >
          <ArrowLeft />
          {words.back}
        </Link>
        <header className="flex flex-wrap items-start gap-3">
          <div className="min-w-0 flex-1">
            <h1 className="font-semibold text-lg">{words.title}</h1>
            <p className="text-muted text-sm">{words.hint}</p>
          </div>
          <Button onClick={() => setExporting(true)}>
            <Download />
            {words.export}
          </Button>
          {!readOnly && (
            <Button variant="primary" onClick={() => file.current?.click()}>
              <Upload />
              {words.import}
            </Button>
          )}
        </header>
        {readOnly && <p className="mt-2 text-muted text-sm">{readOnly}</p>}
        <input
          ref={file}
          type="file"
          accept=".zip,application/zip"
          className="hidden"
          tabIndex={-1}
          aria-label={words.choose}
          onChange={(event) => {
            const [given] = event.target.files ?? []
            event.target.value = ''
            void take(given)
          }}
        />
        {error && <Trouble error={error} className="mt-4 rounded-md" />}
        {isPending && !error && <Waiting />}
        {data && (
          <>
            {data.installed.length === 0 && data.offered.length === 0 ? (
              <EmptyState icon={<Package />} title={words.none}>
                {words.noneHint}
              </EmptyState>
            ) : (
              <>
                {data.installed.length > 0 && (
                  <Group title={words.installed}>
                    {data.installed.map((pack) => (
                      <Installed
                        key={pack.name}
                        pack={pack}
                        newer={
                          data.offered.find((one) => one.name === pack.name && one.newer)?.version
                        }
                        readOnly={readOnly !== null}
                        slug={slug}
                        onWork={setWork}
                        onFile={() => file.current?.click()}
                      />
                    ))}
                  </Group>
                )}
                {data.offered.length > 0 && (
                  <Group title={words.offered} hint={words.indexHint}>
                    {data.offered.map((pack) => (
                      <Row
                        key={pack.name}
                        name={pack.name}
                        version={pack.version}
                        licence={pack.licence}
                        description={pack.description}
                        aside={pack.where}
                      >
                        {installed.has(pack.name) ? (
                          <Badge tone="ok">{words.isInstalled}</Badge>
                        ) : (
                          !readOnly && (
                            <Button
                              size="sm"
                              onClick={() =>
                                setWork({ kind: 'add', archive: null, indexed: pack.name })
                              }
                            >
                              {words.install}
                            </Button>
                          )
                        )}
                      </Row>
                    ))}
                  </Group>
                )}
              </>
            )}
            {!readOnly && (
              <div
                {...drop}
                className={cn(
                  'mt-4 rounded-md border border-line-strong border-dashed p-5 text-center text-sm',
                  isOver && 'border-accent bg-accent-soft',
                )}
              >
                <Button size="sm" onClick={() => file.current?.click()}>
                  {words.choose}
                </Button>{' '}
                <span className="text-muted">{words.drop}</span>
                <p className="mx-auto mt-2 max-w-xl text-muted text-xs">{words.chooseHint}</p>
              </div>
            )}
          </>
        )}
        {work && (
          <PackDialog
            work={work}
            isInstalled={(name) => installed.has(name)}
            onClose={() => setWork(null)}
          />
        )}
        {isExporting && library.data && (
          <ExportDialog library={library.data} first={[]} onClose={() => setExporting(false)} />
        )}
      </div>
    </div>
  )
}

function Installed({
  pack,
  newer,
  readOnly,
  slug,
  onWork,
  onFile,
}: {
  pack: PackReply
  newer: string | undefined
  readOnly: boolean
  slug: string
  onWork: (work: PackWork) => void
  onFile: () => void
}) {
  return (
    <Row
      name={pack.name}
      version={pack.version}
      licence={pack.licence}
      description={pack.description}
      aside={words.from(pack.source)}
    >
      <Link
        to="/w/$workspace/templates"
        params={{ workspace: slug }}
        search={{ from: `pack:${pack.name}` }}
        className={buttonLook({ variant: 'ghost', size: 'sm' })}
      >
        {words.templates(pack.templates.length)}
      </Link>
      {newer && !readOnly && (
        <Button
          size="sm"
          variant="primary"
          onClick={() => onWork({ kind: 'update', archive: null, indexed: pack.name })}
        >
          <ArrowUpCircle />
          {words.update(newer)}
        </Button>
      )}
      {!readOnly && (
        <Menu
          align="end"
          trigger={
            <IconButton label={words.more(pack.name)}>
              <Ellipsis />
            </IconButton>
          }
          entries={[
            { label: words.updateFile, icon: <Upload />, onSelect: onFile },
            { kind: 'line' },
            {
              label: words.remove,
              icon: <Trash2 />,
              danger: true,
              onSelect: () => onWork({ kind: 'remove', name: pack.name }),
            },
          ]}
        />
      )}
    </Row>
  )
}

function Group({ title, hint, children }: { title: string; hint?: string; children: ReactNode }) {
  return (
    <section className="mt-5">
      <h2 className="font-medium text-sm">{title}</h2>
      {hint && <p className="text-muted text-xs">{hint}</p>}
      <ul className="mt-2 divide-y overflow-hidden rounded-md border bg-surface">{children}</ul>
    </section>
  )
}

function Row({
  name,
  version,
  licence,
  description,
  aside,
  children,
}: {
  name: string
  version: string
  licence: string
  description: string
  aside: string
  children: ReactNode
}) {
  return (
    <li className="flex items-center gap-3 px-4 py-3">
      <Package className="size-4 shrink-0 text-muted" aria-hidden />
      <div className="min-w-0 flex-1">
        <h3 className="flex flex-wrap items-center gap-1.5 text-sm">
          <span className="truncate font-medium">{name}</span>
          <Badge>{version}</Badge>
          <Badge>{licence}</Badge>
        </h3>
        <p className="truncate text-muted text-sm">{description || aside}</p>
        {description && <p className="truncate text-faint text-xs">{aside}</p>}
      </div>
      {children}
    </li>
  )
}
