"""Which table a node stands for, reads or writes."""
# ruff: noqa: E501 - a case is a row of a table

import pytest

from lakewright.datamodel.graph import index
from lakewright.datamodel.tables import (
    dataset_of,
    split_address,
    tables_declared,
    tables_read,
    tables_written,
)
from lakewright.sql.names import TableName
from tests.datamodel.drawings import drawn

FULL = {"catalog": "c", "schema": "s"}


@pytest.mark.parametrize(
    ("node", "edges", "address"),
    [
        pytest.param(("source_table", {**FULL, "table": "t"}), [], ("c", "s", "t"), id="own words"),
        pytest.param(("dest_table", {"table": "a.b.t"}), [], ("a", "b", "t"), id="a full name"),
        pytest.param(("dest_table", {"table": "b.t", **FULL}), [], ("c", "b", "t"), id="two levels"),
        pytest.param(("uc_view", {"name": "v"}), ["h contains n"], ("main", "raw", "v"), id="holder"),
        pytest.param(
            ("uc_table", {"schema": "other", "name": "t"}), ["h contains n"], ("", "other", "t"),
            id="another schema than the holder's",
        ),
        pytest.param(
            ("dp_table", {"name": "t"}), ["p contains n"], ("pc", "ps", "t"), id="pipeline's"
        ),
        pytest.param(("uc_table", {"name": "t"}), [], ("", "", "t"), id="levels nobody gives"),
        pytest.param(("uc_table", {"name": 3}), [], None, id="a name of the wrong type"),
        pytest.param(("uc_table", {}), [], None, id="no name"),
        pytest.param(("notebook", {"table": "a.b.c"}), [], None, id="no table"),
        pytest.param(
            ("source_table", {"table": "${var.catalog}.`my.raw`.t"}), [],
            ("${var.catalog}", "my.raw", "t"), id="references and backticks",
        ),
    ],
)  # fmt: skip
def test_the_address_of_a_node(node: object, edges: list[str], address: tuple[str, ...]) -> None:
    model = drawn(
        {
            "top": ("uc_catalog", {"name": "main"}),
            "h": ("uc_schema", {"name": "raw"}),
            "p": ("pipeline", {"catalog": "pc", "schema": "ps"}),
            "n": node,
        },
        "top contains h",
        *edges,
    )
    found = index(model)
    expected = TableName(*address) if address else None
    assert dataset_of(found, found.nodes["n"]) == expected


def test_an_address_is_split_at_its_dots() -> None:
    assert split_address("a.`b.c`.{{x.y}}") == ["a", "b.c", "{{x.y}}"]
    assert split_address("") == []


def test_what_a_model_reads_writes_and_declares() -> None:
    model = drawn(
        {
            "raw": ("source_table", {"table": "c.raw.orders"}),
            "bronze": ("dest_table", {"table": "c.bronze.orders"}),
            "clean": "notebook",
            "silver": ("uc_table", {**FULL, "name": "orders"}),
            "view": ("uc_view", {**FULL, "name": "v"}),
            "alone": ("source_table", {"table": "c.raw.other"}),
            "merge": ("merge_upsert", {"target": "c.gold.orders"}),
        },
        "raw data_flow bronze", "bronze data_flow clean", "clean data_flow silver",
        "silver data_flow view", "silver data_flow merge",
    )  # fmt: skip
    found = index(model)
    assert {str(table): ids for table, ids in tables_read(found).items()} == {
        "c.bronze.orders": ("clean",),
        "c.raw.orders": ("bronze",),
        "c.raw.other": ("alone",),
        "c.s.orders": ("merge", "view"),
    }
    assert {str(table): ids for table, ids in tables_written(found).items()} == {
        "c.bronze.orders": ("bronze",),
        "c.gold.orders": ("merge",),
        "c.s.orders": ("clean",),
    }
    assert {str(table): ids for table, ids in tables_declared(found).items()} == {
        "c.bronze.orders": ("bronze",),
        "c.s.orders": ("silver",),
        "c.s.v": ("view",),
    }
