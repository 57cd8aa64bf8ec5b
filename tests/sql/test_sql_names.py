"""Whatever a name or a value holds, it stays one name or one value."""

import datetime
from decimal import Decimal

import pytest
import sqlglot
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlglot import exp

from lakewright.sql.names import (
    RESERVED_WORDS,
    SqlNameError,
    TableName,
    quote_identifier,
    quote_literal,
    sql_comment,
)
from lakewright.sql.tokens import TokenKind, tokenize

text_without_surrogates = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=255
)
HOSTILE_NAMES = [
    pytest.param("a`b", id="a backtick"),
    pytest.param("`", id="only a backtick"),
    pytest.param("``; DROP TABLE x; --", id="a closing attempt"),
    pytest.param("it's", id="a quote"),
    pytest.param('say "hi"', id="double quotes"),
    pytest.param("two\nlines", id="a line end"),
    pytest.param("a\tb\r\nc", id="tabs and carriage returns"),
    pytest.param("x;--", id="semicolon and comment"),
    pytest.param("/* x */", id="a comment"),
    pytest.param("naïve 🦆 名前", id="emoji and other alphabets"),
    pytest.param("\u202eabc", id="right to left"),
    pytest.param("n" * 255, id="255 characters"),
    pytest.param("`" * 255, id="255 backticks"),
    pytest.param("a.b.c", id="dots"),
    pytest.param("{{ x }}", id="template braces"),
    pytest.param("${x}", id="a widget"),
    pytest.param("1st", id="a digit first"),
    pytest.param("_", id="only an underscore"),
    pytest.param("\\", id="a backslash"),
]


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_hostile_name_stays_one_name(name: str) -> None:
    assert_one_name(name)


@given(text_without_surrogates)
@settings(max_examples=150, deadline=None)
@example("a`; DROP TABLE x; --")
def test_any_name_stays_one_name(name: str) -> None:
    assert_one_name(name)


def assert_one_name(name: str) -> None:
    quoted = quote_identifier(name)

    [token] = tokenize(quoted)
    assert token.kind in (TokenKind.QUOTED, TokenKind.WORD)
    assert token.text == quoted

    tree = sqlglot.parse_one(f"SELECT {quoted} FROM t", dialect="databricks")
    [column] = tree.selects
    assert isinstance(column, exp.Column)
    assert column.name == name


@pytest.mark.parametrize("name", ["customers", "_private", "t_17", "date", "value", "Name2"])
def test_a_plain_name_stays_bare(name: str) -> None:
    assert quote_identifier(name) == name
    assert quote_identifier(name, always=True) == f"`{name}`"


@pytest.mark.parametrize("word", sorted(RESERVED_WORDS))
def test_a_reserved_word_is_quoted(word: str) -> None:
    assert quote_identifier(word.lower()) == f"`{word.lower()}`"


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("", id="empty"),
        pytest.param("n" * 256, id="256 characters"),
        pytest.param("a\x00b", id="NUL"),
        pytest.param("\ud83d", id="half a surrogate pair"),
    ],
)
def test_what_cannot_be_a_name_is_refused_with_a_remedy(name: str) -> None:
    with pytest.raises(SqlNameError) as refused:
        quote_identifier(name)
    assert refused.value.problem
    assert refused.value.remedy


@pytest.mark.parametrize(
    ("value", "literal"),
    [
        pytest.param(None, "NULL", id="null"),
        pytest.param(True, "TRUE", id="true, which is not 1"),
        pytest.param(0, "0", id="zero"),
        pytest.param(-5, "-5", id="negative"),
        pytest.param(1.5, "1.5D", id="a float is a DOUBLE"),
        pytest.param(1e300, "1e+300", id="a large float"),
        pytest.param(Decimal("12.50"), "12.50", id="a decimal keeps its scale"),
        pytest.param(Decimal("7"), "7BD", id="a whole decimal is no INT"),
        pytest.param(datetime.date(2026, 1, 2), "DATE'2026-01-02'", id="a date"),
        pytest.param(
            datetime.datetime(2026, 1, 2, 3, 4, 5),
            "TIMESTAMP'2026-01-02 03:04:05'",
            id="a timestamp",
        ),
        pytest.param("", "''", id="empty text"),
        pytest.param("it's", r"'it\'s'", id="a quote"),
        pytest.param("a\\", r"'a\\'", id="a backslash at the end"),
        pytest.param("a\nb", r"'a\nb'", id="a line end"),
        pytest.param("a\u2028b", r"'a\u2028b'", id="a unicode line end"),
        pytest.param("'); DROP TABLE x; --", r"'\'); DROP TABLE x; --'", id="a closing attempt"),
    ],
)
def test_literals(value: object, literal: str) -> None:
    assert quote_literal(value) == literal  # type: ignore[arg-type]


