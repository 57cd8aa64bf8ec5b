import type { OpenDocument } from '@/document/store'

/** When each step of the tour is done; the last one is another page. */
export const DONE: readonly ((open: OpenDocument) => boolean)[] = [
  (open) => open.model.nodes.length >= 3,
  (open) => open.model.edges.length >= 2,
  (open) =>
    open.model.nodes.length > 0 &&
    !open.isChecking &&
    !open.findings.some((finding) => finding.severity === 'error'),
  (open) => open.model.nodes.length > 0 && open.text === open.base.text,
  () => false,
]
