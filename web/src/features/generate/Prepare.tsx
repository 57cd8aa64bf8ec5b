import { Link, useNavigate } from '@tanstack/react-router'
import { CircleCheck, Play, Sparkles } from 'lucide-react'
import { type ReactNode, useEffect, useMemo, useState } from 'react'
import { generationOf, isOver, useGenerate } from '@/api/jobs'
import type { Recipe } from '@/api/recipes'
import type { CardReply, GenerateBody } from '@/api/schema.gen'
import { useWorkspace, whyReadOnly } from '@/api/workspace'
import { texts } from '@/texts'
import { Button } from '@/ui/button'
import { useCommands } from '@/ui/commands'
import { Field } from '@/ui/field'
import { Combobox, Select } from '@/ui/select'
import { Badge, EmptyState, Notice, Waiting } from '@/ui/state'
import { useTitle } from '@/ui/title'
import { Tip } from '@/ui/tooltip'
import { Trouble } from '@/ui/trouble'
import { Findings } from './Findings'
import { Past } from './Past'
import { Progress } from './Progress'
import type { PlannedScript } from './plan'
import { type Target, useGoing, usePreparation } from './queries'

type Cloud = NonNullable<GenerateBody['cloud']>
const CLOUDS = Object.entries(texts.generate.clouds).map(([value, label]) => ({
  value: value as Cloud,
  label,
}))
const ALL = '*'

/** What can be generated, with the one that the address names, or the likeliest, first. */
function targetOf(
  wanted: string | undefined,
  recipes: readonly Recipe[],
  models: readonly CardReply[],
): Target {
  const recipe = recipes.find(({ id }) => id === wanted)
  if (recipe) return { wanted: recipe.id, name: recipe.name, recipe, model: null }
  const model = models.find(({ id }) => id === wanted)
  if (model) return { wanted: model.id, name: model.name, recipe: null, model }
  const [first] = recipes
  if (first) return { wanted: first.id, name: first.name, recipe: first, model: null }
  const [only, ...others] = models
  if (only && others.length === 0)
    return { wanted: only.id, name: only.name, recipe: null, model: only }
  return { wanted: '', name: texts.generate.allModels, recipe: null, model: null }
}

