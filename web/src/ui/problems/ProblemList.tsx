import { Wrench } from 'lucide-react'
import type { ReactNode } from 'react'
import { cn } from '@/lib/cn'
import { Button } from '../button'
import { type Severity, SeverityIcon } from '../state'

export interface ShownProblem {
  key: string
  severity: Severity
  problem: string
  remedy: string
  /** In a few words: a property, a line. */
  place: string
  /** Go there. */
  onOpen?: () => void
  fixes?: readonly { title: string; apply: () => void }[]
}

export interface ProblemGroup {
  key: string
  title: ReactNode
  problems: readonly ShownProblem[]
}

/** Findings under what they are about. A click goes to the place, a button mends it. */
export function ProblemList({ groups }: { groups: readonly ProblemGroup[] }) {
  return (
    <div className="pb-2">
      {groups.map((group) => (
        <section key={group.key}>
          <h3 className="sticky top-0 z-10 flex h-7 items-center gap-1.5 bg-surface px-3 font-medium text-xs">
            {group.title}
            <span className="font-normal text-faint">{group.problems.length}</span>
          </h3>
          <ul>
            {group.problems.map((one) => (
              <Row key={one.key} one={one} />
            ))}
          </ul>
        </section>
      ))}
    </div>
  )
}

function Row({ one }: { one: ShownProblem }) {
  const text = (
    <>
      <SeverityIcon severity={one.severity} className="mt-0.5" />
      <span className="min-w-0 flex-1">
        <span className="text-sm">{one.problem}</span>{' '}
        <span className="text-muted text-sm">{one.remedy}</span>
      </span>
      {one.place && (
        <span className="max-w-48 shrink-0 truncate pt-0.5 font-mono text-faint text-xs">
          {one.place}
        </span>
      )}
    </>
  )
  const look = 'flex min-w-0 flex-1 items-start gap-2 rounded-md px-2 py-1 text-left'
  return (
    <li className="flex items-start gap-2 px-3">
      {one.onOpen ? (
        <button type="button" className={cn(look, 'hover:bg-hover')} onClick={one.onOpen}>
          {text}
        </button>
      ) : (
        <div className={look}>{text}</div>
      )}
      {one.fixes?.map((fix) => (
        <Button key={fix.title} size="sm" className="mt-0.5 h-6" onClick={fix.apply}>
          <Wrench className="size-3.5" />
          {fix.title}
        </Button>
      ))}
    </li>
  )
}
