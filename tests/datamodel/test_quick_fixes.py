"""Every mend that a finding offers makes the finding go away."""

import copy
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, assert_never

import pytest

from lakewright.datamodel.checks import check_model
from lakewright.datamodel.model import DataModel, Drawing, Edge, EdgeKind, Group, Node, Position
from lakewright.datamodel.yaml_codec import read_models
from lakewright.diagnostics import (
    AddEdge,
    Change,
    Diagnostic,
    EditText,
    Fix,
    Location,
    RemoveEdge,
    RemoveNode,
    RenameNode,
    SetType,
    SetValue,
    Severity,
    UnsetValue,
    from_json,
)
from lakewright.operations.models import model_as_json, model_from_json
from tests.datamodel.drawings import drawn
from tests.datamodel.test_model_rules import CASES


def mended(model: DataModel, fix: Fix) -> DataModel:
    """The model after the changes, as a canvas makes them."""
    value = copy.deepcopy(model_as_json(model))
    for change in fix.changes:
        _change(value, change)
    return replace(model_from_json(value), file=model.file)


def _change(value: dict[str, Any], change: Change) -> None:
    nodes, edges = value["nodes"], value["edges"]

    def last(node_id: str) -> int:
        return max(i for i, node in enumerate(nodes) if node["id"] == node_id)

    match change:
        case SetValue() | UnsetValue():
            owner: Any = nodes[last(change.node)] if change.node else value
            for step in change.path[:-1]:
                owner = owner[step]
            if isinstance(change, SetValue):
                owner[change.path[-1]] = change.value
            elif change.path == ("position",):
                owner["position"] = None
            else:
                del owner[change.path[-1]]
        case RemoveEdge():
            ends = (change.source, change.target, change.type)
            place = max(
                i for i, e in enumerate(edges) if (e["source"], e["target"], e["type"]) == ends
            )
            del edges[place]
        case AddEdge():
            edges.append(
                {
                    "source": change.source,
                    "target": change.target,
                    "type": change.type,
                    "outcome": change.outcome,
                }
            )
        case SetType():
            nodes[last(change.node)]["type"] = change.value
        case RemoveNode():
            del nodes[last(change.node)]
            value["edges"] = [e for e in edges if change.node not in (e["source"], e["target"])]
        case RenameNode():
            only = sum(node["id"] == change.node for node in nodes) == 1
            nodes[last(change.node)]["id"] = change.value
            for edge in edges if only else ():
                for end in ("source", "target"):
                    edge[end] = change.value if edge[end] == change.node else edge[end]
        case EditText():
            raise AssertionError("a rule about models edits no text")
        case _:
            assert_never(change)


def seen(found: Diagnostic) -> tuple[str, str, Location]:
    return (found.rule, found.problem, found.where)


def offers(models: Iterable[DataModel]) -> list[Any]:
    return [
        pytest.param(model, found, fix, id=f"{found.rule}: {fix.title}")
        for model in models
        for found in check_model(model)
        for fix in found.fixes
    ]


MORE = (
    drawn({"a": "notebok"}),
    drawn({"a": "notebook", "load": "notebook"}, "a depends_on laod"),
    drawn({"a": "notebook"}, "a depends_on a"),
    drawn({"a": "source_table", "b": "dest_table"}, "a data_flow b", "a data_flow b"),
    drawn({"a": "source_table", "b": "dest_table"}, "b data_flow a"),
    drawn({"e": "job_cluster", "t": "notebook"}, "e depends_on t"),
    drawn({"t": ("python_wheel", {"package_name": "p", "entry_point": "e"}), "e": "environment"}),
    DataModel("m", nodes=(Node("a", "notebook"), Node("a", "notebook"), Node("a", "notebook"))),
    DataModel("m", nodes=(Node("a", "notebook", position=Position(float("nan"), 0)),)),
    DataModel("m", nodes=(Node("a", "notebook"),), drawing=Drawing((), (Group("g", "G", ("b",)),))),
    drawn({"load orders!": "notebook", "b": "notebook"}, "b depends_on b"),
    drawn({"a": ("notebook", {"retries": "3", "max_retries": "3"})}),
    drawn({"s": ("trigger_schedule", {"quartz_cron_expression": "0 6 * * *",
                                      "timezone_id": "Europe/Berlim"}), "j": "job"},
          "s triggers j"),
    drawn({"a": ("notebook", {"base_parameters": {"x": 1}})}),
    drawn({"n": ("notebook", {"source": "workspace"})}),
)  # fmt: skip
OFFERS = offers([*(drawn(case.bad, *case.bad_edges) for case in CASES), *MORE])


