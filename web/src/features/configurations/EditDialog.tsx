import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useEffect, useId, useMemo, useState } from 'react'
import { toast } from 'sonner'
import { cardsQuery } from '@/api/models'
import { recipesQuery } from '@/api/recipes'
import { Refusal } from '@/api/refusal'
import type { ConfigurationBody } from '@/api/schema.gen'
import { useWorkspace } from '@/api/workspace'
import { texts } from '@/texts'
import { Button } from '@/ui/button'
import { CodeEditor } from '@/ui/code/CodeEditor'
import { Tabs } from '@/ui/controls'
import { Dialog } from '@/ui/dialog'
import { Field, Input } from '@/ui/field'
import { type FormHost, FormProvider } from '@/ui/form/host'
import { SchemaField } from '@/ui/form/SchemaField'
import { fieldsOf } from '@/ui/form/schema'
import { Combobox, Select } from '@/ui/select'
import { Notice, Waiting } from '@/ui/state'
import { Trouble } from '@/ui/trouble'
import { useConfigurationActions, useSettingSchemas } from './queries'
import { type Kept, SCOPES, valueAt, withValue } from './settings'

const words = texts.configurations
const KEPT: readonly Kept[] = ['cluster', 'job', 'connection']

/** A configuration as a form, and its settings as YAML beside it. */
export function EditDialog({
  first,
  opened,
  onClose,
}: {
  first: ConfigurationBody
  /** Which one is changed, and from which version; null makes a new one. */
  opened: { id: string; etag: string } | null
  onClose: () => void
}) {
  const workspace = useWorkspace()
  const form = useId()
  const { create, save } = useConfigurationActions()
  const schemas = useSettingSchemas()
  const models = useQuery(cardsQuery(workspace.id))
  const recipes = useQuery(recipesQuery(workspace.id))
  const [body, setBody] = useState(first)
  const [view, setView] = useState<'form' | 'yaml'>('form')
  const [broken, setBroken] = useState('')
  const [isTried, setTried] = useState(false)
  const [failure, fail] = useState<Error | null>(null)
  const [isBusy, setBusy] = useState(false)
  const change = (changes: Partial<ConfigurationBody>) => setBody((now) => ({ ...now, ...changes }))
  const fields = useMemo(() => {
    const schema = schemas.data?.[body.type]
    return schema ? fieldsOf({ ...schema, $defs: schemas.data }) : []
  }, [schemas.data, body.type])
  const host: FormHost = {
    id: opened?.id ?? 'new',
    readOnly: false,
    get: (path) => valueAt(body.config, path),
    set: (path, value) =>
      setBody((now) => ({ ...now, config: withValue(now.config, path, value) })),
    setMany: (changes) =>
      setBody((now) => ({
        ...now,
        config: changes.reduce(
          (config, { path, value }) => withValue(config, path, value),
          now.config,
        ),
      })),
    problemsAt: () => [],
  }
  const nameError = isTried && !body.name.trim() ? words.nameMissing : undefined
  const refError =
    isTried && body.scope !== 'workspace' && !body.scope_ref.trim() ? words.refMissing : undefined

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (!body.name.trim() || broken || (body.scope !== 'workspace' && !body.scope_ref.trim()))
      return
    setBusy(true)
    fail(null)
    const wanted = { ...body, name: body.name.trim(), scope_ref: body.scope_ref.trim() }
    try {
      if (opened) await save(opened.id, opened.etag, wanted)
      else await create(wanted)
      toast.success(words.saved(wanted.name))
      onClose()
    } catch (error) {
      fail(error as Error)
      setBusy(false)
    }
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={opened ? words.editTitle(first.name) : words.newTitle}
      width="lg"
      footer={
        <>
          <Button onClick={onClose}>{texts.ui.cancel}</Button>
          <Button variant="primary" type="submit" form={form} disabled={isBusy || broken !== ''}>
            {words.save}
          </Button>
        </>
      }
    >
      <form id={form} className="grid gap-3" onSubmit={submit}>
        {failure && <Trouble error={failure} className="rounded-md" />}
        {failure instanceof Refusal && failure.status === 412 && (
          <p className="text-muted text-sm">{words.theirs}</p>
        )}
        <div className="grid items-start gap-3 sm:grid-cols-2">
          <Field label={words.name} required hint={words.nameHint[body.type]} error={nameError}>
            {(control) => (
              <Input
                {...control}
                value={body.name}
                onChange={(event) => change({ name: event.target.value })}
              />
            )}
          </Field>
          <Field label={words.type}>
            {(control) => (
              <Select
                {...control}
                value={body.type}
                disabled={opened !== null}
                onChange={(type) => change({ type, config: {} })}
                options={KEPT.map((type) => ({ value: type, label: words.one[type] }))}
              />
            )}
          </Field>
          <Field label={words.scope}>
            {(control) => (
              <Select
                {...control}
                value={body.scope}
                onChange={(scope) => change({ scope, scope_ref: '' })}
                options={SCOPES.map((scope) => ({ value: scope, label: words.scopes[scope] }))}
              />
            )}
          </Field>
          {body.scope !== 'workspace' && (
            <Field
              label={words.ref[body.scope]}
              required
              error={refError}
              hint={body.scope === 'target' ? words.targetHint : undefined}
            >
              {(control) =>
                body.scope === 'target' ? (
                  <Input
                    {...control}
                    value={body.scope_ref}
                    onChange={(event) => change({ scope_ref: event.target.value })}
                  />
                ) : (
                  <Combobox
                    {...control}
                    value={body.scope_ref}
                    onChange={(scope_ref) => change({ scope_ref })}
                    options={(body.scope === 'model'
                      ? (models.data ?? [])
                      : (recipes.data ?? [])
                    ).map(({ id, name }) => ({ value: id, label: name || id, hint: id }))}
                  />
                )
              }
            </Field>
          )}
        </div>
        <div className="border-b">
          <Tabs<'form' | 'yaml'>
            label={words.title}
            value={view}
            onChange={(next) => !broken && setView(next)}
            tabs={[
              { value: 'form', label: words.form },
              { value: 'yaml', label: words.yaml },
            ]}
          />
        </div>
        {schemas.error && <Trouble error={schemas.error} className="rounded-md" />}
        {view === 'yaml' ? (
          <YamlView
            config={body.config}
            broken={broken}
            onBroken={setBroken}
            onChange={(config) => change({ config })}
          />
        ) : schemas.isPending ? (
          <Waiting />
        ) : (
          <FormProvider value={host}>
            <div className="grid items-start gap-3 sm:grid-cols-2">
              {fields
                .filter((field) => !field.isAdvanced)
                .map((field) => (
                  <SchemaField key={field.name} field={field} path={[field.name]} />
                ))}
            </div>
            {fields.some((field) => field.isAdvanced) && (
              <details>
                <summary className="cursor-pointer py-1 text-muted text-sm">
                  {words.more_settings}
                </summary>
                <div className="grid gap-3 pt-2 sm:grid-cols-2">
                  {fields
                    .filter((field) => field.isAdvanced)
                    .map((field) => (
                      <SchemaField key={field.name} field={field} path={[field.name]} />
                    ))}
                </div>
              </details>
            )}
          </FormProvider>
        )}
      </form>
    </Dialog>
  )
}

