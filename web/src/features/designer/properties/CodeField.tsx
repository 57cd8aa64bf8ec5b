import { Maximize2 } from 'lucide-react'
import { useState } from 'react'
import { panels } from '@/texts/designerPanels'
import { Button, IconButton } from '@/ui/button'
import { CodeEditor } from '@/ui/code/CodeEditor'
import { Dialog } from '@/ui/dialog'

const t = panels.form

/** SQL or Python: small in the form, large when there is much of it. */
export function CodeField({
  value,
  onChange,
  language,
  label,
  readOnly,
  placeholder,
}: {
  value: unknown
  onChange: (value: string | undefined) => void
  language: string
  label: string
  readOnly: boolean
  placeholder: string
}) {
  const [isLarge, setLarge] = useState(false)
  const text = typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value)
  const put = (next: string) => onChange(next || undefined)
  const common = { value: text, onChange: put, language, label, readOnly }
  return (
    <div className="relative overflow-hidden rounded-md border border-line-strong focus-within:border-accent">
      <CodeEditor
        {...common}
        inline={{ least: 48, most: 220 }}
        placeholder={placeholder}
        className="h-auto min-h-12"
      />
      <IconButton
        label={t.openLarge}
        size="icon-sm"
        className="absolute top-1 right-1 bg-surface"
        onClick={() => setLarge(true)}
      >
        <Maximize2 />
      </IconButton>
      <Dialog
        open={isLarge}
        onOpenChange={setLarge}
        title={label}
        width="full"
        footer={
          <Button variant="primary" onClick={() => setLarge(false)}>
            {t.done}
          </Button>
        }
      >
        <div className="h-[60vh] rounded-md border">
          <CodeEditor {...common} onReady={(editor) => editor.focus()} />
        </div>
      </Dialog>
    </div>
  )
}
