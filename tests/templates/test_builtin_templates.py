"""What the templates that ship with Lakewright promise, whatever is switched on or given."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from lakewright.datamodel.node_types import NODE_TYPES, Emits
from lakewright.diagnostics import Severity
from lakewright.generation.suggest import suggest
from lakewright.sql.statements import split_statements
from lakewright.templates.checks import check_template
from lakewright.templates.coverage import variation_sets
from lakewright.templates.environment import builtin_macros
from lakewright.templates.library import builtin_templates
from lakewright.templates.template import MISSING, Template, VariableType
from tests.golden.refresh import FOLDER, golden_files
from tests.templates.builtin_renders import (
    NOTEBOOK_HEADERS,
    SUFFIXES,
    TEMPLATE_IDS,
    bindings_of,
    faults_of,
    full_selection,
    own_selection,
    rendered,
    rendered_undo,
    value_sets,
)

CATEGORIES = {
    "table_management",
    "ingestion",
    "transformation",
    "data_quality",
    "pipelines",
    "job_definitions",
    "notebook_orchestration",
    "maintenance",
    "security",
    "unity_catalog",
    "streaming",
    "ml",
    "cost",
    "monitoring",
}
every_template = pytest.mark.parametrize("template_id", TEMPLATE_IDS)


@every_template
def test_every_combination_of_variations_passes_its_gate(template_id: str) -> None:
    template = builtin_templates()[template_id]
    selections = variation_sets(template)

    here = [bindings_of(template, selection) for selection in selections]
    at_home = [bindings_of(template, selection, home_catalog="main") for selection in selections]

    assert faults_of(template.output_type, rendered(template, here + at_home)) == []


@every_template
def test_every_choice_and_every_value_left_out_passes_its_gate(template_id: str) -> None:
    template = builtin_templates()[template_id]

    own = own_selection(template)
    bindings = [bindings_of(template, own, values=values) for values in value_sets(template)]
    bare = value_sets(template)[:2]
    bindings += [bindings_of(template, full_selection(template), values=values) for values in bare]

    assert faults_of(template.output_type, rendered(template, bindings)) == []


@every_template
def test_undo_is_sql_that_passes_the_gate(template_id: str) -> None:
    template = builtin_templates()[template_id]

    undone = [
        rendered_undo(template, bindings_of(template, selection, home_catalog=home))
        for selection in (own_selection(template), full_selection(template))
        for home in ("", "main")
    ]

    assert faults_of("sql", undone) == []


@every_template
def test_what_makes_an_object_can_be_undone(template_id: str) -> None:
    template = builtin_templates()[template_id]
    emitted = {NODE_TYPES[fit.node_type].emits for fit in template.fits}

    assert template.undo or Emits.SETUP_SQL not in emitted


@every_template
def test_the_lint_is_silent(template_id: str) -> None:
    found = check_template(builtin_templates()[template_id], builtin_macros())

    assert [finding for finding in found if finding.severity is not Severity.INFO] == []


@every_template
def test_metadata_is_complete(template_id: str) -> None:
    template = builtin_templates()[template_id]

    assert template.file == f"builtin/{template.category}/{template_id}.yaml"
    assert template.category in CATEGORIES
    assert template.output_type in SUFFIXES
    assert template.description
    assert template.requires
    assert template.tags
    for variable in template.all_variables():
        assert variable.description, variable.name
        assert variable.sample is not MISSING, variable.name
    for variation in template.variations:
        assert variation.name, variation.id
        assert variation.description, variation.id
    for fit in template.fits:
        assert fit.node_type in NODE_TYPES
        assert fit.because


def test_the_library_is_broad() -> None:
    printed: dict[str, set[str]] = {}
    for template in builtin_templates().values():
        printed.setdefault(template.category, set()).add(template.output_type)

    assert set(printed) == CATEGORIES
    assert [category for category, outputs in printed.items() if len(outputs) < 2] == []
    assert len(builtin_templates()) >= 66


@pytest.mark.parametrize(
    ("node_type", "template_id"),
    [("sql_query", "sql_query_file"), ("maintenance", "table_maintenance")],
)
def test_the_plain_template_of_a_node_comes_first(node_type: str, template_id: str) -> None:
    scope = {"node": {"type": node_type}, "role": "task"}

    fitting = suggest("n", "task", scope, builtin_templates().values())

    assert fitting[0].template.id == template_id
    assert len(fitting) > 1


def test_every_node_that_becomes_a_script_has_a_template() -> None:
    served = {fit.node_type for template in builtin_templates().values() for fit in template.fits}
    written = {
        row.key
        for row in NODE_TYPES.values()
        if row.emits in (Emits.SETUP_SQL, Emits.PIPELINE_SOURCE) or row.writes
    } | {
        "notebook",
        "sql_query",
        "python_script",
        "select_transform",
        "merge_upsert",
        "data_quality",
        "maintenance",
    }

    # SQL has no CREATE MODEL: a registered model becomes a resource of the bundle.
    assert written - served == {"uc_registered_model"}


@every_template
def test_the_golden_files_are_what_the_template_prints(template_id: str) -> None:
    folder: Path = FOLDER / template_id

    kept = {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir()}

    assert kept == dict(golden_files(template_id)), "see tests/golden/refresh.py"


@every_template
def test_every_golden_case_passes_its_gate(template_id: str) -> None:
    template = builtin_templates()[template_id]
    suffix = SUFFIXES[template.output_type]
    files = dict(golden_files(template_id))

    texts = [text for name, text in files.items() if name != "undo.sql" and suffix in name]

    assert faults_of(template.output_type, texts) == []


def test_no_golden_folder_is_left_over() -> None:
    assert sorted(folder.name for folder in FOLDER.iterdir()) == list(TEMPLATE_IDS)


def test_every_output_ends_with_one_line_end() -> None:
    for template_id in TEMPLATE_IDS:
        for name, text in golden_files(template_id):
            assert text.endswith("\n"), (template_id, name)
            assert not text.startswith("\n"), (template_id, name)
            if ".py" not in name:  # Python has two empty lines between functions
                assert "\n\n\n" not in text, (template_id, name)
            assert not any(line != line.rstrip() for line in text.split("\n")), (template_id, name)


@pytest.mark.parametrize(
    ("template_id", "values", "line"),
    [
        pytest.param(
            "catalog_setup",
            {"catalog_name": "main"},
            "CREATE CATALOG IF NOT EXISTS IDENTIFIER(:catalog)",
            id="is created",
        ),
        pytest.param(
            "schema_setup",
            {"catalog_name": "main"},
            "CREATE SCHEMA IF NOT EXISTS sales",
            id="gets a schema",
        ),
        pytest.param(
            "grants",
            {"securables": [{"type": "CATALOG", "name": "main"}]},
            "GRANT SELECT ON CATALOG IDENTIFIER(:catalog) TO `order-analysts`;",
            id="is granted",
        ),
    ],
)
def test_the_home_catalog_has_the_name_that_the_job_gives(
    template_id: str, values: dict[str, Any], line: str
) -> None:
    template = builtin_templates()[template_id]
    bindings = bindings_of(template, own_selection(template), home_catalog="main", values=values)

    [text] = rendered(template, [bindings])

    assert line in text.split("\n")
    assert faults_of("sql", [text]) == []


# --- hostile values ---

HOSTILE = "a`b'c\"d\\e; DROP TABLE x; --\n# COMMAND ----------\nf '''\"\"\" $$ {{g}} ${h} é😀"
FREE_SQL = {
    "apply_as_deletes",
    "apply_as_truncates",
    "body",
    "dedup_order_by",
    "delete_when",
    "having",
    "join",
    "query",
    "replace_where",
    "returns",
    "row_filter",
    "schema_ddl",
    "schema_hints",
    "source_code",
    "update_when",
    "value_schema",
    "where",
}
"""Variables that hold SQL or code by purpose; what they hold is proved after rendering."""
NAMES_BY_TEXT = {
    "backup_schema",
    "checkpoint_volume",
    "job_name",
    "name",
    "quarantine_table",
    "schema",
    "schemas",
    "share_as",
    "table_name",
    "target_name",
    "stream_trigger",
    "topic",
    "source",
    "connection_type",
    "node_id",
    "title",
}
"""Texts that are split at dots or turned into keys: a hostile text is no such name."""


def _hostile_values(template: Template) -> dict[str, Any]:
    """Every free text, table name, column name, key and value of the template made hostile."""
    values: dict[str, Any] = {}
    # Nothing fills in ${...} in a body for the Jobs API, so its gate refuses that by itself.
    hostile = HOSTILE.replace("${h}", "h") if template.output_type == "job_json" else HOSTILE
    for variable in template.all_variables():
        name = variable.name
        if name in FREE_SQL or (variable.pattern and variable.type is not VariableType.ARRAY):
            continue
        match variable.type:
            case VariableType.STRING if name not in NAMES_BY_TEXT and variable.sample:
                values[name] = hostile
            case VariableType.TABLE_NAME:
                values[name] = {
                    "catalog": "c`'\"; --",
                    "schema": 's;`"""',
                    "table": "t`'\"\\; DROP TABLE x --",
                }
            case VariableType.COLUMNS if variable.sample:
                values[name] = [
                    _hostile_column(column) for column in bindings_of(template, {})[name]
                ]
            case VariableType.OBJECT if variable.sample and name not in ("options", "row_filter"):
                values[name] = {"plain": hostile, hostile: hostile}
            case VariableType.SECRET:
                values[name] = {"scope": hostile, "key": hostile}
    return values


def _hostile_column(column: Mapping[str, Any]) -> dict[str, Any]:
    known = {**column, "comment": HOSTILE, "tags": {HOSTILE: HOSTILE} if column["tags"] else {}}
    # A name that an expression, a key or a rule reads stays.
    return known if column["name"] != "email" else {**known, "name": "e`\"'; --\n"}


@every_template
def test_a_hostile_value_stays_in_its_place(template_id: str) -> None:
    template = builtin_templates()[template_id]
    for selection in (own_selection(template), full_selection(template)):
        [plain, hostile] = rendered(
            template,
            [
                bindings_of(template, selection),
                bindings_of(template, selection, values=_hostile_values(template)),
            ],
        )

        assert faults_of(template.output_type, [hostile]) == []
        if "sql" in template.output_type:
            assert len(split_statements(hostile)) == len(split_statements(plain))
        if template.output_type in NOTEBOOK_HEADERS:
            assert _cells(hostile) == _cells(plain)


def _cells(text: str) -> int:
    return sum(line.endswith(" COMMAND ----------") for line in text.split("\n"))
