"""Rules about Unity Catalog objects and the rows that are read and written."""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from lakewright.datamodel.model import EdgeKind, Node
from lakewright.datamodel.node_types import NODE_TYPES, Emits
from lakewright.datamodel.rules.rule import Drawing, Finding, rule
from lakewright.datamodel.tables import (
    DECLARES_TABLE,
    TABLE_TYPES,
    dataset_of,
    function_of,
    split_address,
)
from lakewright.diagnostics import Severity, did_you_mean, shown
from lakewright.errors import LakewrightError
from lakewright.sql.names import TableName, quote_identifier

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

# Source: Databricks SQL manual, *Names*, *Object names in Unity Catalog*.
_NOT_IN_OBJECT_NAMES = re.compile(r"[./ \x00-\x1f\x7f]")
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,254}")
_SHAPED = ("uc_table", "dest_table")
_MOST_CLUSTERING_COLUMNS = 4


@rule(ERROR)
def table_has_a_full_address(drawing: Drawing) -> Iterator[Finding]:
    """Objects of Unity Catalog are named by catalog, schema and their own name."""
    for node, row in drawing.known():
        if row.emits is Emits.PIPELINE_SOURCE or node.type == "source_share":
            continue
        address = dataset_of(drawing.index, node) or function_of(drawing.index, node)
        if address is None or (address.catalog and address.schema):
            continue
        missing = " and ".join(
            word for word, part in (("catalog", address.catalog), ("schema", address.schema))
            if not part
        )  # fmt: skip
        yield Finding(
            f"{row.label} '{shown(address.table)}' has no {missing}.",
            f"Give {missing}, or draw a contains edge from a Schema node."
            if "uc_schema" in row.parents
            else f"Give {missing}.",
            node.id,
            missing.split(" ")[0],
        )
    for node, form in drawing.forms("uc_schema"):
        if not form.catalog and drawing.index.container_of(node.id, "uc_catalog") is None:
            yield Finding(
                f"Schema '{shown(form.name)}' has no catalog.",
                "Give catalog, or draw a contains edge from a Catalog node.",
                node.id,
                "catalog",
            )


_TABLE_PROPERTIES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("merge_upsert", ("target",)),
    ("select_transform", ("target",)),
    ("maintenance", ("table",)),
    ("data_quality", ("table", "quarantine_table")),
)


@rule(ERROR)
def named_table_has_three_levels(drawing: Drawing) -> Iterator[Finding]:
    """A task that names a table itself has no schema node to complete the name."""
    for key, names in _TABLE_PROPERTIES:
        for node, form in drawing.forms(key):
            for name in names:
                text = getattr(form, name)
                if text and len([part for part in split_address(text) if part]) != 3:
                    yield Finding(
                        f"'{shown(text)}' is no three-level table name.",
                        "Write catalog.schema.table, or draw a data_flow edge to a table node.",
                        node.id,
                        name,
                    )


@rule(ERROR)
def object_name_is_one(drawing: Drawing) -> Iterator[Finding]:
    """Names of objects hold no control characters, dots, slashes or spaces, and 255 characters
    at most; anything else is quoted.

    Source: Databricks SQL manual, *Names*, *Object names*.
    """
    for node, row in drawing.known():
        if not row.address:
            continue
        address = dataset_of(drawing.index, node) or function_of(drawing.index, node)
        own = row.address
        parts = (
            {"catalog": address.catalog, "schema": address.schema, own: address.table}
            if address is not None
            else {name: node.properties.get(name) for name in ("catalog", own)}
        )
        for name, part in parts.items():
            why = _why_no_name(part) if isinstance(part, str) and part else ""
            if why:
                yield Finding(
                    f"'{shown(part)}' cannot be a name: {why}",
                    "Use letters, digits and _; other characters only when they are needed.",
                    node.id,
                    name,
                )


def _why_no_name(name: str) -> str:
    if "${" in name or "{{" in name:
        return ""
    try:
        quote_identifier(name)
    except LakewrightError as error:
        return error.problem
    bad = _NOT_IN_OBJECT_NAMES.search(name)
    if bad is None:
        return ""
    what = {" ": "a space", ".": "a dot", "/": "a slash"}.get(bad.group(), "a control character")
    return f"Unity Catalog does not allow {what} in it."


