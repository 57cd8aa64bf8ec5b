"""A bundle whose fields are sound can still be wrong between them; each rule finds one thing."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakewright.diagnostics import Severity
from lakewright.generation.resource_checks import (
    RULES,
    SHAPE_RULES,
    check_bundle,
    rule_id,
)

CLUSTER = {"spark_version": "16.4.x-scala2.12", "node_type_id": "i3.xlarge", "num_workers": 2}

BUNDLE: dict[str, Any] = {
    "bundle": {"name": "orders"},
    "include": ["resources/*.yml"],
    "variables": {"catalog": {"default": "main"}},
    "targets": {
        "dev": {"mode": "development", "default": True, "variables": {"catalog": "dev"}},
        "prod": {
            "mode": "production",
            "run_as": {"service_principal_name": "deployer"},
            "workspace": {"root_path": "/Workspace/Shared/orders"},
        },
    },
    "resources": {
        "jobs": {
            "etl": {
                "name": "etl ${bundle.target}",
                "parameters": [{"name": "day", "default": "today"}],
                "schedule": {"quartz_cron_expression": "0 0 6 * * ?", "timezone_id": "UTC"},
                "job_clusters": [{"job_cluster_key": "main", "new_cluster": CLUSTER}],
                "environments": [
                    {"environment_key": "default", "spec": {"environment_version": "4"}}
                ],
                "permissions": [{"level": "CAN_VIEW", "group_name": "analysts"}],
                "tasks": [
                    {
                        "task_key": "load",
                        "job_cluster_key": "main",
                        "notebook_task": {
                            "notebook_path": "../src/load.py",
                            "base_parameters": {"day": "{{job.parameters.day}}"},
                        },
                    },
                    {
                        "task_key": "any",
                        "depends_on": [{"task_key": "load"}],
                        "condition_task": {
                            "op": "GREATER_THAN",
                            "left": "{{tasks.load.values.rows}}",
                            "right": "0",
                        },
                    },
                    {
                        "task_key": "each",
                        "depends_on": [{"task_key": "any", "outcome": "true"}],
                        "for_each_task": {
                            "inputs": "[1, 2]",
                            "concurrency": 2,
                            "task": {
                                "task_key": "one",
                                "environment_key": "default",
                                "spark_python_task": {
                                    "python_file": "../src/one.py",
                                    "parameters": ["{{input}}"],
                                },
                            },
                        },
                    },
                    {
                        "task_key": "refresh",
                        "depends_on": [{"task_key": "each"}],
                        "pipeline_task": {"pipeline_id": "${resources.pipelines.flow.id}"},
                    },
                    {
                        "task_key": "dbt",
                        "environment_key": "default",
                        "dbt_task": {"commands": ["dbt deps", "dbt run"]},
                    },
                ],
            },
            "main": {
                "name": "main",
                "trigger": {
                    "file_arrival": {"url": "s3://a/b", "min_time_between_triggers_seconds": 60}
                },
                "tasks": [
                    {"task_key": "run", "run_job_task": {"job_id": "${resources.jobs.etl.id}"}}
                ],
            },
        },
        "pipelines": {
            "flow": {
                "name": "flow",
                "serverless": True,
                "catalog": "${var.catalog}",
                "schema": "gold",
                "root_path": "../src/flow",
                "libraries": [{"glob": {"include": "../src/flow/**"}}],
            }
        },
        "volumes": {
            "landing": {"name": "landing", "catalog_name": "${var.catalog}", "schema_name": "raw"}
        },
        "clusters": {"shared": {**CLUSTER, "autotermination_minutes": 30}},
    },
}

FILES = ("databricks.yml", "src/load.py", "src/one.py", "src/flow/a.py", "src/notes/x.scala")
DEFINED_IN = {
    f"{group}.{key}": f"resources/{key}.yml"
    for group, entries in BUNDLE["resources"].items()
    for key in entries
}


def rules_broken(bundle: dict[str, Any]) -> set[str]:
    return {fault.rule for fault in check_bundle(bundle, files=FILES, defined_in=DEFINED_IN)}


def test_a_sound_bundle_has_no_faults() -> None:
    assert check_bundle(BUNDLE, files=FILES, defined_in=DEFINED_IN) == []


def put(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    """Set, add (`+` as the last part) or, with `...`, take out a value at a dotted path."""

    def change(bundle: dict[str, Any]) -> None:
        *above, last = path.split(".")
        place: Any = bundle
        for part in above:
            place = place[int(part)] if isinstance(place, list) else place[part]
        if last == "+":
            place.append(value)
        elif value is ...:
            del place[last]
        else:
            place[int(last) if isinstance(place, list) else last] = value

    return change


ETL = "resources.jobs.etl"
MAIN = "resources.jobs.main"
FLOW = "resources.pipelines.flow"
SPARK = f"{ETL}.job_clusters.0.new_cluster"
NOTEBOOK = {"notebook_path": "../src/load.py"}
DEEP = {"task_key": "in", "notebook_task": NOTEBOOK}

CASES = [
    ("task-key-form", "a blank", put(f"{ETL}.tasks.4.task_key", "my task")),
    ("duplicate-task-key", "twice", put(f"{ETL}.tasks.4.task_key", "load")),
    ("duplicate-job-key", "parameter", put(f"{ETL}.parameters.+", {"name": "day", "default": ""})),
    (
        "one-kind-of-work",
        "two kinds",
        put(f"{ETL}.tasks.0.spark_jar_task", {"main_class_name": "a.B"}),
    ),
    ("one-kind-of-work", "none", put(f"{ETL}.tasks.0.notebook_task", ...)),
    (
        "too-many-tasks",
        "1,001",
        put(
            f"{MAIN}.tasks", [{"task_key": f"t{i}", "notebook_task": NOTEBOOK} for i in range(1001)]
        ),
    ),
    ("empty-job", "no tasks", put(f"{MAIN}.tasks", [])),
    ("unknown-dependency", "near", put(f"{ETL}.tasks.3.depends_on.0.task_key", "eahc")),
    ("dependency-cycle", "itself", put(f"{ETL}.tasks.4.depends_on", [{"task_key": "dbt"}])),
    ("dependency-cycle", "a loop", put(f"{ETL}.tasks.0.depends_on", [{"task_key": "refresh"}])),
    ("outcome-needs-condition", "word", put(f"{ETL}.tasks.2.depends_on.0.outcome", "yes")),
    (
        "outcome-needs-condition",
        "of a notebook",
        put(f"{ETL}.tasks.1.depends_on.0.outcome", "true"),
    ),
    ("for-each-body", "concurrency", put(f"{ETL}.tasks.2.for_each_task.concurrency", 101)),
    (
        "for-each-body",
        "a loop in a loop",
        put(
            f"{ETL}.tasks.2.for_each_task.task",
            {"task_key": "in", "for_each_task": {"inputs": "[1]", "task": DEEP}},
        ),
    ),
    (
        "loop-input-outside-loop",
        "parameter",
        put(f"{ETL}.tasks.0.notebook_task.base_parameters.i", "{{input}}"),
    ),
    (
        "undeclared-job-parameter",
        "near",
        put(f"{ETL}.tasks.1.condition_task.right", "{{job.parameters.days}}"),
    ),
    (
        "task-value-not-upstream",
        "later",
        put(f"{ETL}.tasks.0.notebook_task.base_parameters.x", "{{tasks.any.values.v}}"),
    ),
    (
        "task-value-not-upstream",
        "unknown",
        put(f"{ETL}.tasks.1.condition_task.left", "{{ tasks.lod.values.v }}"),
    ),
    (
        "run-job-cycle",
        "each other",
        put(
            f"{ETL}.tasks.+",
            {"task_key": "again", "run_job_task": {"job_id": "${resources.jobs.main.id}"}},
        ),
    ),
    ("one-trigger", "two", put(f"{ETL}.continuous", {"pause_status": "PAUSED"})),
    ("one-trigger", "empty", put(f"{MAIN}.trigger", {"pause_status": "PAUSED"})),
    ("cron-well-formed", "5 fields", put(f"{ETL}.schedule.quartz_cron_expression", "0 6 * * *")),
    ("time-zone-known", "near", put(f"{ETL}.schedule.timezone_id", "Europe/Berlni")),
    (
        "trigger-timers",
        "too short",
        put(f"{MAIN}.trigger.file_arrival.wait_after_last_change_seconds", 5),
    ),
    ("dbt-commands", "eleven", put(f"{ETL}.tasks.4.dbt_task.commands", ["dbt run"] * 11)),
    ("dbt-commands", "not dbt", put(f"{ETL}.tasks.4.dbt_task.commands", ["rm -rf /"])),
    ("unknown-job-cluster", "near", put(f"{ETL}.tasks.0.job_cluster_key", "mian")),
    ("unknown-environment", "near", put(f"{ETL}.tasks.4.environment_key", "defalt")),
    ("compute-missing", "dbt", put(f"{ETL}.tasks.4.environment_key", ...)),
    ("compute-superfluous", "a condition", put(f"{ETL}.tasks.1.job_cluster_key", "main")),
    ("one-compute", "two", put(f"{ETL}.tasks.0.existing_cluster_id", "0923")),
    ("cluster-size", "both", put(f"{SPARK}.autoscale", {"min_workers": 1, "max_workers": 2})),
    ("single-node-cluster", "no workers", put(f"{SPARK}.num_workers", 0)),
    ("single-node-cluster", "with workers", put(f"{SPARK}.is_single_node", True)),
    ("cluster-needs-machines", "no node type", put(f"{SPARK}.node_type_id", ...)),
    ("autotermination", "5 minutes", put("resources.clusters.shared.autotermination_minutes", 5)),
    ("pipeline-compute", "serverless", put(f"{FLOW}.clusters", [{"label": "default"}])),
    ("pipeline-compute", "no schema", put(f"{FLOW}.schema", ...)),
    (
        "retention-check-on",
        "off",
        put(
            f"{FLOW}.configuration",
            {"spark.databricks.delta.retentionDurationCheck.enabled": "false"},
        ),
    ),
    ("resource-key-form", "bundle's name", put("bundle.name", "x-${var.catalog}")),
    (
        "resource-key-form",
        "a reference",
        put("resources.volumes.a ${x}", BUNDLE["resources"]["volumes"]["landing"]),
    ),
    (
        "duplicate-resource-key",
        "two groups",
        put("resources.schemas", {"etl": {"name": "a", "catalog_name": "b"}}),
    ),
    ("direct-engine-needed", "a catalog", put("resources.catalogs", {"c": {"name": "c"}})),
    ("unknown-reference", "variable", put(f"{FLOW}.catalog", "${var.catlog}")),
    (
        "unknown-reference",
        "resource",
        put(f"{ETL}.tasks.3.pipeline_task.pipeline_id", "${resources.pipelines.flw.id}"),
    ),
    ("unknown-reference", "root", put(f"{FLOW}.catalog", "${vars.catalog}")),
    ("default-target", "two", put("targets.prod.default", True)),
    ("production-target", "development", put(f"{FLOW}.development", True)),
    ("target-variables", "near", put("targets.dev.variables", {"catlog": "x"})),
    ("one-principal", "two", put(f"{ETL}.permissions.0.user_name", "a@example.com")),
    ("external-needs-location", "none", put("resources.volumes.landing.volume_type", "EXTERNAL")),
    (
        "external-needs-location",
        "managed",
        put("resources.volumes.landing.storage_location", "s3://a/b"),
    ),
    ("missing-file", "near", put(f"{ETL}.tasks.0.notebook_task.notebook_path", "../src/laod.py")),
    ("missing-file", "outside", put(f"{ETL}.tasks.0.notebook_task.notebook_path", "../../load.py")),
    ("missing-file", "pattern", put(f"{FLOW}.libraries.0.glob.include", "../src/*.sql")),
    ("missing-file", "folder", put(f"{FLOW}.root_path", "../src/flows")),
]


@pytest.mark.parametrize(
    ("rule", "change"), [pytest.param(c[0], c[2], id=f"{c[0]}: {c[1]}") for c in CASES]
)
def test_a_change_breaks_one_rule(rule: str, change: Callable[[dict[str, Any]], None]) -> None:
    bundle = copy.deepcopy(BUNDLE)
    change(bundle)
    assert rules_broken(bundle) == {rule}


def test_continuous_runs_alone() -> None:
    bundle = copy.deepcopy(BUNDLE)
    put(f"{MAIN}.trigger", ...)(bundle)
    put(f"{MAIN}.continuous", {"pause_status": "UNPAUSED"})(bundle)
    assert rules_broken(bundle) == set()
    put(f"{MAIN}.max_concurrent_runs", 2)(bundle)
    assert rules_broken(bundle) == {"continuous-runs-alone"}


def test_production_needs_somebody_and_somewhere() -> None:
    bundle = copy.deepcopy(BUNDLE)
    bundle["targets"]["prod"] = {"mode": "production"}
    [fault] = check_bundle(bundle)
    assert (fault.rule, fault.severity) == ("production-target", Severity.WARNING)


def test_a_scala_notebook_needs_a_cluster() -> None:
    bundle = copy.deepcopy(BUNDLE)
    put(f"{ETL}.tasks.0.notebook_task.notebook_path", "../src/notes/x.scala")(bundle)
    assert rules_broken(bundle) == set()
    put(f"{ETL}.tasks.0.job_cluster_key", ...)(bundle)
    assert rules_broken(bundle) == {"compute-missing"}


def test_the_direct_engine_takes_catalogs() -> None:
    bundle = copy.deepcopy(BUNDLE)
    put("resources.catalogs", {"c": {"name": "c"}})(bundle)
    put("bundle.engine", "direct")(bundle)
    assert rules_broken(bundle) == set()


def test_a_loop_is_named_from_its_least_task() -> None:
    bundle = copy.deepcopy(BUNDLE)
    put(f"{ETL}.tasks.0.depends_on", [{"task_key": "refresh"}])(bundle)
    [fault] = check_bundle(bundle)
    assert "any -> load -> refresh -> each -> any" in fault.problem
    assert fault.path == ("resources", "jobs", "etl", "tasks", 1, "depends_on")


def test_a_long_chain_and_a_long_loop_need_no_recursion() -> None:
    tasks = [
        {"task_key": f"t{i}", "depends_on": [{"task_key": f"t{i + 1}"}], "notebook_task": NOTEBOOK}
        for i in range(5000)
    ]
    end = {"task_key": "t5000", "notebook_task": NOTEBOOK}
    bundle = copy.deepcopy(BUNDLE)
    put(f"{MAIN}.tasks", [*tasks, end])(bundle)
    assert rules_broken(bundle) == {"too-many-tasks"}
    put(f"{MAIN}.tasks", [*tasks, {**end, "depends_on": [{"task_key": "t0"}]}])(bundle)
    assert rules_broken(bundle) == {"too-many-tasks", "dependency-cycle"}


def test_a_target_may_override_a_few_fields() -> None:
    bundle = copy.deepcopy(BUNDLE)
    put("targets.dev.resources", {"schemas": {"raw": {"comment": "x"}}})(bundle)
    assert rules_broken(bundle) == set()
    put("targets.dev.resources", {"jobs": {"etl": {"max_concurent_runs": 2}}})(bundle)
    assert rules_broken(bundle) == {"unknown-field"}


def test_every_rule_is_documented_and_has_a_case() -> None:
    tried = {case[0] for case in CASES} | {"continuous-runs-alone"}
    # These two speak about the Jobs API only; test_resource_shapes has their case.
    tried |= {"absolute-path", "no-bundle-reference"}
    assert {rule_id(rule) for rule in RULES} == tried
    assert all((rule.__doc__ or "").strip() for rule in RULES)


NOISY_TEXTS = ["load", "${var.x}", "${", "{{input}}", "{{tasks.a.values.b}}", "a\0", "**/**/*"]
NOISY_KEYS = ["load", "etl", "task_key", "tasks", "name"]
NOISE = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2000) | st.sampled_from(NOISY_TEXTS),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(NOISY_KEYS) | st.integers(0, 2), inner, max_size=3)
    ),
    max_leaves=6,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    return [
        found
        for key, held in pairs
        for found in [
            (*path, key),
            *(places(held, (*path, key)) if isinstance(held, dict | list) else ()),
        ]
    ]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(places(BUNDLE)), NOISE)
def test_no_value_anywhere_breaks_the_check(path: tuple[Any, ...], value: Any) -> None:
    bundle = copy.deepcopy(BUNDLE)
    place: Any = bundle
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value
    found = check_bundle(bundle, files=FILES, defined_in=DEFINED_IN)
    assert {fault.rule for fault in found} <= {rule_id(rule) for rule in RULES} | set(SHAPE_RULES)
    assert found == check_bundle(bundle, files=FILES, defined_in=DEFINED_IN)
