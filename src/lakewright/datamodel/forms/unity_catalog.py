"""Property forms of the objects of Unity Catalog."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from lakewright.datamodel.forms.properties import (
    Bool,
    Expectation,
    Int,
    Name,
    Properties,
    advanced,
    basic,
)


class Identity(Properties):
    """A column that numbers its rows."""

    always: Bool = basic(True, "Refuse values that an INSERT gives.")
    start: Int = basic(1, "First number.")
    step: Int = basic(1, "Distance between numbers; not 0.")


class ColumnMask(Properties):
    """A function that hides a column's values from some."""

    function: str = basic(..., "Function, by three-level name.", "main.security.mask_email")
    using_columns: list[Name] = advanced([], "Other columns that it gets.", ["region"])


class Column(Properties):
    """A column."""

    name: Name = basic(..., "Name.", "customer_id")
    type: str = basic(..., "Databricks SQL type.", "BIGINT", "DECIMAL(18,2)", min_length=1)
    nullable: Bool = basic(True, "Whether it may be empty.")
    comment: str | None = basic(None, "What it holds.", "Key of the customer")
    default: str | Int | float | Bool | None = advanced(
        None, "Value when an INSERT gives none: a SQL expression.", "current_timestamp()"
    )
    generated_expr: str | None = advanced(
        None, "Expression that computes it from other columns.", "CAST(ordered_at AS DATE)"
    )
    identity: Identity | None = advanced(None, "Number the rows.")
    mask_fn: str | ColumnMask | None = advanced(
        None, "Function that masks its values.", "main.security.mask_email"
    )
    tags: dict[str, str | None] = advanced({}, "Tags.", {"pii": "email"})


class ForeignKey(Properties):
    """A reference to the key of another table; informational on Databricks."""

    name: Name | None = advanced(None, "Name of the constraint.", "fk_orders_customers")
    columns: list[Name] = basic(..., "Columns of this table.", ["customer_id"], min_length=1)
    references: str = basic(
        ..., "The other table: id of its node, or its name.", "main.silver.customers", min_length=1
    )
    referenced_columns: list[Name] = basic(
        [], "Its columns; empty means its primary key.", ["customer_id"]
    )


class CheckConstraint(Properties):
    """A condition that every row must meet; Delta refuses rows that do not."""

    name: Name = basic(..., "Name of the constraint.", "positive_amount")
    expr: str = basic(..., "SQL condition.", "amount > 0", min_length=1)


class RowFilter(Properties):
    """A function that decides which rows somebody sees."""

    fn: str = basic(..., "Function, by three-level name.", "main.security.only_my_region")
    cols: list[Name] = basic([], "Columns that it gets.", ["region"])


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


# SQL does not care about the case of a format, so neither do we.
TableFormat = Annotated[
    Literal["delta", "iceberg", "parquet", "csv", "json", "avro", "orc", "text"],
    BeforeValidator(_lower),
]


class TableShape(Properties):
    """What a table looks like, whoever writes it."""

    table_type: Literal["MANAGED", "EXTERNAL"] = basic(
        "MANAGED", "Who owns the files: Unity Catalog, or you."
    )
    format: TableFormat = basic("delta", "Format; managed tables are Delta or Iceberg.")
    location: str | None = basic(
        None, "Folder of an external table.", "s3://lake/silver/customers", min_length=1
    )
    columns: list[Column] = basic(
        [], "The columns, in order.", [{"name": "id", "type": "BIGINT", "nullable": False}]
    )
    primary_key: list[Name] = basic([], "Columns of the primary key (informational).", ["id"])
    foreign_keys: list[ForeignKey] = advanced([], "References to other tables (informational).")
    check_constraints: list[CheckConstraint] = advanced([], "Conditions that every row must meet.")
    cluster_by: list[Name] | Literal["AUTO"] = basic(
        [],
        "Columns to cluster by (liquid clustering), at most 4, or AUTO.",
        ["customer_id"],
        "AUTO",
    )
    partitioned_by: list[Name] = advanced(
        [], "Columns to partition by; clustering is the better choice for most tables.", ["day"]
    )
    comment: str | None = basic(None, "What the table holds.", "One row per customer")
    tblproperties: dict[str, str] = advanced(
        {}, "Table properties.", {"delta.enableChangeDataFeed": "true"}
    )
    row_filter: RowFilter | None = advanced(None, "Function that hides rows from some.")
    tags: dict[str, str | None] = advanced({}, "Tags.", {"domain": "sales"})


