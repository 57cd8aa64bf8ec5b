"""Which faults in Python stop a generation, and what mends each of them?"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from lakewright.diagnostics import Severity


@dataclass(frozen=True, slots=True)
class PythonRule:
    """One row: everything that differs between Python faults.

    Attributes:
        codes: Ruff's codes for it; empty when we find it ourselves.
    """

    id: str
    severity: Severity
    remedy: str
    codes: tuple[str, ...] = ()


# Errors are what Python itself refuses or what fails as soon as the line runs; warnings are
# mistakes that may be meant. Source of the codes: ruff's rule list, Pyflakes (F) and E9.
_ROWS = (
    PythonRule(
        "python-syntax",
        Severity.ERROR,
        "Mend the Python at this line; Databricks cannot run the cell as it stands.",
        ("E902", "E999", "invalid-syntax"),
    ),
    PythonRule(
        "python-too-large",
        Severity.ERROR,
        "Split the file: a notebook may hold 10 MB, and this check reads 2 MB.",
    ),
    PythonRule(
        "python-undefined-name",
        Severity.ERROR,
        "Define or import the name above this line, or correct its spelling.",
        ("F821", "F822", "F823"),
    ),
    PythonRule(
        "python-undefined-after-run",
        Severity.WARNING,
        "Check that the notebook named by %run defines it; it is not defined here.",
    ),
    PythonRule(
        "python-star-import",
        Severity.WARNING,
        "Import the names one by one, so that a missing one can be found.",
        ("F403", "F405", "F406"),
    ),
    PythonRule(
        "python-misplaced-statement",
        Severity.ERROR,
        "Move the statement into a function or a loop, where Python allows it.",
        ("F701", "F702", "F704", "F706", "F707", "F404", "F407"),
    ),
    PythonRule(
        "python-format-string",
        Severity.ERROR,
        "Make the placeholders and the arguments agree; this line fails when it runs.",
        ("F501", "F502", "F503", "F505", "F506", "F507", "F508", "F509", "F521", "F524", "F525"),
    ),
    PythonRule(
        "python-unused-argument-of-format",
        Severity.WARNING,
        "Use the argument in the text, or take it out.",
        ("F504", "F522", "F523"),
    ),
    PythonRule(
        "python-bad-annotation",
        Severity.ERROR,
        "Write a type that Python can read.",
        ("F722",),
    ),
    PythonRule(
        "python-unpacking",
        Severity.ERROR,
        "Use one starred name only.",
        ("F621", "F622"),
    ),
    PythonRule(
        "python-suspect-comparison",
        Severity.WARNING,
        "Compare values with ==, and give assert and if a condition rather than a tuple.",
        ("F631", "F632", "F633", "F634", "F901"),
    ),
    PythonRule(
        "python-repeated-key",
        Severity.WARNING,
        "Keep one entry for the key: Python keeps only the last.",
        ("F601", "F602"),
    ),
    PythonRule(
        "python-unused-import",
        Severity.WARNING,
        "Take the import out.",
        ("F401",),
    ),
    PythonRule(
        "python-redefinition",
        Severity.WARNING,
        "Give one of the two another name; the first is never used.",
        ("F811", "F402"),
    ),
    PythonRule(
        "python-unused-variable",
        Severity.WARNING,
        "Use the variable or take it out.",
        ("F841", "F842"),
    ),
    PythonRule(
        "python-empty-f-string",
        Severity.INFO,
        "Take the f before the quotes out, or add the placeholder that was meant.",
        ("F541",),
    ),
    PythonRule(
        "notebook-header",
        Severity.ERROR,
        "Make the first line '# Databricks notebook source'.",
    ),
)

PYTHON_RULES: Mapping[str, PythonRule] = MappingProxyType({row.id: row for row in _ROWS})

_BY_CODE = MappingProxyType({code: row for row in _ROWS for code in row.codes})

_OTHER = PythonRule("python-lint", Severity.WARNING, "Read ruff's page on this rule.")


def rule_of_code(code: str) -> PythonRule:
    """The row of a ruff code; one of its own, a warning, for codes not in the table.

    >>> rule_of_code("F821").id
    'python-undefined-name'
    """
    return _BY_CODE.get(code, _OTHER)


def python_rule(rule_id: str) -> PythonRule:
    """Severity and remedy of a `CodeFinding.rule` that is about Python."""
    return PYTHON_RULES.get(rule_id, _OTHER)
