import { useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { toast } from 'sonner'
import { panels } from '@/texts/designerPanels'
import { editor } from '@/texts/templateEditor'
import { Button } from '@/ui/button'
import { DiffEditor } from '@/ui/code/DiffEditor'
import { Dialog } from '@/ui/dialog'
import { Field, Input } from '@/ui/field'
import { Notice } from '@/ui/state'
import { useTemplate } from '../hooks'
import { templateActions } from '../store'

const t = panels.saving
const SHORTEST = 3

/** Save as a commit, with a message that is proposed. */
export default function SaveDialog({
  errors,
  onClose,
  onConflict,
}: {
  errors: number
  onClose: () => void
  onConflict: () => void
}) {
  const form = useId()
  const queries = useQueryClient()
  const name = useTemplate((open) => open.template.name || open.template.id, '')
  const text = useTemplate((open) => open.text, '')
  const base = useTemplate((open) => open.base.text, '')
  const isBroken = useTemplate((open) => open.isBroken, false)
  const workspaceId = useTemplate((open) => open.workspaceId, '')
  const [typed, setTyped] = useState<string | null>(null)
  const [problem, setProblem] = useState('')
  const [isSaving, setSaving] = useState(false)
  const message = typed ?? editor.saving.message(name)
  const save = async () => {
    setSaving(true)
    setProblem('')
    try {
      const answer = await templateActions.save(message.trim())
      if (answer?.kind === 'conflict') return onConflict()
      onClose()
      if (!answer) return
      queries.invalidateQueries({ queryKey: ['templates', workspaceId] })
      queries.invalidateQueries({ queryKey: ['history', workspaceId] })
      toast.success(t.done(answer.commit.slice(0, 7)), { description: message })
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error))
      setSaving(false)
    }
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t.saveTitle}
      description={t.saveHelp}
      width="lg"
      footer={
        <Button
          variant="primary"
          type="submit"
          form={form}
          disabled={isSaving || message.trim().length < SHORTEST}
        >
          {t.save}
        </Button>
      }
    >
      <form
        id={form}
        className="grid gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <Field label={t.message} error={problem}>
          {(control) => (
            <Input
              {...control}
              value={message}
              maxLength={2000}
              onFocus={(event) => event.target.select()}
              onChange={(event) => setTyped(event.target.value)}
            />
          )}
        </Field>
        {isBroken && <Notice severity="error">{t.textIsBad}</Notice>}
        {errors > 0 && !isBroken && (
          <Notice severity="warning">{editor.saving.errors(errors)}</Notice>
        )}
        <div className="h-64 overflow-hidden rounded-md border">
          <DiffEditor before={base} after={text} language="yaml" label={t.changes} />
        </div>
      </form>
    </Dialog>
  )
}
