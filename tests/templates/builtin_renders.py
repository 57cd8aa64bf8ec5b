"""Renders of the built-in templates with their samples, and the faults that a render has."""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import yaml

from lakewright.code.notebook import read_notebook
from lakewright.code.python_checks import check_python
from lakewright.code.scala_checks import check_scala
from lakewright.code.sql_parts import sql_parts
from lakewright.diagnostics import Diagnostic
from lakewright.generation.resource_checks import check_jobs_api, check_resource
from lakewright.linters.ruff import RuffLinter
from lakewright.ports import Rendered, RenderRequest
from lakewright.sandbox.pool import ConfinedRenderer
from lakewright.sql.gate import prove_sql
from lakewright.templates.environment import builtin_macros
from lakewright.templates.library import builtin_templates
from lakewright.templates.samples import sample_bindings
from lakewright.templates.template import MISSING, Template, Variable, VariableType
from lakewright.templates.values import Reporter, read_value

SUFFIXES: Mapping[str, str] = {
    "sql": ".sql",
    "sql_notebook": ".sql",
    "pipeline_sql": ".sql",
    "python": ".py",
    "python_file": ".py",
    "pipeline_python": ".py",
    "scala": ".scala",
    "job_yaml": ".yml",
    "job_json": ".json",
}
"""Output type -> suffix of its file."""

NOTEBOOK_HEADERS: Mapping[str, str] = {
    "python": "# Databricks notebook source\n",
    "sql_notebook": "-- Databricks notebook source\n",
    "scala": "// Databricks notebook source\n",
}
"""What the generator writes above a notebook; the templates do not print it."""

TEMPLATE_IDS = tuple(sorted(builtin_templates()))


def own_selection(template: Template) -> dict[str, bool]:
    """The variations as the template's author switched them."""
    return {variation.id: variation.enabled for variation in template.variations}


def full_selection(template: Template) -> dict[str, bool]:
    """Everything switched on."""
    return {variation.id: True for variation in template.variations}


