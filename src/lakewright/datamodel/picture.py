"""The SVG picture of a data model: cards, edges, a legend, for light and dark pages."""

import itertools
import math
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from types import MappingProxyType

from lakewright.datamodel.drawing import (
    ATTACHED,
    CONTROL,
    DATA,
    FAMILY_COLOURS,
    FAMILY_LABELS,
    Theme,
    family_of,
    label_of,
    one_line,
    subtitle_of,
    title_of,
)
from lakewright.datamodel.layout import Placing, Point, place
from lakewright.datamodel.model import DataModel, Edge, EdgeKind, Node
from lakewright.datamodel.node_types import Family

# Pixels. Everything sits on a grid of 4.
CARD_WIDTH, CARD_HEIGHT = 216.0, 52.0
GAP_X, GAP_Y = 72.0, 24.0
MARGIN = 32.0
HEADER, FOOTER = 68.0, 44.0
# A drawing that would have to grow more than this was not drawn for cards of this size.
MAX_STRETCH = 4.0

# Presentation lives in classes with plain colours: custom properties are not understood by
# every program that turns SVG into pixels.
_LIGHT = {
    "page": "#fbfcfd",
    "card": "#ffffff",
    "line": "#d5dbe3",
    "text": "#18212e",
    "muted": "#5a6676",
    "data": "#6b7a8f",
    "control": "#8a72a8",
    "attached": "#a3adba",
}
_DARK = {
    "page": "#0f141c",
    "card": "#19202b",
    "line": "#323c4a",
    "text": "#e8ecf2",
    "muted": "#9aa6b6",
    "data": "#8a99ad",
    "control": "#a890c8",
    "attached": "#5d6878",
}

# 16 by 16, drawn with a line of 1.5.
_ICONS: Mapping[Family | None, str] = MappingProxyType(
    {
        Family.SOURCE: "M2.5 4c0-1.2 2.5-2 5.5-2s5.5.8 5.5 2-2.5 2-5.5 2-5.5-.8-5.5-2zM2.5 4v8"
        "c0 1.2 2.5 2 5.5 2s5.5-.8 5.5-2V4M2.5 8c0 1.2 2.5 2 5.5 2s5.5-.8 5.5-2",
        Family.TRANSFORMATION: "M5 4.5 1.5 8 5 11.5M11 4.5 14.5 8 11 11.5M9.2 2.8 6.8 13.2",
        Family.DESTINATION: "M2 3h12v10H2zM2 6.5h12M6.5 6.5V13",
        Family.CONTROL: "M8 1.5 14.5 8 8 14.5 1.5 8zM8 5.5V8l1.8 1.4",
        Family.JOB_AND_COMPUTE: "M2 2.5h12v4.5H2zM2 9h12v4.5H2zM4.7 4.8h.1M4.7 11.3h.1",
        Family.UNITY_CATALOG: "M8 1.8 14.5 5 8 8.2 1.5 5zM1.5 8 8 11.2 14.5 8"
        "M1.5 11 8 14.2 14.5 11",
        None: "M8 1.8a6.2 6.2 0 1 0 .01 0zM6.2 6.2c.2-1 .9-1.5 1.8-1.5 1.1 0 1.9.7 1.9 1.6 "
        "0 1.3-1.9 1.4-1.9 2.7M8 11.4h.01",
    }
)

_KINDS: tuple[tuple[str, frozenset[EdgeKind], str], ...] = (
    ("data", DATA, "Data"),
    ("control", CONTROL, "Order"),
    ("attached", ATTACHED, "Attached"),
)