class _InSchema(Properties):
    catalog: Name | None = basic(None, "Catalog; empty means the node it is in.", "main")
    schema_name: Name | None = basic(
        None, "Schema; empty means the node it is in.", "silver", alias="schema"
    )
    name: str = basic(..., "Name.", "customers", min_length=1)


class UcCatalogProperties(Properties):
    """A catalog."""

    name: Name = basic(..., "Name.", "main")
    storage_root: str | None = advanced(
        None, "Where managed tables are kept; empty means the metastore's root.", "s3://lake/main"
    )
    comment: str | None = basic(None, "What it holds.", "Production data")
    properties: dict[str, str] = advanced({}, "Properties.", {"owner_team": "platform"})
    connection_name: str | None = advanced(None, "Connection, for a foreign catalog.", "shop_db")
    options: dict[str, str] = advanced({}, "Options of a foreign catalog.", {"database": "shop"})
    isolation: Literal["OPEN", "ISOLATED"] | None = advanced(
        None, "Whether all workspaces of the metastore see it."
    )


class UcSchemaProperties(Properties):
    """A schema."""

    name: Name = basic(..., "Name.", "silver")
    catalog: Name | None = basic(None, "Catalog; empty means the node it is in.", "main")
    storage_root: str | None = advanced(
        None, "Where managed tables are kept; empty means the catalog's root.", "s3://lake/silver"
    )
    comment: str | None = basic(None, "What it holds.", "Cleaned data")
    properties: dict[str, str] = advanced({}, "Properties.", {"owner_team": "sales"})


class UcVolumeProperties(_InSchema):
    """A volume."""

    volume_type: Literal["MANAGED", "EXTERNAL"] = basic(
        "MANAGED", "Who owns the files: Unity Catalog, or you."
    )
    storage_location: str | None = basic(
        None, "Folder of an external volume.", "s3://lake/landing", min_length=1
    )
    comment: str | None = basic(None, "What it holds.", "Files from partners")


class UcExternalLocationProperties(Properties):
    """An external location."""

    name: Name = basic(..., "Name.", "landing")
    url: str = basic(..., "Cloud storage path.", "s3://landing", min_length=1)
    credential_name: Name = basic(..., "Storage credential.", "landing_role")
    read_only: Bool = basic(False, "Refuse writes.")
    skip_validation: Bool = advanced(False, "Do not check access when it is made.")
    comment: str | None = basic(None, "What it is for.", "Drop zone of partners")


class UcTableProperties(_InSchema, TableShape):
    """A table."""


class _Refreshed(Properties):
    schedule: Literal["none", "every", "cron", "on_update"] = basic(
        "none", "What refreshes it: nobody, an interval, a cron expression, new upstream rows."
    )
    every: str | None = basic(
        None, "The interval, for `every`.", "1 HOUR", pattern=r"(?i)^\d+ (HOURS?|DAYS?|WEEKS?)$"
    )
    cron: str | None = advanced(None, "The Quartz expression, for `cron`.", "0 0 6 * * ?")
    timezone_id: str | None = advanced(None, "Time zone of the expression.", "Europe/Berlin")
    cluster_by: list[Name] | Literal["AUTO"] = advanced(
        [], "Columns to cluster by, at most 4, or AUTO.", ["customer_id"], "AUTO"
    )
    partitioned_by: list[Name] = advanced([], "Columns to partition by.", ["day"])
    expectations: list[Expectation] = advanced([], "Rules that its rows must keep.")
    tblproperties: dict[str, str] = advanced({}, "Table properties.", {"quality": "gold"})


