"""Python is checked cell by cell; every fault has its place in the whole file."""

import ast
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakewright.code.python_checks import check_python, python_view, without_magics
from lakewright.code.python_rules import PYTHON_RULES, python_rule, rule_of_code
from lakewright.diagnostics import Severity
from lakewright.ports import CodeFinding

HEAD = "# Databricks notebook source\n"
NEXT = "\n\n# COMMAND ----------\n\n"


@pytest.mark.parametrize(
    "cell",
    [
        pytest.param("await work()", id="await at the top level"),
        pytest.param("async with a:\n    pass", id="async with at the top level"),
        pytest.param("%pip install x\nimport x", id="a magic line"),
        pytest.param("if a:\n    !ls\nfiles = !ls", id="shell lines"),
        pytest.param("# MAGIC %sql\n# MAGIC SELEC 1", id="a cell in another language"),
        pytest.param("# MAGIC %run ./setup", id="a notebook that is run"),
        pytest.param('x = """\n%s\n""" % a', id="a percent sign in a string"),
        pytest.param("x = (a\n% b)", id="a percent sign in brackets"),
        pytest.param('re.compile("\\d")', id="an odd escape is no fault"),
        pytest.param("x = 1\r\ny = 2\r", id="CRLF"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_notebooks_allow_is_no_fault(cell: str) -> None:
    assert check_python(HEAD + cell + NEXT + "y = 1", notebook=True) == []


@pytest.mark.parametrize(
    ("cell", "line", "column"),
    [
        pytest.param("def f(:\n    pass", 6, 7, id="a parameter list"),
        pytest.param("x = 1\ny = (2", 7, 5, id="an open bracket"),
        pytest.param("# DBTITLE 1,A\nx = = 1", 7, 5, id="after a title"),
        pytest.param("%pip install x\nx = = 1", 7, 5, id="after a magic line"),
        pytest.param("a = 1\nb = '\0'", 7, 1, id="a NUL"),
        pytest.param("a = 1\nb = '\ud800'", 7, 1, id="half a surrogate"),
        pytest.param('y = "é"; x = = 1', 6, 14, id="columns are characters"),
    ],
)
def test_a_fault_has_its_place_in_the_file(cell: str, line: int, column: int) -> None:
    [fault] = check_python(HEAD + "x = 1" + NEXT + cell + NEXT + "y = 1", notebook=True)
    assert (fault.rule, fault.line, fault.column) == ("python-syntax", line, column)


def test_a_bracket_that_another_cell_closes_is_a_fault() -> None:
    found = check_python(HEAD + "x = (" + NEXT + "1)", notebook=True)
    assert [fault.line for fault in found] == [2, 6]


def test_a_python_cell_in_a_sql_notebook_is_checked() -> None:
    text = "-- Databricks notebook source\n-- MAGIC %python\n-- MAGIC x = = 1\n"
    [fault] = check_python(text, notebook=True)
    assert (fault.line, fault.column) == (3, 14)


def test_a_notebook_needs_its_header() -> None:
    assert [f.rule for f in check_python("x = 1", notebook=True)] == ["notebook-header"]
    assert check_python("x = 1", notebook=False) == []


HOSTILE = {
    "brackets": "(" * 100_000,
    "open braces": "{" * 199,
    "minus": "-" * 100_000 + "1",
    "a long sum": "x" + "+x" * 100_000,
    "attributes": "a" + ".b" * 100_000,
    "a huge number": "x = " + "1" * 100_000,
    "indents": "".join(" " * i + "if x:\n" for i in range(200)),
    "lambdas": "(lambda: " * 150,
    "blanks": "%" + " " * 100_000 + "x",
    "quotes": "'''" * 10_001,
    "too large": "x" * 2_000_001,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_a_finding_or_nothing(text: str) -> None:
    for finding in check_python(text, notebook=False):
        assert finding.rule in PYTHON_RULES
        assert len(finding.problem) < 300


@settings(max_examples=150, deadline=None)
@given(st.text("#% !'\"\\()[]{}=:\n\r\t\0\x0cxif\ud800é", max_size=60), st.booleans())
def test_no_text_breaks_the_check(text: str, notebook: bool) -> None:
    lines = text.replace("\r\n", "\n").count("\n") + 1
    for finding in check_python(text, notebook=notebook):
        assert 1 <= finding.line <= lines + 1
        assert finding.column >= 1
    check_python(HEAD + text, notebook=True)


@settings(max_examples=100, deadline=None)
@given(st.text("%!= x('\n\")#\\", max_size=40))
def test_sound_python_is_left_alone_by_the_magics(text: str) -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except SyntaxError:
        return
    assert without_magics(text) == text


def test_the_view_keeps_every_line_where_it_was() -> None:
    text = HEAD + "# MAGIC %sql\n# MAGIC SELECT 1" + NEXT + "%pip install x\ny = 1\n"
    assert python_view(text).split("\n") == ["", "", "", "", "", "", "pass", "y = 1", ""]
    assert python_view("import os\n") == "import os\n"


UNDEFINED = CodeFinding("python-undefined-name", "Undefined name `x` (F821).", 2, 1)


def test_names_may_come_from_a_notebook_that_is_run() -> None:
    assert check_python(HEAD + "x", notebook=True, linted=[UNDEFINED]) == [UNDEFINED]
    [found] = check_python(
        HEAD + "x" + NEXT + "# MAGIC %run ./a", notebook=True, linted=[UNDEFINED]
    )
    assert python_rule(found.rule).severity is Severity.WARNING


def test_one_syntax_fault_is_told_once() -> None:
    linted = [CodeFinding("python-syntax", "Expected an expression.", 2, 5)]
    [found] = check_python(HEAD + "x = = 1", notebook=True, linted=linted)
    assert found not in linted


@pytest.mark.parametrize(
    ("code", "rule", "severity"),
    [
        ("F821", "python-undefined-name", Severity.ERROR),
        ("F706", "python-misplaced-statement", Severity.ERROR),
        ("invalid-syntax", "python-syntax", Severity.ERROR),
        ("F401", "python-unused-import", Severity.WARNING),
        ("F541", "python-empty-f-string", Severity.INFO),
        ("F999", "python-lint", Severity.WARNING),
    ],
)
def test_each_code_of_ruff_has_a_rule(code: str, rule: str, severity: Severity) -> None:
    assert (rule_of_code(code).id, rule_of_code(code).severity) == (rule, severity)
