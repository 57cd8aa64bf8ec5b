import type { Misfit } from '@/document/connections'
import type { NodeId } from '@/document/model'
import { documentStore } from '@/document/store'
import { texts } from '@/texts'

const t = texts.designer.canvas

export const nameOf = (id: NodeId): string =>
  documentStore.getState().open?.model.nodes.find((node) => node.id === id)?.name || id

/** Why two nodes cannot be connected, for people. */
export function misfitText(misfit: Misfit, name: (id: NodeId) => string = nameOf): string {
  switch (misfit.why) {
    case 'itself':
      return t.misfit.itself
    case 'unknown-type':
      return t.misfit.unknown
    case 'no-way-out':
      return t.misfit.noWayOut(name(misfit.node))
    case 'no-way-in':
      return t.misfit.noWayIn(name(misfit.node))
    case 'kinds':
      return t.misfit.kinds(
        t.ports[misfit.from] ?? misfit.from,
        t.ports[misfit.into] ?? misfit.into,
      )
    case 'types':
      return t.misfit.types(t.edgeKinds[misfit.kind] ?? misfit.kind)
    case 'full':
      return t.misfit.full(
        name(misfit.node),
        name(misfit.holds),
        t.edgeKinds[misfit.kind] ?? misfit.kind,
      )
    case 'twin':
      return t.misfit.twin
    default:
      return misfit satisfies never
  }
}
