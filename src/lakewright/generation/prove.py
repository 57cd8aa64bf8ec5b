"""The gates: no text leaves Lakewright unless the right one lets it pass."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from lakewright.diagnostics import Severity
from lakewright.generation.outputs import Gate, Output
from lakewright.ports import CodeFinding, ProofMemory


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a generated text may not ship. `line` and `column` are 1-based in the whole text."""

    rule: str
    severity: Severity
    problem: str
    remedy: str
    line: int
    column: int = 0


def python_key(text: str, engine: str) -> str:
    """Key under which the proof of a Python text is remembered: its whole content."""
    return "py-" + blake2b(f"{engine}\0{text}".encode(), digest_size=16).hexdigest()


def prove(
    output: Output,
    text: str,
    *,
    memory: ProofMemory,
    linted: Sequence[CodeFinding],
    engine: str,
) -> list[Fault]:
    """Every reason why `text` may not ship; empty means it passed its gate.

    Args:
        linted: What the Python linter said about this text (empty for other languages).
    """
    gate = _GATES[output.gate]
    return gate(text, output, memory, linted, engine)


def _prove_sql(
    text: str, output: Output, memory: ProofMemory, linted: Sequence[CodeFinding], engine: str
) -> list[Fault]:
    from lakewright.sql.gate import prove_sql

    if not output.first_line:
        return [
            Fault(f.rule, Severity.ERROR, f.problem, f.remedy, f.line, f.column)
            for f in prove_sql(text, memory=memory)
        ]
    return _prove_sql_parts(text, memory, "sql")


def _prove_sql_parts(text: str, memory: ProofMemory, language: str) -> list[Fault]:
    """The SQL inside a notebook: its SQL cells and the constant texts given to spark.sql."""
    from lakewright.code.sql_parts import sql_parts
    from lakewright.sql.gate import prove_sql

    found: list[Fault] = []
    for part in sql_parts(text, language).parts:
        for fault in prove_sql(part.text, memory=memory):
            line, column = part.place(fault.line, fault.column)
            found.append(
                Fault(fault.rule, Severity.ERROR, fault.problem, fault.remedy, line, column)
            )
    return found


def _prove_python(
    text: str, output: Output, memory: ProofMemory, linted: Sequence[CodeFinding], engine: str
) -> list[Fault]:
    from lakewright.code.python_checks import check_python
    from lakewright.code.python_rules import python_rule

    key = python_key(text, engine)
    if memory.known(key):
        return []
    found: list[Fault] = []
    for finding in check_python(text, notebook=bool(output.first_line), linted=linted):
        rule = python_rule(finding.rule)
        found.append(
            Fault(
                finding.rule,
                rule.severity,
                finding.problem,
                rule.remedy,
                finding.line,
                finding.column,
            )
        )
    found.extend(_prove_sql_parts(text, memory, "python"))
    if not found:
        memory.remember(key)
    return found


def _prove_scala(
    text: str, output: Output, memory: ProofMemory, linted: Sequence[CodeFinding], engine: str
) -> list[Fault]:
    from lakewright.code.scala_checks import check_scala

    found = [
        Fault(
            finding.rule,
            Severity.ERROR,
            finding.problem,
            "Correct the template or the value that printed it.",
            finding.line,
            finding.column,
        )
        for finding in check_scala(text, notebook=bool(output.first_line))
    ]
    found.extend(_prove_sql_parts(text, memory, "scala"))
    return found


def _prove_yaml(
    text: str, output: Output, memory: ProofMemory, linted: Sequence[CodeFinding], engine: str
) -> list[Fault]:
    return _parsed_yaml(text)[1]


def _prove_resources(
    text: str, output: Output, memory: ProofMemory, linted: Sequence[CodeFinding], engine: str
) -> list[Fault]:
    """Bundle resources that a template printed: YAML, then the strict typed tables."""
    from lakewright.generation.resource_checks import check_resource
    from lakewright.yaml_text.locate import Locator

    value, found = _parsed_yaml(text)
    if found:
        return found
    resources = value.get("resources") if isinstance(value, dict) else None
    if not isinstance(resources, dict):
        return [
            Fault(
                "resources-shape",
                Severity.ERROR,
                "The text has no map 'resources'.",
                "Print 'resources:' with jobs, pipelines, ... below it.",
                1,
            )
        ]
    locator = Locator(text)
    for group, entries in resources.items():
        for key, entry in entries.items() if isinstance(entries, dict) else ():
            for fault in check_resource(group, entry, path=f"resources.{group}.{key}"):
                line, column = locator.place(fault.path)
                found.append(
                    Fault(fault.rule, fault.severity, fault.problem, fault.remedy, line, column)
                )
    return found


def _parsed_yaml(text: str) -> tuple[Any, list[Fault]]:
    from lakewright.yaml_text.load import YamlError, load

    try:
        return load(text), []
    except YamlError as error:
        return None, [
            Fault(
                "yaml-syntax",
                Severity.ERROR,
                error.problem,
                error.remedy,
                error.line,
                error.column,
            )
        ]


def _prove_json(
    text: str, output: Output, memory: ProofMemory, linted: Sequence[CodeFinding], engine: str
) -> list[Fault]:
    return _parsed_json(text)[1]


def _prove_json_job(
    text: str, output: Output, memory: ProofMemory, linted: Sequence[CodeFinding], engine: str
) -> list[Fault]:
    from lakewright.generation.resource_checks import check_jobs_api

    value, found = _parsed_json(text)
    if found:
        return found
    return [
        Fault(fault.rule, fault.severity, fault.problem, fault.remedy, 1)
        for fault in check_jobs_api(value)
    ]


def _parsed_json(text: str) -> tuple[Any, list[Fault]]:
    try:
        return json.loads(text), []
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        return None, [
            Fault(
                "json-syntax",
                Severity.ERROR,
                f"This is not JSON: {error}.",
                "Print values with the filter `to_json`.",
                line,
                getattr(error, "colno", 0),
            )
        ]


def _no_gate(
    text: str, output: Output, memory: ProofMemory, linted: Sequence[CodeFinding], engine: str
) -> list[Fault]:
    return []


_GateFunction = Callable[
    [str, Output, ProofMemory, Sequence[CodeFinding], str],
    list[Fault],
]

_GATES: Mapping[Gate, _GateFunction] = {
    Gate.SQL: _prove_sql,
    Gate.PYTHON: _prove_python,
    Gate.SCALA: _prove_scala,
    Gate.YAML: _prove_yaml,
    Gate.YAML_RESOURCES: _prove_resources,
    Gate.JSON: _prove_json,
    Gate.JSON_JOB: _prove_json_job,
    Gate.NONE: _no_gate,
}
