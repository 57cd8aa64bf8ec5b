"""Property forms of the tasks that work on data."""

from typing import Literal

from lakewright.datamodel.forms.properties import (
    Bool,
    Expectation,
    Int,
    Name,
    Properties,
    TaskProperties,
    advanced,
    basic,
)


class NotebookProperties(TaskProperties):
    """A notebook: an existing one (`notebook_path`), or one that Lakewright writes."""

    notebook_path: str | None = basic(
        None,
        "Absolute workspace path of an existing notebook. Empty: Lakewright writes it.",
        "/Workspace/transforms/clean_customers",
        min_length=1,
    )
    language: Literal["PYTHON", "SQL", "SCALA", "R"] = basic(
        "PYTHON", "Language of the notebook that is written."
    )
    source_code: str | None = basic(
        None,
        "Body of the notebook that is written; empty means a template writes it.",
        "display(spark.table('main.raw.customers'))",
    )
    base_parameters: dict[str, str] = advanced(
        {},
        "Values of the notebook's widgets. Databricks' own references may be used.",
        {"run_date": "{{job.trigger.time.iso_date}}"},
    )
    source: Literal["WORKSPACE", "GIT"] = advanced(
        "WORKSPACE", "Where the path is looked up: the workspace or the job's git source."
    )


class SqlQueryProperties(TaskProperties):
    """SQL on a warehouse: text, a file, or something saved in the workspace."""

    mode: Literal["file", "query", "alert", "dashboard"] = basic(
        "file", "A SQL file of the bundle, or a saved query, alert or (legacy) dashboard."
    )
    query: str | None = basic(None, "SQL text; it becomes a file of the bundle.", "SELECT 1 AS one")
    path: str | None = basic(None, "File of SQL to run instead of text.", "src/sql/report.sql")
    query_id: str | None = advanced(None, "Id of the saved query.", "12345678-1234")
    alert_id: str | None = advanced(None, "Id of the saved alert.", "12345678-1234")
    dashboard_id: str | None = advanced(None, "Id of the saved dashboard.", "12345678-1234")
    parameters: dict[str, str] = advanced(
        {}, "Values of the named parameters (`:country`).", {"country": "DE"}
    )


class PythonScriptProperties(TaskProperties):
    """A Python file."""

    python_file: str = basic(
        ...,
        "Path of the file: in the bundle, the workspace, a volume or cloud storage.",
        "src/load.py",
        min_length=1,
    )
    parameters: list[str] = basic([], "Command line arguments.", ["--date", "{{job.start_time}}"])
    source: Literal["WORKSPACE", "GIT"] = advanced(
        "WORKSPACE", "Where the path is looked up: the workspace or the job's git source."
    )


class PythonWheelProperties(TaskProperties):
    """An entry point of a wheel."""

    package_name: str = basic(..., "Name of the package.", "shop_pipelines", min_length=1)
    entry_point: str = basic(..., "Entry point to call.", "main", min_length=1)
    parameters: list[str] = basic([], "Arguments by position.", ["--full"])
    named_parameters: dict[str, str] = advanced(
        {}, "Arguments by name; not together with arguments by position.", {"country": "DE"}
    )


class JarProperties(TaskProperties):
    """The main class of a JAR."""

    main_class_name: str = basic(
        ..., "Class with the main method.", "com.example.Load", min_length=1
    )
    parameters: list[str] = basic([], "Command line arguments.", ["--full"])


class DbtProperties(TaskProperties):
    """Commands of dbt."""

    commands: list[str] = basic(
        ...,
        "Commands, each beginning with `dbt`.",
        ["dbt deps", "dbt run"],
        min_length=1,
        max_length=10,
    )
    project_directory: str | None = basic(None, "Folder of the dbt project.", "src/dbt")
    profiles_directory: str | None = advanced(None, "Folder of profiles.yml.", "src/dbt/profiles")
    catalog: Name | None = basic(None, "Catalog that dbt writes to.", "main")
    schema_name: Name | None = basic(None, "Schema that dbt writes to.", "marts", alias="schema")
    source: Literal["WORKSPACE", "GIT"] = advanced(
        "WORKSPACE", "Where the project is looked up: the workspace or the job's git source."
    )


class PipelineRefreshProperties(TaskProperties):
    """An update of a declarative pipeline."""

    pipeline: str = basic(
        ...,
        "Pipeline: id or name of a pipeline node, or a pipeline's id.",
        "sales_pipeline",
        min_length=1,
    )
    full_refresh: Bool = basic(False, "Recompute everything from the start.")
    refresh_selection: list[str] = advanced([], "Only these tables.", ["orders"])
    full_refresh_selection: list[str] = advanced([], "Recompute these from the start.", ["orders"])


class DashboardRefreshProperties(TaskProperties):
    """A dashboard."""

    dashboard_id: str = basic(..., "Id of the dashboard.", "01ef8d", min_length=1)
    subscribers: list[str] = advanced([], "Who gets the refreshed dashboard.", ["boss@example.com"])


