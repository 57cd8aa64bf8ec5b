"""What people find by a word, the beginning of one, or a slip."""

import pytest

from lakewright.datamodel.model import DataModel, Node
from lakewright.generation.configurations import Configurations
from lakewright.generation.plan import Library
from lakewright.generation.recipe import default_recipe
from lakewright.operations.metadata import Layout, Metadata, Shared
from lakewright.operations.search import search
from lakewright.templates.template import Template

ORDERS = DataModel(
    "orders",
    "Customer orders",
    "What customers buy",
    nodes=(Node("raw_orders", "source_table", "Raw orders"), Node("clean", "notebook", "Clean up")),
    file="metadata/models/orders.yaml",
)
STOCK = DataModel("stock", "Stock", "Levels of the warehouse", file="metadata/models/stock.yaml")
METADATA = Metadata(
    Layout(),
    Shared(
        Library(
            {"merge_into": Template("merge_into", "Merge into", description="Orders of rows")},
            {},
            "",
        ),
        {},
        {"nightly": default_recipe("nightly", ["orders"])},
        Configurations(),
        "",
        (),
    ),
    {"orders": ORDERS, "stock": STOCK},
)


def found(query: str) -> list[tuple[str, str, str]]:
    return [(hit.kind, hit.id, hit.node) for hit in search(METADATA, query)]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        pytest.param("stock", ("model", "stock", ""), id="a whole name"),
        pytest.param("STO", ("model", "stock", ""), id="the beginning, in any case"),
        pytest.param("raw", ("node", "orders", "raw_orders"), id="a node"),
        pytest.param("orders customer", ("model", "orders", ""), id="words in any order"),
        pytest.param("warehouse", ("model", "stock", ""), id="a description"),
        pytest.param("merge", ("template", "merge_into", ""), id="a template"),
        pytest.param("nightly", ("recipe", "nightly", ""), id="a recipe"),
        pytest.param("custmer", ("model", "orders", ""), id="a slip"),
        pytest.param("warehuose", ("model", "stock", ""), id="letters swapped"),
    ],
)
def test_the_best_hit_comes_first(query: str, first: tuple[str, str, str]) -> None:
    assert found(query)[0] == first


def test_models_come_before_their_nodes_when_both_fit() -> None:
    kinds = [kind for kind, _, _ in found("orders")]
    assert kinds.index("model") < kinds.index("template")
    assert "node" in kinds


@pytest.mark.parametrize("query", ["", "  ", "!?", "zzzzzz", "stock zzzzzz"])
def test_what_fits_nothing_finds_nothing(query: str) -> None:
    assert found(query) == []


def test_no_more_than_asked_for_comes_back() -> None:
    assert len(search(METADATA, "o", limit=2)) == 2
