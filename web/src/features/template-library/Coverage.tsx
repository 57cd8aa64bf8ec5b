import { CircleCheck, CircleX, FlaskConical, Loader } from 'lucide-react'
import { useState } from 'react'
import type { TemplateReply } from '@/api/schema.gen'
import { texts } from '@/texts'
import { Button } from '@/ui/button'
import { Popover } from '@/ui/controls'
import { Trouble } from '@/ui/trouble'
import { useCoverage } from './queries'

const words = texts.templates.coverage
const MOST_SHOWN = 8

/** Whether the template holds in every combination. Tried when somebody asks for it. */
export function Coverage({ template }: { template: Pick<TemplateReply, 'id'> }) {
  const [isAsked, ask] = useState(false)
  const { data, error, isFetching } = useCoverage(template, isAsked)
  if (error) return <Trouble error={error} className="w-full rounded-md" />
  if (!data)
    return (
      <Button
        size="sm"
        variant="ghost"
        title={words.runHint}
        disabled={isFetching}
        onClick={() => ask(true)}
      >
        {isFetching ? <Loader className="animate-spin" /> : <FlaskConical />}
        {isFetching ? words.running : words.run}
      </Button>
    )
  const percent = data.branches ? Math.floor((100 * data.branches_taken) / data.branches) : 100
  return (
    <Popover
      align="end"
      title={words.title}
      className="w-96"
      trigger={
        <Button
          size="sm"
          variant="ghost"
          className={data.passed ? 'text-ok hover:text-ok' : 'text-error hover:text-error'}
        >
          {data.passed ? <CircleCheck /> : <CircleX />}
          {data.passed ? words.passed(percent) : words.failed(data.failures.length)}
        </Button>
      }
    >
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-0.5">
        <dt className="text-muted">{words.combinations}</dt>
        <dd>{data.combinations}</dd>
        <dt className="text-muted">{words.trials}</dt>
        <dd>{data.trials}</dd>
        <dt className="text-muted">{words.branches}</dt>
        <dd>{words.taken(data.branches_taken, data.branches)}</dd>
      </dl>
      <Places
        rows={data.failures.map(({ line, problem, trial }) => ({
          line,
          text: problem,
          about: trial,
        }))}
        title={words.failed(data.failures.length)}
      />
      <Places
        rows={data.missed.map(({ line, source }) => ({ line, text: source, about: '' }))}
        title={words.missed}
      />
    </Popover>
  )
}

function Places({
  title,
  rows,
}: {
  title: string
  rows: readonly { line: number; text: string; about: string }[]
}) {
  if (rows.length === 0) return null
  return (
    <>
      <h3 className="mt-3 mb-1 font-medium text-xs">{title}</h3>
      <ul className="grid max-h-48 gap-1 overflow-auto text-xs">
        {rows.slice(0, MOST_SHOWN).map(({ line, text, about }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two may be equal word for word
          <li key={index}>
            <span className="text-muted">
              {words.line(line)} {about}
            </span>
            <code className="line-clamp-2 block break-all font-mono">{text}</code>
          </li>
        ))}
      </ul>
    </>
  )
}
