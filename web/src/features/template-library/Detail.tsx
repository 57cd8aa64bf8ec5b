import { Copy, X } from 'lucide-react'
import { useEffect, useMemo, useRef, useState } from 'react'
import { toast } from 'sonner'
import type { TemplateSourceReply, VariableReply } from '@/api/schema.gen'
import { cn } from '@/lib/cn'
import { texts } from '@/texts'
import { IconButton } from '@/ui/button'
import { CodeEditor } from '@/ui/code/CodeEditor'
import { useCommands } from '@/ui/commands'
import { Switch, Tabs } from '@/ui/controls'
import { Badge, SeverityIcon, Waiting } from '@/ui/state'
import { useTitle } from '@/ui/title'
import { Trouble } from '@/ui/trouble'
import { languageOfOutput, shownValue } from './choose'
import { useSample, useTemplate } from './queries'

type Tab = 'sample' | 'variables' | 'source'

/** One template beside the list: what it prints, what it needs, how it is written. */
export function Detail({ id, onClose }: { id: string; onClose: () => void }) {
  const { data: template, error } = useTemplate(id)
  const [tab, setTab] = useState<Tab>('sample')
  const panel = useRef<HTMLElement>(null)
  const close = useRef(onClose)
  close.current = onClose
  // Whoever closes the panel goes on where it was opened.
  useEffect(
    () => () => document.querySelector<HTMLElement>(`[data-template="${CSS.escape(id)}"]`)?.focus(),
    [id],
  )
  const commands = useMemo(
    () => [
      {
        id: 'template.close',
        label: texts.templates.close,
        section: texts.templates.title,
        keys: 'escape',
        hidden: true,
        run: () => close.current(),
      },
    ],
    [],
  )
  useCommands(commands)
  useTitle(template?.name ?? '')

  return (
    <aside
      ref={panel}
      aria-label={texts.templates.details(template?.name ?? id)}
      className="flex min-h-0 w-[min(640px,58%)] shrink-0 flex-col border-l bg-surface"
    >
      <header className="flex items-start gap-2 px-4 pt-3 pb-1">
        <div className="min-w-0 flex-1">
          <h2 className="truncate font-semibold text-base">{template?.name ?? id}</h2>
          <p className="text-muted text-sm">{template?.description}</p>
        </div>
        <IconButton label={texts.templates.close} keys="escape" onClick={onClose}>
          <X />
        </IconButton>
      </header>
      {error && (
        <>
          <Trouble error={error} />
          <p className="p-4 text-muted text-sm">{texts.templates.goneHint}</p>
        </>
      )}
      {!template && !error && <Waiting />}
      {template && (
        <>
          <div className="flex flex-wrap items-center gap-1.5 px-4 pt-1 pb-1">
            <button
              type="button"
              title={texts.templates.copyId}
              className="rounded-sm bg-sunken px-1.5 font-mono text-muted text-xs leading-5 hover:bg-hover hover:text-text"
              onClick={() => copy(template.id)}
            >
              {template.id}
            </button>
            <Badge>{texts.templates.category(template.category)}</Badge>
            <Badge>{texts.templates.output(template.output_type)}</Badge>
            <Badge tone={template.builtin ? 'neutral' : 'accent'}>
              {template.builtin ? texts.templates.builtin : texts.templates.own}
            </Badge>
          </div>
          <div className="border-b px-3">
            <Tabs<Tab>
              label={template.name}
              value={tab}
              onChange={setTab}
              tabs={[
                { value: 'sample', label: texts.templates.sampleTab },
                { value: 'variables', label: texts.templates.variablesTab },
                { value: 'source', label: texts.templates.sourceTab },
              ]}
            />
          </div>
          <div className="min-h-0 flex-1 overflow-auto">
            {tab === 'sample' && <Sample template={template} />}
            {tab === 'variables' && <Variables template={template} />}
            {tab === 'source' && (
              <CodeEditor
                value={template.template_content}
                language={languageOfOutput(template.output_type)}
                label={texts.templates.sourceLabel}
                readOnly
              />
            )}
          </div>
        </>
      )}
    </aside>
  )
}

