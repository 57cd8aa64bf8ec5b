"""What a rule is: a function that finds one kind of mistake in a drawing."""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lakewright.datamodel.graph import Dependency, GraphIndex, task_dependencies
from lakewright.datamodel.model import Node
from lakewright.datamodel.node_types import NODE_TYPES, NodeType
from lakewright.diagnostics import Diagnostic, Fix, Location, Severity

if TYPE_CHECKING:
    from lakewright.datamodel.forms.reading import Reading


@dataclass(frozen=True, slots=True)
class Drawing:
    """What the rules look at.

    Attributes:
        readings: Properties of the enabled nodes of known type, by node id. Empty while only
            the structure is checked.
        by_type: The nodes whose form is readable, with it, by type.
        rows, nodes_by_type: The enabled nodes of known type.
    """

    index: GraphIndex
    dependencies: Mapping[str, tuple[Dependency, ...]] = field(default_factory=dict)
    readings: "Mapping[str, Reading]" = field(default_factory=dict)
    by_type: Mapping[str, Sequence[tuple[Node, Any]]] = field(default_factory=dict)
    rows: Sequence[tuple[Node, NodeType]] = ()
    nodes_by_type: Mapping[str, Sequence[Node]] = field(default_factory=dict)

    def forms(self, *types: str) -> Iterator[tuple[Node, Any]]:
        """Enabled nodes of those types with their readable form, type by type."""
        for key in types:
            yield from self.by_type.get(key, ())

    def having(self, *names: str) -> Iterator[tuple[Node, Any]]:
        """The same for every type whose form has one of those fields."""
        for key, nodes in self.by_type.items():
            if not NODE_TYPES[key].properties.model_fields.keys().isdisjoint(names):
                yield from nodes

    def known(self) -> Sequence[tuple[Node, NodeType]]:
        """Enabled nodes of known type with their row."""
        return self.rows

    def nodes_of(self, *types: str) -> Iterator[Node]:
        """Enabled nodes of those types, type by type."""
        for key in types:
            yield from self.nodes_by_type.get(key, ())


def draw(index: GraphIndex, *, with_properties: bool) -> Drawing:
    """Prepare a drawing for its rules; reads every property form when asked to."""
    rows = [
        (node, row)
        for node in index.nodes.values()
        if node.enabled and (row := NODE_TYPES.get(node.type)) is not None
    ]
    nodes_by_type: dict[str, list[Node]] = {}
    for node, _ in rows:
        nodes_by_type.setdefault(node.type, []).append(node)
    if not with_properties:
        return Drawing(index, rows=rows, nodes_by_type=nodes_by_type)
    # pydantic loads here, so that checking structure alone stays fast.
    from lakewright.datamodel.forms.reading import read_properties

    readings = {node.id: read_properties(row, node.properties) for node, row in rows}
    by_type: dict[str, list[tuple[Node, Any]]] = {}
    for node_id, reading in readings.items():
        if reading.form is not None:
            node = index.nodes[node_id]
            by_type.setdefault(node.type, []).append((node, reading.form))
    return Drawing(index, task_dependencies(index), readings, by_type, rows, nodes_by_type)


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake, before it knows its rule and file. `severity` overrides the rule's."""

    problem: str
    remedy: str
    node: str = ""
    property: str = ""
    severity: Severity | None = None
    fixes: tuple[Fix, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of `RULES`. The docstring of `find` is the rule's documentation."""

    id: str
    severity: Severity
    find: Callable[[Drawing], Iterator[Finding]]

    @property
    def documentation(self) -> str:
        """What is wrong, why it matters and where that is written."""
        return inspect.getdoc(self.find) or ""

    def __call__(self, drawing: Drawing) -> Iterator[Diagnostic]:
        file = drawing.index.model.file
        for found in self.find(drawing):
            yield Diagnostic(
                self.id,
                found.severity or self.severity,
                found.problem,
                found.remedy,
                Location(file, node=found.node, property=found.property),
                fixes=found.fixes,
            )


def rule(severity: Severity) -> Callable[[Callable[[Drawing], Iterator[Finding]]], Rule]:
    """Make a rule of a function; its id is the function's name in kebab case."""

    def make(find: Callable[[Drawing], Iterator[Finding]]) -> Rule:
        return Rule(find.__name__.replace("_", "-"), severity, find)

    return make
