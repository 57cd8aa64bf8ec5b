import { Refusal } from '@/api/refusal'
import { Notice } from './state'

/** What the server said no to, with what to do about it. */
export function Trouble({ error, className }: { error: Error; className?: string }) {
  return (
    <Notice severity="error" className={className}>
      <p>{error.message}</p>
      {error instanceof Refusal && error.remedy && <p className="text-muted">{error.remedy}</p>}
    </Notice>
  )
}
