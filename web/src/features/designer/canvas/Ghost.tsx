import { Handle, type NodeProps, Position } from '@xyflow/react'
import { memo } from 'react'
import { CARD } from '@/document/model'
import { cn } from '@/lib/cn'
import { ChangeSign } from '@/ui/drawing/ChangeSign'
import { LOOKS } from '@/ui/drawing/looks'
import { NodeIcon } from '@/ui/nodeIcon'
import type { GhostNode } from './flow'
import { STRAY_IN, STRAY_OUT } from './handles'
import { useCanvas } from './state'

/** A node that the other version had. It can be looked at, and nothing else. */
export const Ghost = memo(function Ghost({ id, data: { node, type } }: NodeProps<GhostNode>) {
  const isLookedAt = useCanvas((state) => state.lookedAt === id)
  return (
    <div
      className={cn(
        'flex items-center gap-2.5 rounded-md bg-surface pr-2.5 pl-2',
        LOOKS.removed.card,
        isLookedAt && 'ring-2 ring-error',
      )}
      style={CARD}
    >
      <Ends />
      <span className="card-sign grid size-8 shrink-0 place-items-center rounded-md bg-sunken opacity-60">
        <NodeIcon icon={type?.icon ?? ''} family={type?.family ?? ''} />
      </span>
      <span className="min-w-0 flex-1 text-muted">
        <span className="card-name block truncate font-medium text-sm leading-[18px] line-through">
          {node.name || node.id}
        </span>
        <span className="card-more block truncate text-xs leading-[16px]">
          {type?.label ?? node.type}
        </span>
      </span>
      <ChangeSign state="removed" />
    </div>
  )
})

/** The place where a node was. */
export const Trace = memo(function Trace() {
  return (
    <div aria-hidden className="rounded-md border-2 border-running border-dotted" style={CARD}>
      <Ends />
    </div>
  )
})

const Ends = () => (
  <>
    <Handle
      id={STRAY_IN}
      type="target"
      position={Position.Left}
      isConnectable={false}
      className="handle-none"
    />
    <Handle
      id={STRAY_OUT}
      type="source"
      position={Position.Right}
      isConnectable={false}
      className="handle-none"
    />
  </>
)
