"""Where values stand in a text."""

import pytest

from lakewright.yaml_text.locate import BlockContent, Locator, Place, locate

TEXT = """\
# models
base: &base {k: 1}
data_models:
  - id: m
    nodes:
      - id: a
        position: {x: 1, y: 2}
        empty:
      -   id: b
          <<: *base
    "é": v
"""


@pytest.mark.parametrize(
    ("path", "place"),
    [
        pytest.param((), (2, 1), id="the document"),
        pytest.param(("data_models", 0, "id"), (4, 9), id="a value"),
        pytest.param(("data_models", 0, "nodes", 0), (6, 9), id="an item"),
        pytest.param(("data_models", 0, "nodes", 0, "position", "y"), (7, 29), id="in braces"),
        pytest.param(("data_models", 0, "nodes", 1, "id"), (9, 15), id="the second item"),
        pytest.param(("data_models", 0, "nodes", 1, "k"), (2, 17), id="a merged key"),
        pytest.param(("data_models", 0, "nodes", 0, "empty"), (8, 9), id="nothing: its key"),
        pytest.param(("data_models", 0, "nodes", 0, "type"), (6, 9), id="absent: its owner"),
        pytest.param(("data_models", 0, "nodes", 7, "id"), (6, 7), id="no such item: the list"),
        pytest.param(("nothing", "at", "all"), (2, 1), id="nowhere: the document"),
        pytest.param(("data_models", 0, "é"), (11, 10), id="columns are characters"),
    ],
)
def test_the_place_of_a_value(path: tuple[str | int, ...], place: tuple[int, int]) -> None:
    assert locate(TEXT, path) == Place(*place)


def test_the_place_of_a_key() -> None:
    assert locate(TEXT, ("data_models", 0, "nodes"), of_key=True) == Place(5, 5)


@pytest.mark.parametrize("broken", ["", "a: [", "[" * 100_000, b"\xff", "# nothing"])
def test_a_text_without_a_value_has_one_place(broken: str | bytes) -> None:
    assert locate(broken, ("a", 0)) == Place(1, 1)


def test_lines_count_crlf_and_a_byte_order_mark_is_no_column() -> None:
    assert locate("\ufeffa: 1\r\nb: 2\r\n", ("b",)) == Place(2, 4)
    assert locate("\ufeffa: 1\r\nb: 2\r\n", ("a",)) == Place(1, 4)


def test_the_written_form_of_a_scalar() -> None:
    locator = Locator("a: 1.10\nb: [x]\n")
    assert locator.written(("a",)) == "1.10"
    assert locator.written(("b",)) is None
    assert locator.written(("c",)) is None


@pytest.mark.parametrize(
    ("text", "content"),
    [
        pytest.param("t: |\n  a\n   b\n", BlockContent(2, 2), id="a literal block"),
        pytest.param("t: |\n\n  a\n", BlockContent(2, 2), id="that starts with an empty line"),
        pytest.param("t: |2-\n    a\n", BlockContent(2, 2), id="with stated indentation"),
        pytest.param("t: |  # why\r\n    a\r\n", BlockContent(2, 4), id="with a comment, CRLF"),
        pytest.param("t: >\n      a\n", BlockContent(2, 6), id="a folded block"),
        pytest.param("\n\nt: 'a'\n", BlockContent(3, 0), id="quoted: its own line"),
        pytest.param("t:\n  a b\n", BlockContent(2, 0), id="plain, below its key"),
    ],
)
def test_where_the_content_of_a_scalar_starts(text: str, content: BlockContent) -> None:
    assert Locator(text).block_content(("t",)) == content


def test_a_mapping_has_no_content_line() -> None:
    assert Locator("t: {a: 1}").block_content(("t",)) is None
    assert Locator("t: {a: 1}").block_content(("u",)) is None
