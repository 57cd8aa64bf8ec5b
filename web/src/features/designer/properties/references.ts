import type { Edit } from '@/document/edit'
import type { DataModel, ModelNode, NodeId } from '@/document/model'

/** Types of nodes that a property names by id or name. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  job: ['job'],
  pipeline: ['pipeline'],
  job_cluster_key: ['job_cluster'],
  environment_key: ['environment'],
}
const COMPUTE = [
  'job_cluster',
  'all_purpose_cluster',
  'existing_cluster_ref',
  'sql_warehouse',
  'environment',
]
const TABLES = new Set([
  'target',
  'quarantine_table',
  'securable_name',
  'table_names',
  'refresh_selection',
  'full_refresh_selection',
])
const COLUMNS = new Set([
  'cluster_by',
  'dedup_keys',
  'except_columns',
  'group_by',
  'key_column',
  'keys',
  'merge_keys',
  'partition_by',
  'partition_cols',
  'partition_column',
  'partitioned_by',
  'primary_key',
  'sequence_by',
  'track_history',
  'update_columns',
  'zorder_by',
])

/** Nodes that a property may name; null when it names no node. */
export function nodesFor(
  property: string,
  model: DataModel,
  runsOn: readonly string[],
): ModelNode[] | null {
  const types = property === 'compute' ? (runsOn.length ? runsOn : COMPUTE) : NAMED[property]
  return types ? model.nodes.filter((node) => types.includes(node.type)) : null
}

/** What is likely to be written into a property: tables, columns or tasks of the model. */
export function suggestionsFor(property: string, node: ModelNode, model: DataModel): string[] {
  if (TABLES.has(property)) return tablesOf(model)
  if (COLUMNS.has(property)) return columnsNear(node, model)
  if (property === 'ignores_upstream')
    return model.nodes.filter((one) => one.id !== node.id).map((one) => one.id)
  return []
}

function tablesOf(model: DataModel): string[] {
  const names = model.nodes.flatMap((node) => {
    const { catalog, schema, table, name } = node.properties
    const last = table ?? (node.type.startsWith('uc_') ? name : undefined)
    if (typeof last !== 'string' || !last) return []
    return [[catalog, schema, last].filter((part) => typeof part === 'string' && part).join('.')]
  })
  return [...new Set(names)].sort()
}

/** Columns of the node itself, and of what flows into it and out of it. */
function columnsNear(node: ModelNode, model: DataModel): string[] {
  const near = new Set([node.id])
  for (const edge of model.edges) {
    if (edge.target === node.id) near.add(edge.source)
    if (edge.source === node.id) near.add(edge.target)
  }
  const names = model.nodes
    .filter((one) => near.has(one.id))
    .sort((one) => (one.id === node.id ? -1 : 1))
    .flatMap((one) => (Array.isArray(one.properties.columns) ? one.properties.columns : []))
    .map((column: { name?: unknown } | null) => column?.name)
  return [
    ...new Set(names.filter((name): name is string => typeof name === 'string' && name !== '')),
  ]
}

/** A new id for a node, also where other nodes name it in their properties. */
export function renameEdit(model: DataModel, id: NodeId, newId: NodeId): Edit {
  const names = ['compute', ...Object.keys(NAMED)]
  const edits: Edit[] = [{ kind: 'rename-node', id, newId }]
  for (const node of model.nodes) {
    const at = node.id === id ? newId : node.id
    for (const name of names)
      if (node.properties[name] === id)
        edits.push({ kind: 'set-property', id: at, path: [name], value: newId })
    const ignored = node.properties.ignores_upstream
    if (Array.isArray(ignored) && ignored.includes(id))
      edits.push({
        kind: 'set-property',
        id: at,
        path: ['ignores_upstream'],
        value: ignored.map((one) => (one === id ? newId : one)),
      })
  }
  return edits.length === 1 && edits[0] ? edits[0] : { kind: 'several', edits }
}

/** Where a value comes from that a node leaves open: the schema or catalog that it is drawn in. */
export function inheritedFrom(
  property: string,
  node: ModelNode,
  model: DataModel,
): { from: string; value: string } | null {
  if (property !== 'catalog' && property !== 'schema') return null
  let at = node.id
  for (let step = 0; step < 8; step += 1) {
    const edge = model.edges.find((one) => one.type === 'contains' && one.target === at)
    const parent = edge && model.nodes.find((one) => one.id === edge.source)
    if (!parent) return null
    const value =
      property === 'schema'
        ? parent.type === 'uc_schema' && (parent.properties.name ?? parent.properties.schema)
        : parent.type === 'uc_catalog'
          ? (parent.properties.name ?? parent.properties.catalog)
          : parent.properties.catalog
    if (typeof value === 'string' && value) return { from: parent.name || parent.id, value }
    at = parent.id
  }
  return null
}
