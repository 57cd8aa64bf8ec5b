"""The language that templates are written in: strict, small and without a way out."""

from typing import Any

import pytest

from lakewright.errors import LimitError
from lakewright.templates.environment import (
    MAX_SOURCE_BYTES,
    Fault,
    builtin_macros,
    fault_of,
    is_macro_name,
    load,
    make_environment,
    run,
    with_builtin_macros,
)

MACROS = {
    "macros/naming.jinja": "{% macro q(x) %}{{ x | ident }}{% endmacro %}",
    "macros/header.jinja": "-- {{ title }}\n",
}


def printed(source: str, **bindings: Any) -> str:
    return run(load(make_environment(MACROS), "t", source), bindings)


def stopped(source: str, **bindings: Any) -> Fault:
    with pytest.raises(Exception) as caught:  # noqa: PT011  # any: `fault_of` takes all
        printed(source, **bindings)
    return fault_of(caught.value, name="t", names=bindings)


@pytest.mark.parametrize(
    ("source", "bindings", "text"),
    [
        pytest.param(
            "a\n{% if x %}\nb\n{% endif %}\nc\n", {"x": 1}, "a\nb\nc\n", id="tags leave no line"
        ),
        pytest.param("a\n   {% set y = 1 %}\nb", {}, "a\nb", id="indented tags leave no blanks"),
        pytest.param("a\n", {}, "a\n", id="the last line end stays"),
        pytest.param("{{ x }}", {"x": "<&>"}, "<&>", id="nothing is escaped"),
        pytest.param("{{ ',' if x }}|", {"x": False}, "|", id="an if without else prints nothing"),
        pytest.param(
            "{{ d.items }}", {"d": {"items": "own"}}, "own", id="a key wins over a method"
        ),
        pytest.param(
            "{% for k, v in d.items() %}{{ k }}{{ v }}{% endfor %}",
            {"d": {"a": 1}},
            "a1",
            id="methods",
        ),
        pytest.param("{{ d.get('x', 'y') }}", {"d": {}}, "y", id="get"),
        pytest.param(
            "{{ x.upper() }}{{ x[0] }}{{ x[1:] }}", {"x": "ab"}, "ABab", id="text methods and items"
        ),
        pytest.param("{{ a.b.c[0] }}", {"a": {"b": {"c": [7]}}}, "7", id="deep fields"),
        pytest.param(
            "{% for i in [1, 2] %}{{ loop.index }}{{ loop.cycle('a', 'b') }}{% endfor %}",
            {},
            "1a2b",
            id="loop",
        ),
        pytest.param(
            "{% set n = namespace(x=1) %}{% set n.x = n.x + 1 %}{{ n.x }}", {}, "2", id="namespace"
        ),
        pytest.param(
            "{% import 'macros/naming.jinja' as n %}{{ n.q('a b') }}", {}, "`a b`", id="import"
        ),
        pytest.param(
            "{% from 'macros/naming.jinja' import q %}{{ q('a') }}", {}, "a", id="from import"
        ),
        pytest.param(
            "{% include 'macros/header.jinja' %}x",
            {"title": "T"},
            "-- T\nx",
            id="an include sees the values",
        ),
        pytest.param(
            "{% for g in x | groupby('k') %}{{ g.grouper }}{{ g.list | length }}{% endfor %}",
            {"x": [{"k": 1}, {"k": 1}]},
            "12",
            id="groupby",
        ),
        pytest.param("{{ x | default('d') }}{{ y is defined }}", {}, "dFalse", id="guards"),
        pytest.param("{% block b %}1{% endblock %}{{ self.b() }}", {}, "11", id="blocks"),
        pytest.param("{{ 3 * 'ab' }}{{ 2 ** 10 }}{{ 7 % 4 }}", {}, "ababab10243", id="operators"),
    ],
)
def test_a_template_prints(source: str, bindings: dict[str, Any], text: str) -> None:
    assert printed(source, **bindings) == text