/** Choose what to generate, see what stops it and which template makes what, and begin. */
export function Prepare({
  wanted,
  models,
  recipes,
}: {
  wanted: string | undefined
  models: readonly CardReply[]
  recipes: readonly Recipe[]
}) {
  const workspace = useWorkspace()
  const navigate = useNavigate()
  const [cloud, setCloud] = useState<Cloud>('')
  const [followed, follow] = useState<string | null>(null)
  const target = useMemo(() => targetOf(wanted, recipes, models), [wanted, recipes, models])
  const plan = usePreparation(target, models)
  const start = useGenerate()
  const going = useGoing().data ?? []
  // Work that was begun before this page was opened, or in another tab, is followed too.
  const job = followed ?? going.find((one) => one.request.wanted === target.wanted)?.id ?? null
  useEffect(() => {
    if (job) follow(job)
  }, [job])

  const errors = plan.findings?.filter(({ severity }) => severity === 'error').length ?? 0
  const readOnly = whyReadOnly(workspace)
  const drafts = plan.models.filter(({ draft }) => draft)
  const why =
    readOnly ??
    (errors > 0 ? texts.generate.stops(errors) : null) ??
    (job || start.isPending ? texts.generate.working(target.name) : null)

  const begin = () =>
    start.mutate(
      { wanted: target.wanted, cloud },
      { onSuccess: (made) => follow(made.id), onError: () => follow(null) },
    )
  // biome-ignore lint/correctness/useExhaustiveDependencies: `begin` is made of these
  const commands = useMemo(
    () => [
      {
        id: 'generation.start',
        label: texts.generate.start,
        section: texts.generate.commands,
        keys: 'mod+enter',
        disabled: why ?? undefined,
        run: begin,
      },
    ],
    [why, target.wanted, cloud],
  )
  useCommands(commands)
  useTitle(texts.generate.title, 1)

  if (models.length === 0)
    return (
      <EmptyState
        icon={<Sparkles />}
        title={texts.generate.nothing}
        actions={
          <Button
            variant="primary"
            render={
              <Link to="/w/$workspace/models" params={{ workspace: workspace.slug }} search={{}} />
            }
            nativeButton={false}
          >
            {texts.generate.openModels}
          </Button>
        }
      >
        {texts.generate.nothingHint}
      </EmptyState>
    )

  const options = [
    ...recipes.map((one) => ({ value: one.id, label: one.name, hint: texts.generate.recipe })),
    ...(recipes.length === 0 && models.length > 1
      ? [{ value: ALL, label: texts.generate.allModels }]
      : []),
    ...models.map((one) => ({
      value: one.id,
      label: one.name,
      hint: texts.generate.model(one.node_count),
    })),
  ]
  return (
    <div className="h-full overflow-auto">
      <div className="mx-auto max-w-4xl px-6 py-5">
        <h1 className="sr-only">{texts.generate.title}</h1>
        <div className="flex flex-wrap items-end gap-3">
          <Field label={texts.generate.what} className="min-w-64 flex-1">
            {(control) => (
              <Combobox
                key={target.wanted}
                {...control}
                value={target.wanted || ALL}
                onChange={(next) => {
                  follow(null)
                  if (next)
                    navigate({
                      to: '/w/$workspace/generate',
                      params: { workspace: workspace.slug },
                      search: { model: next === ALL ? undefined : next },
                    })
                }}
                options={options}
              />
            )}
          </Field>
          <Field label={texts.generate.cloud} className="w-44">
            {(control) => (
              <Select {...control} value={cloud} onChange={setCloud} options={CLOUDS} />
            )}
          </Field>
          <Tip label={why ?? texts.generate.start} keys={why ? undefined : 'mod+enter'}>
            {/* A disabled button tells no tip, so it only says that it is disabled. */}
            <Button
              variant="primary"
              aria-disabled={why !== null}
              className="aria-disabled:cursor-not-allowed aria-disabled:opacity-50"
              onClick={() => why === null && begin()}
            >
              <Play />
              {texts.generate.start}
            </Button>
          </Tip>
        </div>
        <p className="mt-1.5 text-muted text-sm">{readOnly ?? texts.generate.whatHint}</p>

        <div className="mt-4 grid gap-2 empty:hidden">
          {start.error && <Trouble error={start.error} className="rounded-md" />}
          {plan.error && <Trouble error={plan.error} className="rounded-md" />}
          {drafts.length > 0 && (
            <Notice severity="warning" className="rounded-md">
              {texts.generate.drafts(drafts.map(({ name }) => name).join(', '))}
            </Notice>
          )}
          {job && (
            <Progress
              id={job}
              name={target.name}
              onEnd={(ended) => {
                const made = generationOf(ended)
                if (isOver(ended.status) && made)
                  navigate({
                    to: '/w/$workspace/generate',
                    params: { workspace: workspace.slug },
                    search: { generation: made },
                  })
              }}
              onDismiss={() => follow(null)}
            />
          )}
        </div>

        <Part title={texts.generate.checks}>
          {plan.findings === undefined ? (
            plan.error ? null : (
              <Waiting label={texts.generate.checking} className="p-4" />
            )
          ) : (
            <Check findings={plan.findings} errors={errors} models={models} />
          )}
        </Part>

        <Part title={texts.generate.templates} hint={texts.generate.templatesHint}>
          {plan.scripts === undefined ? (
            <Waiting className="p-4" />
          ) : (
            <Scripts scripts={plan.scripts} models={plan.models} hasErrors={errors > 0} />
          )}
        </Part>

        <Past
          chosen={undefined}
          recipes={recipes}
          models={models}
          className="mt-6 rounded-md border bg-surface lg:hidden"
        />
      </div>
    </div>
  )
}

