import { Link } from '@tanstack/react-router'
import { CircleAlert, CircleCheck } from 'lucide-react'
import { useNames } from '@/api/people'
import type { Recipe } from '@/api/recipes'
import type { CardReply, GenerationReply } from '@/api/schema.gen'
import { useWorkspace } from '@/api/workspace'
import { cn } from '@/lib/cn'
import { ago, at } from '@/lib/time'
import { texts } from '@/texts'
import { Button } from '@/ui/button'
import { Waiting } from '@/ui/state'
import { useGenerations } from './queries'

/** What a generation was made of, by the name that people know. */
export function nameOf(
  made: Pick<GenerationReply, 'recipe' | 'model_id' | 'request'>,
  recipes: readonly Recipe[],
  models: readonly CardReply[],
): string {
  const model = models.find(({ id }) => id === made.model_id)?.name
  const recipe = recipes.find(({ id }) => id === made.recipe)?.name
  return model ?? made.model_id ?? recipe ?? made.recipe ?? texts.generate.allModels
}

/** Every generation there was, newest first. */
export function Past({
  chosen,
  recipes,
  models,
  className,
}: {
  chosen: string | undefined
  recipes: readonly Recipe[]
  models: readonly CardReply[]
  className?: string
}) {
  const { slug } = useWorkspace()
  const names = useNames()
  const { data, isPending, hasNextPage, isFetchingNextPage, fetchNextPage } = useGenerations()
  const all = data?.pages.flatMap(({ items }) => items) ?? []
  return (
    <nav
      aria-label={texts.generate.past}
      className={cn('min-h-0 flex-1 overflow-auto p-2', className)}
    >
      <h2 className="px-2 py-1 font-medium text-muted text-xs">{texts.generate.past}</h2>
      {isPending && <Waiting />}
      {data && all.length === 0 && (
        <p className="px-2 py-1 text-muted text-sm">{texts.generate.pastNone}</p>
      )}
      <ul>
        {all.map((made) => {
          const failed = made.status === 'failed'
          const Sign = failed ? CircleAlert : CircleCheck
          const who = names(made.user_id)
          return (
            <li key={made.id}>
              <Link
                to="/w/$workspace/generate"
                params={{ workspace: slug }}
                search={{ generation: made.id }}
                aria-current={made.id === chosen ? 'page' : undefined}
                className={cn(
                  'flex items-start gap-2 rounded-md px-2 py-1.5 hover:bg-hover',
                  made.id === chosen && 'bg-accent-soft hover:bg-accent-soft',
                )}
              >
                <Sign
                  className={cn('mt-0.5 size-4 shrink-0', failed ? 'text-error' : 'text-ok')}
                  role="img"
                  aria-label={texts.generate.statuses[made.status]}
                />
                <span className="min-w-0 flex-1">
                  <span className="block truncate font-medium text-sm">
                    {nameOf(made, recipes, models)}
                  </span>
                  <span className="block truncate text-muted text-xs" title={at(made.created_at)}>
                    {[ago(made.created_at), who].filter(Boolean).join(', ')}
                  </span>
                </span>
              </Link>
            </li>
          )
        })}
      </ul>
      {hasNextPage && (
        <Button
          variant="ghost"
          size="sm"
          className="mt-1 w-full"
          disabled={isFetchingNextPage}
          onClick={() => fetchNextPage()}
        >
          {texts.generate.more}
        </Button>
      )}
    </nav>
  )
}
