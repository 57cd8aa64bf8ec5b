"""Every piece of the output leads back to the line that printed it."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakewright.ports import Span
from lakewright.templates.environment import load, make_environment, run
from lakewright.templates.trace import TracedEnvironment, line_of, run_traced, span_of

MACROS = {
    "macros/m.jinja": "{% macro two(x) %}\none {{ x }}\ntwo\n{% endmacro %}",
    "macros/part.jinja": "first\nsecond {{ name }}\n",
    "macros/base.jinja": "top\n{% block body %}\nold\n{% endblock %}\nbottom\n",
}


def traced(source: str, **bindings: Any) -> tuple[str, tuple[Span, ...]]:
    environment = TracedEnvironment(MACROS)
    text, spans = run_traced(load(environment, "t", source), bindings)
    assert text == run(load(make_environment(MACROS), "t", source), bindings)
    assert covers(text, spans)
    return text, spans


def covers(text: str, spans: tuple[Span, ...]) -> bool:
    edges = [0, *(span.end for span in spans)]
    return [span.start for span in spans] == edges[:-1] and edges[-1] == len(text)


def origins(source: str, **bindings: Any) -> list[tuple[str, int]]:
    """Source name and line of each output line."""
    text, spans = traced(source, **bindings)
    return [line_of(spans, text, n) for n in range(1, len(text.splitlines()) + 1)]


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        pytest.param("a\nb\nc\n", [("t", 1), ("t", 2), ("t", 3)], id="plain text"),
        pytest.param(
            "{% for x in xs %}\n  {{ x }}\n{% endfor %}\nend\n",
            [("t", 2), ("t", 2), ("t", 4)],
            id="a loop prints its line again",
        ),
        pytest.param(
            "{% if xs %}\nyes\n{% else %}\nno\n{% endif %}\n", [("t", 2)], id="the branch taken"
        ),
        pytest.param(
            "{% include 'macros/part.jinja' %}\nend\n",
            [("macros/part.jinja", 1), ("macros/part.jinja", 2), ("t", 2)],
            id="an include is its own source",
        ),
        pytest.param(
            "{% import 'macros/m.jinja' as m %}\nx\n{{ m.two(1) }}\n",
            [("t", 2), ("t", 3), ("t", 3), ("t", 3)],
            id="a macro's lines belong to its call",
        ),
        pytest.param(
            "{% extends 'macros/base.jinja' %}\n{% block body %}\nnew\n{% endblock %}\n",
            [("macros/base.jinja", 1), ("t", 3), ("macros/base.jinja", 5)],
            id="a block is where it was written",
        ),
        pytest.param(
            "a\n{%- if xs %}\n b\n{%- endif %}\n\n{# c #}\nd",
            [("t", 1), ("t", 7)],
            id="trimmed white space",
        ),
        pytest.param("a\r\nb\rc\n{{ name }}", [("t", n) for n in (1, 2, 3, 4)], id="line ends"),
        pytest.param(
            "{% raw %}\n{{ x }}\n{% endraw %}\n{{ name }}", [("t", 1), ("t", 2), ("t", 4)], id="raw"
        ),
    ],
)
def test_each_output_line_has_its_template_line(source: str, lines: list[tuple[str, int]]) -> None:
    assert origins(source, xs=[1, 2], name="n") == lines


def test_each_expression_is_known_by_its_text() -> None:
    text, spans = traced(
        '{% for c in cs %}\n{{ c.name | ident }} {{ c["type"] }}{{ "," if not loop.last }}\n'
        "{% endfor %}\n{% if cs %}{{ cs | length }}{% endif %}",
        cs=[{"name": "a", "type": "INT"}, {"name": "b", "type": "INT"}],
    )

    assert [(text[s.start : s.end], s.expression) for s in spans if s.expression] == [
        ("a", "c.name | ident"),
        ("INT", 'c["type"]'),
        (",", '"," if not loop.last'),
        ("b", "c.name | ident"),
        ("INT", 'c["type"]'),
        ("2", "cs | length"),
    ]


def test_a_column_leads_to_the_piece_that_covers_it() -> None:
    text, spans = traced("a {{ x }} b {{ y }}\n", x="11", y="22")
    found = [span_of(spans, text, 1, column) for column in (1, 3, 4, 8, 9)]

    assert [span and span.expression for span in found] == ["", "x", "x", "y", "y"]


def test_places_outside_of_the_output_lead_to_its_end() -> None:
    text, spans = traced("a\nb", x=1)

    assert line_of(spans, text, 99, 1) == ("t", 2)
    assert line_of(spans, text, 1, 99) == ("t", 1)
    assert line_of((), "", 1) == ("", 0)


PIECES = st.sampled_from(
    [
        "text\n",
        "  indented\n\n",
        "{{ name }}",
        "{{ 'a' ~ name }}\n",
        "{% for x in xs %}\n[{{ x }}]\n{% endfor %}\n",
        "{%- for x in xs -%}\n {{ x }} {{ loop.index }}{% endfor %}",
        "{% if xs %}yes\n{% elif name %}maybe{{ name }}{% else %}no{% endif %}\n",
        "{% set y %}a\nb{{ name }}{% endset %}{{ y }}",
        "{% include 'macros/part.jinja' %}",
        "{{ '' }}",
        "{% from 'macros/m.jinja' import two %}{{ two(name) }}",
        "{% call(z) wrap() %}{{ z }}\n{% endcall %}",
        "{% filter upper %}a{{ name }}\nb{% endfilter %}",
        "{% raw %}{{ x }}\n{% endraw %}",
        "{# comment\n #}\n",
        "\u2028\x85\x0b",
        "\r\n",
        "{% with q = name %}{{ q }}{% endwith %}",
    ]
)
WRAP = "{% macro wrap() %}<{{ caller(1) }}>{% endmacro %}"


@settings(max_examples=80, deadline=None)
@given(st.lists(PIECES, max_size=8), st.lists(st.integers(0, 9), max_size=3))
def test_tracing_changes_no_character(pieces: list[str], xs: list[int]) -> None:
    source = WRAP + "".join(pieces)
    _, spans = traced(source, xs=xs, name="n")

    last = source.count("\n") + source.count("\r") + 1
    assert all(1 <= span.line <= last for span in spans if span.name == "t")
