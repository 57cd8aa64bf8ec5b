import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { type FormEvent, useDeferredValue, useState } from 'react'
import { answered, api } from '@/api/client'
import type { ProposalReply, TemplateReply } from '@/api/schema.gen'
import { useWorkspace, whyReadOnly } from '@/api/workspace'
import { freeId, idFrom } from '@/document/model'
import { cn } from '@/lib/cn'
import { ranked } from '@/lib/rank'
import { editor } from '@/texts/templateEditor'
import { templates } from '@/texts/templates'
import { Button } from '@/ui/button'
import { CodeEditor } from '@/ui/code/CodeEditor'
import { Checkbox, Tabs } from '@/ui/controls'
import { Field, Input } from '@/ui/field'
import { Combobox, Select } from '@/ui/select'
import { Badge, Notice, Waiting } from '@/ui/state'
import { useTitle } from '@/ui/title'
import { Trouble } from '@/ui/trouble'
import { newDocument } from './asks'
import { CATEGORIES, hostOf, OUTPUTS } from './output'
import { useLibrary } from './panes/TemplateList'
import { patched } from './text/patch'

const t = editor.create
const WAYS = ['blank', 'similar', 'script'] as const
type Way = (typeof WAYS)[number]
const ID = /^[A-Za-z0-9][A-Za-z0-9_-]*$/

/** A new template: blank, like another one, or from a script that works. */
export default function NewTemplateScreen() {
  const workspace = useWorkspace()
  const search = useSearch({ from: '/signed-in/w/$workspace/templates/new' })
  const navigate = useNavigate()
  const queries = useQueryClient()
  const library = useLibrary()
  const why = whyReadOnly(workspace)
  const way = WAYS.find((one) => one === search.way) ?? (search.from ? 'similar' : 'blank')
  const [name, setName] = useState('')
  const [ownId, setOwnId] = useState<string | null>(null)
  const [output, setOutput] = useState<string>('sql')
  const [category, setCategory] = useState('')
  const [script, setScript] = useState('')
  const [choice, setChoice] = useState<Choice>({})
  const [isShown, setShown] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const [refused, setRefused] = useState<Error | null>(null)
  useTitle(t.title)

  const from = library.data?.find((one) => one.id === search.from)
  const title = name.trim() || (way === 'similar' && from ? `${from.name} (copy)` : '')
  const taken = new Set(library.data?.map((one) => one.id))
  const id = ownId ?? freeId(idFrom(title || 'template'), taken)
  const made = useScript(way === 'script' ? script : '', output, id, title, category, choice)
  const wrong = {
    name: title ? '' : t.nameMissing,
    id: !ID.test(id) ? t.idShape : taken.has(id) ? t.idTaken(id) : '',
    begin:
      way === 'similar' && !from ? t.choose : way === 'script' && !script ? t.scriptMissing : '',
  }
  const show = (change: { way?: Way; from?: string }) =>
    void navigate({ to: '.', search: (before) => ({ ...before, ...change }), replace: true })
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setShown(true)
    if (wrong.name || wrong.id || wrong.begin || isBusy || why !== null) return
    if (way === 'script' && !made.data) return
    setBusy(true)
    setRefused(null)
    try {
      const saved = await newDocument(workspace.id, {
        id,
        name: title,
        ...(way === 'blank' && { text: blankText(id, title, output, category) }),
        ...(way === 'similar' &&
          from &&
          (from.builtin ? { startingPoint: from.id } : { copyOf: from })),
        ...(way === 'script' && { text: made.data?.text }),
      })
      await queries.invalidateQueries({ queryKey: ['templates', workspace.id] })
      await navigate({
        to: '/w/$workspace/templates/$template/edit',
        params: { workspace: workspace.slug, template: saved.titles[0]?.id ?? id },
        search: {},
      })
    } catch (error) {
      setRefused(error instanceof Error ? error : new Error(String(error)))
      setBusy(false)
    }
  }
  return (
    <div className="h-full overflow-auto">
      <form
        className="mx-auto grid max-w-5xl gap-4 p-6"
        onSubmit={(event) => void submit(event)}
        noValidate
        data-own-undo
      >
        <div>
          <h1 className="font-semibold text-lg">{t.title}</h1>
          <p className="text-muted text-sm">{t.help}</p>
        </div>
        {why !== null && (
          <Notice severity="info" className="rounded-md">
            {t.readOnly} {why}
          </Notice>
        )}
        <Tabs<Way>
          label={t.waysLabel}
          value={way}
          onChange={(next) => show({ way: next })}
          className="border-b"
          tabs={WAYS.map((value) => ({ value, label: t.ways[value] }))}
        />
        <div className="grid items-start gap-4 sm:grid-cols-2">
          <Field label={t.name} required error={isShown && wrong.name}>
            {(control) => (
              <Input
                {...control}
                value={name}
                maxLength={200}
                placeholder={title || t.namePlaceholder}
                onChange={(event) => setName(event.target.value)}
              />
            )}
          </Field>
          <Field label={t.id} hint={t.idHelp} error={(isShown || ownId !== null) && wrong.id}>
            {(control) => (
              <Input
                {...control}
                className="font-mono"
                value={id}
                maxLength={128}
                spellCheck={false}
                onChange={(event) => setOwnId(event.target.value || null)}
              />
            )}
          </Field>
          {way !== 'similar' && (
            <>
              <Field label={t.output}>
                {(control) => (
                  <Select
                    {...control}
                    value={output}
                    options={OUTPUTS.map((value) => ({ value, label: templates.output(value) }))}
                    onChange={(next) => {
                      setOutput(next)
                      setChoice({})
                    }}
                  />
                )}
              </Field>
              <Field label={t.category}>
                {(control) => (
                  <Combobox
                    {...control}
                    free
                    value={category}
                    options={CATEGORIES.map((value) => ({
                      value,
                      label: templates.category(value),
                    }))}
                    onChange={setCategory}
                  />
                )}
              </Field>
            </>
          )}
        </div>
        {way === 'blank' && <p className="text-muted text-sm">{t.blankHelp}</p>}
        {way === 'similar' && (
          <Similar
            all={library.data}
            chosen={search.from}
            onChoose={(one) => show({ way: 'similar', from: one })}
          />
        )}
        {way === 'script' && (
          <>
            <div className="grid gap-1">
              <h2 className="font-medium text-xs">{t.script}</h2>
              <p className="text-muted text-xs">{t.scriptHelp}</p>
              <div className="h-56 overflow-hidden rounded-md border">
                <CodeEditor
                  value={script}
                  language={hostOf(output)}
                  label={t.script}
                  onChange={(next) => {
                    setScript(next)
                    setChoice({})
                  }}
                />
              </div>
            </div>
            {made.error && <Trouble error={made.error} className="rounded-md" />}
            {made.proposals && (
              <Proposals proposals={made.proposals} choice={choice} onChoice={setChoice} />
            )}
            {made.data && (
              <div className="grid gap-1">
                <h2 className="font-medium text-xs">{t.result}</h2>
                <div className="h-64 overflow-hidden rounded-md border">
                  <CodeEditor value={made.data.text} language="yaml" label={t.result} readOnly />
                </div>
              </div>
            )}
          </>
        )}
        {isShown && wrong.begin && (
          <p role="alert" className="text-error text-sm">
            {wrong.begin}
          </p>
        )}
        {refused && <Trouble error={refused} className="rounded-md" />}
        <div className="flex justify-end border-t pt-4">
          <Button type="submit" variant="primary" disabled={isBusy || why !== null}>
            {isBusy ? t.creating : t.submit}
          </Button>
        </div>
      </form>
    </div>
  )
}

