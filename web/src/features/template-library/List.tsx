import { Star } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useRef } from 'react'
import type { TemplateReply } from '@/api/schema.gen'
import { cn } from '@/lib/cn'
import { texts } from '@/texts'
import { Badge } from '@/ui/state'
import { boxAfter, type PackOf } from './choose'
import { HoverPreview } from './HoverPreview'

const words = texts.templates

export interface ListProps {
  templates: readonly TemplateReply[]
  chosen: string | undefined
  packs: PackOf
  isFavourite: (id: string) => boolean
  onChoose: (id: string) => void
}

/** Boxes or rows of templates. Arrows walk through them, Enter opens one. */
export function TemplateList({ look, ...props }: ListProps & { look: 'grid' | 'table' }) {
  const list = useRef<HTMLDivElement>(null)

  function onKeyDown(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
    if (!/^(Arrow(Up|Down|Left|Right)|Home|End)$/.test(event.key)) return
    const boxes = [...(list.current?.querySelectorAll<HTMLElement>('[data-template]') ?? [])]
    const at = boxes.indexOf(event.target as HTMLElement)
    if (at < 0) return
    const next = boxAfter(
      event.key,
      at,
      boxes.map((box) => {
        const { left, top } = box.getBoundingClientRect()
        return { left, top }
      }),
    )
    boxes[next]?.focus()
    event.preventDefault()
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the buttons in it have the focus
    <div ref={list} onKeyDown={onKeyDown}>
      {look === 'grid' ? <Cards {...props} /> : <Rows {...props} />}
    </div>
  )
}

function Cards({ templates, chosen, packs, isFavourite, onChoose }: ListProps) {
  return (
    <ul className="grid grid-cols-[repeat(auto-fill,minmax(240px,1fr))] gap-3 p-4">
      {templates.map((one) => (
        <HoverPreview key={one.id} template={one} disabled={chosen !== undefined}>
          <li>
            <button
              type="button"
              data-template={one.id}
              aria-pressed={one.id === chosen}
              onClick={() => onChoose(one.id)}
              className={cn(
                'flex h-full w-full flex-col rounded-md border bg-surface p-3 text-left hover:border-line-strong hover:bg-hover',
                one.id === chosen &&
                  'border-accent bg-accent-soft hover:border-accent hover:bg-accent-soft',
              )}
            >
              <span className="flex w-full items-start gap-1.5">
                <span className="min-w-0 flex-1 font-medium text-sm">{one.name}</span>
                {isFavourite(one.id) && <Starred />}
              </span>
              <span className="mt-0.5 line-clamp-2 flex-1 text-muted text-sm">
                {one.description}
              </span>
              <span className="mt-2 flex flex-wrap items-center gap-1.5">
                <Badge className={one.id === chosen ? 'bg-surface' : undefined}>
                  {words.output(one.output_type)}
                </Badge>
                <Origin template={one} packs={packs} />
              </span>
            </button>
          </li>
        </HoverPreview>
      ))}
    </ul>
  )
}

function Rows({ templates, chosen, packs, isFavourite, onChoose }: ListProps) {
  return (
    <table className="w-full table-fixed bg-surface text-sm">
      <thead>
        <tr className="border-b text-left text-muted text-xs">
          <th className="px-4 py-1.5 font-medium">{words.columns.name}</th>
          {!chosen && (
            <>
              <th className="w-44 px-2 py-1.5 font-medium">{words.columns.category}</th>
              <th className="w-36 px-2 py-1.5 font-medium">{words.columns.output}</th>
              <th className="w-20 px-2 py-1.5 font-medium">{words.columns.version}</th>
            </>
          )}
        </tr>
      </thead>
      <tbody className="divide-y">
        {templates.map((one) => (
          <tr
            key={one.id}
            className={cn(
              'hover:bg-hover',
              one.id === chosen && 'bg-accent-soft hover:bg-accent-soft',
            )}
          >
            <td className="px-4 py-1.5">
              <button
                type="button"
                data-template={one.id}
                aria-pressed={one.id === chosen}
                onClick={() => onChoose(one.id)}
                className="block w-full min-w-0 text-left"
              >
                <span className="flex items-center gap-1.5">
                  <span className="truncate font-medium">{one.name}</span>
                  {isFavourite(one.id) && <Starred />}
                  <Origin template={one} packs={packs} />
                </span>
                <span className="block truncate text-muted">{one.description}</span>
              </button>
            </td>
            {!chosen && (
              <>
                <td className="truncate px-2 py-1.5 text-muted">{words.category(one.category)}</td>
                <td className="truncate px-2 py-1.5 text-muted">{words.output(one.output_type)}</td>
                <td className="truncate px-2 py-1.5 text-muted">{one.version}</td>
              </>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const Starred = (): ReactNode => (
  <Star
    className="mt-0.5 size-3.5 shrink-0 fill-current text-accent"
    role="img"
    aria-label={words.favourites}
  />
)

/** Whose template it is, when it is not one of ours, and whether it should still be used. */
export function Origin({
  template,
  packs,
}: {
  template: Pick<TemplateReply, 'id' | 'builtin' | 'deprecated'>
  packs: PackOf
}) {
  const pack = packs.get(template.id)
  return (
    <>
      {!template.builtin && <Badge tone="accent">{pack ? words.ofPack(pack) : words.own}</Badge>}
      {template.deprecated && <Badge tone="warning">{words.deprecated}</Badge>}
    </>
  )
}