class ViewColumn(Properties):
    """A column of a view."""

    name: Name = basic(..., "Name.", "customer_id")
    comment: str | None = basic(None, "What it holds.", "Key of the customer")


class UcViewProperties(_InSchema):
    """A view."""

    query: str = basic(
        ..., "SELECT of the view.", "SELECT * FROM main.silver.customers", min_length=1
    )
    columns: list[ViewColumn] = advanced([], "Names and comments of the columns.")
    comment: str | None = basic(None, "What it shows.", "Customers without personal data")
    tblproperties: dict[str, str] = advanced({}, "View properties.", {"quality": "gold"})
    tags: dict[str, str | None] = advanced({}, "Tags.", {"domain": "sales"})


class UcMaterializedViewProperties(_InSchema, _Refreshed):
    """A materialized view."""

    query: str = basic(
        ..., "SELECT of the view.", "SELECT country, count(*) AS n FROM a.b.c GROUP BY country",
        min_length=1,
    )  # fmt: skip
    comment: str | None = basic(None, "What it shows.", "Sales per country")


class UcStreamingTableProperties(_InSchema, _Refreshed):
    """A streaming table."""

    query: str = basic(
        ...,
        "SELECT over a stream.",
        "SELECT * FROM STREAM read_files('/Volumes/main/landing/orders')",
        min_length=1,
    )
    comment: str | None = basic(None, "What it holds.", "Orders as they arrive")


class FunctionParameter(Properties):
    """A parameter of a function."""

    name: Name = basic(..., "Name.", "email")
    type: str = basic(..., "Databricks SQL type.", "STRING", min_length=1)
    default: str | None = advanced(None, "Value when none is given: a SQL expression.", "NULL")
    comment: str | None = advanced(None, "What it is.", "The address to hide")


class UcFunctionProperties(_InSchema):
    """A function."""

    params: list[FunctionParameter] = basic([], "Its parameters, in order.")
    returns: str = basic(..., "Type of the result, or TABLE with columns.", "STRING", min_length=1)
    language: Literal["SQL", "PYTHON"] = basic("SQL", "Language of the body.")
    body: str = basic(
        ...,
        "A SQL expression or RETURN's query, or the Python body.",
        "CASE WHEN is_account_group_member('pii') THEN email ELSE '***' END",
        min_length=1,
    )
    deterministic: Bool | None = advanced(None, "Whether equal arguments give equal results.")
    comment: str | None = basic(None, "What it does.", "Hides addresses from most people")


class UcRegisteredModelProperties(_InSchema):
    """A registered model."""

    comment: str | None = basic(None, "What it predicts.", "Chance that a customer leaves")
    storage_location: str | None = advanced(
        None, "Where its files are kept; empty means the schema's root.", "s3://lake/models"
    )
    aliases: dict[str, Int] = advanced({}, "Alias -> version.", {"champion": 3})


class UcConnectionProperties(Properties):
    """A connection."""

    name: Name = basic(..., "Name.", "shop_db")
    connection_type: Literal[
        "POSTGRESQL", "MYSQL", "SQLSERVER", "ORACLE", "SNOWFLAKE", "REDSHIFT", "BIGQUERY", "SQLDW",
        "TERADATA", "SALESFORCE_DATA_CLOUD", "HIVE_METASTORE", "DATABRICKS", "GLUE", "HTTP",
    ] = basic(..., "Kind of system.", "POSTGRESQL")  # fmt: skip
    options: dict[str, Any] = basic(
        {},
        "Options; credentials as `secret('scope', 'key')` only.",
        {"host": "db.example.com", "port": "5432", "password": "secret('ingest', 'shop')"},
    )
    read_only: Bool = advanced(True, "Refuse writes.")
    comment: str | None = basic(None, "What it reaches.", "The shop's database")


class UcGrantsProperties(Properties):
    """Privileges on the objects that the node is connected to."""

    principal: str = basic(
        ..., "User, group or service principal.", "data-engineers", min_length=1, max_length=255
    )
    privileges: list[str] = basic(..., "Privileges.", ["SELECT", "USE_SCHEMA"], min_length=1)
