"""Each rule finds its mistake and leaves the mended drawing alone."""
# ruff: noqa: E501 - a case is a row of a table

from dataclasses import dataclass
from typing import Any

import pytest

from lakewright.datamodel.checks import RULES, check_model, check_structure
from lakewright.datamodel.graph import index
from lakewright.datamodel.model import DataModel, Edge, Node, Position
from lakewright.datamodel.rules.rule import draw
from lakewright.diagnostics import Diagnostic, Severity, has_errors
from tests.datamodel.drawings import Nodes, drawn

FULL = {"catalog": "c", "schema": "s"}
COLUMNS = [{"name": "id", "type": "BIGINT"}, {"name": "day", "type": "DATE"}]


@dataclass(frozen=True)
class Case:
    """A drawing with a mistake, the same without it, and where the mistake is said to be."""

    rule: str
    bad: Nodes
    good: Nodes
    bad_edges: tuple[str, ...] = ()
    good_edges: tuple[str, ...] = ()
    at: str = ""
    property: str = ""


def table(**properties: Any) -> tuple[str, dict[str, Any]]:
    return "uc_table", {**FULL, "name": "t", "columns": COLUMNS, **properties}


def task(**properties: Any) -> tuple[str, dict[str, Any]]:
    return "notebook", properties


def one(
    rule: str, bad: Any, good: Any, *, property: str = "", edges: tuple[str, ...] = (), **more: Any
) -> Case:
    """A mistake in node `n`; `more` are the other nodes, the same in both drawings."""
    return Case(rule, {"n": bad, **more}, {"n": good, **more}, edges, edges, "n", property)


def lines(
    rule: str, nodes: Nodes, bad: tuple[str, ...], good: tuple[str, ...], at: str = ""
) -> Case:
    """A mistake in the edges."""
    return Case(rule, nodes, nodes, bad, good, at)


