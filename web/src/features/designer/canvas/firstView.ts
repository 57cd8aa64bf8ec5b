/** Where the canvas begins: the whole drawing, or its beginning when it is too wide to read. */

import { getViewportForBounds, type Viewport } from '@xyflow/react'
import type { Box } from '@/document/layout'

export const ZOOM = { min: 0.04, max: 2 }
/** A wide model opens at its beginning rather than too small to read. */
export const READABLE = 0.75

interface Size {
  width: number
  height: number
}

export function firstViewport(box: Box | null, size: Size): Viewport {
  const whole = viewportFor(box, size)
  if (!box || whole.zoom >= READABLE) return whole
  return {
    zoom: READABLE,
    x: 48 - box.x * READABLE,
    y:
      box.height * READABLE > size.height
        ? 48 - box.y * READABLE
        : size.height / 2 - (box.y + box.height / 2) * READABLE,
  }
}

/** The whole box, not closer than `closest`. */
export function viewportFor(box: Box | null, size: Size, closest = 1): Viewport {
  if (!box || !size.width) return { x: 80, y: 80, zoom: 1 }
  return getViewportForBounds(box, size.width, size.height, ZOOM.min, closest, '48px')
}
