"""What can be drawn: one row per node type.

Importing this module loads no pydantic: a row names its property form and finds it on demand,
so that listing commands and reading aliases cost nothing. Adding a node type is one row here,
one form in `forms/` and one golden folder; palette, property panel, schema and docs follow.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from lakewright.datamodel.model import EdgeKind

if TYPE_CHECKING:
    from lakewright.datamodel.forms.properties import Properties


class Family(StrEnum):
    """Shelf of the palette. The order here is the order on screen."""

    SOURCE = "source"
    TRANSFORMATION = "transformation"
    DESTINATION = "destination"
    CONTROL = "control"
    JOB_AND_COMPUTE = "job_and_compute"
    UNITY_CATALOG = "unity_catalog"


class PortKind(StrEnum):
    """What may be plugged into a port; equal kinds fit together."""

    DATASET = "dataset"
    CONTROL = "control"
    COMPUTE = "compute"
    TRIGGER = "trigger"
    CONTAINMENT = "containment"
    GRANT = "grant"
    LOOP = "loop"


class Emits(StrEnum):
    """What a node becomes in the generated bundle."""

    NOTHING = "nothing"
    TASK = "task"  # a task of a job
    PIPELINE_SOURCE = "pipeline_source"  # code in a declarative pipeline
    SETUP_SQL = "setup_sql"  # Unity Catalog set-up statements
    JOB = "job"
    COMPUTE = "compute"  # job cluster, cluster, environment or warehouse
    PIPELINE = "pipeline"
    TRIGGER = "trigger"  # part of a job's settings
    BUNDLE = "bundle"


PORT_OF_EDGE: Mapping[EdgeKind, PortKind] = MappingProxyType(
    {
        EdgeKind.DATA_FLOW: PortKind.DATASET,
        EdgeKind.DEPENDS_ON: PortKind.CONTROL,
        EdgeKind.USES_COMPUTE: PortKind.COMPUTE,
        EdgeKind.TRIGGERS: PortKind.TRIGGER,
        EdgeKind.CONTAINS: PortKind.CONTAINMENT,
        EdgeKind.GRANTS_ON: PortKind.GRANT,
        EdgeKind.LOOP_BODY: PortKind.LOOP,
    }
)


@dataclass(frozen=True, slots=True)
class Port:
    """A place on a node where edges begin or end.

    Attributes:
        many: Whether more than one edge may be plugged in.
        outcome: `true` or `false` on the two exits of a condition, else empty.
    """

    name: str
    kind: PortKind
    many: bool = True
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class NodeType:
    """One row of the palette: everything that differs between node types.

    Attributes:
        icon: Name of a Lucide icon.
        summary: One sentence for the palette.
        form: `module.Class` of the property form below `lakewright.datamodel.forms`.
        task_field: Field of a Jobs API task that this node fills (`notebook_task`); empty when
            it is no task.
        aliases: Other names that load as this type.
        property_aliases: Other property names -> the form's names.
        parents: Types that may contain it (`contains` edges), nearest first.
        runs_on: Types of compute that may be attached; empty means none.
        needs_compute: Whether a task without compute is refused by Databricks.
        writes: Whether, standing directly behind a dataset, it is a load task of its own.
        address: The property that holds the object's own name in Unity Catalog; empty when the
            node is no Unity Catalog object.
        tags: Words for the palette's search.
    """

    key: str
    label: str
    family: Family
    icon: str
    summary: str
    form: str
    emits: Emits = Emits.NOTHING
    inputs: tuple[Port, ...] = ()
    outputs: tuple[Port, ...] = ()
    task_field: str = ""
    aliases: tuple[str, ...] = ()
    property_aliases: Mapping[str, str] = field(default_factory=dict)
    parents: tuple[str, ...] = ()
    runs_on: tuple[str, ...] = ()
    needs_compute: bool = False
    writes: bool = False
    address: str = ""
    tags: tuple[str, ...] = ()

    @property
    def properties(self) -> "type[Properties]":
        """The pydantic form of this type's properties; loads pydantic on first use."""
        return _form(self.form)

    @property
    def is_task(self) -> bool:
        """Whether every node of this type is a task of a job."""
        return self.emits is Emits.TASK

    def takes(self, kind: PortKind) -> bool:
        """Whether an edge of that kind may end here."""
        return any(port.kind is kind for port in self.inputs)

    def gives(self, kind: PortKind) -> bool:
        """Whether an edge of that kind may begin here."""
        return any(port.kind is kind for port in self.outputs)


@cache
def _form(path: str) -> "type[Properties]":
    module, name = path.split(".")
    form: type[Properties] = getattr(import_module(f"lakewright.datamodel.forms.{module}"), name)
    return form


# Ports, written once.
_DATA_IN = Port("in", PortKind.DATASET)
_DATA_OUT = Port("out", PortKind.DATASET)
_AFTER = Port("after", PortKind.CONTROL)
_BEFORE = Port("before", PortKind.CONTROL)
_COMPUTE_IN = Port("compute", PortKind.COMPUTE, many=False)
_COMPUTE_OUT = Port("runs", PortKind.COMPUTE)
_LIVES_IN = Port("container", PortKind.CONTAINMENT, many=False)
_HOLDS = Port("contents", PortKind.CONTAINMENT)
_GRANTS_IN = Port("grants", PortKind.GRANT)
_GRANTS_OUT = Port("securables", PortKind.GRANT)
_TRIGGER_IN = Port("triggers", PortKind.TRIGGER)
_TRIGGER_OUT = Port("job", PortKind.TRIGGER)
_REPEATED_BY = Port("loop", PortKind.LOOP, many=False)
_BODY = Port("body", PortKind.LOOP, many=False)

