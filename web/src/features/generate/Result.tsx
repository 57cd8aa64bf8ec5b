import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Copy, Download, MoreHorizontal, RotateCcw, SearchX, Trash2 } from 'lucide-react'
import { type ReactNode, useMemo, useState } from 'react'
import { toast } from 'sonner'
import { answered, api, fetchFile } from '@/api/client'
import { useNames } from '@/api/people'
import type { Recipe } from '@/api/recipes'
import type { CardReply, GenerationDetailReply } from '@/api/schema.gen'
import { useWorkspace } from '@/api/workspace'
import { download } from '@/lib/download'
import { ago, at } from '@/lib/time'
import { texts } from '@/texts'
import { Button, IconButton } from '@/ui/button'
import { CodeEditor } from '@/ui/code/CodeEditor'
import { useCommands } from '@/ui/commands'
import { Tabs } from '@/ui/controls'
import { Confirm } from '@/ui/dialog'
import { Menu } from '@/ui/menu'
import { Badge, EmptyState, Waiting } from '@/ui/state'
import { useTitle } from '@/ui/title'
import { Trouble } from '@/ui/trouble'
import { FileTree } from './FileTree'
import { Findings } from './Findings'
import { firstFile, languageOf } from './files'
import { nameOf } from './Past'
import { useFileText, useGeneration } from './queries'

type Tab = 'files' | 'problems' | 'from'

/** A bundle that was made: its files, its problems, what it was made from. */
export function Result({
  id,
  file,
  recipes,
  models,
}: {
  id: string
  file: string | undefined
  recipes: readonly Recipe[]
  models: readonly CardReply[]
}) {
  const { slug } = useWorkspace()
  const { data: made, error } = useGeneration(id)
  if (error)
    return (
      <EmptyState
        icon={<SearchX />}
        title={texts.generate.gone}
        actions={
          <Button
            render={<Link to="/w/$workspace/generate" params={{ workspace: slug }} search={{}} />}
            nativeButton={false}
          >
            {texts.generate.back}
          </Button>
        }
      >
        {error.message} {texts.generate.goneHint}
      </EmptyState>
    )
  if (!made) return <Waiting />
  return <Made made={made} name={nameOf(made, recipes, models)} file={file} models={models} />
}

function Made({
  made,
  name,
  file,
  models,
}: {
  made: GenerationDetailReply
  name: string
  file: string | undefined
  models: readonly CardReply[]
}) {
  const workspace = useWorkspace()
  const navigate = useNavigate()
  const names = useNames()
  const problems = made.diagnostics.length
  const [tab, setTab] = useState<Tab>(made.status === 'failed' ? 'problems' : 'files')
  const [asksToDelete, askToDelete] = useState(false)
  const take = useTake(made, name)
  const remove = useDelete(made.id)
  const hasFiles = made.files.length > 0 && made.status !== 'failed'
  useTitle(name)

  const again = () =>
    navigate({
      to: '/w/$workspace/generate',
      params: { workspace: workspace.slug },
      search: { model: String(made.request.wanted || made.recipe || '') || undefined },
    })
  const commands = useMemo(
    () =>
      hasFiles
        ? [
            {
              id: 'generation.download',
              label: texts.generate.download,
              section: texts.generate.commands,
              words: 'zip',
              run: () => take.mutate(),
            },
          ]
        : [],
    [hasFiles, take.mutate],
  )
  useCommands(commands)
  const mayDelete = workspace.role === 'admin' && !workspace.archived

  return (
    <div className="flex h-full min-h-0 flex-col">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b bg-surface px-5 py-3">
        <div className="min-w-0 flex-1">
          <h1 className="flex items-center gap-2 font-semibold text-lg">
            <span className="truncate">{name}</span>
            <Badge tone={made.status === 'failed' ? 'error' : 'ok'}>
              {texts.generate.statuses[made.status]}
            </Badge>
          </h1>
          <p className="truncate text-muted text-sm">
            {hasFiles && `${texts.generate.summary(made.files.length)} · `}
            <span title={at(made.created_at)}>{ago(made.created_at)}</span>{' '}
            {texts.generate.by(names(made.user_id) ?? texts.generate.somebody)}
          </p>
        </div>
        <Button onClick={again}>
          <RotateCcw />
          {texts.generate.again}
        </Button>
        {hasFiles && (
          <Button variant="primary" disabled={take.isPending} onClick={() => take.mutate()}>
            <Download />
            {take.isPending ? texts.generate.downloading : texts.generate.download}
          </Button>
        )}
        <Menu
          align="end"
          trigger={
            <IconButton label={texts.shell.nav.more}>
              <MoreHorizontal />
            </IconButton>
          }
          entries={[
            {
              label: mayDelete ? texts.generate.delete : texts.generate.deleteAdmin,
              icon: <Trash2 />,
              danger: mayDelete,
              disabled: !mayDelete,
              onSelect: () => askToDelete(true),
            },
          ]}
        />
      </header>
      {take.error && <Trouble error={take.error} />}
      <div className="border-b bg-surface px-3">
        <Tabs<Tab>
          label={name}
          value={tab}
          onChange={setTab}
          tabs={[
            { value: 'files', label: texts.generate.filesTab },
            { value: 'problems', label: texts.generate.problemsTab, count: problems },
            { value: 'from', label: texts.generate.madeFromTab },
          ]}
        />
      </div>
      <div className="min-h-0 flex-1 overflow-auto">
        {tab === 'files' &&
          (hasFiles ? (
            <Files made={made} file={file} />
          ) : (
            <EmptyState title={texts.generate.noFiles}>{texts.generate.noFilesHint}</EmptyState>
          ))}
        {tab === 'problems' &&
          (problems > 0 ? (
            <div className="mx-auto my-4 max-w-4xl rounded-md border bg-surface">
              <Findings findings={made.diagnostics} models={models} />
            </div>
          ) : (
            <EmptyState title={texts.generate.noProblems} />
          ))}
        {tab === 'from' && <MadeFrom made={made} />}
      </div>
      <Confirm
        open={asksToDelete}
        onOpenChange={askToDelete}
        title={texts.generate.deleteTitle}
        action={texts.generate.delete}
        onConfirm={() => {
          // Away first: news of its end would ask for it once more.
          navigate({
            to: '/w/$workspace/generate',
            params: { workspace: workspace.slug },
            search: {},
          }).then(() => remove.mutate())
        }}
      >
        {texts.generate.deleteBody(name, made.files.length)}
      </Confirm>
    </div>
  )
}

