import { CircleCheck } from 'lucide-react'
import type { ActionReply, FindingReply } from '@/api/schema.gen'
import { editor } from '@/texts/templateEditor'
import { ProblemList, type ShownProblem } from '@/ui/problems/ProblemList'
import { EmptyState } from '@/ui/state'
import { tellFailure } from '@/ui/tellFailure'
import { type Findings, type Shown, useTemplate } from '../hooks'
import { mend } from '../service'
import type { Region } from '../text/region'
import { view } from '../view'

const t = editor.problems

/** Errors and warnings; notes are in the list, and do not ask for attention. */
export const problemCount = (findings: Findings, printed: readonly FindingReply[]): number =>
  [...findings.list, ...printed].filter(({ severity }) => severity !== 'info').length

/** What is wrong with the template, and with what it prints. */
export function ProblemsPane({ findings, shown }: { findings: Findings; shown: Shown }) {
  const region = useTemplate((open) => open.region, null)
  const source = useTemplate((open) => open.source, '')
  const readOnly = useTemplate((open) => open.readOnly, null)
  const last = source.split('\n').length
  const place = (line: number) => placeOf(line, region, last)
  const inTemplate = findings.list.map((finding, index): ShownProblem => {
    const { go, words } = place(finding.range.line)
    return {
      key: `${finding.rule} ${index}`,
      severity: finding.severity,
      problem: finding.problem,
      remedy: finding.remedy,
      place: words,
      onOpen: go,
      fixes:
        readOnly === null
          ? bestOf(finding.fixes).map((fix) => ({
              title: fix.title,
              apply: () => void mend(finding, fix, findings.of).catch(tellFailure),
            }))
          : [],
    }
  })
  const inOutput = shown.findings.map((finding, index): ShownProblem => {
    const line = finding.where?.line ?? 0
    const { go, words } = place(line)
    return {
      key: `${finding.rule} ${index}`,
      severity: finding.severity,
      problem: finding.problem,
      remedy: finding.remedy,
      place: line ? words : '',
      onOpen: line ? go : undefined,
    }
  })
  const groups = [
    { key: 'template', title: t.template, problems: inTemplate },
    { key: 'output', title: t.output, problems: inOutput },
  ].filter(({ problems }) => problems.length > 0)
  if (groups.length === 0)
    return (
      <EmptyState icon={<CircleCheck />} title={t.none} className="py-6">
        {t.noneHelp}
      </EmptyState>
    )
  return (
    <div className="h-full overflow-auto">
      <ProblemList groups={groups} />
    </div>
  )
}

/** The usual mend; the editor offers the others where the cursor is. */
const bestOf = (fixes: readonly ActionReply[]): ActionReply[] =>
  [fixes.find((fix) => fix.preferred) ?? fixes[0]].filter((fix) => fix !== undefined)

/** A line of the file, as one of the source where it is one. */
function placeOf(line: number, region: Region | null, last: number) {
  const own = region ? line - region.line + 1 : line
  return own >= 1 && own <= last
    ? { words: t.line(own), go: () => view.goTo(own) }
    : { words: t.fileLine(line), go: () => view.goToFile(line) }
}
