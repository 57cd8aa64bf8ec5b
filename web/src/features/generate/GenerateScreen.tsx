import { useNavigate, useSearch } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { useMemo } from 'react'
import { useWorkspace } from '@/api/workspace'
import { texts } from '@/texts'
import { Button } from '@/ui/button'
import { useCommands } from '@/ui/commands'
import { Waiting } from '@/ui/state'
import { Trouble } from '@/ui/trouble'
import { Past } from './Past'
import { Prepare } from './Prepare'
import { useModels, useRecipes } from './queries'
import { Result } from './Result'

/** Make a bundle, and look at those that were made. */
export default function GenerateScreen() {
  const { slug } = useWorkspace()
  const search = useSearch({ from: '/signed-in/w/$workspace/generate' })
  const navigate = useNavigate()
  const models = useModels()
  const recipes = useRecipes()
  const error = models.error ?? recipes.error

  const begin = (model = search.model) =>
    navigate({ to: '/w/$workspace/generate', params: { workspace: slug }, search: { model } })
  // biome-ignore lint/correctness/useExhaustiveDependencies: `begin` is made of these
  const commands = useMemo(
    () => [
      {
        id: 'generation.new',
        label: texts.generate.fresh,
        section: texts.generate.commands,
        words: 'bundle',
        run: () => begin(),
      },
    ],
    [slug, search.model],
  )
  useCommands(commands)

  return (
    <div className="flex h-full min-h-0">
      <aside className="hidden w-52 shrink-0 flex-col border-r bg-surface lg:flex xl:w-64">
        <div className="border-b p-3">
          <Button
            variant={search.generation ? 'primary' : 'outline'}
            className="w-full"
            onClick={() => begin()}
            aria-current={search.generation ? undefined : 'page'}
          >
            <Plus />
            {texts.generate.fresh}
          </Button>
        </div>
        <Past chosen={search.generation} recipes={recipes.data ?? []} models={models.data ?? []} />
      </aside>
      <section className="min-h-0 min-w-0 flex-1">
        {error && <Trouble error={error} />}
        {search.generation ? (
          <Result
            key={search.generation}
            id={search.generation}
            file={search.file}
            recipes={recipes.data ?? []}
            models={models.data ?? []}
          />
        ) : models.data && recipes.data ? (
          <Prepare wanted={search.model} models={models.data} recipes={recipes.data} />
        ) : (
          !error && <Waiting />
        )}
      </section>
    </div>
  )
}
