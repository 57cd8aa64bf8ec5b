import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { toast } from 'sonner'
import { answered, api } from '@/api/client'
import { cardsQuery } from '@/api/models'
import { useWorkspace } from '@/api/workspace'
import { editor } from '@/texts/templateEditor'
import { Button } from '@/ui/button'
import { Popover } from '@/ui/controls'
import { Field } from '@/ui/field'
import { type FormHost, FormProvider } from '@/ui/form/host'
import { SchemaField } from '@/ui/form/SchemaField'
import { inWords } from '@/ui/form/schema'
import { fieldOfVariable } from '@/ui/form/variables'
import { Combobox } from '@/ui/select'
import { tellFailure } from '@/ui/tellFailure'
import { type Shown, useTemplate, useTried } from '../hooks'
import { templateActions } from '../store'
import type { Patch } from '../text/patch'
import { allVariables, type Variable } from '../text/read'
import { useView, view } from '../view'
import { valueAt, withValue } from './VariablesPane'

const t = editor.values

/** The form of the template's variables, with samples where nothing is typed. */
export function ValuesPane({ shown }: { shown: Shown }) {
  const template = useTemplate((open) => open.template, null)
  const values = useView((state) => state.values)
  const tried = useTried(template)
  const isLocked = useTemplate((open) => open.readOnly !== null || open.isBroken, true)
  const host = useMemo<FormHost>(
    () => ({
      id: 'values',
      readOnly: false,
      get: (path) => valueAt(values, path),
      set: (path, next) => {
        const [name] = path
        if (typeof name !== 'string') return
        view.setValue(name, withValue(values, path, next)[name])
      },
      setMany(changes) {
        let all: Record<string, unknown> = { ...values }
        for (const change of changes) all = withValue(all, change.path, change.value)
        useView.setState({ values: all })
      },
      problemsAt: () => [],
      inherited: (field) => inWords(field.example),
    }),
    [values],
  )
  const variables = useMemo(
    () =>
      template ? allVariables(template, ({ id, enabled }) => tried.variations[id] ?? enabled) : [],
    [template, tried.variations],
  )
  if (!template) return null
  const typed = Object.keys(tried.values)
  const keepAsSamples = () => {
    const patches = typed.flatMap((name): Patch[] => {
      const path = pathOf(template, name)
      return path ? [{ op: 'set', path: [...path, 'sample'], value: tried.values[name] }] : []
    })
    if (templateActions.patch(patches, t.asSamplesStep)) {
      useView.setState({ values: {} })
      toast.success(t.kept(patches.length))
    }
  }
  return (
    <FormProvider value={host}>
      <div className="grid gap-3 p-3" data-own-undo>
        <p className="text-muted text-xs">{t.help}</p>
        <div className="flex flex-wrap gap-1.5">
          <FromNode />
          <MakeSamples isLocked={isLocked} />
          {typed.length > 0 && (
            <>
              <Button size="sm" disabled={isLocked} onClick={keepAsSamples}>
                {t.asSamples}
              </Button>
              <Button size="sm" variant="ghost" onClick={() => useView.setState({ values: {} })}>
                {t.clear}
              </Button>
            </>
          )}
        </div>
        {variables.length === 0 && <p className="text-muted text-sm">{t.none}</p>}
        {variables.map((variable) => (
          <SchemaField
            key={variable.name}
            field={fieldOfVariable(withSample(variable, shown.bindings))}
            path={[variable.name]}
          />
        ))}
      </div>
    </FormProvider>
  )
}

/** What counts while nothing is typed is the sample, the default, or what was made up. */
function withSample(variable: Variable, bindings: Readonly<Record<string, unknown>>): Variable {
  const { name, type, sample, default: fallback } = variable
  const found = sample ?? fallback ?? bindings[name]
  const isTable = type === 'table_name' && typeof found === 'object' && found !== null
  return {
    ...variable,
    sample: isTable ? Object.values(found).filter(Boolean).join('.') : found,
    default: undefined,
  }
}

