"""What a template may print, and what each kind of output needs around it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Gate(StrEnum):
    """Which proof a text has to pass."""

    SQL = "sql"
    PYTHON = "python"
    SCALA = "scala"
    YAML_RESOURCES = "yaml_resources"
    JSON_JOB = "json_job"
    YAML = "yaml"
    JSON = "json"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Output:
    """One row: everything that differs between kinds of output.

    Attributes:
        suffix: File name ending, with the dot.
        comment: Starts a comment line; empty where the format has none.
        first_line: Line that must come first (the notebook marker).
        task_field: Jobs API field of a task that runs such a file; empty when none does.
    """

    key: str
    label: str
    suffix: str
    gate: Gate
    comment: str = ""
    first_line: str = ""
    task_field: str = ""


_ROWS = (
    Output("sql", "SQL file", ".sql", Gate.SQL, "--", task_field="sql_task"),
    Output(
        "sql_notebook",
        "SQL notebook",
        ".sql",
        Gate.SQL,
        "--",
        "-- Databricks notebook source",
        "notebook_task",
    ),
    Output(
        "python",
        "Python notebook",
        ".py",
        Gate.PYTHON,
        "#",
        "# Databricks notebook source",
        "notebook_task",
    ),
    Output(
        "scala",
        "Scala notebook",
        ".scala",
        Gate.SCALA,
        "//",
        "// Databricks notebook source",
        "notebook_task",
    ),
    Output("python_file", "Python file", ".py", Gate.PYTHON, "#", task_field="spark_python_task"),
    Output("pipeline_python", "Pipeline source (Python)", ".py", Gate.PYTHON, "#"),
    Output("pipeline_sql", "Pipeline source (SQL)", ".sql", Gate.SQL, "--"),
    Output("job_yaml", "Bundle resources", ".yml", Gate.YAML_RESOURCES, "#"),
    Output("job_json", "Jobs API 2.2 body", ".json", Gate.JSON_JOB),
    Output("yaml", "YAML file", ".yml", Gate.YAML, "#"),
    Output("json", "JSON file", ".json", Gate.JSON),
    Output("markdown", "Markdown", ".md", Gate.NONE),
    Output("text", "Text", ".txt", Gate.NONE),
)

OUTPUTS: Mapping[str, Output] = MappingProxyType({row.key: row for row in _ROWS})


def with_header(output: Output, text: str, origin: str) -> tuple[str, int]:
    """The file as written: marker line, one line of origin, the rendered text.

    Args:
        origin: One line without line breaks, e.g. "Made by Lakewright from node ...".

    Returns:
        The text with LF line ends and one final newline, and how many lines were put before
        the rendered text (to map findings back).
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n") + "\n"
    if not output.comment:
        return text, 0
    head = f"{output.comment} {origin}\n"
    lines = 1
    if output.first_line:
        text = text.removeprefix(f"{output.first_line}\n")
        head = f"{output.first_line}\n{head}"
        lines = 2
    if output.gate in (Gate.PYTHON, Gate.SQL, Gate.SCALA):
        head += "\n"
        lines += 1
    return head + text, lines