_CLUSTERS = ("job_cluster", "all_purpose_cluster", "existing_cluster_ref")
_CODE_COMPUTE = (*_CLUSTERS, "environment")
_ANY_COMPUTE = (*_CODE_COMPUTE, "sql_warehouse")

_TASK_ALIASES: Mapping[str, str] = MappingProxyType(
    {
        "cluster_config": "compute",
        "cluster": "compute",
        "retries": "max_retries",
        "timeout": "timeout_seconds",
    }
)


def _task(
    key: str,
    label: str,
    icon: str,
    summary: str,
    form: str,
    *,
    task_field: str,
    runs_on: tuple[str, ...],
    needs_compute: bool = False,
    aliases: tuple[str, ...] = (),
    property_aliases: Mapping[str, str] | None = None,
    parents: tuple[str, ...] = ("job", "bundle"),
    tags: tuple[str, ...] = (),
) -> NodeType:
    """A task that works on data: rows in, rows out, an order, and compute where it takes any."""
    compute = (_COMPUTE_IN,) if runs_on else ()
    return NodeType(
        key,
        label,
        Family.TRANSFORMATION,
        icon,
        summary,
        form,
        Emits.TASK,
        inputs=(_DATA_IN, _AFTER, *compute, _LIVES_IN, _REPEATED_BY),
        outputs=(_DATA_OUT, _BEFORE),
        task_field=task_field,
        aliases=aliases,
        property_aliases={**_TASK_ALIASES, **(property_aliases or {})},
        parents=parents,
        runs_on=runs_on,
        needs_compute=needs_compute,
        tags=tags,
    )


def _source(
    key: str,
    label: str,
    icon: str,
    summary: str,
    form: str,
    *,
    aliases: tuple[str, ...] = (),
    property_aliases: Mapping[str, str] | None = None,
    parents: tuple[str, ...] = (),
    address: str = "",
    tags: tuple[str, ...] = (),
) -> NodeType:
    return NodeType(
        key,
        label,
        Family.SOURCE,
        icon,
        summary,
        form,
        inputs=(_LIVES_IN,) if parents else (),
        outputs=(_DATA_OUT,),
        aliases=aliases,
        property_aliases=property_aliases or {},
        parents=parents,
        address=address,
        tags=tags,
    )


def _destination(
    key: str,
    label: str,
    icon: str,
    summary: str,
    form: str,
    *,
    outputs: tuple[Port, ...] = (),
    aliases: tuple[str, ...] = (),
    property_aliases: Mapping[str, str] | None = None,
    parents: tuple[str, ...] = ("job", "bundle"),
    address: str = "",
    tags: tuple[str, ...] = (),
) -> NodeType:
    return NodeType(
        key,
        label,
        Family.DESTINATION,
        icon,
        summary,
        form,
        inputs=(_DATA_IN, _AFTER, _COMPUTE_IN, _LIVES_IN),
        outputs=(*outputs, _BEFORE),
        task_field="notebook_task",
        aliases=aliases,
        property_aliases={**_TASK_ALIASES, **(property_aliases or {})},
        parents=parents,
        runs_on=_CODE_COMPUTE,
        writes=True,
        address=address,
        tags=tags,
    )


def _dp(
    key: str,
    label: str,
    icon: str,
    summary: str,
    form: str,
    *,
    outputs: tuple[Port, ...] = (_DATA_OUT,),
    aliases: tuple[str, ...] = (),
    address: str = "",
    tags: tuple[str, ...] = (),
) -> NodeType:
    return NodeType(
        key,
        label,
        Family.TRANSFORMATION,
        icon,
        summary,
        form,
        Emits.PIPELINE_SOURCE,
        inputs=(_DATA_IN, _LIVES_IN),
        outputs=outputs,
        aliases=aliases,
        parents=("pipeline",),
        address=address,
        tags=("declarative", "lakeflow", "dlt", *tags),
    )


def _trigger(
    key: str,
    label: str,
    icon: str,
    summary: str,
    form: str,
    *,
    inputs: tuple[Port, ...] = (),
    aliases: tuple[str, ...] = (),
    property_aliases: Mapping[str, str] | None = None,
    tags: tuple[str, ...] = (),
) -> NodeType:
    return NodeType(
        key,
        label,
        Family.CONTROL,
        icon,
        summary,
        form,
        Emits.TRIGGER,
        inputs=(*inputs, _LIVES_IN),
        outputs=(_TRIGGER_OUT,),
        aliases=aliases,
        property_aliases=property_aliases or {},
        parents=("job", "bundle"),
        tags=tags,
    )


def _compute(
    key: str,
    label: str,
    icon: str,
    summary: str,
    form: str,
    *,
    aliases: tuple[str, ...] = (),
    property_aliases: Mapping[str, str] | None = None,
    tags: tuple[str, ...] = (),
) -> NodeType:
    return NodeType(
        key,
        label,
        Family.JOB_AND_COMPUTE,
        icon,
        summary,
        form,
        Emits.COMPUTE,
        inputs=(_LIVES_IN,),
        outputs=(_COMPUTE_OUT,),
        aliases=aliases,
        property_aliases=property_aliases or {},
        parents=("job", "bundle"),
        tags=tags,
    )


