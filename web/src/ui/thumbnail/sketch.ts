/** A drawing small enough for a row of a list: boxes in their families' hues, and lines. */

export interface Sketch {
  boxes: readonly { x: number; y: number; width: number; height: number; family: string }[]
  /** x and y of both ends. */
  lines: readonly (readonly [number, number, number, number])[]
}

const CARD = { width: 216, height: 52 } as const

/** The drawing of a model's card. Lines that name no box are left out. */
export function sketchOfCard(picture: {
  nodes: readonly (readonly [number, number, string])[]
  edges: readonly (readonly [number, number])[]
}): Sketch {
  const boxes = picture.nodes.map(([x, y, family]) => ({ x, y, family, ...CARD }))
  return {
    boxes,
    lines: picture.edges.flatMap(([from, to]) => {
      const [a, b] = [boxes[from], boxes[to]]
      return a && b ? [between(a, b)] : []
    }),
  }
}

/** The drawing of a starting point, which comes as numbers without families. */
export function sketchOfNumbers(picture: {
  boxes: readonly (readonly [number, number, number, number])[]
  lines: readonly (readonly [number, number, number, number])[]
}): Sketch {
  return {
    boxes: picture.boxes.map(([x, y, width, height]) => ({ x, y, width, height, family: '' })),
    lines: picture.lines,
  }
}

/** What has to be seen, in units of the drawing: everything with a little air. */
export function viewOf(sketch: Sketch): { x: number; y: number; width: number; height: number } {
  const air = 24
  const left = Math.min(...sketch.boxes.map((box) => box.x))
  const top = Math.min(...sketch.boxes.map((box) => box.y))
  const right = Math.max(...sketch.boxes.map((box) => box.x + box.width))
  const bottom = Math.max(...sketch.boxes.map((box) => box.y + box.height))
  return {
    x: left - air,
    y: top - air,
    width: right - left + 2 * air,
    height: bottom - top + 2 * air,
  }
}

interface Box {
  x: number
  y: number
  width: number
  height: number
}

/** From the nearer side of one box to the nearer side of the other, so that short lines are short. */
function between(a: Box, b: Box): [number, number, number, number] {
  const forward = a.x + a.width / 2 <= b.x + b.width / 2
  return [
    forward ? a.x + a.width : a.x,
    a.y + a.height / 2,
    forward ? b.x : b.x + b.width,
    b.y + b.height / 2,
  ]
}
