import { type NodeProps, NodeResizer } from '@xyflow/react'
import { memo, useRef, useState } from 'react'
import { useDocument } from '@/document/useDocument'
import { cn } from '@/lib/cn'
import { texts } from '@/texts'
import { canvasActions } from './actions'
import { hue } from './colours'
import { type NoteNode, noteId } from './flow'
import { focusCanvas } from './focus'
import { setCanvas, useCanvas } from './state'

const t = texts.designer.canvas

/** A text on the canvas. Double click or F2 edits it. */
export const NoteCard = memo(function NoteCard({ data: { note }, selected }: NodeProps<NoteNode>) {
  const isReadOnly = useDocument((open) => open.readOnly !== null, true)
  const isEditing = useCanvas((state) => state.renaming === noteId(note.id)) && !isReadOnly
  return (
    <>
      <NodeResizer
        isVisible={selected && !isReadOnly}
        minWidth={96}
        minHeight={48}
        color="var(--accent)"
        onResizeEnd={(_, size) => canvasActions.resizeNote(note.id, size)}
      />
      <div
        className={cn(
          'size-full overflow-hidden rounded-md border text-sm',
          selected && 'border-accent',
        )}
        style={{
          background: `color-mix(in srgb, ${hue(note.color)} 10%, var(--surface))`,
          ...(!selected && {
            borderColor: `color-mix(in srgb, ${hue(note.color)} 35%, var(--line))`,
          }),
        }}
      >
        {isEditing ? (
          <Editor id={note.id} text={note.text} />
        ) : (
          <p className="size-full overflow-auto whitespace-pre-wrap break-words px-3 py-2">
            {note.text || <span className="text-muted">{t.noteHint}</span>}
          </p>
        )}
      </div>
    </>
  )
})

function Editor({ id, text }: { id: string; text: string }) {
  const [typed, type] = useState(text)
  const isCancelled = useRef(false)
  return (
    <textarea
      // biome-ignore lint/a11y/noAutofocus: the person asked to write here
      autoFocus
      aria-label={t.noteLabel}
      placeholder={t.noteHint}
      value={typed}
      className="nodrag nopan nowheel size-full resize-none bg-transparent px-3 py-2 outline-none"
      onChange={(event) => type(event.target.value)}
      onBlur={() => {
        setCanvas({ renaming: null })
        if (!isCancelled.current) canvasActions.setNote(id, { text: typed })
      }}
      onKeyDown={(event) => {
        event.stopPropagation()
        if (event.key === 'Escape' || (event.key === 'Enter' && (event.ctrlKey || event.metaKey))) {
          isCancelled.current = event.key === 'Escape'
          focusCanvas()
        }
      }}
    />
  )
}
