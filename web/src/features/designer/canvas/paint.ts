/** Cards and frames as plain rectangles on a canvas element: thousands of them in one picture. */

import { hue } from './colours'
import { type FlowNode, isSolid } from './flow'

/** A colour of the app by the name of its variable, as the page has it now. */
export function palette(): (name: string) => string {
  const style = getComputedStyle(document.documentElement)
  return (name) => style.getPropertyValue(name.replace(/^var\((.*)\)$/, '$1'))
}

/** Everything but frames, in the hues of the families; one fill for each hue. */
export function paintCards(
  pen: CanvasRenderingContext2D,
  nodes: readonly FlowNode[],
  colour: (name: string) => string,
): void {
  const byColour = new Map<string, { path: Path2D; pale: Path2D }>()
  for (const node of nodes) {
    if (!isSolid(node)) continue
    const { position, width = 0, height = 0 } = node
    const name =
      node.type === 'card'
        ? `--${node.data.type?.family ?? 'error'}`
        : hue(node.type === 'note' ? node.data.note.color : node.data.group.color)
    const paths = byColour.get(name) ?? { path: new Path2D(), pale: new Path2D() }
    byColour.set(name, paths)
    const isPale = node.type === 'note' || node.data.pale
    ;(isPale ? paths.pale : paths.path).rect(position.x, position.y, width, height)
  }
  for (const [name, { path, pale }] of byColour) {
    pen.fillStyle = colour(name)
    pen.globalAlpha = 0.8
    pen.fill(path)
    pen.globalAlpha = 0.2
    pen.fill(pale)
  }
  pen.globalAlpha = 1
}

/** As many pixels as the screen has for an element of this size. */
export function sizeFor(
  element: HTMLCanvasElement,
  { width, height }: { width: number; height: number },
): number {
  const dense = window.devicePixelRatio || 1
  if (element.width !== width * dense || element.height !== height * dense) {
    element.width = width * dense
    element.height = height * dense
  }
  return dense
}