def draw(model: DataModel, theme: Theme = Theme.BOTH) -> str:
    """The picture as SVG text; equal models give equal bytes."""
    nodes = list({node.id: node for node in model.nodes}.values())
    known = {node.id for node in nodes}
    edges = [e for e in model.edges if e.source in known and e.target in known]
    placing = _drawn_by_hand(nodes) or _laid_out(nodes, edges)
    at = placing.at

    width = max((x for x, _ in at.values()), default=0.0) + CARD_WIDTH + 2 * MARGIN
    bottom = max((y for _, y in at.values()), default=0.0) + CARD_HEIGHT
    inner = max(
        (y + CARD_HEIGHT / 2 for points in placing.bends.values() for _, y in points), default=0.0
    )
    width = max(width, 640.0)
    height = HEADER + max(bottom, inner) + FOOTER + MARGIN / 2
    moved = {node: (x + MARGIN, y + HEADER) for node, (x, y) in at.items()}
    bends = {
        ends: tuple((x + MARGIN, y + CARD_HEIGHT / 2 + HEADER) for x, y in points)
        for ends, points in placing.bends.items()
    }

    title = title_of(Node(model.id, "", model.name))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(width)} {_n(height)}" '
        f'width="{_n(width)}" height="{_n(height)}" role="img" aria-labelledby="lw-title">',
        f'<title id="lw-title">{_e(title)}</title>',
        f"<style>{_style(theme)}</style>",
        f"<defs>{_markers()}</defs>",
        '<rect class="lw-page" width="100%" height="100%"/>',
        f'<text class="lw-title" x="{_n(MARGIN)}" y="34">{_e(_fit(title, width - 64, 17))}</text>',
        f'<text class="lw-sub" x="{_n(MARGIN)}" y="52">{_e(_summary(nodes, edges))}</text>',
    ]
    for name, kinds, _ in reversed(_KINDS):
        parts += [_edge(edge, moved, bends, name) for edge in edges if edge.kind in kinds]
    parts += [_card(node, moved[node.id]) for node in nodes]
    parts.append(_legend(nodes, edges, height - FOOTER / 2))
    parts.append("</svg>")
    return "\n".join(parts) + "\n"


@dataclass(frozen=True, slots=True)
class Sketch:
    """A drawing as numbers, to show what a model is like without a word.

    Attributes:
        width, height: Of everything.
        boxes: x, y, width and height of each node's card.
        lines: x and y of both ends of each edge.
    """

    width: float
    height: float
    boxes: tuple[tuple[float, float, float, float], ...]
    lines: tuple[tuple[float, float, float, float], ...]


def sketch(model: DataModel) -> Sketch:
    """The picture without colours and texts."""
    nodes = list({node.id: node for node in model.nodes}.values())
    known = {node.id for node in nodes}
    edges = [e for e in model.edges if e.source in known and e.target in known]
    at = (_drawn_by_hand(nodes) or _laid_out(nodes, edges)).at
    lines = []
    for edge in edges:
        (x1, y1), (x2, y2) = at[edge.source], at[edge.target]
        half = CARD_HEIGHT / 2
        lines.append((x1 + CARD_WIDTH, y1 + half, x2, y2 + half))
    return Sketch(
        width=max((x for x, _ in at.values()), default=0.0) + CARD_WIDTH,
        height=max((y for _, y in at.values()), default=0.0) + CARD_HEIGHT,
        boxes=tuple((*at[node.id], CARD_WIDTH, CARD_HEIGHT) for node in nodes),
        lines=tuple(lines),
    )


# Where things stand -----------------------------------------------------------------------------


def _drawn_by_hand(nodes: Sequence[Node]) -> Placing | None:
    """The model's own positions, stretched until cards keep their distance; None when unusable."""
    corners: dict[str, Point] = {}
    for node in nodes:
        position = node.position
        if position is None or not (math.isfinite(position.x) and math.isfinite(position.y)):
            return None
        corners[node.id] = (position.x, position.y)
    stretch = _stretch(corners.values())
    if not corners or stretch > MAX_STRETCH:
        return None
    left = min(x for x, _ in corners.values())
    top = min(y for _, y in corners.values())
    return Placing(
        at={
            node: (_grid((x - left) * stretch), _grid((y - top) * stretch))
            for node, (x, y) in corners.items()
        },
        bends={},
    )


def _stretch(points: Iterable[Point]) -> float:
    """The factor, at least 1, by which points must spread; infinite when two coincide.

    Only cards in neighbouring cells of a grid can touch, and a cell with many points ends the
    search, so ten thousand points take as long as ten times a thousand.
    """
    wide, high = CARD_WIDTH + GAP_X / 2, CARD_HEIGHT + GAP_Y / 2
    cells: dict[tuple[int, int], list[Point]] = defaultdict(list)
    factor = 1.0
    for x, y in points:
        column, row = math.floor(x / wide), math.floor(y / high)
        for near in itertools.product((column - 1, column, column + 1), (row - 1, row, row + 1)):
            for other_x, other_y in cells.get(near, ()):
                across, along = abs(x - other_x), abs(y - other_y)
                needed = min(
                    wide / across if across else math.inf, high / along if along else math.inf
                )
                factor = max(factor, needed)
                if factor > MAX_STRETCH:
                    return factor
        cells[column, row].append((x, y))
    return factor


