import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Command as Cmdk } from 'cmdk'
import { Boxes, CircleDot, Command as CommandSign, FileCode, Layers, Search } from 'lucide-react'
import { useDeferredValue, useMemo, useState } from 'react'
import { answered, api } from '@/api/client'
import { meQuery } from '@/api/preferences'
import { useWorkspace } from '@/api/workspace'
import type { ModelNode } from '@/document/model'
import { useDocument } from '@/document/useDocument'
import { shownKeys } from '@/lib/keys'
import { texts } from '@/texts'
import { type Command, useAllCommands } from '@/ui/commands'
import { Kbd } from '@/ui/state'
import { PAGES } from './pages'
import { type Entry, listed, type Section } from './paletteEntries'
import { shellView } from './shellView'

const words = texts.shell.palette

export default function PaletteList() {
  const [typed, type] = useState('')
  const asked = useDeferredValue(typed.trim())
  const here = useHere()
  const found = useFound(asked)
  const sections = useMemo(() => listed(asked, [...here, ...found.sections]), [asked, here, found])
  const [picked, pick] = useState({ typed: '', id: '' })
  const all = sections.flatMap((section) => section.entries)
  // What is picked stays while more is found; typing on begins again at the best.
  const stays = picked.typed === typed && all.some(({ id }) => id === picked.id)
  const chosen = stays ? picked.id : (all.find((entry) => !entry.disabled)?.id ?? '')
  const run = (entry: Entry) => {
    if (entry.disabled) return
    shellView.show(null)
    // What is opened may want the focus, which the closing dialog gives back first.
    requestAnimationFrame(entry.run)
  }
  return (
    <Cmdk
      label={words.title}
      shouldFilter={false}
      loop
      value={chosen}
      onValueChange={(id) => pick({ typed, id })}
    >
      <div className="flex items-center gap-2 border-b px-3">
        <Search className="size-4 shrink-0 text-muted" aria-hidden />
        <Cmdk.Input
          autoFocus
          value={typed}
          onValueChange={type}
          placeholder={words.placeholder}
          className="h-11 min-w-0 flex-1 bg-transparent text-base outline-none placeholder:text-faint"
        />
      </div>
      <Cmdk.List className="max-h-[min(26rem,60vh)] overflow-auto p-1.5" label={words.title}>
        {sections.length === 0 && (
          <p className="px-2 py-6 text-center text-muted text-sm" role="status">
            {found.isSearching ? words.searching : words.nothing}
          </p>
        )}
        {sections.map((section) => (
          <Cmdk.Group
            key={section.title}
            heading={section.title}
            className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-faint [&_[cmdk-group-heading]]:text-xs"
          >
            {section.entries.map((entry) => (
              <Cmdk.Item
                key={entry.id}
                value={entry.id}
                onSelect={() => run(entry)}
                disabled={!!entry.disabled}
                className="flex cursor-default items-center gap-2.5 rounded-sm px-2 py-1.5 text-sm data-[disabled=true]:text-faint data-[selected=true]:bg-hover [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-muted"
              >
                {entry.icon}
                <span className="min-w-0 truncate">{entry.label}</span>
                <span className="min-w-0 flex-1 truncate text-muted text-xs">
                  {entry.disabled ?? entry.hint}
                </span>
                {entry.keys && <Kbd>{shownKeys(entry.keys)}</Kbd>}
              </Cmdk.Item>
            ))}
          </Cmdk.Group>
        ))}
      </Cmdk.List>
      <footer className="hidden items-center gap-4 border-t bg-sunken px-3 py-1.5 text-muted text-xs sm:flex">
        <Hint keys="↑↓" text={words.hintMove} />
        <Hint keys={shownKeys('enter')} text={words.hintOpen} />
        <Hint keys="Esc" text={words.hintClose} />
      </footer>
    </Cmdk>
  )
}

const Hint = ({ keys, text }: { keys: string; text: string }) => (
  <span className="inline-flex items-center gap-1.5">
    <Kbd>{keys}</Kbd>
    {text}
  </span>
)

