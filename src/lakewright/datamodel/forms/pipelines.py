"""Property forms of declarative pipelines and what they hold."""

from typing import Any, Literal

from lakewright.datamodel.forms.properties import (
    Bool,
    Expectation,
    Name,
    Permission,
    Properties,
    advanced,
    basic,
)


class PipelineProperties(Properties):
    """A declarative pipeline."""

    name: str | None = basic(
        None, "Name in the workspace; empty means the node's name.", "Sales pipeline", min_length=1
    )
    catalog: Name = basic(..., "Catalog that its tables go to.", "main")
    schema_name: Name = basic(..., "Schema that its tables go to.", "sales", alias="schema")
    serverless: Bool = basic(True, "Serverless compute.")
    continuous: Bool = basic(False, "Run all the time instead of once per update.")
    language: Literal["PYTHON", "SQL"] = basic("PYTHON", "Language that is written.")
    channel: Literal["CURRENT", "PREVIEW"] = advanced("CURRENT", "Release channel.")
    development: Bool | None = advanced(
        None, "Development mode; empty leaves it to the bundle's target."
    )
    photon: Bool | None = advanced(None, "Photon, on classic compute.")
    edition: Literal["CORE", "PRO", "ADVANCED"] | None = advanced(
        None, "Edition, on classic compute; CDC needs PRO, expectations ADVANCED."
    )
    configuration: dict[str, str] = advanced(
        {}, "Values that the code reads from the Spark configuration.", {"start": "2026-01-01"}
    )
    notifications: list[dict[str, Any]] = advanced(
        [],
        "Who gets a mail, and when.",
        [{"email_recipients": ["oncall@example.com"], "alerts": ["on-update-failure"]}],
    )
    root_path: str | None = advanced(None, "Folder of its code.", "src/sales_pipeline")
    clusters: list[dict[str, Any]] = advanced(
        [], "Classic compute, when not serverless.", [{"label": "default", "num_workers": 2}]
    )
    permissions: list[Permission] = advanced([], "Who may see, run or change it.")


class _DpDataset(Properties):
    query: str | None = basic(
        None,
        "SELECT that gives the rows; empty means what flows in.",
        "SELECT * FROM STREAM(main.raw.orders)",
        min_length=1,
    )
    comment: str | None = basic(None, "What it holds.", "Orders as they arrive")
    expectations: list[Expectation] = basic([], "Rules that its rows must keep.")


class _DpTableShape(_DpDataset):
    name: str = basic(..., "Name, in the pipeline's schema.", "orders_bronze", min_length=1)
    cluster_by: list[Name] | Literal["AUTO"] = advanced(
        [], "Columns to cluster by, or AUTO.", ["customer_id"], "AUTO"
    )
    partition_cols: list[Name] = advanced([], "Columns to partition by.", ["day"])
    table_properties: dict[str, str] = advanced({}, "Table properties.", {"quality": "bronze"})
    schema_ddl: str | None = advanced(None, "Columns, as DDL.", "id BIGINT, amount DECIMAL(18,2)")
    private: Bool = advanced(False, "Keep it inside the pipeline.")


class DpTableProperties(_DpTableShape):
    """A streaming table."""


class DpMaterializedViewProperties(_DpTableShape):
    """A materialized view."""


class DpViewProperties(_DpDataset):
    """A view inside the pipeline."""

    name: str = basic(..., "Name, known to the pipeline only.", "orders_clean", min_length=1)


class DpCdcFlowProperties(Properties):
    """Changes that are applied to a streaming table."""

    name: str | None = basic(None, "Name of the flow; empty means the node's id.", "customers_cdc")
    target: str | None = basic(
        None,
        "Streaming table that is kept up to date; empty means what it flows into.",
        "customers",
    )
    source: str | None = basic(
        None, "Table or view with the changes; empty means what flows in.", "customers_feed"
    )
    keys: list[Name] = basic(
        ..., "Columns that say which rows are the same.", ["customer_id"], min_length=1
    )
    sequence_by: str = basic(..., "Column that orders the changes.", "updated_at", min_length=1)
    scd_type: Literal[1, 2] = basic(1, "1 keeps the last value, 2 keeps the history.")
    apply_as_deletes: str | None = advanced(
        None, "Condition on changes that delete.", "operation = 'DELETE'"
    )
    apply_as_truncates: str | None = advanced(
        None, "Condition on changes that empty the table (type 1 only).", "operation = 'TRUNCATE'"
    )
    except_columns: list[Name] = advanced([], "Columns to leave out.", ["operation"])
    track_history: list[Name] = advanced(
        [], "Columns whose changes make history (type 2 only); empty means all.", ["city"]
    )
    ignore_null_updates: Bool = advanced(False, "Keep the old value where the new one is null.")


class DpAppendFlowProperties(Properties):
    """One more stream into a table."""

    name: str | None = basic(
        None, "Name of the flow; empty means the node's id.", "orders_backfill"
    )
    target: str | None = basic(
        None, "Streaming table that is appended to; empty means what it flows into.", "orders"
    )
    query: str | None = basic(
        None,
        "SELECT that gives the rows; empty means what flows in.",
        "SELECT * FROM STREAM(a.b.c)",
    )
    once: Bool = advanced(False, "Run once, as a backfill.")
    comment: str | None = advanced(None, "What the flow is for.", "Orders before 2024")


class DpSinkProperties(Properties):
    """Where rows leave the pipeline."""

    name: str = basic(..., "Name of the sink.", "orders_out", min_length=1)
    format: Literal["kafka", "delta"] = basic(..., "Kind of sink.", "kafka")
    options: dict[str, str] = basic(
        {},
        "Options: brokers and topic for Kafka, table or path for Delta.",
        {"kafka.bootstrap.servers": "broker-1:9092", "topic": "orders"},
    )
    query: str | None = basic(
        None,
        "SELECT that gives the rows; empty means what flows in.",
        "SELECT * FROM STREAM(a.b.c)",
    )
