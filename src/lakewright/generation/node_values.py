"""A node's properties as templates see them: defaults filled in, and what the drawing says."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from lakewright.datamodel.graph import GraphIndex, referenced
from lakewright.datamodel.model import EdgeKind, Node
from lakewright.datamodel.node_types import NODE_TYPES, Emits
from lakewright.datamodel.tables import dataset_of, function_of, split_address
from lakewright.sql.names import TableName

# Kind of object in a GRANT, by node type.
SECURABLES: Mapping[str, str] = {
    "uc_catalog": "CATALOG",
    "uc_schema": "SCHEMA",
    "uc_table": "TABLE",
    "dest_table": "TABLE",
    "uc_view": "TABLE",
    "uc_materialized_view": "TABLE",
    "uc_streaming_table": "TABLE",
    "uc_volume": "VOLUME",
    "uc_function": "FUNCTION",
    "uc_registered_model": "FUNCTION",
    "uc_external_location": "EXTERNAL_LOCATION",
    "uc_connection": "CONNECTION",
}
# Properties that hold the full name of a table or function, wherever they are nested.
_FULL_NAMES = frozenset(
    {"target", "table", "quarantine_table", "references", "mask_fn", "function", "fn"}
)
# Properties that people may write as one text or as a list; templates get a list.
_LISTS = ("cluster_by", "topics")


def address_of(index: GraphIndex, node: Node, home_catalog: str) -> dict[str, str] | None:
    """{catalog, schema, table} of a table, volume, function or model; None for other nodes.

    The catalog is empty when it is the home catalog, which each bundle target replaces.
    """
    address = dataset_of(index, node) or function_of(index, node)
    if address is None:
        return None
    home = home_catalog and address.catalog == home_catalog
    return {
        "catalog": "" if home else address.catalog,
        "schema": address.schema,
        "table": address.table,
    }


def property_values(index: GraphIndex, node: Node, home_catalog: str) -> dict[str, Any]:
    """The properties of a node as plain JSON.

    Beside the form's defaults: a schema knows its catalog and a grant its objects from the
    drawing, foreign keys name tables instead of nodes, code in a pipeline has the pipeline's
    language, and full names lose the home catalog.
    """
    found = {**form_defaults(node.type), **node.properties}
    for name in _LISTS:
        if isinstance(found.get(name), str):
            found[name] = [found[name]] if found[name] else []
    if node.type == "uc_grants" and not found.get("securables"):
        found["securables"] = _securables(index, node, home_catalog)
    if node.type == "uc_schema" and not found.get("catalog"):
        holder = index.container_of(node.id, "uc_catalog")
        found["catalog"] = holder.properties.get("name") if holder is not None else None
    row = NODE_TYPES.get(node.type)
    if row is not None and row.emits is Emits.PIPELINE_SOURCE and not found.get("language"):
        pipeline = index.pipeline_of(node.id)
        if pipeline is not None:
            found["language"] = pipeline.properties.get("language", "PYTHON")
    if isinstance(found.get("foreign_keys"), list):
        found["foreign_keys"] = [_foreign_key(index, key) for key in found["foreign_keys"]]
    return _without_home(found, home_catalog) if home_catalog else found


@cache
def form_defaults(node_type: str) -> Mapping[str, Any]:
    """Property -> default of that type's form, as plain JSON; required ones are None."""
    row = NODE_TYPES.get(node_type)
    if row is None:
        return {}
    defaults: dict[str, Any] = {}
    for name, field in row.properties.model_fields.items():
        default = None if field.is_required() else field.get_default(call_default_factory=True)
        defaults[field.alias or name] = _plain(default)
    return defaults


def _plain(value: Any) -> Any:
    """JSON values of a form's default: enums by value, nested forms as maps."""
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json", by_alias=True)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return getattr(value, "value", value)


def _securables(index: GraphIndex, node: Node, home_catalog: str) -> list[dict[str, str]]:
    """The objects that a grant is drawn to, as {type, name}, in the order of the file."""
    found: list[dict[str, str]] = []
    for edge in index.outgoing(node.id, EdgeKind.GRANTS_ON):
        target = index.nodes[edge.target]
        kind = SECURABLES.get(target.type)
        if kind is None or not target.enabled:
            continue
        address = address_of(index, target, home_catalog)
        if address is not None:
            name = TableName(address["catalog"], address["schema"], address["table"]).sql()
        else:
            own = str(target.properties.get("name") or target.name or target.id)
            name = TableName("", _catalog_of(index, target, home_catalog), own).sql()
        found.append({"type": kind, "name": name})
    return found


def _catalog_of(index: GraphIndex, node: Node, home_catalog: str) -> str:
    """The catalog in front of a schema's name; empty for the home catalog and other objects."""
    if node.type != "uc_schema":
        return ""
    catalog = node.properties.get("catalog")
    if not catalog and (holder := index.container_of(node.id, "uc_catalog")) is not None:
        catalog = holder.properties.get("name")
    return "" if not isinstance(catalog, str) or catalog == home_catalog else catalog


def _foreign_key(index: GraphIndex, key: Any) -> Any:
    """A foreign key whose `references` is the address of a table, not the id of a node."""
    if not isinstance(key, dict) or not isinstance(key.get("references"), str):
        return key
    target = referenced(index, key["references"], {})
    address = dataset_of(index, index.nodes[target]) if target is not None else None
    return key if address is None else {**key, "references": address.sql()}


def _without_home(value: Any, home_catalog: str, name: str = "") -> Any:
    """The value with the home catalog cut off full names."""
    if isinstance(value, dict):
        return {key: _without_home(item, home_catalog, str(key)) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_home(item, home_catalog) for item in value]
    if name in _FULL_NAMES and isinstance(value, str):
        parts = split_address(value)
        if len(parts) == 3 and parts[0] == home_catalog:
            return TableName("", parts[1], parts[2]).sql()
    return value