@rule(ERROR)
def table_is_declared_once(drawing: Drawing) -> Iterator[Finding]:
    """Two nodes that make the same table would overwrite each other's shape."""
    first: dict[tuple[str, ...], Node] = {}
    for node, _ in drawing.known():
        declares = node.type in DECLARES_TABLE or (
            node.type == "dest_table" and node.properties.get("columns")
        )
        address = dataset_of(drawing.index, node) if declares else None
        if address is None:
            continue
        key = (address.catalog.lower(), address.schema.lower(), address.table.lower())
        other = first.setdefault(key, node)
        if other is not node:
            table = ".".join(part for part in key if part)
            yield Finding(
                f"'{shown(other.id)}' and '{shown(node.id)}' both declare {shown(table)}.",
                "Delete one of them, or remove the columns from Table (write).",
                node.id,
            )


@rule(ERROR)
def object_is_declared_once(drawing: Drawing) -> Iterator[Finding]:
    """Two nodes that make the same catalog, schema, volume, function or model."""
    first: dict[tuple[str, ...], str] = {}
    for node, row in drawing.known():
        if row.emits is not Emits.SETUP_SQL or node.type in TABLE_TYPES or not row.address:
            continue
        own = node.properties.get(row.address)
        address = function_of(drawing.index, node)
        key: tuple[str, ...]
        if address is not None:
            key = (node.type, address.catalog, address.schema, address.table)
        elif isinstance(own, str):
            holder = drawing.index.container_of(node.id, "uc_catalog")
            catalog = node.properties.get("catalog") or (
                holder.properties.get("name") if holder is not None else ""
            )
            key = (node.type, str(catalog) if node.type == "uc_schema" else "", own)
        else:
            continue
        other = first.setdefault(tuple(part.lower() for part in key), node.id)
        if other != node.id:
            yield Finding(
                f"'{shown(other)}' and '{shown(node.id)}' are the same {row.label.lower()}.",
                "Keep one of them and connect it to what the other was connected to.",
                node.id,
            )


@rule(ERROR)
def column_names_differ(drawing: Drawing) -> Iterator[Finding]:
    """Column names are compared without regard to case. Source: Delta Lake."""
    for node, form in drawing.forms(*_SHAPED, "uc_view"):
        first: dict[str, str] = {}
        for at, column in enumerate(form.columns):
            other = first.get(column.name.lower())
            if other is not None:
                yield Finding(
                    f"Column '{shown(column.name)}' is there twice"
                    + (f" (also as '{shown(other)}')." if other != column.name else "."),
                    "Rename or delete one of them.",
                    node.id,
                    f"columns.{at}.name",
                )
            first.setdefault(column.name.lower(), column.name)


@rule(WARNING)
def column_name_is_plain(drawing: Drawing) -> Iterator[Finding]:
    """Without column mapping Delta refuses column names with spaces and some punctuation.

    Source: Databricks, *Rename and drop columns with Delta Lake column mapping*.
    """
    for node, form in drawing.forms(*_SHAPED):
        mapped = form.tblproperties.get("delta.columnMapping.mode") in ("name", "id")
        for at, column in enumerate(form.columns):
            if _PLAIN.fullmatch(column.name):
                continue
            try:
                quote_identifier(column.name)
            except LakewrightError as error:
                yield Finding(
                    f"'{shown(column.name)}' cannot be a column name: {error.problem}",
                    error.remedy,
                    node.id,
                    f"columns.{at}.name",
                    ERROR,
                )
                continue
            if not mapped and re.search(r"[ ,;{}()\n\t=]", column.name) and "${" not in column.name:
                yield Finding(
                    f"Column '{shown(column.name)}' holds a character that Delta allows only "
                    "with column mapping.",
                    "Rename it, or set the table property delta.columnMapping.mode to name.",
                    node.id,
                    f"columns.{at}.name",
                )


@rule(ERROR)
def column_type_is_known(drawing: Drawing) -> Iterator[Finding]:
    """A type is a whole Databricks SQL type and nothing after it.

    Source: Databricks SQL manual, *Data types*.
    """
    from lakewright.sql.types import normalize_type

    for node, form in drawing.forms(*_SHAPED, "uc_function"):
        list_name = "params" if node.type == "uc_function" else "columns"
        for at, column in enumerate(getattr(form, list_name)):
            if "${" in column.type or "{{" in column.type:
                continue
            try:
                normalize_type(column.type)
            except LakewrightError as error:
                yield Finding(error.problem, error.remedy, node.id, f"{list_name}.{at}.type")


