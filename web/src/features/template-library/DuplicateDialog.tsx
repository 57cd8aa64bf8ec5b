import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useId, useState } from 'react'
import { toast } from 'sonner'
import type { TemplateReply } from '@/api/schema.gen'
import { useWorkspace } from '@/api/workspace'
import { texts } from '@/texts'
import { Button } from '@/ui/button'
import { Dialog } from '@/ui/dialog'
import { Field, Input } from '@/ui/field'
import { Trouble } from '@/ui/trouble'
import { useTemplateActions } from './actions'
import { idFrom, isTemplateId } from './identity'

const words = texts.templates

/** A copy to change: of a built-in template, or of one of the workspace. */
export function DuplicateDialog({
  template,
  taken,
  onClose,
  onMade,
}: {
  template: TemplateReply
  taken: ReadonlySet<string>
  onClose: () => void
  onMade: (id: string) => void
}) {
  const { slug } = useWorkspace()
  const navigate = useNavigate()
  const { duplicate } = useTemplateActions()
  const form = useId()
  const [name, setName] = useState(words.copyName(template.name))
  const [typedId, setId] = useState<string | null>(null)
  const [failure, fail] = useState<Error | null>(null)
  const [isBusy, setBusy] = useState(false)
  const id = typedId ?? idFrom(name, taken)
  const wrong = !isTemplateId(id) ? words.idShape : taken.has(id) ? words.idTaken : undefined

  const submit = async (opens: boolean) => {
    if (wrong || !name.trim()) return
    setBusy(true)
    fail(null)
    try {
      await duplicate(template, id, name.trim())
      toast.success(words.duplicated(name.trim()))
      onClose()
      if (opens) await navigate({ href: `/w/${slug}/templates/${encodeURIComponent(id)}/edit` })
      else onMade(id)
    } catch (error) {
      fail(error as Error)
      setBusy(false)
    }
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={words.duplicateTitle(template.name)}
      description={template.builtin ? words.duplicateBuiltin : words.duplicateHint}
      footer={
        <>
          <Button onClick={onClose}>{texts.ui.cancel}</Button>
          <Button disabled={isBusy || !!wrong || !name.trim()} onClick={() => submit(false)}>
            {words.duplicateOnly}
          </Button>
          <Button
            variant="primary"
            type="submit"
            form={form}
            disabled={isBusy || !!wrong || !name.trim()}
          >
            {words.openInEditor}
          </Button>
        </>
      }
    >
      <form
        id={form}
        className="grid gap-3"
        onSubmit={(event: FormEvent) => {
          event.preventDefault()
          void submit(true)
        }}
      >
        {failure && <Trouble error={failure} className="rounded-md" />}
        <Field label={words.newName} required>
          {(control) => (
            <Input {...control} value={name} onChange={(event) => setName(event.target.value)} />
          )}
        </Field>
        <Field label={words.newId} required hint={words.newIdHint} error={wrong}>
          {(control) => (
            <Input
              {...control}
              className="font-mono"
              value={id}
              onChange={(event) => setId(event.target.value)}
            />
          )}
        </Field>
      </form>
    </Dialog>
  )
}
