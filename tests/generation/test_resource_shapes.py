"""A resource has the fields, types and words that Databricks asks for."""

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakewright.generation.resource_checks import SHAPE_RULES, check_jobs_api, check_resource
from lakewright.generation.resource_overlay import GROUPS
from lakewright.generation.resource_types import group_fields, resource_groups

JOB: dict[str, Any] = {
    "name": "orders",
    "max_concurrent_runs": 1,
    "tags": {"team": "data"},
    "permissions": [{"level": "CAN_VIEW", "group_name": "analysts"}],
    "tasks": [
        {
            "task_key": "load",
            "run_if": "ALL_SUCCESS",
            "timeout_seconds": "${var.timeout}",
            "notebook_task": {"notebook_path": "../src/load.py", "base_parameters": {"a": "1"}},
        },
        {"task_key": "refresh", "pipeline_task": {"pipeline_id": "${resources.pipelines.p.id}"}},
        {"task_key": "next", "run_job_task": {"job_id": "${resources.jobs.other.id}"}},
    ],
}


def changed(path: str, value: Any) -> dict[str, Any]:
    """`JOB` with another value at a dotted path."""
    job = copy.deepcopy(JOB)
    *above, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    place: Any = job
    for part in above:
        place = place[part]
    place[last] = value
    return job


def test_a_sound_job_has_no_faults() -> None:
    assert check_resource("jobs", JOB) == []


@pytest.mark.parametrize(
    ("path", "value", "rule", "remedy"),
    [
        pytest.param("max_concurent_runs", 1, "unknown-field", "max_concurrent_runs", id="field"),
        pytest.param("tasks.0.run_if", "ALL_SUCESS", "unknown-word", "ALL_SUCCESS", id="word"),
        pytest.param("tasks.0.run_if", "all_done", "unknown-word", "ALL_DONE", id="word's case"),
        pytest.param("name", 7, "wrong-type", '"7"', id="number for text"),
        pytest.param("name", True, "wrong-type", '"true"', id="boolean for text"),
        pytest.param("max_concurrent_runs", "1", "wrong-type", "without quotes", id="text"),
        pytest.param("max_concurrent_runs", True, "wrong-type", "whole number", id="boolean"),
        pytest.param("max_concurrent_runs", 1.5, "wrong-type", "whole number", id="fraction"),
        pytest.param("tasks", {}, "wrong-type", "a list", id="map for list"),
        pytest.param("tasks.0", "load", "wrong-type", "a map", id="text for map"),
        pytest.param("name", None, "null-value", "leave the field out", id="nothing"),
        pytest.param("tags.cost", 100, "map-values-are-text", '"100"', id="number in a text map"),
        pytest.param("permissions.0.level", "CAN_RUN", "unknown-word", "CAN_MANAGE", id="level"),
        pytest.param("access_control_list", [], "unknown-field", "", id="field of the API only"),
        pytest.param("grants", [], "unknown-field", "", id="grants on a job"),
    ],
)
def test_a_fault_names_its_place_and_its_remedy(
    path: str, value: Any, rule: str, remedy: str
) -> None:
    [fault] = check_resource("jobs", changed(path, value), path="resources.jobs.orders")
    assert fault.rule == rule
    assert ".".join(map(str, fault.path)) == f"resources.jobs.orders.{path}"
    assert remedy in fault.remedy


@pytest.mark.parametrize(
    ("kind", "value", "missing"),
    [
        pytest.param("jobs", {"tasks": [{}]}, {"task_key"}, id="a task's key"),
        pytest.param("schemas", {}, {"name", "catalog_name"}, id="a schema's names"),
        pytest.param(
            "jobs", {"job_clusters": [{"job_cluster_key": "a"}]}, {"new_cluster"}, id="job cluster"
        ),
        pytest.param(
            "schemas",
            {"name": "a", "catalog_name": "b", "grants": [{}]},
            {"principal", "privileges"},
            id="grants",
        ),
        pytest.param(
            "volumes",
            {"name": "a", "catalog_name": "b", "schema_name": "c"},
            set(),
            id="a volume is managed by default",
        ),
    ],
)
def test_missing_fields_are_named(kind: str, value: dict[str, Any], missing: set[str]) -> None:
    found = check_resource(kind, value)
    assert {fault.rule for fault in found} <= {"missing-field"}
    assert {fault.problem.split("'")[1] for fault in found} == missing


