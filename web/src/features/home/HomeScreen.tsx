import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { ArrowRight, CircleCheck, Plus } from 'lucide-react'
import { type ReactNode, useId, useMemo, useState } from 'react'
import { answered, api } from '@/api/client'
import { beginWithExample, cardsQuery, startingPointsQuery } from '@/api/models'
import type { CardReply, GenerationReply } from '@/api/schema.gen'
import { useWorkspace, whyReadOnly } from '@/api/workspace'
import { lastOpened } from '@/lib/lastOpened'
import { ago, at } from '@/lib/time'
import { texts } from '@/texts'
import { Button } from '@/ui/button'
import { Badge, Notice, ProblemCounts, SeverityIcon, type Tone, Waiting } from '@/ui/state'
import { tellFailure } from '@/ui/tellFailure'
import { type Example, ExampleCards } from '@/ui/thumbnail/ExampleCards'
import { GraphThumbnail } from '@/ui/thumbnail/GraphThumbnail'
import { sketchOfCard } from '@/ui/thumbnail/sketch'
import { useTitle } from '@/ui/title'
import { continuing, type Going, needingAttention } from './continuing'

const words = texts.home
const MOST_GOING = 6
const MOST_PROBLEMS = 6
const MOST_GENERATIONS = 6
const EXAMPLES = 3
/** With more models than this nobody needs an example to begin with. */
const FEW = 3
const TONES: Readonly<Record<GenerationReply['status'], Tone>> = {
  draft: 'neutral',
  generated: 'ok',
  deployed: 'ok',
  failed: 'error',
}

export default function HomeScreen() {
  useTitle(texts.shell.nav.home, 1)
  const workspace = useWorkspace()
  const params = { workspace: workspace.slug }
  const cards = useQuery(cardsQuery(workspace.id))
  const readOnly = whyReadOnly(workspace)
  if (cards.isPending) return <Waiting className="h-full" />
  const all = cards.data ?? []
  return (
    <div className="mx-auto grid w-full max-w-6xl gap-8 px-4 py-6 sm:px-6">
      <header className="flex flex-wrap items-center gap-3">
        <h1 className="min-w-0 flex-1 truncate font-semibold text-lg">{workspace.name}</h1>
        {all.length > 0 && (
          <Button nativeButton={false} render={<Link to="/w/$workspace/models" params={params} />}>
            {words.allModels}
          </Button>
        )}
        {readOnly === null && (
          <Button
            variant="primary"
            nativeButton={false}
            render={<Link to="/w/$workspace/models" params={params} hash="new-blank" />}
          >
            <Plus />
            {words.newModel}
          </Button>
        )}
      </header>
      {cards.error && (
        <Notice
          severity="error"
          className="rounded-md"
          actions={
            <Button size="sm" onClick={() => cards.refetch()}>
              {words.again}
            </Button>
          }
        >
          {words.cannotLoad} {cards.error.message}
        </Notice>
      )}
      {all.length > 0 && (
        <>
          <Continue cards={all} />
          <div className="grid items-start gap-8 lg:grid-cols-2">
            <Problems cards={all} />
            <Generations cards={all} />
          </div>
        </>
      )}
      {cards.data && all.length <= FEW && <Examples cards={all} readOnly={readOnly} />}
    </div>
  )
}

function Section({
  title,
  aside,
  children,
}: {
  title: string
  aside?: ReactNode
  children: ReactNode
}) {
  const name = useId()
  return (
    <section aria-labelledby={name} className="grid min-w-0 gap-2.5">
      <div className="flex min-h-7 items-center gap-2">
        <h2 id={name} className="flex-1 font-semibold text-base">
          {title}
        </h2>
        {aside}
      </div>
      {children}
    </section>
  )
}

