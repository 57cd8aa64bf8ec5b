import { create } from 'zustand'
import type { NodeId } from '@/document/model'

/** What is looked at in the designer: never part of the document, never undone. */
export interface DesignerView {
  nodes: ReadonlySet<NodeId>
  /** Keys of edges (`edgeKey`). */
  edges: ReadonlySet<string>
  notes: ReadonlySet<string>
  groups: ReadonlySet<string>
  /** A field that the properties panel shall show and focus: `columns.2.type`. */
  field: { node: NodeId; property: string; at: number } | null
  /** A node that the canvas shall bring into view. */
  reveal: { node: NodeId; at: number } | null
  /** A line that the YAML editor shall show. */
  line: { line: number; at: number } | null
  drawer: 'problems' | 'yaml' | 'preview' | 'history' | null
  /** The properties panel shall show itself and take the focus. */
  properties: { at: number } | null
}

const NOTHING = {
  nodes: new Set<NodeId>(),
  edges: new Set<string>(),
  notes: new Set<string>(),
  groups: new Set<string>(),
}

export const useDesignerView = create<DesignerView>(() => ({
  ...NOTHING,
  field: null,
  reveal: null,
  line: null,
  drawer: null,
  properties: null,
}))

export const designerView = {
  select(
    nodes: Iterable<NodeId>,
    edges: Iterable<string> = [],
    notes: Iterable<string> = [],
    groups: Iterable<string> = [],
  ): void {
    useDesignerView.setState({
      nodes: new Set(nodes),
      edges: new Set(edges),
      notes: new Set(notes),
      groups: new Set(groups),
    })
  },

  /** Select a node, bring it into view and, when one is named, focus a field of it. */
  goTo(node: NodeId, property = ''): void {
    const at = Date.now()
    useDesignerView.setState({
      ...NOTHING,
      nodes: new Set([node]),
      reveal: { node, at },
      field: property ? { node, property, at } : null,
      ...(property && { properties: { at } }),
    })
  },

  /** Show a line of the YAML. */
  goToLine(line: number): void {
    useDesignerView.setState({ drawer: 'yaml', line: { line, at: Date.now() } })
  },

  openDrawer(drawer: DesignerView['drawer']): void {
    useDesignerView.setState({ drawer })
  },

  openProperties(): void {
    useDesignerView.setState({ properties: { at: Date.now() } })
  },

  /** Another model: nothing of the last one is looked at. */
  forget(): void {
    useDesignerView.setState({ ...NOTHING, field: null, reveal: null, line: null })
  },
}