function Sample({ template }: { template: TemplateSourceReply }) {
  const [variations, setVariations] = useState<Record<string, boolean>>({})
  const { data, error, isPlaceholderData } = useSample(template.id, variations)
  return (
    <div className="flex h-full min-h-0 flex-col">
      {template.variations.length > 0 && (
        <fieldset className="max-h-44 shrink-0 overflow-auto border-b px-4 py-2">
          <legend className="sr-only">{texts.templates.variations}</legend>
          <div className="grid grid-cols-[repeat(auto-fill,minmax(200px,1fr))] gap-x-4 gap-y-1.5">
            {template.variations.map((one) => (
              // biome-ignore lint/a11y/noLabelWithoutControl: the switch is inside
              <label
                key={one.id}
                className="flex items-center gap-2 text-sm"
                title={one.description}
              >
                <Switch
                  aria-label={one.name}
                  checked={variations[one.id] ?? one.enabled}
                  onCheckedChange={(on) => setVariations((old) => ({ ...old, [one.id]: on }))}
                />
                <span className="min-w-0 truncate">{one.name}</span>
              </label>
            ))}
          </div>
        </fieldset>
      )}
      {error && <Trouble error={error} />}
      {data?.diagnostics.map((finding, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two findings may be equal word for word
        <div key={index} className="flex items-start gap-2 border-b px-4 py-1.5 text-sm">
          <SeverityIcon severity={finding.severity} className="mt-0.5" />
          <div className="min-w-0">
            <p>{finding.problem}</p>
            <p className="text-muted">{finding.remedy}</p>
          </div>
        </div>
      ))}
      <div className={cn('relative min-h-0 flex-1', isPlaceholderData && 'opacity-60')}>
        {data?.text ? (
          <>
            <CodeEditor
              value={data.text}
              language={languageOfOutput(template.output_type)}
              label={texts.templates.sampleLabel}
              readOnly
            />
            <IconButton
              label={texts.templates.copy}
              size="icon-sm"
              className="absolute top-1.5 right-4 bg-surface"
              onClick={() => copy(data.text)}
            >
              <Copy />
            </IconButton>
          </>
        ) : data ? (
          <p className="p-4 text-muted text-sm">{texts.templates.sampleEmpty}</p>
        ) : (
          !error && <Waiting />
        )}
      </div>
    </div>
  )
}

function Variables({ template }: { template: TemplateSourceReply }) {
  const all: { variable: VariableReply; from: string }[] = [
    ...template.variables.map((variable) => ({ variable, from: '' })),
    ...template.variations.flatMap((one) =>
      one.adds_variables.map((variable) => ({ variable, from: one.name })),
    ),
  ]
  return (
    <div className="p-4 text-sm">
      <dl className="mb-4 grid grid-cols-[6rem_minmax(0,1fr)] gap-y-1">
        {template.requires && (
          <>
            <dt className="text-muted">{texts.templates.needs}</dt>
            <dd>{template.requires}</dd>
          </>
        )}
        {template.node_types.length > 0 && (
          <>
            <dt className="text-muted">{texts.templates.fits}</dt>
            <dd>{[...new Set(template.node_types.map(({ type }) => type))].join(', ')}</dd>
          </>
        )}
        <dt className="text-muted">{texts.templates.file}</dt>
        <dd className="break-all font-mono text-xs leading-5">{template.file}</dd>
      </dl>
      {all.length === 0 && <p className="text-muted">{texts.templates.variablesNone}</p>}
      <ul className="divide-y border-t">
        {all.map(({ variable, from }) => (
          <li key={`${from} ${variable.name}`} className="py-2">
            <div className="flex flex-wrap items-center gap-1.5">
              <code className="font-medium font-mono text-xs">{variable.name}</code>
              <Badge>{variable.type}</Badge>
              {variable.required && <Badge tone="warning">{texts.templates.required}</Badge>}
              {from && <Badge tone="accent">{texts.templates.fromVariation(from)}</Badge>}
            </div>
            <p className="mt-0.5 text-muted">{variable.description}</p>
            {variable.choices && variable.choices.length > 0 && (
              <p className="text-muted text-xs">
                {texts.templates.choices(variable.choices.map(shownValue).join(', '))}
              </p>
            )}
            <Value name={texts.templates.fallback} value={variable.default} />
            <Value name={texts.templates.sample} value={variable.sample} />
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

async function copy(text: string): Promise<void> {
  await navigator.clipboard.writeText(text)
  toast(texts.templates.copied)
}