@rule(ERROR)
def named_columns_exist(drawing: Drawing) -> Iterator[Finding]:
    """Keys, clustering, partitions, masks and filters name columns of the table."""
    for node, form in drawing.forms(*_SHAPED):
        if not form.columns:
            continue
        names = {column.name.lower(): column.name for column in form.columns}
        for path, wanted in _named_columns(form):
            # Clustering may name a field inside a struct: `address.city`.
            if wanted.lower() not in names and wanted.split(".")[0].lower() not in names:
                yield Finding(
                    f"'{shown(wanted)}' in '{path.split('.')[0]}' is no column of the table.",
                    did_you_mean(wanted, names.values()) + "Name one of its columns.",
                    node.id,
                    path,
                )


def _named_columns(form: Any) -> Iterator[tuple[str, str]]:
    for name in ("primary_key", "cluster_by", "partitioned_by", "merge_keys"):
        value = getattr(form, name, None)
        if isinstance(value, list):
            yield from ((f"{name}.{at}", column) for at, column in enumerate(value))
    for at, key in enumerate(form.foreign_keys):
        for inner, column in enumerate(key.columns):
            yield f"foreign_keys.{at}.columns.{inner}", column
    if form.row_filter is not None:
        for at, column in enumerate(form.row_filter.cols):
            yield f"row_filter.cols.{at}", column
    for at, column in enumerate(form.columns):
        for inner, other in enumerate(getattr(column.mask_fn, "using_columns", ())):
            yield f"columns.{at}.mask_fn.using_columns.{inner}", other


@rule(ERROR)
def clustering_has_few_columns(drawing: Drawing) -> Iterator[Finding]:
    """Liquid clustering takes at most four columns, each once.

    Source: Databricks, *Use liquid clustering for tables*, *Choose clustering keys*.
    """
    for node, form in drawing.having("cluster_by"):
        keys = getattr(form, "cluster_by", None)
        if not isinstance(keys, list):
            continue
        if len(keys) > _MOST_CLUSTERING_COLUMNS:
            yield Finding(
                f"The table is clustered by {len(keys)} columns; Databricks allows "
                f"{_MOST_CLUSTERING_COLUMNS}.",
                "Keep the columns that queries filter by most, or write AUTO.",
                node.id,
                "cluster_by",
            )
        if len({key.lower() for key in keys}) < len(keys):
            yield Finding(
                "A column is in 'cluster_by' twice.", "Delete one.", node.id, "cluster_by"
            )


@rule(ERROR)
def managed_table_is_delta_or_iceberg(drawing: Drawing) -> Iterator[Finding]:
    """Unity Catalog manages Delta and Iceberg tables only.

    Source: Databricks, *Unity Catalog managed tables*.
    """
    for node, form in drawing.forms(*_SHAPED):
        if form.table_type == "MANAGED" and form.format not in ("delta", "iceberg"):
            yield Finding(
                f"A managed table cannot have the format {form.format}.",
                "Use delta or iceberg, or make it EXTERNAL with a location.",
                node.id,
                "format",
            )


@rule(WARNING)
def managed_storage_has_no_location(drawing: Drawing) -> Iterator[Finding]:
    """Unity Catalog chooses where a managed object lives; a location would be ignored."""
    for node, form in drawing.forms(*_SHAPED, "uc_volume"):
        volume = node.type == "uc_volume"
        name, kind = ("storage_location", "volume_type") if volume else ("location", "table_type")
        if getattr(form, kind) == "MANAGED" and getattr(form, name):
            yield Finding(
                f"'{name}' is given, but '{kind}' is MANAGED.",
                f"Set '{kind}' to EXTERNAL, or delete '{name}'.",
                node.id,
                name,
            )


