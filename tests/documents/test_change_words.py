"""A commit message says what a person did."""

import pytest

from lakewright.operations.change_words import LONGEST_SUBJECT, words_of_change
from lakewright.operations.schemas import FileKind

PATH = "metadata/models/orders.yaml"
ONE = """\
data_models:
  - id: orders
    name: Orders
    nodes:
      - {id: raw, type: source_table, position: {x: 1, y: 1}}
      - {id: old, type: target_table}
    edges:
      - {source: raw, target: old}
"""
TEMPLATE = """\
templates:
  - id: t
    name: T
    variables: [{name: a}, {name: b}]
    template_content: SELECT 1
"""
RECIPE = """\
recipes:
  - id: r
    models: [m, n]
    scripts: [{node: x, template: t}]
"""


def change(text: str, *pairs: tuple[str, str], kind: FileKind = FileKind.MODEL) -> str:
    after = text
    for old, new in pairs:
        assert old in after
        after = after.replace(old, new)
    return words_of_change(kind, PATH, text, after)


NEW_NODE = ("      - {id: old", "      - {id: clean, type: target_table}\n      - {id: old")
NEW_EDGE = ("    edges:\n", "    edges:\n      - {source: raw, target: clean}\n")


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        ([NEW_NODE, NEW_EDGE], "Add node clean; connect raw to clean"),
        (
            [("      - {id: old, type: target_table}\n", ""), ("target: old", "target: raw")],
            "Remove node old; connect raw to raw",
        ),
        ([("      - {source: raw, target: old}", "      []")], "Disconnect raw from old"),
        (
            [("target: old}", "target: old, type: depends_on}")],
            "Change the connection from raw to old",
        ),
        ([("{x: 1, y: 1}", "{x: 2, y: 1}")], "Move node raw"),
        ([("id: old, ", "id: old, enabled: false, ")], "Disable node old"),
        ([("id: old, ", "id: old, name: The old, ")], "Rename node old to 'The old'"),
        (
            [("id: old, type: target_table", "id: old, type: source_files")],
            "Make node old a source_files",
        ),
        (
            [("id: old, ", "id: old, description: D, properties: {table: x, schema: y}, ")],
            "Change table, schema and description of old",
        ),
        ([("name: Orders", "name: All")], "Rename model orders to 'All'"),
        ([("name: Orders", "name: Orders\n    tags: [a]")], "Change tags of model orders"),
        ([("id: orders", "id: sales")], "Remove model orders; add model sales"),
        ([("data_models:", "# Hello\ndata_models:")], "Edit notes and layout of orders.yaml"),
        ([("data_models:", "data_models: [")], "Save orders.yaml, which cannot be read yet"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_change_of_a_model(pairs: list[tuple[str, str]], said: str) -> None:
    assert change(ONE, *pairs) == said


@pytest.mark.parametrize(
    ("pair", "said"),
    [
        (("{name: b}", "{name: c}"), "Add variable c; remove variable b"),
        (("{name: b}", "{name: b, type: integer}"), "Change variable b"),
        (("SELECT 1", "SELECT 2"), "Change content of template t"),
        (
            ("name: T\n", "name: U\n    variations: [{id: v}]\n"),
            "Add variation v; change name of template t",
        ),
    ],
)
def test_a_change_of_a_template(pair: tuple[str, str], said: str) -> None:
    assert change(TEMPLATE, pair, kind=FileKind.TEMPLATE) == said


@pytest.mark.parametrize(
    ("pair", "said"),
    [
        (("[m, n]", "[n, o]"), "Add model o to r; take model m out of r"),
        (("template: t", "template: u"), "Choose u for node x"),
        (("template: t", "template: t, variables: {a: 1}"), "Change values for node x"),
        (("[{node: x, template: t}]", "[]"), "Leave the choice for node x open"),
        (("id: r\n", "id: r\n    cloud: azure\n"), "Change cloud of recipe r"),
    ],
)
def test_a_change_of_a_recipe(pair: tuple[str, str], said: str) -> None:
    assert change(RECIPE, pair, kind=FileKind.RECIPE) == said


def test_documents_come_and_go() -> None:
    assert words_of_change(FileKind.MODEL, PATH, None, ONE) == "Add model orders"
    assert words_of_change(FileKind.MODEL, PATH, ONE, None) == "Remove model orders"
    assert words_of_change(FileKind.MODEL, PATH, None, "[") == "Add orders.yaml"
    assert words_of_change(FileKind.MODEL, PATH, "[", None) == "Remove orders.yaml"
    assert words_of_change(FileKind.MODEL, PATH, "[", ONE) == "Mend orders.yaml"


def test_many_changes_are_listed_below_a_subject_that_fits() -> None:
    nodes = "".join(f"      - {{id: node_{n}, type: target_table}}\n" for n in range(150))
    said = change(ONE, ("    edges:\n", nodes + "    edges:\n"))
    subject, empty, *lines = said.split("\n")
    assert subject == "Add node node_0; add node node_1; add node node_2; 147 more"
    assert len(subject) <= LONGEST_SUBJECT
    assert empty == ""
    assert lines[0] == "- add node node_0"
    assert lines[-1] == "- and 50 more"


def test_odd_ids_make_no_odd_messages() -> None:
    said = change(
        ONE, ("id: old, type: target_table", 'id: "\\n\\e[31m' + "x" * 300 + '", type: view')
    )
    assert said.split("\n")[0].isprintable()
    assert len(said.split("\n")[0]) <= LONGEST_SUBJECT
