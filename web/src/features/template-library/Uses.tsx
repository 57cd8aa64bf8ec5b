import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Unlink2 } from 'lucide-react'
import { useState } from 'react'
import { toast } from 'sonner'
import { readDocument, saveDocument } from '@/api/models'
import { recipesQuery } from '@/api/recipes'
import type { TemplateSourceReply } from '@/api/schema.gen'
import { useWorkspace, whyReadOnly } from '@/api/workspace'
import { texts } from '@/texts'
import { Button } from '@/ui/button'
import { Badge, EmptyState, Notice, Waiting } from '@/ui/state'
import { tellFailure } from '@/ui/tellFailure'
import { Trouble } from '@/ui/trouble'
import { useUpgrade, useUses } from './queries'
import { UnifiedDiff } from './UnifiedDiff'

const words = texts.templates.uses

/** Which scripts it prints, which recipes name it, and whether those have looked at this version. */
export function Uses({ template }: { template: TemplateSourceReply }) {
  const { slug } = useWorkspace()
  const { data, error } = useUses(template.id)
  if (error) return <Trouble error={error} />
  if (!data) return <Waiting />
  if (data.scripts.length === 0 && data.recipes.length === 0)
    return (
      <EmptyState icon={<Unlink2 />} title={words.none}>
        {words.noneHint}
      </EmptyState>
    )
  return (
    <div className="grid gap-4 p-4 text-sm">
      {!data.complete && <Notice className="rounded-md">{words.notAll}</Notice>}
      {data.scripts.length > 0 && (
        <section>
          <h3 className="mb-1 font-medium">{words.scripts(data.scripts.length)}</h3>
          <ul className="divide-y rounded-md border">
            {data.scripts.map(({ model, model_name, node, node_name, recipe }) => (
              <li key={`${model} ${node} ${recipe}`}>
                <Link
                  to="/w/$workspace/models/$model"
                  params={{ workspace: slug, model }}
                  search={{ node }}
                  className="flex items-baseline gap-2 px-3 py-1.5 hover:bg-hover"
                >
                  <span className="truncate font-medium">{node_name}</span>
                  <span className="truncate text-muted">{model_name}</span>
                  <span className="flex-1" />
                  <span className="shrink-0 text-muted text-xs">
                    {recipe ? words.byRecipe(recipe) : words.suggested}
                  </span>
                </Link>
              </li>
            ))}
          </ul>
        </section>
      )}
      {data.recipes.length > 0 && (
        <section>
          <h3 className="mb-1 font-medium">{words.recipes}</h3>
          <ul className="divide-y rounded-md border">
            {data.recipes.map(({ id, version }) => (
              <RecipeRow
                key={`${id} ${version}`}
                recipe={id}
                pinned={version}
                template={template}
              />
            ))}
          </ul>
        </section>
      )}
    </div>
  )
}

function RecipeRow({
  recipe,
  pinned,
  template,
}: {
  recipe: string
  pinned: string
  template: TemplateSourceReply
}) {
  const workspace = useWorkspace()
  const client = useQueryClient()
  const [isAsked, ask] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const isBehind = pinned !== '' && pinned !== template.version
  const upgrade = useUpgrade(recipe, template.id, isAsked)
  const recipes = useQuery({ ...recipesQuery(workspace.id), enabled: isBehind })
  const path = recipes.data?.find((one) => one.id === recipe)?.path

  const take = async () => {
    if (!path) return
    setBusy(true)
    try {
      const { text, version } = await readDocument(workspace.id, path)
      const { withPin } = await import('./pins')
      const next = withPin(text, recipe, template.id, template.version)
      if (next === null) toast.warning(words.noneToPin)
      else {
        await saveDocument(workspace.id, path, next, version ?? '')
        toast.success(words.took(recipe, template.version))
      }
      await client.invalidateQueries({ queryKey: ['templates', workspace.id] })
    } catch (error) {
      tellFailure(error)
    } finally {
      setBusy(false)
    }
  }

  return (
    <li className="grid gap-2 px-3 py-1.5">
      <div className="flex flex-wrap items-center gap-2">
        <span className="font-medium">{recipe}</span>
        <span className="text-muted">{pinned ? words.pinned(pinned) : words.follows}</span>
        {isBehind && <Badge tone="warning">{words.behind(template.version)}</Badge>}
        <span className="flex-1" />
        {isBehind && !isAsked && (
          <Button size="sm" onClick={() => ask(true)}>
            {words.whatChanges}
          </Button>
        )}
        {isBehind && isAsked && upgrade.isSuccess && !whyReadOnly(workspace) && (
          <Button size="sm" variant="primary" disabled={isBusy || !path} onClick={take}>
            {words.take(template.version)}
          </Button>
        )}
      </div>
      {upgrade.error && <Trouble error={upgrade.error} className="rounded-md" />}
      {isAsked && isBehind && upgrade.isPending && <Waiting />}
      {isBehind && upgrade.data && (
        <div className="grid min-w-0 gap-2">
          {upgrade.data.declarations.length > 0 && (
            <ul className="list-disc pl-5">
              {upgrade.data.declarations.map((one) => (
                <li key={one}>{one}</li>
              ))}
            </ul>
          )}
          <p className="text-muted">
            {upgrade.data.outputs.length > 0
              ? words.changes(upgrade.data.outputs.length)
              : words.nothingChanges}
          </p>
          {upgrade.data.outputs.map(({ path: output, diff }) => (
            <div key={output} className="grid min-w-0 gap-1">
              <h4 className="font-mono text-muted text-xs">{output}</h4>
              <UnifiedDiff text={diff} label={output} />
            </div>
          ))}
        </div>
      )}
    </li>
  )
}