function Similar({
  all,
  chosen,
  onChoose,
}: {
  all: readonly TemplateReply[] | undefined
  chosen: string | undefined
  onChoose: (id: string) => void
}) {
  const [typed, setTyped] = useState('')
  const words = useDeferredValue(typed.trim())
  if (!all) return <Waiting />
  const shown = ranked(
    words,
    all,
    (one) => one.name,
    (one) => `${one.id} ${one.description} ${one.tags.join(' ')}`,
  )
  return (
    <div className="grid gap-2">
      <Input
        type="search"
        aria-label={t.find}
        placeholder={t.find}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      <fieldset className="grid max-h-[46vh] gap-2 overflow-auto p-0.5 sm:grid-cols-2">
        <legend className="sr-only">{t.choose}</legend>
        {shown.map((one) => (
          <label
            key={one.id}
            className={cn(
              'grid cursor-pointer content-start gap-0.5 rounded-md border bg-surface p-2 hover:bg-hover has-focus-visible:outline-2 has-focus-visible:outline-ring',
              one.id === chosen && 'border-accent bg-accent-soft hover:bg-accent-soft',
            )}
          >
            <span className="flex items-center gap-2">
              <input
                type="radio"
                name="similar"
                className="sr-only"
                checked={one.id === chosen}
                onChange={() => onChoose(one.id)}
              />
              <span className="min-w-0 flex-1 truncate font-medium text-sm">{one.name}</span>
              {!one.builtin && <Badge tone="accent">{templates.own}</Badge>}
              <Badge>{templates.output(one.output_type)}</Badge>
            </span>
            <span className="line-clamp-2 text-muted text-xs">{one.description}</span>
          </label>
        ))}
      </fieldset>
    </div>
  )
}

