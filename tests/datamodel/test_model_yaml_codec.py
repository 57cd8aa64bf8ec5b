"""Data models as text: what is read, what is reported, and what writing leaves alone."""

import difflib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lakewright.datamodel.model import DataModel, Edge, EdgeKind, Node, Position
from lakewright.datamodel.yaml_codec import (
    Aliases,
    model_to_value,
    new_model_text,
    place,
    read_models,
    remove_model,
    write_model,
)
from lakewright.diagnostics import Diagnostic, Location, Severity, in_reading_order
from lakewright.errors import LakewrightError, NotFoundError
from lakewright.yaml_text.load import YamlError

BRIEF = (Path(__file__).parent.parent / "fixtures/brief/customer_pipeline.yaml").read_text()

ALIASES = Aliases(
    types={"transformation": "notebook"},
    properties={"notebook": {"cluster_config": "compute", "cluster": "compute"}},
)


def read_one(text: str) -> DataModel:
    found = read_models(text, "m.yaml", aliases=ALIASES)
    assert found.diagnostics == ()
    [model] = found.models
    return model


def findings(text: str | bytes) -> list[tuple[str, str, str, str]]:
    """Rule, line:column, node and property of each finding."""
    found = read_models(text, "m.yaml", aliases=ALIASES).diagnostics
    assert all(d.remedy and d.problem and d.where.file == "m.yaml" for d in found)
    return [
        (d.rule, f"{d.where.line}:{d.where.column}", d.where.node, d.where.property) for d in found
    ]


def changed_lines(before: str, after: str) -> list[str]:
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return [line for line in lines if line[0] in "+-"]


def test_the_brief_loads_unchanged() -> None:
    assert read_one(BRIEF) == DataModel(
        id="model_001",
        name="Customer Data Pipeline",
        description="ETL pipeline for customer data",
        nodes=(
            Node(
                "node_001",
                "source_table",
                name="node_001",
                properties={
                    "catalog": "main", "schema": "raw", "table": "customers", "format": "delta",
                },
                position=Position(100, 100),
            ),
            Node(
                "node_002",
                "notebook",
                name="node_002",
                properties={
                    "notebook_path": "/Workspace/transforms/clean_customers",
                    "compute": "standard_cluster",
                },
                position=Position(300, 100),
            ),
        ),
        edges=(Edge("node_001", "node_002", EdgeKind.DATA_FLOW),),
        metadata={
            "created_by": "user@example.com",
            "created_at": "2025-10-02T10:00:00Z",
            "version": "1.0.0",
        },
        file="m.yaml",
    )  # fmt: skip


def test_the_brief_loads_with_the_real_catalogue() -> None:
    found = read_models(BRIEF, "m.yaml")
    assert found.diagnostics == ()
    assert [node.type for node in found.models[0].nodes] == ["source_table", "notebook"]


def test_an_unmodified_model_changes_no_byte() -> None:
    assert write_model(BRIEF, read_one(BRIEF), aliases=ALIASES) == BRIEF


def test_aliases_stay_as_written() -> None:
    model = read_one(BRIEF)
    node = model.nodes[1]
    changed = replace(
        node, properties={**node.properties, "compute": "big"}, position=Position(310, 100)
    )
    text = write_model(BRIEF, replace(model, nodes=(model.nodes[0], changed)), aliases=ALIASES)
    assert changed_lines(BRIEF, text) == [
        "-           cluster_config: standard_cluster",
        "+           cluster_config: big",
        "-           x: 300",
        "+           x: 310",
    ]


def test_a_new_type_gets_the_forms_own_names() -> None:
    model = read_one(BRIEF)
    text = write_model(
        BRIEF,
        replace(model, nodes=(model.nodes[0], replace(model.nodes[1], type="python_script"))),
        aliases=ALIASES,
    )
    assert read_one(text).nodes[1].properties["compute"] == "standard_cluster"
    assert "type: python_script" in text


