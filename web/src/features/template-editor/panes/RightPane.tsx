import { editor } from '@/texts/templateEditor'
import { Tabs } from '@/ui/controls'
import { type Shown, useTemplate } from '../hooks'
import { RIGHTS, type Right, useView } from '../view'
import { AboutPane } from './AboutPane'
import { ValuesPane } from './ValuesPane'
import { VariablesPane } from './VariablesPane'
import { VariationsPane } from './VariationsPane'

/** What the template declares, and the values that it is tried with. */
export function RightPane({ shown }: { shown: Shown }) {
  const right = useView((state) => state.right)
  const variables = useTemplate((open) => open.template.variables.length, 0)
  const variations = useTemplate((open) => open.template.variations.length, 0)
  const counts: Partial<Record<Right, number>> = { variables, variations }
  return (
    <section aria-label={editor.panels.right} className="flex h-full min-h-0 flex-col bg-surface">
      <div className="h-10 shrink-0 overflow-x-auto border-b px-1 pt-0.5">
        <Tabs<Right>
          label={editor.panels.right}
          value={right}
          onChange={(next) => useView.setState({ right: next })}
          tabs={RIGHTS.map((value) => ({
            value,
            label: editor.right[value],
            count: counts[value],
          }))}
        />
      </div>
      <div className="min-h-0 flex-1 overflow-auto">
        {right === 'variables' && <VariablesPane />}
        {right === 'variations' && <VariationsPane />}
        {right === 'values' && <ValuesPane shown={shown} />}
        {right === 'about' && <AboutPane />}
      </div>
    </section>
  )
}
