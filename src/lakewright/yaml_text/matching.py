"""Which item of an old list became which item of the new one?"""

import json
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

Identity = Callable[[Any], Hashable | None]

# difflib compares everything with everything in the worst case; above this many pairs items
# are matched by position, which costs a larger diff and never a wrong result.
_MOST_PAIRS = 250_000


def identity_of(item: Any) -> Hashable | None:
    """What makes a list item itself: its `id`; the ends and type of an edge; its `name`.

    >>> identity_of({"source": "a", "target": "b", "type": "data_flow"})
    ('edge', 'a', 'b', 'data_flow')
    """
    if not isinstance(item, Mapping):
        return None
    if isinstance(item.get("id"), (str, int)):
        return ("id", item["id"])
    ends = (item.get("source"), item.get("target"), item.get("type", ""))
    if all(isinstance(end, str) for end in ends):
        return ("edge", *ends)
    if isinstance(item.get("name"), str):
        return ("name", item["name"])
    return None


def match_items(
    old: Sequence[Any], new: Sequence[Any], identity: Identity = identity_of
) -> list[int | None]:
    """For each new item the index of the old item it continues, or None when it is new.

    Items with an identity are matched by it, in any order; what is left over between the same
    two neighbours is matched as the longest common run, then one by one when two maps share
    most of their entries (a renamed node keeps its comments). Without identities everything
    is left over.
    """
    matched: list[int | None] = [None] * len(new)
    old_names = _unique(old, identity)
    new_names = _unique(new, identity)
    for name, position in new_names.items():
        matched[position] = old_names.get(name)

    taken = {index for index in matched if index is not None}
    for news, olds in _gaps(matched, len(old), taken):
        named = bool(old_names) or bool(new_names)
        for old_index, new_index in _in_order(old, olds, new, news, strict=named):
            matched[new_index] = old_index
    return matched


def longest_rising(indices: Sequence[int]) -> set[int]:
    """The most indices that can stay where they are; the others have moved.

    >>> sorted(longest_rising([3, 0, 1, 2]))
    [0, 1, 2]

    Source: patience sorting (Fredman, 1975, "On computing the length of longest increasing
    subsequences").
    """
    tops: list[int] = []
    before: dict[int, int | None] = {}
    for index in indices:
        pile = bisect_left(tops, index)
        before[index] = tops[pile - 1] if pile else None
        tops[pile : pile + 1] = [index]
    staying: set[int] = set()
    step = tops[-1] if tops else None
    while step is not None:
        staying.add(step)
        step = before[step]
    return staying


def _unique(items: Sequence[Any], identity: Identity) -> dict[Hashable, int]:
    names = [identity(item) for item in items]
    counts = Counter(names)
    return {n: i for i, n in enumerate(names) if n is not None and counts[n] == 1}


def _gaps(
    matched: Sequence[int | None], old_length: int, taken: set[int]
) -> list[tuple[list[int], list[int]]]:
    """Unmatched new items and the unmatched old ones that stood at the same place."""
    gaps: list[tuple[list[int], list[int]]] = []
    news: list[int] = []
    after = -1
    for position, index in enumerate([*matched, old_length]):
        if index is None:
            news.append(position)
            continue
        if news:
            olds = []
            candidate = after + 1
            while candidate < old_length and candidate not in taken:
                olds.append(candidate)
                candidate += 1
            if olds:
                gaps.append((news, olds))
                taken.update(olds)
            news = []
        after = index
    return gaps


def _in_order(
    old: Sequence[Any], olds: list[int], new: Sequence[Any], news: list[int], *, strict: bool
) -> list[tuple[int, int]]:
    """Pairs (old, new) in rising order on both sides."""
    if len(olds) * len(news) > _MOST_PAIRS:
        return _one_by_one(old, olds, new, news, strict=strict)
    matcher = SequenceMatcher(
        None, [_key(old[i]) for i in olds], [_key(new[i]) for i in news], autojunk=False
    )
    pairs: list[tuple[int, int]] = []
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        some_old, some_new = olds[old_from:old_to], news[new_from:new_to]
        if tag == "equal":
            pairs.extend(zip(some_old, some_new, strict=True))
        elif tag == "replace":
            pairs.extend(_one_by_one(old, some_old, new, some_new, strict=strict))
    return pairs


def _one_by_one(
    old: Sequence[Any], olds: list[int], new: Sequence[Any], news: list[int], *, strict: bool
) -> list[tuple[int, int]]:
    pairs = list(zip(olds, news, strict=False))
    if strict:
        pairs = [(o, n) for o, n in pairs if _alike(old[o], new[n])]
    return pairs


def _alike(old: Any, new: Any) -> bool:
    """Whether two named things are one thing that was renamed: most entries are the same."""
    if not isinstance(old, Mapping) or not isinstance(new, Mapping):
        return False
    shared = sum(1 for k in old if k in new and (old[k] == new[k] or _alike(old[k], new[k])))
    return 2 * shared >= max(len(old), len(new))


def _key(item: Any) -> str:
    return json.dumps(item, sort_keys=True, ensure_ascii=True)
