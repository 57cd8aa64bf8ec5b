"""Where each box goes when nobody has placed it: a small layered layout from left to right.

Source of the method: Sugiyama, Tagawa and Toda (1981), "Methods for visual understanding of
hierarchical system structures": ranks, crossing reduction by barycentres, then coordinates.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Point = tuple[float, float]

# Beyond this many bends, long edges run straight: a picture that large is not read edge by edge.
MAX_BENDS = 5_000
SWEEPS = 8


@dataclass(frozen=True, slots=True)
class Placing:
    """A finished layout.

    Attributes:
        at: Node id -> upper left corner of its card, both coordinates >= 0.
        bends: (source, target) -> points in the middle of the ranks that a long edge crosses,
            in the order of the edge as given.
    """

    at: Mapping[str, Point]
    bends: Mapping[tuple[str, str], tuple[Point, ...]]


def left_to_right(
    nodes: Sequence[str], edges: Iterable[tuple[str, str]]
) -> tuple[list[list[str]], list[str]]:
    """Columns in which everything stands right of what it waits for, and what a loop holds back.

    >>> left_to_right(["a", "b", "c", "d"], [("a", "b"), ("c", "d"), ("d", "c")])
    ([['a'], ['b']], ['c', 'd'])
    """
    known = set(nodes)
    waiting: dict[str, int] = dict.fromkeys(nodes, 0)
    following: dict[str, list[str]] = {node: [] for node in nodes}
    for source, target in dict.fromkeys(edges):
        if source in known and target in known:
            waiting[target] += 1
            following[source].append(target)
    columns: list[list[str]] = []
    ready = [node for node in nodes if waiting[node] == 0]
    while ready:
        columns.append(ready)
        freed = []
        for node in ready:
            for target in following[node]:
                waiting[target] -= 1
                if waiting[target] == 0:
                    freed.append(target)
        ready = freed
    return columns, [node for node in nodes if waiting[node] > 0]


def place(
    nodes: Sequence[str],
    edges: Sequence[tuple[str, str]],
    attachments: Sequence[tuple[str, str]] = (),
    *,
    step_x: float,
    step_y: float,
    width: float,
) -> Placing:
    """Place cards in columns so that edges run left to right and cross little.

    Args:
        nodes: Ids without duplicates; their order settles every tie, so equal drawings give
            equal pictures.
        edges: Pairs of ids. Loops and edges to unknown nodes are ignored.
        attachments: Pairs that say nothing about order (compute, grants, containment). A node
            that only lends itself in this way goes on a shelf above the columns.
        step_x, step_y: Distance between the corners of neighbouring columns and rows.
        width: Width of a card; bends lie in the middle of it.
    """
    flowing = {end for pair in edges for end in pair}
    attached = {source for source, _ in attachments} - flowing
    main = [node for node in nodes if node not in attached]
    if not flowing:
        return _place_columns(nodes, attachments, step_x, step_y, width)
    placing = _place_columns(main, edges, step_x, step_y, width)
    shelves = _shelves([node for node in nodes if node in attached], attachments, placing.at)
    return _with_shelves(placing, shelves, attachments, step_x, step_y)


def _place_columns(
    nodes: Sequence[str],
    edges: Iterable[tuple[str, str]],
    step_x: float,
    step_y: float,
    width: float,
) -> Placing:
    arrows = _without_loops(nodes, edges)
    rank = _ranks(nodes, arrows)
    columns, chains = _columns(nodes, arrows, rank)
    neighbours = _neighbours(chains.values())
    _uncross(columns, neighbours)
    y = _heights(columns, neighbours, step_y)
    top = min(y.values(), default=0.0)

    at = {node: (rank[node] * step_x, y[node] - top) for node in nodes}
    bends: dict[tuple[str, str], tuple[Point, ...]] = {}
    for (source, target), chain in chains.items():
        inner = tuple(
            ((rank[source] + place_in_chain + 1) * step_x + width / 2, y[bend] - top)
            for place_in_chain, bend in enumerate(chain[1:-1])
        )
        if inner:
            bends[source, target] = inner
            bends[target, source] = inner[::-1]
    return Placing(at=at, bends=bends)


def _shelves(
    nodes: Sequence[str], attachments: Sequence[tuple[str, str]], placed: Mapping[str, Point]
) -> list[list[str]]:
    """Rows above the columns, nearest first: what touches a placed node, what touches that ..."""
    beside: dict[str, list[str]] = defaultdict(list)
    for source, target in attachments:
        beside[source].append(target)
        beside[target].append(source)
    waiting, below, rows = list(nodes), set(placed), list[list[str]]()
    while waiting:
        row = [node for node in waiting if any(other in below for other in beside[node])]
        if not row:  # attached to nothing but each other
            rows.append(waiting)
            break
        rows.append(row)
        below = set(row)
        waiting = [node for node in waiting if node not in below]
    return rows


def _with_shelves(
    placing: Placing,
    shelves: Sequence[Sequence[str]],
    attachments: Sequence[tuple[str, str]],
    step_x: float,
    step_y: float,
) -> Placing:
    """Put every shelf card above the middle of what it is attached to."""
    at = dict(placing.at)
    beside: dict[str, list[str]] = defaultdict(list)
    for source, target in attachments:
        beside[source].append(target)
        beside[target].append(source)
    widest = max(6, 1 + round(max((x for x, _ in at.values()), default=0.0) / step_x))

    y = 0.0
    for shelf in shelves:
        wish = {}
        for node in shelf:
            known = [at[other][0] for other in beside[node] if other in at]
            wish[node] = sum(known) / len(known) if known else 0.0
        ordered = sorted(shelf, key=lambda node: wish[node])
        # Neighbours go to different rows, so that each stays near its wish.
        rows = -(-len(ordered) // widest)
        for row in range(rows):
            y -= step_y
            members = ordered[row::rows]
            for node, x in zip(
                members, _spread([wish[node] for node in members], step_x), strict=True
            ):
                at[node] = (round(x / 4) * 4.0, y)

    left = min((x for x, _ in at.values()), default=0.0)
    return Placing(
        at={node: (x - left, height - y) for node, (x, height) in at.items()},
        bends={
            edge: tuple((x - left, height - y) for x, height in points)
            for edge, points in placing.bends.items()
        },
    )


def _without_loops(nodes: Sequence[str], edges: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Every edge once, with those that close a loop turned round."""
    known = set(nodes)
    following: dict[str, list[str]] = {node: [] for node in nodes}
    for source, target in dict.fromkeys(edges):
        if source in known and target in known and source != target:
            following[source].append(target)

    # A depth-first walk without recursion: an edge to a node still on the path closes a loop.
    on_path, finished = set[str](), set[str]()
    arrows: dict[tuple[str, str], None] = {}
    for root in nodes:
        if root in finished:
            continue
        on_path.add(root)
        path = [(root, iter(following[root]))]
        while path:
            node, rest = path[-1]
            target = next(rest, "")
            if not target:
                path.pop()
                on_path.discard(node)
                finished.add(node)
            elif target in on_path:
                arrows[target, node] = None
            else:
                arrows[node, target] = None
                if target not in finished:
                    on_path.add(target)
                    path.append((target, iter(following[target])))
    return list(arrows)


