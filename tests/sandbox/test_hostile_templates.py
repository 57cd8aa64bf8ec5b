"""Templates that try to get out or to wear us out: each is answered, the next is unharmed."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from lakewright.ports import Rendered, RenderFault, RenderRequest
from lakewright.sandbox.pool import ConfinedRenderer

MACROS = {
    "macros/self.jinja": "{% include 'macros/self.jinja' %}",
    "macros/ping.jinja": "{% include 'macros/pong.jinja' %}",
    "macros/pong.jinja": "{% include 'macros/ping.jinja' %}",
    "macros/m.jinja": "{% macro m(x) %}[{{ x }}]{% endmacro %}",
    "macros/extends.jinja": "{% extends 'macros/extends.jinja' %}",
    "macros/imports.jinja": "{% import 'macros/imports.jinja' as me %}",
}
BINDINGS: Mapping[str, Any] = {
    "text": "abc",
    "number": 7,
    "items": [1, 2, 3],
    "columns": [{"name": "id", "type": "INT"}],
    "node": {"id": "n", "properties": {"a": 1}},
}


@pytest.fixture(scope="module")
def renderer() -> Iterator[ConfinedRenderer]:
    with ConfinedRenderer(wall_seconds=0.3) as confined:
        yield confined


def answer_to(renderer: ConfinedRenderer, source: str) -> Rendered | RenderFault:
    hostile = RenderRequest("hostile", source, BINDINGS, MACROS)
    honest = RenderRequest("honest", "{{ text }} {{ items | length }}", BINDINGS, MACROS)
    answer, after = renderer.render([hostile, honest])
    assert after == Rendered("abc 3")
    return answer


ESCAPES = [
    "{{ ''.__class__ }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ ''['__class__'] }}",
    "{{ ''['__cla' ~ 'ss__'] }}",
    "{{ [].__class__.__base__ }}",
    "{{ {}.__class__ }}",
    "{{ (1).__class__ }}",
    "{{ (1).bit_length() }}",
    "{{ (1.5).hex() }}",
    "{{ text.encode() }}",
    "{{ text.format }}",
    "{{ '{0.__class__}'.format(text) }}",
    "{{ '{x.__class__}'.format_map({'x': text}) }}",
    "{{ text['format']('x') }}",
    "{{ '%s' | attr('__class__') }}",
    "{{ text | attr('__init__') }}",
    "{{ items | map(attribute='__class__') | list | to_json }}",
    "{{ items | map('attr', '__class__') | list }}",
    "{{ items | groupby('__class__') | list | length }}",
    "{{ items | sum(attribute='__class__') }}",
    "{{ items | selectattr('__class__') | list | length }}",
    "{{ items | sort(attribute='__class__') | length }}",
    "{{ range.__init__.__globals__ }}",
    "{{ namespace.__init__.__globals__ }}",
    "{{ namespace(a=1).__class__ }}",
    "{{ namespace(a=1)._Namespace__attrs }}",
    "{{ dict.__base__ }}",
    "{{ dict.mro() }}",
    "{{ dbx_ref.__globals__ }}",
    "{{ cycler.__init__.__globals__ }}",
    "{{ cycler('a').next() }}",
    "{{ joiner.__init__ }}",
    "{{ lipsum.__globals__['os'] }}",
    "{{ lipsum(1) }}",
    "{{ self.__init__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ loop.__class__ }}",
    "{% for i in items %}{{ loop._iterator }}{% endfor %}",
    "{% for i in items %}{{ loop.__init__.__globals__ }}{% endfor %}",
    "{% macro m() %}{% endmacro %}{{ m.__globals__ }}",
    "{% macro m() %}{% endmacro %}{{ m._func }}",
    "{% macro m() %}{{ caller.__class__ }}{% endmacro %}{% call m() %}{% endcall %}",
    "{% import 'macros/m.jinja' as m %}{{ m.__init__ }}",
    "{% import 'macros/m.jinja' as m %}{{ m._body_stream }}",
    "{% import 'macros/m.jinja' as m %}{{ m.m.__globals__ }}",
    "{{ items.append(4) }}",
    "{{ items.clear() }}",
    "{{ items.sort() }}",
    "{{ node.update({'id': 'other'}) }}",
    "{{ node.pop('id') }}",
    "{{ node.__setitem__('id', 1) }}",
    "{{ items | map('nothing') | list }}",
    "{{ missing.__class__ }}",
    "{{ items | map(attribute='x.y.z') | list | to_json }}",
    "{% include '/etc/passwd' %}",
    "{% include '../../etc/passwd' %}",
    "{% include 'macros/../../secret' %}",
    "{% include 'C:\\\\secret' %}",
    "{% import 'os' as os %}",
    "{% from 'subprocess' import run %}",
    "{% extends '/etc/hostname' %}",
    "{% include text ~ '/../x' %}",
    "{{ open('/etc/passwd').read() }}",
    "{{ __import__('os') }}",
    "{{ config }}",
    "{{ request.application.__globals__ }}",
    "{{ range }}",
    "{{ namespace }}",
    "{{ node }}",
    "{{ items }}",
    "{{ none }}",
    "{{ node.items }}",
    "{% autoescape true %}{{ text }}{% endautoescape %}",
    "{% do items.append(1) %}",
    "{% debug %}",
    "{{ text | safe }}",
    "{{ text | e }}",
    "{{ items | random }}",
    "{{ text | pprint }}",
    "{{ text | xmlattr }}",
]


@pytest.mark.parametrize("source", ESCAPES)
def test_a_way_out_is_refused(renderer: ConfinedRenderer, source: str) -> None:
    answer = answer_to(renderer, source)

    assert isinstance(answer, RenderFault)
    assert answer.rule in {
        "template-forbidden",
        "template-undefined",
        "template-syntax",
        "template-error",
    }
    assert answer.problem
    assert answer.remedy
    assert answer.name == "hostile"


def nested(depth: int, opened: str, middle: str, closed: str) -> str:
    return opened * depth + middle + closed * depth


# How it is stopped is told apart where it must be; many of these have more than one good answer.
DENIALS = {
    "a range of a billion": "{% for i in range(10**9) %}{% endfor %}",
    "a negative range of a billion": "{% for i in range(0, -(10**9), -1) %}{% endfor %}",
    "nested loops": "{% for a in range(99999) %}{% for b in range(99999) %}"
    "{% endfor %}{% endfor %}",
    "loops of 10^12 steps": "{% for a in range(10000) %}{% for b in range(10000) %}"
    "{% for c in range(10000) %}{% endfor %}{% endfor %}{% endfor %}",
    "repeating a text": "{{ 'a' * 10**9 }}",
    "repeating a text from the right": "{{ 10**9 * 'a' }}",
    "repeating a list": "{{ ([0] * 10**9) | length }}",
    "a huge power": "{{ 10 ** (10 ** 8) }}",
    "a tower of powers": "{{ 9 ** (9 ** 9) }}",
    "a huge product": "{% set ns = namespace(n=3) %}{% for i in range(99999) %}"
    "{% set ns.n = ns.n * ns.n %}{% endfor %}{{ ns.n }}",
    "doubling a text": "{% set ns = namespace(t='ab') %}{% for i in range(60) %}"
    "{% set ns.t = ns.t ~ ns.t %}{% endfor %}{{ ns.t }}",
    "adding texts": "{% set ns = namespace(t='ab') %}{% for i in range(60) %}"
    "{% set ns.t = ns.t + ns.t %}{% endfor %}{{ ns.t }}",
    "doubling a list": "{% set ns = namespace(t=[1]) %}{% for i in range(60) %}"
    "{% set ns.t = ns.t + ns.t %}{% endfor %}{{ ns.t | length }}",
    "replace that grows": "{% set ns = namespace(t='a') %}{% for i in range(30) %}"
    "{% set ns.t = ns.t | replace('a', 'aaaaaaaaaa') %}{% endfor %}{{ ns.t }}",
    "str.replace that grows": "{% set ns = namespace(t='a') %}{% for i in range(30) %}"
    "{% set ns.t = ns.t.replace('a', 'aaaaaaaaaa') %}{% endfor %}{{ ns.t }}",
    "join that grows": "{{ range(99999) | join(range(99999) | join('xxxxxxxxxx')) }}",
    "padding with center": "{{ 'a' | center(10**9) }}",
    "padding with a format": "{{ '%01000000000d' % 1 }}",
    "padding with the format filter": "{{ '%1000000000s' | format('a') }}",
    "padding with a starred format": "{{ '%*d' % (1000000000, 1) }}",
    "precision of a format": "{{ '%.1000000000f' % 1.5 }}",
    "padding with ljust": "{{ 'a'.ljust(10**9) }}",
    "padding with zfill": "{{ 'a'.zfill(10**9) }}",
    "padding with expandtabs": "{{ '\\t'.expandtabs(10**9) }}",
    "indenting by a billion": "{{ 'a\\nb' | indent(10**9) }}",
    "slices without end": "{{ [1] | slice(2 * 10**9) | list | length }}",
    "batches filled without end": "{{ [1] | batch(10**9, 'x') | list | length }}",
    "JSON indented by a billion": "{{ [1] | to_json(indent=10**9) }}",
    "a macro calling itself": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "a tree of macro calls": "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}"
    "{% endmacro %}{{ m(60) }}",
    "two macros calling each other": "{% macro a() %}{{ b() }}{% endmacro %}"
    "{% macro b() %}{{ a() }}{% endmacro %}{{ a() }}",
    "a recursive loop": "{% for i in [[1]] recursive %}{{ loop([i]) }}{% endfor %}",
    "a block in itself": "{% block b %}{{ self.b() }}{% endblock %}",
    "a file including itself": "{% include 'macros/self.jinja' %}",
    "two files including each other": "{% include 'macros/ping.jinja' %}",
    "a file extending itself": "{% include 'macros/extends.jinja' %}",
    "a file importing itself": "{% import 'macros/imports.jinja' as i %}",
    "output without end": "{% for i in range(99999) %}{{ 'x' * 10000 }}{% endfor %}",
    "output of small pieces": "{% for i in range(99999) %}{% for j in range(99) %}xx{% endfor %}"
    "{% endfor %}",
    "output inside a macro": "{% macro m() %}{% for i in range(99999) %}{{ 'x' * 100000 }}"
    "{% endfor %}{% endmacro %}{{ m() }}",
    "output inside a set block": "{% set x %}{% for i in range(99999) %}{{ 'x' * 100000 }}"
    "{% endfor %}{% endset %}{{ x }}",
    "deep brackets": "{{ " + nested(5000, "(", "1", ")") + " }}",
    "deep lists": "{{ " + nested(5000, "[", "", "]") + " }}",
    "deep ifs": nested(900, "{% if 1 %}", "", "{% endif %}"),
    "deep loops": nested(200, "{% for i in [1] %}", "", "{% endfor %}"),
    "many nots": "{{ " + "not " * 15000 + "1 }}",
    "a long sum": "{{ 1" + "+1" * 20000 + " }}",
    "many filters": "{{ 1" + "|int" * 10000 + " }}",
    "many attributes": "{{ node" + ".a" * 20000 + " }}",
    "a source that is too long": "x" * 70_000,
    "sorting in loops": "{% for i in range(99999) %}{% set x = range(99999) | sort %}{% endfor %}",
    "JSON in loops": "{% for i in range(99999) %}{% set x = range(9999) | list | to_json %}"
    "{% endfor %}",
    "a list of ranges": "{% set ns = namespace(x=[]) %}{% for i in range(9999) %}"
    "{% set ns.x = ns.x + [range(99999) | list] %}{% endfor %}",
    "wordwrap of everything": "{{ ('a ' * 500000) | wordwrap(1)"
    " | wordwrap(1, wrapstring='x' * 9999) | length }}",
    "digits without end": "{% set ns = namespace(n=1) %}{% for i in range(99999) %}"
    "{% set ns.n = ns.n + ns.n %}{% endfor %}{{ ns.n }}",
    "unique over much": "{% for i in range(999) %}{% set x = range(99999) | unique | list %}"
    "{% endfor %}",
    "a runaway filter block": "{% filter replace('x', 'y' * 100000) %}{{ 'x' * 100000 }}"
    "{% endfilter %}",
}
# Odd, but over soon: right either way, as long as there is an answer.
ODD = {
    "a power from the right": "{{ 10**10**8 }}",
    "a long concatenation": "{{ 1" + "~1" * 20000 + " }}",
    "a list of texts": "{{ (range(99999) | map('string') | list * 10) | length }}",
    "an unknown escape": "{{ '\\x41\\u2028' }}",
    "only braces": "{{ }}",
    "a lone surrogate": "{{ '\ud800' }}",
    "a NUL": "a\x00b{{ text }}",
    "line separators": "a\u2028b\x85{{ text }}\r\nc\rd",
}


@pytest.mark.parametrize("source", DENIALS.values(), ids=DENIALS.keys())
def test_a_runaway_is_stopped(renderer: ConfinedRenderer, source: str) -> None:
    answer = answer_to(renderer, source)

    assert isinstance(answer, RenderFault)
    assert answer.rule in {
        "template-limit",
        "template-forbidden",
        "template-syntax",
        "template-error",
    }
    assert answer.problem
    assert answer.remedy


@pytest.mark.parametrize("source", ODD.values(), ids=ODD.keys())
def test_an_odd_template_is_answered(renderer: ConfinedRenderer, source: str) -> None:
    assert isinstance(answer_to(renderer, source), Rendered | RenderFault)


@pytest.mark.parametrize(
    "bindings",
    [
        pytest.param({"x": object()}, id="an object"),
        pytest.param({"x": b"bytes"}, id="bytes"),
        pytest.param({"x": {1, 2}}, id="a set"),
        pytest.param({"x": "x" * 2_000_000}, id="two megabytes"),
    ],
)
def test_values_that_are_no_small_plain_data_are_not_even_sent(
    renderer: ConfinedRenderer, bindings: Mapping[str, Any]
) -> None:
    [answer] = renderer.render([RenderRequest("t", "{{ x }}", bindings, {})])

    assert isinstance(answer, RenderFault)
    assert answer.rule in {"template-error", "template-limit"}


def test_a_value_that_contains_itself_is_refused(renderer: ConfinedRenderer) -> None:
    endless: list[Any] = []
    endless.append(endless)

    [answer] = renderer.render([RenderRequest("t", "{{ x }}", {"x": endless}, {})])

    assert isinstance(answer, RenderFault)


@pytest.mark.parametrize("traced", [False, True], ids=["plain", "traced"])
def test_a_value_cannot_become_template_text(renderer: ConfinedRenderer, traced: bool) -> None:
    hostile = "{{ 7 * 7 }}{% include 'macros/self.jinja' %}'); DROP TABLE x; --"

    [answer] = renderer.render([RenderRequest("t", "{{ x }}", {"x": hostile}, MACROS, traced)])

    assert isinstance(answer, Rendered)
    assert answer.text == hostile
