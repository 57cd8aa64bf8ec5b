import {
  Copy,
  CopyPlus,
  Group as GroupSign,
  LayoutGrid,
  Link2,
  PanelRight,
  Pencil,
  Plus,
  Power,
  Scissors,
  StickyNote,
  Trash2,
  Ungroup,
} from 'lucide-react'
import type { ModelEdge, Point } from '@/document/model'
import { documentStore } from '@/document/store'
import { texts } from '@/texts'
import type { MenuEntry } from '@/ui/menu'
import { copySelection, cutSelection, pasteFromSystem } from '../clipboard/clipboard'
import { designerView, useDesignerView } from '../view'
import { canvasActions } from './actions'
import { COLOURS } from './colours'
import { setCanvas } from './state'

const t = texts.designer.canvas

export type MenuTarget =
  | { kind: 'canvas'; at: Point }
  | { kind: 'selection' }
  | { kind: 'edge'; edge: ModelEdge }

/** What can be done with what the right button was pressed on. */
export function contextEntries(target: MenuTarget): MenuEntry[] {
  const why = documentStore.getState().open?.readOnly ?? null
  const isOff = why !== null
  const head: MenuEntry[] = isOff ? [{ kind: 'heading', label: why }] : []
  switch (target.kind) {
    case 'canvas':
      return [
        ...head,
        {
          label: t.addHere,
          icon: <Plus />,
          keys: 'n',
          disabled: isOff,
          onSelect: () => canvasActions.ask({ kind: 'add', at: target.at, screen: null }),
        },
        {
          label: t.addNote,
          icon: <StickyNote />,
          disabled: isOff,
          onSelect: () => canvasActions.addNote(target.at),
        },
        {
          label: t.paste,
          keys: 'mod+v',
          disabled: isOff,
          onSelect: () => void pasteFromSystem(target.at),
        },
        { kind: 'line' },
        { label: t.selectAll, keys: 'mod+a', onSelect: canvasActions.selectAll },
        { label: t.fit, keys: 'shift+1', onSelect: canvasActions.fit },
        {
          label: t.arrange,
          icon: <LayoutGrid />,
          disabled: isOff,
          onSelect: () => void canvasActions.arrange('quick', false),
        },
      ]
    case 'edge': {
      const { edge } = target
      return [
        ...head,
        {
          label: t.insert,
          icon: <Plus />,
          disabled: isOff,
          onSelect: () => setCanvas({ asking: { kind: 'insert', edge, screen: null } }),
        },
        {
          label: t.cutEdge,
          icon: <Trash2 />,
          keys: 'delete',
          danger: true,
          disabled: isOff,
          onSelect: () => canvasActions.removeEdge(edge),
        },
      ]
    }
    default:
      return [...head, ...selectionEntries(isOff)]
  }
}

function selectionEntries(isOff: boolean): MenuEntry[] {
  const { nodes, notes, groups } = useDesignerView.getState()
  const [node] = nodes
  const [group] = groups
  const isOne = nodes.size === 1 && !notes.size && !groups.size
  const drawn = documentStore.getState().open?.model.drawing
  const folded = drawn?.groups.find((one) => one.id === group)?.collapsed
  return [
    ...(isOne && node
      ? ([
          {
            label: t.properties,
            icon: <PanelRight />,
            keys: 'enter',
            onSelect: designerView.openProperties,
          },
          {
            label: t.addNext,
            icon: <Plus />,
            keys: 'n',
            disabled: isOff,
            onSelect: () => canvasActions.askBeside(node, 'source', undefined, null),
          },
          {
            label: t.connect,
            icon: <Link2 />,
            keys: 'c',
            disabled: isOff,
            onSelect: () => canvasActions.ask({ kind: 'connect', node, screen: null }),
          },
          { kind: 'line' },
        ] satisfies MenuEntry[])
      : []),
    ...(group
      ? ([
          {
            label: folded ? t.unfold : t.fold,
            disabled: isOff,
            onSelect: () => canvasActions.fold(group),
          },
          {
            label: t.ungroup,
            icon: <Ungroup />,
            keys: 'mod+shift+g',
            disabled: isOff,
            onSelect: canvasActions.ungroup,
          },
        ] satisfies MenuEntry[])
      : []),
    {
      label: t.rename,
      icon: <Pencil />,
      keys: 'f2',
      disabled: isOff,
      onSelect: () => setTimeout(canvasActions.beginRename),
    },
    {
      label: t.duplicate,
      icon: <CopyPlus />,
      keys: 'mod+d',
      disabled: isOff,
      onSelect: canvasActions.duplicate,
    },
    { label: t.copy, icon: <Copy />, keys: 'mod+c', onSelect: () => void copySelection() },
    {
      label: t.cut,
      icon: <Scissors />,
      keys: 'mod+x',
      disabled: isOff,
      onSelect: () => void cutSelection(),
    },
    ...(nodes.size
      ? ([
          {
            label: `${t.disable} / ${t.enable.toLowerCase()}`,
            icon: <Power />,
            keys: 'd',
            disabled: isOff,
            onSelect: canvasActions.toggleEnabled,
          },
          {
            label: t.group,
            icon: <GroupSign />,
            keys: 'mod+g',
            disabled: isOff,
            onSelect: canvasActions.group,
          },
          { kind: 'line' },
          {
            label: t.upstream,
            onSelect: () => canvasActions.highlight('upstream'),
            keys: '[',
          },
          {
            label: t.downstream,
            onSelect: () => canvasActions.highlight('downstream'),
            keys: ']',
          },
        ] satisfies MenuEntry[])
      : []),
    ...(nodes.size > 1
      ? ([
          {
            label: t.arrangeSelection,
            icon: <LayoutGrid />,
            disabled: isOff,
            onSelect: () => void canvasActions.arrange('quick', true),
          },
        ] satisfies MenuEntry[])
      : []),
    ...(notes.size || groups.size
      ? ([
          { kind: 'heading', label: t.colour },
          ...COLOURS.map((colour) => ({
            label: t.colours[colour] ?? colour,
            disabled: isOff,
            onSelect: () => canvasActions.setColour(colour),
          })),
        ] satisfies MenuEntry[])
      : []),
    { kind: 'line' },
    {
      label: groups.size ? t.deleteGroup : t.delete,
      icon: <Trash2 />,
      keys: 'delete',
      danger: true,
      disabled: isOff,
      onSelect: () => canvasActions.remove(true),
    },
  ]
}