class AlertCheckProperties(TaskProperties):
    """An alert."""

    alert_id: str = basic(..., "Id of the alert.", "12345678-1234", min_length=1)
    subscribers: list[str] = advanced([], "Who is told.", ["oncall@example.com"])


class MergeUpsertProperties(TaskProperties):
    """A MERGE into the table downstream, or into `target`."""

    target: str | None = basic(
        None,
        "Three-level name of the table; empty means the table it flows into.",
        "main.silver.customers",
    )
    keys: list[Name] = basic(
        ..., "Columns that say which rows are the same.", ["customer_id"], min_length=1
    )
    update_columns: list[Name] = basic([], "Columns to update; empty means all.", ["email", "city"])
    delete_when: str | None = advanced(
        None, "Condition on source rows that delete the row they match.", "s.op = 'D'"
    )
    update_when: str | None = advanced(
        None, "Condition that a match must meet to be updated.", "s.updated_at > t.updated_at"
    )
    not_matched_by_source: Literal["none", "delete", "update"] = advanced(
        "none", "What happens to rows of the table that the source does not have."
    )
    schema_evolution: Bool = advanced(False, "Add columns that the table does not have yet.")
    dedup_order_by: str | None = advanced(
        None, "Order in which the first of several rows with equal keys wins.", "updated_at DESC"
    )
    scd_type: Literal[1, 2] = basic(
        1, "1 keeps the last value of a row, 2 keeps its history in versions."
    )
    sequence_by: Name | None = advanced(
        None, "Column with the time of the change (type 2).", "updated_at"
    )
    query: str | None = advanced(
        None,
        "SQL that gives the rows to merge; empty means what flows in.",
        "SELECT 1 AS customer_id",
    )
    language: Literal["SQL", "PYTHON", "SCALA"] = advanced("SQL", "Language that is written.")


class Window(Properties):
    """A column computed over a window of rows."""

    name: Name = basic(..., "Name of the new column.", "running_total")
    expr: str = basic(..., "Window function.", "SUM(amount)", min_length=1)
    partition_by: list[str] = basic([], "Columns that make a group.", ["customer_id"])
    order_by: list[str] = basic([], "Order inside the group.", ["ordered_at"])


class SelectTransformProperties(TaskProperties):
    """A shape for rows: free SQL (`query`), or its parts."""

    query: str | None = basic(
        None,
        "A whole SELECT. Empty: Lakewright builds it from the parts.",
        "SELECT id, upper(name) AS name FROM main.raw.customers",
    )
    select: list[str] = basic(
        [], "Columns or expressions; empty means all.", ["id", "upper(name) AS name"]
    )
    where: str | None = basic(None, "Condition on rows.", "amount > 0")
    group_by: list[str] = basic([], "Columns to group by.", ["country"])
    having: str | None = advanced(None, "Condition on groups.", "count(*) > 1")
    order_by: list[str] = advanced([], "Order of the rows.", ["country"])
    join: str | None = advanced(
        None,
        "JOIN clauses, when more than one table flows in.",
        "JOIN main.raw.cities c USING (city_id)",
    )
    dedup_keys: list[Name] = advanced([], "Keep one row for each value of these.", ["id"])
    dedup_order_by: str | None = advanced(None, "Which row is kept.", "updated_at DESC")
    windows: list[Window] = advanced([], "Columns computed over windows.")
    write_mode: Literal["append", "overwrite", "create_or_replace"] = basic(
        "overwrite", "What happens to the rows that the table it flows into holds already."
    )
    target: str | None = advanced(
        None,
        "Three-level name of the table; empty means the table it flows into.",
        "main.gold.sales",
    )
    language: Literal["SQL", "PYTHON", "SCALA"] = advanced("SQL", "Language that is written.")


class DataQualityProperties(TaskProperties):
    """Rules on the rows that flow in."""

    rules: list[Expectation] = basic(
        ...,
        "The rules.",
        [{"name": "valid_id", "expr": "id IS NOT NULL", "action": "fail"}],
        min_length=1,
    )
    table: str | None = advanced(
        None,
        "Three-level name of the table to check; empty means what flows in.",
        "main.silver.orders",
    )
    quarantine_table: str | None = advanced(
        None, "Where dropped rows are kept.", "main.quality.orders_rejected"
    )
    language: Literal["SQL", "PYTHON"] = advanced("SQL", "Language that is written.")


class MaintenanceProperties(TaskProperties):
    """Care for tables."""

    op: Literal["optimize", "zorder", "vacuum", "analyze"] = basic(
        ...,
        "What is done: compact files, cluster them by columns, delete old ones, or count.",
        "optimize",
    )
    table: str | None = basic(
        None,
        "Three-level name of the table; empty means the tables that flow in.",
        "main.silver.orders",
    )
    where: str | None = advanced(None, "Only these partitions.", "day >= '2026-01-01'")
    zorder_by: list[Name] = advanced([], "Columns to cluster by.", ["customer_id"])
    retain_hours: Int | None = advanced(
        None,
        "VACUUM keeps files that are younger, in hours; empty means the table's own 168.",
        168,
        ge=0,
    )