def _uc(
    key: str,
    label: str,
    icon: str,
    summary: str,
    form: str,
    *,
    inputs: tuple[Port, ...] = (_GRANTS_IN,),
    outputs: tuple[Port, ...] = (),
    parents: tuple[str, ...] = ("bundle",),
    aliases: tuple[str, ...] = (),
    property_aliases: Mapping[str, str] | None = None,
    address: str = "name",
    tags: tuple[str, ...] = (),
) -> NodeType:
    return NodeType(
        key,
        label,
        Family.UNITY_CATALOG,
        icon,
        summary,
        form,
        Emits.SETUP_SQL,
        inputs=(*inputs, _LIVES_IN),
        outputs=outputs,
        aliases=aliases,
        property_aliases=property_aliases or {},
        parents=parents,
        address=address,
        tags=("unity catalog", *tags),
    )


_IN_SCHEMA = ("uc_schema", "bundle")
_TABLE_NAME_ALIASES: Mapping[str, str] = MappingProxyType(
    {"catalog_name": "catalog", "schema_name": "schema", "table_name": "table", "name": "table"}
)
_OBJECT_NAME_ALIASES: Mapping[str, str] = MappingProxyType(
    {"catalog_name": "catalog", "schema_name": "schema", "table": "name", "table_name": "name"}
)

