import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import { answered, api } from '@/api/client'
import type { TemplateReply } from '@/api/schema.gen'
import { useWorkspace } from '@/api/workspace'
import { ranked } from '@/lib/rank'
import { editor } from '@/texts/templateEditor'
import { buttonLook } from '@/ui/button'
import { Input } from '@/ui/field'
import { Tip } from '@/ui/tooltip'
import { useTemplate } from '../hooks'

const t = editor.list

export function useLibrary() {
  const { id } = useWorkspace()
  return useQuery({
    queryKey: ['templates', id],
    queryFn: () =>
      answered(
        api.GET('/api/v1/workspaces/{workspace_id}/templates', {
          params: { path: { workspace_id: id } },
        }),
      ),
    staleTime: 60_000,
  })
}

/** The templates of the workspace and the built-in ones; the search forgives slips. */
export function TemplateList() {
  const { slug } = useWorkspace()
  const library = useLibrary()
  const [typed, setTyped] = useState('')
  const words = useDeferredValue(typed.trim())
  const chosen = words
    ? ranked(
        words,
        library.data ?? [],
        (one) => one.name,
        (one) => `${one.id} ${one.tags.join(' ')}`,
      )
    : (library.data ?? [])
  const own = chosen.filter((one) => !one.builtin)
  const builtin = chosen.filter((one) => one.builtin)
  return (
    <nav aria-label={editor.panels.list} className="flex h-full min-h-0 flex-col bg-surface">
      <div className="flex h-10 shrink-0 items-center gap-1 px-2" data-own-undo>
        <Input
          type="search"
          className="h-7"
          aria-label={t.find}
          placeholder={t.find}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <Tip label={t.new}>
          <Link
            to="/w/$workspace/templates/new"
            params={{ workspace: slug }}
            search={{}}
            aria-label={t.new}
            className={buttonLook({ variant: 'ghost', size: 'icon-sm' })}
          >
            <Plus />
          </Link>
        </Tip>
      </div>
      <div className="min-h-0 flex-1 overflow-auto pb-2">
        {library.data && chosen.length === 0 && (
          <p className="px-3 py-2 text-muted text-sm">{t.none}</p>
        )}
        <Section title={t.own} templates={own} />
        <Section title={t.builtin} templates={builtin} />
      </div>
    </nav>
  )
}

function Section({ title, templates }: { title: string; templates: readonly TemplateReply[] }) {
  const { slug } = useWorkspace()
  const open = useTemplate((state) => state.template.id, '')
  if (templates.length === 0) return null
  return (
    <section>
      <h2 className="px-3 pt-2 pb-1 font-medium text-muted text-xs">{title}</h2>
      <ul>
        {templates.map((one) => (
          <li key={one.id}>
            <Link
              to="/w/$workspace/templates/$template/edit"
              params={{ workspace: slug, template: one.id }}
              search={{}}
              preload={false}
              aria-current={one.id === open ? 'page' : undefined}
              title={one.description || one.id}
              className="mx-1 block truncate rounded-md px-2 py-1 text-sm hover:bg-hover aria-[current=page]:bg-accent-soft aria-[current=page]:text-accent"
            >
              {one.name || one.id}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}
