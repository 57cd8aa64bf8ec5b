"""The files of a whole bundle: undo script, Jobs API bodies, README, databricks.yml, lock."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lakewright.datamodel.graph import index
from lakewright.datamodel.model import DataModel, Edge, EdgeKind, Node
from lakewright.generation.bundle import (
    ModelSummary,
    databricks_yml,
    jobs_api_body,
    readme_text,
    undo_text,
)
from lakewright.generation.lockfile import Lock, LockEntry, read_lock, write_lock
from lakewright.generation.recipe import BundleTarget, Recipe, default_recipe

GRAPH = index(
    DataModel(
        "shop",
        nodes=(
            Node("main", "uc_catalog", properties={"name": "main"}),
            Node("silver", "uc_schema", properties={"name": "silver"}),
            Node("orders", "uc_table", properties={"name": "orders"}),
            Node("read", "uc_grants", properties={"principal": "a"}),
        ),
        edges=(
            Edge("main", "silver", EdgeKind.CONTAINS),
            Edge("silver", "orders", EdgeKind.CONTAINS),
        ),
    )
)
ORDER = ["main", "silver", "orders", "read"]


def statements(text: str) -> list[str]:
    return [line for line in text.splitlines() if line and not line.startswith("--")]


def test_undo_drops_what_was_made_last_first() -> None:
    assert statements(undo_text(GRAPH, ORDER, "", {})) == [
        "DROP TABLE IF EXISTS main.silver.orders;",
        "DROP SCHEMA IF EXISTS main.silver;",
        "DROP CATALOG IF EXISTS main;",
    ]


def test_undo_of_a_home_catalog_touches_only_the_catalog_of_its_target() -> None:
    own = {"read": "USE CATALOG IDENTIFIER(:catalog);\n\nREVOKE SELECT ON TABLE silver.orders;"}

    assert statements(undo_text(GRAPH, ORDER, "main", own)) == [
        "USE CATALOG IDENTIFIER(:catalog);",
        "REVOKE SELECT ON TABLE silver.orders;",
        "DROP TABLE IF EXISTS silver.orders;",
        "DROP SCHEMA IF EXISTS silver;",
        "DROP CATALOG IF EXISTS IDENTIFIER(:catalog);",
    ]


def test_nothing_made_needs_no_undo() -> None:
    assert undo_text(GRAPH, [], "main", {}) == ""


def test_a_jobs_api_body_has_absolute_paths_and_values_instead_of_variables() -> None:
    spec = {
        "name": "a",
        "permissions": [{"level": "CAN_VIEW", "group_name": "x"}],
        "parameters": [{"name": "catalog", "default": "${var.catalog}"}],
        "tasks": [
            {"task_key": "n", "notebook_task": {"notebook_path": "../src/shop/tasks/n.py"}},
            {"task_key": "s", "sql_task": {"file": {"path": "../src/shop/tasks/s.sql"}}},
            {"task_key": "r", "run_job_task": {"job_id": "${resources.jobs.b.id}"}},
        ],
    }
    recipe = Recipe("shop", targets=(BundleTarget("prod", root_path="/Workspace/Shared/shop"),))

    body = jobs_api_body(spec, recipe, {"catalog": {"default": "main"}})

    assert body == {
        "name": "a",
        "parameters": [{"name": "catalog", "default": "main"}],
        "tasks": [
            {
                "task_key": "n",
                "notebook_task": {"notebook_path": "/Workspace/Shared/shop/files/src/shop/tasks/n"},
            },
            {
                "task_key": "s",
                "sql_task": {
                    "file": {
                        "path": "/Workspace/Shared/shop/files/src/shop/tasks/s.sql",
                        "source": "WORKSPACE",
                    }
                },
            },
            {"task_key": "r", "run_job_task": {"job_id": "${resources.jobs.b.id}"}},
        ],
    }
    assert spec["tasks"][0] == {
        "task_key": "n",
        "notebook_task": {"notebook_path": "../src/shop/tasks/n.py"},
    }


def test_the_readme_runs_set_up_jobs_before_others_in_the_order_of_the_recipe() -> None:
    def model(name: str) -> ModelSummary:
        jobs = {name: 1, f"{name}_setup": 1}
        return ModelSummary(name, name, "", jobs, (), {}, 2, f"{name}_setup")

    text = readme_text(default_recipe("all", ["b", "a"]), [model("b"), model("a")], False)

    runs = [
        line.split()[3] for line in text.splitlines() if line.startswith("databricks bundle run")
    ]
    assert runs == ["b_setup", "a_setup", "b", "a"]


def test_a_variable_of_the_recipe_counts_before_a_looked_up_one() -> None:
    recipe = Recipe("shop", bundle_variables={"warehouse_id": {"default": "abc"}})

    found = databricks_yml(
        recipe,
        {"warehouse_id": {"description": "Where", "lookup": {"warehouse": "Shared"}}},
        direct=False,
    )

    assert found["variables"] == {"warehouse_id": {"description": "Where", "default": "abc"}}


TEXTS = st.text(max_size=12)
ENTRIES = st.builds(LockEntry, TEXTS, TEXTS, TEXTS, TEXTS, TEXTS)


@given(files=st.dictionaries(TEXTS, ENTRIES, max_size=5), engine=TEXTS, recipe=TEXTS)
def test_a_lock_reads_back_as_it_was_written(
    files: dict[str, LockEntry], engine: str, recipe: str
) -> None:
    lock = Lock(files, engine, recipe)

    text = write_lock(lock)

    assert read_lock(text) == lock
    assert write_lock(Lock(dict(reversed(files.items())), engine, recipe)) == text


def test_a_lock_has_one_line_for_each_file_so_that_branches_merge() -> None:
    lock = Lock({"b": LockEntry("2"), "a": LockEntry("1", model="m")}, "e", "r")

    assert write_lock(lock).splitlines()[1:3] == [
        '"a": {"model": "m", "content": "1"},',
        '"b": {"content": "2"}',
    ]


@pytest.mark.parametrize(
    "text", [None, "", "{", "[]", '{"version": 2, "files": {}}', '{"version": 1}', "7", "null"]
)
def test_what_is_no_lock_is_none(text: str | None) -> None:
    assert read_lock(text) is None


def test_an_empty_lock_is_json() -> None:
    assert json.loads(write_lock(Lock()))["files"] == {}
