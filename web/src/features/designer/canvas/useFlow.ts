import { useMemo, useRef } from 'react'
import type { OpenDocument } from '@/document/store'
import { useDocument } from '@/document/useDocument'
import { useNodeTypes } from '../nodeTypes'
import { useDesignerView } from '../view'
import { type Flow, toFlow } from './flow'
import { useCanvas } from './state'
import { usePast, useUnsaved } from './useDifferences'

const NOTHING_YET: Flow = { nodes: [], edges: [] }
const NO_FINDINGS: OpenDocument['findings'] = []
const NO_DERIVED: OpenDocument['derived'] = []

/** What there is to show, the same objects as before where nothing changed. */
export function useFlow(): Flow {
  const types = useNodeTypes()
  const model = useDocument((open) => open.model, null)
  const findings = useDocument((open) => open.findings, NO_FINDINGS)
  const derived = useDocument((open) => open.derived, NO_DERIVED)
  const placed = useCanvas((state) => state.placed)
  const lit = useCanvas((state) => state.lit)
  const unsaved = useUnsaved()
  const past = usePast()
  const nodes = useDesignerView((state) => state.nodes)
  const edges = useDesignerView((state) => state.edges)
  const notes = useDesignerView((state) => state.notes)
  const groups = useDesignerView((state) => state.groups)
  const before = useRef<Flow>(NOTHING_YET)
  return useMemo(() => {
    if (!model) return before.current
    const selected = { nodes, edges, notes, groups }
    before.current = toFlow(
      {
        model,
        types,
        placed,
        findings,
        derived,
        marks: past?.marks ?? unsaved,
        past,
        lit,
        selected,
      },
      before.current,
    )
    return before.current
  }, [model, types, placed, findings, derived, unsaved, past, lit, nodes, edges, notes, groups])
}
