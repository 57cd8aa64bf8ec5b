"""Which table of Unity Catalog a node stands for, reads or writes."""

import re
from typing import TYPE_CHECKING

from lakewright.datamodel.model import EdgeKind, Node
from lakewright.datamodel.node_types import NODE_TYPES, Emits
from lakewright.sql.names import TableName

if TYPE_CHECKING:
    from lakewright.datamodel.graph import GraphIndex

# Their rows have an address of three names. Volumes, functions and models have one too, but are
# no tables.
TABLE_TYPES = frozenset(
    {
        "source_table",
        "source_federated",
        "source_share",
        "dest_table",
        "uc_table",
        "uc_view",
        "uc_materialized_view",
        "uc_streaming_table",
        "dp_table",
        "dp_materialized_view",
    }
)
DECLARES_TABLE = frozenset(
    {
        "uc_table",
        "uc_view",
        "uc_materialized_view",
        "uc_streaming_table",
        "dp_table",
        "dp_materialized_view",
    }
)
_WRITABLE = frozenset({"dest_table", "uc_table"})
_TARGET_PROPERTY = {"merge_upsert": "target", "select_transform": "target"}

# A dot ends a part, except inside backticks, `${...}` and `{{...}}`.
_ADDRESS_PART = re.compile(r"(?:`(?:[^`]|``)*`|\$\{[^}]*\}|\{\{.*?\}\}|[^.`])+")


def split_address(text: str) -> list[str]:
    """The parts of a dotted name, without their backticks; references stay whole.

    >>> split_address("${var.catalog}.raw.`my.table`")
    ['${var.catalog}', 'raw', 'my.table']
    """
    parts = [part.strip() for part in _ADDRESS_PART.findall(text)]
    return [
        part[1:-1].replace("``", "`") if len(part) > 1 and part[0] == part[-1] == "`" else part
        for part in parts
    ]


def dataset_of(index: "GraphIndex", node: Node) -> TableName | None:
    """The table that a node reads, writes or declares.

    The node's properties count first, then the schema and catalog nodes it lives in, and for a
    node of a declarative pipeline the pipeline's own. A full name in `table` counts as all three.

    Returns:
        The address; levels that nobody gives are empty. `None` when the node is no table or has
        no usable name.
    """
    if node.type not in TABLE_TYPES:
        return None
    row = NODE_TYPES[node.type]
    own = node.properties.get(row.address or "table")
    return _address(index, node, own)


def function_of(index: "GraphIndex", node: Node) -> TableName | None:
    """The address of a function, volume or registered model; `None` for anything else."""
    if node.type not in ("uc_function", "uc_volume", "uc_registered_model"):
        return None
    return _address(index, node, node.properties.get("name"))


def _address(index: "GraphIndex", node: Node, own: object) -> TableName | None:
    if not isinstance(own, str) or not own:
        return None
    parts = split_address(own)
    if len(parts) == 3:
        return TableName(*parts)
    catalog, schema = _text(node, "catalog"), _text(node, "schema")
    if node.type == "source_federated":
        schema = schema or _text(node, "database")
    if len(parts) == 2:
        schema, own = parts
    elif len(parts) == 1:
        own = parts[0]
    if not (catalog and schema):
        holder_catalog, holder_schema = _container_names(index, node)
        if not schema:
            schema = holder_schema
        # The catalog of the schema node counts only together with that schema.
        if not catalog and schema == holder_schema:
            catalog = holder_catalog
    return TableName(catalog, schema, own)


def _container_names(index: "GraphIndex", node: Node) -> tuple[str, str]:
    row = NODE_TYPES[node.type]
    if row.emits is Emits.PIPELINE_SOURCE:
        pipeline = index.pipeline_of(node.id)
        if pipeline is None:
            return "", ""
        return _text(pipeline, "catalog"), _text(pipeline, "schema")
    holder = index.container_of(node.id, "uc_schema")
    if holder is None:
        return "", ""
    catalog = _text(holder, "catalog")
    if not catalog:
        above = index.container_of(holder.id, "uc_catalog")
        catalog = _text(above, "name") if above is not None else ""
    return catalog, _text(holder, "name")


