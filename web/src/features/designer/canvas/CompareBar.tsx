import { useNavigate } from '@tanstack/react-router'
import { ChevronLeft, ChevronRight, GitCompare, List } from 'lucide-react'
import { useCallback, useMemo } from 'react'
import { useDocument } from '@/document/useDocument'
import { texts } from '@/texts'
import { Button, IconButton } from '@/ui/button'
import { useCommands } from '@/ui/commands'
import { Legend } from '@/ui/drawing/Legend'
import { LOOKS } from '@/ui/drawing/looks'
import { Menu } from '@/ui/menu'
import { designerView } from '../view'
import { placeOf } from './actions/reading'
import { type Difference, listOf } from './past'
import { stage } from './stage'
import { say, setCanvas, useCanvas } from './state'
import { usePast } from './useDifferences'

const t = texts.designer.canvas
const words = texts.drawing

/** What differs from the version that is compared: how much, and each to go to. */
export function CompareBar() {
  const compared = useCanvas((state) => state.compared)
  return compared && <Bar commit={compared.commit} />
}

function Bar({ commit }: { commit: string }) {
  const past = usePast()
  const model = useDocument((open) => open.model, null)
  const lookedAt = useCanvas((state) => state.lookedAt)
  const navigate = useNavigate()
  const list = useMemo(() => (past && model ? listOf(past, model, placeOf) : []), [past, model])
  const now = list.findIndex((one) => one.id === lookedAt)
  const ids = useMemo(() => nodesByState(list), [list])
  const step = useCallback(
    (by: 1 | -1) => {
      const beginning = now < 0 && by < 0 ? 0 : now
      const next = list[(beginning + by + list.length) % list.length]
      if (next) goTo(next)
    },
    [list, now],
  )
  const commands = useMemo(
    () => [
      {
        id: 'compare.next',
        label: t.nextDifference,
        section: t.sections.view,
        keys: 'f7',
        run: () => step(1),
      },
      {
        id: 'compare.previous',
        label: t.previousDifference,
        section: t.sections.view,
        keys: 'shift+f7',
        run: () => step(-1),
      },
    ],
    [step],
  )
  useCommands(commands)
  return (
    <section
      aria-label={t.comparing(commit.slice(0, 7))}
      className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b bg-surface px-3 py-1 text-sm"
    >
      <span className="inline-flex items-center gap-2">
        <GitCompare className="size-4 text-muted" aria-hidden />
        {t.comparing(commit.slice(0, 7))}
      </span>
      {list.length === 0 ? (
        <span className="text-muted">{t.nothingDiffers}</span>
      ) : (
        <>
          <Legend
            ids={ids}
            lines={{
              added: past?.newEdges.size ?? 0,
              removed: past?.goneEdges.length ?? 0,
            }}
            chosen={lookedAt}
            onGo={(id) => {
              const found = list.find((one) => one.id === id)
              if (found) goTo(found)
            }}
          />
          <span className="inline-flex items-center gap-0.5">
            <IconButton
              size="icon-sm"
              label={t.previousDifference}
              keys="shift+f7"
              onClick={() => step(-1)}
            >
              <ChevronLeft />
            </IconButton>
            <span className="min-w-14 text-center text-muted text-xs">
              {t.differenceOf(now + 1, list.length)}
            </span>
            <IconButton size="icon-sm" label={t.nextDifference} keys="f7" onClick={() => step(1)}>
              <ChevronRight />
            </IconButton>
            <Menu
              trigger={
                <IconButton size="icon-sm" label={t.allDifferences}>
                  <List />
                </IconButton>
              }
              entries={list.map((one) => {
                const { sign: Sign, text } = LOOKS[one.state]
                return {
                  label: `${one.names.join(' → ')}: ${words.nodeStates[one.state].toLowerCase()}`,
                  icon: <Sign className={text} />,
                  onSelect: () => goTo(one),
                }
              })}
            />
          </span>
        </>
      )}
      <span className="flex-1" />
      <Button
        size="sm"
        onClick={() =>
          void navigate({ to: '.', search: (before) => ({ ...before, compare: undefined }) })
        }
      >
        {t.endCompare}
      </Button>
    </section>
  )
}

function goTo({ id, node, edge, box, names, state }: Difference): void {
  setCanvas({ lookedAt: id })
  designerView.select(node ? [node] : [], edge ? [edge] : [])
  stage()?.show(box, { closest: 1 })
  say(`${names.join(' → ')}: ${words.nodeStates[state].toLowerCase()}`)
}

function nodesByState(list: readonly Difference[]) {
  const nodes = list.filter((one) => one.names.length === 1)
  const of = (state: Difference['state']) =>
    nodes.filter((one) => one.state === state).map((one) => one.id)
  return {
    added: of('added'),
    removed: of('removed'),
    changed: of('changed'),
    moved: of('moved'),
  }
}
