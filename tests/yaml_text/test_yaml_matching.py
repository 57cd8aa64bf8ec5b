"""Which item continues which."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakewright.yaml_text.matching import identity_of, longest_rising, match_items


def ids(names: str) -> list[dict[str, Any]]:
    return [{"id": name, "k": 1, "l": 2} for name in names]


@pytest.mark.parametrize(
    ("old", "new", "matched"),
    [
        pytest.param(ids("abc"), ids("cab"), [2, 0, 1], id="by id in any order"),
        pytest.param(ids("abc"), ids("axc"), [0, 1, 2], id="a rename between neighbours"),
        pytest.param(ids("a"), [{"id": "x", "other": 1}], [None], id="no rename: all differs"),
        pytest.param(ids("ab"), ids("b"), [1], id="a removal"),
        pytest.param(ids("b"), ids("ab"), [None, 0], id="an addition"),
        pytest.param([1, 2, 3], [1, 9, 3], [0, 1, 2], id="scalars by position"),
        pytest.param([1, 2, 3], [2, 3], [1, 2], id="scalars by common run"),
        pytest.param([], [1], [None], id="nothing to match"),
        pytest.param(ids("aa"), ids("aa"), [0, 1], id="twice the same id: by position"),
    ],
)
def test_items_are_matched(old: list[Any], new: list[Any], matched: list[int | None]) -> None:
    assert match_items(old, new) == matched


def test_what_makes_an_item_itself() -> None:
    assert identity_of({"source": "a", "target": "b"}) == ("edge", "a", "b", "")
    assert identity_of({"name": "n", "type": "t"}) == ("name", "n")
    assert identity_of({"id": 1}) == ("id", 1)
    assert identity_of({"k": 1}) is None
    assert identity_of("a") is None


@settings(max_examples=100, deadline=None)
@given(st.permutations(range(8)))
def test_what_stays_rises_and_no_longer_run_exists(order: list[int]) -> None:
    staying = [i for i in order if i in longest_rising(order)]
    assert staying == sorted(staying)
    best = [1] * len(order)
    for i, item in enumerate(order):
        best[i] += max((best[j] for j in range(i) if order[j] < item), default=0)
    assert len(staying) == max(best)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from("abcd")), st.lists(st.sampled_from("abcd")))
def test_no_old_item_is_used_twice(old: list[str], new: list[str]) -> None:
    found = [i for i in match_items(ids("".join(old)), ids("".join(new))) if i is not None]
    assert len(found) == len(set(found))
    assert all(0 <= i < len(old) for i in found)