@rule(ERROR)
def foreign_key_reaches_a_key(drawing: Drawing) -> Iterator[Finding]:
    """A foreign key refers to columns of another table, one for one.

    Source: Databricks SQL manual, *CONSTRAINT clause*. A table outside of the model is not
    looked at.
    """
    shaped = {node.id: form for node, form in drawing.forms(*_SHAPED)}
    by_address = {
        address: node_id
        for node_id in shaped
        if (address := dataset_of(drawing.index, drawing.index.nodes[node_id])) is not None
    }
    for node_id, form in shaped.items():
        for at, key in enumerate(form.foreign_keys):
            path = f"foreign_keys.{at}"
            target = shaped.get(key.references)
            if target is None:
                parts = split_address(key.references)
                if len(parts) == 3:
                    target = shaped.get(by_address.get(TableName(*parts), ""))
                else:
                    yield Finding(
                        f"'{shown(key.references)}' is neither a table node nor a three-level "
                        "name.",
                        did_you_mean(key.references, shaped) + "Name the node or the table.",
                        node_id,
                        f"{path}.references",
                    )
                    continue
            if target is None:
                continue
            columns = key.referenced_columns or target.primary_key
            if not columns:
                yield Finding(
                    f"'{shown(key.references)}' has no primary key to refer to.",
                    "Give it a primary_key, or give referenced_columns.",
                    node_id,
                    path,
                )
            elif len(columns) != len(key.columns):
                yield Finding(
                    f"{len(key.columns)} columns refer to {len(columns)}.",
                    "Give as many columns on both sides.",
                    node_id,
                    path,
                )
            names = {column.name.lower() for column in target.columns}
            for inner, column in enumerate(key.referenced_columns):
                if names and column.lower() not in names:
                    yield Finding(
                        f"'{shown(key.references)}' has no column '{shown(column)}'.",
                        did_you_mean(column, (c.name for c in target.columns))
                        + "Name one of its columns.",
                        node_id,
                        f"{path}.referenced_columns.{inner}",
                    )


@rule(ERROR)
def column_is_filled_in_one_way(drawing: Drawing) -> Iterator[Finding]:
    """A column has a default, is computed, or numbers its rows: one of them; numbering needs
    BIGINT and a step.

    Source: Databricks SQL manual, *CREATE TABLE*, column properties.
    """
    for node, form in drawing.forms(*_SHAPED):
        for at, column in enumerate(form.columns):
            given = [
                name
                for name in ("default", "generated_expr", "identity")
                if getattr(column, name) is not None
            ]
            path = f"columns.{at}"
            if len(given) > 1:
                yield Finding(
                    f"Column '{shown(column.name)}' has {' and '.join(given)} at once.",
                    "Keep one of them.",
                    node.id,
                    f"{path}.{given[1]}",
                )
            if column.identity is None:
                continue
            if column.type.strip().upper() not in ("BIGINT", "LONG"):
                yield Finding(
                    f"Column '{shown(column.name)}' numbers its rows, but is {shown(column.type)}.",
                    "Make it BIGINT.",
                    node.id,
                    f"{path}.type",
                )
            if column.identity.step == 0:
                yield Finding(
                    f"Column '{shown(column.name)}' would give every row the same number.",
                    "Set step to 1.",
                    node.id,
                    f"{path}.identity.step",
                )


@rule(WARNING)
def partitions_leave_columns(drawing: Drawing) -> Iterator[Finding]:
    """A table partitioned by all its columns holds no data. Source: Spark, *CREATE TABLE*."""
    for node, form in drawing.forms(*_SHAPED):
        if form.columns and {n.lower() for n in form.partitioned_by} >= {
            column.name.lower() for column in form.columns
        }:
            yield Finding(
                "The table is partitioned by all of its columns.",
                "Partition by few columns, or use cluster_by.",
                node.id,
                "partitioned_by",
                ERROR,
            )


@rule(WARNING)
def files_are_kept_for_a_week(drawing: Drawing) -> Iterator[Finding]:
    """Vacuuming files younger than 168 hours can break readers and time travel.

    Source: Databricks SQL manual, *VACUUM*; Delta refuses it while its safety check is on.
    """
    for node, form in drawing.forms("maintenance"):
        if form.op == "vacuum" and form.retain_hours is not None and form.retain_hours < 168:
            yield Finding(
                f"VACUUM keeps files for {form.retain_hours} hours only.",
                "Keep them for 168 hours or more.",
                node.id,
                "retain_hours",
            )


@rule(ERROR)
def zorder_and_clustering_exclude_each_other(drawing: Drawing) -> Iterator[Finding]:
    """A table with liquid clustering cannot be Z-ordered.

    Source: Databricks, *Use liquid clustering for tables*.
    """
    for node, form in drawing.forms("maintenance"):
        if form.op != "zorder":
            continue
        for table in drawing.index.upstream_of(node.id):
            if table.properties.get("cluster_by"):
                yield Finding(
                    f"'{shown(table.id)}' is clustered, so it cannot be Z-ordered.",
                    "Set op to optimize: that keeps up the clustering.",
                    node.id,
                    "op",
                )


