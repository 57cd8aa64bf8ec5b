"""What templates print as bundle resources is valid by Databricks' own JSON schema of bundles.

The schema may not be redistributed: see tests/examples/test_bundle_schema.py for where it is read
from; without it these tests are skipped.
"""

from typing import Any

import pytest
import yaml

from lakewright.templates.coverage import variation_sets
from lakewright.templates.library import builtin_templates
from tests.examples.test_bundle_schema import faults, validator
from tests.templates.builtin_renders import (
    bindings_of,
    full_selection,
    own_selection,
    rendered,
    value_sets,
)

__all__ = ["validator"]
RESOURCES = sorted(
    name for name, found in builtin_templates().items() if found.output_type == "job_yaml"
)


@pytest.mark.parametrize("template_id", RESOURCES)
def test_every_combination_is_valid_by_the_schema_of_bundles(
    template_id: str,
    validator: Any,
) -> None:
    template = builtin_templates()[template_id]
    bindings = [bindings_of(template, selection) for selection in variation_sets(template)]
    for selection in (own_selection(template), full_selection(template)):
        bindings += [
            bindings_of(template, selection, values=values) for values in value_sets(template)
        ]

    texts = dict.fromkeys(rendered(template, bindings))

    assert [fault for text in texts for fault in faults(validator, yaml.safe_load(text))] == []


def test_each_kind_of_resource_that_the_library_knows_is_tried() -> None:
    kinds = {
        kind
        for name in RESOURCES
        for text in rendered(
            builtin_templates()[name],
            [bindings_of(builtin_templates()[name], own_selection(builtin_templates()[name]))],
        )
        for kind in yaml.safe_load(text)["resources"]
    }

    assert kinds == {
        "alerts",
        "jobs",
        "model_serving_endpoints",
        "pipelines",
        "quality_monitors",
        "schemas",
        "secret_scopes",
        "sql_warehouses",
        "volumes",
    }