function Part({ title, hint, children }: { title: string; hint?: string; children: ReactNode }) {
  return (
    <section className="mt-6">
      <h2 className="font-semibold text-base">{title}</h2>
      {hint && <p className="text-muted text-sm">{hint}</p>}
      <div className="mt-2 overflow-hidden rounded-md border bg-surface">{children}</div>
    </section>
  )
}

function Check({
  findings,
  errors,
  models,
}: {
  findings: NonNullable<ReturnType<typeof usePreparation>['findings']>
  errors: number
  models: readonly CardReply[]
}) {
  const warnings = findings.filter(({ severity }) => severity === 'warning').length
  return (
    <>
      {errors > 0 ? (
        <Notice severity="error">{texts.generate.stops(errors)}</Notice>
      ) : (
        <p className="flex items-center gap-2 px-4 py-2.5 text-sm">
          <CircleCheck className="size-4 shrink-0 text-ok" aria-hidden />
          <span>
            {texts.generate.sound}
            {warnings > 0 && ` ${texts.generate.warnings(warnings)}`}
          </span>
        </p>
      )}
      {findings.length > 0 && (
        <div className="border-t">
          <Findings findings={findings} models={models} />
        </div>
      )}
    </>
  )
}

function Scripts({
  scripts,
  models,
  hasErrors,
}: {
  hasErrors: boolean
  scripts: readonly PlannedScript[]
  models: readonly CardReply[]
}) {
  const { slug } = useWorkspace()
  if (scripts.length === 0)
    return (
      <p className="px-4 py-3 text-muted text-sm">
        {hasErrors ? texts.generate.noScriptsYet : texts.generate.noScripts}
      </p>
    )
  return (
    <table className="w-full table-fixed text-sm">
      <thead>
        <tr className="border-b text-left text-muted text-xs">
          <th className="w-[30%] px-4 py-1.5 font-medium">{texts.generate.node}</th>
          <th className="w-[28%] px-2 py-1.5 font-medium">{texts.generate.template}</th>
          <th className="px-4 py-1.5 font-medium">{texts.generate.because}</th>
        </tr>
      </thead>
      {models.map((model) => {
        const own = scripts.filter((one) => one.model === model.id)
        if (own.length === 0) return null
        return (
          <tbody key={model.id} className="divide-y border-b last:border-b-0">
            {models.length > 1 && (
              <tr>
                <th
                  colSpan={3}
                  scope="rowgroup"
                  className="bg-sunken px-4 py-1 text-left font-medium text-xs"
                >
                  {model.name}
                </th>
              </tr>
            )}
            {own.map((one) => (
              <tr key={`${one.node} ${one.role}`} className="align-top hover:bg-hover">
                <td className="truncate px-4 py-1.5">
                  <Link
                    to="/w/$workspace/models/$model"
                    params={{ workspace: slug, model: one.model }}
                    search={{ node: one.node }}
                    title={texts.generate.goToNode}
                    className="hover:text-accent hover:underline"
                  >
                    {one.node}
                  </Link>{' '}
                  {one.role === 'setup' && <Badge>{texts.generate.setup}</Badge>}
                </td>
                <td className="truncate px-2 py-1.5">
                  {one.template ? (
                    <Link
                      to="/w/$workspace/templates"
                      params={{ workspace: slug }}
                      search={{ template: one.template }}
                      className="font-mono text-accent text-xs hover:underline"
                    >
                      {one.template}
                    </Link>
                  ) : (
                    <span className="text-warning">{texts.generate.noTemplate}</span>
                  )}
                </td>
                <td className="px-4 py-1.5 text-muted">
                  {one.byRecipe
                    ? texts.generate.chosenByRecipe
                    : sentence(one.because) || texts.generate.noTemplateHint}
                  {one.others.length > 0 && (
                    <span className="block text-faint text-xs">
                      {texts.generate.others(one.others)}
                    </span>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        )
      })}
    </table>
  )
}

const sentence = (words: string): string => (words[0]?.toUpperCase() ?? '') + words.slice(1)