function Files({ made, file }: { made: GenerationDetailReply; file: string | undefined }) {
  const { slug } = useWorkspace()
  const navigate = useNavigate()
  const chosen = made.files.some(({ path }) => path === file)
    ? (file ?? null)
    : firstFile(made.files)
  const { data, error } = useFileText(made.id, chosen)
  return (
    <div className="flex h-full min-h-0">
      <div className="w-72 shrink-0 border-r bg-surface max-xl:w-56">
        <FileTree
          files={made.files}
          chosen={chosen}
          onChoose={(path) =>
            navigate({
              to: '/w/$workspace/generate',
              params: { workspace: slug },
              search: { generation: made.id, file: path },
              replace: true,
            })
          }
        />
      </div>
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">
        <div className="flex h-9 shrink-0 items-center gap-2 border-b bg-surface pr-2 pl-4">
          <code className="min-w-0 flex-1 truncate font-mono text-xs">{chosen}</code>
          <IconButton
            label={texts.generate.copy}
            size="icon-sm"
            disabled={data === undefined}
            onClick={async () => {
              await navigator.clipboard.writeText(data?.text ?? '')
              toast(texts.generate.copied)
            }}
          >
            <Copy />
          </IconButton>
        </div>
        {error && <Trouble error={error} />}
        <div className="min-h-0 flex-1">
          {data ? (
            <CodeEditor
              key={data.path}
              value={data.text}
              language={languageOf(data.path)}
              label={data.path}
              readOnly
            />
          ) : (
            !error && <Waiting />
          )}
        </div>
      </div>
    </div>
  )
}

function MadeFrom({ made }: { made: GenerationDetailReply }) {
  const { slug } = useWorkspace()
  const commit = String(made.request.commit ?? '')
  return (
    <dl className="mx-auto my-4 grid max-w-4xl grid-cols-[12rem_minmax(0,1fr)] gap-y-2 rounded-md border bg-surface p-4 text-sm">
      <Fact name={texts.generate.asked}>
        {String(made.request.wanted || texts.generate.allModels)}
      </Fact>
      <Fact name={texts.generate.cloud}>
        {texts.generate.clouds[(made.request.cloud as keyof typeof texts.generate.clouds) ?? ''] ??
          String(made.request.cloud)}
      </Fact>
      {commit && (
        <Fact name={texts.generate.commit}>
          <Link
            to="/w/$workspace/history"
            params={{ workspace: slug }}
            search={{ commit }}
            className="font-mono text-accent hover:underline"
          >
            {commit.slice(0, 10)}
          </Link>
        </Fact>
      )}
      <Fact name={texts.generate.engine}>
        <code className="font-mono">{String(made.request.engine ?? '')}</code>
      </Fact>
      <Fact name={texts.generate.usedTemplates}>
        <ul className="columns-2 gap-4">
          {made.template_ids.map((one) => (
            <li key={one} className="truncate">
              <Link
                to="/w/$workspace/templates"
                params={{ workspace: slug }}
                search={{ template: one }}
                className="font-mono text-accent text-xs hover:underline"
              >
                {one}
              </Link>
            </li>
          ))}
        </ul>
      </Fact>
    </dl>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  )
}

function useTake(made: GenerationDetailReply, name: string) {
  const { id } = useWorkspace()
  return useMutation({
    mutationFn: async () => {
      const answer = await fetchFile(`/api/v1/workspaces/${id}/generations/${made.id}/bundle.zip`)
      const named = /filename="([^"]+)"/.exec(answer.headers.get('Content-Disposition') ?? '')
      download(named?.[1] ?? `${name}.zip`, await answer.blob())
    },
  })
}

function useDelete(generation: string) {
  const { id } = useWorkspace()
  const client = useQueryClient()
  return useMutation({
    mutationFn: () =>
      answered(
        api.DELETE('/api/v1/workspaces/{workspace_id}/generations/{generation_id}', {
          params: { path: { workspace_id: id, generation_id: generation } },
        }),
      ),
    onMutate: () => client.cancelQueries({ queryKey: ['generations', id, generation] }),
    onSuccess: () => {
      client.removeQueries({ queryKey: ['generations', id, generation] })
      client.invalidateQueries({ queryKey: ['generations', id, 'list'] })
      toast(texts.generate.deleted)
    },
    onError: (error) => toast.error(error.message),
  })
}
