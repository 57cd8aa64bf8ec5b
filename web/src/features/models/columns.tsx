import { Link } from '@tanstack/react-router'
import type { ColumnDef } from '@tanstack/react-table'
import { MoreHorizontal } from 'lucide-react'
import { memo, useEffect, useRef, useState } from 'react'
import type { CardReply } from '@/api/schema.gen'
import { ago, at } from '@/lib/time'
import { texts } from '@/texts'
import { IconButton } from '@/ui/button'
import { Input } from '@/ui/field'
import { Menu, type MenuEntry } from '@/ui/menu'
import { Badge, ProblemCounts } from '@/ui/state'
import { GraphThumbnail } from '@/ui/thumbnail/GraphThumbnail'
import { sketchOfCard } from '@/ui/thumbnail/sketch'
import { Tip } from '@/ui/tooltip'
import { keyOf, titleOf } from './filters'

const words = texts.models
const MOST_TAGS = 2

export interface Renaming {
  /** Key of the card whose name is a field now. */
  key: string | null
  end: (name: string | null) => void
}

/** What the list shows of a model. */
export function modelColumns({
  workspace,
  renaming,
  entriesOf,
  onTag,
}: {
  workspace: string
  renaming: Renaming
  entriesOf: (card: CardReply) => MenuEntry[]
  onTag: (tag: string) => void
}): ColumnDef<CardReply>[] {
  return [
    {
      id: 'picture',
      header: '',
      enableSorting: false,
      meta: { track: '116px', above: 720 },
      cell: ({ row }) => <CardPicture card={row.original} />,
    },
    {
      id: 'name',
      header: words.columns.name,
      enableSorting: true,
      meta: { track: 'minmax(200px, 3fr)' },
      cell: ({ row: { original: card } }) =>
        renaming.key === keyOf(card) ? (
          <NameField card={card} end={renaming.end} />
        ) : (
          <div className="min-w-0">
            <div className="flex items-center gap-2">
              <Link
                to="/w/$workspace/models/$model"
                params={{ workspace, model: card.id }}
                tabIndex={-1}
                className="truncate font-medium hover:text-accent hover:underline"
              >
                {titleOf(card)}
              </Link>
              {card.draft && (
                <Tip label={words.draftHint}>
                  <Badge tone="changed">{words.draft}</Badge>
                </Tip>
              )}
            </div>
            <div className="truncate text-muted text-xs" title={card.description || card.path}>
              {card.description || card.path}
            </div>
          </div>
        ),
    },
    {
      id: 'tags',
      header: words.columns.tags,
      enableSorting: false,
      meta: { track: 'minmax(120px, 1.4fr)', above: 860 },
      cell: ({ row }) => <Tags tags={row.original.tags} onTag={onTag} />,
    },
    {
      id: 'owner',
      header: words.columns.owner,
      enableSorting: true,
      meta: { track: 'minmax(96px, 1fr)', above: 1020 },
      cell: ({ row }) => (
        <span className="block truncate text-muted" title={row.original.owner}>
          {row.original.owner}
        </span>
      ),
    },
    {
      id: 'nodes',
      header: words.columns.nodes,
      enableSorting: true,
      meta: { track: '72px', align: 'end', above: 620 },
      cell: ({ row }) => row.original.node_count.toLocaleString('en'),
    },
    {
      id: 'problems',
      header: words.columns.problems,
      enableSorting: true,
      meta: { track: '112px' },
      cell: ({ row }) => (
        <span className="flex pl-2">
          <ProblemCounts {...row.original.problems} />
        </span>
      ),
    },
    {
      id: 'changed',
      header: words.columns.changed,
      enableSorting: true,
      meta: { track: 'minmax(132px, 1fr)', above: 480 },
      cell: ({ row }) => <Changed card={row.original} />,
    },
    {
      id: 'actions',
      header: '',
      enableSorting: false,
      meta: { track: '48px' },
      cell: ({ row }) => (
        <Menu
          align="end"
          entries={entriesOf(row.original)}
          trigger={
            <IconButton label={words.actionsOf(titleOf(row.original))} size="icon-sm" tabIndex={-1}>
              <MoreHorizontal />
            </IconButton>
          }
        />
      ),
    },
  ]
}

const CardPicture = memo(function CardPicture({ card }: { card: CardReply }) {
  return <GraphThumbnail sketch={sketchOfCard(card.picture)} width={96} height={40} />
})

function Changed({ card }: { card: CardReply }) {
  if (!card.changed_at) return null
  return (
    <div className="min-w-0">
      <time dateTime={card.changed_at} title={at(card.changed_at)} className="block truncate">
        {ago(card.changed_at)}
      </time>
      {card.changed_by && (
        <span className="block truncate text-muted text-xs">
          {words.changedBy(card.changed_by)}
        </span>
      )}
    </div>
  )
}

function Tags({ tags, onTag }: { tags: readonly string[]; onTag: (tag: string) => void }) {
  const shown = tags.slice(0, MOST_TAGS)
  const rest = tags.slice(MOST_TAGS)
  return (
    <span className="flex min-w-0 items-center gap-1">
      {shown.map((tag) => (
        <button
          key={tag}
          type="button"
          tabIndex={-1}
          onClick={() => onTag(tag)}
          className="max-w-28 truncate rounded-sm bg-sunken px-1.5 text-muted text-xs leading-5 hover:bg-hover hover:text-text"
        >
          {tag}
        </button>
      ))}
      {rest.length > 0 && (
        <span className="text-faint text-xs" title={rest.join(', ')}>
          {words.moreTags(rest.length)}
        </span>
      )}
    </span>
  )
}

/** Enter and leaving keep the name, Escape does not. */
function NameField({ card, end }: { card: CardReply; end: (name: string | null) => void }) {
  const [name, setName] = useState(titleOf(card))
  const field = useRef<HTMLInputElement>(null)
  // Leaving the field by Escape or Enter takes it away, which leaves it once more.
  const ended = useRef(false)
  useEffect(() => field.current?.select(), [])
  const done = (given: string | null) => {
    if (ended.current) return
    ended.current = true
    end(given)
  }
  return (
    <Input
      ref={field}
      value={name}
      maxLength={200}
      aria-label={words.nameOf(titleOf(card))}
      onChange={(event) => setName(event.target.value)}
      onBlur={() => done(name)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') done(name)
        else if (event.key === 'Escape') done(null)
        else return
        event.preventDefault()
        event.stopPropagation()
      }}
      className="h-7 max-w-80"
    />
  )
}
