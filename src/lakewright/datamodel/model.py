"""The graph a person draws, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class EdgeKind(StrEnum):
    """What a connection means. Every edge points the way its meaning flows."""

    DATA_FLOW = "data_flow"  # rows go from source to target
    DEPENDS_ON = "depends_on"  # target runs after source
    USES_COMPUTE = "uses_compute"  # target runs on source
    TRIGGERS = "triggers"  # source starts target
    CONTAINS = "contains"  # target lives in source
    GRANTS_ON = "grants_on"  # source gives privileges on target
    LOOP_BODY = "loop_body"  # source repeats target


@dataclass(frozen=True, slots=True)
class Position:
    """Where a node is drawn, in canvas units. Never changes what is generated."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Node:
    """One box on the canvas.

    Attributes:
        id: Unique in its model; also the task key of a task node.
        type: Key of a row in `NODE_TYPES`; aliases are resolved on reading. A type that
            no row has is kept as written and reported by the checks.
        name: What a person calls it; the id when none was given.
        properties: As written in YAML (plain JSON values), property aliases resolved.
        enabled: A disabled node stays on the drawing and generates nothing.
    """

    id: str
    type: str
    name: str = ""
    description: str = ""
    enabled: bool = True
    properties: Mapping[str, Any] = field(default_factory=dict)
    position: Position | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """One connection.

    Attributes:
        outcome: `true` or `false` on a dependency on a condition node, else empty.
    """

    source: str
    target: str
    kind: EdgeKind = EdgeKind.DATA_FLOW
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A text that somebody put on the canvas. Sizes are in canvas units."""

    id: str
    text: str = ""
    x: float = 0.0
    y: float = 0.0
    width: float = 240.0
    height: float = 120.0
    color: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A frame around nodes, named by their ids."""

    id: str
    name: str = ""
    nodes: tuple[str, ...] = ()
    collapsed: bool = False
    color: str = ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn around the nodes for people alone. Never changes what is generated."""

    notes: tuple[Note, ...] = ()
    groups: tuple[Group, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.notes or self.groups)


@dataclass(frozen=True, slots=True)
class DataModel:
    """One model: nodes and edges in the order of the file.

    Attributes:
        file: Path in the metadata repository, for messages. Empty when it has none.
        metadata: `created_by`, `created_at`, `version` and whatever else people keep there.
    """

    id: str
    name: str = ""
    description: str = ""
    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    tags: tuple[str, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)
    file: str = ""
    drawing: Drawing = Drawing()

    def node(self, node_id: str) -> Node:
        """The node with that id; `KeyError` when there is none."""
        for node in self.nodes:
            if node.id == node_id:
                return node
        raise KeyError(node_id)