function YamlView({
  config,
  broken,
  onBroken,
  onChange,
}: {
  config: Readonly<Record<string, unknown>>
  broken: string
  onBroken: (problem: string) => void
  onChange: (config: Record<string, unknown>) => void
}) {
  const [yaml, setYaml] = useState<typeof import('yaml') | null>(null)
  const [text, setText] = useState<string | null>(null)
  // Only this view needs to read and write YAML.
  useEffect(() => {
    void import('yaml').then(setYaml)
  }, [])
  if (!yaml) return <Waiting />
  const shown = text ?? (Object.keys(config).length ? yaml.stringify(config) : '')
  return (
    <>
      {broken && (
        <Notice severity="error" className="rounded-md">
          {broken}
        </Notice>
      )}
      <div className="h-72 overflow-hidden rounded-md border">
        <CodeEditor
          value={shown}
          language="yaml"
          label={words.yamlLabel}
          onChange={(next) => {
            setText(next)
            const document = yaml.parseDocument(next)
            const [fault] = document.errors
            const value: unknown = fault ? undefined : (document.toJS() ?? {})
            const isMap = typeof value === 'object' && value !== null && !Array.isArray(value)
            if (isMap) onChange(value as Record<string, unknown>)
            onBroken(
              fault
                ? words.yamlBroken(fault.message.split('\n')[0] ?? '')
                : isMap
                  ? ''
                  : words.yamlNoMap,
            )
          }}
        />
      </div>
    </>
  )
}