@pytest.mark.parametrize(("model", "found", "fix"), OFFERS)
def test_the_mend_makes_the_finding_go_away(model: DataModel, found: Diagnostic, fix: Fix) -> None:
    after = mended(model, fix)

    assert seen(found) not in [seen(one) for one in check_model(after)]


def test_many_rules_offer_a_mend() -> None:
    rules = {offer.values[1].rule for offer in OFFERS}
    assert len(rules) >= 20, sorted(rules)


def test_a_slip_in_a_type_has_one_mend() -> None:
    [found] = [one for one in check_model(MORE[0]) if one.rule == "node-type-is-known"]
    assert found.fixes == (Fix("Change to 'notebook'", (SetType("a", "notebook"),)),)


def test_an_edge_to_nowhere_is_connected_or_deleted() -> None:
    [found] = [one for one in check_model(MORE[1]) if one.rule == "edge-ends-exist"]
    assert [fix.title for fix in found.fixes] == ["Connect to 'load'", "Delete the edge"]


def test_an_edge_that_two_kinds_could_replace_is_not_guessed_at() -> None:
    model = drawn({"a": "notebook", "b": "dest_table"}, "b uses_compute a")
    [found] = [one for one in check_model(model) if one.rule == "edge-is-allowed"]
    assert "Delete the edge" in [fix.title for fix in found.fixes]


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("data_models:\n- id: m\n  nods: []\n", "data_models:\n- id: m\n  nodes: []\n"),
        ("data_models:\n- id: 1\n  nodes: []\n", 'data_models:\n- id: "1"\n  nodes: []\n'),
        (
            "data_models:\n- id: m\n  edges: [{source: a, target: b, type: data_flo}]\n",
            "data_models:\n- id: m\n  edges: [{source: a, target: b, type: data_flow}]\n",
        ),
    ],
)
def test_a_slip_in_the_text_is_mended_in_the_text(wrong: str, right: str) -> None:
    [found] = read_models(wrong).diagnostics
    [fix] = found.fixes
    [edit] = fix.changes
    assert isinstance(edit, EditText)
    lines = wrong.split("\n")
    line = lines[edit.line - 1]
    lines[edit.line - 1] = line[: edit.column - 1] + edit.text + line[edit.end_column - 1 :]

    assert "\n".join(lines) == right
    assert read_models(right).diagnostics == ()


def test_a_finding_with_mends_survives_json() -> None:
    changes: tuple[Change, ...] = (
        SetValue("n", ("properties", "columns", 0), {"name": "a"}),
        UnsetValue("n", ("position",)),
        RemoveEdge("a", "b", "data_flow"),
        AddEdge("a", "b", "depends_on", "true"),
        SetType("n", "job"),
        RemoveNode("n"),
        RenameNode("n", "m"),
        EditText(1, 2, 3, 4, "x"),
    )
    found = Diagnostic("r", Severity.ERROR, "p", "q", fixes=(Fix("Mend", changes),))

    assert from_json(found.as_json()) == found
    assert {hash(found)} == {hash(from_json(found.as_json()))}
    assert "fixes" not in Diagnostic("r", Severity.ERROR, "p", "q").as_json()


def test_edges_keep_their_kind_when_an_outcome_goes() -> None:
    model = drawn({"a": "notebook", "b": "notebook"}, "a depends_on b true")
    [found] = [o for o in check_model(model) if o.rule == "outcome-belongs-to-a-condition"]
    assert mended(model, found.fixes[0]).edges == (Edge("a", "b", EdgeKind.DEPENDS_ON),)