/** Number of a proposal -> name; null: not a variable. What is not here is as proposed. */
type Choice = Readonly<Record<number, string | null>>

function Proposals({
  proposals,
  choice,
  onChoice,
}: {
  proposals: readonly ProposalReply[]
  choice: Choice
  onChoice: (choice: Choice) => void
}) {
  if (proposals.length === 0) return <p className="text-muted text-sm">{t.noProposals}</p>
  return (
    <section className="grid gap-1">
      <h2 className="font-medium text-xs">{t.proposals}</h2>
      <p className="text-muted text-xs">{t.proposalsHelp}</p>
      <ul className="divide-y rounded-md border bg-surface">
        {proposals.map((one) => {
          const name = nameOf(one, choice)
          const value = String(one.value)
          return (
            <li key={one.number} className="flex items-center gap-3 px-3 py-1.5">
              <Checkbox
                aria-label={t.take(value)}
                checked={name !== null}
                onCheckedChange={(on) =>
                  onChoice({ ...choice, [one.number]: on ? one.name : null })
                }
              />
              <Input
                aria-label={t.variableName(value)}
                className="h-7 w-44 font-mono text-xs"
                value={name ?? ''}
                disabled={name === null}
                spellCheck={false}
                onChange={(event) => onChoice({ ...choice, [one.number]: event.target.value })}
              />
              <span className="w-28 shrink-0 text-muted text-xs">
                {editor.variables.types[one.type] ?? one.type}
              </span>
              <code className="min-w-0 flex-1 truncate font-mono text-xs" title={one.source}>
                {value}
              </code>
              <span className="shrink-0 text-muted text-xs">
                {t.times(one.count) || editor.problems.line(one.line)}
              </span>
            </li>
          )
        })}
      </ul>
    </section>
  )
}

const nameOf = (one: ProposalReply, choice: Choice): string | null => {
  const chosen = choice[one.number]
  return chosen === undefined ? (one.usual ? one.name : null) : chosen
}

function useScript(
  typed: string,
  output: string,
  id: string,
  name: string,
  category: string,
  choice: Choice,
) {
  const workspace = useWorkspace()
  const script = useDeferredValue(typed)
  const ask = (chosen: Record<string, string> | null) =>
    answered(
      api.POST('/api/v1/workspaces/{workspace_id}/templates-from-script', {
        params: { path: { workspace_id: workspace.id } },
        body: { script, output_type: output, id, name, category, chosen },
      }),
    )
  const proposed = useQuery({
    queryKey: ['script-proposals', workspace.id, script, output],
    queryFn: async () => (await ask(null)).proposals,
    enabled: script.trim() !== '',
    retry: false,
    gcTime: 0,
  })
  const chosen = Object.fromEntries(
    (proposed.data ?? []).flatMap((one) => {
      const called = nameOf(one, choice)
      return called === null ? [] : [[String(one.number), called]]
    }),
  )
  const made = useQuery({
    queryKey: ['script-template', workspace.id, script, output, id, name, category, chosen],
    queryFn: () => ask(chosen),
    enabled: proposed.data !== undefined,
    retry: false,
    gcTime: 0,
    placeholderData: (before) => before,
  })
  return {
    proposals: proposed.data,
    data: made.isPlaceholderData ? undefined : made.data,
    error: proposed.error ?? made.error,
  }
}

function blankText(id: string, name: string, output: string, category: string): string {
  const text = `templates:\n  - id: ${id}\n    template_content: |\n      ${FIRST[hostOf(output)] ?? 'Replace me.'}\n    output_type: ${output}\n`
  return (
    patched(text, id, 0, [
      { op: 'set', path: ['name'], value: name },
      ...(category ? [{ op: 'set' as const, path: ['category'], value: category }] : []),
      { op: 'set', path: ['language'], value: 'jinja2' },
    ]) ?? text
  )
}

/** A first line of each language that its gate takes. */
const FIRST: Readonly<Record<string, string>> = {
  sql: 'SELECT 1 AS replace_me;',
  python: 'print("Replace me.")',
  scala: 'println("Replace me.")',
  yaml: '{}',
  markdown: 'Replace me.',
}
