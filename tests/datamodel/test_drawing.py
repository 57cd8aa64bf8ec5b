"""A model becomes text, Mermaid and a picture that say what it says and nothing else."""

import itertools
import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakewright.datamodel.drawing import subtitle_of, to_mermaid, to_svg, to_text
from lakewright.datamodel.layout import left_to_right, place
from lakewright.datamodel.model import DataModel, Edge, EdgeKind, Node, Position
from lakewright.datamodel.node_types import NODE_TYPES
from lakewright.datamodel.picture import CARD_HEIGHT, CARD_WIDTH

SVG = "{http://www.w3.org/2000/svg}"


def table(name: str) -> Node:
    return Node(name, "uc_table", properties={"catalog": "main", "schema": "s", "name": name})


def cards(svg: str) -> list[tuple[float, float]]:
    """The corner of each card, in the order of the model."""
    root = ElementTree.fromstring(svg)
    moved = [
        g.get("transform", "") for g in root.iter(f"{SVG}g") if "lw-node" in g.get("class", "")
    ]
    return [
        (float(x), float(y))
        for x, y in (re.findall(r"-?[\d.]+", transform)[:2] for transform in moved)
    ]


PAIR = DataModel(
    "pair",
    "A pair",
    nodes=(
        Node("a", "source_table"),
        table("b"),
        Node("night", "trigger_schedule"),
        Node("j", "job"),
    ),
    edges=(
        Edge("a", "b"),
        Edge("night", "j", EdgeKind.TRIGGERS),
        Edge("j", "b", EdgeKind.CONTAINS),
    ),
)


# Text


def test_text_shows_waves_then_what_is_only_attached() -> None:
    assert to_text(PAIR) == (
        "A pair (pair)\n"
        "4 nodes, 3 edges, 2 waves\n"
        "\n"
        "Wave 1\n"
        "└─ a  Table (read)\n"
        "\n"
        "Wave 2\n"
        "└─ b  Table  main.s.b  after a\n"
        "\n"
        "Attached\n"
        "├─ j      Job       to b\n"
        "└─ night  Schedule  to j\n"
    )


def test_text_names_the_nodes_that_a_loop_holds_back() -> None:
    loop = DataModel(
        "m", nodes=(table("a"), table("b"), table("c")), edges=(Edge("a", "b"), Edge("b", "a"))
    )
    assert "In a loop\n├─ a" in to_text(loop)


def test_text_of_an_empty_model_says_that_it_is_empty() -> None:
    assert to_text(DataModel("m")) == "m\n0 nodes, 0 edges, 0 waves\n"


def test_a_disabled_node_is_marked() -> None:
    assert "a (disabled)" in to_text(DataModel("m", nodes=(Node("a", "notebook", enabled=False),)))


# Mermaid


def test_mermaid_has_a_shape_per_family_and_a_line_per_kind() -> None:
    assert to_mermaid(PAIR) == (
        'flowchart LR\n  n_a[("a<br/>Table #40;read#41;")]:::source\n'.replace("#40;", "(").replace(
            "#41;", ")"
        )
        + '  n_b["b<br/>main.s.b"]:::unity_catalog\n'
        '  n_night{{"night<br/>Schedule"}}:::control\n'
        '  n_j[["j<br/>Job"]]:::job_and_compute\n'
        "  n_a --> n_b\n"
        '  n_night -.->|"starts"| n_j\n'
        "  n_j -.- n_b\n"
        "  classDef source fill:#0f8a80,stroke:#0f8a80,color:#fff\n"
        "  classDef control fill:#c03d86,stroke:#c03d86,color:#fff\n"
        "  classDef job_and_compute fill:#5b6b80,stroke:#5b6b80,color:#fff\n"
        "  classDef unity_catalog fill:#9a6a2f,stroke:#9a6a2f,color:#fff\n"
    )


@pytest.mark.parametrize(
    "node_id",
    [
        pytest.param("end", id="a Mermaid keyword"),
        pytest.param('"]; click a "javascript:alert(1)"', id="a label that ends itself"),
        pytest.param("a\nb --> c", id="a line break"),
        pytest.param("<script>alert(1)</script>", id="markup"),
        pytest.param("#quot;", id="an entity"),
        pytest.param("%%{init: {}}%%", id="a directive"),
        pytest.param("1. first", id="a Markdown list"),
    ],
)
def test_a_hostile_name_stays_one_label(node_id: str) -> None:
    lines = to_mermaid(DataModel("m", nodes=(Node(node_id, "notebook"),))).splitlines()

    assert len(lines) == 3
    assert re.fullmatch(r'  n_\w+\["[^"<>\[\]{}|`]*(<br/>[^"<>]*)?"\]:::transformation', lines[1])


def test_ids_that_differ_only_by_forbidden_characters_stay_apart() -> None:
    drawn = to_mermaid(DataModel("m", nodes=(Node("a-b", "job"), Node("a b", "job"))))
    assert "n_a_b[[" in drawn
    assert "n_a_b_2[[" in drawn


def test_an_edge_to_nowhere_is_left_out() -> None:
    model = DataModel("m", nodes=(Node("a", "job"),), edges=(Edge("a", "gone"),))
    assert "-->" not in to_mermaid(model)
    assert "lw-edge lw-data" not in to_svg(model)


# SVG


def test_positions_are_kept_and_stretched_until_cards_do_not_touch() -> None:
    model = DataModel(
        "m",
        nodes=(
            Node("a", "job", position=Position(100, 100)),
            Node("b", "job", position=Position(300, 100)),
        ),
    )
    (x1, y1), (x2, y2) = cards(to_svg(model))
    assert y1 == y2
    assert x2 - x1 > CARD_WIDTH


