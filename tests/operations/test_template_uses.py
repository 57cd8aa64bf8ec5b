"""Where a template is used: the scripts it prints now, and the recipes that name it."""

from lakewright.context import repository_at
from lakewright.operations.metadata import load_metadata
from lakewright.operations.template_uses import TemplateUses, UsedBy, uses_of_template
from tests.operations.workshop import Workshop, tables_model

RECIPE = """\
recipes:
  - id: all
    models: [orders]
    scripts:
      - {node: late, template: delta_table_creation, version: 1.0.0}
"""


def uses(workshop: Workshop, template: str) -> TemplateUses:
    repository = repository_at(workshop.root, workshop.environ)
    return uses_of_template(load_metadata(repository), template)


def test_a_suggested_template_is_used_without_any_recipe(workshop: Workshop) -> None:
    workshop.model("orders", tables_model("orders", {"fresh": "INT"}))

    found = uses(workshop, "managed_delta_table")

    assert found.scripts == (UsedBy("orders", "orders", "fresh", "fresh", ""),)
    assert (found.recipes, found.complete) == ((), True)


def test_a_recipe_takes_a_script_from_one_template_to_another(workshop: Workshop) -> None:
    workshop.model("orders", tables_model("orders", {"fresh": "INT", "late": "INT"}))
    workshop.recipe(RECIPE)

    assert [one.node for one in uses(workshop, "managed_delta_table").scripts] == ["fresh"]
    found = uses(workshop, "delta_table_creation")
    assert [(one.node, one.recipe) for one in found.scripts] == [("late", "all")]
    assert found.recipes == (("all", "1.0.0"),)


def test_a_template_that_nothing_needs_is_used_nowhere(workshop: Workshop) -> None:
    workshop.model("orders", tables_model("orders", {"fresh": "INT"}))

    assert uses(workshop, "auto_loader_ingest") == TemplateUses((), (), True)
