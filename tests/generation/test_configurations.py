"""Configurations are named settings; mistakes are findings, inactive ones count for nothing."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lakewright.generation.configurations import (
    Configurations,
    configurations_json_schema,
    read_configurations,
)

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
        {"big": {"num_workers": 8}},
        {"tags": {"team": "sales"}},
        {"owner": "sales"},
        connection={"host": "https://x.example"},
    )


def test_a_later_file_wins() -> None:
    first, _ = read_configurations({"configurations": [BIG]}, FILE, Configurations())
    second, _ = read_configurations(
        {"configurations": [{**BIG, "config": {"num_workers": 1}}]}, FILE, first
    )

    assert second.clusters["big"] == {"num_workers": 1}
    assert first.clusters["big"] == {"num_workers": 8}


def _read(*entries: dict[str, Any]) -> Configurations:
    read, found = read_configurations({"configurations": list(entries)}, FILE, Configurations())
    assert found == []
    return read


def test_a_target_overrides_a_recipe_that_a_model_that_the_workspace_key_by_key() -> None:
    known = _read(
        {**BIG, "scope": "target", "scope_ref": "prod", "config": {"num_workers": 32}},
        {**BIG, "scope": "recipe", "scope_ref": "all", "config": {"num_workers": 16}},
        {**BIG, "scope": "model", "scope_ref": "orders", "config": {"num_workers": 4, "a": 1}},
        {**BIG, "config": {"num_workers": 8, "spark_version": "16.4"}},
    )

    def workers(**place: str) -> Any:
        return known.at(**place).clusters["big"]

    assert workers(model="customers") == {"num_workers": 8, "spark_version": "16.4"}
    assert workers(model="orders") == {"num_workers": 4, "spark_version": "16.4", "a": 1}
    assert workers(model="orders", recipe="all")["num_workers"] == 16
    assert workers(model="orders", recipe="all", target="prod")["num_workers"] == 32
    assert known.targets() == {"prod"}


def test_jobs_variables_and_connections_are_overridden_too() -> None:
    place = {"scope": "recipe", "scope_ref": "all"}
    known = _read(
        {"name": "j", "type": "job", "config": {"timeout_seconds": 10}},
        {"name": "j", "type": "job", "config": {"timeout_seconds": 20}, **place},
        {"name": "v", "type": "variables", "config": {"owner": "sales"}, **place},
        {"name": "c", "type": "connection", "config": {"host": "https://y.example"}, **place},
    )

    assert known.at() == Configurations(job={"timeout_seconds": 10})
    assert known.at(recipe="all") == Configurations(
        job={"timeout_seconds": 20},
        variables={"owner": "sales"},
        connection={"host": "https://y.example"},
    )


def test_the_schema_knows_the_settings_of_each_type() -> None:
    schema = configurations_json_schema()

    assert "num_workers" in schema["$defs"]["cluster"]["properties"]
    assert "timeout_seconds" in schema["$defs"]["job"]["properties"]
    assert "name" not in schema["$defs"]["job"]["properties"]
    entry = schema["properties"]["configurations"]["items"]
    assert [each["if"]["properties"]["type"]["const"] for each in entry["allOf"]] == [
        "cluster",
        "job",
        "connection",
    ]


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
        pytest.param(
            {"configurations": [{**BIG, "scope": "job"}]}, "configurations.0.scope", id="scope"
        ),
        pytest.param(
            {"configurations": [{**BIG, "scope": "model"}]},
            "configurations.0.scope_ref",
            id="a model without a name",
        ),
        pytest.param(
            {"configurations": [{**BIG, "scope_ref": "orders"}]},
            "configurations.0.scope_ref",
            id="a workspace with a name",
        ),
        pytest.param(
            {
                "configurations": [
                    {"name": "v", "type": "variables", "scope": "target", "scope_ref": "dev"}
                ]
            },
            "configurations.0.scope",
            id="variables of a target",
        ),
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
                st.sampled_from(["name", "type", "config", "is_active", "scope", "scope_ref", "x"]),
                inner,
                max_size=4,
            )
        ),
        max_leaves=10,
    )
)
def test_whatever_the_file_holds_reading_it_never_fails(value: Any) -> None:
    read_configurations(value, FILE, Configurations())
    read_configurations({"configurations": [value]}, FILE, Configurations())
