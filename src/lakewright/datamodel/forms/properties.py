"""The base of all property forms and the fields that many of them share.

A form describes the properties of one node type: its JSON Schema is the panel in the browser,
the schema of the agents' tools and the page in the docs. Unknown keys are kept (people put
values for their own templates there) and reported by the checks.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, Strict
from pydantic.fields import FieldInfo

# `yes` is not true and "5" is not 5: a template would print the text as it was written.
Int = Annotated[int, Strict()]
Bool = Annotated[bool, Strict()]

Name = Annotated[str, Field(min_length=1, max_length=255)]
"""One part of a Unity Catalog name. Source: Databricks SQL manual, *Names*: 255 characters."""

_UPPER = {"id": "ID", "sql": "SQL", "url": "URL", "jdbc": "JDBC", "utc": "UTC", "fn": "function"}


def _title(name: str, _info: object) -> str:
    words = [_UPPER.get(word, word) for word in name.rstrip("_").split("_")]
    return words[0][:1].upper() + words[0][1:] + "".join(f" {word}" for word in words[1:])


class Properties(BaseModel):
    """A form. Field names are the YAML keys, except where an alias says otherwise."""

    model_config = ConfigDict(
        extra="allow",
        # Most forms of a module are not used in a run: each is built when it first reads.
        defer_build=True,
        frozen=True,
        field_title_generator=_title,
        hide_input_in_errors=True,
        protected_namespaces=(),
    )


def basic(default: Any, about: str, *examples: Any, **constraints: Any) -> Any:
    """A field shown at once. `default` is `...` when a value is required."""
    return _field("basic", default, about, examples, constraints)


def advanced(default: Any, about: str, *examples: Any, **constraints: Any) -> Any:
    """A field shown on demand."""
    return _field("advanced", default, about, examples, constraints)


def _field(
    group: str, default: Any, about: str, examples: tuple[Any, ...], constraints: dict[str, Any]
) -> FieldInfo:
    extra: dict[str, Any] = {"group": group}
    if default in ([], {}):
        # pydantic copies a mutable default with `copy.deepcopy`, which is ten times slower than
        # making a new one; the schema is told by hand.
        extra["default"] = default
        constraints["default_factory"] = type(default)
    elif default is not ...:
        constraints["default"] = default
    found = Field(
        description=about, examples=list(examples) or None, json_schema_extra=extra, **constraints
    )
    assert isinstance(found, FieldInfo)
    return found


RunIf = Literal[
    "ALL_SUCCESS",
    "AT_LEAST_ONE_SUCCESS",
    "NONE_FAILED",
    "ALL_DONE",
    "AT_LEAST_ONE_FAILED",
    "ALL_FAILED",
]


class HealthRule(Properties):
    """When a run counts as unhealthy."""

    metric: Literal[
        "RUN_DURATION_SECONDS",
        "STREAMING_BACKLOG_BYTES",
        "STREAMING_BACKLOG_RECORDS",
        "STREAMING_BACKLOG_SECONDS",
        "STREAMING_BACKLOG_FILES",
    ] = basic(..., "What is measured.", "RUN_DURATION_SECONDS")
    op: Literal["GREATER_THAN"] = advanced("GREATER_THAN", "How it is compared.")
    value: Int = basic(..., "The threshold; its unit is the metric's.", 3600, ge=0)


class EmailNotifications(Properties):
    """Who gets a mail, and when."""

    on_start: list[str] = basic([], "Addresses told when a run starts.", ["team@example.com"])
    on_success: list[str] = basic([], "Addresses told when a run succeeds.", ["team@example.com"])
    on_failure: list[str] = basic([], "Addresses told when a run fails.", ["oncall@example.com"])
    on_duration_warning_threshold_exceeded: list[str] = advanced(
        [], "Addresses told when a run takes longer than its health rule says.", ["a@example.com"]
    )
    on_streaming_backlog_exceeded: list[str] = advanced(
        [], "Addresses told when a stream falls behind its health rule.", ["a@example.com"]
    )
    no_alert_for_skipped_runs: Bool = advanced(False, "Say nothing about skipped runs.")


class WebhookTarget(Properties):
    """A notification destination of the Databricks workspace."""

    id: str = basic(..., "Id of the notification destination.", "0481e838-0a59-4eff")


class WebhookNotifications(Properties):
    """Which notification destinations are called, and when."""

    on_start: list[WebhookTarget] = basic([], "Called when a run starts.", max_length=3)
    on_success: list[WebhookTarget] = basic([], "Called when a run succeeds.", max_length=3)
    on_failure: list[WebhookTarget] = basic([], "Called when a run fails.", max_length=3)
    on_duration_warning_threshold_exceeded: list[WebhookTarget] = advanced(
        [], "Called when a run takes longer than its health rule says.", max_length=3
    )
    on_streaming_backlog_exceeded: list[WebhookTarget] = advanced(
        [], "Called when a stream falls behind its health rule.", max_length=3
    )


class PypiLibrary(Properties):
    """A Python package."""

    package: str = basic(..., "Package, with its version.", "great-expectations==1.3.0")
    repo: str | None = advanced(None, "Package index; empty means the cluster's own.")


class MavenLibrary(Properties):
    """A JVM package."""

    coordinates: str = basic(..., "Group, artifact and version.", "org.postgresql:postgresql:42.7")
    repo: str | None = advanced(None, "Maven repository; empty means the default ones.")
    exclusions: list[str] = advanced([], "Dependencies to leave out.", ["slf4j:slf4j"])


class Library(Properties):
    """One library, of exactly one kind."""

    pypi: PypiLibrary | None = basic(None, "A Python package.")
    whl: str | None = basic(None, "Path of a wheel.", "/Volumes/main/libs/wheels/tools.whl")
    jar: str | None = basic(None, "Path of a JAR.", "/Volumes/main/libs/jars/tools.jar")
    maven: MavenLibrary | None = advanced(None, "A JVM package.")
    requirements: str | None = advanced(
        None, "Path of a requirements.txt.", "/Workspace/Shared/requirements.txt"
    )


class Permission(Properties):
    """One permission on a workspace object, for one principal."""

    level: Literal[
        "CAN_VIEW",
        "CAN_RUN",
        "CAN_USE",
        "CAN_MANAGE_RUN",
        "CAN_MANAGE",
        "CAN_RESTART",
        "CAN_ATTACH_TO",
        "CAN_MONITOR",
        "IS_OWNER",
    ] = basic(..., "What the principal may do.", "CAN_VIEW")
    user_name: str | None = basic(None, "A user.", "ada@example.com")
    group_name: str | None = basic(None, "A group.", "data-engineers")
    service_principal_name: str | None = basic(None, "A service principal's application id.")


class RunAs(Properties):
    """Who a job runs as: one of the two."""

    user_name: str | None = basic(None, "A user.", "ada@example.com")
    service_principal_name: str | None = basic(None, "A service principal's application id.")


class SecretRef(Properties):
    """Where a secret is kept; never the secret itself."""

    scope: str = basic(..., "Secret scope.", "ingest")
    key: str = basic(..., "Key in the scope.", "warehouse-user")


class Expectation(Properties):
    """A rule that rows must keep."""

    name: str = basic(..., "Name of the rule, shown in metrics.", "valid_id", min_length=1)
    expr: str = basic(..., "SQL condition that a good row meets.", "id IS NOT NULL", min_length=1)
    action: Literal["warn", "drop", "fail"] = basic(
        "warn", "What happens to a bad row: kept and counted, dropped, or the run fails."
    )


class TaskProperties(Properties):
    """What every task of a job has."""

    compute: str | None = basic(
        None,
        "Compute to run on: id or name of a compute node. Drawing an edge says the same. "
        "Empty means serverless where the task allows it.",
        "standard_cluster",
    )
    run_if: RunIf | None = advanced(
        None, "Which of the tasks before it must have succeeded. Empty means all."
    )
    max_retries: Int = advanced(0, "How often to try again after a failure; -1 is for ever.", ge=-1)
    min_retry_interval_millis: Int = advanced(
        0, "Shortest wait before trying again, in milliseconds.", ge=0
    )
    retry_on_timeout: Bool = advanced(False, "Also try again after a timeout.")
    timeout_seconds: Int = advanced(0, "Longest time for a run, in seconds; 0 is no limit.", ge=0)
    disabled: Bool = advanced(False, "Keep the task in the job but do not run it.")
    job_cluster_key: str | None = advanced(
        None, "Key of a job cluster to run on.", "main_cluster", max_length=100
    )
    existing_cluster_id: str | None = advanced(
        None, "Id of a running cluster to run on.", "1116-094521-abcdefgh"
    )
    environment_key: str | None = advanced(
        None, "Key of the serverless environment to run in.", "default", max_length=100
    )
    warehouse_id: str | None = advanced(
        None, "Id of the SQL warehouse to run on.", "${var.warehouse_id}"
    )
    libraries: list[Library] = advanced(
        [], "Libraries to install on the cluster before the task runs."
    )
    email_notifications: EmailNotifications | None = advanced(None, "Who gets a mail, and when.")
    webhook_notifications: WebhookNotifications | None = advanced(
        None, "Which notification destinations are called, and when."
    )
    health_rules: list[HealthRule] = advanced([], "When a run of the task counts as unhealthy.")
    ignores_upstream: list[str] = advanced(
        [],
        "Ids of tasks whose rows this one reads without waiting for them: drops the "
        "dependencies that Lakewright would derive from the drawing.",
        ["load_reference_data"],
    )
