import { memo } from 'react'
import { cn } from '@/lib/cn'
import { type Sketch, viewOf } from './sketch'

const FILLS: Readonly<Record<string, string>> = {
  source: 'fill-source',
  transformation: 'fill-transformation',
  destination: 'fill-destination',
  control: 'fill-control',
  job_and_compute: 'fill-job_and_compute',
  unity_catalog: 'fill-unity_catalog',
}
/** So many curves still tell one model from another; more would be a smear, and slow. */
const MOST_LINES = 120

/**
 * A model as a small picture. It is never the only thing that says what it shows, so screen
 * readers pass it by.
 *
 * The size of the picture has to be known, so that thin things stay visible when it is scaled down.
 */
export const GraphThumbnail = memo(function GraphThumbnail({
  sketch,
  width,
  height,
  className,
}: {
  sketch: Sketch
  width: number
  height: number
  className?: string
}) {
  const frame = cn('shrink-0 rounded-md border bg-sunken', className)
  if (sketch.boxes.length === 0)
    return <span aria-hidden className={cn(frame, 'border-dashed')} style={{ width, height }} />
  const view = viewOf(sketch)
  // Units of the drawing for one pixel.
  const unit = Math.max(view.width / width, view.height / height, 1)
  const shownHeight = (box: { height: number }) => Math.max(box.height, 3 * unit)
  return (
    <svg
      aria-hidden="true"
      focusable="false"
      width={width}
      height={height}
      viewBox={`${view.x} ${view.y} ${view.width} ${view.height}`}
      className={frame}
    >
      <g className="fill-none stroke-line-strong" strokeWidth={Math.max(unit, 2)}>
        {sketch.lines.slice(0, MOST_LINES).map((line) => (
          <path key={line.join()} d={curve(line)} />
        ))}
      </g>
      {sketch.boxes.map((box) => (
        <rect
          key={`${box.x},${box.y}`}
          x={box.x}
          y={box.y - (shownHeight(box) - box.height) / 2}
          width={box.width}
          height={shownHeight(box)}
          rx={Math.min(10, 1.5 * unit)}
          className={FILLS[box.family] ?? 'fill-faint'}
        />
      ))}
    </svg>
  )
})

function curve([x1, y1, x2, y2]: readonly [number, number, number, number]): string {
  const bend = Math.abs(x2 - x1) / 2
  return `M${x1},${y1}C${x1 + bend},${y1} ${x2 - bend},${y2} ${x2},${y2}`
}
