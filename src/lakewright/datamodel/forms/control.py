"""Property forms of control nodes: conditions, loops, other jobs, triggers."""

from typing import Any, Literal

from lakewright.datamodel.forms.properties import (
    Int,
    Properties,
    RunIf,
    TaskProperties,
    advanced,
    basic,
)


class ConditionProperties(TaskProperties):
    """A comparison. `EQUAL_TO` compares text: "12.0" is not "12"."""

    left: str = basic(..., "Left side.", "{{tasks.count_rows.values.rows}}", min_length=1)
    op: Literal[
        "EQUAL_TO",
        "NOT_EQUAL",
        "GREATER_THAN",
        "GREATER_THAN_OR_EQUAL",
        "LESS_THAN",
        "LESS_THAN_OR_EQUAL",
    ] = basic(..., "How the sides are compared.", "GREATER_THAN")
    right: str = basic(..., "Right side.", "0")


class ForEachProperties(TaskProperties):
    """A list to repeat a task over. In the task `{{input}}` is the item."""

    inputs: str | list[Any] = basic(
        ...,
        "The items: a list, or a reference to a job parameter or a task value.",
        ["DE", "FR"],
        "{{job.parameters.countries}}",
    )
    concurrency: Int = basic(1, "How many run at once.", 4, ge=1, le=100)


class RunJobProperties(TaskProperties):
    """A job to start."""

    job: str = basic(
        ...,
        "Job: id or name of a job node in any model, or a job's id.",
        "nightly_load",
        min_length=1,
    )
    job_parameters: dict[str, str] = basic({}, "Values of its parameters.", {"country": "DE"})


class JoinProperties(Properties):
    """Where branches meet."""

    run_if: RunIf = basic(
        "ALL_SUCCESS", "Which of the branches must have succeeded for the next tasks to run."
    )


PauseStatus = Literal["PAUSED", "UNPAUSED"]


class TriggerScheduleProperties(Properties):
    """Times to start at."""

    quartz_cron_expression: str = basic(
        ...,
        "Quartz cron: seconds, minutes, hours, day of month, month, day of week, optional year.",
        "0 30 5 * * ?",
        min_length=1,
    )
    timezone_id: str = basic("UTC", "Time zone of those times.", "Europe/Berlin", min_length=1)
    pause_status: PauseStatus = basic("UNPAUSED", "Paused triggers start nothing.")


class TriggerPeriodicProperties(Properties):
    """An interval."""

    interval: Int = basic(..., "How many units lie between two starts.", 2, ge=1)
    unit: Literal["MINUTES", "HOURS", "DAYS", "WEEKS"] = basic(..., "The unit.", "HOURS")
    pause_status: PauseStatus = basic("UNPAUSED", "Paused triggers start nothing.")


class _EventProperties(Properties):
    min_time_between_triggers_seconds: Int | None = advanced(
        None, "Shortest time between two starts, in seconds.", 300, ge=60
    )
    wait_after_last_change_seconds: Int | None = advanced(
        None, "Quiet time to wait for before starting, in seconds.", 60, ge=60
    )
    pause_status: PauseStatus = basic("UNPAUSED", "Paused triggers start nothing.")


class TriggerFileArrivalProperties(_EventProperties):
    """Where files arrive."""

    url: str | None = basic(
        None,
        "Folder in a volume or an external location; empty means the files that flow in.",
        "/Volumes/main/landing/orders/",
        min_length=1,
    )


class TriggerTableUpdateProperties(_EventProperties):
    """Which tables change."""

    table_names: list[str] = basic(
        [], "Three-level names; empty means the tables that flow in.", ["main.raw.orders"]
    )
    condition: Literal["ANY_UPDATED", "ALL_UPDATED"] = basic(
        "ANY_UPDATED", "Whether one updated table is enough."
    )


class TriggerContinuousProperties(Properties):
    """No pause between runs."""

    pause_status: PauseStatus = basic("UNPAUSED", "Paused triggers start nothing.")
    task_retry_mode: Literal["NEVER", "ON_FAILURE"] = advanced(
        "NEVER", "Whether failed tasks are tried again inside a run."
    )


class TriggerModelProperties(_EventProperties):
    """Which event of a registered model."""

    condition: Literal["MODEL_CREATED", "MODEL_VERSION_READY", "MODEL_ALIAS_SET"] = basic(
        ..., "What has to happen.", "MODEL_ALIAS_SET"
    )
    securable_name: str | None = basic(
        None, "Model, schema or catalog to watch; empty means the metastore.", "main.ml.churn"
    )
    aliases: list[str] = basic([], "Aliases to watch, for MODEL_ALIAS_SET.", ["champion"])