/** What this browser knows by itself: commands, nodes on the canvas, pages, workspaces. */
function useHere(): Section[] {
  const navigate = useNavigate()
  const workspace = useWorkspace()
  const all = useAllCommands()
  const me = useQuery(meQuery)
  const nodes = useDocument<readonly ModelNode[]>((open) => open.model.nodes, NONE)
  const modelId = useDocument((open) => open.modelId, '')
  return useMemo(() => {
    const canvas = nodes.map(
      (node): Entry => ({
        id: `node:${node.id}`,
        label: node.name || node.id,
        hint: node.type.replaceAll('_', ' '),
        words: node.id,
        icon: <CircleDot />,
        run: () =>
          navigate({
            to: '/w/$workspace/models/$model',
            params: { workspace: workspace.slug, model: modelId },
            search: (before) => ({ ...before, node: node.id }),
          }),
      }),
    )
    const pages = PAGES.map(
      (page): Entry => ({
        id: `page:${page.path}`,
        label: page.label,
        words: page.words,
        icon: <page.icon />,
        keys: all.find((command) => command.id === `page.${page.path || 'home'}`)?.keys,
        run: () => navigate({ to: page.to, params: { workspace: workspace.slug } }),
      }),
    )
    const workspaces = (me.data?.workspaces ?? [])
      .filter((one) => one.id !== workspace.id)
      .map(
        (one): Entry => ({
          id: `workspace:${one.id}`,
          label: one.name,
          hint: texts.shell.roles[one.role],
          icon: <Layers />,
          run: () => navigate({ to: '/w/$workspace', params: { workspace: one.slug } }),
        }),
      )
    return [
      { title: words.nodes, entries: canvas },
      ...commandSections(all),
      { title: words.pages, entries: pages },
      { title: words.workspaces, entries: workspaces },
    ]
  }, [all, me.data, modelId, navigate, nodes, workspace.id, workspace.slug])
}

const NONE: readonly ModelNode[] = []

function commandSections(all: readonly Command[]): Section[] {
  const sections = new Map<string, Entry[]>()
  for (const command of all) {
    if (command.hidden) continue
    const { id, label, keys, disabled, run } = command
    const entry = { id, label, keys, disabled, run, words: command.words, icon: <CommandSign /> }
    sections.set(command.section, [...(sections.get(command.section) ?? []), entry])
  }
  // The newest owner's first: what the page on the screen can do.
  return [...sections].reverse().map(([title, entries]) => ({ title, entries }))
}

/** What the server knows: models, templates, and its search. */
function useFound(asked: string): { sections: Section[]; isSearching: boolean } {
  const navigate = useNavigate()
  const { id, slug } = useWorkspace()
  const path = { workspace_id: id }
  const models = useQuery({
    queryKey: ['models', id, 'palette'],
    queryFn: () =>
      answered(api.GET('/api/v1/workspaces/{workspace_id}/models', { params: { path } })),
  })
  const templates = useQuery({
    queryKey: ['templates', id, 'palette', asked],
    queryFn: () =>
      answered(
        api.GET('/api/v1/workspaces/{workspace_id}/templates-search', {
          params: { path, query: { q: asked, limit: 8 } },
        }),
      ),
    enabled: asked.length > 1,
    placeholderData: keepPreviousData,
  })
  const search = useQuery({
    queryKey: ['search', id, asked],
    queryFn: ({ signal }) =>
      answered(
        api.GET('/api/v1/workspaces/{workspace_id}/search', {
          params: { path, query: { q: asked } },
          signal,
        }),
      ),
    enabled: asked.length > 1,
    placeholderData: keepPreviousData,
  })
  const sections = useMemo(() => {
    const toModel = (model: string, node?: string) =>
      navigate({
        to: '/w/$workspace/models/$model',
        params: { workspace: slug, model },
        search: { node },
      })
    const toTemplate = (template: string) =>
      navigate({
        to: '/w/$workspace/templates',
        params: { workspace: slug },
        search: { template },
      })
    const ofModels = (models.data ?? []).map(
      (card): Entry => ({
        id: `model:${card.id}`,
        label: card.name || card.id,
        hint: words.modelHint(card.node_count),
        words: `${card.id} ${card.tags.join(' ')}`,
        icon: <Boxes />,
        run: () => toModel(card.id),
      }),
    )
    const ofTemplates = (asked.length > 1 ? (templates.data?.items ?? []) : []).map(
      (hit): Entry => ({
        id: `template:${hit.id}`,
        label: hit.name || hit.id,
        hint: hit.category.replaceAll('_', ' '),
        words: hit.id,
        icon: <FileCode />,
        run: () => toTemplate(hit.id),
      }),
    )
    const ofSearch = (asked.length > 1 ? (search.data ?? []) : [])
      .filter((hit) => hit.kind === 'node' || hit.kind === 'recipe')
      .map(
        (hit): Entry => ({
          id: `${hit.kind}:${hit.path}:${hit.id}:${hit.node}`,
          label: hit.name || hit.node || hit.id,
          hint: hit.kind === 'node' ? `${words.kinds.node} · ${hit.id}` : words.kinds.recipe,
          icon: hit.kind === 'node' ? <CircleDot /> : <Layers />,
          run: () =>
            hit.kind === 'node'
              ? toModel(hit.id, hit.node)
              : navigate({
                  to: '/w/$workspace/generate',
                  params: { workspace: slug },
                  search: {},
                }),
        }),
      )
    return [
      { title: words.recent, entries: ofModels },
      { title: words.templates, entries: ofTemplates, isFound: true },
      { title: words.found, entries: ofSearch, isFound: true },
    ]
  }, [models.data, templates.data, search.data, asked, navigate, slug])
  return { sections, isSearching: templates.isFetching || search.isFetching }
}
