"""Property forms of the sources: where rows come from."""

from typing import Any, Literal

from lakewright.datamodel.forms.properties import (
    Bool,
    Int,
    Name,
    Properties,
    SecretRef,
    advanced,
    basic,
)


class TableVersion(Properties):
    """A table as it was: one of the two."""

    version: Int | None = basic(None, "Version in the table's history.", 12, ge=0)
    timestamp: str | None = basic(None, "Moment in time.", "2026-01-31T00:00:00Z")


class SourceTableProperties(Properties):
    """A table that is read."""

    catalog: Name | None = basic(None, "Catalog; empty means the schema node it is in.", "main")
    schema_name: Name | None = basic(
        None, "Schema; empty means the schema node it is in.", "raw", alias="schema"
    )
    table: str = basic(..., "Table, or its full three-level name.", "customers", min_length=1)
    format: Literal["delta", "iceberg", "parquet", "csv", "json", "avro", "orc", "text"] = basic(
        "delta", "Format the table is stored in."
    )
    read_mode: Literal["batch", "stream"] = basic("batch", "Read all rows, or only new ones.")
    as_of: TableVersion | None = advanced(None, "Read the table as it was (time travel).")
    change_data_feed: Bool = advanced(
        False, "Read changes instead of rows; the table must have its change data feed enabled."
    )
    filter: str | None = advanced(None, "SQL condition on the rows read.", "country = 'DE'")
    options: dict[str, Any] = advanced(
        {}, "Options of the Spark reader.", {"maxFilesPerTrigger": "100"}
    )


class SourceFilesProperties(Properties):
    """Files that are read."""

    path: str = basic(
        ...,
        "Folder in a volume or in cloud storage.",
        "/Volumes/main/landing/orders",
        "s3://landing/orders",
        min_length=1,
    )
    format: Literal["json", "csv", "parquet", "avro", "orc", "text", "xml", "binaryFile"] = basic(
        ..., "Format of the files.", "json"
    )
    ingest: Literal["auto_loader", "read_files", "copy_into"] = basic(
        "auto_loader", "How new files are found: as a stream, by a query, or by COPY INTO."
    )
    schema_hints: str | None = advanced(
        None, "Types of some columns, where inference would guess wrong.", "id BIGINT, at TIMESTAMP"
    )
    schema_location: str | None = advanced(
        None,
        "Folder where Auto Loader keeps the schema it inferred.",
        "/Volumes/main/landing/_schemas/orders",
    )
    checkpoint_location: str | None = advanced(
        None,
        "Folder where the stream keeps its progress.",
        "/Volumes/main/landing/_checkpoints/orders",
    )
    schema_evolution_mode: Literal["addNewColumns", "rescue", "failOnNewColumns", "none"] | None = (
        advanced(None, "What Auto Loader does with a column it has not seen before.")
    )
    file_pattern: str | None = advanced(None, "Only files whose name matches.", "*.json")
    options: dict[str, Any] = advanced(
        {}, "Options of the reader.", {"header": "true", "multiLine": "true"}
    )


class JdbcProperties(Properties):
    """A database reached over JDBC, with credentials from a secret scope only."""

    url: str | None = basic(None, "JDBC URL without credentials.", "jdbc:postgresql://db:5432/shop")
    host: str | None = advanced(None, "Host, when there is no URL.", "db.example.com")
    port: Int | None = advanced(None, "Port, when there is no URL.", 5432, ge=1, le=65535)
    database: str | None = basic(None, "Database, when there is no URL.", "shop")
    driver: str | None = advanced(None, "JDBC driver class.", "org.postgresql.Driver")
    connection: str | None = basic(None, "Unity Catalog connection to use instead.", "shop_db")
    user_secret: SecretRef | None = basic(None, "Where the user name is kept.")
    password_secret: SecretRef | None = basic(None, "Where the password is kept.")


class SourceJdbcProperties(JdbcProperties):
    """A table or a query of a database; one of the two."""

    table: str | None = basic(None, "Table to read.", "public.orders")
    query: str | None = basic(None, "Query to run instead of reading a table.", "SELECT 1 AS one")
    partition_column: str | None = advanced(
        None, "Numeric column by which reading is split.", "order_id"
    )
    lower_bound: Int | None = advanced(None, "Smallest value of that column.", 1)
    upper_bound: Int | None = advanced(None, "Largest value of that column.", 1_000_000)
    num_partitions: Int | None = advanced(None, "Connections opened at once.", 8, ge=1)
    fetch_size: Int | None = advanced(None, "Rows per round trip.", 10_000, ge=1)


class SourceFederatedProperties(Properties):
    """A table or a query of a federated database; one of the two."""

    connection: str | None = basic(None, "Unity Catalog connection, for a query.", "shop_db")
    catalog: Name | None = basic(None, "Foreign catalog, for a table.", "shop")
    database: str | None = basic(None, "Database or schema in the foreign catalog.", "public")
    table: str | None = basic(None, "Table to read.", "orders")
    query: str | None = basic(None, "Query that the other database runs.", "SELECT 1 AS one")


class SourceKafkaProperties(Properties):
    """Topics that are read."""

    bootstrap_servers: str = basic(
        ..., "Brokers, separated by commas.", "broker-1:9092,broker-2:9092", min_length=1
    )
    topics: str | list[str] = basic(..., "Topic or topics.", "orders", ["orders", "returns"])
    starting_offsets: str = basic(
        "latest", "Where the first run begins: earliest or latest.", "earliest"
    )
    value_format: Literal["json", "avro", "string", "binary"] = basic(
        "json", "How the values are encoded."
    )
    value_schema: str | None = advanced(
        None, "Schema of JSON values, as DDL.", "id BIGINT, amount DECIMAL(18,2)"
    )
    credential: str | None = advanced(
        None, "Unity Catalog service credential for managed Kafka.", "msk_reader"
    )
    sasl_secret: SecretRef | None = advanced(None, "Where the SASL login is kept.")
    options: dict[str, Any] = advanced(
        {}, "Options of the Kafka reader.", {"maxOffsetsPerTrigger": "10000"}
    )


class SourceShareProperties(Properties):
    """A table somebody shares."""

    catalog: Name | None = basic(None, "Catalog that was made from the share.", "partner")
    share: str = basic(..., "Share.", "partner_share", min_length=1)
    schema_name: Name | None = basic(None, "Schema in the share.", "sales", alias="schema")
    table: str = basic(..., "Table in the share.", "orders", min_length=1)
