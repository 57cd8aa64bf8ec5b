"""SQL is found in cells and in the literals that programs give to `spark.sql`."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakewright.code.sql_parts import DUMMY, sql_parts


def texts(source: str, language: str = "python") -> list[str]:
    return [part.text for part in sql_parts(source, language).parts]


def test_sql_cells_and_literals_come_in_the_order_of_the_file() -> None:
    source = """\
# Databricks notebook source
df = spark.sql("SELECT 1")

# COMMAND ----------

# MAGIC %sql
# MAGIC SELECT 2
# MAGIC FROM t

# COMMAND ----------

spark.sql('''
  SELECT 3
''')
"""
    found = sql_parts(source, "python").parts
    assert [(p.line, p.text) for p in found] == [
        (2, "SELECT 1"),
        (7, "SELECT 2\nFROM t"),
        (12, "\n  SELECT 3\n"),
    ]
    # The word FROM: line 2, column 1 of the part; line 8, column 9 of the file.
    assert found[1].place(2, 1) == (8, 9)
    assert found[2].place(2, 3) == (13, 3)


def test_a_sql_notebook_and_a_sql_file_are_sql() -> None:
    notebook = "-- Databricks notebook source\nSELECT 1\n\n-- COMMAND ----------\n\nSELECT 2\n"
    assert texts(notebook, "sql") == ["SELECT 1", "SELECT 2"]
    assert texts("SELECT 1;\n", "sql") == ["SELECT 1;\n"]


def test_escapes_make_lines_that_the_file_has_not() -> None:
    [part] = sql_parts('x = 1\nspark.sql("SELECT 1\\nFROM t")', "python").parts
    assert part.text == "SELECT 1\nFROM t"
    assert part.place(2, 4) == (2, 1)


@pytest.mark.parametrize(
    ("literal", "wanted"),
    [
        pytest.param('f"SELECT * FROM {t}"', f"SELECT * FROM {DUMMY}", id="a table"),
        pytest.param(
            'f"SELECT * FROM {c}.{s}.t x"', f"SELECT * FROM {DUMMY}.{DUMMY}.t x", id="names"
        ),
        pytest.param(
            'f"INSERT INTO raw_{e}_x VALUES (1)"',
            f"INSERT INTO raw_{DUMMY}_x VALUES (1)",
            id="in a name",
        ),
        pytest.param('f"SELECT `{c}` FROM t"', f"SELECT `{DUMMY}` FROM t", id="in backticks"),
        pytest.param(
            'f"CREATE SCHEMA IF NOT EXISTS {s}"',
            f"CREATE SCHEMA IF NOT EXISTS {DUMMY}",
            id="if not exists",
        ),
        pytest.param('"SELECT 1 " "AS x"', "SELECT 1 AS x", id="two literals"),
    ],
)
def test_names_stand_in_for_placeholders(literal: str, wanted: str) -> None:
    assert texts(f"spark.sql({literal})") == [wanted]


@pytest.mark.parametrize(
    "argument",
    [
        pytest.param('f"SELECT {columns} FROM t"', id="columns"),
        pytest.param('f"SELECT * FROM t WHERE {condition}"', id="a condition"),
        pytest.param("f\"SELECT * FROM t WHERE a = '{x} FROM {y}'\"", id="in quotes"),
        pytest.param('f"SELECT * FROM {t!r}"', id="a conversion"),
        pytest.param('f"SELECT * FROM {a}{b}"', id="two in a row"),
        pytest.param('f"SELECT 1 WHERE EXISTS {q}"', id="a query"),
        pytest.param('"SELECT * FROM " + t', id="a sum"),
        pytest.param('"SELECT {}".format(x)', id="a call"),
        pytest.param("query", id="a name"),
    ],
)
def test_what_is_only_known_at_run_time_is_said_to_be_unchecked(argument: str) -> None:
    found = sql_parts(f"x = 1\nself.spark.sql({argument})", "python")
    assert found.parts == ()
    assert [gap.line for gap in found.unchecked] == [2]


def test_other_calls_and_broken_python_hold_no_sql() -> None:
    assert texts('duckdb.sql("SELECT 1")') == []
    assert texts('spark.sql("SELECT 1"') == []


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        pytest.param('val d = spark.sql("SELECT 1")', ["SELECT 1"], id="a string"),
        pytest.param('spark.sql("""\nSELECT 1\n""")', ["\nSELECT 1\n"], id="three quotes"),
        pytest.param(
            'spark.sql("""\n  |SELECT 1""".stripMargin)', ["\n   SELECT 1"], id="a margin"
        ),
        pytest.param(
            'spark.sql(s"FROM $c.${s}.t")', [f"FROM {DUMMY}.{DUMMY}.t"], id="placeholders"
        ),
        pytest.param('spark.sql("SELECT \\"a\\"")', ['SELECT "a"'], id="escapes"),
        pytest.param('// spark.sql("SELECT 1")', [], id="a comment"),
        pytest.param('val s = "spark.sql(x)"', [], id="in a string"),
    ],
)
def test_scala_literals(source: str, wanted: list[str]) -> None:
    found = sql_parts(source, "scala")
    assert [part.text for part in found.parts] == wanted
    assert found.unchecked == ()


@pytest.mark.parametrize(
    "argument", ['"SELECT " + x', "query", 's"SELECT ${f("x")}"', 's"SELECT $x"']
)
def test_computed_scala_is_unchecked(argument: str) -> None:
    found = sql_parts(f"spark.sql({argument})", "scala")
    assert found.parts == ()
    assert len(found.unchecked) == 1


@settings(max_examples=100, deadline=None)
@given(
    st.text("spark.sql(f\"'{}x$|\n\\ FROM", max_size=60),
    st.sampled_from(["python", "sql", "scala"]),
)
def test_no_text_breaks_the_search(text: str, language: str) -> None:
    sql_parts(text, language)
    sql_parts(f"# Databricks notebook source\nspark.sql({text})", language)
    sql_parts(f"// Databricks notebook source\nspark.sql({text})", language)