AB = {"a": "notebook", "b": "notebook"}
MERGE = {"keys": ["id"], "target": "c.s.t", "query": "SELECT 1"}
SOURCE_JDBC = {"table": "t", "url": "jdbc:x", "connection": None}
CASES = [
    Case("model-has-nodes", {}, {"a": "notebook"}),
    one("node-id-is-a-key", "notebook", "notebook"),
    one("node-name-is-readable", Node("n", "notebook", "a\nb"), Node("n", "notebook", "ünïcode 🚀")),
    one("node-name-is-readable", Node("n", "notebook", "\u202eevil"), Node("n", "notebook", "x" * 255)),
    one("node-name-is-readable", Node("n", "notebook", "x" * 256), Node("n", "notebook", "a`;--")),
    one("position-is-a-place", Node("n", "jar", position=Position(float("nan"), 0)),
        Node("n", "jar", position=Position(1, 2))),
    one("node-type-is-known", "notebok", "notebook"),
    Case("node-ids-differ-in-more-than-case", {"a": "jar", "A": "jar"}, {"a": "jar", "b": "jar"}, at="A"),
    lines("edge-ends-exist", AB, ("a data_flow gone",), ("a data_flow b",), "a"),
    lines("edge-joins-two-nodes", AB, ("a depends_on a",), ("a depends_on b",), "a"),
    lines("edge-is-drawn-once", AB, ("a depends_on b", "a depends_on b"), ("a depends_on b",), "b"),
    lines("edge-is-allowed", {**AB, "c": "job_cluster"}, ("a uses_compute b",), ("c uses_compute b",), "b"),
    lines("outcome-belongs-to-a-condition", {**AB, "c": "condition"}, ("a depends_on b true",),
          ("c depends_on b true",), "a"),
    lines("outcome-belongs-to-a-condition", {**AB, "c": "condition"}, ("c depends_on b maybe",),
          ("c depends_on b false",), "c"),
    lines("condition-has-a-branch", {**AB, "c": "condition"}, ("c depends_on b",),
          ("c depends_on b true",), "c"),
    lines("tasks-do-not-wait-in-a-circle", AB, ("a depends_on b", "b depends_on a"), ("a depends_on b",), "a"),
    lines("tasks-do-not-wait-in-a-circle", {"a": "notebook", "b": "notebook", "c": "notebook"},
          ("a data_flow b", "b depends_on c", "c depends_on a"), ("a data_flow b", "b depends_on c"), "a"),
    lines("rows-do-not-flow-in-a-circle", {**AB, "t": table()}, ("a data_flow t", "t data_flow a"),
          ("a data_flow t", "t data_flow b"), "a"),
    lines("task-has-one-compute", {"a": "jar", "c": "job_cluster", "d": "environment"},
          ("c uses_compute a", "d uses_compute a"), ("c uses_compute a",), "a"),
    lines("node-lives-in-one-place", {"a": "jar", "j": "job", "k": "job"},
          ("j contains a", "k contains a"), ("j contains a",), "a"),
    lines("for-each-has-one-body", {**AB, "f": "for_each"}, ("f loop_body a", "f loop_body b"),
          ("f loop_body a",), "f"),
    lines("loop-body-stands-alone", {**AB, "f": "for_each"}, ("f loop_body a", "a depends_on b"),
          ("f loop_body a", "f depends_on b"), "a"),
    lines("loop-body-stands-alone", {**AB, "f": "for_each", "g": "for_each"},
          ("f loop_body a", "g loop_body a"), ("f loop_body a", "g loop_body b"), "a"),
    lines("node-is-connected", {"s": "source_table", "b": "notebook"}, (), ("s data_flow b",), "s"),
    lines("destination-receives-rows", {"d": "dest_table", "b": "notebook"}, (), ("b data_flow d",), "d"),
    lines("rows-have-a-carrier", {"s": "source_files", "a": "notebook", "t": table()},
          ("s data_flow t",), ("s data_flow a", "a data_flow t"), "t"),
    Case("nothing-waits-for-a-disabled-node", {"a": Node("a", "jar", enabled=False), "b": "jar"},
         {"a": "jar", "b": "jar"}, ("a depends_on b",), ("a depends_on b",), "b"),
    lines("join-brings-branches-together", {**AB, "j": "join", "e": "jar"}, ("a depends_on j", "j depends_on e"),
          ("a depends_on j", "b depends_on j", "j depends_on e"), "j"),
    lines("pipeline-code-is-in-a-pipeline", {"d": "dp_table", "p": "pipeline", "q": "pipeline"}, (),
          ("p contains d",), "d"),
    Case("pipeline-is-not-empty", {"p": "pipeline"}, {"p": "pipeline", "d": "dp_table"}, at="p"),
    lines("task-belongs-to-a-job", {"a": "jar", "j": "job", "k": "job"}, (), ("j contains a",), "a"),
    lines("dependency-stays-in-one-job", {**AB, "j": "job", "k": "job"},
          ("j contains a", "k contains b", "a depends_on b"),
          ("j contains a", "j contains b", "a depends_on b"), "b"),
    lines("job-has-one-trigger", {"j": "job", "s": "trigger_schedule", "t": "trigger_periodic", "k": "job"},
          ("s triggers j", "t triggers j"), ("s triggers j", "t triggers k"), "j"),
    lines("trigger-starts-a-job", {"j": "job", "k": "job", "s": "trigger_schedule"}, (), ("s triggers j",), "s"),
    Case("job-has-tasks", {"j": "job"}, {"j": "job", "a": "jar"}, at="j"),
    Case("job-has-at-most-a-thousand-tasks", {f"n{i}": "notebook" for i in range(1001)},
         {f"n{i}": "notebook" for i in range(1000)}),
    Case("model-has-one-bundle", {"a": "bundle", "b": "bundle"}, {"a": "bundle"}, at="b"),
    lines("grants-are-on-something", {"g": "uc_grants", "t": table()}, (), ("g grants_on t",), "g"),
    one("property-has-its-form", table(name=None), table(), property="name"),
    one("property-has-its-form", table(columns=[{"name": "a"}]), table(), property="columns.0.type"),
    one("property-has-its-form", ("job", {"max_concurrent_runs": "2"}), ("job", {"max_concurrent_runs": 2}),
        property="max_concurrent_runs"),
    one("property-has-its-form", task(disabled="yes"), task(disabled=True), property="disabled"),
    one("property-has-its-form", table(cluster_by=["id", 3]), table(cluster_by="AUTO"), property="cluster_by.1"),
    one("property-has-its-form", table(columns=[{"name": "m", "type": "STRING", "mask_fn": {}}]),
        table(columns=[{"name": "m", "type": "STRING", "mask_fn": "c.s.f"}]),
        property="columns.0.mask_fn.function"),
    one("property-has-its-form", ("job", {"max_concurrent_runs": 0}),
        ("job", {"max_concurrent_runs": "${var.runs}"}), property="max_concurrent_runs"),
    one("property-is-known", table(formt="delta"), table(format="delta"), property="formt"),
    one("property-is-known", table(columns=[{"name": "a", "type": "INT", "coment": "x"}]), table(),
        property="columns.0.coment"),
    one("choice-is-made", ("source_jdbc", {**SOURCE_JDBC, "query": "SELECT 1"}), ("source_jdbc", SOURCE_JDBC),
        property="query"),
    one("choice-is-made", ("source_jdbc", {"url": "jdbc:x"}), ("source_jdbc", SOURCE_JDBC), property="table"),
    one("choice-is-made", table(cluster_by=["id"], partitioned_by=["day"]), table(cluster_by=["id"]),
        property="partitioned_by"),
    one("property-has-what-it-needs", table(table_type="EXTERNAL"),
        table(table_type="EXTERNAL", location="s3://b/t"), property="location"),
    one("property-has-what-it-needs", ("dest_table", {"table": "c.s.t", "write_mode": "merge"}),
        ("dest_table", {"table": "c.s.t", "write_mode": "merge", "merge_keys": ["id"]}), property="merge_keys"),
    one("property-has-what-it-needs", ("uc_volume", {**FULL, "name": "v", "volume_type": "EXTERNAL"}),
        ("uc_volume", {**FULL, "name": "v"}), property="storage_location"),
    one("bounds-are-in-order", ("job_cluster", {"autoscale": {"min_workers": 5, "max_workers": 2}}),
        ("job_cluster", {"autoscale": {"min_workers": 2, "max_workers": 5}}), property="autoscale.max_workers"),
    one("bounds-are-in-order", ("sql_warehouse", {"min_num_clusters": 5}), "sql_warehouse"),
    one("autotermination-is-allowed", ("all_purpose_cluster", {"cluster_name": "c", "autotermination_minutes": 5}),
        ("all_purpose_cluster", {"cluster_name": "c", "autotermination_minutes": 0})),
    one("library-is-of-one-kind", task(libraries=[{"whl": "/a.whl", "jar": "/b.jar"}]),
        task(libraries=[{"whl": "/a.whl"}]), property="libraries.0"),
    one("principal-is-one", ("job", {"permissions": [{"level": "CAN_VIEW"}]}),
        ("job", {"permissions": [{"level": "CAN_VIEW", "group_name": "g"}]}), property="permissions.0"),
    one("principal-is-one", ("job", {"run_as": {}}), ("job", {"run_as": {"user_name": "a@b.c"}}), property="run_as"),
    one("no-secret-is-written-down", task(base_parameters={"password": "hunter2"}),
        task(base_parameters={"password": "{{secrets/a/b}}"}), property="base_parameters.password"),
    one("no-secret-is-written-down", task(source_code="t = 'dapi" + "0" * 32 + "'"),
        task(source_code="t = dbutils.secrets.get('a', 'b')"), property="source_code"),
    one("no-secret-is-written-down", ("source_jdbc", {"url": "jdbc:x://h?user=a&password=geheim", "table": "t"}),
        ("source_jdbc", {"url": "jdbc:x://h", "table": "t"}), property="url"),
    one("no-secret-is-written-down", ("source_jdbc", {"url": "jdbc:x://me:geheim@h/d", "table": "t"}),
        ("source_jdbc", {"url": "jdbc:x://h/d", "table": "t"}), property="url"),
    one("path-stays-where-it-is", task(notebook_path="/Workspace/../etc"), task(notebook_path="/Workspace/a..b"),
        property="notebook_path"),
    one("path-stays-where-it-is", ("python_script", {"python_file": "src\\a.py"}),
        ("python_script", {"python_file": "src/a.py"}), property="python_file"),
    one("notebook-path-is-absolute", task(notebook_path="clean"), task(notebook_path="/Workspace/clean")),
    one("file-of-the-bundle-is-relative", ("sql_query", {"path": "/etc/passwd.sql"}),
        ("sql_query", {"path": "src/a.sql"}), property="path"),
    one("storage-path-is-one", ("source_files", {"path": "ftp://x", "format": "csv"}),
        ("source_files", {"path": "/Volumes/c/s/v/x", "format": "csv"}), property="path"),
    one("storage-path-is-one", ("source_files", {"path": "/Volumes/c/s", "format": "csv"}),
        ("source_files", {"path": "${var.landing}/x", "format": "csv"}), property="path"),
    one("storage-path-is-one", table(table_type="EXTERNAL", location="/Volumes/c/s/v"),
        table(table_type="EXTERNAL", location="abfss://c@a.x/t"), property="location"),
    one("storage-is-governed", ("source_files", {"path": "dbfs:/mnt/x", "format": "csv"}),
        ("source_files", {"path": "gs://b/x", "format": "csv"}), property="path"),
    one("job-parameter-is-declared", task(base_parameters={"a": "{{job.parameters.contry}}"}),
        task(base_parameters={"a": "{{job.parameters.country}}"}), property="base_parameters.a",
        j=("job", {"parameters": [{"name": "country"}]})),
    one("task-value-comes-from-a-task-before", task(base_parameters={"a": "{{tasks.gone.values.x}}"}),
        task(base_parameters={"a": "{{tasks.b.values.x}}"}), edges=("b depends_on n",), b="notebook"),
    lines("task-value-comes-from-a-task-before",
          {"a": "notebook", "b": task(base_parameters={"x": "{{tasks.a.values.x}}"})}, (), ("a depends_on b",), "b"),
    one("dynamic-reference-is-known", task(base_parameters={"a": "{{ my_variable }}"}),
        task(base_parameters={"a": "{{job.run_id}}"}), property="base_parameters.a"),
    lines("input-is-read-in-a-loop", {"a": task(base_parameters={"x": "{{input}}"}), "f": "for_each"}, (),
          ("f loop_body a",), "a"),
    lines("task-has-compute", {"a": ("jar", {"main_class_name": "A"}), "c": "job_cluster"}, (),
          ("c uses_compute a",), "a"),
    one("task-has-compute", ("dbt", {"commands": ["dbt run"]}), ("dbt", {"commands": ["dbt run"], "warehouse_id": "1"})),
    lines("scala-runs-on-a-cluster", {"a": task(language="SCALA"), "c": "job_cluster"}, (), ("c uses_compute a",), "a"),
    one("named-compute-fits", ("sql_query", {"compute": "c"}), task(compute="c"), property="compute", c="job_cluster"),
    lines("libraries-have-a-cluster", {"a": task(libraries=[{"whl": "/x.whl"}]), "c": "job_cluster"}, (),
          ("c uses_compute a",), "a"),
    one("continuous-job-runs-once", ("job", {"max_concurrent_runs": 2}), "job", property="max_concurrent_runs",
        edges=("t triggers n",), t="trigger_continuous"),
    one("cron-is-quartz", ("trigger_schedule", {"quartz_cron_expression": "30 5 * * *"}),
        ("trigger_schedule", {"quartz_cron_expression": "0 30 5 * * ?"}), property="quartz_cron_expression"),
    one("time-zone-exists", ("trigger_schedule", {"quartz_cron_expression": "0 0 5 * * ?", "timezone_id": "Europe/Berln"}),
        ("trigger_schedule", {"quartz_cron_expression": "0 0 5 * * ?", "timezone_id": "Europe/Berlin"})),
    lines("trigger-knows-what-to-watch", {"t": "trigger_table_update", "s": table()}, (), ("s data_flow t",), "t"),
    lines("trigger-knows-what-to-watch", {"t": "trigger_file_arrival", "s": ("uc_volume", {**FULL, "name": "v"})}, (),
          ("s data_flow t",), "t"),
    one("watched-tables-have-full-names", ("trigger_table_update", {"table_names": ["orders"]}),
        ("trigger_table_update", {"table_names": ["c.s.orders"]}), property="table_names.0"),
    Case("job-does-not-start-itself", {"n": ("run_job", {"job": "j"}), "j": "job", "k": "job"},
         {"n": ("run_job", {"job": "k"}), "j": "job", "k": "job"}, ("j contains n",), ("j contains n",), "j"),
    one("refreshed-pipeline-is-in-the-model", ("pipeline_refresh", {"pipeline": "q"}), ("pipeline_refresh", {"pipeline": "p"}),
        property="pipeline", p="pipeline"),
    one("names-in-a-list-differ", ("job", {"parameters": [{"name": "a"}, {"name": "A"}]}),
        ("job", {"parameters": [{"name": "a"}, {"name": "b"}]}), property="parameters.1.name"),
    Case("compute-keys-differ", {"a": "job_cluster", "b": ("job_cluster", {"job_cluster_key": "a"})},
         {"a": "job_cluster", "b": "job_cluster"}, at="b", property="job_cluster_key"),
    one("job-names-differ", ("job", {"name": "x"}), ("job", {"name": "y"}), other=("job", {"name": "x"})),
    one("bundle-has-one-default-target",
        ("bundle", {"name": "b", "targets": [{"name": "a", "default": True}, {"name": "b", "default": True}]}),
        ("bundle", {"name": "b", "targets": [{"name": "a", "default": True}]}), property="targets"),
    one("dbt-command-is-one", ("dbt", {"commands": ["run"]}), ("dbt", {"commands": ["dbt run"]}), property="commands.0"),
    one("git-task-has-a-repository", task(source="GIT", notebook_path="a"), task(notebook_path="/a"), property="source"),
    one("run-if-has-something-to-ask", task(run_if="ALL_DONE"), task(), property="run_if"),
    one("continuous-pipeline-is-no-task", ("pipeline", {**FULL, "continuous": True}), ("pipeline", FULL),
        edges=("n depends_on b",), b="notebook"),
    one("table-has-a-full-address", ("uc_table", {"name": "t", "catalog": "c"}), table(), property="schema"),
    one("table-has-a-full-address", ("uc_schema", {"name": "s"}), ("uc_schema", {"name": "s", "catalog": "c"})),
    one("object-name-is-one", table(name="a b"), table(name="a`;--"), property="name"),
    one("object-name-is-one", ("uc_catalog", {"name": "a/b"}), ("uc_catalog", {"name": "${var.catalog}"})),
    one("object-name-is-one", table(name="x" * 256), table(name="🚀" * 255), property="name"),
    one("object-name-is-one", table(name="a\nb"), table(name="שלום"), property="name"),
    Case("table-is-declared-once", {"a": table(), "b": table(name="T")}, {"a": table(), "b": table(name="u")}, at="b"),
    Case("object-is-declared-once", {"a": ("uc_catalog", {"name": "c"}), "b": ("uc_catalog", {"name": "C"})},
         {"a": ("uc_catalog", {"name": "c"}), "b": ("uc_catalog", {"name": "d"})}, at="b"),
    one("column-names-differ", table(columns=[*COLUMNS, {"name": "ID", "type": "INT"}]), table(), property="columns.2.name"),
    one("column-name-is-plain", table(columns=[{"name": "order id", "type": "INT"}]),
        table(columns=[{"name": "order id", "type": "INT"}], tblproperties={"delta.columnMapping.mode": "name"}),
        property="columns.0.name"),
    one("column-type-is-known", table(columns=[{"name": "a", "type": "INTT"}]),
        table(columns=[{"name": "a", "type": "STRUCT<x: INT>"}]), property="columns.0.type"),
    one("column-type-is-known", table(columns=[{"name": "a", "type": "INT); DROP TABLE x; --"}]), table(),
        property="columns.0.type"),
    one("named-columns-exist", table(primary_key=["idd"]), table(primary_key=["ID"]), property="primary_key.0"),
    one("clustering-has-few-columns", table(columns=[], cluster_by=list("abcde")), table(columns=[], cluster_by=list("abcd")),
        property="cluster_by"),
    one("managed-table-is-delta-or-iceberg", table(format="csv"), table(format="DELTA"), property="format"),
    one("managed-storage-has-no-location", table(location="s3://b/t"), table(), property="location"),
    one("foreign-key-reaches-a-key", table(foreign_keys=[{"columns": ["id"], "references": "othr"}]),
        table(foreign_keys=[{"columns": ["id"], "references": "other"}]), property="foreign_keys.0.references",
        other=table(name="o", primary_key=["id"])),
    one("foreign-key-reaches-a-key", table(foreign_keys=[{"columns": ["id"], "references": "c.s.o"}]),
        table(foreign_keys=[{"columns": ["id"], "references": "c.s.o", "referenced_columns": ["id"]}]),
        property="foreign_keys.0", other=table(name="o")),
    one("column-is-filled-in-one-way", table(columns=[{"name": "a", "type": "INT", "identity": {}}]),
        table(columns=[{"name": "a", "type": "BIGINT", "identity": {}}]), property="columns.0.type"),
    one("column-is-filled-in-one-way", table(columns=[{"name": "a", "type": "INT", "default": "1", "generated_expr": "2"}]),
        table(columns=[{"name": "a", "type": "INT", "default": "1"}]), property="columns.0.generated_expr"),
    one("partitions-leave-columns", table(partitioned_by=["id", "day"]), table(partitioned_by=["day"]), property="partitioned_by"),
    one("files-are-kept-for-a-week", ("maintenance", {"op": "vacuum", "table": "a.b.c", "retain_hours": 1}),
        ("maintenance", {"op": "vacuum", "table": "a.b.c", "retain_hours": 168}), property="retain_hours"),
    one("zorder-and-clustering-exclude-each-other", ("maintenance", {"op": "zorder", "zorder_by": ["id"]}),
        ("maintenance", {"op": "optimize"}), edges=("t data_flow n",), t=table(cluster_by=["id"])),
    one("named-table-has-three-levels", ("maintenance", {"op": "optimize", "table": "t"}),
        ("maintenance", {"op": "optimize", "table": "${var.catalog}.s.t"}), property="table"),
    one("task-knows-its-tables", ("merge_upsert", {"keys": ["id"], "query": "SELECT 1"}), ("merge_upsert", MERGE), property="target"),
    one("task-knows-its-tables", ("maintenance", {"op": "optimize"}), ("maintenance", {"op": "optimize", "table": "a.b.c"})),
    one("transformed-rows-go-somewhere", ("select_transform", {"query": "SELECT 1"}),
        ("select_transform", {"query": "SELECT 1", "target": "a.b.c"})),
    one("aggregate-has-columns", ("select_transform", {"group_by": ["a"]}),
        ("select_transform", {"group_by": ["a"], "select": ["a", "count(*)"]}), property="select"),
    one("stream-is-appended-or-merged", ("dest_table", {"table": "a.b.c", "write_mode": "overwrite"}),
        ("dest_table", {"table": "a.b.c"}), edges=("k data_flow n",), property="write_mode", k="source_kafka"),
    one("time-travel-is-in-batch", ("source_table", {"table": "a.b.c", "read_mode": "stream", "as_of": {"version": 1}}),
        ("source_table", {"table": "a.b.c", "as_of": {"version": 1}}), property="as_of"),
    one("federated-source-is-reachable", ("source_federated", {"query": "SELECT 1"}),
        ("source_federated", {"query": "SELECT 1", "connection": "x"}), property="connection"),
    one("jdbc-login-is-a-secret", ("source_jdbc", SOURCE_JDBC),
        ("source_jdbc", {"table": "t", "connection": "shop"}), property="password_secret"),
    one("pipeline-node-has-rows", ("dp_table", {"name": "t"}), ("dp_table", {"name": "t", "query": "SELECT 1"}), property="query"),
    one("flow-has-a-target", ("dp_append_flow", {"query": "SELECT 1"}), ("dp_append_flow", {"query": "SELECT 1", "target": "t"})),
    one("history-is-kept-in-type-2", ("dp_cdc_flow", {"keys": ["id"], "sequence_by": "at", "track_history": ["a"]}),
        ("dp_cdc_flow", {"keys": ["id"], "sequence_by": "at", "track_history": ["a"], "scd_type": 2})),
    one("privilege-fits-its-object", ("uc_grants", {"principal": "p", "privileges": ["SELEKT"]}),
        ("uc_grants", {"principal": "p", "privileges": ["SELECT"]}), property="privileges.0"),
    one("privilege-fits-its-object", ("uc_grants", {"principal": "p", "privileges": ["READ_VOLUME"]}),
        ("uc_grants", {"principal": "p", "privileges": ["MODIFY"]}), edges=("n grants_on t",), t=table()),
]  # fmt: skip


