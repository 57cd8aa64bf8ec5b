"""What each filter prints, and what it refuses."""

import ast
import json
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from lakewright.templates.environment import Fault, fault_of, load, make_environment, run
from lakewright.templates.filters import (
    FILTERS,
    Filter,
    python,
    scala,
    sql_comment,
    to_json,
    to_yaml,
)

ENVIRONMENT = make_environment()


def printed(source: str, **bindings: Any) -> str:
    return run(load(ENVIRONMENT, "t", source), bindings)


def refused(source: str, **bindings: Any) -> Fault:
    with pytest.raises(Exception) as caught:  # noqa: PT011  # any: `fault_of` takes all
        printed(source, **bindings)
    return fault_of(caught.value, name="t", names=bindings)


@pytest.mark.parametrize("row", FILTERS.values(), ids=FILTERS.keys())
def test_each_example_prints_what_the_table_says(row: Filter) -> None:
    assert printed(row.example) == row.result
    assert row.summary


@pytest.mark.parametrize(
    ("source", "bindings", "text"),
    [
        pytest.param(
            "{{ x | ident }}", {"x": "a`; DROP SCHEMA x"}, "`a``; DROP SCHEMA x`", id="ident"
        ),
        pytest.param("{{ x | literal }}", {"x": "'); DROP"}, "'\\'); DROP'", id="literal"),
        pytest.param("{{ x | literal }}", {"x": None}, "NULL", id="null"),
        pytest.param("{{ x | literal }}", {"x": 0.5}, "0.5", id="a fraction"),
        pytest.param(
            "{{ x | literal }}",
            {"x": {"a": 1, "b": "c"}},
            "NAMED_STRUCT('a', 1, 'b', 'c')",
            id="mixed mapping",
        ),
        pytest.param(
            "{{ x | map('upper') | literal }}", {"x": ["a"]}, "ARRAY('A')", id="an iterator"
        ),
        pytest.param("{{ x | idents }}", {"x": [{"name": "a"}, "b c"]}, "a, `b c`", id="columns"),
        pytest.param(
            "{{ x | table_name }}", {"x": {"schema": "s", "table": "t"}}, "s.t", id="two parts"
        ),
        pytest.param("-- {{ x | sql_comment }}", {"x": "a\u2028b\r\nc"}, "-- a b c", id="comment"),
        pytest.param(
            "{{ x | sql_expression }}", {"x": " a > ';' "}, "a > ';'", id="semicolon in text"
        ),
        pytest.param("{{ x | sql_query }}", {"x": "SELECT 1;\n"}, "SELECT 1", id="query"),
        pytest.param(
            "{{ dbx_ref('tasks.a-b.values.n') }}", {}, "{{tasks.a-b.values.n}}", id="dbx_ref"
        ),
        pytest.param("{{ '{{ job.id }}' | dynamic_value }}", {}, "{{job.id}}", id="braces given"),
        pytest.param("{{ x | slug }}", {"x": "a -- b"}, "a_-_b", id="slug makes no comment"),
        pytest.param("{{ x | indent(2, first=true) }}", {"x": "a\nb"}, "  a\n  b", id="indent"),
        pytest.param(
            "{{ x | batch(2) | list | to_json }}", {"x": [1, 2, 3]}, "[[1, 2], [3]]", id="batch"
        ),
        pytest.param(
            "{{ x | slice(2) | list | to_json }}", {"x": [1, 2, 3]}, "[[1, 2], [3]]", id="slice"
        ),
        pytest.param("{{ x | unique | join }}", {"x": ["a", "b", "a"]}, "ab", id="unique"),
        pytest.param("{{ '%05.1f' % 1.25 }}", {}, "001.2", id="percent"),
    ],
)
def test_a_filter_prints(source: str, bindings: dict[str, Any], text: str) -> None:
    assert printed(source, **bindings) == text


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("{{ x | ident }}", 5),
        ("{{ x | ident }}", ""),
        ("{{ x | ident }}", "a" * 256),
        ("{{ x | ident }}", "a\x00b"),
        ("{{ x | ident }}", None),
        ("{{ x | idents }}", "abc"),
        ("{{ x | idents }}", [1]),
        ("{{ x | table_name }}", "a.b.c.d"),
        ("{{ x | table_name }}", "a; DROP TABLE b"),
        ("{{ x | literal }}", float("nan")),
        ("{{ x | literals }}", "abc"),
        ("{{ x | sql_type }}", "STRING); DROP TABLE k; --"),
        ("{{ x | sql_type }}", "NOT A TYPE"),
        ("{{ x | sql_expression }}", "a; DROP TABLE b"),
        ("{{ x | sql_expression }}", "a) OR (b"),
        ("{{ x | sql_expression }}", "a -- b"),
        ("{{ x | sql_expression }}", "'a"),
        ("{{ x | sql_expression }}", "(a]"),
        ("{{ x | sql_expression }}", " "),
        ("{{ x | sql_query }}", "SELECT 1; SELECT 2"),
        ("{{ x | sql_query }}", "SELECT /* 1"),
        ("{{ x | dynamic_value }}", "job.nothing"),
        ("{{ x | dynamic_value }}", "job.run_id}} {{x"),
        ("{{ x | to_json }}", float("inf")),
        ("{{ x | python }}", float("inf")),
        ("{{ x | scala }}", 2**70),
        ("{{ x | python }}", "\ud800"),
        ("{{ x | slug }}", "!!!"),
        ("{{ x | indent(300) }}", "a"),
        ("{{ x | center(9999) }}", "a"),
    ],
)
def test_a_value_that_cannot_be_made_safe_stops_the_render(source: str, value: Any) -> None:
    fault = refused(source, x=value)

    assert fault.rule in {"template-error", "template-limit"}
    assert fault.line == 1
    assert fault.remedy


def test_a_refusal_names_the_filter_and_the_value() -> None:
    fault = refused("{{ x | ident }}", x=17)

    assert "`ident`" in fault.problem
    assert "17" in fault.problem


def test_a_missing_value_is_called_missing_not_refused() -> None:
    assert refused("{{ nothing | ident }}").rule == "template-undefined"


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(JSON)
def test_python_literals_read_back(value: Any) -> None:
    text = python(value)

    assert ast.literal_eval(text) == value
    assert "\n" not in text


@settings(max_examples=60, deadline=None)
@given(JSON)
def test_json_and_yaml_read_back(value: Any) -> None:
    assert json.loads(to_json(value)) == value
    assert yaml.safe_load(to_yaml(value)) == value


@settings(max_examples=60, deadline=None)
@given(st.text())
def test_a_scala_text_is_one_token_on_one_line(text: str) -> None:
    literal = scala(text)

    assert literal.startswith('"')
    assert literal.endswith('"')
    assert not any(end in literal for end in "\r\n\u2028\u2029\x85")
    inside = literal[1:-1].replace("\\\\", "").replace('\\"', "")
    assert '"' not in inside


@settings(max_examples=60, deadline=None)
@given(st.text())
def test_a_comment_stays_on_its_line(text: str) -> None:
    assert len(("x" + sql_comment(text)).splitlines()) == 1
