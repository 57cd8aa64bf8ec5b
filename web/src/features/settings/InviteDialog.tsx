import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { answered, api } from '@/api/client'
import type { Role } from '@/api/schema.gen'
import { useWorkspace } from '@/api/workspace'
import { texts } from '@/texts'
import { Button } from '@/ui/button'
import { Dialog } from '@/ui/dialog'
import { Field, Input } from '@/ui/field'
import { Select } from '@/ui/select'
import { roleOptions } from './membership'
import { CopyButton, refused } from './parts'

const words = texts.settings.members
const DAYS = [1, 7, 30, 90]
/** Make a link by which one person may join, and show it this once. */
export function InviteDialog({
  open,
  onOpenChange,
}: {
  open: boolean
  onOpenChange: (open: boolean) => void
}) {
  const { id } = useWorkspace()
  const client = useQueryClient()
  const [role, setRole] = useState<Role>('editor')
  const [email, setEmail] = useState('')
  const [days, setDays] = useState('7')
  const make = useMutation({
    mutationFn: () =>
      answered(
        api.POST('/api/v1/workspaces/{workspace_id}/invitations', {
          params: { path: { workspace_id: id } },
          body: { role, email: email.trim() || null, days: Number(days) },
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: ['members', id] }),
  })
  const link = make.data?.url
  const close = (next: boolean) => {
    onOpenChange(next)
    if (next) return
    make.reset()
    setEmail('')
  }
  return (
    <Dialog
      open={open}
      onOpenChange={close}
      title={words.inviteTitle}
      description={link ? words.linkText : words.inviteText}
      width="sm"
      footer={
        link ? (
          <Button variant="primary" onClick={() => close(false)}>
            {words.done}
          </Button>
        ) : (
          <>
            <Button onClick={() => close(false)}>{texts.ui.cancel}</Button>
            <Button variant="primary" disabled={make.isPending} onClick={() => make.mutate()}>
              {words.make}
            </Button>
          </>
        )
      }
    >
      {link ? (
        <div className="flex items-end gap-2">
          <Field label={words.link} className="flex-1">
            {(control) => (
              <Input
                {...control}
                readOnly
                value={link}
                onFocus={(event) => event.target.select()}
                className="font-mono text-xs"
              />
            )}
          </Field>
          <CopyButton text={link} />
        </div>
      ) : (
        <div className="grid gap-3">
          <Field label={words.role}>
            {(control) => (
              <Select {...control} value={role} onChange={setRole} options={roleOptions} />
            )}
          </Field>
          <Field
            label={words.email}
            hint={words.emailHint}
            error={make.error ? refused(make.error) : ''}
          >
            {(control) => (
              <Input
                {...control}
                type="email"
                maxLength={320}
                value={email}
                onChange={(event) => setEmail(event.target.value)}
              />
            )}
          </Field>
          <Field label={words.days}>
            {(control) => (
              <Select
                {...control}
                value={days}
                onChange={setDays}
                options={DAYS.map((count) => ({
                  value: String(count),
                  label: words.dayCount(count),
                }))}
              />
            )}
          </Field>
        </div>
      )}
    </Dialog>
  )
}
