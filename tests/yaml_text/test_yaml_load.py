"""The strict YAML reader: which values it gives, and what it refuses and why."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakewright.yaml_text.load import Limits, YamlError, load, load_or_diagnose


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("", None, id="an empty text is nothing"),
        pytest.param("# only a comment\n", None, id="a comment is nothing"),
        pytest.param("a: true\nb: False\nc: TRUE", {"a": True, "b": False, "c": True}, id="bools"),
        pytest.param("a: yes\nb: NO\nc: on\nd: y", {"a": "yes", "b": "NO", "c": "on", "d": "y"},
                     id="words"),
        pytest.param("[null, ~, Null, NULL]", [None] * 4, id="nulls"),
        pytest.param("a:", {"a": None}, id="an empty value is null"),
        pytest.param("[0, -1, +2, 10]", [0, -1, 2, 10], id="decimal integers"),
        pytest.param("[017, 0x1F, 0o17, 1_000, 0b1]", ["017", "0x1F", "0o17", "1_000", "0b1"],
                     id="other notations of numbers are text"),
        pytest.param("[1.0, .5, 2., 1e3, -1.5E-2]", [1.0, 0.5, 2.0, 1000.0, -0.015], id="floats"),
        pytest.param("v: 1.0.0\nt: 1:30\nip: 10.0.0.1",
                     {"v": "1.0.0", "t": "1:30", "ip": "10.0.0.1"},
                     id="versions, times and addresses are text"),
        pytest.param("a: 2025-10-02T10:00:00Z\nb: 2025-10-02",
                     {"a": "2025-10-02T10:00:00Z", "b": "2025-10-02"}, id="dates are text"),
        pytest.param("'1': a\nyes: b\n2: c", {"1": "a", "yes": "b", "2": "c"}, id="keys are text"),
        pytest.param("a: '1'\nb: \"true\"", {"a": "1", "b": "true"}, id="quoted is text"),
        pytest.param("a: |\n  x\n    y\n", {"a": "x\n  y\n"}, id="a literal block"),
        pytest.param("a: |\r\n  x\r\n  y\r\n", {"a": "x\ny\n"}, id="CRLF reads as LF"),
        pytest.param("\ufeffa: 1\n", {"a": 1}, id="a byte order mark is skipped"),
        pytest.param(b"\xef\xbb\xbfa: \xc3\xa9\n", {"a": "é"}, id="UTF-8 bytes with a mark"),
        pytest.param("x: &x {a: [1]}\ny: *x", {"x": {"a": [1]}, "y": {"a": [1]}}, id="an alias"),
        pytest.param("b: &b {k: 1, l: 2}\nc: {<<: *b, l: 3}",
                     {"b": {"k": 1, "l": 2}, "c": {"k": 1, "l": 3}}, id="a merge gives way"),
        pytest.param("a: &a {k: 1}\nb: &b {k: 2, m: 3}\nc: {<<: [*a, *b]}",
                     {"a": {"k": 1}, "b": {"k": 2, "m": 3}, "c": {"k": 1, "m": 3}},
                     id="the first of several merged mappings wins"),
        pytest.param("'<<': 1", {"<<": 1}, id="a quoted << is a key like any other"),
        pytest.param("--- \na: 1\n...\n", {"a": 1}, id="document markers"),
    ],
)  # fmt: skip
def test_text_means(text: str | bytes, value: Any) -> None:
    assert load(text) == value


def test_numbers_and_booleans_keep_their_kinds() -> None:
    assert [type(item) for item in load("[1, 1.0, true, '1']")] == [int, float, bool, str]


def test_an_alias_is_a_copy() -> None:
    value = load("a: &a {k: []}\nb: *a\n")
    value["a"]["k"].append(1)
    assert value["b"] == {"k": []}


BILLION_LAUGHS = "a0: &a0 [x, x]\n" + "".join(
    f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12)
)
MERGE_BOMB = "a0: &a0 {k: v}\n" + "".join(
    f"a{i}: &a{i}\n  x{i}: {{<<: *a{i - 1}}}\n  y{i}: {{<<: *a{i - 1}}}\n" for i in range(1, 60)
)


@pytest.mark.parametrize(
    ("text", "rule", "line", "column", "remedy"),
    [
        pytest.param("a:\n\t- b", "yaml-syntax", 2, 1, "spaces", id="a tab as indentation"),
        pytest.param("a: \0", "yaml-character", 1, 4, "NUL|\\\\0", id="a NUL"),
        pytest.param("a: \x07", "yaml-character", 1, 4, "Remove", id="a control character"),
        pytest.param(b"a: ok\nb: caf\xe9\n", "yaml-encoding", 2, 7, "UTF-8", id="Latin-1"),
        pytest.param("a: 1".encode("utf-16"), "yaml-encoding", 1, 1, "UTF-8", id="UTF-16"),
        pytest.param("a: \ud800", "yaml-character", 1, 4, "UTF-8", id="half of a character"),
        pytest.param("a: 1\n---\nb: 2\n", "yaml-several-documents", 2, 1, "one document",
                     id="two documents"),
        pytest.param("a: 1\nb: 2\na: 3\n", "yaml-duplicate-key", 3, 1, "rename", id="a key twice"),
        pytest.param("1: a\n'1': b\n", "yaml-duplicate-key", 2, 1, "rename", id="1 and '1'"),
        pytest.param("a: !!python/object/apply:os.system [ls]", "yaml-tag", 1, 4, "tag",
                     id="a dangerous tag"),
        pytest.param("a: !!str 1", "yaml-tag", 1, 4, "quotes", id="any other tag"),
        pytest.param("x: .nan", "yaml-number", 1, 4, "finite", id="not a number"),
        pytest.param("x: -.inf", "yaml-number", 1, 4, "finite", id="infinite"),
        pytest.param("x: 1e999", "yaml-number", 1, 4, "finite", id="a float out of range"),
        pytest.param("x: " + "9" * 5000, "yaml-number", 1, 4, "finite", id="5,000 digits"),
        pytest.param("a: *b", "yaml-alias", 1, 4, "&b", id="an alias of nothing"),
        pytest.param("&a [*a]", "yaml-alias", 1, 5, "above", id="an alias of what it is in"),
        pytest.param("a: {{ x }}", "yaml-key", 1, 5, "quotes", id="Jinja without quotes"),
        pytest.param("<<: 1", "yaml-merge", 1, 5, "mapping", id="a merge of a number"),
        pytest.param("a: 'b", "yaml-syntax", 1, 6, "Close the quotes", id="an open quote"),
        pytest.param("a: b: c", "yaml-syntax", 1, 5, "quotes", id="a second colon"),
        pytest.param('a: "\\q"', "yaml-syntax", 1, 5, "backslash", id="an unknown escape"),
        pytest.param("a: [1, 2", "yaml-syntax", 1, 9, "bracket", id="an open bracket"),
        pytest.param("a: `b`", "yaml-syntax", 1, 4, "quotes", id="a backtick"),
        pytest.param("[" * 100_000, "yaml-limit", 1, 65, "Simplify", id="100,000 brackets"),
        pytest.param("- " * 100_000, "yaml-limit", 1, 129, "Simplify", id="100,000 dashes"),
        pytest.param("{a: " * 1_000, "yaml-limit", 1, 257, "Simplify", id="1,000 braces"),
        pytest.param(BILLION_LAUGHS, "yaml-limit", 5, 45, "Simplify", id="billion laughs"),
    ],
)  # fmt: skip
def test_is_refused_with_place_and_remedy(
    text: str | bytes, rule: str, line: int, column: int, remedy: str
) -> None:
    with pytest.raises(YamlError, match=remedy) as refused:
        load(text)
    error = refused.value
    assert (error.rule, error.line, error.column) == (rule, line, column)
    found = error.as_diagnostic("m.yaml")
    assert str(found.where) == f"m.yaml:{line}:{column}"
    assert "\n" not in found.problem


def test_merges_cannot_grow_without_end() -> None:
    with pytest.raises(YamlError) as refused:
        load(MERGE_BOMB)
    assert refused.value.rule == "yaml-limit"


def test_a_text_that_is_too_large_is_refused_before_it_is_parsed() -> None:
    _, found = load_or_diagnose("[" * 10_000_001, "m.yaml")
    assert [f.rule for f in found] == ["yaml-limit"]
    assert "10,000,001" in found[0].problem


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        pytest.param("[[[1]]]", Limits(depth=2), id="depth"),
        pytest.param("[1, 2, 3]", Limits(nodes=3), id="nodes"),
        pytest.param("{a: 1, b: 2}", Limits(nodes=4), id="keys count as nodes"),
        pytest.param("[&a 1, *a, *a]", Limits(aliases=1), id="aliases"),
        pytest.param("[&a [1, 2], *a]", Limits(aliased_nodes=2), id="what aliases stand for"),
        pytest.param("a: 1", Limits(size_bytes=3), id="size"),
    ],
)
def test_limits_can_be_set(text: str, limits: Limits) -> None:
    load(text)
    with pytest.raises(YamlError) as refused:
        load(text, limits=limits)
    assert refused.value.rule == "yaml-limit"


def test_findings_and_value_exclude_each_other() -> None:
    assert load_or_diagnose("a: 1", "f") == ({"a": 1}, ())
    value, found = load_or_diagnose("a: [", "f")
    assert value is None
    assert found[0].where.file == "f"


YAML_LIKE = st.text("ab01.:-?#&*!|>'\"%@`{}[],~<= \t\r\n\0\ufeff\u2028\x85é😀", max_size=60)


@settings(max_examples=400, deadline=None)
@given(YAML_LIKE | st.text(max_size=40) | st.binary(max_size=40))
def test_no_text_gives_a_traceback(text: str | bytes) -> None:
    value, found = load_or_diagnose(text, "f")
    assert not (found and value is not None)
    for finding in found:
        assert finding.remedy
        assert finding.where.line > 0
