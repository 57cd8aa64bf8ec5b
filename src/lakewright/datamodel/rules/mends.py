"""Mends that rules offer: the words on the button and the changes behind it."""

import re
from collections.abc import Collection, Iterable

from lakewright.datamodel.model import Edge, EdgeKind, Node
from lakewright.datamodel.node_types import NODE_TYPES, why_not
from lakewright.diagnostics import (
    AddEdge,
    Fix,
    RemoveEdge,
    SetValue,
    Steps,
    UnsetValue,
    shown,
)

MOST_CHOICES = 4


def one_way(*fixes: Fix | None) -> tuple[Fix, ...]:
    """The fixes that there are."""
    return tuple(fix for fix in fixes if fix is not None)


def set_value(title: str, node: str, *path: str | int, value: object) -> Fix:
    """Put a value in a node's properties."""
    return Fix(title, (SetValue(node, ("properties", *path), value),))


def moved_value(node: str, old: Steps, new: Steps, value: object) -> Fix:
    """A value under another name."""
    return Fix(
        f"Rename to '{shown(new[-1], 40)}'", (UnsetValue(node, old), SetValue(node, new, value))
    )


def removed(edge: Edge) -> RemoveEdge:
    return RemoveEdge(edge.source, edge.target, edge.kind.value)


def added(edge: Edge) -> AddEdge:
    return AddEdge(edge.source, edge.target, edge.kind.value, edge.outcome)


def delete_edge(edge: Edge) -> Fix:
    return Fix("Delete the edge", (removed(edge),))


def replace_edge(title: str, old: Edge, new: Edge) -> Fix:
    """Draw an edge in place of another; only the old one goes when the new one is there."""
    return Fix(title, (removed(old), added(new)))


def draw_edge(title: str, source: str, target: str, kind: EdgeKind) -> Fix:
    return Fix(title, (AddEdge(source, target, kind.value),))


def keep_one(edges: Iterable[Edge]) -> tuple[Fix, ...]:
    """For each of some edges into one node: keep it, delete the others."""
    found = list(edges)
    if len(found) > MOST_CHOICES:
        return ()
    return tuple(
        Fix(
            f"Keep '{shown(kept.source, 40)}'",
            tuple(removed(edge) for edge in found if edge is not kept),
        )
        for kept in found
    )


def allowed_instead(edge: Edge, source: Node, target: Node) -> tuple[Fix, ...]:
    """Other kinds of edges between two nodes, the edge the other way round, or none at all."""
    rows = NODE_TYPES.get(source.type), NODE_TYPES.get(target.type)
    if rows[0] is None or rows[1] is None:
        return (delete_edge(edge),)
    kinds = [kind for kind in EdgeKind if not why_not(rows[0], rows[1], kind)]
    other = Edge(edge.source, edge.target, kinds[0]) if len(kinds) == 1 else None
    turned = (
        None if why_not(rows[1], rows[0], edge.kind) else Edge(edge.target, edge.source, edge.kind)
    )
    return one_way(
        replace_edge(f"Make it a {other.kind} edge", edge, other) if other else None,
        replace_edge("Turn the edge around", edge, turned) if turned else None,
        delete_edge(edge),
    )


def free_name(wanted: str, taken: Collection[str]) -> str:
    """A name like the one wanted that nothing has, in any case.

    >>> free_name("load", {"Load", "load_2"})
    'load_3'
    """
    lower = {name.lower() for name in taken}
    if wanted.lower() not in lower:
        return wanted
    number = 2
    while f"{wanted}_{number}".lower() in lower:
        number += 1
    return f"{wanted}_{number}"


def as_key(text: str) -> str:
    """A text as a node id.

    >>> as_key("Load orders!"), as_key("§")
    ('Load_orders', 'node')
    """
    return re.sub(r"[^A-Za-z0-9_-]+", "_", text).strip("_")[:90] or "node"
