import { counted } from '@/texts'
import { GraphThumbnail } from './GraphThumbnail'
import { type Sketch, sketchOfNumbers } from './sketch'

export interface Example {
  id: string
  name: string
  summary: string
  nodes: number | null
  picture: Parameters<typeof sketchOfNumbers>[0] | null
}

const EMPTY: Sketch = { boxes: [], lines: [] }

/** Three or so pipelines to begin with, each a button as large as its picture. */
export function ExampleCards({
  examples,
  verb,
  disabled = false,
  onChoose,
}: {
  examples: readonly Example[]
  /** Read out before the name: what the button does. */
  verb: string
  disabled?: boolean
  onChoose: (example: Example) => void
}) {
  return (
    <ul className="grid w-full gap-3 md:grid-cols-3">
      {examples.map((example) => (
        <li key={example.id} className="min-w-0">
          <button
            type="button"
            disabled={disabled}
            onClick={() => onChoose(example)}
            className="flex h-full w-full flex-col rounded-md border bg-surface p-3 text-left hover:border-line-strong hover:bg-hover/60 disabled:cursor-not-allowed disabled:opacity-60"
          >
            <GraphThumbnail
              sketch={example.picture ? sketchOfNumbers(example.picture) : EMPTY}
              width={300}
              height={120}
              className="mb-3 w-full"
            />
            <span className="flex w-full items-baseline gap-2">
              <span className="min-w-0 flex-1 truncate font-medium text-sm">
                <span className="sr-only">{verb} </span>
                {example.name}
              </span>
              {example.nodes !== null && (
                <span className="shrink-0 text-muted text-xs">
                  {counted(example.nodes, 'node')}
                </span>
              )}
            </span>
            <span className="mt-0.5 line-clamp-2 text-muted text-xs">{example.summary}</span>
          </button>
        </li>
      ))}
    </ul>
  )
}
