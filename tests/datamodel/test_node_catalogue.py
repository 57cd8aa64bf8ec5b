"""Every node type is described well enough to draw, fill in and document it."""

import json
import subprocess
import sys

import pytest

from lakewright.datamodel.forms.reading import read_properties
from lakewright.datamodel.model import EdgeKind
from lakewright.datamodel.node_types import (
    NODE_TYPES,
    PROPERTY_ALIASES,
    TYPE_ALIASES,
    Emits,
    NodeType,
    catalogue,
    why_not,
)

ROWS = pytest.mark.parametrize("row", NODE_TYPES.values(), ids=lambda row: row.key)

CATALOGUE_OF_THE_REFERENCE = """
    job job_cluster all_purpose_cluster existing_cluster_ref environment sql_warehouse pipeline
    bundle trigger_schedule trigger_periodic trigger_file_arrival trigger_table_update
    trigger_continuous trigger_model notebook sql_query python_script python_wheel jar dbt
    pipeline_refresh dashboard_refresh alert_check merge_upsert select_transform data_quality
    dp_table dp_materialized_view dp_view dp_cdc_flow dp_append_flow dp_sink maintenance condition
    for_each run_job join source_table source_files source_jdbc source_federated source_kafka
    source_share dest_table dest_files dest_kafka dest_jdbc dest_share uc_catalog uc_schema
    uc_volume uc_external_location uc_table uc_view uc_materialized_view uc_streaming_table
    uc_function uc_registered_model uc_connection uc_grants
"""


def test_the_whole_catalogue_is_there() -> None:
    assert sorted(NODE_TYPES) == sorted(CATALOGUE_OF_THE_REFERENCE.split())


@ROWS
def test_a_row_says_what_it_is(row: NodeType) -> None:
    assert row.label
    assert row.summary.endswith(".")
    assert row.icon == row.icon.lower()
    assert set(row.parents) <= set(NODE_TYPES)
    assert set(row.runs_on) <= set(NODE_TYPES)
    assert bool(row.task_field) == (row.is_task or row.writes or row.emits is Emits.PIPELINE)


@ROWS
def test_every_property_has_title_description_group(row: NodeType) -> None:
    schema = row.properties.model_json_schema()
    forms = [schema, *schema.get("$defs", {}).values()]
    for form in forms:
        for name, field in form.get("properties", {}).items():
            assert field["title"], name
            assert field["description"].endswith("."), name
            assert field["group"] in ("basic", "advanced"), name


@ROWS
def test_a_required_property_gives_an_example_or_a_choice(row: NodeType) -> None:
    schema = row.properties.model_json_schema()
    for name in schema.get("required", []):
        field = schema["properties"][name]
        assert field.get("examples") or field.get("enum"), name


@ROWS
def test_the_examples_of_a_form_are_accepted_by_it(row: NodeType) -> None:
    schema = row.properties.model_json_schema()
    for name, field in schema.get("properties", {}).items():
        for example in field.get("examples", []):
            wrong = read_properties(row, {name: example}).faults
            assert not [fault for fault in wrong if fault.path.split(".")[0] == name], example


@ROWS
def test_property_aliases_lead_to_properties_and_hide_none(row: NodeType) -> None:
    names = set(row.properties.model_json_schema().get("properties", {}))
    assert set(PROPERTY_ALIASES[row.key].values()) <= names
    assert not set(PROPERTY_ALIASES[row.key]) & names


def test_the_words_of_the_brief_are_aliases() -> None:
    assert TYPE_ALIASES["transformation"] == "notebook"
    assert PROPERTY_ALIASES["notebook"]["cluster_config"] == "compute"
    assert TYPE_ALIASES["workflow"] == "job"
    assert TYPE_ALIASES["target_table"] == "dest_table"
    assert TYPE_ALIASES["cluster"] == "job_cluster"
    assert "source_table" in NODE_TYPES


def test_no_alias_is_a_type_or_an_alias_of_two() -> None:
    assert not set(TYPE_ALIASES) & set(NODE_TYPES)
    assert len(TYPE_ALIASES) == sum(len(row.aliases) for row in NODE_TYPES.values())


def test_the_catalogue_is_plain_json() -> None:
    assert json.loads(json.dumps(catalogue())) == catalogue()


@pytest.mark.parametrize(
    ("source", "kind", "target", "reason"),
    [
        ("source_table", EdgeKind.DATA_FLOW, "notebook", ""),
        ("notebook", EdgeKind.DATA_FLOW, "notebook", ""),
        ("notebook", EdgeKind.DATA_FLOW, "dest_table", ""),
        ("dest_table", EdgeKind.DATA_FLOW, "maintenance", ""),
        ("uc_volume", EdgeKind.DATA_FLOW, "notebook", ""),
        ("uc_table", EdgeKind.DATA_FLOW, "uc_view", ""),
        ("pipeline", EdgeKind.DEPENDS_ON, "notebook", ""),
        ("condition", EdgeKind.DEPENDS_ON, "notebook", ""),
        ("uc_catalog", EdgeKind.CONTAINS, "uc_schema", ""),
        ("uc_schema", EdgeKind.CONTAINS, "dest_table", ""),
        ("job", EdgeKind.CONTAINS, "notebook", ""),
        ("uc_grants", EdgeKind.GRANTS_ON, "uc_schema", ""),
        ("for_each", EdgeKind.LOOP_BODY, "notebook", ""),
        ("dest_files", EdgeKind.DATA_FLOW, "notebook", "rows leave the model"),
        ("notebook", EdgeKind.DATA_FLOW, "source_files", "read from outside"),
        ("job_cluster", EdgeKind.USES_COMPUTE, "sql_query", "it runs on: SQL warehouse"),
        ("sql_warehouse", EdgeKind.USES_COMPUTE, "jar", "cannot run on SQL warehouse"),
        ("job_cluster", EdgeKind.USES_COMPUTE, "condition", "needs no compute"),
        ("for_each", EdgeKind.LOOP_BODY, "for_each", "cannot be repeated"),
        ("for_each", EdgeKind.LOOP_BODY, "condition", "cannot be repeated"),
        ("uc_table", EdgeKind.DEPENDS_ON, "notebook", "is no task"),
        ("uc_schema", EdgeKind.CONTAINS, "notebook", "it belongs in: Job"),
        ("notebook", EdgeKind.GRANTS_ON, "uc_table", "gives no privileges"),
        ("trigger_schedule", EdgeKind.TRIGGERS, "notebook", "only a job can"),
    ],
)
def test_which_edges_may_be_drawn(source: str, kind: EdgeKind, target: str, reason: str) -> None:
    said = why_not(NODE_TYPES[source], NODE_TYPES[target], kind)
    assert reason in said
    assert bool(said) == bool(reason)


def test_reading_the_catalogue_of_names_loads_no_pydantic() -> None:
    program = "import sys, lakewright.datamodel.node_types; sys.exit('pydantic' in sys.modules)"
    paths = ":".join(sys.path)
    done = subprocess.run([sys.executable, "-c", program], env={"PYTHONPATH": paths}, check=False)
    assert done.returncode == 0
