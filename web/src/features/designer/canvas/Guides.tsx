import { ViewportPortal } from '@xyflow/react'
import { useCanvas } from './state'

/** Lines that show what a dragged card lines up with. */
export function Guides() {
  const guides = useCanvas((state) => state.guides)
  if (!guides.length) return null
  return (
    <ViewportPortal>
      {guides.map(({ axis, at, from, to }) => (
        <div
          key={`${axis}${at}`}
          className="pointer-events-none absolute z-10 bg-accent"
          style={
            axis === 'x'
              ? { left: at, top: from - 12, width: 1, height: to - from + 24 }
              : { top: at, left: from - 12, height: 1, width: to - from + 24 }
          }
        />
      ))}
    </ViewportPortal>
  )
}
