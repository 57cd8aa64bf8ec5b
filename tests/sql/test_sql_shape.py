"""Statements of one shape have one verdict, so a remembered proof is as good as a new one."""

import os
import re
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakewright.sql import gate, shape
from lakewright.sql.gate import prove_sql
from lakewright.sql.keywords import deciding_words, sqlfluff_words
from lakewright.sql.shape import proof_keys, script_shapes
from tests.sql.corpus import BROKEN, VALID


class Memory:
    """Remembers in a set."""

    def __init__(self) -> None:
        self.keys: set[str] = set()

    def known(self, key: str) -> bool:
        return key in self.keys

    def remember(self, key: str) -> None:
        self.keys.add(key)


@pytest.fixture(scope="module")
def full_memory() -> Memory:
    """Every valid statement of the corpus was proved before."""
    memory = Memory()
    assert prove_sql(";\n".join(VALID.values()), memory=memory) == []
    return memory


def table(
    number: int = 1,
    types: tuple[str, ...] = ("BIGINT", "STRING"),
    tail: str = "CLUSTER BY (column_0)",
) -> str:
    columns = ",\n".join(f"  column_{i} {kind}" for i, kind in enumerate(types))
    return f"CREATE TABLE IF NOT EXISTS main.raw.t_{number} (\n{columns}\n)\nUSING DELTA\n{tail}"


def test_similar_tables_cost_one_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    memory = Memory()
    assert prove_sql(table(1), memory=memory) == []

    def never(*_: object) -> None:
        raise AssertionError("proved again")

    monkeypatch.setattr(gate, "_judge", never)
    for number in range(2, 50):
        types = tuple(("DATE", "DECIMAL(18,2)", "INT", "DOUBLE")[: number % 4 + 1])
        assert prove_sql(table(number, types), memory=memory) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("SELECT a FROM t", "SELECT bcd FROM other", id="names"),
        pytest.param("SELECT 'a'", "SELECT 'b\\'c'", id="texts"),
        pytest.param("SELECT 1", "SELECT 234", id="numbers"),
        pytest.param("SELECT a -- x", "select /* y */\n  b", id="comments, capitals, spaces"),
        pytest.param("SELECT a = 1", "SELECT b=2", id="spaces around ="),
        pytest.param(table(types=("INT",)), table(types=("DATE",) * 9), id="how many columns"),
        pytest.param(
            "CREATE TABLE a (`x y` INT)", "CREATE TABLE `b c` (comment STRING)", id="quoted names"
        ),
        pytest.param(
            "CREATE TABLE t (a INT) TBLPROPERTIES ('a' = 'b')",
            "CREATE TABLE t (a INT) TBLPROPERTIES ('a' = 'b', 'c' = 'd')",
            id="how many properties",
        ),
    ],
)
def test_what_a_parser_cannot_see_is_forgotten(one: str, other: str) -> None:
    assert shapes(one) == shapes(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("SELECT a FROM t", "SELECT a FORM t", id="a keyword and a name"),
        pytest.param("SELECT a.b", "SELECT a . b", id="a gap in a name"),
        pytest.param("SELECT a >= 1", "SELECT a > = 1", id="a gap in an operator"),
        pytest.param("SELECT a", "SELECT `a`", id="a quoted name in a query"),
        pytest.param("SELECT 'a'", 'SELECT "a"', id="kinds of quotes"),
        pytest.param("SELECT 'a'", "SELECT r'a'", id="a raw text"),
        pytest.param("SELECT 1", "SELECT 1L", id="a suffix"),
        pytest.param("SELECT a", "SELECT é", id="letters that are not ASCII"),
        pytest.param("SELECT a, b", "SELECT a b", id="a comma"),
        pytest.param("f(a, a)", "f(a, a, a)", id="a few arguments"),
        pytest.param(
            "CREATE TABLE t (a INT)", "CREATE TABLE t (a INT,)", id="a comma after the last column"
        ),
        pytest.param("CREATE TABLE t (a INT)", "CREATE TABLE t (a foo)", id="what is no type"),
        pytest.param(
            "CREATE TABLE t (a STRING COLLATE x)", "CREATE TABLE t (a INT COLLATE x)", id="COLLATE"
        ),
        pytest.param(
            "CREATE TABLE t (a DECIMAL(1, 2))", "CREATE TABLE t (a STRING(1, 2))", id="sizes"
        ),
        pytest.param(
            "CREATE TABLE t (a INT, PRIMARY KEY (a), b INT)",
            "CREATE TABLE t (a INT, b INT, PRIMARY KEY (a))",
            id="a constraint between columns",
        ),
    ],
)
def test_what_a_parser_can_see_is_kept(one: str, other: str) -> None:
    assert shapes(one) != shapes(other)


def shapes(text: str) -> list[tuple[str, ...]]:
    return [found.pieces for found in script_shapes(text)]


@pytest.mark.parametrize("statement", [pytest.param(BROKEN[name], id=name) for name in BROKEN])
def test_a_broken_statement_is_never_accepted_through_memory(
    statement: str, full_memory: Memory
) -> None:
    before = set(full_memory.keys)
    assert prove_sql(statement, memory=full_memory) == prove_sql(statement)
    assert set(full_memory.keys) - before == set(), "a fault was remembered"


