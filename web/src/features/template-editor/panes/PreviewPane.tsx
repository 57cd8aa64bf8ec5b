import { Copy } from 'lucide-react'
import { useMemo, useState } from 'react'
import { toast } from 'sonner'
import { cn } from '@/lib/cn'
import { editor } from '@/texts/templateEditor'
import { Button, IconButton } from '@/ui/button'
import { CodeEditor, type CodeService, type Span } from '@/ui/code/CodeEditor'
import { inWords } from '@/ui/form/schema'
import { SeverityIcon, Waiting } from '@/ui/state'
import { type Shown, useTemplate } from '../hooks'
import { hostOf } from '../output'
import { inUnits, offsetAt, printedAt, spanOf } from '../spans'
import { useView, view } from '../view'

const t = editor.preview

/** What the template prints, with the variations that are tried. */
export function PreviewPane({ shown }: { shown: Shown }) {
  const template = useTemplate((open) => open.template, null)
  const [lit, setLit] = useState<readonly Span[]>([])
  const spans = useMemo(() => inUnits(shown.text, shown.spans), [shown.text, shown.spans])
  const service = useMemo<CodeService>(() => {
    return {
      async hover({ line, column }) {
        const found = printedAt(spans, offsetAt(shown.text, line, column))
        if (!found || found.template !== template?.id) return null
        const lines = found.variables.map((name) => {
          const value = shown.bindings[name]
          return t.value(name, `\`${inWords(value).slice(0, 200) || '…'}\``)
        })
        setLit([spanOf(shown.text, found)])
        return {
          span: spanOf(shown.text, found),
          lines: [
            found.expression && `\`{{ ${found.expression} }}\``,
            ...lines,
            `${t.printedBy(found.line)}. ${t.clickToGo}`,
          ].filter(Boolean),
        }
      },
    }
  }, [spans, shown.text, shown.bindings, template])
  if (!template) return <Waiting />
  const errors = shown.findings.filter(({ severity }) => severity === 'error')
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="flex min-h-10 shrink-0 items-center gap-1.5 border-b px-3 py-1">
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a frame and a legend */}
        <div
          role="group"
          aria-label={t.with}
          className="flex min-w-0 flex-1 items-center gap-1 overflow-x-auto"
        >
          {template.variations.map((one) => (
            <VariationChip key={one.id} id={one.id} name={one.name} isDefault={one.enabled} />
          ))}
        </div>
        {!shown.isBroken && errors.length > 0 && (
          <Button size="sm" variant="ghost" onClick={() => view.show('problems')}>
            <SeverityIcon severity="error" />
            {t.faults(errors.length)}
          </Button>
        )}
        <IconButton
          label={t.copy}
          size="icon-sm"
          disabled={!shown.text}
          onClick={() =>
            navigator.clipboard.writeText(shown.text).then(
              () => toast(t.copied),
              () => undefined,
            )
          }
        >
          <Copy />
        </IconButton>
      </div>
      {shown.isBroken && (
        <div role="status" className="flex items-start gap-2 bg-warning-soft px-3 py-1.5 text-sm">
          <SeverityIcon severity="warning" className="mt-0.5" />
          <p className="min-w-0 flex-1">
            {shown.text ? t.broken : t.waiting} {errors[0]?.problem}{' '}
            <span className="text-muted">{errors[0]?.remedy}</span>
          </p>
          <Button size="sm" onClick={() => view.show('problems')}>
            {t.showFaults}
          </Button>
        </div>
      )}
      <div
        data-preview={shown.isBroken ? 'broken' : shown.isWaiting ? 'waiting' : 'ready'}
        className={cn('min-h-0 flex-1', shown.isBroken && 'opacity-60')}
      >
        {shown.text ? (
          <CodeEditor
            value={shown.text}
            language={hostOf(template.outputType)}
            name="printed"
            label={t.label}
            readOnly
            service={service}
            lit={lit}
            onSpot={({ line, column }) => {
              const found = printedAt(spans, offsetAt(shown.text, line, column))
              if (found?.template === template.id) view.goTo(found.line, found.range?.column)
            }}
          />
        ) : (
          !shown.isBroken &&
          (shown.isWaiting ? <Waiting /> : <p className="p-3 text-muted text-sm">{t.empty}</p>)
        )}
      </div>
    </div>
  )
}

export function VariationChip({
  id,
  name,
  isDefault,
}: {
  id: string
  name: string
  isDefault: boolean
}) {
  const isOn = useView((state) => state.variations[id] ?? isDefault)
  return <Chip isOn={isOn} name={name || id} onToggle={() => view.switch(id, !isOn)} />
}

export function Chip({
  isOn,
  name,
  onToggle,
}: {
  isOn: boolean
  name: string
  onToggle: () => void
}) {
  return (
    <button
      type="button"
      aria-pressed={isOn}
      onClick={onToggle}
      className={cn(
        'h-6 shrink-0 rounded-full border px-2 text-xs',
        isOn
          ? 'border-accent bg-accent-soft text-accent'
          : 'border-line-strong text-muted hover:bg-hover hover:text-text',
      )}
    >
      {name}
    </button>
  )
}