@pytest.mark.parametrize("value", ["${var.cluster}", "${resources.clusters.a.id}"])
@pytest.mark.parametrize(
    "path", ["max_concurrent_runs", "tasks.0.run_if", "tasks", "tags", "queue"]
)
def test_a_reference_may_stand_for_any_value(path: str, value: str) -> None:
    assert check_resource("jobs", changed(path, value)) == []


def test_a_reference_inside_a_number_is_no_number() -> None:
    [fault] = check_resource("jobs", changed("max_concurrent_runs", "1${var.x}"))
    assert fault.rule == "wrong-type"


@pytest.mark.parametrize(
    ("kind", "rule", "remedy"),
    [
        pytest.param("job", "unknown-resource-group", "jobs", id="a near word"),
        pytest.param("tables", "unknown-resource-group", "SQL", id="tables are not resources"),
        pytest.param("grants", "unknown-resource-group", "inside", id="nor are grants"),
        pytest.param("genie_spaces", "resource-not-checked", "validate", id="said, not checked"),
    ],
)
def test_kinds_of_resources(kind: str, rule: str, remedy: str) -> None:
    [fault] = check_resource(kind, {"x": 1})
    assert fault.rule == rule
    assert remedy in fault.remedy


@pytest.mark.parametrize("kind", resource_groups())
def test_every_typed_kind_knows_its_fields(kind: str) -> None:
    fields = group_fields(kind)
    assert bool(fields.by_name) == GROUPS[kind].typed
    assert GROUPS[kind].drops.isdisjoint(fields.by_name)


def test_the_jobs_api_takes_its_own_fields_and_no_references() -> None:
    body = {
        "name": "orders",
        "access_control_list": [{"user_name": "a@example.com", "permission_level": "CAN_VIEW"}],
        "tasks": [{"task_key": "a", "notebook_task": {"notebook_path": "/Workspace/a"}}],
    }
    assert check_jobs_api(body) == []
    body["permissions"] = []
    body["tasks"] = [
        {"task_key": "a", "notebook_task": {"notebook_path": "../a.py"}},
        {"task_key": "b", "run_job_task": {"job_id": "${resources.jobs.x.id}"}},
    ]
    assert [(fault.rule, fault.path) for fault in check_jobs_api(body)] == [
        ("unknown-field", ("permissions",)),
        ("absolute-path", ("tasks", 0, "notebook_task", "notebook_path")),
        ("no-bundle-reference", ("tasks", 1, "run_job_task", "job_id")),
        ("wrong-type", ("tasks", 1, "run_job_task", "job_id")),
    ]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["tasks", "task_key", "depends_on", "for_each_task", "task", "name"])
            | st.text(max_size=3)
            | st.integers(),
            inner,
            max_size=4,
        )
    ),
    max_leaves=15,
)


@settings(max_examples=150, deadline=None)
@given(VALUES, st.sampled_from(resource_groups()))
def test_no_value_breaks_the_check(value: Any, kind: str) -> None:
    found = check_resource(kind, value)
    assert {fault.rule for fault in found} <= set(SHAPE_RULES)
    assert found == check_resource(kind, value)
    check_jobs_api(value)


def test_nesting_without_end_is_refused() -> None:
    task: dict[str, Any] = {"task_key": "a"}
    for _ in range(5000):
        task = {"task_key": "a", "for_each_task": {"inputs": "[1]", "task": task}}
    assert "nested-too-deeply" in {f.rule for f in check_resource("jobs", {"tasks": [task]})}
