import { PreviewCard } from '@base-ui/react/preview-card'
import { type ReactElement, useState } from 'react'
import type { TemplateReply } from '@/api/schema.gen'
import { texts } from '@/texts'
import { CodeEditor } from '@/ui/code/CodeEditor'
import { Waiting } from '@/ui/state'
import { Trouble } from '@/ui/trouble'
import { languageOfOutput } from './choose'
import { useSample } from './queries'

const DELAY_MS = 450
const NOTHING: Readonly<Record<string, boolean>> = {}

/** What a template prints, beside the card that the pointer rests on. Always of the same size. */
export function HoverPreview({
  template,
  disabled,
  children,
}: {
  template: TemplateReply
  disabled: boolean
  children: ReactElement<Record<string, unknown>>
}) {
  const [open, setOpen] = useState(false)
  if (disabled) return children
  return (
    <PreviewCard.Root open={open} onOpenChange={setOpen}>
      {/* The box is no link and takes no focus: the keyboard opens the template instead. */}
      <PreviewCard.Trigger delay={DELAY_MS} closeDelay={80} render={children} />
      <PreviewCard.Portal>
        <PreviewCard.Positioner
          side="right"
          align="start"
          sideOffset={8}
          collisionPadding={8}
          className="z-50"
        >
          <PreviewCard.Popup className="flex h-80 w-[30rem] flex-col overflow-hidden rounded-md border bg-surface shadow-float transition-opacity duration-100 data-ending-style:opacity-0 data-starting-style:opacity-0">
            {open && <Printed template={template} />}
          </PreviewCard.Popup>
        </PreviewCard.Positioner>
      </PreviewCard.Portal>
    </PreviewCard.Root>
  )
}

function Printed({ template }: { template: TemplateReply }) {
  const { data, error } = useSample(template.id, NOTHING)
  return (
    <>
      <p className="flex gap-2 border-b px-3 py-1.5 text-xs">
        <span className="min-w-0 flex-1 truncate font-medium">{template.name}</span>
        <span className="text-muted">{texts.templates.output(template.output_type)}</span>
      </p>
      {error && <Trouble error={error} />}
      {data ? (
        <CodeEditor
          value={data.text || texts.templates.sampleEmpty}
          language={data.text ? languageOfOutput(template.output_type) : 'plaintext'}
          label={texts.templates.previewOf(template.name)}
          readOnly
        />
      ) : (
        !error && <Waiting />
      )}
    </>
  )
}
