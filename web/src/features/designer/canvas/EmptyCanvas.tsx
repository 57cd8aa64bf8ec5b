import { ClipboardPaste, MousePointerClick, Workflow } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Clip } from '@/document/clipboard'
import { isDrawn } from '@/document/store'
import { useDocument } from '@/document/useDocument'
import { texts } from '@/texts'
import { Button } from '@/ui/button'
import { EmptyState } from '@/ui/state'
import { pasteFromSystem } from '../clipboard/clipboard'
import { startTour } from '../tour/Tour'
import { designerView } from '../view'
import { canvasActions } from './actions'
import { stage } from './stage'

const t = texts.designer.canvas.empty

const node = (id: string, type: string, name: string, x: number, properties: object) => ({
  id,
  type,
  name,
  description: '',
  enabled: true,
  properties: properties as Record<string, unknown>,
  position: { x, y: 0 },
})
const flow = (source: string, target: string) =>
  ({ source, target, type: 'data_flow', outcome: '' }) as const

/** A small model that people know: raw orders in, clean orders out. */
const EXAMPLE: Clip = {
  nodes: [
    node('raw_orders', 'source_table', 'Raw orders', 0, {
      catalog: 'main',
      schema: 'bronze',
      table: 'orders',
    }),
    node('clean_orders', 'sql_query', 'Clean orders', 288, {
      sql: 'SELECT DISTINCT * FROM main.bronze.orders WHERE order_id IS NOT NULL',
    }),
    node('orders', 'dest_table', 'Orders', 576, {
      catalog: 'main',
      schema: 'silver',
      table: 'orders',
    }),
  ],
  edges: [flow('raw_orders', 'clean_orders'), flow('clean_orders', 'orders')],
  notes: [],
  groups: [],
}

/** Why there is nothing to see, and where it is mended. */
function CannotBeDrawn() {
  const problem = useDocument((open) => open.findings[0]?.problem ?? '', '')
  return (
    <div className="absolute inset-0 z-10 grid place-items-center bg-page p-6">
      <EmptyState
        icon={<Workflow />}
        title={texts.designer.canvas.unreadable}
        actions={
          <Button onClick={() => designerView.openDrawer('yaml')}>
            {texts.designer.canvas.mendIt}
          </Button>
        }
      >
        {problem} {texts.designer.canvas.unreadableHint}
      </EmptyState>
    </div>
  )
}

/** Three ways to begin, where the drawing will be. */
export function EmptyCanvas() {
  const isEmpty = useDocument(
    (open) => !open.model.nodes.length && !open.model.drawing.notes.length,
    false,
  )
  const isReadOnly = useDocument((open) => open.readOnly !== null, true)
  const isReadable = useDocument(isDrawn, true)
  if (!isReadable) return <CannotBeDrawn />
  if (!isEmpty || isReadOnly) return null
  return (
    <div className="pointer-events-none absolute inset-0 grid place-items-center p-6">
      <div className="pointer-events-auto w-full max-w-3xl text-center">
        <h2 className="mb-5 font-semibold text-lg">{t.title}</h2>
        <div className="grid grid-cols-3 gap-3">
          <Way
            icon={<MousePointerClick />}
            title={t.drag}
            hint={t.dragHint}
            onClick={() => canvasActions.ask({ kind: 'add', at: null, screen: null })}
          />
          <Way
            icon={<Workflow />}
            title={t.example}
            hint={t.exampleHint}
            onClick={() => {
              canvasActions.addClip(EXAMPLE, texts.designer.canvas.step.example, stage()?.middle())
              canvasActions.fit()
            }}
          />
          <Way
            icon={<ClipboardPaste />}
            title={t.paste}
            hint={t.pasteHint}
            onClick={() => void pasteFromSystem()}
          />
        </div>
        <Button variant="ghost" className="mt-4" onClick={startTour}>
          {t.tour}
        </Button>
      </div>
    </div>
  )
}

function Way({
  icon,
  title,
  hint,
  onClick,
}: {
  icon: ReactNode
  title: string
  hint: string
  onClick: () => void
}) {
  return (
    <button
      type="button"
      className="grid content-start gap-1.5 rounded-md border bg-surface p-4 text-left hover:border-accent [&_svg]:size-5 [&_svg]:text-accent"
      onClick={onClick}
    >
      {icon}
      <span className="mt-1 font-medium text-base">{title}</span>
      <span className="text-muted text-sm">{hint}</span>
    </button>
  )
}
