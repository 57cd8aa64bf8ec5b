import { Redo2, Undo2, WandSparkles } from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'
import type { FindingReply, TextFindingReply, WayReply } from '@/api/schema.gen'
import { editor } from '@/texts/templateEditor'
import { templates } from '@/texts/templates'
import { IconButton } from '@/ui/button'
import { CodeEditor, type CodeMarker, type EditorHandle, type LineMark } from '@/ui/code/CodeEditor'
import { useCommands } from '@/ui/commands'
import { Tabs } from '@/ui/controls'
import { Badge } from '@/ui/state'
import { useCovered } from '../covered'
import { type Findings, type Shown, useTemplate } from '../hooks'
import { hostOf, languageOf } from '../output'
import { asked, languageService } from '../service'
import { templateActions } from '../store'
import { Places } from '../text/place'
import { useView, view } from '../view'

const t = editor.source

/** The source as it is edited, or the whole file. */
export function SourcePane({ findings, shown }: { findings: Findings; shown: Shown }) {
  const middle = useView((state) => state.middle)
  const undo = useTemplate((open) => open.history.past.at(-1)?.label, undefined)
  const redo = useTemplate((open) => open.history.future.at(-1)?.label, undefined)
  const readOnly = useTemplate((open) => open.readOnly, null)
  const output = useTemplate((open) => open.template.outputType, '')
  const [handle, setHandle] = useState<EditorHandle | null>(null)
  useCommands(
    useMemo(
      () => [
        {
          id: 'template.format',
          label: editor.format,
          section: editor.section,
          keys: 'shift+alt+f',
          disabled: readOnly ?? undefined,
          run: () => handle?.run('editor.action.formatDocument'),
        },
        {
          id: 'template.fix',
          label: editor.fix,
          section: editor.section,
          keys: 'mod+.',
          disabled: readOnly ?? undefined,
          run: () => handle?.run('editor.action.quickFix'),
        },
      ],
      [handle, readOnly],
    ),
  )
  return (
    <section aria-label={editor.panels.middle} className="flex h-full min-h-0 flex-col bg-surface">
      <div className="flex h-10 shrink-0 items-center gap-1 border-b px-2">
        <Tabs<'source' | 'yaml'>
          label={editor.panels.middle}
          value={middle}
          onChange={(next) => useView.setState({ middle: next })}
          tabs={[
            { value: 'source', label: t.tab },
            { value: 'yaml', label: t.yaml },
          ]}
        />
        <span className="flex-1" />
        <Badge>{templates.output(output)}</Badge>
        <IconButton
          label={undo ? editor.undoOf(undo) : editor.undo}
          keys="mod+z"
          size="icon-sm"
          disabled={!undo || readOnly !== null}
          onClick={() => templateActions.undo()}
        >
          <Undo2 />
        </IconButton>
        <IconButton
          label={redo ? editor.redoOf(redo) : editor.redo}
          keys="mod+shift+z"
          size="icon-sm"
          disabled={!redo || readOnly !== null}
          onClick={() => templateActions.redo()}
        >
          <Redo2 />
        </IconButton>
        <IconButton
          label={editor.format}
          keys="shift+alt+f"
          size="icon-sm"
          disabled={readOnly !== null || middle !== 'source'}
          onClick={() => handle?.run('editor.action.formatDocument')}
        >
          <WandSparkles />
        </IconButton>
      </div>
      <div className="min-h-0 flex-1">
        {middle === 'source' ? (
          <Source findings={findings} shown={shown} onHandle={setHandle} />
        ) : (
          <Yaml findings={findings} />
        )}
      </div>
    </section>
  )
}

