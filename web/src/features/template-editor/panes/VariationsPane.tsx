import { Layers, Plus, X } from 'lucide-react'
import { useState } from 'react'
import { editor } from '@/texts/templateEditor'
import { Button, IconButton } from '@/ui/button'
import { Switch } from '@/ui/controls'
import { Field, Input } from '@/ui/field'
import { useTyped } from '@/ui/form/useTyped'
import { EmptyState } from '@/ui/state'
import { useTemplate } from '../hooks'
import { templateActions } from '../store'
import type { Variation } from '../text/read'
import { useView, view } from '../view'
import { VariableTable } from './VariablesPane'

const t = editor.variations
const NONE: readonly Variation[] = []

/** The switches of the template, each with the variables that it adds. */
export function VariationsPane() {
  const variations = useTemplate((open) => open.template.variations, NONE)
  const isLocked = useTemplate((open) => open.readOnly !== null || open.isBroken, true)
  const add = () => {
    const taken = new Set(variations.map(({ id }) => id))
    let id = 'with_option'
    for (let count = 2; taken.has(id); count += 1) id = `with_option_${count}`
    templateActions.patch(
      [
        {
          op: 'insert',
          path: ['variations'],
          at: variations.length,
          value: { id, name: '', enabled: false },
        },
      ],
      t.addStep,
    )
  }
  return (
    <div className="pb-3">
      {variations.length === 0 && (
        <EmptyState icon={<Layers />} title={t.none} className="py-8">
          {t.noneHelp}
        </EmptyState>
      )}
      <ul className="divide-y">
        {variations.map((variation, index) => (
          <Row
            // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place; an id may be half-typed
            key={index}
            variation={variation}
            index={index}
            isLocked={isLocked}
            taken={variations.filter((_, place) => place !== index).map(({ id }) => id)}
          />
        ))}
      </ul>
      {!isLocked && (
        <div className="px-3 pt-2">
          <Button size="sm" onClick={add}>
            <Plus />
            {t.add}
          </Button>
        </div>
      )}
    </div>
  )
}

function Row({
  variation,
  index,
  isLocked,
  taken,
}: {
  variation: Variation
  index: number
  isLocked: boolean
  taken: readonly string[]
}) {
  const isTried = useView((state) => state.variations[variation.id] ?? variation.enabled)
  const shown = variation.name || variation.id
  const put = (key: string, label: string, value: unknown) =>
    templateActions.patch(
      [
        value === ''
          ? { op: 'unset', path: ['variations', index, key] }
          : { op: 'set', path: ['variations', index, key], value },
      ],
      t.step,
      `variations/${index}/${key}/${label}`,
    )
  return (
    <li className="grid gap-2.5 p-3">
      <div className="flex items-center gap-2">
        <Switch
          aria-label={t.try(shown)}
          checked={isTried}
          onCheckedChange={(on) => view.switch(variation.id, on)}
        />
        <h3 className="min-w-0 flex-1 truncate font-medium text-sm">{shown}</h3>
        {!isLocked && (
          <IconButton
            label={t.remove(shown)}
            size="icon-sm"
            onClick={() =>
              templateActions.patch(
                [{ op: 'remove', path: ['variations'], at: index }],
                t.removeStep,
              )
            }
          >
            <X />
          </IconButton>
        )}
      </div>
      <Field label={t.name}>
        {(control) => (
          <Input
            {...control}
            value={variation.name}
            readOnly={isLocked}
            onChange={(event) => put('name', t.name, event.target.value)}
          />
        )}
      </Field>
      <IdField variation={variation} isLocked={isLocked} taken={taken} put={put} />
      <Field label={t.description}>
        {(control) => (
          <Input
            {...control}
            value={variation.description}
            readOnly={isLocked}
            onChange={(event) => put('description', t.description, event.target.value)}
          />
        )}
      </Field>
      {/* biome-ignore lint/a11y/noLabelWithoutControl: the switch inside is the control */}
      <label className="flex items-center gap-2 text-xs">
        <span className="flex-1">{t.enabled}</span>
        <Switch
          checked={variation.enabled}
          disabled={isLocked}
          onCheckedChange={(on) => put('enabled', t.enabled, on)}
        />
      </label>
      <div className="-mx-3 -mb-3 border-t">
        <h4 className="px-3 pt-2 font-medium text-muted text-xs">{t.adds}</h4>
        <VariableTable
          variables={variation.variables}
          path={['variations', index, 'adds_variables']}
        />
      </div>
    </li>
  )
}

function IdField({
  variation,
  isLocked,
  taken,
  put,
}: {
  variation: Variation
  isLocked: boolean
  taken: readonly string[]
  put: (key: string, label: string, value: unknown) => void
}) {
  const [typed, type] = useTyped(variation.id, (id) => id)
  const [problem, setProblem] = useState('')
  return (
    <Field label={t.id} hint={t.idHelp} error={problem}>
      {(control) => (
        <Input
          {...control}
          className="font-mono"
          value={typed}
          readOnly={isLocked}
          spellCheck={false}
          onChange={(event) => {
            const next = event.target.value
            const wrong = taken.includes(next)
              ? t.idTaken
              : /^[A-Za-z_]\w*$/.test(next)
                ? ''
                : editor.variables.nameShape
            setProblem(wrong)
            type(next, wrong ? variation.id : next)
            if (!wrong) put('id', t.id, next)
          }}
        />
      )}
    </Field>
  )
}
