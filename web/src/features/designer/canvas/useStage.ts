/** What other parts of the designer may ask of the canvas on the page. */

import { useReactFlow } from '@xyflow/react'
import { type RefObject, useEffect } from 'react'
import type { Point } from '@/document/model'
import { useNodeTypes } from '../nodeTypes'
import { useDesignerView } from '../view'
import { canvasActions } from './actions'
import { viewportFor } from './firstView'
import { isStill } from './motion'
import { setStage } from './stage'

export function useStageOnPage(holder: RefObject<HTMLDivElement | null>): void {
  const flow = useReactFlow()
  const types = useNodeTypes()
  useEffect(() => {
    const rect = () => holder.current?.getBoundingClientRect() ?? new DOMRect()
    const fromScreen = (at: Point) => flow.screenToFlowPosition(at, { snapToGrid: false })
    const duration = (instantly = false) => (instantly || isStill() ? 0 : 220)
    setStage({
      types,
      fromScreen,
      middle() {
        const { x, y, width, height } = rect()
        return fromScreen({ x: x + width / 2, y: y + height / 2 })
      },
      seen() {
        const { x, y, width, height } = rect()
        const corner = fromScreen({ x, y })
        const zoom = flow.getZoom()
        return { ...corner, width: width / zoom, height: height / zoom }
      },
      show(box, { closest = 1, instantly } = {}) {
        if (box)
          flow.setViewport(viewportFor(box, rect(), closest), { duration: duration(instantly) })
      },
      zoom(step) {
        const options = { duration: duration() }
        if (step === 'in') flow.zoomIn(options)
        else if (step === 'out') flow.zoomOut(options)
        else flow.zoomTo(1, options)
      },
    })
    return () => setStage(null)
  }, [flow, types, holder])
}

/** Bring a node into view when somebody asks for it: a problem, a search, the YAML. */
export function useReveal(): void {
  const reveal = useDesignerView((state) => state.reveal)
  useEffect(() => {
    if (reveal) canvasActions.reveal(reveal.node)
  }, [reveal])
}