def _text(node: Node, name: str) -> str:
    value = node.properties.get(name)
    return value if isinstance(value, str) else ""


def reads_of(index: "GraphIndex", node_id: str) -> tuple[TableName, ...]:
    """The tables whose rows flow straight into a node, in the order of the file."""
    found = dict.fromkeys(
        table
        for before in index.upstream_of(node_id)
        if before.enabled and (table := dataset_of(index, before)) is not None
    )
    node = index.nodes[node_id]
    if node.type in ("maintenance", "data_quality") and (own := _text(node, "table")):
        found.setdefault(_named(own))
    return tuple(found)


def writes_of(index: "GraphIndex", node_id: str) -> tuple[TableName, ...]:
    """The tables that a task or a node of a pipeline writes, in the order of the file.

    Those it flows into; the one it names itself (`target`); for a load and for a node of a
    pipeline its own.
    """
    node = index.nodes[node_id]
    found: dict[TableName, None] = {}
    target = _TARGET_PROPERTY.get(node.type)
    if target and (named := _text(node, target)):
        found.setdefault(_named(named))
    if node.type in ("dest_table", "dp_table", "dp_materialized_view"):
        own = dataset_of(index, node)
        if own is not None:
            found.setdefault(own)
    elif index.is_task(node_id) and node.type != "maintenance":
        for after in index.downstream_of(node_id):
            table = dataset_of(index, after) if after.type in _WRITABLE else None
            if table is not None and after.enabled:
                found.setdefault(table)
    return tuple(found)


def _named(text: str) -> TableName:
    parts = split_address(text) or [text]
    catalog, schema, *rest = ["", "", *parts][-3:] if len(parts) <= 3 else parts
    return TableName(catalog, schema, ".".join(rest))


def tables_read(index: "GraphIndex") -> dict[TableName, tuple[str, ...]]:
    """Every table that rows are taken from -> ids of the enabled nodes that take them, sorted.

    A node that takes rows is a task, a node of a pipeline or a view. A source that nothing
    reads yet stands for itself.
    """
    found: dict[TableName, list[str]] = {}
    for node_id, node in index.nodes.items():
        if not node.enabled:
            continue
        if node.type == "source_table" and not index.outgoing(node_id, EdgeKind.DATA_FLOW):
            table = dataset_of(index, node)
            if table is not None:
                found.setdefault(table, []).append(node_id)
        elif not index.incoming(node_id, EdgeKind.DATA_FLOW) and node.type not in (
            "maintenance",
            "data_quality",
        ):
            continue
        else:
            for table in reads_of(index, node_id):
                found.setdefault(table, []).append(node_id)
    return {table: tuple(sorted(found[table])) for table in sorted(found)}


def tables_declared(index: "GraphIndex") -> dict[TableName, tuple[str, ...]]:
    """Every table, view or pipeline dataset that the model makes -> ids of its nodes, sorted.

    A table that is only written (`dest_table`) is made by the first write, so it counts too.
    """
    found: dict[TableName, list[str]] = {}
    for node_id, node in index.nodes.items():
        if node.enabled and (node.type in DECLARES_TABLE or node.type == "dest_table"):
            table = dataset_of(index, node)
            if table is not None:
                found.setdefault(table, []).append(node_id)
    return {table: tuple(sorted(found[table])) for table in sorted(found)}


def tables_written(index: "GraphIndex") -> dict[TableName, tuple[str, ...]]:
    """Every table that is written -> ids of the enabled nodes that write it, sorted."""
    found: dict[TableName, list[str]] = {}
    for node_id, node in index.nodes.items():
        if not node.enabled:
            continue
        if index.is_task(node_id) or node.type.startswith("dp_"):
            for table in writes_of(index, node_id):
                found.setdefault(table, []).append(node_id)
    return {table: tuple(sorted(found[table])) for table in sorted(found)}