function Source({
  findings,
  shown,
  onHandle,
}: {
  findings: Findings
  shown: Shown
  onHandle: (handle: EditorHandle | null) => void
}) {
  const source = useTemplate((open) => open.source, '')
  const region = useTemplate((open) => open.region, null)
  const template = useTemplate((open) => open.template, null)
  const readOnly = useTemplate((open) => open.readOnly, null)
  const isBroken = useTemplate((open) => open.isBroken, false)
  const covered = useCovered()
  const [handle, setHandle] = useState<EditorHandle | null>(null)
  const asksFor = useView((state) => state.line)
  // Words are coloured anew when what is declared changes.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new service says that it has changed
  const service = useMemo(() => languageService(view.goToFile), [template])
  const markers = useMemo(() => {
    const places = new Places(source, region ?? { line: 1, indent: 0 })
    return [
      ...findings.list.flatMap((finding) => markerOf(finding, places)),
      ...shown.findings.flatMap((finding) => outputMarker(finding, places)),
    ]
  }, [findings, shown.findings, source, region])
  const marks = useMemo<LineMark[]>(
    () => (covered?.source === source ? marksOf(covered.ways) : []),
    [covered, source],
  )
  useEffect(() => {
    if (handle && asksFor) handle.goTo(asksFor.line, true, asksFor.column)
  }, [handle, asksFor])
  useEffect(() => () => onHandle(null), [onHandle])
  return (
    <CodeEditor
      value={source}
      language={languageOf(template?.outputType ?? '')}
      name={`template.${hostOf(template?.outputType ?? '')}`}
      label={t.label}
      placeholder={t.placeholder}
      readOnly={readOnly !== null || isBroken}
      readOnlyBecause={readOnly ?? editor.broken}
      markers={markers}
      marks={marks}
      service={service}
      onChange={(next) => templateActions.typeSource(next)}
      onUndo={templateActions.undo}
      onRedo={templateActions.redo}
      onReady={(made) => {
        setHandle(made)
        onHandle(made)
      }}
    />
  )
}

function Yaml({ findings }: { findings: Findings }) {
  const text = useTemplate((open) => open.text, '')
  const readOnly = useTemplate((open) => open.readOnly, null)
  const asksFor = useView((state) => state.line)
  const [handle, setHandle] = useState<EditorHandle | null>(null)
  const markers = useMemo(
    () =>
      findings.list.map(
        ({ range, problem, remedy, severity }): CodeMarker => ({
          line: range.line,
          column: range.column,
          endLine: range.end_line,
          endColumn: range.end_column,
          message: `${problem} ${remedy}`,
          severity,
        }),
      ),
    [findings],
  )
  useEffect(() => {
    if (handle && asksFor) handle.goTo(asksFor.line)
  }, [handle, asksFor])
  return (
    <CodeEditor
      value={text}
      language="yaml"
      label={t.yamlLabel}
      readOnly={readOnly !== null}
      readOnlyBecause={readOnly ?? ''}
      markers={markers}
      onChange={(next) => templateActions.typeText(next)}
      onUndo={templateActions.undo}
      onRedo={templateActions.redo}
      onReady={setHandle}
    />
  )
}

/** A line whose branches were all taken, or that has one that nothing takes. */
function marksOf(ways: readonly WayReply[]): LineMark[] {
  const missed = new Set(ways.filter(({ taken }) => !taken).map(({ line }) => line))
  return [...new Set(ways.map(({ line }) => line))].map((line) =>
    missed.has(line)
      ? { line, kind: 'missed', message: editor.combinations.missed }
      : { line, kind: 'taken', message: editor.combinations.taken },
  )
}

function markerOf(finding: TextFindingReply, places: Places): CodeMarker[] {
  const span = places.span(finding.range)
  if (!span) return []
  return [
    {
      ...span,
      message: `${finding.problem} ${finding.remedy}`,
      severity: finding.severity,
    },
  ]
}

/** What is wrong with the output, at the line that printed it. */
function outputMarker(finding: FindingReply, places: Places): CodeMarker[] {
  const line = places.line(finding.where?.line ?? 0)
  if (line === null || !asked()?.open.region) return []
  return [
    {
      line,
      message: `${finding.problem} ${finding.remedy}`,
      severity: finding.severity,
    },
  ]
}
