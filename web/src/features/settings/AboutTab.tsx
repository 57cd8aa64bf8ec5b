import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useStore } from 'zustand'
import { answered, api } from '@/api/client'
import { sessionStore } from '@/api/session'
import { texts } from '@/texts'
import { Field, Input } from '@/ui/field'
import { Waiting } from '@/ui/state'
import { Cell, Failed, Row, Table } from './parts'

const words = texts.settings.about

export function AboutTab() {
  const about = useStore(sessionStore, (state) => state.about)
  const found = useQuery({
    queryKey: ['operations'],
    queryFn: () => answered(api.GET('/api/v1/operations')),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const [typed, type] = useState('')
  const asked = typed.trim().toLowerCase()
  const shown = found.data?.filter((one) =>
    `${one.id} ${one.summary} ${one.who_may}`.toLowerCase().includes(asked),
  )
  const onOff = (on: boolean | undefined) => (on ? words.on : words.off)
  return (
    <>
      <dl className="grid max-w-md grid-cols-[auto_1fr] gap-x-6 gap-y-1.5 text-sm">
        <dt className="text-muted">{words.version}</dt>
        <dd>{about?.version}</dd>
        <dt className="text-muted">{words.signUp}</dt>
        <dd>{about?.sign_up_open ? words.signUpOpen : words.signUpClosed}</dd>
        <dt className="text-muted">{words.github}</dt>
        <dd>{onOff(about?.github_sign_in)}</dd>
        <dt className="text-muted">{words.demo}</dt>
        <dd>{onOff(about?.demo)}</dd>
        <dt className="text-muted">{words.keys}</dt>
        <dd>{words.keysText}</dd>
      </dl>
      <h2 className="mt-8 font-semibold text-sm">{words.who}</h2>
      <p className="mb-3 text-muted text-sm">{words.whoText}</p>
      <Field label={words.filter} className="mb-2 max-w-64">
        {(control) => (
          <Input
            {...control}
            type="search"
            value={typed}
            onChange={(event) => type(event.target.value)}
          />
        )}
      </Field>
      {found.error && <Failed error={found.error} />}
      {found.isPending && <Waiting />}
      {shown && (
        <Table head={[words.operation, words.may, words.changes]}>
          {shown.map((one) => (
            <Row key={one.id}>
              <Cell>
                {one.summary}
                <span className="block font-mono text-muted text-xs">{one.id}</span>
              </Cell>
              <Cell className="text-muted">{one.who_may}</Cell>
              <Cell className="text-muted">{one.changes ? words.yes : words.no}</Cell>
            </Row>
          ))}
        </Table>
      )}
    </>
  )
}
