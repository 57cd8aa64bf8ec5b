import { useState } from 'react'
import type { TemplateSourceReply, TemplateVersionReply } from '@/api/schema.gen'
import { cn } from '@/lib/cn'
import { ago, at } from '@/lib/time'
import { texts } from '@/texts'
import { Badge, Waiting } from '@/ui/state'
import { Trouble } from '@/ui/trouble'
import { useComparison, useVersions } from './queries'
import { UnifiedDiff } from './UnifiedDiff'

const words = texts.templates.versions

/** How the template came to be, and what two of its versions do differently. */
export function Versions({ template }: { template: TemplateSourceReply }) {
  const { data: versions, error } = useVersions(template.id)
  const [chosen, choose] = useState<{ before?: string; after?: string }>({})
  const after = chosen.after ?? versions?.[0]?.commit ?? ''
  const before = chosen.before ?? versions?.[1]?.commit ?? ''
  return (
    <div className="grid gap-4 p-4 text-sm">
      {error && <Trouble error={error} className="rounded-md" />}
      {!versions && !error && <Waiting />}
      {versions && template.builtin && <p className="text-muted">{words.shipped}</p>}
      {versions && !template.builtin && (
        <>
          <table className="w-full table-fixed" aria-label={words.list}>
            <thead>
              <tr className="border-b text-left text-muted text-xs">
                {versions.length > 1 && (
                  <>
                    <th className="w-14 py-1 font-medium">{words.beforeShort}</th>
                    <th className="w-16 py-1 font-medium">{words.afterShort}</th>
                  </>
                )}
                <th className="py-1 font-medium">{words.change}</th>
                <th className="w-36 py-1 text-right font-medium">{words.when}</th>
              </tr>
            </thead>
            <tbody className="divide-y">
              {versions.map((version, index) => (
                <VersionRow
                  key={version.commit}
                  version={version}
                  isNow={index === 0}
                  before={before}
                  after={after}
                  single={versions.length === 1}
                  onChoose={(next) => choose({ before, after, ...next })}
                />
              ))}
            </tbody>
          </table>
          {versions.length === 1 ? (
            <p className="text-muted">{words.none}</p>
          ) : (
            <Compared template={template.id} before={before} after={after} />
          )}
        </>
      )}
      {template.changelog.length > 0 && (
        <section>
          <h3 className="mb-1 font-medium">{words.changelog}</h3>
          <dl className="grid grid-cols-[4rem_minmax(0,1fr)] gap-y-1">
            {template.changelog.map(({ version, about }) => (
              <div key={version} className="contents">
                <dt className="text-muted">{version}</dt>
                <dd>{about}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
    </div>
  )
}

function VersionRow({
  version,
  isNow,
  before,
  after,
  single,
  onChoose,
}: {
  version: TemplateVersionReply
  isNow: boolean
  before: string
  after: string
  single: boolean
  onChoose: (next: { before?: string; after?: string }) => void
}) {
  const name = `${version.version} (${version.message})`
  return (
    <tr>
      {!single &&
        (['before', 'after'] as const).map((side) => (
          <td key={side} className="py-1.5">
            <input
              type="radio"
              name={side}
              aria-label={side === 'before' ? words.older(name) : words.newer(name)}
              checked={(side === 'before' ? before : after) === version.commit}
              onChange={() => onChoose({ [side]: version.commit })}
              className="block size-4 accent-(--accent)"
            />
          </td>
        ))}
      <td className="min-w-0 py-1.5 pr-2">
        <span className="flex items-center gap-1.5">
          <span className="truncate">{version.message}</span>
          <Badge>{version.version}</Badge>
          {isNow && <Badge tone="accent">{words.now}</Badge>}
        </span>
      </td>
      <td className="truncate py-1.5 text-right text-muted text-xs" title={at(version.at)}>
        {version.author} · {ago(version.at)}
      </td>
    </tr>
  )
}

function Compared({
  template,
  before,
  after,
}: {
  template: string
  before: string
  after: string
}) {
  const { data, error, isPlaceholderData } = useComparison(template, before, after)
  if (error) return <Trouble error={error} className="rounded-md" />
  if (before === after) return <p className="text-muted">{words.choose}</p>
  if (!data) return <Waiting />
  const label = words.diffLabel(data.before.version, data.after.version)
  if (!data.source && data.outputs.length === 0 && data.declarations.length === 0)
    return <p className="text-muted">{words.same}</p>
  return (
    <div className={cn('grid gap-4', isPlaceholderData && 'opacity-60')}>
      {data.declarations.length > 0 && (
        <section>
          <h3 className="mb-1 font-medium">{words.declarations}</h3>
          <ul className="list-disc pl-5">
            {data.declarations.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        </section>
      )}
      {data.source && (
        <section className="grid min-w-0 gap-1">
          <h3 className="font-medium">{words.source}</h3>
          <UnifiedDiff text={data.source} label={label} />
        </section>
      )}
      <section className="grid min-w-0 gap-2">
        <h3 className="font-medium">{words.outputs}</h3>
        <p className="text-muted">
          {data.outputs.length > 0
            ? words.outputsOf(data.outputs.length, data.compared)
            : words.sameOutput(data.compared)}
        </p>
        {data.outputs.map(({ variations, diff }) => {
          const on = Object.entries(variations)
            .filter(([, isOn]) => isOn)
            .map(([name]) => name)
            .join(', ')
          return (
            <div key={on} className="grid min-w-0 gap-1">
              <h4 className="text-muted text-xs">{words.withVariations(on)}</h4>
              <UnifiedDiff text={diff} label={`${label}: ${words.withVariations(on)}`} />
            </div>
          )
        })}
      </section>
    </div>
  )
}
