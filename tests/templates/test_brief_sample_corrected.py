"""The brief's sample template has exactly its known faults; the library's correction has none."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from lakewright.diagnostics import Severity
from lakewright.templates.checks import check_template
from lakewright.templates.coverage import variation_sets
from lakewright.templates.environment import builtin_macros
from lakewright.templates.library import builtin_templates
from lakewright.templates.template import Template
from lakewright.templates.yaml_codec import read_templates
from tests.templates.builtin_renders import bindings_of, faults_of, given_values, rendered

BRIEF = Path(__file__).parents[1] / "fixtures" / "brief" / "delta_table_creation.yaml"
CORRECTED = builtin_templates()["delta_table_creation"]
VALUES: dict[str, Any] = {
    "catalog_name": "main",
    "schema_name": "sales",
    "table_name": "orders",
    "columns": [{"name": "id", "type": "BIGINT", "comment": "Key"}],
    "partition_columns": [],
    "enable_cdf": False,
    "primary_key": ["id"],
    "check_constraints": [{"name": "positive", "expr": "id > 0"}],
    "custom_properties": {"team": "sales"},
}
KINDS = ("with_constraints", "with_tblproperties")


@pytest.fixture(scope="module")
def original() -> Template:
    read = read_templates(BRIEF.read_text(encoding="utf-8"), "delta_table_creation.yaml")
    assert read.diagnostics == ()
    return read.templates[0]


def printed(template: Template, selection: dict[str, bool], **values: Any) -> str:
    read = given_values(CORRECTED, VALUES | values)
    [text] = rendered(template, [bindings_of(template, selection) | read])
    return text


def faults(template: Template, selection: dict[str, bool], **values: Any) -> list[str]:
    return [
        fault.partition(": ")[2].partition(" | ")[0]
        for fault in faults_of("sql", [printed(template, selection, **values)])
    ]


def worth_a_look(template: Template) -> Counter[str]:
    found = check_template(template, builtin_macros())
    return Counter(finding.rule for finding in found if finding.severity is not Severity.INFO)


def test_the_lint_knows_the_faults_of_the_original_and_none_of_the_correction(
    original: Template,
) -> None:
    assert worth_a_look(original) == {
        "undeclared-variable": 1,  # columns
        "unused-variable": 2,  # check_constraints, custom_properties
        "dead-variation": 1,  # with_tblproperties
        "unsafe-interpolation": 9,
    }
    assert worth_a_look(CORRECTED) == {}


def test_the_original_breaks_wherever_its_constraint_is_on(original: Template) -> None:
    sound = {
        tuple(selection[kind] for kind in KINDS): faults(original, selection)
        for selection in variation_sets(original)
    }

    assert sound == {
        (False, False): [],
        (False, True): [],
        (True, False): ["A CONSTRAINT clause stands outside the column list after USING."],
        (True, True): ["A CONSTRAINT clause stands outside the column list after USING."],
    }


@pytest.mark.parametrize("enable_cdf", [False, True])
@pytest.mark.parametrize("partition_columns", [[], ["id"]])
def test_the_correction_is_sound_in_every_combination(
    enable_cdf: bool, partition_columns: list[str]
) -> None:
    # A table whose only column is a partition column has no data, so there is a second one.
    columns = [*VALUES["columns"], {"name": "amount", "type": "DECIMAL(18,2)"}]
    found = [
        faults(
            CORRECTED,
            selection,
            enable_cdf=enable_cdf,
            partition_columns=partition_columns,
            columns=columns,
        )
        for selection in variation_sets(CORRECTED)
    ]

    assert found == [[]] * 4


@pytest.mark.parametrize(
    "column",
    [
        pytest.param({"name": "customer's id"}, id="an apostrophe in a name"),
        pytest.param({"name": "order id"}, id="a space in a name"),
        pytest.param({"name": "id", "comment": "the customer's"}, id="an apostrophe in a comment"),
        pytest.param({"name": "id`; DROP TABLE x; --"}, id="a name that ends the statement"),
    ],
)
def test_the_correction_quotes_what_breaks_the_original(
    original: Template, column: dict[str, str]
) -> None:
    columns = [{"type": "BIGINT", **column}]
    off = dict.fromkeys(KINDS, False)

    assert faults(original, off, columns=columns) != []
    assert faults(CORRECTED, off, columns=columns) == []


def test_the_correction_prints_what_the_original_forgets(original: Template) -> None:
    on = dict.fromkeys(KINDS, True)

    forgotten = printed(original, on, enable_cdf=True)
    kept = printed(CORRECTED, on, enable_cdf=True)

    for text in ("CHECK (id > 0)", "'team' = 'sales'"):
        assert text not in forgotten
        assert text in kept
    assert kept.count("TBLPROPERTIES (") == 1
    assert "'delta.enableChangeDataFeed' = 'true'" in kept


def test_the_correction_takes_every_value_and_variation_of_the_original(
    original: Template,
) -> None:
    assert {variable.name for variable in original.all_variables()} <= {
        variable.name for variable in CORRECTED.all_variables()
    }
    assert [v.id for v in original.variations] == [v.id for v in CORRECTED.variations]