function pathOf(
  template: { variables: Variable[]; variations: { variables: Variable[] }[] },
  name: string,
): (string | number)[] | null {
  const own = template.variables.findIndex((one) => one.name === name)
  if (own >= 0) return ['variables', own]
  for (const [index, variation] of template.variations.entries()) {
    const added = variation.variables.findIndex((one) => one.name === name)
    if (added >= 0) return ['variations', index, 'adds_variables', added]
  }
  return null
}

function useSamples() {
  const { id } = useWorkspace()
  const text = useTemplate((open) => open.text, '')
  const template = useTemplate((open) => open.template.id, '')
  return (more: { node?: string; anew?: boolean; seed?: number }) =>
    answered(
      api.POST('/api/v1/workspaces/{workspace_id}/templates/{template_id}/samples', {
        params: { path: { workspace_id: id, template_id: template } },
        body: { text, seed: 0, ddl: '', node: '', anew: false, values: {}, ...more },
      }),
    )
}

/** Realistic samples for the variables that have none, as one step of the template. */
function MakeSamples({ isLocked }: { isLocked: boolean }) {
  const ask = useSamples()
  const [isBusy, setBusy] = useState(false)
  const make = async () => {
    setBusy(true)
    try {
      const made = await ask({})
      if (made.text) templateActions.replaceText(made.text, t.makeStep)
      toast.success(t.made(made.changed.length))
    } catch (error) {
      tellFailure(error)
    }
    setBusy(false)
  }
  return (
    <Button size="sm" disabled={isLocked || isBusy} onClick={make}>
      {t.make}
    </Button>
  )
}

/** The values that a node of a model would give the template. */
function FromNode() {
  const workspace = useWorkspace()
  const ask = useSamples()
  const cards = useQuery(cardsQuery(workspace.id))
  const [model, setModel] = useState('')
  const [node, setNode] = useState('')
  const [isBusy, setBusy] = useState(false)
  const nodes = useQuery({
    queryKey: ['models', workspace.id, 'nodes', model],
    queryFn: async () => {
      const drawn = await answered(
        api.GET('/api/v1/workspaces/{workspace_id}/models/{model_id}/suggestions', {
          params: { path: { workspace_id: workspace.id, model_id: model } },
        }),
      )
      return [...new Map(drawn.map((one) => [one.node, one.node_type]))]
    },
    enabled: cards.data?.some((card) => card.id === model) ?? false,
  })
  const fill = async () => {
    setBusy(true)
    try {
      const [empty, filled] = await Promise.all([ask({}), ask({ node: `${model}/${node}` })])
      const taken = Object.entries(filled.values).filter(
        ([name, value]) => JSON.stringify(value) !== JSON.stringify(empty.values[name]),
      )
      useView.setState(({ values }) => ({ values: { ...values, ...Object.fromEntries(taken) } }))
      toast.success(t.filled(taken.length))
    } catch (error) {
      tellFailure(error)
    }
    setBusy(false)
  }
  return (
    <Popover trigger={<Button size="sm">{t.fromNode}</Button>} title={t.fromNode}>
      <div className="grid gap-3">
        <p className="text-muted text-xs">{t.fromNodeHelp}</p>
        <Field label={t.model}>
          {(control) => (
            <Combobox
              {...control}
              value={model}
              placeholder={t.pickModel}
              options={(cards.data ?? []).map((card) => ({
                value: card.id,
                label: card.name || card.id,
              }))}
              onChange={(next) => {
                setModel(next)
                setNode('')
              }}
            />
          )}
        </Field>
        <Field label={t.node}>
          {(control) => (
            <Combobox
              {...control}
              value={node}
              disabled={!nodes.data}
              placeholder={t.pickNode}
              options={(nodes.data ?? []).map(([id, type]) => ({
                value: id,
                label: id,
                hint: type,
              }))}
              onChange={setNode}
            />
          )}
        </Field>
        <Button variant="primary" disabled={!node || isBusy} onClick={fill}>
          {t.fill}
        </Button>
      </div>
    </Popover>
  )
}
