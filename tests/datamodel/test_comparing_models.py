"""The cases that the web app compares models by hold for the server's comparison too."""

import json
from pathlib import Path
from typing import Any

import pytest

from lakewright.datamodel.compare import compare_models
from lakewright.datamodel.model import DataModel, Edge, EdgeKind, Node, Position

CASES = json.loads(
    (Path(__file__).parents[2] / "web/src/ui/drawing/differences.cases.json").read_text()
)


def _model(version: dict[str, Any]) -> DataModel:
    return DataModel(
        "m",
        nodes=tuple(
            Node(**given | {"position": Position(*given["position"])})
            if "position" in given
            else Node(**given)
            for given in version["nodes"]
        ),
        edges=tuple(map(_edge, version["edges"])),
    )


def _edge(given: dict[str, str]) -> Edge:
    return Edge(
        given["source"],
        given["target"],
        EdgeKind(given.get("type", "data_flow")),
        given.get("outcome", ""),
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_comparison(case: dict[str, Any]) -> None:
    found = compare_models(_model(case["before"]), _model(case["after"]))
    assert {
        "added": list(found.added),
        "removed": list(found.removed),
        "changed": [{"id": one.id, "properties": list(one.properties)} for one in found.changed],
        "moved": list(found.moved),
        "edges_added": list(found.added_edges),
        "edges_removed": list(found.removed_edges),
    } == case["found"] | {
        side: [_edge(one) for one in case["found"][side]]
        for side in ("edges_added", "edges_removed")
    }
