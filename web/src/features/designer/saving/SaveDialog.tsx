import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useId, useState } from 'react'
import { toast } from 'sonner'
import { documentActions, documentStore } from '@/document/store'
import { useDocument } from '@/document/useDocument'
import { panels } from '@/texts/designerPanels'
import { Button } from '@/ui/button'
import { Dialog } from '@/ui/dialog'
import { Field, Input } from '@/ui/field'
import { Notice } from '@/ui/state'
import { wordsOf } from './asks'
import { savingDialog, useSavingDialog } from './dialogs'

const t = panels.saving
const SHORTEST = 3

/** Save as a commit: what changed, and a message that says so already. */
export default function SaveDialog() {
  const isOpen = useSavingDialog((state) => state.open === 'save')
  return isOpen ? <Asking /> : null
}

function Asking() {
  const form = useId()
  const queries = useQueryClient()
  const name = useDocument((open) => open.model.name || open.model.id, '')
  const text = useDocument((open) => open.text, '')
  const base = useDocument((open) => open.base.text, '')
  const textIsBad = useDocument((open) => open.textIsBad, false)
  const errors = useDocument(
    (open) => open.findings.filter((finding) => finding.severity === 'error').length,
    0,
  )
  const [typed, setTyped] = useState<string | null>(null)
  const [problem, setProblem] = useState('')
  const [isSaving, setSaving] = useState(false)
  const words = useQuery({
    queryKey: ['models-compare', base, text],
    queryFn: () => {
      const { open } = documentStore.getState()
      return open ? wordsOf(open, base, text) : []
    },
    staleTime: Number.POSITIVE_INFINITY,
  })
  // The drawing has to be in the text before anybody compares it.
  useEffect(() => {
    documentActions.settle().catch((error: unknown) => setProblem(messageOf(error)))
  }, [])
  const changes = words.data ?? []
  const message = typed ?? proposed(changes, name)
  const save = async () => {
    setSaving(true)
    setProblem('')
    try {
      const answer = await documentActions.save(message.trim())
      if (answer?.kind === 'conflict') {
        savingDialog.show('conflict')
        return
      }
      savingDialog.close()
      if (!answer) return
      const open = documentStore.getState().open
      if (open) queries.invalidateQueries({ queryKey: ['history', open.workspaceId] })
      toast.success(t.done(answer.commit.slice(0, 7)), { description: message })
    } catch (error) {
      setProblem(messageOf(error))
      setSaving(false)
    }
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && savingDialog.close()}
      title={t.saveTitle}
      description={t.saveHelp}
      footer={
        <Button
          variant="primary"
          type="submit"
          form={form}
          disabled={isSaving || textIsBad || message.trim().length < SHORTEST}
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
          save()
        }}
      >
        <Field label={t.message} error={problem}>
          {(control) => (
            <Input
              {...control}
              autoFocus
              value={message}
              maxLength={2000}
              onFocus={(event) => event.target.select()}
              onChange={(event) => setTyped(event.target.value)}
            />
          )}
        </Field>
        {textIsBad && <Notice severity="error">{t.textIsBad}</Notice>}
        {errors > 0 && !textIsBad && <Notice severity="warning">{t.errors(errors)}</Notice>}
        {changes.length > 0 && (
          <div>
            <h3 className="mb-1 font-medium text-muted text-xs">{t.changes}</h3>
            <ul className="max-h-48 list-disc overflow-auto pl-5 text-sm">
              {changes.map((change) => (
                <li key={change}>{change}</li>
              ))}
            </ul>
          </div>
        )}
      </form>
    </Dialog>
  )
}

/** The first changes in a line, as people write the subject of a commit. */
export function proposed(changes: readonly string[], name: string): string {
  const [first, ...rest] = changes
  if (!first) return t.message1(name)
  const line = rest.length === 1 ? `${first}; ${rest[0]}` : first
  const plain = (line.charAt(0).toUpperCase() + line.slice(1)).replace(/\.$/, '')
  const more = rest.length > 1 ? ` (+${rest.length})` : ''
  const most = 100 - more.length
  return (plain.length > most ? `${plain.slice(0, most - 1)}…` : plain) + more
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)