def _laid_out(nodes: Sequence[Node], edges: Sequence[Edge]) -> Placing:
    # A trigger starts a job, which is a container: both belong beside the flow, not in it.
    beside = ATTACHED | {EdgeKind.TRIGGERS}
    ordered = [(edge.source, edge.target) for edge in edges if edge.kind not in beside]
    attached = [(edge.source, edge.target) for edge in edges if edge.kind in beside]
    return place(
        [node.id for node in nodes],
        ordered,
        attached,
        step_x=CARD_WIDTH + GAP_X,
        step_y=CARD_HEIGHT + GAP_Y,
        width=CARD_WIDTH,
    )


def _grid(value: float) -> float:
    return round(value / 4) * 4.0


# Cards ------------------------------------------------------------------------------------------


def _card(node: Node, at: Point) -> str:
    x, y = at
    family = family_of(node)
    name = family.value if family else "unknown"
    off = "" if node.enabled else " lw-off"
    room = CARD_WIDTH - 46 - 8
    hover = "\n".join(
        line
        for line in (
            f"{title_of(node)} ({one_line(node.id)})",
            label_of(node) + ("" if node.enabled else ", disabled"),
            subtitle_of(node),
            one_line(node.description),
        )
        if line
    )
    return (
        f'<g class="lw-node lw-{name}{off}" transform="translate({_n(x)} {_n(y)})">'
        f"<title>{_e(hover)}</title>"
        f'<rect class="lw-card" width="{_n(CARD_WIDTH)}" height="{_n(CARD_HEIGHT)}" rx="6"/>'
        f'<rect class="lw-tint" x="10" y="12" width="28" height="28" rx="6"/>'
        f'<path class="lw-icon" transform="translate(16 18)" d="{_ICONS[family]}"/>'
        f'<text class="lw-name" x="46" y="23">{_e(_fit(title_of(node), room, 13))}</text>'
        f'<text class="lw-sub" x="46" y="39">{_e(_fit(subtitle_of(node), room, 11))}</text>'
        "</g>"
    )


def _fit(text: str, room: float, size: float) -> str:
    """As much of a text as fits; a path keeps its end, which tells it from its neighbours."""
    if sum(map(_em, text)) * size <= room:
        return text
    backwards = "/" in text
    used = 0.9
    for index, character in enumerate(reversed(text) if backwards else text):
        used += _em(character)
        if used * size > room:
            return "…" + text[len(text) - index :] if backwards else text[:index].rstrip() + "…"
    return text


def _em(character: str) -> float:
    """How wide a character is in a wide sans-serif face, in parts of its size, rather too much."""
    if character in "iljtfrI.,:;'|!()[]{}/ ":
        return 0.4
    if character in "mwMW@%":
        return 0.98
    if unicodedata.combining(character):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.1
    return 0.72 if character.isupper() else 0.65


# Edges ------------------------------------------------------------------------------------------


def _edge(
    edge: Edge,
    at: Mapping[str, Point],
    bends: Mapping[tuple[str, str], Sequence[Point]],
    kind: str,
) -> str:
    (x1, y1), (x2, y2) = at[edge.source], at[edge.target]
    if edge.source == edge.target:
        path = f"M{_n(x1 + CARD_WIDTH)} {_n(y1 + 18)}c40 0 40 -42 0 -42h-40c-24 0 -28 8 -28 24"
        middle = (x1 + CARD_WIDTH, y1 - 16)
    elif abs(y2 - y1) >= CARD_HEIGHT and (kind == "attached" or abs(x2 - x1) < CARD_WIDTH):
        path, middle = _upright(x1, y1, x2, y2)
    elif x2 < x1 + CARD_WIDTH:
        path, middle = _backwards(x1, y1, x2, y2)
    else:
        path, middle = _sideways(
            (x1 + CARD_WIDTH, y1 + CARD_HEIGHT / 2),
            bends.get((edge.source, edge.target), ()),
            (x2, y2 + CARD_HEIGHT / 2),
        )
    word = edge.outcome or ("each" if edge.kind is EdgeKind.LOOP_BODY else "")
    label = (
        f'<text class="lw-word" x="{_n(middle[0])}" y="{_n(middle[1] - 5)}">{_e(word)}</text>'
        if word
        else ""
    )
    return f'<path class="lw-edge lw-{kind}" marker-end="url(#lw-{kind})" d="{path}"/>{label}'


