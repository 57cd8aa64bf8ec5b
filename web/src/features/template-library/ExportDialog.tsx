import { type FormEvent, useId, useState } from 'react'
import { toast } from 'sonner'
import { fetchFile } from '@/api/client'
import type { TemplateReply } from '@/api/schema.gen'
import { useWorkspace } from '@/api/workspace'
import { download } from '@/lib/download'
import { texts } from '@/texts'
import { Button } from '@/ui/button'
import { Checkbox } from '@/ui/controls'
import { Dialog } from '@/ui/dialog'
import { Field, Input } from '@/ui/field'
import { EmptyState } from '@/ui/state'
import { Trouble } from '@/ui/trouble'
import { idFrom, isPackName, isVersion } from './identity'

const words = texts.packs

/** Templates as a pack to hand on: the workspace's own, and those that were asked for. */
export function ExportDialog({
  library,
  first,
  onClose,
}: {
  library: readonly TemplateReply[]
  /** Ids that are chosen at first; none means all of the workspace's own. */
  first: readonly string[]
  onClose: () => void
}) {
  const { id: workspaceId, slug } = useWorkspace()
  const form = useId()
  const offered = library.filter((one) => !one.builtin || first.includes(one.id))
  const [chosen, choose] = useState<readonly string[]>(
    first.length > 0 ? first : offered.map((one) => one.id),
  )
  const [name, setName] = useState(() => idFrom(slug, new Set()).replaceAll('_', '-').slice(0, 40))
  const [version, setVersion] = useState('1.0.0')
  const [licence, setLicence] = useState('')
  const [description, setDescription] = useState('')
  const [failure, fail] = useState<Error | null>(null)
  const [isBusy, setBusy] = useState(false)
  const nameError = isPackName(name) ? undefined : words.nameShape
  const versionError = isVersion(version) ? undefined : words.versionShape
  const isReady = !nameError && !versionError && licence.trim() !== '' && chosen.length > 0

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (!isReady) return
    setBusy(true)
    fail(null)
    try {
      const answer = await fetchFile(`/api/v1/workspaces/${workspaceId}/packs-export`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({
          name,
          version,
          licence: licence.trim(),
          description,
          templates: chosen,
        }),
      })
      download(`${name}.zip`, await answer.blob())
      toast.success(words.exported(name))
      onClose()
    } catch (error) {
      fail(error as Error)
      setBusy(false)
    }
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={words.exportTitle}
      description={words.exportHint}
      footer={
        <>
          <Button onClick={onClose}>{texts.ui.cancel}</Button>
          <Button variant="primary" type="submit" form={form} disabled={!isReady || isBusy}>
            {words.doExport}
          </Button>
        </>
      }
    >
      {offered.length === 0 ? (
        <EmptyState title={words.exportNone} />
      ) : (
        <form id={form} className="grid gap-3" onSubmit={submit}>
          {failure && <Trouble error={failure} className="rounded-md" />}
          <div className="grid grid-cols-[1fr_7rem] gap-3">
            <Field label={words.name} required hint={words.nameHint} error={nameError}>
              {(control) => (
                <Input
                  {...control}
                  value={name}
                  onChange={(event) => setName(event.target.value)}
                />
              )}
            </Field>
            <Field label={words.version} required error={versionError}>
              {(control) => (
                <Input
                  {...control}
                  value={version}
                  onChange={(event) => setVersion(event.target.value)}
                />
              )}
            </Field>
          </div>
          <Field label={words.licence} required hint={words.licenceHint}>
            {(control) => (
              <Input
                {...control}
                value={licence}
                onChange={(event) => setLicence(event.target.value)}
              />
            )}
          </Field>
          <Field label={words.description}>
            {(control) => (
              <Input
                {...control}
                value={description}
                onChange={(event) => setDescription(event.target.value)}
              />
            )}
          </Field>
          <fieldset className="grid gap-1">
            <legend className="mb-1 font-medium text-xs">{words.which}</legend>
            <div className="max-h-52 overflow-auto rounded-md border">
              {offered.map((one) => (
                // biome-ignore lint/a11y/noLabelWithoutControl: the box is inside
                <label key={one.id} className="flex items-center gap-2 px-2 py-1.5 text-sm">
                  <Checkbox
                    aria-label={one.name}
                    checked={chosen.includes(one.id)}
                    onCheckedChange={(on) =>
                      choose(on ? [...chosen, one.id] : chosen.filter((id) => id !== one.id))
                    }
                  />
                  <span className="min-w-0 flex-1 truncate">{one.name}</span>
                  <code className="font-mono text-muted text-xs">{one.id}</code>
                </label>
              ))}
            </div>
          </fieldset>
        </form>
      )}
    </Dialog>
  )
}