def bindings_of(
    template: Template,
    selection: Mapping[str, bool],
    *,
    home_catalog: str = "",
    values: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Sample bindings; with a home catalog, as a recipe that names one would give them."""
    bindings = sample_bindings(template, selection)
    bindings.update(values or {})
    if home_catalog:
        bindings = _at_home(bindings, home_catalog)
        bindings["target"] = {
            **bindings.get("target", {}),
            "home_catalog": home_catalog,
            "catalog_parameter": "catalog",
        }
    return bindings


def given_values(template: Template, written: Mapping[str, Any]) -> dict[str, Any]:
    """Values as a recipe writes them, read by the types of their variables; none may be wrong."""
    declared = {variable.name: variable for variable in template.all_variables()}
    findings: list[Diagnostic] = []
    values = {
        name: None
        if value is None
        else read_value(declared[name], value, Reporter(name, "", findings))
        for name, value in written.items()
    }
    assert findings == []
    return values


def _at_home(value: Any, home_catalog: str) -> Any:
    if isinstance(value, dict):
        if set(value) == {"catalog", "schema", "table"} and value["catalog"] == home_catalog:
            return {**value, "catalog": ""}
        return {key: _at_home(item, home_catalog) for key, item in value.items()}
    if isinstance(value, list):
        return [_at_home(item, home_catalog) for item in value]
    return value


def rendered(template: Template, bindings: Iterable[Mapping[str, Any]]) -> list[str]:
    """The template's output for each of the bindings, rendered as everybody's templates are."""
    return _texts(template.id, template.content, bindings)


def rendered_undo(template: Template, bindings: Mapping[str, Any]) -> str:
    """The statements that reverse the output; empty when there are none."""
    return _texts(template.id, template.undo, [bindings])[0] if template.undo else ""


def _texts(name: str, source: str, bindings: Iterable[Mapping[str, Any]]) -> list[str]:
    requests = (RenderRequest(name, source, values, builtin_macros()) for values in bindings)
    texts = []
    for answer in _renderer().render(requests):
        assert isinstance(answer, Rendered), f"{answer.name}:{answer.line} {answer.problem}"
        texts.append(answer.text)
    return texts


@cache
def _renderer() -> ConfinedRenderer:
    return ConfinedRenderer(wall_seconds=10.0)


class _Seen:
    """Proofs of this test run: many combinations print the same statements."""

    def __init__(self) -> None:
        self._keys: set[str] = set()

    def known(self, key: str) -> bool:
        return key in self._keys

    def remember(self, key: str) -> None:
        self._keys.add(key)


_MEMORY = _Seen()


def faults_of(output_type: str, texts: Iterable[str]) -> list[str]:
    """What is wrong with rendered texts, each as `line: problem`, with the line's own text."""
    # Combinations often print the same text.
    unique = list(dict.fromkeys(texts))
    full = [NOTEBOOK_HEADERS.get(output_type, "") + text for text in unique]
    if output_type in ("sql", "pipeline_sql"):
        return [fault for text in full for fault in _sql_faults(text)]
    if output_type == "sql_notebook":
        return [
            fault
            for text in full
            for cell in read_notebook(text).cells
            if cell.language == "sql"
            for fault in _sql_faults(cell.text)
        ]
    if output_type == "job_yaml":
        return [fault for text in full for fault in _resource_faults(text)]
    if output_type == "job_json":
        return [fault for text in full for fault in _job_faults(text)]
    if output_type == "scala":
        return [
            f"{found.line}: {found.problem}\n{text}"
            for text in full
            for found in check_scala(text, notebook=True)
        ] + [fault for text in full for fault in _embedded_sql_faults(text, "scala")]
    paths = {f"{index}.py": text for index, text in enumerate(full)}
    linted = RuffLinter().lint(paths)
    notebook = output_type == "python"
    return [
        f"{found.line}: {found.rule} {found.problem}\n{text}"
        for path, text in paths.items()
        for found in check_python(text, notebook=notebook, linted=linted[path])
    ] + [fault for text in full for fault in _embedded_sql_faults(text, "python")]


def _sql_faults(text: str) -> list[str]:
    lines = text.split("\n")
    return [
        f"{fault.line}: {fault.problem} | {lines[min(fault.line, len(lines)) - 1]}\n{text}"
        for fault in prove_sql(text, memory=_MEMORY)
    ]


def _embedded_sql_faults(text: str, language: str) -> list[str]:
    return [
        f"{part}: {fault}"
        for part in sql_parts(text, language).parts
        for fault in _sql_faults(part.text)
    ]


def _resource_faults(text: str) -> list[str]:
    """What the generator's own gate says of bundle resources, and tasks that wait for nothing."""
    resources = yaml.safe_load(text).get("resources", {})
    if not any(resources.values()):
        return ["no resource"]
    found = [
        f"{fault.path}: {fault.problem}\n{text}"
        for group, entries in resources.items()
        for key, entry in entries.items()
        for fault in check_resource(group, entry, path=f"resources.{group}.{key}")
    ]
    for job in resources.get("jobs", {}).values():
        found += _task_faults(job["tasks"])
    return found


def _job_faults(text: str) -> list[str]:
    value = json.loads(text)
    return [f"{fault.path}: {fault.problem}\n{text}" for fault in check_jobs_api(value)] + (
        _task_faults(value["tasks"])
    )


def _task_faults(tasks: list[dict[str, Any]]) -> list[str]:
    keys = [task["task_key"] for task in tasks]
    missing = [
        before["task_key"]
        for task in tasks
        for before in task.get("depends_on", [])
        if before["task_key"] not in keys
    ]
    return [f"no task {key}" for key in missing] + (
        ["two tasks with one key"] if len(keys) != len(set(keys)) else []
    )


def value_sets(template: Template) -> list[dict[str, Any]]:
    """Samples with one value changed: each choice, each switch, each optional value left out.

    A choice often needs a partner (`replace_where` its condition), so choices are tried with all
    optional values given and with none of them.
    """
    bare = {
        variable.name: _when_absent(variable)
        for variable in template.variables
        if not variable.required
    }
    found: list[dict[str, Any]] = [{}, bare]
    for variable in template.variables:
        match variable.type:
            case VariableType.ENUM:
                for choice in variable.choices:
                    found += [{variable.name: choice}, {**bare, variable.name: choice}]
            case VariableType.BOOLEAN:
                found += [{variable.name: True}, {variable.name: False}]
            case _ if not variable.required:
                found.append({variable.name: _when_absent(variable)})
    # A table that nothing can stand in for is only optional because a query may replace it.
    return [values for values in found if not _reads_nothing(template, values)]


_SOURCES = (
    "query",
    "source",
    "source_name",
    "source_path",
    "source_code",
    "datasets",
    "table_name",
)
_TARGETS = ("target_name",)


def _reads_nothing(template: Template, values: Mapping[str, Any]) -> bool:
    names = {variable.name for variable in template.variables}
    samples = {v.name: v.sample for v in template.variables} | dict(values)

    def missing(table: str, stand_ins: Iterable[str]) -> bool:
        return (
            table in names
            and samples[table] is None
            and not any(samples.get(name) for name in stand_ins)
        )

    return missing("source_table", _SOURCES) or missing("target_table", _TARGETS)


def _when_absent(variable: Variable) -> Any:
    if variable.default is MISSING or variable.default is None:
        return None
    return read_value(variable, variable.default, Reporter(variable.name, "", []))
