import { useMemo } from 'react'
import type { Alignment } from '@/document/layout'
import { useDocument } from '@/document/useDocument'
import { texts } from '@/texts'
import { type Command, useCommands } from '@/ui/commands'
import { copySelection, cutSelection, pasteFromSystem } from '../clipboard/clipboard'
import { designerView, useDesignerView } from '../view'
import { canvasActions } from './actions'
import { type ExportForm, exportAs } from './exports'
import { isOnCanvas } from './focus'
import { stage } from './stage'
import { setCanvas, useCanvas } from './state'

const t = texts.designer.canvas
const NUDGES = [
  ['up', 0, -1],
  ['down', 0, 1],
  ['left', -1, 0],
  ['right', 1, 0],
] as const

/** Every act of the canvas by name and by keys. */
export function useCanvasCommands(): void {
  const why = useDocument((open) => open.readOnly, null)
  const undoing = useDocument((open) => open.history.past.at(-1)?.label, undefined)
  const redoing = useDocument((open) => open.history.future.at(-1)?.label, undefined)
  const nodes = useDesignerView((state) => state.nodes.size)
  const groups = useDesignerView((state) => state.groups.size)
  const rest = useDesignerView((state) => state.notes.size + state.edges.size)
  useCommands(
    useMemo(() => {
      const off = why ?? undefined
      const chosen = nodes + groups
      const needs = (count: number) =>
        off ??
        (chosen >= count || groups > 0
          ? undefined
          : count === 1
            ? t.needsSelection
            : count === 2
              ? t.needsTwo
              : t.needsThree)
      const anything = off ?? (chosen + rest ? undefined : t.needsSelection)
      const one = nodes === 1 ? undefined : t.needsOne
      const when = isOnCanvas
      const { edit, nodes: about, arrange, view, file } = t.sections
      const first = () => [...useDesignerView.getState().nodes][0]
      const commands: Command[] = [
        {
          id: 'edit.undo',
          label: t.undo(undoing ?? ''),
          section: edit,
          keys: 'mod+z',
          disabled: off ?? (undoing ? undefined : t.undo('')),
          run: canvasActions.undo,
        },
        {
          id: 'edit.redo',
          label: t.redo(redoing ?? ''),
          section: edit,
          keys: 'mod+shift+z',
          disabled: off ?? (redoing ? undefined : t.redo('')),
          run: canvasActions.redo,
        },
        {
          id: 'edit.redo-too',
          label: t.redo(redoing ?? ''),
          section: edit,
          keys: 'mod+y',
          hidden: true,
          disabled: off,
          run: canvasActions.redo,
        },
        {
          id: 'edit.copy',
          label: t.copy,
          section: edit,
          keys: 'mod+c',
          native: true,
          disabled: nodes + groups + rest ? undefined : t.needsSelection,
          run: () => void copySelection(),
        },
        {
          id: 'edit.cut',
          label: t.cut,
          section: edit,
          keys: 'mod+x',
          native: true,
          disabled: anything,
          run: () => void cutSelection(),
        },
        {
          id: 'edit.paste',
          label: t.paste,
          section: edit,
          keys: 'mod+v',
          native: true,
          disabled: off,
          words: 'yaml ddl create table',
          run: () => void pasteFromSystem(),
        },
        {
          id: 'edit.duplicate',
          label: t.duplicate,
          section: edit,
          keys: 'mod+d',
          when,
          disabled: anything,
          run: canvasActions.duplicate,
        },
        ...(['delete', 'backspace'] as const).map((keys, index) => ({
          id: `edit.${keys}`,
          label: t.delete,
          section: edit,
          keys,
          when,
          hidden: index > 0,
          disabled: anything,
          run: () => canvasActions.remove(),
        })),
        {
          id: 'edit.select-all',
          label: t.selectAll,
          section: edit,
          keys: 'mod+a',
          when,
          run: canvasActions.selectAll,
        },
        {
          id: 'edit.select-none',
          label: t.selectNone,
          section: edit,
          keys: 'escape',
          when,
          hidden: true,
          run: canvasActions.selectNone,
        },
        {
          id: 'node.add',
          label: nodes === 1 ? t.addNext : t.addNode,
          section: about,
          keys: 'n',
          when,
          disabled: off,
          run: () => {
            const node = first()
            if (node && nodes === 1) canvasActions.askBeside(node, 'source', undefined, null)
            else canvasActions.ask({ kind: 'add', at: null, screen: null })
          },
        },
        {
          id: 'node.add-free',
          label: t.addNode,
          section: about,
          keys: 'shift+n',
          when,
          disabled: off,
          run: () => canvasActions.ask({ kind: 'add', at: null, screen: null }),
        },
        {
          id: 'node.add-before',
          label: t.addInput,
          section: about,
          disabled: off ?? one,
          run: () => {
            const node = first()
            if (node) canvasActions.askBeside(node, 'target', undefined, null)
          },
        },
        {
          id: 'node.connect',
          label: t.connect,
          section: about,
          keys: 'c',
          when,
          disabled: off ?? one,
          run: () => {
            const node = first()
            if (node) canvasActions.ask({ kind: 'connect', node, screen: null })
          },
        },
        {
          id: 'node.rename',
          label: t.rename,
          section: about,
          keys: 'f2',
          when,
          disabled: anything,
          run: canvasActions.beginRename,
        },
        {
          id: 'node.disable',
          label: `${t.disable} / ${t.enable.toLowerCase()}`,
          section: about,
          keys: 'd',
          when,
          disabled: needs(1),
          run: canvasActions.toggleEnabled,
        },
        {
          id: 'node.properties',
          label: t.properties,
          section: about,
          keys: 'enter',
          when,
          run: designerView.openProperties,
        },
        {
          id: 'node.note',
          label: t.addNote,
          section: about,
          disabled: off,
          run: () => canvasActions.addNote(null),
        },
        {
          id: 'node.group',
          label: t.group,
          section: about,
          keys: 'mod+g',
          when,
          disabled: needs(1),
          run: canvasActions.group,
        },
        {
          id: 'node.ungroup',
          label: t.ungroup,
          section: about,
          keys: 'mod+shift+g',
          when,
          disabled: needs(1),
          run: canvasActions.ungroup,
        },
        {
          id: 'node.fold',
          label: t.fold,
          section: about,
          disabled: off ?? (groups ? undefined : t.needsSelection),
          run: () => {
            const [group] = useDesignerView.getState().groups
            if (group) canvasActions.fold(group)
          },
        },
        ...NUDGES.flatMap(([way, x, y]) =>
          [1, 10].map((times) => ({
            id: `move.${way}.${times}`,
            label: `${t.move} ${t.nudge[way]}${times > 1 ? ' (80 px)' : ''}`,
            section: arrange,
            keys: times > 1 ? `shift+${way}` : way,
            when: (target: EventTarget | null) => isOnCanvas(target) && chosen + rest > 0,
            hidden: true,
            disabled: off,
            run: () => canvasActions.nudge(x * 8 * times, y * 8 * times),
          })),
        ),
        ...(Object.keys(t.align) as Alignment[]).map((how) => ({
          id: `arrange.${how}`,
          label: t.align[how],
          section: arrange,
          disabled: needs(2),
          run: () => canvasActions.align(how),
        })),
        ...(['x', 'y'] as const).map((axis) => ({
          id: `arrange.distribute-${axis}`,
          label: axis === 'x' ? t.distributeX : t.distributeY,
          section: arrange,
          disabled: needs(3),
          run: () => canvasActions.distribute(axis),
        })),
        {
          id: 'arrange.all',
          label: t.arrange,
          section: arrange,
          keys: 'mod+shift+l',
          words: 'layout dagre',
          disabled: off,
          run: () => void canvasActions.arrange('quick', false),
        },
        {
          id: 'arrange.tidy',
          label: t.arrangeTidy,
          section: arrange,
          words: 'layout elk',
          disabled: off,
          run: () => void canvasActions.arrange('tidy', false),
        },
        {
          id: 'arrange.selection',
          label: t.arrangeSelection,
          section: arrange,
          disabled: needs(2),
          run: () => void canvasActions.arrange('quick', true),
        },
        {
          id: 'view.find',
          label: t.find,
          section: view,
          keys: 'mod+f',
          when,
          run: () => canvasActions.ask({ kind: 'find', screen: null }),
        },
        ...([1, -1] as const).map((step) => ({
          id: step > 0 ? 'view.next' : 'view.previous',
          label: step > 0 ? t.next : t.previous,
          section: view,
          keys: step > 0 ? 'tab' : 'shift+tab',
          // At the end of the walk the key leaves the canvas, as it does anywhere else.
          when: (target: EventTarget | null) =>
            isOnCanvas(target) && target !== document.body && canvasActions.walk(step),
          hidden: true,
          run: () => undefined,
        })),
        {
          id: 'view.upstream',
          label: t.upstream,
          section: view,
          keys: '[',
          when,
          disabled: chosen ? undefined : t.needsSelection,
          run: () => canvasActions.highlight('upstream'),
        },
        {
          id: 'view.downstream',
          label: t.downstream,
          section: view,
          keys: ']',
          when,
          disabled: chosen ? undefined : t.needsSelection,
          run: () => canvasActions.highlight('downstream'),
        },
        {
          id: 'view.fit',
          label: t.fit,
          section: view,
          keys: 'shift+1',
          when,
          run: canvasActions.fit,
        },
        {
          id: 'view.selection',
          label: t.zoomToSelection,
          section: view,
          keys: 'shift+2',
          when,
          disabled: chosen ? undefined : t.needsSelection,
          run: canvasActions.zoomToSelection,
        },
        {
          id: 'view.zoom-in',
          label: t.zoomIn,
          section: view,
          keys: '+',
          when,
          run: () => stage()?.zoom('in'),
        },
        {
          id: 'view.zoom-out',
          label: t.zoomOut,
          section: view,
          keys: '-',
          when,
          run: () => stage()?.zoom('out'),
        },
        {
          id: 'view.zoom-reset',
          label: t.zoomReset,
          section: view,
          keys: 'shift+0',
          when,
          run: () => stage()?.zoom('reset'),
        },
        {
          id: 'view.minimap',
          label: t.minimap,
          section: view,
          run: () => setCanvas({ minimap: !useCanvas.getState().minimap }),
        },
        ...(Object.keys(t.exportAs) as ExportForm[]).map((form) => ({
          id: `file.export-${form}`,
          label: `${t.exportMenu}: ${t.exportAs[form]}`,
          section: file,
          run: () => void exportAs(form),
        })),
      ]
      return commands
    }, [why, undoing, redoing, nodes, groups, rest]),
  )
}
