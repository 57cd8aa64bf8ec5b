"""How a data model looks: as text, as Mermaid, as an SVG picture."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from lakewright.datamodel.layout import left_to_right
from lakewright.datamodel.model import DataModel, Edge, EdgeKind, Node
from lakewright.datamodel.node_types import NODE_TYPES, Family

DATA = frozenset({EdgeKind.DATA_FLOW})
CONTROL = frozenset({EdgeKind.DEPENDS_ON, EdgeKind.LOOP_BODY, EdgeKind.TRIGGERS})
ATTACHED = frozenset({EdgeKind.USES_COMPUTE, EdgeKind.CONTAINS, EdgeKind.GRANTS_ON})

FAMILY_LABELS: Mapping[Family, str] = MappingProxyType(
    {
        Family.SOURCE: "Source",
        Family.TRANSFORMATION: "Transformation",
        Family.DESTINATION: "Destination",
        Family.CONTROL: "Control",
        Family.JOB_AND_COMPUTE: "Job and compute",
        Family.UNITY_CATALOG: "Unity Catalog",
    }
)


class Theme(StrEnum):
    """The pages that a picture is for."""

    BOTH = "both"  # as the reader's system prefers
    LIGHT = "light"
    DARK = "dark"


# One hue per family, the same in every picture: (on light, on dark). Green, amber and red stay
# free for states. Each has at least 3:1 against its background (WCAG 2.2, 1.4.11).
FAMILY_COLOURS: Mapping[Family, tuple[str, str]] = MappingProxyType(
    {
        Family.SOURCE: ("#0f8a80", "#3cc4b6"),
        Family.TRANSFORMATION: ("#2f6fde", "#6aa2ff"),
        Family.DESTINATION: ("#7a4fd0", "#ac8bf5"),
        Family.CONTROL: ("#c03d86", "#f07fbc"),
        Family.JOB_AND_COMPUTE: ("#5b6b80", "#9aabc2"),
        Family.UNITY_CATALOG: ("#9a6a2f", "#d3a369"),
    }
)

# The property that says most about a node, best first, when it is no Unity Catalog object.
_TELLING = (
    "path",
    "notebook_path",
    "python_file",
    "source_path",
    "url",
    "topics",
    "package_name",
    "main_class_name",
    "quartz_cron_expression",
    "table",
    "target",
    "principal",
    "pipeline",
    "job",
    "inputs",
    "spark_version",
    "warehouse_id",
    "cluster_id",
    "name",
)


def family_of(node: Node) -> Family | None:
    """The family of its type; None for a type that Lakewright does not know."""
    row = NODE_TYPES.get(node.type)
    return row.family if row else None


def label_of(node: Node) -> str:
    """What its type is called; the type as written when Lakewright does not know it."""
    row = NODE_TYPES.get(node.type)
    return row.label if row else node.type


def title_of(node: Node) -> str:
    """What a person calls the node, on one line."""
    return one_line(node.name or node.id)


def subtitle_of(node: Node) -> str:
    """The one line that matters: address, path or schedule; else what the type is called.

    >>> subtitle_of(Node("a", "source_table", properties={"catalog": "main", "table": "t"}))
    'main.t'
    """
    row = NODE_TYPES.get(node.type)
    properties = node.properties
    if row and row.address:
        levels = [properties.get(level) for level in ("catalog", "schema")]
        parts = [*levels, properties.get(row.address)]
        named = [str(part) for part in parts if isinstance(part, str) and part]
        if named:
            return one_line(".".join(named))
    condition = [properties.get(part) for part in ("left", "op", "right")]
    if all(isinstance(part, str | int | float) for part in condition):
        return one_line(" ".join(str(part) for part in condition))
    for name in _TELLING:
        value = properties.get(name)
        told = _told(value)
        if told and told != node.name:
            return one_line(told)
    return one_line(label_of(node))


def _told(value: Any) -> str:
    match value:
        case str():
            return value
        case {"catalog": str(catalog), "schema": str(schema), "table": str(table)}:
            return f"{catalog}.{schema}.{table}"
        case [*items] if items and all(isinstance(item, str) for item in items):
            return ", ".join(items)
        case _:
            return ""


def one_line(text: str, limit: int = 200) -> str:
    """Text that can stand in a picture: no line breaks, no control or direction characters.

    A character that turns the reading direction would let a name disguise another.
    """
    kept = "".join(
        " " if c.isspace() else c
        for c in text[: limit + 1]
        if c.isspace() or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
    )
    kept = " ".join(kept.split())
    return kept if len(text) <= limit else kept[: limit - 1] + "…"


# Text -----------------------------------------------------------------------------------------


def to_text(model: DataModel) -> str:
    """The model as a tree of waves: what can start together, and what each node waits for.

    Nodes that only lend something to others (compute, grants, containers, triggers) follow the
    waves. Ends with a newline.
    """
    title = one_line(model.name or model.id)
    waves, attached, looping = _waves(model)
    lines = [
        f"{title} ({one_line(model.id)})" if model.name else title,
        ", ".join(
            (
                _count(len(model.nodes), "node"),
                _count(len(model.edges), "edge"),
                _count(len(waves), "wave"),
            )
        ),
    ]
    inputs = _beside(model, DATA | {EdgeKind.DEPENDS_ON, EdgeKind.LOOP_BODY})
    lent = _beside(model, ATTACHED | {EdgeKind.TRIGGERS}, forwards=True)
    for number, wave in enumerate(waves, start=1):
        lines += ["", f"Wave {number}", *_branch(wave, inputs, "after")]
    if looping:
        lines += ["", "In a loop", *_branch(looping, inputs, "after")]
    if attached:
        lines += ["", "Attached", *_branch(attached, lent, "to")]
    return "\n".join(lines) + "\n"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _branch(nodes: Sequence[Node], beside: Mapping[str, Sequence[str]], word: str) -> list[str]:
    rows = [
        (
            one_line(node.id) + ("" if node.enabled else " (disabled)"),
            one_line(label_of(node)),
            "" if subtitle_of(node) == label_of(node) else subtitle_of(node),
        )
        for node in nodes
    ]
    widths = [min(48, max(len(cell) for cell in column)) for column in zip(*rows, strict=True)]
    lines = []
    for index, (node, row) in enumerate(zip(nodes, rows, strict=True)):
        stem = "└─" if index == len(rows) - 1 else "├─"
        cells = "  ".join(
            f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True) if width
        )
        others = beside.get(node.id, [])
        listed = ", ".join(one_line(other) for other in others[:4])
        more = f" and {len(others) - 4} more" if len(others) > 4 else ""
        end = f"  {word} {listed}{more}" if others else ""
        lines.append(f"{stem} {cells}{end}".rstrip())
    return lines


def _beside(
    model: DataModel, kinds: Iterable[EdgeKind], *, forwards: bool = False
) -> dict[str, list[str]]:
    """Node id -> the ids its edges of those kinds come from (or, forwards, lead to), sorted."""
    found: dict[str, set[str]] = defaultdict(set)
    for edge in model.edges:
        if edge.kind in kinds:
            here, there = (edge.source, edge.target) if forwards else (edge.target, edge.source)
            found[here].add(there)
    return {node: sorted(others) for node, others in found.items()}


def waves_of(model: DataModel) -> list[list[Node]]:
    """The nodes in columns along the flow of rows and order, each column by id.

    Nodes that are only attached to others (jobs, clusters) are left out; nodes on or behind a
    loop have no column.
    """
    return _waves(model)[0]


def _waves(model: DataModel) -> tuple[list[list[Node]], list[Node], list[Node]]:
    """Nodes in waves, nodes that are only attached, nodes on or behind a loop; each by id."""
    flowing = DATA | {EdgeKind.DEPENDS_ON, EdgeKind.LOOP_BODY}
    in_flow = {
        end for edge in model.edges if edge.kind in flowing for end in (edge.source, edge.target)
    }
    lending = {
        edge.source
        for edge in model.edges
        if edge.kind not in flowing and edge.source not in in_flow
    }
    lending |= {
        node.id
        for node in model.nodes
        if family_of(node) is Family.JOB_AND_COMPUTE and node.id not in in_flow
    }
    nodes = {node.id: node for node in model.nodes}
    moving = [node_id for node_id in nodes if node_id not in lending]
    arrows = [
        (edge.source, edge.target)
        for edge in model.edges
        if edge.kind in flowing and edge.source in nodes and edge.target in nodes
    ]
    columns, looping = left_to_right(moving, arrows)
    return (
        [[nodes[node_id] for node_id in sorted(column)] for column in columns],
        [nodes[node_id] for node_id in sorted(lending) if node_id in nodes],
        [nodes[node_id] for node_id in sorted(looping)],
    )


# Mermaid --------------------------------------------------------------------------------------

_MERMAID_SHAPES: Mapping[Family | None, tuple[str, str]] = MappingProxyType(
    {
        Family.SOURCE: ("[(", ")]"),
        Family.DESTINATION: ("[(", ")]"),
        Family.CONTROL: ("{{", "}}"),
        Family.JOB_AND_COMPUTE: ("[[", "]]"),
    }
)


def to_mermaid(model: DataModel) -> str:
    """The model as a Mermaid flowchart, as GitHub and Databricks show it in Markdown.

    Ids are made of letters, digits and underscores and never a Mermaid keyword; every label is
    quoted with its special characters as entities. Edges with an unknown end are left out.
    Ends with a newline.
    """
    ids = _mermaid_ids(node.id for node in model.nodes)
    lines = ["flowchart LR"]
    for node in model.nodes:
        opening, closing = _MERMAID_SHAPES.get(family_of(node), ("[", "]"))
        label = _mermaid_text(title_of(node))
        subtitle = subtitle_of(node)
        if subtitle != title_of(node):
            label += f"<br/>{_mermaid_text(subtitle)}"
        family = family_of(node)
        style = f":::{family.value}" if family else ""
        lines.append(f'  {ids[node.id]}{opening}"{label}"{closing}{style}')
    lines += [
        f"  {ids[edge.source]} {_mermaid_arrow(edge)} {ids[edge.target]}"
        for edge in model.edges
        if edge.source in ids and edge.target in ids
    ]
    present = {family_of(node) for node in model.nodes}
    for family, (on_light, _) in FAMILY_COLOURS.items():
        if family in present:
            lines.append(f"  classDef {family.value} fill:{on_light},stroke:{on_light},color:#fff")
    return "\n".join(lines) + "\n"


def _mermaid_arrow(edge: Edge) -> str:
    if edge.kind in DATA:
        return "-->"
    if edge.kind in ATTACHED:
        return "-.-"
    word = {EdgeKind.LOOP_BODY: "each", EdgeKind.TRIGGERS: "starts"}.get(edge.kind, edge.outcome)
    return f'-.->|"{_mermaid_text(word)}"|' if word else "-.->"


def _mermaid_ids(node_ids: Iterable[str]) -> dict[str, str]:
    """Safe and readable names; `n_` keeps them from being keywords such as `end`."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for node_id in node_ids:
        name = "n_" + re.sub(r"[^A-Za-z0-9_]", "_", node_id)[:60]
        unique, number = name, 1
        while unique in taken:
            number += 1
            unique = f"{name}_{number}"
        taken.add(unique)
        found[node_id] = unique
    return found


def _mermaid_text(text: str) -> str:
    """Everything but letters, digits and quiet punctuation as a character entity.

    >>> _mermaid_text('a "b" <c>')
    'a #34;b#34; #60;c#62;'
    """
    shown = one_line(text, 80)
    # Mermaid reads "1. " and "- " at the start of a label as Markdown lists.
    quiet = " _,/:()…" if re.match(r"\d+\.|-", shown) else " _-.,/:()…"
    return "".join(c if c.isalnum() or c in quiet else f"#{ord(c)};" for c in shown)


# SVG ------------------------------------------------------------------------------------------


def to_svg(model: DataModel, theme: Theme = Theme.BOTH) -> str:
    """The model as one self-contained SVG picture, by itself for light and dark pages.

    Nodes stand where the model places them (stretched until no two cards touch), or in a
    layered layout when any position is missing. Ends with a newline.
    """
    from lakewright.datamodel.picture import draw

    return draw(model, theme)
