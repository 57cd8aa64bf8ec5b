"""Configurations are named settings; mistakes are findings, inactive ones count for nothing."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lakewright.generation.configurations import Configurations, read_configurations

FILE = "metadata/configurations/all.yaml"
BIG = {"name": "big", "type": "cluster", "config": {"num_workers": 8}}


def test_clusters_jobs_and_variables_are_told_apart() -> None:
    read, found = read_configurations(
        {
            "configurations": [
                BIG,
                {"name": "jobs", "type": "job", "config": {"tags": {"team": "sales"}}},
                {"name": "values", "type": "variables", "config": {"owner": "sales"}},
                {"name": "dev", "type": "connection", "config": {"host": "https://x.example"}},
            ]
        },
        FILE,
        Configurations(),
    )

    assert found == []
    assert read == Configurations(
        {"big": {"num_workers": 8}}, {"tags": {"team": "sales"}}, {"owner": "sales"}
    )


def test_a_later_file_wins() -> None:
    first, _ = read_configurations({"configurations": [BIG]}, FILE, Configurations())
    second, _ = read_configurations(
        {"configurations": [{**BIG, "config": {"num_workers": 1}}]}, FILE, first
    )

    assert second.clusters["big"] == {"num_workers": 1}
    assert first.clusters["big"] == {"num_workers": 8}


def test_what_is_not_active_counts_for_nothing() -> None:
    read, found = read_configurations(
        {"configurations": [{**BIG, "is_active": False}]}, FILE, Configurations()
    )

    assert (read, found) == (Configurations(), [])


def test_an_empty_file_changes_nothing() -> None:
    known = Configurations({"big": {}})

    assert read_configurations(None, FILE, known) == (known, [])


@pytest.mark.parametrize(
    ("value", "place"),
    [
        pytest.param([], "", id="a list"),
        pytest.param({"configurations": {}}, "", id="a map for the list"),
        pytest.param({"configurations": [7]}, "configurations.0", id="no map"),
        pytest.param(
            {"configurations": [{**BIG, "type": "clster"}]}, "configurations.0.type", id="type"
        ),
        pytest.param(
            {"configurations": [{**BIG, "config": []}]}, "configurations.0.config", id="config"
        ),
        pytest.param(
            {"configurations": [{"type": "cluster"}]}, "configurations.0.name", id="no name"
        ),
        pytest.param({"configurations": [{**BIG, "x": 1}]}, "configurations.0.x", id="key"),
    ],
)
def test_a_mistake_is_one_finding_at_its_place(value: Any, place: str) -> None:
    _, [found] = read_configurations(value, FILE, Configurations())

    assert (found.where.file, found.where.property) == (FILE, place)
    assert found.remedy


@given(
    value=st.recursive(
        st.none() | st.integers() | st.text(max_size=4),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["name", "type", "config", "is_active", "x"]), inner, max_size=4
            )
        ),
        max_leaves=10,
    )
)
def test_whatever_the_file_holds_reading_it_never_fails(value: Any) -> None:
    read_configurations(value, FILE, Configurations())
    read_configurations({"configurations": [value]}, FILE, Configurations())