@given(text_without_surrogates)
@settings(max_examples=150, deadline=None)
@example("\\")
@example("\\'")
@example("' OR 1=1 --")
def test_any_text_stays_one_literal_and_comes_back(value: str) -> None:
    quoted = quote_literal(value)

    [token] = tokenize(quoted)
    assert token.kind is TokenKind.STRING
    assert "\n" not in quoted
    assert unescaped(quoted) == value


def unescaped(literal: str) -> str:
    """What Spark reads from a literal (the escapes that we write)."""
    result, rest = "", literal[1:-1]
    while rest:
        if rest[0] != "\\":
            assert rest[0] != "'"
            result, rest = result + rest[0], rest[1:]
        elif rest[1] == "u":
            result, rest = result + chr(int(rest[2:6], 16)), rest[6:]
        else:
            result += {"n": "\n", "r": "\r", "t": "\t"}.get(rest[1], rest[1])
            rest = rest[2:]
    return result


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("NaN"), b"x", [1]])
def test_a_value_without_a_literal_is_refused(value: object) -> None:
    with pytest.raises(SqlNameError):
        quote_literal(value)  # type: ignore[arg-type]


@given(st.text(max_size=80))
@settings(max_examples=150, deadline=None)
@example("x\nDROP TABLE y")
@example("x\u2028DROP TABLE y")
@example("x\r\nDROP TABLE y")
def test_a_comment_never_lets_anything_run(text: str) -> None:
    comment = sql_comment(text)
    assert len(comment.splitlines()) == 1
    assert tokenize(comment) == []


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        pytest.param("main.raw.orders", ("main", "raw", "orders"), id="three levels"),
        pytest.param("raw.orders", ("raw", "orders"), id="two levels"),
        pytest.param("orders", ("orders",), id="one level"),
        pytest.param("a.b.`c.d`", ("a", "b", "c.d"), id="a dot in backticks"),
        pytest.param("`a``b`.c.d", ("a`b", "c", "d"), id="a backtick in backticks"),
    ],
)
def test_a_table_name_is_read_and_written_back(text: str, parts: tuple[str, ...]) -> None:
    name = TableName.parse(text)
    assert name.parts == parts
    assert TableName.parse(name.sql()) == name


@given(st.lists(text_without_surrogates, min_size=3, max_size=3))
@settings(max_examples=80, deadline=None)
def test_any_three_parts_come_back(parts: list[str]) -> None:
    properties = dict(zip(("catalog", "schema", "table"), parts, strict=True))
    try:
        name = TableName.from_mapping(properties)
    except SqlNameError:
        return  # control characters, which no Unity Catalog object may have
    assert TableName.parse(name.sql()).parts == tuple(parts)


@pytest.mark.parametrize(
    "text", ["", "a.b.c.d", "a..b", ".a", "a.", "a b", "a;b", "a`b", "`a", "``", "a.b.c; DROP"]
)
def test_what_is_no_table_name_is_refused(text: str) -> None:
    with pytest.raises(SqlNameError):
        TableName.parse(text)


def test_a_catalog_needs_a_schema() -> None:
    with pytest.raises(SqlNameError, match="no schema"):
        TableName.from_mapping({"catalog": "main", "table": "t"})


def test_names_sort_by_catalog_schema_table() -> None:
    names = [TableName("b", "a", "a"), TableName("a", "b", "a"), TableName("a", "a", "b")]
    assert [str(name) for name in sorted(names)] == ["a.a.b", "a.b.a", "b.a.a"]