@rule(ERROR)
def task_knows_its_tables(drawing: Drawing) -> Iterator[Finding]:
    """A merge needs rows and a table; maintenance and quality rules need a table."""
    index = drawing.index
    for node, form in drawing.forms("merge_upsert"):
        if not form.target and not any(
            dataset_of(index, after) is not None for after in index.downstream_of(node.id)
        ):
            yield Finding(
                "The merge has no table to write to.",
                "Give 'target', or draw a data_flow edge to a table.",
                node.id,
                "target",
            )
        if not form.query and not index.incoming(node.id, EdgeKind.DATA_FLOW):
            yield Finding(
                "The merge has no rows to merge.",
                "Draw a data_flow edge from a source or a task, or give 'query'.",
                node.id,
                "query",
            )
    for node, form in drawing.forms("maintenance", "data_quality"):
        if not form.table and not index.incoming(node.id, EdgeKind.DATA_FLOW):
            yield Finding(
                f"{NODE_TYPES[node.type].label} '{shown(node.id)}' has no table to work on.",
                "Draw a data_flow edge from a table, or give 'table'.",
                node.id,
                "table",
            )
    for node, form in drawing.forms("select_transform"):
        if not form.query and not index.incoming(node.id, EdgeKind.DATA_FLOW):
            yield Finding(
                "The transformation has no rows to work on.",
                "Draw a data_flow edge from a source or a table, or give 'query'.",
                node.id,
                "query",
            )


@rule(WARNING)
def transformed_rows_go_somewhere(drawing: Drawing) -> Iterator[Finding]:
    """A SELECT whose rows go nowhere is computed for nothing."""
    for node, form in drawing.forms("select_transform"):
        if not form.target and not drawing.index.outgoing(node.id, EdgeKind.DATA_FLOW):
            yield Finding(
                "The rows of this transformation go nowhere.",
                "Draw a data_flow edge to a table or a task, or give 'target'.",
                node.id,
                "target",
            )


@rule(ERROR)
def aggregate_has_columns(drawing: Drawing) -> Iterator[Finding]:
    """Grouped rows need columns to show, and a condition on groups needs groups."""
    for node, form in drawing.forms("select_transform"):
        if form.query:
            continue
        if form.group_by and not form.select:
            yield Finding(
                "Rows are grouped, but no columns are selected.",
                "List the group's columns and the aggregates in 'select'.",
                node.id,
                "select",
            )
        if form.having and not form.group_by:
            yield Finding(
                "'having' is given without 'group_by'.",
                "Use 'where', or give 'group_by'.",
                node.id,
                "having",
            )


@rule(ERROR)
def stream_is_appended_or_merged(drawing: Drawing) -> Iterator[Finding]:
    """A stream adds rows; it cannot replace those that are there in each run.

    Source: Spark, *Structured Streaming*, output modes of the Delta sink.
    """
    for node, form in drawing.forms("dest_table"):
        if form.write_mode not in ("overwrite", "replace_where", "create_or_replace"):
            continue
        if not drawing.index.is_task(node.id):
            continue
        for source in drawing.index.upstream_of(node.id):
            if _is_stream(drawing, source):
                yield Finding(
                    f"'{shown(source.id)}' is read as a stream, and write_mode is "
                    f"{form.write_mode}.",
                    "Set write_mode to append or merge, or read in batch.",
                    node.id,
                    "write_mode",
                )


def _is_stream(drawing: Drawing, node: Node) -> bool:
    reading = drawing.readings.get(node.id)
    form = reading.form if reading is not None else None
    match node.type:
        case "source_kafka":
            return True
        case "source_files":
            return getattr(form, "ingest", "") == "auto_loader"
        case "source_table":
            return getattr(form, "read_mode", "") == "stream"
        case _:
            return False


@rule(ERROR)
def time_travel_is_in_batch(drawing: Drawing) -> Iterator[Finding]:
    """A table as it was cannot be read as a stream, and has one version or one moment."""
    for node, form in drawing.forms("source_table"):
        if form.as_of is None:
            continue
        if form.read_mode == "stream":
            yield Finding(
                "A stream cannot read the table as it was.",
                "Set read_mode to batch, or delete 'as_of'.",
                node.id,
                "as_of",
            )
        if (form.as_of.version is None) == (form.as_of.timestamp is None):
            yield Finding(
                "'as_of' needs a version or a timestamp.",
                "Give exactly one of them.",
                node.id,
                "as_of",
            )


