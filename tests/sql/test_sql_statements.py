"""Statements end where Databricks ends them, and parameters are found where it finds them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakewright.sql.statements import parameter_markers, split_statements, strip_comments


@pytest.mark.parametrize(
    ("script", "statements"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param(";;  ;", [], id="only semicolons"),
        pytest.param("SELECT 1", ["SELECT 1"], id="no semicolon at the end"),
        pytest.param("SELECT 1; SELECT 2;", ["SELECT 1", "SELECT 2"], id="two"),
        pytest.param("SELECT ';'; SELECT 2", ["SELECT ';'", "SELECT 2"], id="in a text"),
        pytest.param(r"SELECT 'it\';'; x", [r"SELECT 'it\';'", "x"], id="after an escaped quote"),
        pytest.param("SELECT 'a'';'; x", ["SELECT 'a'';'", "x"], id="after a doubled quote"),
        pytest.param("SELECT `a;b`; x", ["SELECT `a;b`", "x"], id="in backticks"),
        pytest.param("SELECT 1 -- ;\n; x", ["SELECT 1", "x"], id="in a line comment"),
        pytest.param("SELECT 1 /* ; */; x", ["SELECT 1", "x"], id="in a comment"),
        pytest.param("a /* /* ; */ ; */ b; x", ["a /* /* ; */ ; */ b", "x"], id="nested comment"),
        pytest.param("SELECT $$a;b$$; x", ["SELECT $$a;b$$", "x"], id="in dollar quotes"),
        pytest.param(
            "BEGIN SELECT 1; SELECT 2; END; x",
            ["BEGIN SELECT 1; SELECT 2; END", "x"],
            id="in a script",
        ),
        pytest.param(
            "BEGIN SELECT CASE WHEN a THEN 1 END; SELECT 2; END; x",
            ["BEGIN SELECT CASE WHEN a THEN 1 END; SELECT 2; END", "x"],
            id="a CASE in a script",
        ),
        pytest.param(
            "BEGIN IF a THEN SELECT 1; END IF; WHILE b DO SET c = 1; END WHILE; END; x",
            ["BEGIN IF a THEN SELECT 1; END IF; WHILE b DO SET c = 1; END WHILE; END", "x"],
            id="blocks in a script",
        ),
        pytest.param(
            "CREATE PROCEDURE p() LANGUAGE SQL AS BEGIN SELECT 1; END; x",
            ["CREATE PROCEDURE p() LANGUAGE SQL AS BEGIN SELECT 1; END", "x"],
            id="a procedure",
        ),
        pytest.param(
            "SELECT CASE WHEN a THEN 1 END; x",
            ["SELECT CASE WHEN a THEN 1 END", "x"],
            id="a CASE outside a script",
        ),
        pytest.param(
            "BEGIN TRANSACTION; x; COMMIT", ["BEGIN TRANSACTION", "x", "COMMIT"], id="transaction"
        ),
    ],
)
def test_where_statements_end(script: str, statements: list[str]) -> None:
    assert [found.text for found in split_statements(script)] == statements


def test_a_statement_knows_its_place() -> None:
    [_, second] = split_statements("SELECT 1;\n\n  SELECT 2")
    assert (second.line, second.column, second.start) == (3, 3, 13)


@pytest.mark.parametrize(
    ("sql", "markers"),
    [
        pytest.param("SELECT :a", [("a", "named")], id="named"),
        pytest.param("x=:a", [("a", "named")], id="right after an operator"),
        pytest.param("SELECT '{{ job_id }}'", [("job_id", "braces")], id="braces in a text"),
        pytest.param("SELECT ? + ?", [("", "positional"), ("", "positional")], id="positional"),
        pytest.param("USE ${schema}", [("schema", "widget")], id="a widget"),
        pytest.param("SELECT ':a', `:b` -- :c", [], id="in quotes and comments"),
        pytest.param("SELECT payload:field, a::INT", [], id="a path and a cast"),
        pytest.param("STRUCT<a:INT>", [], id="a field of a struct"),
        pytest.param("IDENTIFIER(:catalog || '.x')", [("catalog", "named")], id="in IDENTIFIER"),
    ],
)
def test_parameters(sql: str, markers: list[tuple[str, str]]) -> None:
    assert [(found.name, found.style) for found in parameter_markers(sql)] == markers


@given(st.text(alphabet="a -/*'\"`\n;$\\", max_size=40))
@settings(max_examples=200, deadline=None)
def test_stripping_comments_moves_nothing(text: str) -> None:
    stripped = strip_comments(text)
    assert len(stripped) == len(text)
    assert all(a in (b, " ") for a, b in zip(stripped, text, strict=True))
    assert strip_comments(stripped) == stripped