_ROWS: tuple[NodeType, ...] = (
    # Sources
    _source(
        "source_table",
        "Table (read)",
        "table",
        "Reads a table that already exists in Unity Catalog, in batch or as a stream.",
        "sources.SourceTableProperties",
        aliases=("input_table", "table_source"),
        property_aliases=_TABLE_NAME_ALIASES,
        parents=_IN_SCHEMA,
        address="table",
        tags=("delta", "read", "input"),
    ),
    _source(
        "source_files",
        "Files (read)",
        "folder-input",
        "Reads files from a volume or cloud storage with Auto Loader, read_files or COPY INTO.",
        "sources.SourceFilesProperties",
        aliases=("source_file", "external_data", "files", "auto_loader", "cloud_files"),
        property_aliases={"location": "path", "url": "path", "file_format": "format"},
        tags=("json", "csv", "parquet", "ingest", "landing"),
    ),
    _source(
        "source_jdbc",
        "Database (JDBC)",
        "database",
        "Reads a table or a query from a database over JDBC, with credentials from a secret scope.",
        "sources.SourceJdbcProperties",
        aliases=("jdbc", "source_database"),
        tags=("postgres", "sql server", "oracle", "mysql"),
    ),
    _source(
        "source_federated",
        "Federated table",
        "database-zap",
        "Queries another database in place through a Lakehouse Federation connection.",
        "sources.SourceFederatedProperties",
        aliases=("federated_table",),
        tags=("federation", "connection", "foreign"),
    ),
    _source(
        "source_kafka",
        "Kafka topic (read)",
        "radio-tower",
        "Reads messages from Kafka or Event Hubs topics as a stream.",
        "sources.SourceKafkaProperties",
        aliases=("kafka", "event_hubs", "source_stream"),
        property_aliases={"topic": "topics", "servers": "bootstrap_servers"},
        tags=("stream", "events", "messages"),
    ),
    _source(
        "source_share",
        "Shared table (read)",
        "share-2",
        "Reads a table that another organisation shares through Delta Sharing.",
        "sources.SourceShareProperties",
        aliases=("delta_share",),
        tags=("delta sharing",),
    ),
    # Transformations and tasks
    _task(
        "notebook",
        "Notebook",
        "notebook-pen",
        "Runs a notebook: one that exists in the workspace, or one that Lakewright writes.",
        "tasks.NotebookProperties",
        task_field="notebook_task",
        runs_on=_ANY_COMPUTE,
        aliases=("transformation", "notebook_task", "transform"),
        property_aliases={
            "path": "notebook_path",
            "parameters": "base_parameters",
            "code": "source_code",
        },
        tags=("python", "scala", "pyspark", "code"),
    ),
    _task(
        "sql_query",
        "SQL",
        "file-code-2",
        "Runs a SQL file or a saved query on a SQL warehouse.",
        "tasks.SqlQueryProperties",
        task_field="sql_task",
        runs_on=("sql_warehouse",),
        aliases=("sql", "sql_task", "sql_file", "query"),
        property_aliases={"sql": "query", "file": "path", "warehouse": "compute"},
        tags=("warehouse", "statement"),
    ),
    _task(
        "python_script",
        "Python script",
        "file-terminal",
        "Runs a Python file on Spark.",
        "tasks.PythonScriptProperties",
        task_field="spark_python_task",
        runs_on=_CODE_COMPUTE,
        needs_compute=True,
        aliases=("spark_python_task", "python"),
        property_aliases={"path": "python_file", "file": "python_file"},
        tags=("pyspark", "file"),
    ),
    _task(
        "python_wheel",
        "Python wheel",
        "package",
        "Runs an entry point of a Python package that is built as a wheel.",
        "tasks.PythonWheelProperties",
        task_field="python_wheel_task",
        runs_on=_CODE_COMPUTE,
        needs_compute=True,
        aliases=("python_wheel_task", "wheel"),
        property_aliases={"package": "package_name"},
        tags=("whl", "package"),
    ),
    _task(
        "jar",
        "JAR",
        "coffee",
        "Runs the main class of a JAR on a cluster.",
        "tasks.JarProperties",
        task_field="spark_jar_task",
        runs_on=_CODE_COMPUTE,
        needs_compute=True,
        aliases=("spark_jar_task",),
        property_aliases={"main_class": "main_class_name"},
        tags=("java", "scala"),
    ),
    _task(
        "dbt",
        "dbt",
        "boxes",
        "Runs dbt commands against a SQL warehouse.",
        "tasks.DbtProperties",
        task_field="dbt_task",
        runs_on=_ANY_COMPUTE,
        needs_compute=True,
        aliases=("dbt_task",),
        tags=("models", "transform"),
    ),
    _task(
        "pipeline_refresh",
        "Refresh a pipeline",
        "refresh-cw",
        "Starts an update of a declarative pipeline, in full or for chosen tables.",
        "tasks.PipelineRefreshProperties",
        task_field="pipeline_task",
        runs_on=(),
        aliases=("pipeline_task",),
        property_aliases={"pipeline_name": "pipeline"},
        tags=("declarative", "lakeflow", "dlt", "update"),
    ),
    _task(
        "dashboard_refresh",
        "Refresh a dashboard",
        "layout-dashboard",
        "Refreshes an AI/BI dashboard and sends it to its subscribers.",
        "tasks.DashboardRefreshProperties",
        task_field="dashboard_task",
        runs_on=("sql_warehouse",),
        aliases=("dashboard_task", "dashboard"),
        tags=("bi", "report"),
    ),
    _task(
        "alert_check",
        "Check an alert",
        "bell-ring",
        "Evaluates a SQL alert and notifies its subscribers when it fires.",
        "tasks.AlertCheckProperties",
        task_field="alert_task",
        runs_on=("sql_warehouse",),
        aliases=("alert_task", "alert"),
        tags=("monitoring", "notify"),
    ),
    _task(
        "merge_upsert",
        "Merge (upsert)",
        "git-merge",
        "Merges the rows that flow in into a table: update what matches, insert what is new.",
        "tasks.MergeUpsertProperties",
        task_field="notebook_task",
        runs_on=_ANY_COMPUTE,
        aliases=("merge", "upsert"),
        property_aliases={"merge_keys": "keys", "table": "target", "primary_key": "keys"},
        tags=("scd1", "cdc", "delta"),
    ),
    _task(
        "select_transform",
        "Select and transform",
        "filter",
        "Shapes rows with columns, filters and groups, or with SQL of your own.",
        "tasks.SelectTransformProperties",
        task_field="notebook_task",
        runs_on=_ANY_COMPUTE,
        aliases=("select", "sql_transform", "aggregate", "filter"),
        property_aliases={"sql": "query", "columns": "select", "filter": "where"},
        tags=("aggregate", "join", "dedup", "window"),
    ),
    _task(
        "data_quality",
        "Data quality",
        "shield-check",
        "Checks rules on the rows that flow in and warns, drops rows or fails.",
        "tasks.DataQualityProperties",
        task_field="notebook_task",
        runs_on=_ANY_COMPUTE,
        aliases=("quality_check", "data_quality_check", "expectations"),
        property_aliases={"expectations": "rules", "checks": "rules"},
        parents=("job", "pipeline", "bundle"),
        tags=("expectations", "test", "constraints"),
    ),
    _task(
        "maintenance",
        "Table maintenance",
        "wrench",
        "Optimizes, vacuums or analyzes the tables that flow in.",
        "tasks.MaintenanceProperties",
        task_field="notebook_task",
        runs_on=_ANY_COMPUTE,
        aliases=("optimize", "vacuum", "table_maintenance"),
        property_aliases={"operation": "op", "retention_hours": "retain_hours"},
        tags=("optimize", "vacuum", "zorder", "analyze"),
    ),
    _dp(
        "dp_table",
        "Streaming table (pipeline)",
        "waves",
        "Defines a streaming table inside a declarative pipeline.",
        "pipelines.DpTableProperties",
        aliases=("dlt_table", "pipeline_table", "dp_streaming_table"),
        address="name",
        tags=("stream", "bronze"),
    ),
    _dp(
        "dp_materialized_view",
        "Materialized view (pipeline)",
        "layers",
        "Defines a materialized view inside a declarative pipeline.",
        "pipelines.DpMaterializedViewProperties",
        aliases=("dlt_materialized_view",),
        address="name",
        tags=("gold", "batch"),
    ),
    _dp(
        "dp_view",
        "View (pipeline)",
        "eye",
        "Defines a view that only the pipeline itself sees.",
        "pipelines.DpViewProperties",
        aliases=("dlt_view",),
        tags=("temporary",),
    ),
    _dp(
        "dp_cdc_flow",
        "Auto CDC flow",
        "git-compare",
        "Applies a feed of changes to a streaming table, keeping history when asked to.",
        "pipelines.DpCdcFlowProperties",
        aliases=("auto_cdc", "apply_changes", "scd2"),
        tags=("scd1", "scd2", "change data capture"),
    ),
    _dp(
        "dp_append_flow",
        "Append flow",
        "list-plus",
        "Appends one more stream to a streaming table of the pipeline.",
        "pipelines.DpAppendFlowProperties",
        aliases=("append_flow",),
        tags=("union", "backfill"),
    ),
    _dp(
        "dp_sink",
        "Sink (pipeline)",
        "log-out",
        "Sends the rows of a pipeline to Kafka, Event Hubs or an external Delta table.",
        "pipelines.DpSinkProperties",
        outputs=(),
        aliases=("dlt_sink",),
        tags=("kafka", "export"),
    ),
    # Destinations
    _destination(
        "dest_table",
        "Table (write)",
        "table-2",
        "Writes the rows that flow in to a table; right behind a source it loads by itself.",
        "destinations.DestTableProperties",
        # A table that was written may be read further on; the other destinations end the flow.
        outputs=(_DATA_OUT,),
        aliases=("target_table", "destination_table", "output_table", "sink_table"),
        property_aliases=_TABLE_NAME_ALIASES,
        parents=("uc_schema", "job", "bundle"),
        address="table",
        tags=("delta", "write", "output"),
    ),
    _destination(
        "dest_files",
        "Files (write)",
        "folder-output",
        "Writes the rows that flow in as files to a volume or cloud storage.",
        "destinations.DestFilesProperties",
        aliases=("target_files", "destination_files"),
        property_aliases={"location": "path", "url": "path", "file_format": "format"},
        tags=("export", "parquet", "csv"),
    ),
    _destination(
        "dest_kafka",
        "Kafka topic (write)",
        "send",
        "Publishes the rows that flow in to a Kafka or Event Hubs topic.",
        "destinations.DestKafkaProperties",
        aliases=("target_kafka", "kafka_sink"),
        property_aliases={"servers": "bootstrap_servers", "topics": "topic"},
        tags=("stream", "events", "export"),
    ),
    _destination(
        "dest_jdbc",
        "Database (write)",
        "database-backup",
        "Writes the rows that flow in to a table of another database over JDBC.",
        "destinations.DestJdbcProperties",
        aliases=("target_jdbc", "target_database", "external_system"),
        tags=("postgres", "reverse etl", "export"),
    ),
    _destination(
        "dest_share",
        "Share (publish)",
        "share",
        "Publishes the tables that flow in through a Delta Sharing share.",
        "destinations.DestShareProperties",
        aliases=("target_share",),
        tags=("delta sharing", "publish"),
    ),
    # Control
    NodeType(
        "condition",
        "If / else",
        Family.CONTROL,
        "git-branch",
        "Compares two values and lets the job go on along the true or the false branch.",
        "control.ConditionProperties",
        Emits.TASK,
        inputs=(_AFTER, _LIVES_IN),
        outputs=(
            Port("true", PortKind.CONTROL, outcome="true"),
            Port("false", PortKind.CONTROL, outcome="false"),
        ),
        task_field="condition_task",
        aliases=("condition_task", "if_else", "if", "branch"),
        property_aliases={"operator": "op"},
        parents=("job", "bundle"),
        tags=("branch", "decision"),
    ),
    NodeType(
        "for_each",
        "For each",
        Family.CONTROL,
        "repeat",
        "Runs one task again for every item of a list.",
        "control.ForEachProperties",
        Emits.TASK,
        inputs=(_AFTER, _LIVES_IN),
        outputs=(_BODY, _BEFORE),
        task_field="for_each_task",
        aliases=("for_each_task", "foreach", "loop"),
        property_aliases={"items": "inputs"},
        parents=("job", "bundle"),
        tags=("loop", "iterate"),
    ),
    NodeType(
        "run_job",
        "Run a job",
        Family.CONTROL,
        "play",
        "Starts another job and waits until it ends.",
        "control.RunJobProperties",
        Emits.TASK,
        inputs=(_AFTER, _LIVES_IN, _REPEATED_BY),
        outputs=(_BEFORE,),
        task_field="run_job_task",
        aliases=("run_job_task", "call_job"),
        property_aliases={"job_name": "job", "parameters": "job_parameters"},
        parents=("job", "bundle"),
        tags=("orchestrate", "nested"),
    ),
    NodeType(
        "join",
        "Join",
        Family.CONTROL,
        "merge",
        "Brings branches together and says which of them must have succeeded to go on.",
        "control.JoinProperties",
        inputs=(_AFTER, _LIVES_IN),
        outputs=(_BEFORE,),
        aliases=("barrier",),
        parents=("job", "bundle"),
        tags=("run if", "branches"),
    ),
    _trigger(
        "trigger_schedule",
        "Schedule",
        "calendar-clock",
        "Starts a job at the times of a Quartz cron expression.",
        "control.TriggerScheduleProperties",
        aliases=("schedule", "trigger", "cron"),
        property_aliases={
            "cron": "quartz_cron_expression",
            "cron_expression": "quartz_cron_expression",
            "timezone": "timezone_id",
        },
        tags=("cron", "daily", "time"),
    ),
    _trigger(
        "trigger_periodic",
        "Every so often",
        "timer",
        "Starts a job at a fixed interval.",
        "control.TriggerPeriodicProperties",
        aliases=("periodic",),
        tags=("interval", "hourly"),
    ),
    _trigger(
        "trigger_file_arrival",
        "File arrival",
        "file-input",
        "Starts a job when new files arrive in a volume or an external location.",
        "control.TriggerFileArrivalProperties",
        inputs=(_DATA_IN,),
        aliases=("file_arrival",),
        property_aliases={"path": "url"},
        tags=("event", "landing"),
    ),
    _trigger(
        "trigger_table_update",
        "Table update",
        "table-properties",
        "Starts a job when tables have been updated.",
        "control.TriggerTableUpdateProperties",
        inputs=(_DATA_IN,),
        aliases=("table_update",),
        property_aliases={"tables": "table_names"},
        tags=("event", "delta"),
    ),
    _trigger(
        "trigger_continuous",
        "Continuous",
        "infinity",
        "Keeps a job running: as soon as a run ends the next one starts.",
        "control.TriggerContinuousProperties",
        aliases=("continuous",),
        tags=("stream", "always on"),
    ),
    _trigger(
        "trigger_model",
        "Model event",
        "brain-circuit",
        "Starts a job when a registered model or one of its versions changes.",
        "control.TriggerModelProperties",
        aliases=("model_trigger",),
        tags=("mlflow", "registry", "event"),
    ),
    # Jobs and compute
    NodeType(
        "job",
        "Job",
        Family.JOB_AND_COMPUTE,
        "workflow",
        "A graph of tasks that runs on a schedule, on an event or on demand.",
        "jobs.JobProperties",
        Emits.JOB,
        inputs=(_TRIGGER_IN, Port("compute", PortKind.COMPUTE), _LIVES_IN),
        outputs=(_HOLDS,),
        aliases=("workflow", "job_config", "job_configuration"),
        property_aliases={"job_name": "name", "timeout": "timeout_seconds"},
        parents=("bundle",),
        runs_on=_ANY_COMPUTE,
        tags=("workflow", "orchestration", "tasks"),
    ),
    _compute(
        "job_cluster",
        "Job cluster",
        "server",
        "A cluster that is made for one run of a job and ends with it.",
        "compute.JobClusterProperties",
        aliases=("cluster", "new_cluster", "cluster_config"),
        property_aliases={
            "key": "job_cluster_key",
            "name": "job_cluster_key",
            "node_type": "node_type_id",
            "workers": "num_workers",
            "runtime": "spark_version",
        },
        tags=("classic", "spark"),
    ),
    _compute(
        "all_purpose_cluster",
        "All-purpose cluster",
        "server-cog",
        "A cluster that people and jobs share and that stops when it is idle.",
        "compute.AllPurposeClusterProperties",
        aliases=("interactive_cluster", "shared_cluster"),
        property_aliases={
            "name": "cluster_name",
            "node_type": "node_type_id",
            "workers": "num_workers",
            "runtime": "spark_version",
        },
        tags=("interactive", "spark"),
    ),
    _compute(
        "existing_cluster_ref",
        "Existing cluster",
        "link",
        "A cluster that already exists in the workspace, found by id or by name.",
        "compute.ExistingClusterProperties",
        aliases=("existing_cluster", "cluster_ref"),
        property_aliases={"existing_cluster_id": "cluster_id", "name": "cluster_name"},
        tags=("lookup",),
    ),
    _compute(
        "environment",
        "Serverless environment",
        "cloud-cog",
        "A serverless environment: its version and the Python packages that tasks find in it.",
        "compute.EnvironmentProperties",
        aliases=("serverless", "job_environment"),
        property_aliases={"key": "environment_key", "version": "environment_version"},
        tags=("serverless", "packages"),
    ),
    _compute(
        "sql_warehouse",
        "SQL warehouse",
        "warehouse",
        "A SQL warehouse: one that exists, or one that the bundle makes.",
        "compute.SqlWarehouseProperties",
        aliases=("warehouse",),
        property_aliases={"id": "warehouse_id", "size": "cluster_size"},
        tags=("sql", "serverless"),
    ),
    NodeType(
        "pipeline",
        "Declarative pipeline",
        Family.JOB_AND_COMPUTE,
        "network",
        "A Lakeflow declarative pipeline: tables and views that Databricks keeps up to date.",
        "pipelines.PipelineProperties",
        Emits.PIPELINE,
        inputs=(_DATA_IN, _AFTER, _LIVES_IN),
        outputs=(_DATA_OUT, _BEFORE, _HOLDS),
        task_field="pipeline_task",
        aliases=("dlt_pipeline", "lakeflow_pipeline", "dlt"),
        property_aliases={
            "catalog_name": "catalog",
            "schema_name": "schema",
            "target": "schema",
        },
        parents=("job", "bundle"),
        tags=("dlt", "lakeflow", "declarative"),
    ),
    NodeType(
        "bundle",
        "Bundle",
        Family.JOB_AND_COMPUTE,
        "package-open",
        "The bundle project that is generated: its name, variables and targets.",
        "jobs.BundleProperties",
        Emits.BUNDLE,
        outputs=(_HOLDS,),
        aliases=("asset_bundle", "project"),
        tags=("databricks.yml", "deploy", "targets"),
    ),
    # Unity Catalog
    _uc(
        "uc_catalog",
        "Catalog",
        "library",
        "A catalog, the first level of a Unity Catalog name.",
        "unity_catalog.UcCatalogProperties",
        outputs=(_HOLDS,),
        aliases=("catalog",),
        property_aliases={"catalog": "name", "catalog_name": "name"},
        tags=("container",),
    ),
    _uc(
        "uc_schema",
        "Schema",
        "folder-tree",
        "A schema, the second level of a Unity Catalog name.",
        "unity_catalog.UcSchemaProperties",
        outputs=(_HOLDS,),
        parents=("uc_catalog", "bundle"),
        aliases=("schema", "database"),
        property_aliases={"catalog_name": "catalog", "schema": "name", "schema_name": "name"},
        tags=("container", "database"),
    ),
    _uc(
        "uc_volume",
        "Volume",
        "hard-drive",
        "A volume: governed storage for files.",
        "unity_catalog.UcVolumeProperties",
        inputs=(_DATA_IN, _GRANTS_IN),
        outputs=(_DATA_OUT,),
        parents=_IN_SCHEMA,
        aliases=("volume",),
        property_aliases={
            "catalog_name": "catalog",
            "schema_name": "schema",
            "volume": "name",
            "location": "storage_location",
        },
        tags=("files", "landing"),
    ),
    _uc(
        "uc_external_location",
        "External location",
        "map-pin",
        "A cloud storage path that Unity Catalog governs with a storage credential.",
        "unity_catalog.UcExternalLocationProperties",
        outputs=(_DATA_OUT,),
        aliases=("external_location",),
        property_aliases={"credential": "credential_name"},
        tags=("s3", "abfss", "gs", "storage"),
    ),
    _uc(
        "uc_table",
        "Table",
        "sheet",
        "A table with its columns, keys, constraints, clustering and masks.",
        "unity_catalog.UcTableProperties",
        inputs=(_DATA_IN, _GRANTS_IN),
        outputs=(_DATA_OUT,),
        parents=_IN_SCHEMA,
        aliases=("table", "delta_table", "managed_table", "external_table"),
        property_aliases={
            **_OBJECT_NAME_ALIASES,
            "partition_columns": "partitioned_by",
            "partition_by": "partitioned_by",
            "properties": "tblproperties",
            "table_properties": "tblproperties",
            "storage_location": "location",
        },
        tags=("delta", "ddl", "iceberg"),
    ),
    _uc(
        "uc_view",
        "View",
        "eye",
        "A view: a query with a name.",
        "unity_catalog.UcViewProperties",
        inputs=(_DATA_IN, _GRANTS_IN),
        outputs=(_DATA_OUT,),
        parents=_IN_SCHEMA,
        aliases=("view",),
        property_aliases={
            **_OBJECT_NAME_ALIASES,
            "sql": "query",
            "view": "name",
        },
        tags=("query", "gold"),
    ),
    _uc(
        "uc_materialized_view",
        "Materialized view",
        "layers-2",
        "A view whose result is stored and refreshed, made on a SQL warehouse.",
        "unity_catalog.UcMaterializedViewProperties",
        inputs=(_DATA_IN, _GRANTS_IN),
        outputs=(_DATA_OUT,),
        parents=_IN_SCHEMA,
        aliases=("materialized_view",),
        property_aliases={**_OBJECT_NAME_ALIASES, "sql": "query"},
        tags=("query", "refresh", "gold"),
    ),
    _uc(
        "uc_streaming_table",
        "Streaming table",
        "activity",
        "A table that a SQL warehouse fills from a stream.",
        "unity_catalog.UcStreamingTableProperties",
        inputs=(_DATA_IN, _GRANTS_IN),
        outputs=(_DATA_OUT,),
        parents=_IN_SCHEMA,
        aliases=("streaming_table",),
        property_aliases={**_OBJECT_NAME_ALIASES, "sql": "query"},
        tags=("stream", "ingest"),
    ),
    _uc(
        "uc_function",
        "Function",
        "square-function",
        "A SQL or Python function, also used as a column mask or a row filter.",
        "unity_catalog.UcFunctionProperties",
        inputs=(_DATA_IN, _GRANTS_IN),
        parents=_IN_SCHEMA,
        aliases=("function", "udf"),
        property_aliases={
            "catalog_name": "catalog",
            "schema_name": "schema",
            "parameters": "params",
        },
        tags=("udf", "mask", "row filter"),
    ),
    _uc(
        "uc_registered_model",
        "Registered model",
        "brain",
        "A machine learning model in Unity Catalog.",
        "unity_catalog.UcRegisteredModelProperties",
        parents=_IN_SCHEMA,
        aliases=("registered_model", "ml_model"),
        property_aliases={"catalog_name": "catalog", "schema_name": "schema"},
        tags=("mlflow", "machine learning"),
    ),
    _uc(
        "uc_connection",
        "Connection",
        "plug",
        "A connection to another database, for federation.",
        "unity_catalog.UcConnectionProperties",
        aliases=("connection",),
        property_aliases={"type": "connection_type"},
        tags=("federation", "credentials"),
    ),
    _uc(
        "uc_grants",
        "Grants",
        "key-round",
        "Gives privileges on catalog objects to a user, a group or a service principal.",
        "unity_catalog.UcGrantsProperties",
        inputs=(),
        outputs=(_GRANTS_OUT,),
        aliases=("grant", "grants", "permissions"),
        property_aliases={"privilege": "privileges", "grantee": "principal"},
        address="",
        tags=("security", "access", "privileges"),
    ),
)