@rule(ERROR)
def federated_source_is_reachable(drawing: Drawing) -> Iterator[Finding]:
    """A remote query needs its connection, a federated table its foreign catalog.

    Source: Databricks, *Lakehouse Federation*; `remote_query`.
    """
    for node, form in drawing.forms("source_federated"):
        if form.query and not form.connection:
            yield Finding(
                "The query has no connection to run on.",
                "Give 'connection'.",
                node.id,
                "connection",
            )


@rule(WARNING)
def jdbc_login_is_a_secret(drawing: Drawing) -> Iterator[Finding]:
    """A JDBC URL needs a login, which comes from a secret scope."""
    for node, form in drawing.forms("source_jdbc", "dest_jdbc"):
        if form.connection or (form.user_secret and form.password_secret):
            continue
        yield Finding(
            "The database has no login.",
            "Give user_secret and password_secret (scope and key), or a connection.",
            node.id,
            "password_secret",
        )


@rule(ERROR)
def pipeline_node_has_rows(drawing: Drawing) -> Iterator[Finding]:
    """Tables, views and flows of a pipeline take rows from a query or from what flows in."""
    filled = {form.target for _, form in drawing.forms("dp_cdc_flow", "dp_append_flow")}
    for node, form in drawing.forms(
        "dp_table", "dp_materialized_view", "dp_view", "dp_append_flow", "dp_sink", "dp_cdc_flow"
    ):
        own = form.source if node.type == "dp_cdc_flow" else form.query
        # A streaming table may be filled by flows instead.
        if own or drawing.index.incoming(node.id, EdgeKind.DATA_FLOW):
            continue
        if node.type == "dp_table" and not filled.isdisjoint((node.id, form.name)):
            continue
        name = "source" if node.type == "dp_cdc_flow" else "query"
        yield Finding(
            f"{NODE_TYPES[node.type].label} '{shown(node.id)}' has no rows.",
            f"Draw a data_flow edge to it, or give '{name}'.",
            node.id,
            name,
        )


@rule(ERROR)
def flow_has_a_target(drawing: Drawing) -> Iterator[Finding]:
    """A flow writes into a streaming table of its pipeline."""
    for node, form in drawing.forms("dp_cdc_flow", "dp_append_flow"):
        if not form.target and not any(
            after.type in ("dp_table", "dp_sink") for after in drawing.index.downstream_of(node.id)
        ):
            yield Finding(
                f"Flow '{shown(node.id)}' writes to nothing.",
                "Draw a data_flow edge to a Streaming table (pipeline), or give 'target'.",
                node.id,
                "target",
            )


@rule(ERROR)
def history_is_kept_in_type_2(drawing: Drawing) -> Iterator[Finding]:
    """Tracked columns make history, which type 1 has not; emptying a table would lose it.

    Source: Databricks, *The AUTO CDC APIs*.
    """
    for node, form in drawing.forms("dp_cdc_flow"):
        if form.track_history and form.scd_type == 1:
            yield Finding(
                "'track_history' is given, but type 1 keeps no history.",
                "Set scd_type to 2, or delete 'track_history'.",
                node.id,
                "track_history",
            )
        if form.apply_as_truncates and form.scd_type == 2:
            yield Finding(
                "'apply_as_truncates' works with type 1 only.",
                "Delete it, or set scd_type to 1.",
                node.id,
                "apply_as_truncates",
            )


