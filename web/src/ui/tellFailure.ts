import { toast } from 'sonner'
import { Refusal } from '@/api/refusal'
import { texts } from '@/texts'

/** Something that a person asked for did not happen: the problem, and what to do about it. */
export function tellFailure(error: unknown): void {
  toast.error(error instanceof Error ? error.message : texts.ui.failed, {
    description: error instanceof Refusal ? error.remedy : undefined,
  })
}
