import type { NodeTypes } from '@/document/connections'
import type { Box } from '@/document/layout'
import type { Point } from '@/document/model'

/** What the canvas on the page can do; null while there is none. */
export interface Stage {
  types: NodeTypes
  /** A place of the page as a place of the drawing. */
  fromScreen(at: Point): Point
  /** The middle of what is seen. */
  middle(): Point
  /** The part of the drawing that is seen. */
  seen(): Box
  show(box: Box | null, options?: { closest?: number; instantly?: boolean }): void
  zoom(step: 'in' | 'out' | 'reset'): void
}

let onPage: Stage | null = null

export const setStage = (stage: Stage | null): void => {
  onPage = stage
}
export const stage = (): Stage | null => onPage
