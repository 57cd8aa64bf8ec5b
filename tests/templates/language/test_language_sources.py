"""Scanning, outline, folding, formatting and colours, also of half a text."""

import random
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakewright.ports import RenderRequest
from lakewright.sandbox.pool import ConfinedRenderer
from lakewright.templates.environment import builtin_macros, make_environment
from lakewright.templates.language.completions import completions
from lakewright.templates.language.document import read_document
from lakewright.templates.language.findings import actions, findings
from lakewright.templates.language.formatting import formatted
from lakewright.templates.language.highlighting import LEGEND, highlighted
from lakewright.templates.language.hover import hover
from lakewright.templates.language.names import names_of
from lakewright.templates.language.navigation import (
    CannotRenameError,
    definition,
    references,
    rename,
)
from lakewright.templates.language.outline import folds, symbols
from lakewright.templates.language.scan import Kind, scan
from lakewright.templates.language.text import Lines, Position, Range, applied
from lakewright.templates.library import builtin_templates
from lakewright.templates.samples import sample_bindings
from lakewright.templates.tokens import tokenize
from lakewright.templates.uses import uses_of
from tests.templates.language.marked import VIEW, in_file

BUILTIN = files("lakewright.templates") / "builtin"
FILES = {
    template.file.removeprefix("builtin/"): template for template in builtin_templates().values()
}
TEXTS = {name: (BUILTIN / name).read_text(encoding="utf-8") for name in FILES}
SOURCES = {
    **{f"macro {name}": text for name, text in builtin_macros().items()},
    **{template.id: template.content for template in FILES.values()},
    **{f"{template.id} undo": template.undo for template in FILES.values()},
}
every_file = pytest.mark.parametrize("name", sorted(FILES))
GIVEN = {"range", "dict", "namespace", "dbx_ref", "loop", "caller", "varargs", "kwargs"}


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_the_tokens_are_those_of_jinjas_own_lexer(name: str) -> None:
    source = SOURCES[name]
    words = ("name", "string", "integer", "float", "operator")

    theirs = [
        (token.text, token.start, token.end)
        for token in tokenize(make_environment(), source)
        if token.kind in words
    ]
    ours = [
        (token.text, token.start, token.end)
        for token in scan(source).tokens
        if token.kind in (Kind.NAME, Kind.STRING, Kind.NUMBER, Kind.OPERATOR)
    ]

    assert ours == theirs
    assert "".join(token.text for token in scan(source).tokens) == source


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_the_names_that_a_source_does_not_make_are_those_of_the_parser(name: str) -> None:
    source = SOURCES[name]
    lines = Lines(source)

    ours = {
        (found.name, *lines.position(found.start))
        for found in names_of(source).occurrences
        if found.binding is None and found.name not in GIVEN
    }

    assert ours == {
        (use.name, use.line, use.column)
        for use in uses_of(source)
        if use.column and use.name not in GIVEN
    }


@every_file
def test_a_file_is_taken_apart_as_the_reader_of_templates_does(name: str) -> None:
    template = FILES[name]
    document = read_document(TEXTS[name], name)
    sources = {region.key: region.source for region in document.regions}

    assert sources.get("template_content") == template.content
    assert sources.get("undo_content", "") == template.undo
    [entry] = document.entries
    declared = {d.name for d in entry.declarations if d.kind == "variable"}
    assert declared == {variable.name for variable in template.all_variables()}
    assert document.regions[0].template.variables == tuple(template.variables)


@every_file
def test_formatting_is_done_once_and_changes_no_output(name: str) -> None:
    template = FILES[name]
    rough = TEXTS[name].replace(" | ", "|").replace("{{ ", "{{").replace(" }}", "   }}")
    document = read_document(rough, name)
    before = document.regions[0].source

    smooth = applied(rough, formatted(document))

    again = read_document(smooth, name)
    assert formatted(again) == []
    bindings = sample_bindings(template)
    with ConfinedRenderer(wall_seconds=10.0) as renderer:
        first, second = renderer.render(
            RenderRequest(name, source, bindings, builtin_macros())
            for source in (before, again.regions[0].source)
        )
    assert first == second