def test_text_that_looks_like_a_number_is_text_where_text_is_wanted() -> None:
    text = (
        "data_models:\n- id: m\n  name: 2024\n  description: yes\n  tags: [1.10, no]\n"
        "  nodes:\n  - {id: NO, type: x, name: 1e3}\n  - {id: 017, type: x}\n"
        "  metadata: {version: 1.0, created_at: 2025-10-02, other: 1.0}\n"
    )
    model = read_one(text)
    assert (model.name, model.description, model.tags) == ("2024", "yes", ("1.10", "no"))
    assert [(node.id, node.name) for node in model.nodes] == [("NO", "1e3"), ("017", "017")]
    assert model.metadata == {"version": "1.0", "created_at": "2025-10-02", "other": 1.0}
    assert write_model(text, model) == text
    edited = write_model(text, replace(model, metadata={**model.metadata, "other": 2}))
    assert "{version: 1.0, created_at: 2025-10-02, other: 2}" in edited


ONE = "data_models:\n- id: m\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", [("empty-file", "1:1", "", "")], id="an empty file"),
        pytest.param("[]", [("wrong-type", "1:1", "", "")], id="a list"),
        pytest.param("hello", [("wrong-type", "1:1", "", "")], id="a word"),
        pytest.param("a: 1", [("not-a-model-file", "1:1", "", "")], id="something else"),
        pytest.param("id: m\nnodes: []", [("not-a-model-file", "1:1", "", "")],
                     id="a model without the wrapper"),
        pytest.param("data_models: {id: m}", [("wrong-type", "1:14", "", "data_models")],
                     id="a mapping of models"),
        pytest.param("schema_version: 2\ndata_models: []",
                     [("future-schema-version", "1:17", "", "schema_version")], id="the future"),
        pytest.param("schema_version: one\ndata_models: []",
                     [("wrong-type", "1:17", "", "schema_version")], id="a version in words"),
        pytest.param("data_models:\n- name: x", [("missing-id", "2:3", "", "id")],
                     id="a model without id"),
        pytest.param(ONE + "- id: m\n", [("duplicate-model-id", "3:7", "", "id")],
                     id="two models with one id"),
        pytest.param(ONE + "  nodes: {a: {}}", [("wrong-type", "3:10", "", "nodes")],
                     id="a mapping of nodes"),
        pytest.param(ONE + "  nodes:\n  - a\n  - {type: x}\n  - {id: b, type: x}",
                     [("wrong-type", "4:5", "", "nodes.0"),
                      ("missing-id", "5:5", "", "nodes.1.id")],
                     id="a word for a node; a node without id"),
        pytest.param(ONE + "  nodes:\n  - {id: 1, type: x}",
                     [("id-not-text", "4:10", "", "nodes.0.id")], id="a number for an id"),
        pytest.param(ONE + "  nodes:\n  - {id: [a], type: x}",
                     [("wrong-type", "4:10", "", "nodes.0.id")], id="a list for an id"),
        pytest.param(ONE + "  nodes:\n  - id: a", [("missing-type", "4:5", "a", "type")],
                     id="no type"),
        pytest.param(ONE + "  nodes:\n  - id: a\n    type: [x]",
                     [("wrong-type", "5:11", "a", "type")], id="a list for a type"),
        pytest.param(ONE + "  nodes:\n  - id: a\n    type: x\n    properties: [1]",
                     [("wrong-type", "6:17", "a", "properties")], id="a list of properties"),
        pytest.param(ONE + "  nodes:\n  - {id: a, type: x, enabled: no}",
                     [("wrong-type", "4:31", "a", "enabled")], id="no is not false"),
        pytest.param(ONE + "  nodes:\n  - {id: a, type: x, positon: {x: 1}}",
                     [("unknown-key", "4:22", "a", "positon")], id="an unknown key"),
        pytest.param(ONE + "  nodes:\n  - {id: a, type: x, position: [1, 2]}",
                     [("bad-position", "4:32", "a", "position")], id="a position that is a list"),
        pytest.param(ONE + "  nodes:\n  - {id: a, type: x, position: {x: '1', y: true}}",
                     [("bad-position", "4:36", "a", "position.x"),
                      ("bad-position", "4:44", "a", "position.y")], id="coordinates in words"),
        pytest.param(ONE + "  nodes:\n  - {id: a, type: x, position: {x: nan, y: 1e308}}",
                     [("bad-position", "4:36", "a", "position.x"),
                      ("bad-position", "4:44", "a", "position.y")], id="nan and off the canvas"),
        pytest.param(ONE + "  nodes:\n  - {id: a, type: x, position: {x: 1, y: .inf}}",
                     [("yaml-number", "4:42", "", "")], id="infinity"),
        pytest.param(
            ONE + "  nodes:\n  - id: a\n    type: transformation\n    properties:\n"
            "      cluster: c\n      cluster_config: d\n",
            [("property-given-twice", "8:7", "a", "cluster_config")], id="a property twice"),
        pytest.param(ONE + "  edges:\n  - {source: a, target: b, type: data-flow}",
                     [("unknown-edge-type", "4:34", "", "edges.0.type")],
                     id="an unknown edge type"),
        pytest.param(ONE + "  edges:\n  - {source: a}\n  - {target: [b]}",
                     [("edge-without-end", "4:5", "", "edges.0.target"),
                      ("edge-without-end", "5:5", "", "edges.1.source"),
                      ("wrong-type", "5:14", "", "edges.1.target")], id="edges without ends"),
        pytest.param(ONE + "  edges:\n  - {source: a, target: b, outcome: maybe}",
                     [("bad-outcome", "4:37", "", "edges.0.outcome")], id="an unknown outcome"),
        pytest.param(ONE + "  tags: red\n  metadata: x\n  name: [n]",
                     [("wrong-type", "3:9", "", "tags"), ("wrong-type", "4:13", "", "metadata"),
                      ("wrong-type", "5:9", "", "name")], id="three mistakes, three findings"),
        pytest.param("data_models:\n\t- id: m", [("yaml-syntax", "2:1", "", "")], id="a tab"),
        pytest.param(b"data_models: [\xe9]", [("yaml-encoding", "1:15", "", "")], id="Latin-1"),
        pytest.param(ONE + "  id: n", [("yaml-duplicate-key", "3:3", "", "")], id="a key twice"),
    ],
)  # fmt: skip
def test_one_finding_for_each_mistake(
    text: str | bytes, expected: list[tuple[str, str, str, str]]
) -> None:
    assert findings(text) == expected