function Continue({ cards }: { cards: readonly CardReply[] }) {
  const { id, slug } = useWorkspace()
  const drafts = useQuery({
    queryKey: ['drafts', id, 'last'],
    queryFn: () =>
      answered(
        api.GET('/api/v1/workspaces/{workspace_id}/drafts', {
          params: { path: { workspace_id: id }, query: { limit: 20 } },
        }),
      ),
  })
  const going = useMemo(
    () => continuing(cards, drafts.data?.items ?? [], lastOpened(id), MOST_GOING),
    [cards, drafts.data, id],
  )
  // Drafts come first: without them everything would jump a moment later.
  if (drafts.isPending) return <Waiting />
  return (
    <Section title={words.go.title}>
      <ul className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
        {going.map((one) => (
          <li key={`${one.card.path}#${one.card.id}`} className="min-w-0">
            <Link
              to="/w/$workspace/models/$model"
              params={{ workspace: slug, model: one.card.id }}
              className="flex h-full items-center gap-3 rounded-md border bg-surface p-3 hover:border-line-strong hover:bg-hover/60"
            >
              <GraphThumbnail sketch={sketchOfCard(one.card.picture)} width={96} height={56} />
              <span className="min-w-0 flex-1">
                <span className="block truncate font-medium text-sm">
                  {one.card.name || one.card.id}
                </span>
                <Why going={one} />
                <span className="mt-1 flex items-center gap-2 text-muted text-xs">
                  {words.examples.nodes(one.card.node_count)}
                  <ProblemCounts {...one.card.problems} />
                </span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  )
}

function Why({ going }: { going: Going }) {
  if (going.why === 'draft')
    return (
      <span className="flex items-center gap-1.5 truncate text-changed text-xs">
        {going.movedOn ? words.go.movedOn : words.go.draft}
        <span className="text-muted">{words.go.edited(ago(going.at))}</span>
      </span>
    )
  return (
    <span className="block truncate text-muted text-xs" title={going.at ? at(going.at) : undefined}>
      {going.why === 'opened'
        ? words.go.opened(ago(going.at))
        : going.at > 0 && words.go.changed(ago(going.at), going.card.changed_by)}
    </span>
  )
}

function Problems({ cards }: { cards: readonly CardReply[] }) {
  const { slug } = useWorkspace()
  const found = needingAttention(cards)
  return (
    <Section
      title={words.problems.title}
      aside={
        found.length > MOST_PROBLEMS && (
          <Link
            to="/w/$workspace/models"
            params={{ workspace: slug }}
            search={{ status: 'problems', sort: '-problems' }}
            className="inline-flex items-center gap-1 text-accent text-xs hover:underline"
          >
            {words.problems.all}
            <ArrowRight className="size-3.5" aria-hidden />
          </Link>
        )
      }
    >
      {found.length === 0 ? (
        <p className="flex items-center gap-2 rounded-md border bg-surface px-3 py-3 text-muted text-sm">
          <CircleCheck className="size-4 shrink-0 text-ok" aria-hidden />
          {words.problems.nothing(cards.length)}
        </p>
      ) : (
        <ul className="divide-y rounded-md border bg-surface">
          {found.slice(0, MOST_PROBLEMS).map((card) => (
            <li key={`${card.path}#${card.id}`}>
              <Link
                to="/w/$workspace/models/$model"
                params={{ workspace: slug, model: card.id }}
                search={{ drawer: 'problems' }}
                className="flex h-10 items-center gap-2.5 px-3 text-sm hover:bg-hover/60"
              >
                <SeverityIcon severity={card.problems.error > 0 ? 'error' : 'warning'} />
                <span className="min-w-0 flex-1 truncate">{card.name || card.id}</span>
                <ProblemCounts error={card.problems.error} warning={card.problems.warning} />
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}

function Generations({ cards }: { cards: readonly CardReply[] }) {
  const { id, slug } = useWorkspace()
  const found = useQuery({
    queryKey: ['generations', id, 'last'],
    queryFn: () =>
      answered(
        api.GET('/api/v1/workspaces/{workspace_id}/generations', {
          params: { path: { workspace_id: id }, query: { limit: MOST_GENERATIONS } },
        }),
      ),
  })
  const items = found.data?.items ?? []
  const nameOf = (one: GenerationReply) => {
    const model = cards.find((card) => card.id === one.model_id)
    return model?.name || one.model_id || one.recipe || words.generations.everything
  }
  return (
    <Section title={words.generations.title}>
      {items.length === 0 ? (
        <div className="flex flex-wrap items-center gap-3 rounded-md border bg-surface px-3 py-2 text-muted text-sm">
          <span className="min-w-40 flex-1">
            {found.isError ? words.cannotLoad : !found.isPending && words.generations.nothing}
          </span>
          <Button
            size="sm"
            nativeButton={false}
            render={<Link to="/w/$workspace/generate" params={{ workspace: slug }} />}
          >
            {words.generations.generate}
          </Button>
        </div>
      ) : (
        <ul className="divide-y rounded-md border bg-surface">
          {items.map((one) => (
            <li key={one.id}>
              <Link
                to="/w/$workspace/generate"
                params={{ workspace: slug }}
                search={{ generation: one.id }}
                className="flex h-10 items-center gap-2.5 px-3 text-sm hover:bg-hover/60"
              >
                <span className="min-w-0 flex-1 truncate">{nameOf(one)}</span>
                <time
                  dateTime={one.created_at}
                  title={at(one.created_at)}
                  className="text-muted text-xs"
                >
                  {ago(one.created_at)}
                </time>
                <Badge tone={TONES[one.status]}>{words.generations.statuses[one.status]}</Badge>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}

function Examples({ cards, readOnly }: { cards: readonly CardReply[]; readOnly: string | null }) {
  const workspace = useWorkspace()
  const navigate = useNavigate()
  const points = useQuery(startingPointsQuery(workspace.id))
  const [isBusy, setBusy] = useState(false)
  const begin = async (example: Example) => {
    setBusy(true)
    try {
      const model = await beginWithExample(workspace.id, example, cards)
      await navigate({
        to: '/w/$workspace/models/$model',
        params: { workspace: workspace.slug, model },
      })
    } catch (error) {
      setBusy(false)
      tellFailure(error)
    }
  }
  if (!points.data) return null
  return (
    <Section title={words.examples.title}>
      <p className="text-muted text-sm">{readOnly ?? words.examples.words}</p>
      <ExampleCards
        examples={points.data.slice(0, EXAMPLES)}
        verb={words.examples.useNamed}
        disabled={readOnly !== null || isBusy}
        onChoose={begin}
      />
    </Section>
  )
}