names = st.sampled_from(
    ["a", "orders", "`a b`", "`x``y`", "date", "comment", "`select`", "É", "x1", "_b", "key", "c"]
)
texts = st.sampled_from(["'x'", "''", "'it\\'s'", "'a''b'", "'--'", "'a;b'", '"d"', "r'x'", "'é'"])
numbers = st.sampled_from(["0", "7", "123456", "1.5", "1e3", "10L", ".5"])
types = st.sampled_from(
    ["STRING", "INT", "DECIMAL(10,2)", "DATE", "VARCHAR(9)", "ARRAY<INT>", "foo", "DECIMAL(1,2,3)"]
)
_TYPE = re.compile(r"\b(?:STRING|BIGINT|INT|DATE|TIMESTAMP|DECIMAL\(\d+,\s*\d+\))(?![\w(])")
_NAME = re.compile(r"(?<![\w`'.:@])[a-z_]\w*(?![\w`'(])")
_TEXT = re.compile(r"(?<![\\\w])'(?:[^'\\]|\\.)*'")
_NUMBER = re.compile(r"(?<![\w.'-])\d+(?![\w.'-])")


@st.composite
def mutations(draw: st.DrawFn) -> str:
    """A statement of the corpus with names, texts, numbers and types changed, sometimes broken."""
    statement = draw(st.sampled_from(sorted(VALID.values())))
    for pattern, values in ((_TYPE, types), (_TEXT, texts), (_NUMBER, numbers), (_NAME, names)):
        places = list(pattern.finditer(statement))
        is_changed = draw(st.booleans())
        if places and is_changed:
            place = draw(st.sampled_from(places))
            statement = statement[: place.start()] + draw(values) + statement[place.end() :]
    if draw(st.booleans()):
        at = draw(st.integers(0, len(statement)))
        piece = draw(st.sampled_from(["", " ", ",", ")", "(", " x ", " AS ", "/", "--", "'", "\n"]))
        statement = statement[:at] + piece + statement[at + draw(st.integers(0, 1)) :]
    return statement


@given(mutations())
@settings(max_examples=250, deadline=None)
def test_a_remembered_verdict_is_the_verdict(full_memory: Memory, statement: str) -> None:
    assert prove_sql(statement, memory=full_memory) == prove_sql(statement)


column_lists = st.lists(
    st.tuples(
        names,
        types,
        st.sampled_from(
            ["", " NOT NULL", " COMMENT 'x'", " NOT NULL COMMENT 'y'", " DEFAULT 1", " FOO"]
        ),
    ),
    min_size=1,
    max_size=4,
)


@given(
    columns=column_lists,
    constraint=st.sampled_from(["", ", CONSTRAINT c PRIMARY KEY (a)", ", PRIMARY KEY (x, a)"]),
    tail=st.sampled_from(
        ["", " USING DELTA", " PARTITIONED BY (a)", " CLUSTER BY (a, x1)", " COMMENT 'x'", " FOO"]
    ),
)
@settings(max_examples=200, deadline=None)
def test_columns_proved_in_other_tables_prove_nothing_false(
    full_memory: Memory, columns: list[tuple[str, str, str]], constraint: str, tail: str
) -> None:
    declared = ", ".join(f"{name} {kind}{rest}" for name, kind, rest in columns)
    statement = f"CREATE TABLE main.raw.t ({declared}{constraint}){tail}"
    assert prove_sql(statement, memory=full_memory) == prove_sql(statement)


def test_only_valid_statements_are_remembered() -> None:
    memory = Memory()
    prove_sql("SELECT a,, b; SELECT 1", memory=memory)
    [shape_of_one] = script_shapes("SELECT 1")
    assert memory.keys == set(proof_keys(shape_of_one, "sqlfluff"))


def test_names_are_checked_although_the_shape_is_known() -> None:
    memory = Memory()
    assert prove_sql(table(types=("INT", "DATE")), memory=memory) == []
    [fault] = prove_sql(table(tail="CLUSTER BY (colum_0)"), memory=memory)
    assert fault.rule == "sql-unknown-column"


def test_keys_depend_on_the_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    [found] = script_shapes("SELECT 1")
    before = proof_keys(found, "grammar")
    monkeypatch.setattr(shape, "gate_version", lambda: "another")
    shape._hash_start.cache_clear()
    try:
        assert proof_keys(found, "grammar") != before
    finally:
        shape._hash_start.cache_clear()


def test_the_shipped_word_list_is_the_one_of_the_installed_sqlfluff() -> None:
    """Remake it with `sqlfluff_words()` when sqlfluff is upgraded."""
    assert sqlfluff_words() <= deciding_words()


@pytest.mark.parametrize("kind", sorted(shape._SIMPLE_TYPES))
def test_the_types_of_one_class_are_all_accepted(kind: str) -> None:
    for rest in ("", " NOT NULL", " COMMENT 'x'"):
        statement = f"CREATE TABLE t (a {kind}{rest})"
        assert gate._sqlfluff_trouble(statement) is None
        assert prove_sql(statement) == []


def test_known_shapes_need_no_parser() -> None:
    code = """
import sys
from lakewright.sql.gate import prove_sql
class All:
    def known(self, key): return True
    def remember(self, key): pass
assert prove_sql("CREATE TABLE t (a INT); SELECT 1", memory=All()) == []
assert not {"sqlfluff", "sqlglot"} & set(sys.modules)
"""
    subprocess.run(
        [sys.executable, "-c", code], check=True, env={"PYTHONPATH": os.pathsep.join(sys.path)}
    )