def _ranks(nodes: Sequence[str], arrows: Sequence[tuple[str, str]]) -> dict[str, int]:
    """Longest path from the left; then sources move right until they touch what they feed."""
    columns, _ = left_to_right(nodes, arrows)
    rank = {node: number for number, column in enumerate(columns) for node in column}
    fed = {target for _, target in arrows}
    nearest: dict[str, int] = {}
    for source, target in arrows:
        if source not in fed:
            nearest[source] = min(nearest.get(source, rank[target]), rank[target])
    return rank | {source: column - 1 for source, column in nearest.items()}


def _columns(
    nodes: Sequence[str], arrows: Sequence[tuple[str, str]], rank: Mapping[str, int]
) -> tuple[list[list[str]], dict[tuple[str, str], list[str]]]:
    """Nodes by rank, with a bend in every column that a long edge crosses."""
    columns: list[list[str]] = [[] for _ in range(max(rank.values(), default=-1) + 1)]
    for node in nodes:
        columns[rank[node]].append(node)

    wanted = sum(rank[target] - rank[source] - 1 for source, target in arrows)
    chains: dict[tuple[str, str], list[str]] = {}
    for number, (source, target) in enumerate(arrows):
        between = range(rank[source] + 1, rank[target]) if wanted <= MAX_BENDS else range(0)
        chain = [source]
        for column in between:
            bend = f"\0{number}.{column}"  # no YAML text holds a NUL, so no node has this id
            columns[column].append(bend)
            chain.append(bend)
        chains[source, target] = [*chain, target]
    return columns, chains