def named(case: Case) -> str:
    return case.rule


def found_by(rule: str, model: DataModel) -> list[Diagnostic]:
    return [found for found in check_model(model) if found.rule == rule]


@pytest.mark.parametrize("case", [c for c in CASES if c.rule != "node-id-is-a-key"], ids=named)
def test_the_mistake_is_found_with_place_problem_and_remedy(case: Case) -> None:
    found = found_by(case.rule, drawn(case.bad, *case.bad_edges))
    assert found, case.rule
    for one_found in found:
        assert one_found.problem.endswith((".", "?"))
        assert one_found.remedy.strip().endswith((".", "?"))
        assert one_found.where.file == "models/m.yaml"
    assert any(
        f.where.node == case.at and case.property in ("", f.where.property) for f in found
    ) or not case.at, found  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=named)
def test_the_mended_drawing_has_no_such_finding(case: Case) -> None:
    assert found_by(case.rule, drawn(case.good, *case.good_edges)) == []


def test_every_rule_has_a_case_a_docstring_and_a_name_of_its_own() -> None:
    ids = [rule.id for rule in RULES]
    assert len(set(ids)) == len(ids)
    assert {case.rule for case in CASES} | {"node-id-is-unique", "group-holds-nodes"} == set(ids)
    for rule in RULES:
        assert rule.documentation.endswith("."), rule.id