NODE_TYPES: Mapping[str, NodeType] = MappingProxyType({row.key: row for row in _ROWS})

TYPE_ALIASES: Mapping[str, str] = MappingProxyType(
    {alias: row.key for row in _ROWS for alias in row.aliases}
)
"""Other name of a type -> its key. Canonical keys are not listed."""

PROPERTY_ALIASES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {row.key: MappingProxyType(dict(row.property_aliases)) for row in _ROWS}
)
"""Type key -> other name of a property -> the form's name. Every type has an entry."""


def why_not(source: NodeType, target: NodeType, kind: EdgeKind) -> str:
    """Why an edge of that kind may not join those types, as a sentence; empty when it may.

    >>> why_not(NODE_TYPES["notebook"], NODE_TYPES["source_table"], EdgeKind.DATA_FLOW)
    'Table (read) is read from outside the model, so nothing may flow into it.'
    """
    port = PORT_OF_EDGE[kind]
    match kind:
        case EdgeKind.CONTAINS:
            if source.key not in target.parents:
                return _why_not_contained(source, target)
            return ""
        case EdgeKind.DATA_FLOW:
            if target.family is Family.SOURCE:
                return (
                    f"{target.label} is read from outside the model, so nothing may flow into it."
                )
            if source.family is Family.DESTINATION and not source.gives(port):
                return f"{source.label} is where rows leave the model, so nothing flows out of it."
        case EdgeKind.USES_COMPUTE:
            if source.gives(port) and target.takes(port) and source.key not in target.runs_on:
                allowed = ", ".join(NODE_TYPES[key].label for key in target.runs_on)
                return f"{target.label} cannot run on {source.label}; it runs on: {allowed}."
        case _:
            pass
    if not source.gives(port):
        return f"{source.label} {_CANNOT_BEGIN[kind]}."
    if not target.takes(port):
        return f"{target.label} {_CANNOT_END[kind]}."
    return ""


