import { Link } from '@tanstack/react-router'
import { ArrowRight } from 'lucide-react'
import type { CardReply, FindingReply } from '@/api/schema.gen'
import { useWorkspace } from '@/api/workspace'
import { texts } from '@/texts'
import { SeverityIcon } from '@/ui/state'

/** What was found, worst first as the server says it, with the way to where it can be mended. */
export function Findings({
  findings,
  models,
}: {
  findings: readonly FindingReply[]
  models: readonly CardReply[]
}) {
  return (
    <ul className="divide-y">
      {findings.map((finding, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two findings may be equal word for word
        <li key={index} className="flex items-start gap-3 px-4 py-2.5 text-sm">
          <SeverityIcon severity={finding.severity} className="mt-0.5" />
          <div className="min-w-0 flex-1">
            <p className="break-words">{finding.problem}</p>
            {finding.remedy && <p className="break-words text-muted">{finding.remedy}</p>}
          </div>
          <Where finding={finding} models={models} />
        </li>
      ))}
    </ul>
  )
}

function Where({ finding, models }: { finding: FindingReply; models: readonly CardReply[] }) {
  const { slug } = useWorkspace()
  const place = finding.where?.node ? finding.where : (finding.seen_at ?? finding.where)
  if (!place) return null
  // A node may be named with its model: `sales/orders`.
  const [node = '', inModel = ''] = (place.node ?? '').split('/').reverse()
  const model = models.find((one) =>
    inModel ? one.id === inModel : one.path !== '' && one.path === place.file,
  )
  const named = node || place.file?.split('/').at(-1) || ''
  const line = place.line ? `:${place.line}` : ''
  const label = node ? [node, place.property].filter(Boolean).join('.') : named + line
  if (!label) return null
  if (!model)
    return (
      <code className="max-w-64 shrink-0 truncate font-mono text-muted text-xs leading-5">
        {label}
      </code>
    )
  return (
    <Link
      to="/w/$workspace/models/$model"
      params={{ workspace: slug, model: model.id }}
      search={{ node: node || undefined, drawer: node ? undefined : 'problems' }}
      aria-label={texts.generate.goToProblem(label)}
      className="inline-flex max-w-64 shrink-0 items-center gap-1 rounded-sm text-accent text-xs leading-5 hover:underline"
    >
      <span className="truncate font-mono">{label}</span>
      <ArrowRight className="size-3.5 shrink-0" aria-hidden />
    </Link>
  )
}