@pytest.mark.parametrize(
    ("node_id", "sound"),
    [("load_1-a", True), ("x" * 100, True), ("x" * 101, False), ("", False), ("a b", False),
     ("a`b", False), ("a'b", False), ("a\nb", False), ("a;--", False), ("🚀", False),
     ("../a", False), ("שלום", False), ("x" * 255, False), ("x" * 256, False), ("${var.x}", False)],
)  # fmt: skip
def test_an_id_is_a_key(node_id: str, sound: bool) -> None:
    model = DataModel("m", nodes=(Node(node_id, "notebook"),))
    assert (found_by("node-id-is-a-key", model) == []) is sound


def test_two_nodes_of_one_id_are_found() -> None:
    model = DataModel("m", nodes=(Node("a", "jar"), Node("a", "jar"), Node("b", "jar")))
    [found] = found_by("node-id-is-unique", model)
    assert found.where.node == "a"


def test_a_circle_of_500_is_named_without_listing_all() -> None:
    nodes = tuple(Node(f"n{at:03}", "notebook") for at in range(500))
    edges = tuple(Edge(f"n{at:03}", f"n{(at + 1) % 500:03}") for at in range(500))
    [found] = found_by("rows-do-not-flow-in-a-circle", DataModel("m", nodes=nodes, edges=edges))
    assert "500 nodes" in found.problem
    assert "n000 -> n001" in found.problem
    assert len(found.problem) < 400


