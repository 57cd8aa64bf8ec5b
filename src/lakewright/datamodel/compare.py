"""How do two versions of a drawing differ: added, removed, changed, moved?"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lakewright.datamodel.model import DataModel, Edge, Node
from lakewright.yaml_text.edit import same


@dataclass(frozen=True, slots=True)
class NodeChange:
    """A node that means something else; `properties` are dotted names, its own fields first."""

    id: str
    properties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is different; ids and edges in the order of the file they stand in.

    Attributes:
        moved: Nodes at another place; they may have changed too.
        fields: Fields of the model itself that differ.
    """

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[NodeChange, ...] = ()
    moved: tuple[str, ...] = ()
    added_edges: tuple[Edge, ...] = ()
    removed_edges: tuple[Edge, ...] = ()
    fields: tuple[str, ...] = ()


def compare_models(before: DataModel, after: DataModel) -> Comparison:
    """Everything that differs, whatever the order of nodes and edges.

    >>> one, two = DataModel("m", nodes=(Node("a", "job"),)), DataModel("m")
    >>> compare_models(one, two).removed
    ('a',)
    """
    old = {node.id: node for node in reversed(before.nodes)}
    new = {node.id: node for node in reversed(after.nodes)}
    gone = Counter(before.edges) - Counter(after.edges)
    come = Counter(after.edges) - Counter(before.edges)
    both = [(old[node.id], node) for node in after.nodes if node.id in old]
    return Comparison(
        added=tuple(node.id for node in after.nodes if node.id not in old),
        removed=tuple(node.id for node in before.nodes if node.id not in new),
        changed=tuple(
            NodeChange(now.id, names) for was, now in both if (names := differing(was, now))
        ),
        moved=tuple(now.id for was, now in both if was.position != now.position),
        added_edges=tuple(come.elements()),
        removed_edges=tuple(gone.elements()),
        fields=tuple(
            name
            for name in ("name", "description", "tags", "metadata", "drawing")
            if not same(plain(getattr(before, name)), plain(getattr(after, name)))
        ),
    )


def differing(was: Node, now: Node) -> tuple[str, ...]:
    """The fields and properties of a node that differ; its place is none of them.

    >>> differing(Node("a", "job", properties={"x": 1}), Node("a", "job", properties={"x": True}))
    ('properties.x',)
    """
    names = [
        name
        for name in ("type", "name", "description", "enabled")
        if getattr(was, name) != getattr(now, name)
    ]
    missing = object()
    names += [
        f"properties.{key}"
        for key in dict.fromkeys((*was.properties, *now.properties))
        if not same(was.properties.get(key, missing), now.properties.get(key, missing))
    ]
    return tuple(names)


def plain(value: Any) -> Any:
    """A field as a value that `same` compares: mappings as dicts."""
    return dict(value) if isinstance(value, Mapping) else value