_CANNOT_BEGIN: Mapping[EdgeKind, str] = MappingProxyType(
    {
        EdgeKind.DATA_FLOW: "holds no rows, so none can flow out of it",
        EdgeKind.DEPENDS_ON: "is no task, so nothing can wait for it",
        EdgeKind.USES_COMPUTE: "is no compute, so nothing can run on it",
        EdgeKind.TRIGGERS: "is no trigger, so it starts nothing",
        EdgeKind.GRANTS_ON: "gives no privileges; only Grants does",
        EdgeKind.LOOP_BODY: "repeats nothing; only For each does",
    }
)
_CANNOT_END: Mapping[EdgeKind, str] = MappingProxyType(
    {
        EdgeKind.DATA_FLOW: "takes no rows, so none can flow into it",
        EdgeKind.DEPENDS_ON: "is no task, so it cannot wait for one",
        EdgeKind.USES_COMPUTE: "needs no compute, so it cannot run on any",
        EdgeKind.TRIGGERS: "cannot be started by a trigger; only a job can",
        EdgeKind.GRANTS_ON: "is no object of Unity Catalog, so nobody can have privileges on it",
        EdgeKind.LOOP_BODY: "cannot be repeated by For each",
    }
)


def _why_not_contained(source: NodeType, target: NodeType) -> str:
    parents = [NODE_TYPES[key].label for key in target.parents]
    if not parents:
        return f"{target.label} lives in nothing, so {source.label} cannot contain it."
    return f"{source.label} cannot contain {target.label}; it belongs in: {', '.join(parents)}."


