import {
  Download,
  LayoutGrid,
  Map as MapSign,
  Maximize,
  Plus,
  Redo2,
  Search,
  Undo2,
  ZoomIn,
  ZoomOut,
} from 'lucide-react'
import { useDocument } from '@/document/useDocument'
import { texts } from '@/texts'
import { Button, IconButton } from '@/ui/button'
import { Menu } from '@/ui/menu'
import { Tip } from '@/ui/tooltip'
import { canvasActions } from './actions'
import { type ExportForm, exportAs } from './exports'
import { stage } from './stage'
import { setCanvas, useCanvas } from './state'

const t = texts.designer.canvas

/** The few acts that a hand on the mouse wants; all others are in the menus and by keys. */
export function Toolbar() {
  const isReadOnly = useDocument((open) => open.readOnly !== null, true)
  const undoing = useDocument((open) => open.history.past.at(-1)?.label ?? '', '')
  const redoing = useDocument((open) => open.history.future.at(-1)?.label ?? '', '')
  const arranging = useCanvas((state) => state.arranging)
  const isMapShown = useCanvas((state) => state.minimap)
  return (
    <div className="@container pointer-events-none absolute inset-x-3 bottom-3 z-10">
      <div
        role="toolbar"
        aria-label={t.tools}
        className="pointer-events-auto flex w-max items-center gap-0.5 rounded-md border bg-surface p-0.5 shadow-float"
      >
        {!isReadOnly && (
          <>
            <Tip label={t.addNode} keys="n">
              <Button
                variant="ghost"
                aria-label={t.addNode}
                className="px-2"
                onClick={() => canvasActions.ask({ kind: 'add', at: null, screen: null })}
              >
                <Plus />
                <span className="@md:inline hidden">{t.add}</span>
              </Button>
            </Tip>
            <Line />
            <IconButton
              label={t.undo(undoing)}
              keys="mod+z"
              disabled={!undoing}
              focusableWhenDisabled
              onClick={canvasActions.undo}
            >
              <Undo2 />
            </IconButton>
            <IconButton
              label={t.redo(redoing)}
              keys="mod+shift+z"
              disabled={!redoing}
              focusableWhenDisabled
              onClick={canvasActions.redo}
            >
              <Redo2 />
            </IconButton>
            <Line />
          </>
        )}
        <span className="@sm:contents hidden">
          <IconButton label={t.zoomOut} keys="-" onClick={() => stage()?.zoom('out')}>
            <ZoomOut />
          </IconButton>
          <IconButton label={t.zoomIn} keys="+" onClick={() => stage()?.zoom('in')}>
            <ZoomIn />
          </IconButton>
        </span>
        <IconButton label={t.fit} keys="shift+1" onClick={canvasActions.fit}>
          <Maximize />
        </IconButton>
        <IconButton
          label={t.find}
          keys="mod+f"
          onClick={() => canvasActions.ask({ kind: 'find', screen: null })}
        >
          <Search />
        </IconButton>
        <span className="@xl:contents hidden">
          <IconButton
            label={t.minimap}
            aria-pressed={isMapShown}
            onClick={() => setCanvas({ minimap: !isMapShown })}
          >
            <MapSign />
          </IconButton>
        </span>
        <Line />
        {!isReadOnly && (
          <Menu
            trigger={
              <Button variant="ghost" size="icon" aria-label={t.arrange}>
                <LayoutGrid />
              </Button>
            }
            entries={[
              {
                label: t.arrange,
                keys: 'mod+shift+l',
                onSelect: () => void canvasActions.arrange('quick', false),
              },
              { label: t.arrangeTidy, onSelect: () => void canvasActions.arrange('tidy', false) },
              {
                label: t.arrangeSelection,
                onSelect: () => void canvasActions.arrange('quick', true),
              },
              { kind: 'line' },
              ...(Object.keys(t.align) as (keyof typeof t.align)[]).map((how) => ({
                label: t.align[how],
                onSelect: () => canvasActions.align(how),
              })),
              { label: t.distributeX, onSelect: () => canvasActions.distribute('x') },
              { label: t.distributeY, onSelect: () => canvasActions.distribute('y') },
            ]}
          />
        )}
        <Menu
          trigger={
            <Button variant="ghost" size="icon" aria-label={t.exportMenu}>
              <Download />
            </Button>
          }
          entries={(Object.keys(t.exportAs) as ExportForm[]).map((form) => ({
            label: t.exportAs[form],
            onSelect: () => void exportAs(form),
          }))}
        />
        {arranging && (
          <Tip label={t.arranging}>
            <Button size="sm" variant="ghost" onClick={canvasActions.stopArranging}>
              {t.arranging}… {t.stop}
            </Button>
          </Tip>
        )}
      </div>
    </div>
  )
}

const Line = () => <span className="mx-0.5 h-5 border-l" aria-hidden />
