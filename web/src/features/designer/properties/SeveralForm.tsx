import type { Edit } from '@/document/edit'
import type { DataModel, ModelNode } from '@/document/model'
import { documentActions } from '@/document/store'
import { panels } from '@/texts/designerPanels'
import { Switch } from '@/ui/controls'
import { Field } from '@/ui/field'
import { MapInput } from '@/ui/form/inputs'
import { NodeIcon } from '@/ui/nodeIcon'
import { Combobox } from '@/ui/select'
import { useNodeTypes } from '../nodeTypes'
import { designerView } from '../view'
import { nodesFor } from './references'

const t = panels.properties

/** What several nodes have in common, changed for all of them as one step. */
export function SeveralForm({
  nodes,
  model,
  readOnly,
}: {
  nodes: readonly ModelNode[]
  model: DataModel
  readOnly: boolean
}) {
  const types = useNodeTypes()
  const has = (name: string) =>
    nodes.every((node) => {
      const properties = types.get(node.type)?.json_schema.properties
      return typeof properties === 'object' && properties !== null && name in properties
    })
  const all = (edit: (node: ModelNode) => Edit, label: string, key = '') =>
    documentActions.edit({ kind: 'several', edits: nodes.map(edit) }, label, key)
  const setAll = (name: string, value: unknown, label: string) =>
    all(
      (node) =>
        value === undefined
          ? { kind: 'unset-property', id: node.id, path: [name] }
          : { kind: 'set-property', id: node.id, path: [name], value },
      t.change(label),
      `several/${name}`,
    )
  const compute = shared(nodes.map((node) => node.properties.compute))
  const tags = shared(nodes.map((node) => node.properties.tags))
  const enabled = nodes.filter((node) => node.enabled).length
  const runsOn = common(nodes.map((node) => types.get(node.type)?.runs_on ?? []))
  return (
    <div className="grid gap-3 p-3">
      <div>
        <h3 className="font-semibold text-base">{t.several(nodes.length)}</h3>
        <p className="text-muted text-xs">{t.severalHelp}</p>
      </div>
      {/* biome-ignore lint/a11y/noLabelWithoutControl: the switch inside is the control */}
      <label className="flex items-center gap-2 text-sm">
        <span className="flex-1">{t.enabled}</span>
        {enabled > 0 && enabled < nodes.length && (
          <span className="text-muted text-xs">{t.mixed}</span>
        )}
        <Switch
          checked={enabled === nodes.length}
          disabled={readOnly}
          onCheckedChange={(on) =>
            all(
              (node) => ({ kind: 'set-node', id: node.id, change: { enabled: on } }),
              t.toggled(on),
            )
          }
        />
      </label>
      {has('compute') && (
        <Field label={t.compute}>
          {(control) => (
            <Combobox
              {...control}
              free
              value={compute.is === 'one' ? String(compute.value ?? '') : ''}
              placeholder={compute.is === 'many' ? t.mixed : t.noCompute}
              options={(nodesFor('compute', model, runsOn) ?? []).map((node) => ({
                value: node.id,
                label: node.name || node.id,
                hint: node.id,
              }))}
              disabled={readOnly}
              onChange={(next) => setAll('compute', next || undefined, t.compute)}
            />
          )}
        </Field>
      )}
      {has('tags') && (
        <div className="grid gap-1">
          <span className="font-medium text-xs">
            {t.tags}
            {tags.is === 'many' && ` · ${t.mixed}`}
          </span>
          <MapInput
            label={t.tags}
            readOnly={readOnly}
            value={tags.is === 'one' && isMap(tags.value) ? tags.value : {}}
            onChange={(next) => setAll('tags', next, t.tags)}
          />
        </div>
      )}
      <ul className="-mx-3 border-t px-3 pt-2">
        {nodes.map((node) => {
          const row = types.get(node.type)
          return (
            <li key={node.id}>
              <button
                type="button"
                className="-mx-1 flex h-7 w-full items-center gap-1.5 rounded-md px-1 text-left text-sm hover:bg-hover"
                onClick={() => designerView.goTo(node.id)}
              >
                <NodeIcon icon={row?.icon ?? ''} family={row?.family ?? ''} className="size-3.5" />
                <span className="min-w-0 flex-1 truncate">{node.name || node.id}</span>
                <span className="truncate text-faint text-xs">{row?.label ?? node.type}</span>
              </button>
            </li>
          )
        })}
      </ul>
    </div>
  )
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function shared(values: readonly unknown[]): { is: 'one'; value: unknown } | { is: 'many' } {
  const [first, ...rest] = values
  const text = JSON.stringify(first)
  return rest.every((value) => JSON.stringify(value) === text)
    ? { is: 'one', value: first }
    : { is: 'many' }
}

const common = (lists: readonly (readonly string[])[]): string[] =>
  (lists[0] ?? []).filter((one) => lists.every((list) => list.includes(one)))
