"""Which selections of variations are tried."""

from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakewright.templates.coverage import pairwise, variation_sets
from lakewright.templates.template import Template, Variation


def template(*enabled: bool) -> Template:
    made = (Variation(f"v{n}", enabled=on) for n, on in enumerate(enabled))
    return Template("t", "T", variations=tuple(made))


def test_no_variations_are_tried_once() -> None:
    assert variation_sets(template()) == [{}]


@pytest.mark.parametrize("count", [1, 2, 6])
def test_few_variations_are_tried_in_all_combinations(count: int) -> None:
    sets = variation_sets(template(*[False] * count))

    assert len(sets) == 2**count
    assert {tuple(chosen.values()) for chosen in sets} == set(product((False, True), repeat=count))


def test_the_own_selection_comes_first() -> None:
    assert variation_sets(template(True, False))[0] == {"v0": True, "v1": False}
    assert variation_sets(template(*[True] * 8))[0] == dict.fromkeys(
        [f"v{n}" for n in range(8)], True
    )


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 40))
def test_every_pair_takes_all_four_values(count: int) -> None:
    names = [f"v{n}" for n in range(count)]
    rows = pairwise(names)

    for a, b in combinations(names, 2):
        assert {(row[a], row[b]) for row in rows} == set(product((False, True), repeat=2))
    assert all({row[name] for row in rows} == {False, True} for name in names)


@pytest.mark.parametrize(("count", "most"), [(10, 6), (126, 10), (1000, 14)])
def test_many_variations_need_few_selections(count: int, most: int) -> None:
    assert len(pairwise([f"v{n}" for n in range(count)])) == most


def test_equal_templates_give_equal_lists() -> None:
    assert variation_sets(template(*[False] * 9)) == variation_sets(template(*[False] * 9))
