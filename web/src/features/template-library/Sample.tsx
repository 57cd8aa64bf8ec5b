import { ChevronDown, ChevronRight, Copy } from 'lucide-react'
import { useState } from 'react'
import { toast } from 'sonner'
import type { TemplateSourceReply } from '@/api/schema.gen'
import { cn } from '@/lib/cn'
import { useStored } from '@/lib/useStored'
import { texts } from '@/texts'
import { Button, IconButton } from '@/ui/button'
import { CodeEditor } from '@/ui/code/CodeEditor'
import { Switch } from '@/ui/controls'
import { SeverityIcon, Waiting } from '@/ui/state'
import { Trouble } from '@/ui/trouble'
import { languageOfOutput } from './choose'
import { useSample } from './queries'

const words = texts.templates

/** What it prints with sample values; variations are switched on and off above. */
export function Sample({ template }: { template: TemplateSourceReply }) {
  const [variations, setVariations] = useState<Record<string, boolean>>({})
  const [open, setOpen] = useStored('templates.variations', true)
  const { data, error, isPlaceholderData } = useSample(template.id, variations)
  const isOn = (id: string, enabled: boolean) => variations[id] ?? enabled
  const on = template.variations.filter((one) => isOn(one.id, one.enabled)).length
  return (
    <div className="flex h-full min-h-0 flex-col">
      {template.variations.length > 0 && (
        <div className="shrink-0 border-b">
          <div className="flex h-9 items-center gap-1 px-2">
            <Button
              size="sm"
              variant="ghost"
              aria-expanded={open}
              onClick={() => setOpen(!open)}
              className="text-text"
            >
              {open ? <ChevronDown /> : <ChevronRight />}
              {words.variationsChosen(on, template.variations.length)}
            </Button>
            <span className="flex-1" />
            {Object.keys(variations).length > 0 && (
              <Button size="sm" variant="ghost" onClick={() => setVariations({})}>
                {words.variationsReset}
              </Button>
            )}
          </div>
          {open && (
            <fieldset className="max-h-44 overflow-auto px-4 pb-2.5">
              <legend className="sr-only">{words.variations}</legend>
              <div className="grid grid-cols-[repeat(auto-fill,minmax(190px,1fr))] gap-x-4 gap-y-1.5">
                {template.variations.map((one) => (
                  // biome-ignore lint/a11y/noLabelWithoutControl: the switch is inside
                  <label
                    key={one.id}
                    className="flex items-center gap-2 text-sm"
                    title={one.description}
                  >
                    <Switch
                      aria-label={one.name}
                      checked={isOn(one.id, one.enabled)}
                      onCheckedChange={(next) =>
                        setVariations((old) => ({ ...old, [one.id]: next }))
                      }
                    />
                    <span className="min-w-0 truncate">{one.name}</span>
                  </label>
                ))}
              </div>
            </fieldset>
          )}
        </div>
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
      <div className={cn('relative min-h-40 flex-1', isPlaceholderData && 'opacity-60')}>
        {data?.text ? (
          <>
            <CodeEditor
              value={data.text}
              language={languageOfOutput(template.output_type)}
              label={words.sampleLabel}
              readOnly
            />
            <IconButton
              label={words.copy}
              size="icon-sm"
              className="absolute top-1.5 right-4 bg-surface"
              onClick={async () => {
                await navigator.clipboard.writeText(data.text)
                toast(words.copied)
              }}
            >
              <Copy />
            </IconButton>
          </>
        ) : data ? (
          <p className="p-4 text-muted text-sm">{words.sampleEmpty}</p>
        ) : (
          !error && <Waiting />
        )}
      </div>
    </div>
  )
}
