"""A recipe that is being made: what it gives, where every value is from, what a change writes."""

import pytest

from lakewright.context import repository_at
from lakewright.operations.metadata import load_metadata
from lakewright.operations.recipes import (
    OpenedRecipe,
    OpenRequest,
    PlannedScript,
    ScriptChange,
    open_recipe,
)
from tests.operations.workshop import Workshop, tables_model

PATH = "metadata/recipes/shop.yaml"
RECIPE = """\
# Ours.
recipes:
  - id: shop
    models: [shop]
    defaults:
      - {node_type: uc_table, variations: [change_data_feed]}
    scripts:
      # Looked at in May.
      - node: orders
        variables: {comment: Every order}
"""


@pytest.fixture
def shop(workshop: Workshop) -> Workshop:
    workshop.model("shop", tables_model("shop", {"orders": "INT", "customers": "INT"}))
    return workshop


def opened(
    shop: Workshop,
    text: str = RECIPE,
    *scripts: ScriptChange,
    models: list[str] | None = None,
    name: str | None = None,
) -> OpenedRecipe:
    repository = repository_at(shop.root, shop.environ)
    request = OpenRequest(text, "shop", PATH, name=name, models=models, scripts=scripts)
    return open_recipe(request, load_metadata(repository), repository)


def script(found: OpenedRecipe, node: str) -> PlannedScript:
    return next(one for one in found.scripts if one.node == node)


def origins(one: PlannedScript) -> dict[str, str]:
    return {each.variable.name: each.origin.value for each in one.variables}


def test_every_script_says_its_template_and_why(shop: Workshop) -> None:
    found = opened(shop)

    assert [(one.node, one.template, one.chosen_by) for one in found.scripts] == [
        ("orders", "managed_delta_table", "suggestion"),
        ("customers", "managed_delta_table", "suggestion"),
    ]
    assert all(one.because and one.path.startswith("src/shop/setup/") for one in found.scripts)
    assert found.diagnostics == ()


def test_every_value_says_where_it_is_from(shop: Workshop) -> None:
    found = opened(shop)

    assert origins(script(found, "orders"))["comment"] == "script"
    assert origins(script(found, "customers"))["comment"] != "script"
    assert origins(script(found, "orders"))["columns"] == "node"
    assert "template" in origins(script(found, "orders")).values()


def test_a_value_of_a_configuration_is_told_from_one_of_the_recipe(shop: Workshop) -> None:
    shop.write(
        "configurations/all.yaml",
        "configurations:\n"
        "  - {name: texts, type: variables, config: {comment: From the configuration}}\n",
    )
    assert origins(script(opened(shop), "customers"))["comment"] == "configuration"

    text = RECIPE.replace("    defaults:", "    variables: {comment: Mine}\n    defaults:")
    assert origins(script(opened(shop, text), "customers"))["comment"] == "recipe"


def test_variations_say_whether_the_recipe_chose_them(shop: Workshop) -> None:
    feed = {one.id: one for one in script(opened(shop), "orders").variations}["change_data_feed"]

    assert feed.enabled
    assert feed.chosen


def test_opening_without_a_change_leaves_the_text_alone(shop: Workshop) -> None:
    assert opened(shop).text == RECIPE


def test_a_change_touches_only_its_own_entry(shop: Workshop) -> None:
    change = ScriptChange("shop", "orders", "setup", variations={"change_data_feed": False})
    found = opened(shop, RECIPE, change)

    assert found.text == RECIPE + "        variations:\n          change_data_feed: false\n"
    [feed] = [one for one in script(found, "orders").variations if one.id == "change_data_feed"]
    assert not feed.enabled


def test_a_script_without_an_entry_gets_one(shop: Workshop) -> None:
    found = opened(shop, RECIPE, ScriptChange("shop", "customers", "setup", template="none"))

    assert found.text == RECIPE + "      - node: customers\n        template: none\n"
    assert script(found, "customers").template == "none"
    assert script(found, "customers").chosen_by == "script"


def test_an_entry_that_says_nothing_any_more_goes_with_its_comment(shop: Workshop) -> None:
    found = opened(
        shop, RECIPE, ScriptChange("shop", "orders", "setup", variables={"comment": None})
    )

    assert "node: orders" not in found.text
    assert "# Ours." in found.text


def test_an_entry_names_the_model_when_there_are_several(shop: Workshop) -> None:
    shop.model("other", tables_model("other", {"orders": "INT"}))
    text = RECIPE.replace("[shop]", "[shop, other]")
    found = opened(shop, text, ScriptChange("other", "orders", "setup", template="none"))

    assert "- node: orders\n        model: other\n        template: none\n" in found.text
    assert {one.model: one.template for one in found.scripts if one.node == "orders"} == {
        "shop": "managed_delta_table",
        "other": "none",
    }


def test_a_new_recipe_begins_with_its_models(shop: Workshop) -> None:
    found = opened(shop, "", models=["shop"], name="Shop")

    assert found.text == "recipes:\n  - id: shop\n    name: Shop\n    models: [shop]\n"
    assert len(found.scripts) == 2


def test_a_new_recipe_keeps_what_the_models_bundle_node_draws(shop: Workshop) -> None:
    node = (
        "      - id: bundle\n        type: bundle\n        properties:\n"
        "          name: corner_shop\n          cloud: azure\n"
        "          targets: [{name: test, mode: development, default: true}]\n"
    )
    shop.model("shop", tables_model("shop", {"orders": "INT"}) + node)
    found = opened(shop, "", models=["shop"])

    assert found.recipe is not None
    assert (found.recipe.cloud, found.recipe.bundle_name) == ("azure", "corner_shop")
    assert [target.name for target in found.recipe.targets] == ["test"]


def test_a_wrong_value_is_found_before_anything_is_saved(shop: Workshop) -> None:
    change = ScriptChange("shop", "orders", "setup", variables={"no_such": 1})
    found = opened(shop, RECIPE, change)

    assert [one.rule for one in found.diagnostics] == ["unknown-variable"]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        pytest.param("recipes: [", "yaml-syntax", id="no YAML"),
        pytest.param("recipes: 3\n", "recipe-shape", id="no list"),
        pytest.param("recipes: [{id: shopp}]\n", "recipe-gone", id="another recipe"),
        pytest.param("recipes: [{id: shop, models: 3}]\n", "recipe-shape", id="models no list"),
        pytest.param(
            "recipes: [{id: shop, models: [shop], scripts: [3]}]\n", "recipe-shape", id="odd entry"
        ),
        pytest.param("recipes: [{id: shop, models: [shp]}]\n", "recipe-unknown-model", id="model"),
    ],
)
def test_what_is_wrong_with_a_text_is_said_and_not_raised(
    shop: Workshop, text: str, rule: str
) -> None:
    change = ScriptChange("shop", "orders", "setup", variables={"comment": "x"})
    found = opened(shop, text, change)

    assert rule in [one.rule for one in found.diagnostics]