def _neighbours(chains: Iterable[Sequence[str]]) -> dict[str, tuple[list[str], list[str]]]:
    """Everything directly left and right of each node and bend."""
    beside: dict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for chain in chains:
        for left, right in itertools.pairwise(chain):
            beside[left][1].append(right)
            beside[right][0].append(left)
    return beside


def _uncross(
    columns: list[list[str]], neighbours: Mapping[str, tuple[list[str], list[str]]]
) -> None:
    """Order each column by where its neighbours are, to and fro until it settles."""
    row = {name: index for column in columns for index, name in enumerate(column)}
    for sweep in range(SWEEPS):
        side = sweep % 2
        before = dict(row)
        for column in columns if side == 0 else reversed(columns):
            wish = {}
            for name in column:
                beside = neighbours[name][side] if name in neighbours else []
                wish[name] = (
                    sum(row[other] for other in beside) / len(beside) if beside else row[name]
                )
            column.sort(key=lambda name: wish[name])
            row.update((name, index) for index, name in enumerate(column))
        if row == before:
            return


def _heights(
    columns: Sequence[Sequence[str]],
    neighbours: Mapping[str, tuple[Sequence[str], Sequence[str]]],
    step: float,
) -> dict[str, float]:
    """Pull every card towards the middle of its neighbours, never closer than `step`."""
    y = {
        name: (index - (len(column) - 1) / 2) * step
        for column in columns
        for index, name in enumerate(column)
    }
    # Small drawings can afford to settle until their lines are straight.
    for sweep in range(6 * SWEEPS if len(y) < 1_000 else SWEEPS):
        for column in columns if sweep % 2 == 0 else reversed(columns):
            wishes = []
            for name in column:
                left, right = neighbours.get(name, ((), ()))
                beside = [*left, *right]
                wishes.append(
                    sum(y[other] for other in beside) / len(beside) if beside else y[name]
                )
            y.update(zip(column, _spread(wishes, step), strict=True))
    y = {name: round(height / 4) * 4.0 for name, height in y.items()}
    _straighten(columns, neighbours, y, step)
    return y


def _straighten(
    columns: Sequence[Sequence[str]],
    neighbours: Mapping[str, tuple[Sequence[str], Sequence[str]]],
    y: dict[str, float],
    step: float,
) -> None:
    """Level the lines that are nearly level: a slight bend reads as a mistake."""
    for column in columns:
        for index, name in enumerate(column):
            left = neighbours.get(name, ((), ()))[0]
            wish = y[left[0]] if len(left) == 1 else y[name]
            above = y[column[index - 1]] if index else wish - step
            below = y[column[index + 1]] if index + 1 < len(column) else wish + step
            near = abs(wish - y[name]) <= 12
            if near and wish - above >= step - 8 and below - wish >= step - 8:
                y[name] = wish


def _spread(wishes: Sequence[float], step: float) -> list[float]:
    """The heights nearest to `wishes` (least squares) that keep order and a distance of `step`.

    Subtracting `step * index` leaves an isotonic regression, solved by pooling neighbours that
    disagree (Barlow et al. 1972).

    >>> _spread([0.0, 0.0], 10)
    [-5.0, 5.0]
    >>> _spread([0.0, 50.0], 10)
    [0.0, 50.0]
    """
    pools: list[tuple[float, int]] = []  # (sum, count)
    for index, wish in enumerate(wishes):
        total, count = wish - step * index, 1
        while pools and pools[-1][0] / pools[-1][1] > total / count:
            earlier, size = pools.pop()
            total, count = total + earlier, count + size
        pools.append((total, count))
    levels = [total / count for total, count in pools for _ in range(count)]
    return [level + step * index for index, level in enumerate(levels)]