def test_what_is_around_a_mistake_is_still_read() -> None:
    text = (
        "data_models:\n- id: m\n  nodes:\n  - {type: x}\n  - {id: b, type: y, position: [1]}\n"
        "  edges:\n  - {source: b}\n  - {source: b, target: b}\n- {}\n- id: n\n"
    )
    models = read_models(text).models
    assert [model.id for model in models] == ["m", "n"]
    assert models[0].nodes == (Node("b", "y", name="b"),)
    assert models[0].edges == (Edge("b", "b"),)


def test_near_misses_are_warned_of_and_strangers_only_mentioned() -> None:
    text = ONE + "  decription: x\n  zzz: 1\n"
    near, far = read_models(text).diagnostics
    assert near.severity is Severity.WARNING
    assert "description" in near.remedy
    assert far.severity is Severity.INFO


def test_an_unknown_edge_type_gets_a_suggestion() -> None:
    [found] = read_models(ONE + "  edges: [{source: a, target: b, type: depend_on}]").diagnostics
    assert found.remedy.startswith("Did you mean 'depends_on'?")


BROKEN = """\
data_models:
- id: m
  nodes:
  - id: a
    type: x
    colour: red   # kept
  - just text   # kept
  - id: b
    type: x
    position: {x: 1, y: 2, z: 3}
  edges:
  - {source: a, target: b, type: nonsense}
  - {source: a, target: b, label: kept}
  future: [1, 2]
"""