def test_slips_are_answered_with_what_was_meant() -> None:
    [wrong_type] = found_by("node-type-is-known", drawn({"a": "source_tabel"}))
    assert "Did you mean 'source_table'?" in wrong_type.remedy
    [wrong_value] = found_by("property-has-its-form", drawn({"a": table(table_type="managed")}))
    assert "Did you mean 'MANAGED'?" in wrong_value.remedy
    [wrong_key] = found_by("property-is-known", drawn({"a": table(formt="delta")}))
    assert wrong_key.severity is Severity.WARNING
    assert "Did you mean 'format'?" in wrong_key.remedy
    [own_key] = found_by("property-is-known", drawn({"a": table(zzz_owner="sales")}))
    assert own_key.severity is Severity.INFO


def test_the_model_of_the_brief_has_nothing_above_info() -> None:
    model = drawn(
        {
            "node_001": ("source_table",
                         {"catalog": "main", "schema": "raw", "table": "customers", "format": "delta"}),
            "node_002": ("notebook", {"notebook_path": "/Workspace/transforms/clean_customers",
                                      "compute": "standard_cluster"}),
        },
        "node_001 data_flow node_002",
    )  # fmt: skip
    assert {found.severity for found in check_model(model)} <= {Severity.INFO}


def test_disabled_nodes_may_be_unfinished() -> None:
    model = drawn({"a": Node("a", "uc_table", enabled=False)})
    assert not has_errors(check_model(model))


def test_structure_alone_is_what_the_structure_rules_find() -> None:
    model = drawn(AB, "a depends_on b", "b depends_on a")
    assert [found.rule for found in check_structure(model)] == ["tasks-do-not-wait-in-a-circle"]


def test_findings_come_in_the_same_order_whatever_the_order_of_the_edges() -> None:
    edges = ["a depends_on b", "b depends_on a", "a data_flow gone", "b uses_compute a"]
    assert check_model(drawn(AB, *edges)) == check_model(drawn(AB, *edges[::-1]))


def test_a_drawing_of_structure_reads_no_properties() -> None:
    assert draw(index(drawn(AB)), with_properties=False).readings == {}
