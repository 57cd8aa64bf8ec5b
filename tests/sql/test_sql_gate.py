"""The gate lets through what Databricks takes, and says where and why it refuses the rest."""

import os
import random
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakewright.sql.gate import SqlFault, prove_sql
from lakewright.sql.matching import compile_grammar, load_grammar
from tests.sql.corpus import BROKEN, VALID


@pytest.mark.parametrize("statement", [pytest.param(VALID[name], id=name) for name in VALID])
def test_a_valid_statement_is_proved(statement: str) -> None:
    assert prove_sql(statement) == []


@pytest.mark.parametrize("statement", [pytest.param(BROKEN[name], id=name) for name in BROKEN])
def test_a_broken_statement_is_refused_with_a_remedy_and_a_place(statement: str) -> None:
    faults = prove_sql(statement)
    assert faults
    for fault in faults:
        assert fault.problem.endswith((".", "?"))
        assert fault.remedy
        assert fault.line == 1
        assert 1 <= fault.column <= len(statement) + 1


def test_a_script_is_proved_statement_by_statement() -> None:
    script = ";\n\n".join(VALID.values())
    assert prove_sql(script) == []


def test_every_broken_statement_of_a_script_is_reported_at_its_line() -> None:
    script = "SELECT 1;\nSELEC 2;\n\nSELECT a,, b FROM t;\nSELECT 3"
    assert [(found.rule, found.line, found.column) for found in prove_sql(script)] == [
        ("sql-syntax", 2, 1),
        ("sql-comma", 4, 9),
    ]


def test_the_constraint_after_the_properties_is_refused_at_its_line() -> None:
    statement = """\
CREATE TABLE IF NOT EXISTS main.raw.customers
(
  id BIGINT,
  name STRING COMMENT 'x'
)
USING DELTA
TBLPROPERTIES (
  'delta.enableChangeDataFeed' = 'true'
)
CONSTRAINT pk_customers PRIMARY KEY (id)
"""
    assert prove_sql(statement) == [
        SqlFault(
            "sql-constraint-outside",
            "A CONSTRAINT clause stands outside the column list after TBLPROPERTIES.",
            "Move it inside the brackets, after the last column.",
            10,
            1,
        )
    ]


@pytest.mark.parametrize(
    ("statement", "column", "problem", "remedy"),
    [
        pytest.param(
            "SELEC 1",
            1,
            "'SELEC' does not begin a Databricks SQL statement.",
            "Did you mean 'SELECT'?",
            id="a first word that is no verb",
        ),
        pytest.param(
            "CREATE TABLE t (id STRIGN)",
            20,
            "'STRIGN' does not belong here after 'id' (in CREATE TABLE).",
            "Did you mean 'STRING'? Write a Databricks data type.",
            id="a misspelt type",
        ),
        pytest.param(
            "GRANT SELECT ON TABLE t FROM x",
            25,
            "'FROM' does not belong here after 't' (in GRANT).",
            "Expected TO.",
            id="the wrong keyword",
        ),
        pytest.param(
            "VACUUM main.raw.t RETAIN 168",
            26,
            "The VACUUM ends too early, after '168'.",
            "Expected HOUR or HOURS.",
            id="too short",
        ),
        pytest.param(
            "CREATE VIEW v AS SELECT a FORM t WHERE x",
            32,
            "'t' does not belong here after 'FORM' (in CREATE VIEW).",
            "Did you mean 'FROM'? Otherwise look for a missing comma or keyword before it.",
            id="inside an embedded query",
        ),
        pytest.param(
            "CREATE TABLE t (id INT) CLUSTER BY (idd)",
            37,
            "CLUSTER BY names the column 'idd', which the table does not have.",
            "Did you mean 'id'? Name a column of the column list.",
            id="a column that is not there",
        ),
        pytest.param(
            "SELECT a\u00a0FROM t",
            9,
            "'\\u00a0' (U+00A0, no-break space) is not part of SQL.",
            "Remove it; if it belongs to a name, put the name in backticks.",
            id="a character nobody sees",
        ),
    ],
)
def test_what_a_person_is_told(statement: str, column: int, problem: str, remedy: str) -> None:
    [fault] = prove_sql(statement)
    assert (fault.column, fault.problem, fault.remedy) == (column, problem, remedy)


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        pytest.param("SELECT " + "(" * 5000 + "1" + ")" * 5000, "sql-too-deep", id="brackets"),
        pytest.param("SELECT " + "f(" * 40 + "1" + ")" * 40, "sql-too-deep", id="calls"),
        pytest.param("SELECT " + "(" * 5000, "sql-too-deep", id="brackets that never close"),
        pytest.param("SELECT '" + "a" * 500_000, "sql-unclosed", id="a text without end"),
        pytest.param("SELECT 1" + ", 1" * 60_000, "sql-too-long", id="endless"),
        pytest.param("*" * 5000, "sql-character", id="stars"),
        pytest.param("/* " * 5000, "sql-unclosed", id="comments that never close"),
        pytest.param("CREATE TABLE t (a " + "ARRAY<" * 3000 + ")", "sql-too-deep", id="types"),
    ],
)
def test_excess_is_refused_without_a_crash(statement: str, rule: str) -> None:
    assert [found.rule for found in prove_sql(statement)] == [rule]


def test_a_comment_cannot_give_orders_to_the_parser() -> None:
    assert prove_sql("-- sqlfluff:dialect:ansi\nOPTIMIZE t;\nSELEC 1 -- noqa") != []
    assert prove_sql("SELECT 1 -- noqa: disable=all\n/* '; */ + 2") == []


def test_nothing_and_comments_only_are_valid() -> None:
    assert prove_sql("") == []
    assert prove_sql("-- just a note\n;;") == []


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_no_text_makes_the_gate_fail(data: st.DataObject) -> None:
    statement = data.draw(st.sampled_from(sorted(VALID.values())))
    words = statement.split(" ")
    pieces = ["", ",", "(", ")", "'", "`", "{{", "\x00", "é", words[0]]
    at = data.draw(st.integers(0, len(words) - 1))
    words[at] = data.draw(st.sampled_from(pieces))
    for fault in prove_sql(" ".join(words)):
        assert fault.line >= 1
        assert fault.column >= 1


def test_most_random_mutations_are_noticed() -> None:
    """A dropped, doubled or swapped token nearly always breaks a statement."""
    chosen = random.Random(7)
    refused = tried = 0
    for statement in chosen.sample(sorted(VALID.values()), 40):
        words = statement.split(" ")
        if len(words) < 4:
            continue
        at = chosen.randrange(1, len(words) - 1)
        words.insert(at, ",")
        tried += 1
        refused += bool(prove_sql(" ".join(words)))
    assert refused >= tried * 0.85


def test_the_grammar_file_is_consistent() -> None:
    grammar = load_grammar()
    assert len(grammar.statements) > 60
    with pytest.raises(ValueError, match="unknown rules"):
        compile_grammar("statement a = missing")


def test_asking_the_version_imports_nothing_heavy() -> None:
    code = (
        "import sys; from lakewright.sql.gate import gate_version; assert 'sqlfluff-' in "
        "gate_version(); assert not {'sqlfluff', 'sqlglot', 'lark'} & set(sys.modules)"
    )
    subprocess.run(
        [sys.executable, "-c", code], check=True, env={"PYTHONPATH": os.pathsep.join(sys.path)}
    )
