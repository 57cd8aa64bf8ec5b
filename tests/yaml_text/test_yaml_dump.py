"""How new YAML text looks, and that it means what was given."""

import re
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from lakewright.yaml_text.edit import same
from lakewright.yaml_text.load import YamlError, load
from lakewright.yaml_text.write import (
    dump,
    fits_literal,
    is_plain_safe,
    literal,
    text_scalar,
)


def test_the_house_style() -> None:
    value = {
        "id": "m",
        "name": "Orders: daily",
        "tags": ["bronze", "no", "1.0"],
        "sql": "SELECT *\nFROM t\n",
        "nodes": [
            {"id": "a", "properties": {"columns": [{"name": "id", "type": "BIGINT"}]},
             "position": {"x": 1, "y": 2.5}},
        ],
        "edges": [],
        "on": None,
        "long": [f"item number {i}" for i in range(8)],
        "nested": [[1, 2], [{"a": []}]],
    }  # fmt: skip
    assert dump(value) == (
        "id: m\n"
        'name: "Orders: daily"\n'
        'tags: [bronze, "no", "1.0"]\n'
        "sql: |\n"
        "  SELECT *\n"
        "  FROM t\n"
        "nodes:\n"
        "  - id: a\n"
        "    properties:\n"
        "      columns:\n"
        "        - name: id\n"
        "          type: BIGINT\n"
        "    position: {x: 1, y: 2.5}\n"
        "edges: []\n"
        '"on": null\n'
        "long:\n" + "".join(f"  - item number {i}\n" for i in range(8)) + "nested:\n"
        "  - [1, 2]\n"
        "  - - a: []\n"
    )


@pytest.mark.parametrize(
    "text",
    ["main", "a b", "it's", "/Workspace/x", "$5", "${var.x}", "a-b", "1.0.0", "10.0.0.1", "é",
     "2025 was", "a#b", "a:b", "main.raw.t", "x{y}", "(a)", "DECIMAL(18,2)", "user@example.com"],
)  # fmt: skip
def test_text_that_every_reader_understands_stays_bare(text: str) -> None:
    assert text_scalar(text) == text


@pytest.mark.parametrize(
    "text",
    ["", " ", "no", "Yes", "y", "on", "null", "~", "true", "1", "-1", "017", "0x1F", "0o7", "1_000",
     "1:30", "1.0", ".5", "1e3", ".inf", ".NaN", "2025-10-02", "2025-10-02T10:00:00Z", "<<", "=",
     "- a", "-", "? a", ": a", "a: b", "a:", "a #b", "#a", "&a", "*a", "!a", "|", ">", "'a", '"a',
     "%a", "@a", "`a", "{a}", "[a]", ",a", "---", "...", " a", "a ", "a\tb", "a\u2028b", "\ufeffa",
     "\u202eabc", "{{ x }}"],
)  # fmt: skip
def test_text_that_some_reader_takes_for_something_else_is_quoted(text: str) -> None:
    written = text_scalar(text)
    assert written.startswith('"')
    assert written.isprintable()
    assert load(written) == text


@pytest.mark.parametrize(
    ("text", "header"),
    [
        pytest.param("a\nb\n", "|", id="one line break at the end"),
        pytest.param("a\nb", "|-", id="none"),
        pytest.param("a\nb\n\n\n", "|+", id="several"),
        pytest.param("  a\nb\n", "|2", id="white space first"),
        pytest.param("\n\na\n", "|2", id="empty lines first"),
        pytest.param("\ta\nb", "|2-", id="a tab first"),
    ],
)
def test_the_header_of_a_literal_block(text: str, header: str) -> None:
    assert literal(text, 2)[0] == header
    assert load(dump({"k": text, "z": 1})) == {"k": text, "z": 1}


def test_lines_that_a_block_cannot_bring_back_are_quoted() -> None:
    assert dump({"k": "a\r\nb\n"}) == 'k: "a\\r\\nb\\n"\n'
    assert not fits_literal("\n\n")


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        pytest.param({"a": float("nan")}, "not finite", id="not a number"),
        pytest.param([float("inf")], "not finite", id="infinite"),
        pytest.param({1: "a"}, "not text", id="a key that is a number"),
        pytest.param({"k" * 300: 1}, "longer", id="an endless key"),
        pytest.param({"a": "\ud800"}, "half of a character", id="half of a character"),
        pytest.param({"a": {1, 2}}, "plain data", id="a set"),
        pytest.param(10**1000, "digits", id="an endless number"),
    ],
)
def test_what_yaml_cannot_hold_is_refused(value: Any, problem: str) -> None:
    with pytest.raises(YamlError, match=problem) as refused:
        dump(value)
    assert refused.value.remedy


def test_a_value_that_is_too_deep_is_refused_without_recursion() -> None:
    value: Any = 1
    for _ in range(100_000):
        value = [value]
    with pytest.raises(YamlError, match="nesting"):
        dump(value)


TEXTS = st.text(max_size=10) | st.text("ab01 \t\n\r#:-'\"{}[],|>?&*!%@`é\u2028\ufeff", max_size=14)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(VALUES)
def test_what_is_written_is_read_back(value: Any) -> None:
    assert same(load(dump(value)), value)


@settings(max_examples=300, deadline=None)
@given(TEXTS | st.from_regex(re.compile(r"[-+0-9.:_eExXoObTZ ]{1,12}"), fullmatch=True))
def test_another_reader_takes_bare_text_for_the_same_text(text: str) -> None:
    if is_plain_safe(text):
        assert yaml.safe_load(f"k: {text}") == {"k": text} == load(f"k: {text}")
    if is_plain_safe(text, in_flow=True):
        assert yaml.safe_load(f"[{text}, {{k: {text}}}]") == [text, {"k": text}]