@pytest.mark.parametrize(
    ("source", "bindings", "rule", "line", "words"),
    [
        ("a\n{{ tabel }}", {"table": 1}, "template-undefined", 2, "Did you mean 'table'?"),
        ("{{ a.colour }}", {"a": {"color": 1}}, "template-undefined", 1, "Did you mean 'color'?"),
        ("{{ a.b.c }}", {"a": {}}, "template-undefined", 1, "no field 'b'"),
        ("{{ a[3] }}", {"a": [1]}, "template-undefined", 1, "no item 3"),
        ("{% if missing %}{% endif %}", {}, "template-undefined", 1, "'missing'"),
        ("{% for x in missing %}{% endfor %}", {}, "template-undefined", 1, "'missing'"),
        ("{{ job.run_id }}", {}, "template-undefined", 1, "dynamic_value"),
        ("{{ x }}", {"x": None}, "template-error", 1, "null"),
        ("{{ x }}", {"x": [1]}, "template-error", 1, "list"),
        ("{{ x }}", {"x": {}}, "template-error", 1, "mapping"),
        ("{{ range }}", {}, "template-error", 1, "cannot be printed"),
        ("\n{% for i in x %}{% endfor %}", {"x": None}, "template-error", 2, "A null is used"),
        ("\n\n{{ x + 1 }}", {"x": "a"}, "template-error", 3, "stopped"),
        ("{{ 1 / 0 }}", {}, "template-error", 1, "division"),
        ("{{ x | nothing }}", {"x": 1}, "template-syntax", 1, "no filter 'nothing'"),
        ("{{ x | idnt }}", {"x": 1}, "template-syntax", 1, "Did you mean 'ident'?"),
        ("{{ x is nothing }}", {"x": 1}, "template-syntax", 1, "no test 'nothing'"),
        ("a\n{% if x %}", {"x": 1}, "template-syntax", 2, "end"),
        ("{% wrong %}", {}, "template-syntax", 1, "wrong"),
        ("\n{{ ' }}", {}, "template-syntax", 2, ""),
        ("{% include 'macros/no.jinja' %}", {}, "template-error", 1, "no macro file"),
        ("{% include '../x.jinja' %}", {}, "template-forbidden", 1, "not the name"),
        ("{% set x.y = 1 %}", {"x": {}}, "template-error", 1, "namespace"),
        ("{{ x.__class__ }}", {"x": ""}, "template-forbidden", 1, "__class__"),
    ],
)
def test_a_template_stops_with_a_place_and_words(
    source: str, bindings: dict[str, Any], rule: str, line: int, words: str
) -> None:
    fault = stopped(source, **bindings)

    assert (fault.rule, fault.line) == (rule, line)
    assert words in f"{fault.problem} {fault.remedy}"


def test_a_source_that_is_too_long_is_refused() -> None:
    with pytest.raises(LimitError):
        make_environment().parse("x" * (MAX_SOURCE_BYTES + 1))


@pytest.mark.parametrize(
    ("name", "fine"),
    [
        ("macros/naming.jinja", True),
        ("naming.jinja", True),
        ("/etc/passwd", False),
        ("../x", False),
        ("macros/../x", False),
        ("macros//x", False),
        ("./x", False),
        ("a\\b", False),
        ("C:x", False),
        ("a\nb", False),
        ("", False),
    ],
)
def test_only_relative_names_inside_the_folder_are_macro_names(name: str, fine: bool) -> None:
    assert is_macro_name(name) is fine


def test_a_repository_macro_stands_in_for_a_built_in_one() -> None:
    merged = with_builtin_macros({"macros/own.jinja": "x"})

    assert merged["macros/own.jinja"] == "x"
    assert set(builtin_macros()) <= set(merged)


@pytest.mark.parametrize("name", builtin_macros())
def test_every_built_in_macro_file_can_be_read(name: str) -> None:
    environment = make_environment(builtin_macros())

    assert is_macro_name(name)
    environment.get_template(name)
