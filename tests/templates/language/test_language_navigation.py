"""Where names are made and used, and renaming them."""

import pytest

from lakewright.templates.language.document import read_document
from lakewright.templates.language.hover import hover
from lakewright.templates.language.navigation import (
    CannotRenameError,
    definition,
    references,
    rename,
)
from lakewright.templates.language.text import Lines, Range, applied
from tests.templates.language.marked import VIEW, in_file, marked


def pointed(text: str) -> tuple[str, Range | None]:
    """What stands at the definition of what is at the mark, and where."""
    document, position = marked(text)
    found = definition(document, position, VIEW)
    if found is None or found.file:
        return "", found
    lines = Lines(document.text)
    start = lines.offset(found.line, found.column)
    return document.text[start : lines.offset(found.end_line, found.end_column)], found


@pytest.mark.parametrize(
    ("content", "name", "line"),
    [
        pytest.param("{{ ta¦ble }}", "table", "- name: table", id="a variable"),
        pytest.param("{{ pre¦fix }}", "prefix", "- name: prefix", id="of a variation"),
        pytest.param(
            "{% if variations.comm¦ents.enabled %}", "comments", "- id: comments", id="a variation"
        ),
        pytest.param("{% set a = 1 %}\n{{ a¦ }}", "a", "{% set a = 1 %}", id="a set"),
        pytest.param(
            "{% for c in columns %}\n{{ c¦.name }}{% endfor %}", "c", "{% for c in columns %}",
            id="a loop's name",
        ),
        pytest.param(
            "{% for table in columns %}\n{{ ta¦ble }}{% endfor %}", "table",
            "{% for table in columns %}", id="the loop's name hides the variable",
        ),
        pytest.param(
            "{% macro m(x) %}{% endmacro %}\n{{ ¦m(1) }}", "m", "{% macro m(x) %}{% endmacro %}",
            id="a macro",
        ),
    ],
)  # fmt: skip
def test_definition(content: str, name: str, line: str) -> None:
    text, found = pointed(in_file(content))

    assert text == name
    assert found is not None
    document, _ = marked(in_file(content))
    assert document.lines.written(found.line).strip() == line


@pytest.mark.parametrize(
    "content",
    [
        pytest.param('{% from "macros/own.jinja" import hel¦lo %}', id="in its import"),
        pytest.param('{% from "macros/own.jinja" import hello %}{{ hell¦o(1) }}', id="in a call"),
        pytest.param('{% from "macros/own.jinja" import hello as h %}{{ h¦(1) }}', id="renamed"),
        pytest.param('{% import "macros/own.jinja" as o %}{{ o.hel¦lo(1) }}', id="of a file"),
    ],
)
def test_definition_of_a_macro_is_in_its_file(content: str) -> None:
    _, found = pointed(in_file(content))

    assert found == Range(2, 10, 2, 15, "templates/macros/own.jinja")


CONTENT = """\
{% for column in columns %}
{{ column.name | ident }} {{ table | table_name }}
{% endfor %}
{% set column = table %}
{{ column }} {{ dict(table=table) }} {{ "table" }} {{ node.table }}"""


def test_references_of_a_variable_leave_fields_texts_and_arguments_alone() -> None:
    document, position = marked(in_file(CONTENT.replace("{{ table |", "{{ ¦table |")))

    found = references(document, position, VIEW)

    written = [document.lines.written(each.range.line).strip() for each in found]
    assert written == [
        "- name: table",
        "{{ column.name | ident }} {{ table | table_name }}",
        "{% set column = table %}",
        '{{ column }} {{ dict(table=table) }} {{ "table" }} {{ node.table }}',
    ]
    assert [each.makes for each in found] == [True, False, False, False]


def renamed(text: str, name: str) -> str:
    document, position = marked(text)
    return applied(document.text, rename(document, position, VIEW, name))


def test_rename_of_a_variable_changes_its_declaration_and_all_uses() -> None:
    whole = in_file(CONTENT, "    undo_content: |\n      DROP TABLE {{ table | table_name }}\n")

    found = renamed(whole.replace("- name: table", "- name: ta¦ble"), "goal")

    expected = (
        whole.replace("- name: table\n", "- name: goal\n")
        .replace("{{ table | table_name }}", "{{ goal | table_name }}")
        .replace("= table %}", "= goal %}")
        .replace("table=table", "table=goal")
    )
    assert found == expected


def test_rename_of_a_loop_name_stays_in_its_loop() -> None:
    found = renamed(in_file(CONTENT.replace("column in", "col¦umn in")), "c")

    assert found == in_file(
        CONTENT.replace("for column in", "for c in").replace("{{ column.name", "{{ c.name")
    )


def test_rename_of_a_variation_changes_what_reads_it() -> None:
    content = "{% if variations.comments.enabled and options.comments %}{% endif %}"

    found = renamed(in_file(content.replace("comments.e", "comm¦ents.e")), "notes")

    assert "- id: notes" in found
    assert "{% if variations.notes.enabled and options.comments %}" in found


@pytest.mark.parametrize(
    ("content", "name"),
    [
        pytest.param("{{ ta¦ble }}", "columns", id="another variable's name"),
        pytest.param("{{ ta¦ble }}", "model", id="a name that every template has"),
        pytest.param("{{ ta¦ble }}", "two words", id="no name at all"),
        pytest.param("{{ ta¦ble }}", "if", id="a word of the language"),
        pytest.param("{{ model¦.name }}", "mine", id="what is not made here"),
        pytest.param("SELECT ¦1", "one", id="nothing at the place"),
        pytest.param(
            '{% from "macros/own.jinja" import hello %}{{ he¦llo() }}', "hi", id="another's macro"
        ),
    ],
)
def test_a_rename_that_would_break_something_is_refused(content: str, name: str) -> None:
    document, position = marked(in_file(content))

    with pytest.raises(CannotRenameError) as refused:
        rename(document, position, VIEW, name)

    assert refused.value.remedy


@pytest.mark.parametrize(
    ("content", "title", "part"),
    [
        pytest.param("{{ x | ide¦nt }}", "filter ident", "identifier", id="a filter"),
        pytest.param("{% if x is def¦ined %}", "test defined", "such a name", id="a test"),
        pytest.param("{% fo¦r a in b %}", "tag for", "each item", id="a tag"),
        pytest.param("{{ tab¦le }}", "table: table_name", "Table to write", id="a variable"),
        pytest.param("{{ table.cat¦alog }}", "table.catalog", "target decides", id="a field"),
        pytest.param("{{ mo¦del }}", "model", "data model", id="what every template has"),
        pytest.param(
            '{% from "macros/own.jinja" import he¦llo %}', "macro hello(name)", "Says hello.",
            id="a macro with the comment above it",
        ),
        pytest.param(
            "{% for c in columns %}{{ ¦c }}{% endfor %}", "c: column", "c in columns", id="a loop"
        ),
    ],
)  # fmt: skip
def test_hover(content: str, title: str, part: str) -> None:
    found = hover(*marked(in_file(content)), VIEW)

    assert found is not None
    assert found.title == title
    assert part in found.about


def test_nothing_is_said_about_nothing() -> None:
    assert hover(*marked(in_file("SELECT ¦1")), VIEW) is None
    assert definition(*marked(in_file("SELECT ¦1")), VIEW) is None
    assert references(read_document(""), marked("¦")[1], VIEW) == []