def _upright(x1: float, y1: float, x2: float, y2: float) -> tuple[str, Point]:
    """From the edge of one card that faces the other, up or down."""
    down = y2 > y1
    start = (x1 + CARD_WIDTH / 2, y1 + CARD_HEIGHT if down else y1)
    end = (x2 + CARD_WIDTH / 2, y2 if down else y2 + CARD_HEIGHT)
    pull = max(24.0, abs(end[1] - start[1]) / 2) * (1 if down else -1)
    path = (
        f"M{_n(start[0])} {_n(start[1])}C{_n(start[0])} {_n(start[1] + pull)} "
        f"{_n(end[0])} {_n(end[1] - pull)} {_n(end[0])} {_n(end[1])}"
    )
    return path, ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)


def _backwards(x1: float, y1: float, x2: float, y2: float) -> tuple[str, Point]:
    """Out on the right, back below both cards, in on the left."""
    out, into = y1 + CARD_HEIGHT / 2, y2 + CARD_HEIGHT / 2
    below = max(y1, y2) + CARD_HEIGHT + GAP_Y / 2
    right = x1 + CARD_WIDTH
    path = (
        f"M{_n(right)} {_n(out)}C{_n(right + 36)} {_n(out)} {_n(right + 36)} {_n(below)} "
        f"{_n(right)} {_n(below)}H{_n(x2)}C{_n(x2 - 36)} {_n(below)} {_n(x2 - 36)} {_n(into)} "
        f"{_n(x2)} {_n(into)}"
    )
    return path, ((right + x2) / 2, below)


def _sideways(start: Point, bends: Sequence[Point], end: Point) -> tuple[str, Point]:
    """Out on the right, level through the columns between, in on the left."""
    half = CARD_WIDTH / 2
    stops = [start]
    for x, y in bends:
        stops += [(x - half, y), (x + half, y)]
    stops.append(end)
    path = f"M{_n(start[0])} {_n(start[1])}"
    for index, ((x1, y1), (x2, y2)) in enumerate(itertools.pairwise(stops)):
        if index % 2:
            path += f"H{_n(x2)}"
            continue
        pull = (x2 - x1) / 2
        path += f"C{_n(x1 + pull)} {_n(y1)} {_n(x2 - pull)} {_n(y2)} {_n(x2)} {_n(y2)}"
    after = stops[1]
    return path, ((start[0] + after[0]) / 2, (start[1] + after[1]) / 2)


# Frame ------------------------------------------------------------------------------------------


def _summary(nodes: Sequence[Node], edges: Sequence[Edge]) -> str:
    def count(number: int, noun: str) -> str:
        return f"{number} {noun}" if number == 1 else f"{number} {noun}s"

    return f"{count(len(nodes), 'node')}, {count(len(edges), 'edge')}"


def _legend(nodes: Iterable[Node], edges: Iterable[Edge], y: float) -> str:
    """What the colours and lines mean, only those that occur."""
    present = {family_of(node) for node in nodes}
    kinds = {edge.kind for edge in edges}
    parts, x = [], MARGIN
    for family, label in FAMILY_LABELS.items():
        if family in present:
            parts.append(
                f'<g class="lw-{family.value}"><rect class="lw-dot" x="{_n(x)}" '
                f'y="{_n(y - 8)}" width="10" height="10" rx="3"/></g>'
                f'<text class="lw-key" x="{_n(x + 16)}" y="{_n(y + 1)}">{_e(label)}</text>'
            )
            x += 16 + _length(label) + 20
    for name, members, label in _KINDS:
        if kinds & members:
            parts.append(
                f'<path class="lw-edge lw-{name}" d="M{_n(x)} {_n(y - 3)}h28"/>'
                f'<text class="lw-key" x="{_n(x + 36)}" y="{_n(y + 1)}">{_e(label)}</text>'
            )
            x += 36 + _length(label) + 20
    return "".join(parts)


