"""Short ways to write a drawing down, for the tests beside this file."""

from collections.abc import Mapping
from typing import Any

from lakewright.datamodel.model import DataModel, Edge, EdgeKind, Node

Nodes = Mapping[str, Any]


def drawn(nodes: Nodes, *edges: str) -> DataModel:
    """A model from `{"id": "type"}` or `{"id": ("type", properties)}` and edges such as
    `"a data_flow b"` or `"check depends_on load true"`.
    """
    return DataModel(
        "m",
        nodes=tuple(_node(node_id, given) for node_id, given in nodes.items()),
        edges=tuple(_edge(text) for text in edges),
        file="models/m.yaml",
    )


def _node(node_id: str, given: Any) -> Node:
    if isinstance(given, Node):
        return given
    node_type, properties = (given, {}) if isinstance(given, str) else given
    return Node(node_id, node_type, properties=properties)


def _edge(text: str) -> Edge:
    source, kind, target, *outcome = text.split()
    return Edge(source, target, EdgeKind(kind), "".join(outcome))