_CONTAINER_PRIVILEGES = frozenset({"ALL PRIVILEGES", "MANAGE", "APPLY TAG", "BROWSE"})
_DATA_PRIVILEGES = frozenset(
    {"SELECT", "MODIFY", "REFRESH", "EXECUTE", "READ VOLUME", "WRITE VOLUME"}
)
_SCHEMA_PRIVILEGES = _CONTAINER_PRIVILEGES | _DATA_PRIVILEGES | {
    "USE SCHEMA", "CREATE TABLE", "CREATE VOLUME", "CREATE FUNCTION", "CREATE MODEL",
    "CREATE MODEL VERSION", "CREATE MATERIALIZED VIEW", "EXTERNAL USE SCHEMA",
}  # fmt: skip
# Source: Databricks, *Unity Catalog privileges and securable objects*, privileges by type.
_PRIVILEGES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "uc_catalog": _SCHEMA_PRIVILEGES | {"USE CATALOG", "CREATE SCHEMA"},
        "uc_schema": _SCHEMA_PRIVILEGES,
        "uc_table": frozenset({"SELECT", "MODIFY", "ALL PRIVILEGES", "MANAGE", "APPLY TAG"}),
        "uc_view": frozenset({"SELECT", "ALL PRIVILEGES", "MANAGE", "APPLY TAG"}),
        "uc_materialized_view": frozenset(
            {"SELECT", "REFRESH", "ALL PRIVILEGES", "MANAGE", "APPLY TAG"}
        ),
        "uc_streaming_table": frozenset(
            {"SELECT", "MODIFY", "REFRESH", "ALL PRIVILEGES", "MANAGE", "APPLY TAG"}
        ),
        "uc_volume": frozenset(
            {"READ VOLUME", "WRITE VOLUME", "ALL PRIVILEGES", "MANAGE", "APPLY TAG"}
        ),
        "uc_function": frozenset({"EXECUTE", "ALL PRIVILEGES", "MANAGE"}),
        "uc_registered_model": frozenset(
            {"EXECUTE", "CREATE MODEL VERSION", "ALL PRIVILEGES", "MANAGE", "APPLY TAG"}
        ),
        "uc_external_location": frozenset(
            {"READ FILES", "WRITE FILES", "CREATE EXTERNAL TABLE", "CREATE EXTERNAL VOLUME",
             "CREATE MANAGED STORAGE", "CREATE FOREIGN CATALOG", "EXTERNAL USE LOCATION", "BROWSE",
             "ALL PRIVILEGES", "MANAGE"}
        ),
        "uc_connection": frozenset(
            {"USE CONNECTION", "CREATE FOREIGN CATALOG", "ALL PRIVILEGES", "MANAGE"}
        ),
    }
)  # fmt: skip


@rule(ERROR)
def privilege_fits_its_object(drawing: Drawing) -> Iterator[Finding]:
    """Each type of object has its own privileges; a schema's and a catalog's are inherited.

    Source: Databricks, *Unity Catalog privileges and securable objects*.
    """
    every = frozenset().union(*_PRIVILEGES.values())
    for node, form in drawing.forms("uc_grants"):
        targets = [
            drawing.index.nodes[edge.target]
            for edge in drawing.index.outgoing(node.id, EdgeKind.GRANTS_ON)
        ]
        for at, privilege in enumerate(form.privileges):
            wanted = " ".join(privilege.replace("_", " ").upper().split())
            if "${" in privilege:
                continue
            if wanted not in every:
                yield Finding(
                    f"There is no privilege '{shown(privilege)}'.",
                    did_you_mean(wanted, sorted(every)) + "Write one such as SELECT or USE SCHEMA.",
                    node.id,
                    f"privileges.{at}",
                )
                continue
            for target in targets:
                fitting = _PRIVILEGES.get(target.type)
                if fitting is not None and wanted not in fitting:
                    yield Finding(
                        f"{NODE_TYPES[target.type].label} '{shown(target.id)}' has no privilege "
                        f"{wanted}.",
                        "It has: " + ", ".join(sorted(fitting)) + ".",
                        node.id,
                        f"privileges.{at}",
                    )


TABLE_RULES = (
    table_has_a_full_address,
    named_table_has_three_levels,
    object_name_is_one,
    table_is_declared_once,
    object_is_declared_once,
    column_names_differ,
    column_name_is_plain,
    column_type_is_known,
    named_columns_exist,
    clustering_has_few_columns,
    managed_table_is_delta_or_iceberg,
    managed_storage_has_no_location,
    foreign_key_reaches_a_key,
    column_is_filled_in_one_way,
    partitions_leave_columns,
    files_are_kept_for_a_week,
    zorder_and_clustering_exclude_each_other,
    task_knows_its_tables,
    transformed_rows_go_somewhere,
    aggregate_has_columns,
    stream_is_appended_or_merged,
    time_travel_is_in_batch,
    federated_source_is_reachable,
    jdbc_login_is_a_secret,
    pipeline_node_has_rows,
    flow_has_a_target,
    history_is_kept_in_type_2,
    privilege_fits_its_object,
)
