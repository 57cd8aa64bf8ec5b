"""Whatever changes, generating again gives the bytes of generating from scratch."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lakewright.ports import TemplateRenderer
from tests.operations.workshop import Workshop, tables_model

TYPES = st.sampled_from(["INT", "BIGINT", "STRING", "DATE"])
NAMES = ["orders", "customers", "products", "stores"]
TABLES = st.dictionaries(st.sampled_from(NAMES), TYPES, min_size=1)
REPOSITORIES = st.dictionaries(st.sampled_from(["shop", "crm", "erp"]), TABLES, min_size=1)


def lay_out(workshop: Workshop, repository: dict[str, dict[str, str]]) -> None:
    for old in (workshop.root / "metadata" / "models").iterdir():
        if old.stem not in repository:
            old.unlink()
    for name, tables in repository.items():
        workshop.model(name, tables_model(name, tables))


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(REPOSITORIES, min_size=2, max_size=3))
def test_a_chain_of_changes_ends_where_a_fresh_start_ends(
    steps: list[dict[str, dict[str, str]]],
    tmp_path_factory: pytest.TempPathFactory,
    shared_renderer: TemplateRenderer,
) -> None:
    grown = Workshop(tmp_path_factory.mktemp("grown"), shared_renderer)
    fresh = Workshop(tmp_path_factory.mktemp("fresh"), shared_renderer)

    for step in steps:
        lay_out(grown, step)
        assert not grown.generate().refused
    lay_out(fresh, steps[-1])
    fresh.generate()

    assert grown.files() == fresh.files()


RECIPE = """\
recipes:
  - id: shop
    models: [shop]
    cloud: {cloud}
    home_catalog: {home}
    bundle: {{name: shop}}
"""
TEMPLATE = """\
templates:
  - id: own_table
    name: Own table
    output_type: sql
    node_types: [{{type: uc_table, when: {{node.properties.name: orders}}, because: ours}}]
    variables: [{{name: table, type: table_name, from: node.table, sample: main.a.b}}]
    template_content: |
      {{% from "macros/own.jinja" import columns %}}
      CREATE TABLE IF NOT EXISTS {{{{ table | table_name }}}} ({{{{ columns() }}}}){suffix};
"""
MACRO = "{{% macro columns() %}}id {kind}{{% endmacro %}}\n"

CHANGES = {
    "the recipe's home catalog": ("recipes/recipe.yaml", RECIPE.format(cloud="aws", home="main")),
    "the recipe's cloud": ("recipes/recipe.yaml", RECIPE.format(cloud="gcp", home='""')),
    "an own template": ("templates/own.yaml", TEMPLATE.format(suffix=" COMMENT 'ours'")),
    "a macro": ("templates/macros/own.jinja", MACRO.format(kind="STRING")),
    "a configuration": (
        "configurations/all.yaml",
        "configurations:\n  - {name: jobs, type: job, config: {tags: {team: sales}}}\n",
    ),
}


def lay_out_shop(workshop: Workshop) -> None:
    workshop.model("shop", tables_model("shop", {"orders": "INT", "customers": "INT"}))
    workshop.recipe(RECIPE.format(cloud="aws", home='""'))
    workshop.write("templates/own.yaml", TEMPLATE.format(suffix=""))
    workshop.write("templates/macros/own.jinja", MACRO.format(kind="BIGINT"))


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_what_all_models_share_reaches_all_of_them(
    change: str, tmp_path: Path, shared_renderer: TemplateRenderer
) -> None:
    grown = Workshop(tmp_path / "grown", shared_renderer)
    fresh = Workshop(tmp_path / "fresh", shared_renderer)
    path, text = CHANGES[change]

    lay_out_shop(grown)
    assert not grown.generate().refused
    grown.write(path, text)
    assert not grown.generate().refused
    lay_out_shop(fresh)
    fresh.write(path, text)
    fresh.generate()

    assert grown.files() == fresh.files()


def test_a_job_that_is_renamed_is_still_started_by_the_other_model(
    tmp_path: Path, shared_renderer: TemplateRenderer
) -> None:
    caller = """\
data_models:
  - id: caller
    nodes:
      - {id: start, type: run_job, properties: {job: Nightly}}
"""
    callee = """\
data_models:
  - id: callee
    nodes:
      - {{id: {job}, type: job, name: Nightly}}
      - {{id: work, type: notebook, properties: {{source_code: print(1)}}}}
"""
    grown = Workshop(tmp_path / "grown", shared_renderer)
    grown.model("caller", caller)
    grown.model("callee", callee.format(job="first"))
    assert not grown.generate().refused
    grown.model("callee", callee.format(job="second"))

    report = grown.generate()

    assert not report.refused
    assert b"${resources.jobs.second.id}" in grown.files()["resources/caller.job.yml"]
