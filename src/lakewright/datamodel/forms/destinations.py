"""Property forms of the destinations: where rows go."""

from typing import Any, Literal

from lakewright.datamodel.forms.properties import (
    Bool,
    Int,
    Name,
    SecretRef,
    TaskProperties,
    advanced,
    basic,
)
from lakewright.datamodel.forms.sources import JdbcProperties
from lakewright.datamodel.forms.unity_catalog import TableShape


class DestTableProperties(TaskProperties, TableShape):
    """A table that is written."""

    catalog: Name | None = basic(None, "Catalog; empty means the schema node it is in.", "main")
    schema_name: Name | None = basic(
        None, "Schema; empty means the schema node it is in.", "silver", alias="schema"
    )
    table: str = basic(..., "Table, or its full three-level name.", "customers", min_length=1)
    write_mode: Literal["append", "overwrite", "merge", "replace_where", "create_or_replace"] = (
        basic("append", "What happens to the rows that are there already.")
    )
    merge_keys: list[Name] = basic([], "Columns that say which rows are the same.", ["id"])
    replace_where: str | None = advanced(
        None, "Condition on the rows that are replaced.", "day = '2026-01-01'"
    )
    schema_evolution: Bool = advanced(False, "Add columns that the table does not have yet.")
    checkpoint_location: str | None = advanced(
        None,
        "Folder where a stream keeps its progress.",
        "/Volumes/main/ops/_checkpoints/customers",
    )
    stream_trigger: str = advanced(
        "available_now",
        "When a stream runs: `available_now`, or an interval such as `1 minute`.",
        "1 minute",
    )


class DestFilesProperties(TaskProperties):
    """Files that are written."""

    path: str = basic(
        ..., "Folder in a volume or in cloud storage.", "/Volumes/main/exports/orders", min_length=1
    )
    format: Literal["parquet", "csv", "json", "avro", "orc", "text", "xml"] = basic(
        "parquet", "Format of the files."
    )
    write_mode: Literal["append", "overwrite", "errorifexists", "ignore"] = basic(
        "append", "What happens to the files that are there already."
    )
    partition_by: list[Name] = advanced([], "Columns that make sub-folders.", ["day"])
    options: dict[str, Any] = advanced({}, "Options of the writer.", {"header": "true"})


class DestKafkaProperties(TaskProperties):
    """A topic that is written."""

    bootstrap_servers: str = basic(
        ..., "Brokers, separated by commas.", "broker-1:9092", min_length=1
    )
    topic: str = basic(..., "Topic.", "orders_clean", min_length=1)
    key_column: str | None = basic(None, "Column that becomes the key.", "order_id")
    value_format: Literal["json", "avro", "string"] = basic("json", "How values are encoded.")
    credential: str | None = advanced(
        None, "Unity Catalog service credential for managed Kafka.", "msk_writer"
    )
    sasl_secret: SecretRef | None = advanced(None, "Where the SASL login is kept.")
    checkpoint_location: str | None = advanced(
        None, "Folder where the stream keeps its progress.", "/Volumes/main/ops/_checkpoints/out"
    )
    options: dict[str, Any] = advanced({}, "Options of the Kafka writer.", {"kafka.acks": "all"})


class DestJdbcProperties(TaskProperties, JdbcProperties):
    """A table of another database."""

    table: str = basic(..., "Table to write.", "public.customer_scores", min_length=1)
    write_mode: Literal["append", "overwrite", "truncate"] = basic(
        "append", "What happens to the rows that are there already."
    )
    batch_size: Int | None = advanced(None, "Rows per round trip.", 10_000, ge=1)


class DestShareProperties(TaskProperties):
    """A share that publishes the tables that flow in."""

    share: str = basic(..., "Share.", "customer_share", min_length=1)
    recipients: list[str] = basic([], "Recipients who may read it.", ["partner_a"])
    share_as: str | None = advanced(None, "Name of the table in the share.", "sales.orders")
    with_history: Bool = advanced(True, "Also share the table's history, for time travel.")
    comment: str | None = advanced(None, "What the share is for.", "Orders for partners")