def _length(text: str) -> float:
    return round(sum(map(_em, text)) * 11)


def _markers() -> str:
    arrow = "M1 1.5 7 5 1 8.5z"
    shapes = {
        "data": arrow,
        "control": arrow,
        "attached": "M2 5a2.5 2.5 0 1 0 5 0 2.5 2.5 0 1 0-5 0z",
    }
    return "".join(
        f'<marker id="lw-{name}" class="lw-tip lw-{name}" viewBox="0 0 8 10" refX="6.5" refY="5" '
        f'markerWidth="8" markerHeight="10" markerUnits="userSpaceOnUse" orient="auto">'
        f'<path d="{shape}"/></marker>'
        for name, shape in shapes.items()
    )


def _style(theme: Theme) -> str:
    """The style sheet: shapes once, then colours for light pages, then those for dark ones."""
    shapes = (
        "text{font-family:Inter,system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',"
        "'DejaVu Sans',sans-serif}"
        ".lw-title{font-size:17px;font-weight:600}"
        ".lw-name{font-size:13px;font-weight:600}"
        ".lw-sub,.lw-key,.lw-word{font-size:11px}"
        ".lw-word{text-anchor:middle;font-weight:600;paint-order:stroke;stroke-width:4px}"
        ".lw-card{stroke-width:1}"
        ".lw-tint{fill-opacity:.14}"
        ".lw-icon{fill:none;stroke-width:1.5;stroke-linecap:round;stroke-linejoin:round}"
        ".lw-edge{fill:none;stroke-width:1.5}"
        ".lw-edge.lw-control{stroke-dasharray:6 4}"
        ".lw-edge.lw-attached{stroke-width:1.25;stroke-dasharray:1 4;stroke-linecap:round}"
        ".lw-off{opacity:.55}"
        ".lw-off .lw-card{stroke-dasharray:4 3}"
    )
    dark = _colours(_DARK, lambda pair: pair[1])
    light = _colours(_LIGHT, lambda pair: pair[0])
    if theme is not Theme.BOTH:
        return shapes + (dark if theme is Theme.DARK else light)
    return f"{shapes}{light}@media (prefers-color-scheme:dark){{{dark}}}"


def _colours(shade: Mapping[str, str], pick: Callable[[tuple[str, str]], str]) -> str:
    rules = [
        f".lw-page{{fill:{shade['page']}}}",
        f".lw-card{{fill:{shade['card']};stroke:{shade['line']}}}",
        f".lw-title,.lw-name{{fill:{shade['text']}}}",
        f".lw-sub,.lw-key,.lw-word{{fill:{shade['muted']}}}",
        f".lw-word{{stroke:{shade['page']}}}",
        f".lw-unknown .lw-tint,.lw-unknown .lw-dot{{fill:{shade['muted']}}}",
        f".lw-unknown .lw-icon{{stroke:{shade['muted']}}}",
    ]
    for name, _, _ in _KINDS:
        rules.append(f".lw-edge.lw-{name}{{stroke:{shade[name]}}}")
        rules.append(f".lw-tip.lw-{name} path{{fill:{shade[name]}}}")
    for family, pair in FAMILY_COLOURS.items():
        colour = pick(pair)
        rules.append(f".lw-{family.value} .lw-tint,.lw-{family.value} .lw-dot{{fill:{colour}}}")
        rules.append(f".lw-{family.value} .lw-icon{{stroke:{colour}}}")
    return "".join(rules)


def _e(text: str) -> str:
    """Text for element content; what XML 1.0 forbids is gone already, but for line breaks."""
    kept = "".join(c for c in text if c == "\n" or (c.isprintable() and ord(c) & 0xFFFF < 0xFFFE))
    return escape(kept, quote=True)


def _n(value: float) -> str:
    """A coordinate with at most two decimals and no trailing zeros."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
