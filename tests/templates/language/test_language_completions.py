"""What can be written at the mark."""

import pytest

from lakewright.templates.language.completions import completions
from lakewright.templates.language.text import Range
from tests.templates.language.marked import VIEW, in_file, marked


def offered(content: str) -> list[str]:
    """Labels in the order in which they are offered."""
    return [found.label for found in completions(*marked(in_file(content)), VIEW)]


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        pytest.param("{{ ¦ }}", {"table", "columns", "prefix", "model", "range"}, id="names"),
        pytest.param("{{ ¦", {"table", "columns"}, id="names in a tag that nobody closed"),
        pytest.param("{{ table | ¦ }}", {"ident", "table_name", "join"}, id="filters"),
        pytest.param("{{ table | ta¦", {"table_name"}, id="filters while one is typed"),
        pytest.param("{% if columns is ¦ %}", {"defined", "mapping", "not"}, id="tests"),
        pytest.param("{% if columns is not ¦ %}", {"defined", "mapping"}, id="tests turned round"),
        pytest.param("{{ table.¦ }}", {"catalog", "schema", "table"}, id="parts of a table name"),
        pytest.param(
            "{% for c in columns %}{{ c.¦ }}{% endfor %}", {"name", "type", "nullable", "mask"},
            id="fields of a column",
        ),
        pytest.param(
            "{% for c in columns | sort %}{{ c.¦", {"name", "type"},
            id="fields of a column behind a filter, in a loop that nobody ended",
        ),
        pytest.param("{{ (columns | first).¦ }}", set(), id="nothing where nothing is known"),
        pytest.param("{{ options.¦ }}", {"header", "nested"}, id="keys of an object's sample"),
        pytest.param("{{ options.nested.¦ }}", {"deep"}, id="keys further down"),
        pytest.param("{% for x in columns %}{{ loop.¦ }}", {"index", "last"}, id="loop fields"),
        pytest.param("{{ model.¦ }}", {"id", "name", "tags"}, id="fields of the model"),
        pytest.param("{{ node.¦ }}", {"id", "type", "properties", "table"}, id="of the node"),
        pytest.param("{{ node.table.¦ }}", {"catalog", "schema"}, id="of the node's table"),
        pytest.param(
            "{{ upstream[0].properties.¦ }}", {"notebook_path", "format"}, id="of a neighbour"
        ),
        pytest.param("{{ variations.¦ }}", {"comments"}, id="variations"),
        pytest.param("{{ variations.comments.¦ }}", {"enabled"}, id="of a variation"),
        pytest.param("{% ¦ %}", {"if", "for", "set", "macro", "from"}, id="tags"),
        pytest.param('{% from "macros/own.jinja" import ¦ %}', {"hello"}, id="macros of a file"),
        pytest.param('{% from "¦" import x %}', {"macros/own.jinja"}, id="macro files"),
        pytest.param('{% from "mac¦', {"macros/own.jinja"}, id="macro files behind a quote"),
        pytest.param(
            '{% import "macros/own.jinja" as own %}{{ own.¦ }}', {"hello"}, id="of an import"
        ),
        pytest.param(
            "{% macro line(text, size=1) %}{{ ¦ }}{% endmacro %}", {"text", "size", "line"},
            id="parameters of a macro",
        ),
        pytest.param("{% set key = 1 %}{{ ¦ }}", {"key"}, id="what was set above"),
        pytest.param("{{ table ¦ }}", {"if", "is", "and", "not"}, id="operators behind a value"),
    ],
)  # fmt: skip
def test_offered(content: str, wanted: set[str]) -> None:
    assert wanted <= set(offered(content))
    assert wanted or offered(content) == []


@pytest.mark.parametrize(
    ("content", "unwanted"),
    [
        pytest.param("SELECT ¦", None, id="nothing outside of tags"),
        pytest.param("{# ¦ #}", None, id="nothing in a comment"),
        pytest.param('{{ "¦" }}', None, id="nothing in a text"),
        pytest.param("{{ 1¦ }}", None, id="nothing in a number"),
        pytest.param("{% raw %}{{ ¦ }}{% endraw %}", None, id="nothing in raw text"),
        pytest.param("{% for ¦ %}", None, id="nothing where a new name is written"),
        pytest.param("{% set ¦ %}", None, id="nothing where a value gets its name"),
        pytest.param("{{ ¦ }}{% set later = 1 %}", "later", id="not what is set further down"),
        pytest.param(
            "{% for inner in columns %}{% endfor %}{{ ¦ }}", "inner", id="not a loop's name"
        ),
        pytest.param("{% if a %}{% ¦ %}", "endfor", id="not an end that nothing waits for"),
        pytest.param("{{ node.properties.¦ }}", "notebook_path", id="no field of other types"),
        pytest.param("{{ table | ¦ }}", "table", id="no variable where a filter goes"),
    ],
)
def test_not_offered(content: str, unwanted: str | None) -> None:
    found = offered(content)

    assert found == [] if unwanted is None else unwanted not in found


def test_the_end_that_is_waited_for_comes_first() -> None:
    assert offered("{% for c in columns %}{% if c %}{% ¦")[0] == "endif"
    assert offered("{% for c in columns %}{% if c %}{% endif %}{% ¦")[0] == "endfor"


def test_a_completion_replaces_the_word_that_was_begun() -> None:
    found = completions(*marked(in_file("SELECT {{ col¦umn }}")), VIEW)

    [columns] = [each for each in found if each.label == "columns"]
    line = in_file("").count("\n")
    assert columns.range == Range(line, 17, line, 23)


def test_a_variable_of_a_variation_says_so() -> None:
    found = completions(*marked(in_file("{{ ¦ }}")), VIEW)

    [prefix] = [each for each in found if each.label == "prefix"]
    assert prefix.detail == "string, with comments"


def test_a_file_whose_yaml_is_broken_still_offers_its_variables() -> None:
    broken = in_file("{{ ¦ }}").replace("name: Orders", "name: [Orders")

    found = {each.label: each.detail for each in completions(*marked(broken), VIEW)}

    assert found["table"] == "table_name"
    assert found["columns"] == "columns"


def test_a_bare_source_knows_the_template_that_it_belongs_to() -> None:
    from lakewright.templates.language.document import read_document
    from lakewright.templates.language.text import Position

    document = read_document("{{ ", "", "managed_delta_table", VIEW)

    found = {each.label for each in completions(document, Position(1, 4), VIEW)}

    assert {"table", "columns", "primary_key"} <= found


def test_line_ends_of_windows_change_nothing() -> None:
    text = in_file("SELECT 1\n{{ table.¦ }}").replace("\n", "\r\n")

    found = completions(*marked(text), VIEW)

    assert [each.label for each in found] == ["catalog", "schema", "table"]
