import { useNavigate } from '@tanstack/react-router'
import {
  Copy,
  CopyPlus,
  Download,
  Ellipsis,
  LinkIcon,
  Package,
  Pencil,
  Star,
  Trash2,
  X,
} from 'lucide-react'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { toast } from 'sonner'
import { readDocument } from '@/api/models'
import type { TemplateReply } from '@/api/schema.gen'
import { useWorkspace, whyReadOnly } from '@/api/workspace'
import { cn } from '@/lib/cn'
import { download } from '@/lib/download'
import { texts } from '@/texts'
import { Button, IconButton } from '@/ui/button'
import { CodeEditor } from '@/ui/code/CodeEditor'
import { useCommands } from '@/ui/commands'
import { Tabs } from '@/ui/controls'
import { Menu } from '@/ui/menu'
import { Badge, Notice, Waiting } from '@/ui/state'
import { tellFailure } from '@/ui/tellFailure'
import { useTitle } from '@/ui/title'
import { Trouble } from '@/ui/trouble'
import { useTemplateActions } from './actions'
import { Coverage } from './Coverage'
import { languageOfOutput } from './choose'
import { DuplicateDialog } from './DuplicateDialog'
import { ExportDialog } from './ExportDialog'
import { useTemplate } from './queries'
import { Sample } from './Sample'
import { Uses } from './Uses'
import { Variables } from './Variables'
import { Versions } from './Versions'

const words = texts.templates
const TABS = ['sample', 'variables', 'source', 'versions', 'uses'] as const
type Tab = (typeof TABS)[number]

/** One template beside the list: what it prints, what it needs, how it came to be, who uses it. */
export function Detail({
  id,
  library,
  pack,
  isFavourite,
  onFavourite,
  onUsed,
  tab: wanted,
  onTab,
  onOpen,
  onClose,
}: {
  id: string
  library: readonly TemplateReply[]
  pack: string | undefined
  isFavourite: boolean
  onFavourite: (on: boolean) => void
  onUsed: (id: string) => void
  tab: string | undefined
  onTab: (tab: string | undefined) => void
  /** Show another template instead. */
  onOpen: (id: string) => void
  onClose: () => void
}) {
  const workspace = useWorkspace()
  const readOnly = whyReadOnly(workspace)
  const { data: template, error } = useTemplate(id)
  const { remove } = useTemplateActions()
  const [asked, ask] = useState<'duplicate' | 'export' | null>(null)
  const tab = TABS.find((one) => one === wanted) ?? 'sample'
  const latest = useRef({ onClose, onFavourite, isFavourite, onUsed })
  latest.current = { onClose, onFavourite, isFavourite, onUsed }
  const taken = useMemo(() => new Set(library.map((one) => one.id)), [library])
  const navigate = useNavigate()
  const isKnown = template !== undefined
  const isOwn = template?.builtin === false
  const edit = useCallback(
    () => navigate({ href: `/w/${workspace.slug}/templates/${encodeURIComponent(id)}/edit` }),
    [navigate, workspace.slug, id],
  )
  useEffect(() => {
    if (isKnown) latest.current.onUsed(id)
  }, [id, isKnown])
  // Whoever closes the panel goes on where it was opened.
  useEffect(
    () => () => document.querySelector<HTMLElement>(`[data-template="${CSS.escape(id)}"]`)?.focus(),
    [id],
  )
  const commands = useMemo(
    () => [
      {
        id: 'template.close',
        label: words.close,
        section: words.title,
        keys: 'escape',
        hidden: true,
        run: () => latest.current.onClose(),
      },
      {
        id: 'template.favourite',
        label: isFavourite ? words.notFavourite : words.favourite,
        section: words.title,
        keys: 's',
        run: () => latest.current.onFavourite(!latest.current.isFavourite),
      },
      ...(isOwn
        ? [
            {
              id: 'template.edit',
              label: words.edit,
              section: words.title,
              keys: 'e',
              disabled: readOnly ?? undefined,
              run: edit,
            },
          ]
        : []),
      {
        id: 'template.duplicate',
        label: words.duplicate,
        section: words.title,
        keys: 'mod+d',
        disabled: readOnly ?? undefined,
        run: () => ask('duplicate'),
      },
      {
        id: 'template.export',
        label: words.export,
        section: words.title,
        run: () => ask('export'),
      },
    ],
    [isFavourite, readOnly, isOwn, edit],
  )
  useCommands(commands)
  useTitle(template?.name ?? '')

  return (
    <aside
      aria-label={words.details(template?.name ?? id)}
      className="flex min-h-0 w-[min(680px,60%)] shrink-0 flex-col border-l bg-surface"
    >
      <header className="flex items-start gap-1 px-4 pt-3 pb-1">
        <div className="min-w-0 flex-1">
          <h2 className="truncate font-semibold text-base">{template?.name ?? id}</h2>
          <p className="text-muted text-sm">{template?.description}</p>
        </div>
        <IconButton
          label={isFavourite ? words.notFavourite : words.favourite}
          keys="s"
          aria-pressed={isFavourite}
          onClick={() => onFavourite(!isFavourite)}
        >
          <Star className={cn(isFavourite && 'fill-current text-accent')} />
        </IconButton>
        {template && (
          <Actions
            template={template}
            readOnly={readOnly}
            onEdit={edit}
            onDuplicate={() => ask('duplicate')}
            onExport={() => ask('export')}
            onDelete={() => {
              // First, so that nothing asks for it once it is gone.
              onClose()
              void remove(template)
            }}
          />
        )}
        <IconButton label={words.close} keys="escape" onClick={onClose}>
          <X />
        </IconButton>
      </header>
      {error && (
        <>
          <Trouble error={error} />
          <p className="p-4 text-muted text-sm">{words.goneHint}</p>
        </>
      )}
      {!template && !error && <Waiting />}
      {template && (
        <>
          <div className="flex flex-wrap items-center gap-1.5 px-4 pt-1 pb-2">
            <button
              type="button"
              title={words.copyId}
              className="rounded-sm bg-sunken px-1.5 font-mono text-muted text-xs leading-5 hover:bg-hover hover:text-text"
              onClick={() => copy(template.id)}
            >
              {template.id}
            </button>
            <Badge>{template.version}</Badge>
            <Badge>{words.category(template.category)}</Badge>
            <Badge>{words.output(template.output_type)}</Badge>
            <Badge tone={template.builtin ? 'neutral' : 'accent'}>
              {template.builtin ? words.builtin : pack ? words.ofPack(pack) : words.own}
            </Badge>
            <span className="flex-1" />
            <Coverage template={template} />
          </div>
          {template.deprecated && (
            <Notice
              severity="warning"
              actions={
                template.deprecated.replacement && (
                  <Button size="sm" onClick={() => onOpen(template.deprecated?.replacement ?? '')}>
                    {words.replacedBy(template.deprecated.replacement)}
                  </Button>
                )
              }
            >
              {words.deprecatedSince(template.deprecated.since, template.deprecated.reason)}
            </Notice>
          )}
          <div className="border-b px-3">
            <Tabs<Tab>
              label={template.name}
              value={tab}
              onChange={(next) => onTab(next === 'sample' ? undefined : next)}
              tabs={[
                { value: 'sample', label: words.sampleTab },
                { value: 'variables', label: words.variablesTab },
                { value: 'source', label: words.sourceTab },
                { value: 'versions', label: words.versionsTab },
                { value: 'uses', label: words.usesTab },
              ]}
            />
          </div>
          <div className="min-h-0 flex-1 overflow-auto">
            {tab === 'sample' && <Sample template={template} />}
            {tab === 'variables' && <Variables template={template} pack={pack} />}
            {tab === 'source' && (
              <CodeEditor
                value={
                  template.undo
                    ? `${template.template_content}\n\n{# ${words.undoLabel} #}\n${template.undo}`
                    : template.template_content
                }
                language={languageOfOutput(template.output_type)}
                label={words.sourceLabel}
                readOnly
              />
            )}
            {tab === 'versions' && <Versions template={template} />}
            {tab === 'uses' && <Uses template={template} />}
          </div>
          {asked === 'duplicate' && (
            <DuplicateDialog
              template={template}
              taken={taken}
              onClose={() => ask(null)}
              onMade={onOpen}
            />
          )}
          {asked === 'export' && (
            <ExportDialog library={library} first={[template.id]} onClose={() => ask(null)} />
          )}
        </>
      )}
    </aside>
  )
}

