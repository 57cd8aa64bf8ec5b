"""Scala is checked cell by cell: syntax, and that strings and comments end."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakewright.code.scala_checks import SCALA_RULES, check_scala
from lakewright.code.scala_lexer import lexemes

HEAD = "// Databricks notebook source\n"
NEXT = "\n\n// COMMAND ----------\n\n"


@pytest.mark.parametrize(
    "cell",
    [
        pytest.param('val x = 1\nimport a.b._\nspark.table("x").show()', id="top-level lines"),
        pytest.param("case class A(b: Int)\nobject C { def d(e: Int) = e + 1 }", id="definitions"),
        pytest.param('val s = s"a ${ if (b) "x" else s"$y" } c"', id="strings in strings"),
        pytest.param('val q = """a " b "" c"""', id="quotes in three quotes"),
        pytest.param("/* a /* b */ c */ val x = 1 // d /* e", id="comments in comments"),
        pytest.param('val c = \'"\'; val d = "x"', id="a quote as a character"),
        pytest.param('df.filter($"a" === 1)', id="a column"),
        pytest.param("// MAGIC %python\n// MAGIC x = = 1", id="another language"),
    ],
)
def test_sound_scala_is_no_fault(cell: str) -> None:
    assert check_scala(HEAD + cell + NEXT + "val z = 1", notebook=True) == []


@pytest.mark.parametrize(
    ("cell", "rule", "line", "column"),
    [
        pytest.param("val x = 1\n/* note\nval y = 2", "scala-unclosed-comment", 7, 1, id="comment"),
        pytest.param("/* a /* b */ val x = 1", "scala-unclosed-comment", 6, 1, id="inner comment"),
        pytest.param('val é = "abc\nval y = 1', "scala-unclosed-string", 6, 9, id="string"),
        pytest.param('val x = """abc\nval y = 1', "scala-unclosed-string", 6, 9, id="three quotes"),
        pytest.param('val x = s"a ${b"', "scala-unclosed-string", 6, 15, id="code in a string"),
        pytest.param("def f( = 3", "scala-syntax", 6, 6, id="a parameter list"),
        pytest.param('f("é"); val x = )', "scala-syntax", 6, 9, id="columns are characters"),
    ],
)
def test_a_fault_has_its_place_in_the_file(cell: str, rule: str, line: int, column: int) -> None:
    found = check_scala(HEAD + "val a = 1" + NEXT + cell + NEXT + "val z = 1", notebook=True)
    assert (found[0].rule, found[0].line, found[0].column) == (rule, line, column)
    assert {fault.rule for fault in found} <= set(SCALA_RULES)


HOSTILE = {
    "brackets": "(" * 40_000,
    "closing brackets": ")" * 40_000,
    "quotes": "'" * 40_000,
    "backticks": "`" * 40_000,
    "comments": "/*" * 40_000,
    "strings in strings": 's"${' * 20_000,
    "a large cell": "x " * 30_000,
    "a large file": "x " * 1_000_001,
    "half a surrogate": "val x = 1 // \ud800",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_a_finding(text: str) -> None:
    found = check_scala(text, notebook=False)
    assert found
    assert all(fault.rule in SCALA_RULES and len(fault.problem) < 200 for fault in found)


@settings(max_examples=150, deadline=None)
@given(st.text("s\"$'{}/*\\\n xé`\ud800", max_size=50))
def test_no_text_breaks_the_check(text: str) -> None:
    for finding in check_scala(text, notebook=False):
        assert 1 <= finding.line <= text.count("\n") + 1
        assert finding.column >= 1
    for lexeme in lexemes(text):
        assert 0 <= lexeme.start < lexeme.end <= len(text) + 1
