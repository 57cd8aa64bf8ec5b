import type { TemplateSourceReply, VariableReply } from '@/api/schema.gen'
import { texts } from '@/texts'
import { Badge } from '@/ui/state'
import { needsOf, shownValue } from './choose'

const words = texts.templates

/** What the template needs and takes, as documentation. */
export function Variables({
  template,
  pack,
}: {
  template: TemplateSourceReply
  pack: string | undefined
}) {
  const all: { variable: VariableReply; from: string }[] = [
    ...template.variables.map((variable) => ({ variable, from: '' })),
    ...template.variations.flatMap((one) =>
      one.adds_variables.map((variable) => ({ variable, from: one.name })),
    ),
  ]
  const needs = needsOf(template.requires)
  return (
    <div className="p-4 text-sm">
      <dl className="mb-4 grid grid-cols-[6.5rem_minmax(0,1fr)] gap-y-1">
        {needs.length > 0 && (
          <>
            <dt className="text-muted">{words.needs}</dt>
            <dd>
              {needs.map((one) => (
                <span key={one} className="block">
                  {one}
                </span>
              ))}
            </dd>
          </>
        )}
        {template.node_types.length > 0 && (
          <>
            <dt className="text-muted">{words.fits}</dt>
            <dd>
              {[...new Set(template.node_types.map(({ type }) => words.nodeType(type)))].join(', ')}
            </dd>
          </>
        )}
        {template.tags.length > 0 && (
          <>
            <dt className="text-muted">{words.tags}</dt>
            <dd>{template.tags.join(', ')}</dd>
          </>
        )}
        <dt className="text-muted">{words.file}</dt>
        <dd className="break-all font-mono text-xs leading-5">{template.file}</dd>
      </dl>
      {pack && <p className="mb-4 text-muted">{words.ofPackHint(pack)}</p>}
      {all.length === 0 && <p className="text-muted">{words.variablesNone}</p>}
      <ul className="divide-y border-t">
        {all.map(({ variable, from }) => (
          <li key={`${from} ${variable.name}`} className="py-2">
            <div className="flex flex-wrap items-center gap-1.5">
              <code className="font-medium font-mono text-xs">{variable.name}</code>
              <Badge>{variable.type}</Badge>
              {variable.required && <Badge tone="warning">{words.required}</Badge>}
              {from && <Badge tone="accent">{words.fromVariation(from)}</Badge>}
            </div>
            <p className="mt-0.5 text-muted">{variable.description}</p>
            {variable.choices && variable.choices.length > 0 && (
              <p className="text-muted text-xs">
                {words.choices(variable.choices.map(shownValue).join(', '))}
              </p>
            )}
            <Value name={words.fallback} value={variable.default} />
            <Value name={words.sample} value={variable.sample} />
          </li>
        ))}
      </ul>
    </div>
  )
}

function Value({ name, value }: { name: string; value: unknown }) {
  const shown = shownValue(value)
  if (!shown) return null
  return (
    <p className="flex gap-2 text-xs">
      <span className="w-14 shrink-0 text-muted">{name}</span>
      <code className="line-clamp-2 min-w-0 break-all font-mono">{shown}</code>
    </p>
  )
}