function Actions({
  template,
  readOnly,
  onEdit,
  onDuplicate,
  onExport,
  onDelete,
}: {
  template: TemplateReply
  readOnly: string | null
  onEdit: () => void
  onDuplicate: () => void
  onExport: () => void
  onDelete: () => void
}) {
  const { id: workspaceId } = useWorkspace()
  const saveYaml = async () => {
    try {
      const { text } = await readDocument(workspaceId, template.file)
      download(template.file.slice(template.file.lastIndexOf('/') + 1), text, 'application/yaml')
    } catch (error) {
      tellFailure(error)
    }
  }
  return (
    <>
      {!readOnly &&
        (template.builtin ? (
          <Button onClick={onDuplicate}>
            <CopyPlus />
            {words.duplicate}
          </Button>
        ) : (
          <Button variant="primary" onClick={onEdit}>
            <Pencil />
            {words.edit}
          </Button>
        ))}
      <Menu
        align="end"
        trigger={
          <IconButton label={words.more}>
            <Ellipsis />
          </IconButton>
        }
        entries={[
          ...(!template.builtin && !readOnly
            ? [{ label: words.duplicate, icon: <CopyPlus />, keys: 'mod+d', onSelect: onDuplicate }]
            : []),
          { label: words.export, icon: <Package />, onSelect: onExport },
          ...(template.builtin
            ? []
            : [{ label: words.download, icon: <Download />, onSelect: saveYaml }]),
          {
            label: words.copyLink,
            icon: <LinkIcon />,
            onSelect: () => copy(window.location.href),
          },
          { label: words.copyId, icon: <Copy />, onSelect: () => copy(template.id) },
          ...(!template.builtin && !readOnly
            ? [
                { kind: 'line' as const },
                { label: words.delete, icon: <Trash2 />, danger: true, onSelect: onDelete },
              ]
            : []),
        ]}
      />
    </>
  )
}

async function copy(text: string): Promise<void> {
  await navigator.clipboard.writeText(text)
  toast(words.copied)
}