@pytest.mark.parametrize(
    ("rough", "smooth"),
    [
        pytest.param("{{a|ident}}", "{{ a | ident }}", id="a filter"),
        pytest.param("{{-a-}}", "{{- a -}}", id="marks that eat white space stay"),
        pytest.param("{%if a==1 and  b%}", "{% if a == 1 and b %}", id="a condition"),
        pytest.param("{{ f( a,b = 1 ) }}", "{{ f(a, b=1) }}", id="a call"),
        pytest.param("{% set a=[1,2 , 3] %}", "{% set a = [1, 2, 3] %}", id="a list"),
        pytest.param('{{ {"a":1 ,"b" : 2} }}', '{{ {"a": 1, "b": 2} }}', id="a mapping"),
        pytest.param("{{ a[ 1:2 ] }}", "{{ a[1:2] }}", id="a slice"),
        pytest.param("{{ -1 + a-b }}", "{{ -1 + a - b }}", id="a minus that is a sign"),
        pytest.param('{{ "a|b"|upper }}', '{{ "a|b" | upper }}', id="not inside of a text"),
        pytest.param("{{ a\n   |b }}", "{{ a\n   | b }}", id="line ends inside of a tag stay"),
        pytest.param("{{a", "{{a", id="a tag that is being typed is left alone"),
        pytest.param("{% raw %}{{a}}{% endraw %}", "{% raw %}{{a}}{% endraw %}", id="raw text"),
    ],
)
def test_formatting(rough: str, smooth: str) -> None:
    document = read_document(rough, "x.jinja")

    assert applied(rough, formatted(document)) == smooth


def test_the_outline_of_a_file() -> None:
    text = in_file("{% macro m(x) %}\n{% endmacro %}\n{% set y = 1 %}")

    [template] = symbols(read_document(text))

    assert (template.name, template.kind) == ("orders", "template")
    assert [(child.name, child.kind, child.detail) for child in template.children] == [
        ("table", "variable", "table_name"),
        ("columns", "variable", "columns"),
        ("options", "variable", "object"),
        ("comments", "variation", ""),
        ("prefix", "variable", "string"),
        ("template_content", "content", ""),
    ]
    assert [child.name for child in template.children[-1].children] == ["m", "y"]


def test_what_can_be_folded() -> None:
    source = "{% if a %}\n1\n{% else %}\n2\n3\n{% endif %}\n{#\n note\n#}\n"

    found = folds(read_document(source, "x.jinja"))

    assert [(fold.first_line, fold.last_line, fold.kind) for fold in found] == [
        (1, 2, "region"),
        (3, 5, "region"),
        (7, 9, "comment"),
    ]


def test_the_colours_of_both_layers() -> None:
    text = in_file("SELECT 'a {{ table | ident }} b' -- {{ nobody }}")
    document = read_document(text)

    found = [
        (document.lines.written(line)[column - 1 : column - 1 + length], LEGEND[kind])
        for line, column, length, kind in highlighted(document)
    ]

    assert found == [
        ("SELECT", "hostKeyword"),
        ("'a ", "hostString"),
        ("{{", "delimiter"),
        ("table", "variable"),
        ("|", "operator"),
        ("ident", "filter"),
        ("}}", "delimiter"),
        (" b'", "hostString"),
        ("-- ", "hostComment"),
        ("{{", "delimiter"),
        ("nobody", "unknown"),
        ("}}", "delimiter"),
    ]


def ask_everything(text: str, path: str, position: Position) -> None:
    """Every question of the service about one place; none of them may raise."""
    document = read_document(text, path)
    completions(document, position, VIEW)
    hover(document, position, VIEW)
    definition(document, position, VIEW)
    places = references(document, position, VIEW)
    try:
        edits = rename(document, position, VIEW, "another_name")
    except CannotRenameError:
        edits = []
    assert not edits or len(edits) == len(places)
    symbols(document)
    folds(document)
    applied(text, formatted(document))
    highlighted(document)
    if len(text) < 4_000:
        findings(document, VIEW)
        actions(document, Range(*position, *position), VIEW)


@every_file
def test_a_half_typed_template_never_stops_the_service(name: str) -> None:
    text = TEXTS[name]
    chance = random.Random(name)
    # Each line's end, and some places inside of lines.
    ends = [found for found, character in enumerate(text) if character == "\n"]
    for cut in chance.sample(ends, min(8, len(ends))) + chance.sample(range(len(text)), 8):
        half = text[:cut]
        ask_everything(half, name, Lines(half).position(cut))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["{{", "}}", "{%", "%}", "{#", "#}", "-", " ", "\n", "\r\n", "'", '"', "if",
             "for x in y",
             "macro m(a, b=1)", "endmacro", "endif", "else", "set a = ", "a.b", "|", "ident", "is",
             "(", ")", "[", "]", "{", "}", ",", ":", "raw", "endraw",
             "from 'macros/own.jinja' import",
             "é", "\x00", "\u2028", "😀", "templates:\n  - id: x\n    template_content: |\n      ",
             "    variables:\n      - name: v\n"]
        ),
        max_size=40,
    ),
    st.integers(0, 60),
    st.integers(0, 60),
)  # fmt: skip
def test_any_mixture_of_pieces_has_an_answer(pieces: list[str], line: int, column: int) -> None:
    text = "".join(pieces)

    assert "".join(token.text for token in scan(text).tokens) == text
    ask_everything(text, "a.yaml", Position(line, column))
    ask_everything(text, "a.jinja", Position(line, column))