def test_nothing_that_could_not_be_read_is_lost() -> None:
    model = read_models(BROKEN).models[0]
    text = write_model(
        BROKEN,
        replace(
            model,
            description="new",
            nodes=(*model.nodes, Node("c", "x")),
            edges=(Edge("a", "b", EdgeKind.DEPENDS_ON),),
        ),
    )
    for kept in (
        "colour: red   # kept", "- just text   # kept", "z: 3", "type: nonsense", "future: [1, 2]",
    ):  # fmt: skip
        assert kept in text
    again = read_models(text).models[0]
    assert [node.id for node in again.nodes] == ["a", "b", "c"]
    assert again.edges == (Edge("a", "b", EdgeKind.DEPENDS_ON),)


def test_a_model_is_added_to_a_file_and_taken_out_again() -> None:
    text = write_model(BRIEF, DataModel("other", name="Other"), aliases=ALIASES)
    assert text.startswith(BRIEF)
    assert [model.id for model in read_models(text).models] == ["model_001", "other"]
    assert remove_model(text, "other") == BRIEF
    with pytest.raises(NotFoundError):
        remove_model(BRIEF, "other")


def test_a_model_is_written_into_an_empty_file() -> None:
    assert read_models(write_model("# ours\n", DataModel("m"))).models == (DataModel("m"),)


@pytest.mark.parametrize(
    "text",
    ["[]", "a: 1\n", "data_models: 5\n", "schema_version: 7\ndata_models: []\n", "{", "a: 1\na: 2"],
)
def test_a_file_that_is_no_model_file_is_not_written(text: str) -> None:
    with pytest.raises(LakewrightError) as refused:
        write_model(text, DataModel("m"))
    assert refused.value.remedy


def test_an_infinite_position_is_not_written() -> None:
    model = DataModel("m", nodes=(Node("a", "x", position=Position(float("inf"), 0)),))
    with pytest.raises(LakewrightError):
        new_model_text(model)


def test_the_text_of_a_new_file() -> None:
    model = DataModel(
        "m",
        name="Orders",
        nodes=(Node("a", "source_table", name="a", position=Position(1.0, 2.5)),),
        edges=(Edge("a", "a", EdgeKind.DEPENDS_ON, outcome="true"),),
    )
    assert new_model_text(model) == (
        "data_models:\n"
        "  - id: m\n"
        "    name: Orders\n"
        "    nodes:\n"
        "      - id: a\n"
        "        type: source_table\n"
        "        position: {x: 1, y: 2.5}\n"
        "    edges:\n"
        "      - source: a\n"
        "        target: a\n"
        "        type: depends_on\n"
        '        outcome: "true"\n'
    )


@pytest.mark.parametrize(
    ("node", "prop", "place_"),
    [
        pytest.param("node_002", "", (16, 9), id="a node"),
        pytest.param("node_002", "type", (17, 15), id="a field of a node"),
        pytest.param("node_002", "compute", (20, 27), id="a property under its other name"),
        pytest.param("node_002", "compute.size", (20, 27), id="below it: the nearest"),
        pytest.param("node_001", "position.y", (15, 14), id="a coordinate"),
        pytest.param("node_001", "missing", (9, 11), id="a missing property: the properties"),
        pytest.param("", "edges.0.target", (26, 17), id="an edge"),
        pytest.param("", "metadata.version", (31, 16), id="metadata"),
        pytest.param("", "", (2, 5), id="the model"),
        pytest.param("nobody", "", (2, 5), id="an unknown node: the model"),
    ],
)
def test_findings_get_their_places(node: str, prop: str, place_: tuple[int, int]) -> None:
    lost = Diagnostic("r", Severity.ERROR, "p", "r", Location(node=node, property=prop))
    [found] = place([lost], BRIEF, "m.yaml", model_id="model_001", aliases=ALIASES)
    assert found.where == Location("m.yaml", *place_, node, prop)


def test_findings_with_a_place_keep_it() -> None:
    here = Diagnostic("r", Severity.ERROR, "p", "r", Location("m.yaml", 3, 1))
    there = Diagnostic("r", Severity.ERROR, "p", "r", Location("other.yaml"))
    assert place([here, there], BRIEF, "m.yaml") == (here, there)
    assert place([there], "not: [yaml", "m.yaml") == (there,)