def allowed_edges() -> Iterator[tuple[str, EdgeKind, str]]:
    """Every (source type, kind, target type) that may be drawn, sorted."""
    for source in sorted(NODE_TYPES):
        for kind in sorted(EdgeKind):
            for target in sorted(NODE_TYPES):
                if not why_not(NODE_TYPES[source], NODE_TYPES[target], kind):
                    yield source, kind, target


def catalogue() -> list[dict[str, Any]]:
    """The rows as JSON, in palette order, with each form as JSON Schema.

    `edges` lists what may be drawn from the type: `{"depends_on": ["notebook", ...], ...}`.
    """
    edges: dict[str, dict[str, list[str]]] = {key: {} for key in NODE_TYPES}
    for source, kind, target in allowed_edges():
        edges[source].setdefault(kind.value, []).append(target)
    return [
        {
            "key": row.key,
            "label": row.label,
            "family": row.family.value,
            "icon": row.icon,
            "summary": row.summary,
            "inputs": [_port_as_json(port) for port in row.inputs],
            "outputs": [_port_as_json(port) for port in row.outputs],
            "emits": row.emits.value,
            "task_field": row.task_field,
            "aliases": list(row.aliases),
            "property_aliases": dict(row.property_aliases),
            "parents": list(row.parents),
            "runs_on": list(row.runs_on),
            "tags": list(row.tags),
            "edges": edges[row.key],
            "json_schema": row.properties.model_json_schema(),
        }
        for row in NODE_TYPES.values()
    ]


def _port_as_json(port: Port) -> dict[str, str | bool]:
    found: dict[str, str | bool] = {
        "name": port.name,
        "kind": port.kind.value,
        "many": port.many,
    }
    return found | ({"outcome": port.outcome} if port.outcome else {})
