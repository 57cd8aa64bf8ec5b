import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { beginWithExample, startingPointsQuery } from '@/api/models'
import { useWorkspace } from '@/api/workspace'
import { texts } from '@/texts'
import { Button } from '@/ui/button'
import { EmptyState } from '@/ui/state'
import { tellFailure } from '@/ui/tellFailure'
import { type Example, ExampleCards } from '@/ui/thumbnail/ExampleCards'
import type { Way } from './begin'

const words = texts.models.empty
const SHOWN = 3

/** Instead of an empty list: three pipelines that work, and the other ways to begin. */
export function FirstModel({
  onWay,
  readOnly,
}: {
  onWay: (way: Way) => void
  readOnly: string | null
}) {
  const workspace = useWorkspace()
  const navigate = useNavigate()
  const points = useQuery(startingPointsQuery(workspace.id))
  const [isBusy, setBusy] = useState(false)
  const begin = async (example: Example) => {
    setBusy(true)
    try {
      const model = await beginWithExample(workspace.id, example, [])
      await navigate({
        to: '/w/$workspace/models/$model',
        params: { workspace: workspace.slug, model },
      })
    } catch (error) {
      setBusy(false)
      tellFailure(error)
    }
  }
  const off = readOnly !== null || isBusy
  return (
    <div className="mx-auto w-full max-w-4xl overflow-auto px-4 py-6">
      <EmptyState title={words.title} className="py-6">
        {words.words}
      </EmptyState>
      <ExampleCards
        examples={(points.data ?? []).slice(0, SHOWN)}
        verb={words.use}
        disabled={off}
        onChoose={begin}
      />
      <div className="mt-5 flex flex-wrap justify-center gap-2">
        <Button disabled={off} onClick={() => onWay('blank')}>
          {words.blank}
        </Button>
        <Button disabled={off} onClick={() => onWay('import')}>
          {words.import}
        </Button>
        <Button disabled={off} onClick={() => onWay('ddl')}>
          {words.ddl}
        </Button>
      </div>
    </div>
  )
}