def test_a_property_name_may_hold_dots() -> None:
    text = ONE + "  nodes:\n  - id: a\n    type: x\n    properties:\n      conf: {a.b: [0, 1]}\n"
    lost = Diagnostic("r", Severity.ERROR, "p", "r", Location(node="a", property="conf.a.b.1"))
    [found] = place([lost], text)
    assert (found.where.line, found.where.column) == (7, 23)


# -- properties ---------------------------------------------------------------------------------

NAMES = st.sampled_from(
    ["a", "no", "1.0", "two words", "`t`", "x'); DROP TABLE y; --", "line\nbreak", "😀", "\u202eb",
     "x" * 256, "../up", "${var.x}", "{{ x }}", "{% raw %}", "#c", "- d", "&e", "k: v"]
)  # fmt: skip
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | NAMES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES.filter(lambda n: len(n) < 250), inner, max_size=3),  # noqa: E501
    max_leaves=6,
)  # fmt: skip
NODES = st.builds(
    Node,
    id=NAMES,
    type=st.sampled_from(["notebook", "source_table", "unheard_of"]),
    name=NAMES,
    description=st.just("") | NAMES,
    enabled=st.booleans(),
    properties=st.dictionaries(st.sampled_from(["compute", "k", "no"]), PLAIN, max_size=3),
    position=st.none() | st.builds(Position, st.integers(-9, 9), st.floats(-9, 9)),
)
EDGES = st.builds(
    Edge, NAMES, NAMES, st.sampled_from(EdgeKind), st.sampled_from(["", "true", "false"])
)
MODELS = st.builds(
    DataModel,
    id=st.just("m"),
    name=st.just("") | NAMES,
    description=st.just("") | NAMES,
    nodes=st.lists(NODES, max_size=3, unique_by=lambda n: n.id).map(tuple),
    edges=st.lists(EDGES, max_size=3, unique=True).map(tuple),
    tags=st.lists(NAMES, max_size=2).map(tuple),
    metadata=st.dictionaries(st.sampled_from(["version", "owner"]), NAMES, max_size=2),
)
SLOW = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))


@SLOW
@given(MODELS)
def test_a_new_file_gives_the_model_back(model: DataModel) -> None:
    found = read_models(new_model_text(model), aliases=ALIASES)
    assert found.diagnostics == ()
    assert found.models == (model,)


@SLOW
@given(MODELS, MODELS)
def test_any_model_can_be_written_over_any_other(before: DataModel, after: DataModel) -> None:
    text = "# ours\n" + new_model_text(before)
    written = write_model(text, after, aliases=ALIASES)
    [again] = read_models(written, aliases=ALIASES).models
    assert model_to_value(again) == model_to_value(after)
    assert written.startswith("# ours\n")
    assert write_model(written, again, aliases=ALIASES) == written


SHAPES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["m", "data_flow", "x"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["id", "type", "nodes", "edges", "position", "x", "y", "tags", "metadata",
                         "source", "target", "properties", "name", "enabled", "outcome"]),
        inner,
        max_size=5,
    ),
    max_leaves=20,
)  # fmt: skip


@SLOW
@given(SHAPES)
def test_no_shape_gives_a_traceback(shape: Any) -> None:
    from lakewright.yaml_text.write import dump

    text = dump({"data_models": [shape, {"id": "m", "nodes": shape, "edges": [shape]}]})
    found = read_models(text, "m.yaml", aliases=ALIASES)
    assert in_reading_order(found.diagnostics) is not None
    assert all(d.remedy and d.where.line for d in found.diagnostics)
    for model in found.models:
        assert write_model(text, model, aliases=ALIASES) == text


@SLOW
@given(st.binary(max_size=30) | st.text(max_size=30))
def test_no_bytes_give_a_traceback(text: str | bytes) -> None:
    found = read_models(text, "m.yaml", aliases=ALIASES)
    assert found.models or found.diagnostics
    with pytest.raises(YamlError) if found.diagnostics[0].rule.startswith("yaml-") else _nothing():
        from lakewright.yaml_text.load import load

        load(text)


def _nothing() -> Any:
    from contextlib import nullcontext

    return nullcontext()
