"""What templates see of a node: what is written, the form's defaults, and what the drawing says."""

from typing import Any

import pytest

from lakewright.datamodel.graph import index
from lakewright.datamodel.model import DataModel, Edge, EdgeKind, Node
from lakewright.generation.node_values import address_of, form_defaults, property_values

CATALOG = Node("shop", "uc_catalog", properties={"name": "main"})
SCHEMA = Node("silver", "uc_schema", properties={"name": "silver"})
TABLE = Node("orders", "uc_table", properties={"name": "orders"})
IN_CATALOG = Edge("shop", "silver", EdgeKind.CONTAINS)
IN_SCHEMA = Edge("silver", "orders", EdgeKind.CONTAINS)


def values(node: Node, *others: Node, edges: tuple[Edge, ...] = (), home: str = "") -> Any:
    return property_values(index(DataModel("m", nodes=(node, *others), edges=edges)), node, home)


def test_defaults_fill_in_what_nobody_wrote() -> None:
    found = values(Node("copy", "dest_table", properties={"table": "t", "write_mode": "overwrite"}))

    assert found["write_mode"] == "overwrite"
    assert found["merge_keys"] == []
    assert set(form_defaults("dest_table")) <= set(found)


def test_properties_that_no_form_knows_stay() -> None:
    assert values(Node("a", "notebook", properties={"own": [1]}))["own"] == [1]


@pytest.mark.parametrize(
    ("node_type", "name", "written", "seen"),
    [
        ("uc_table", "cluster_by", "AUTO", ["AUTO"]),
        ("uc_table", "cluster_by", ["a"], ["a"]),
        ("uc_table", "cluster_by", "", []),
        ("source_kafka", "topics", "orders", ["orders"]),
    ],
)
def test_one_text_where_a_list_may_be_is_a_list(
    node_type: str, name: str, written: object, seen: object
) -> None:
    assert values(Node("a", node_type, properties={name: written}))[name] == seen


def test_a_schema_knows_the_catalog_it_is_drawn_in() -> None:
    assert values(SCHEMA, CATALOG, edges=(IN_CATALOG,))["catalog"] == "main"


def test_the_catalog_that_is_written_counts_before_the_drawing() -> None:
    written = Node("silver", "uc_schema", properties={"name": "silver", "catalog": "other"})

    assert values(written, CATALOG, edges=(IN_CATALOG,))["catalog"] == "other"


@pytest.mark.parametrize(
    ("home", "name"), [("", "main.silver.orders"), ("main", "silver.orders")], ids=["fixed", "home"]
)
def test_a_grant_knows_the_objects_it_is_drawn_to(home: str, name: str) -> None:
    grant = Node("read", "uc_grants", properties={"principal": "a", "privileges": ["SELECT"]})
    edges = (IN_CATALOG, IN_SCHEMA, Edge("read", "orders", EdgeKind.GRANTS_ON))

    found = values(grant, CATALOG, SCHEMA, TABLE, edges=edges, home=home)

    assert found["securables"] == [{"type": "TABLE", "name": name}]


@pytest.mark.parametrize(
    ("target", "kind", "name"),
    [("shop", "CATALOG", "main"), ("silver", "SCHEMA", "main.silver")],
)
def test_catalogs_and_schemas_are_securables_too(target: str, kind: str, name: str) -> None:
    grant = Node("read", "uc_grants", properties={"principal": "a", "privileges": ["USE_SCHEMA"]})
    edges = (IN_CATALOG, Edge("read", target, EdgeKind.GRANTS_ON))

    found = values(grant, CATALOG, SCHEMA, edges=edges)

    assert found["securables"] == [{"type": kind, "name": name}]


def test_a_disabled_object_is_no_securable() -> None:
    grant = Node("read", "uc_grants", properties={"principal": "a", "privileges": ["SELECT"]})
    off = Node("orders", "uc_table", enabled=False, properties={"name": "main.a.orders"})

    found = values(grant, off, edges=(Edge("read", "orders", EdgeKind.GRANTS_ON),))

    assert found["securables"] == []


def test_a_foreign_key_to_a_node_names_its_table() -> None:
    lines = Node(
        "lines",
        "uc_table",
        properties={
            "name": "main.silver.lines",
            "foreign_keys": [{"columns": ["id"], "references": "orders"}],
        },
    )

    found = values(lines, CATALOG, SCHEMA, TABLE, edges=(IN_CATALOG, IN_SCHEMA))

    assert found["foreign_keys"] == [{"columns": ["id"], "references": "main.silver.orders"}]


def test_code_in_a_pipeline_has_the_pipelines_language() -> None:
    pipeline = Node(
        "p", "pipeline", properties={"catalog": "main", "schema": "s", "language": "SQL"}
    )
    table = Node("t", "dp_table", properties={"name": "t"})

    found = values(table, pipeline, edges=(Edge("p", "t", EdgeKind.CONTAINS),))

    assert found["language"] == "SQL"


@pytest.mark.parametrize(
    ("node_type", "properties", "seen"),
    [
        ("maintenance", {"table": "main.a.t"}, {"table": "a.t"}),
        ("maintenance", {"table": "other.a.t"}, {"table": "other.a.t"}),
        ("data_quality", {"quarantine_table": "main.a.t"}, {"quarantine_table": "a.t"}),
        ("merge_upsert", {"target": "main.a.`my t`"}, {"target": "a.`my t`"}),
        (
            "uc_table",
            {"columns": [{"name": "e", "mask_fn": {"function": "main.security.mask"}}]},
            {"columns": [{"name": "e", "mask_fn": {"function": "security.mask"}}]},
        ),
        ("uc_table", {"row_filter": {"fn": "main.s.f"}}, {"row_filter": {"fn": "s.f"}}),
        ("uc_view", {"query": "SELECT * FROM main.a.t"}, {"query": "SELECT * FROM main.a.t"}),
    ],
    ids=["table", "other catalog", "quarantine", "quoted", "mask", "row filter", "free SQL"],
)
def test_full_names_lose_the_home_catalog(
    node_type: str, properties: dict[str, Any], seen: dict[str, Any]
) -> None:
    found = values(Node("a", node_type, properties=properties), home="main")

    assert {name: found[name] for name in seen} == seen


@pytest.mark.parametrize("node_type", ["uc_volume", "uc_function", "uc_registered_model"])
def test_objects_that_are_no_tables_have_an_address_too(node_type: str) -> None:
    node = Node("v", node_type, properties={"catalog": "main", "schema": "ops", "name": "files"})
    graph = index(DataModel("m", nodes=(node,)))

    assert address_of(graph, node, "") == {"catalog": "main", "schema": "ops", "table": "files"}
    assert address_of(graph, node, "main") == {"catalog": "", "schema": "ops", "table": "files"}
    assert address_of(graph, Node("n", "notebook"), "") is None
