import { Handle, type NodeProps } from '@xyflow/react'
import { ChevronDown, ChevronRight, Group as GroupSign } from 'lucide-react'
import { memo } from 'react'
import { CARD, type Group } from '@/document/model'
import { cn } from '@/lib/cn'
import { texts } from '@/texts'
import { SeverityIcon } from '@/ui/state'
import { canvasActions } from './actions'
import { hue } from './colours'
import { type BoxNode, type FrameNode, groupId } from './flow'
import { handlesOf } from './handles'
import { NameField } from './NameField'
import { useCanvas } from './state'

const t = texts.designer.canvas

/** A group as a frame around its members: its heading moves, names and folds it. */
export const Frame = memo(function Frame({ data: { group }, selected }: NodeProps<FrameNode>) {
  const colour = hue(group.color)
  return (
    <div
      className={cn(
        'size-full rounded-md border border-line-strong border-dashed',
        selected && 'border-accent border-solid ring-1 ring-accent',
      )}
      style={{
        background: `color-mix(in srgb, ${colour} 6%, transparent)`,
        ...(group.color && !selected && { borderColor: colour }),
      }}
    >
      <header className="frame-handle pointer-events-auto flex h-8 cursor-grab items-center gap-1 px-1.5">
        <Fold group={group} />
        <Name group={group} />
      </header>
    </div>
  )
})

/** A folded group: one card in the place of its members. */
export const FoldedGroup = memo(function FoldedGroup({ data, selected }: NodeProps<BoxNode>) {
  const { group, errors, warnings, pale, count } = data
  return (
    <div
      className={cn(
        'flex items-center gap-2 rounded-md border-2 border-line-strong border-double bg-surface px-2',
        selected && 'border-accent ring-2 ring-accent',
        pale && 'opacity-25',
      )}
      style={CARD}
    >
      {handlesOf(undefined).map((handle) => (
        <Handle
          key={handle.id}
          id={handle.id}
          type={handle.type}
          position={handle.position}
          isConnectable={false}
          className="handle-none"
          style={{ top: handle.y }}
        />
      ))}
      <span
        className="grid size-8 shrink-0 place-items-center rounded-md"
        style={{ background: `color-mix(in srgb, ${hue(group.color)} 14%, transparent)` }}
      >
        <GroupSign className="size-4" style={{ color: hue(group.color) }} aria-hidden />
      </span>
      <span className="min-w-0 flex-1">
        <Name group={group} />
        <span className="block truncate text-muted text-xs">{t.inside(count)}</span>
      </span>
      {(errors > 0 || warnings > 0) && (
        <span title={t.problems(errors, warnings)}>
          <SeverityIcon severity={errors ? 'error' : 'warning'} />
        </span>
      )}
      <Fold group={group} />
    </div>
  )
})

function Fold({ group }: { group: Group }) {
  const label = group.collapsed ? t.unfold : t.fold
  const Sign = group.collapsed ? ChevronRight : ChevronDown
  return (
    <button
      type="button"
      tabIndex={-1}
      title={label}
      aria-label={label}
      className="nodrag grid size-5 place-items-center rounded-sm text-muted hover:bg-hover"
      onClick={() => canvasActions.fold(group.id)}
    >
      <Sign className="size-3.5" />
    </button>
  )
}

function Name({ group }: { group: Group }) {
  const id = groupId(group.id)
  const isRenaming = useCanvas((state) => state.renaming === id)
  if (isRenaming)
    return (
      <NameField
        id={id}
        name={group.name || group.id}
        onDone={(name) => canvasActions.renameGroup(group.id, name)}
        className="max-w-60"
      />
    )
  return <span className="block truncate font-medium text-sm">{group.name || group.id}</span>
}