@pytest.mark.parametrize(
    "positions",
    [
        pytest.param([None, None, None], id="no positions"),
        pytest.param([Position(0, 0), None, Position(9, 9)], id="one position missing"),
        pytest.param([Position(0, 0)] * 3, id="all in one place"),
        pytest.param(
            [Position(float("nan"), 0), Position(1e9, 0), Position(5, 5)], id="not a number"
        ),
        pytest.param([Position(float("inf"), 0)] * 3, id="infinite"),
    ],
)
def test_without_usable_positions_the_layout_runs_left_to_right(
    positions: list[Position | None],
) -> None:
    nodes = tuple(
        Node(name, "notebook", position=position)
        for name, position in zip("abc", positions, strict=True)
    )
    model = DataModel("m", nodes=nodes, edges=(Edge("a", "b"), Edge("b", "c")))

    (ax, _), (bx, _), (cx, _) = cards(to_svg(model))

    assert ax + CARD_WIDTH < bx
    assert bx + CARD_WIDTH < cx


def test_what_is_only_attached_stands_above_the_flow() -> None:
    a, b, night, job = cards(to_svg(PAIR))
    assert max(night[1], job[1]) < min(a[1], b[1])


def test_a_picture_serves_light_and_dark_pages_and_runs_nothing() -> None:
    svg = to_svg(PAIR)
    assert "prefers-color-scheme:dark" in svg
    assert not re.search(r"<script|javascript:|on\w+=|href=(?!\")|https?://(?!www\.w3\.org)", svg)


NAMES = st.text(max_size=30)
TYPES = st.sampled_from([*sorted(NODE_TYPES), "no such type", ""])


@st.composite
def models(draw: st.DrawFn) -> DataModel:
    ids = draw(st.lists(NAMES, max_size=7))
    nodes = tuple(
        Node(node_id, draw(TYPES), draw(NAMES), properties=draw(st.just({}) | PROPERTIES))
        for node_id in ids
    )
    ends = st.sampled_from([*ids, "gone"])
    edges = st.lists(st.builds(Edge, ends, ends, st.sampled_from(EdgeKind)), max_size=9)
    return DataModel(draw(NAMES), draw(NAMES), nodes=nodes, edges=tuple(draw(edges)))


PROPERTIES = st.dictionaries(
    st.sampled_from(["catalog", "table", "name", "path", "left", "op", "right", "topics"]),
    NAMES | st.integers() | st.lists(NAMES, max_size=2) | st.none(),
    max_size=5,
)


@given(models())
@settings(max_examples=60, deadline=None)
def test_any_model_gives_well_formed_pictures_twice_the_same(model: DataModel) -> None:
    svg = to_svg(model)

    ElementTree.fromstring(svg)
    assert to_svg(model) == svg
    assert to_mermaid(model) == to_mermaid(model)
    assert len(to_text(model).splitlines()) >= 2
    assert len(cards(svg)) == len({node.id for node in model.nodes})


@given(models())
@settings(max_examples=60, deadline=None)
def test_laid_out_cards_never_overlap(model: DataModel) -> None:
    corners = cards(to_svg(model))
    for index, (x1, y1) in enumerate(corners):
        for x2, y2 in corners[index + 1 :]:
            assert abs(x1 - x2) >= CARD_WIDTH or abs(y1 - y2) >= CARD_HEIGHT


# Layout


def test_a_chain_of_ten_thousand_needs_no_recursion() -> None:
    nodes = [f"n{number}" for number in range(10_000)]
    chain = list(itertools.pairwise(nodes))

    placing = place(nodes, [*chain, (nodes[-1], nodes[0])], step_x=10, step_y=10, width=5)

    assert placing.at[nodes[-1]][0] == 10 * 9_999


def test_nodes_wait_for_everything_before_them() -> None:
    columns, looping = left_to_right("abcd", [("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")])
    assert columns == [["a"], ["b", "c"], ["d"]]
    assert looping == []


@pytest.mark.parametrize(
    ("node", "subtitle"),
    [
        pytest.param(table("t"), "main.s.t", id="an object shows its address"),
        pytest.param(
            Node("a", "uc_catalog", properties={"name": "c"}), "c", id="a catalog its name"
        ),
        pytest.param(Node("a", "notebook"), "Notebook", id="nothing to tell: the type"),
        pytest.param(Node("a", "who knows"), "who knows", id="an unknown type as written"),
        pytest.param(
            Node("a", "condition", properties={"left": "1", "op": "EQUAL_TO", "right": "2"}),
            "1 EQUAL_TO 2",
            id="a condition its test",
        ),
        pytest.param(
            Node("a", "notebook", properties={"notebook_path": "/x\u202e/y\n"}),
            "/x/y",
            id="no character that turns the reading direction",
        ),
    ],
)
def test_subtitle(node: Node, subtitle: str) -> None:
    assert subtitle_of(node) == subtitle


SUBTITLES = json.loads(
    (Path(__file__).parents[2] / "web/src/features/designer/canvas/subtitle.cases.json").read_text()
)


@pytest.mark.parametrize("case", SUBTITLES, ids=lambda case: case["fact"])
def test_a_card_of_the_designer_and_of_a_picture_say_the_same(case: dict[str, Any]) -> None:
    node = Node("a", case["type"], name=case["name"], properties=case["properties"])
    assert subtitle_of(node) == case["subtitle"]
