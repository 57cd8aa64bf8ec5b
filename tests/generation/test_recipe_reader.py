"""A recipe file becomes values; every mistake is one finding at its place."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lakewright.generation.recipe import (
    CLOUDS,
    DEFAULT_TARGETS,
    DEFAULT_WAREHOUSE,
    Choice,
    default_recipe,
    read_recipes,
    recipe_json_schema,
)

FILE = "metadata/recipes/shop.yaml"


def of(**keys: Any) -> dict[str, Any]:
    return {"recipes": [{"id": "shop", **keys}]}


def test_an_id_is_enough() -> None:
    read = read_recipes(of(), FILE)

    [recipe] = read.recipes
    assert read.diagnostics == ()
    assert (recipe.cloud, recipe.outputs, recipe.warehouse) == (
        "aws",
        ("bundle",),
        DEFAULT_WAREHOUSE,
    )
    assert recipe.targets == DEFAULT_TARGETS
    assert recipe.file == FILE


def test_choices_keep_their_order_from_types_to_nodes() -> None:
    read = read_recipes(
        of(
            scripts=[{"node": "orders", "variations": {"a": True, "b": False}}],
            defaults=[{"node_type": "uc_table", "variations": ["a"]}],
        ),
        FILE,
    )

    assert read.diagnostics == ()
    assert read.recipes[0].choices == (
        Choice(node_type="uc_table", variations={"a": True}),
        Choice(node="orders", variations={"a": True, "b": False}),
    )


def test_one_model_may_be_written_alone() -> None:
    assert read_recipes(of(model="shop"), FILE).recipes[0].models == ("shop",)


def test_numbers_where_names_are_wanted_are_read_as_written() -> None:
    read = read_recipes({"recipes": [{"id": 1, "name": 2.5}]}, FILE)

    assert read.diagnostics == ()
    assert (read.recipes[0].id, read.recipes[0].name) == ("1", "2.5")


@pytest.mark.parametrize(
    ("value", "place", "about"),
    [
        pytest.param(None, "", "no list 'recipes'", id="an empty file"),
        pytest.param([], "", "no list 'recipes'", id="a list"),
        pytest.param({"recipes": {}}, "", "no list 'recipes'", id="a map for the list"),
        pytest.param({"recipes": [], "x": 1}, "x", "not a key", id="another key at the top"),
        pytest.param({"recipes": [7]}, "recipes.0", "not a map", id="a number for a recipe"),
        pytest.param({"recipes": [{}]}, "recipes.0.id", "no id", id="no id"),
        pytest.param(of(clod="aws"), "recipes.0.clod", "not a key", id="unknown key"),
        pytest.param(of(cloud="asure"), "recipes.0.cloud", "not one of", id="unknown cloud"),
        pytest.param(of(models="shop"), "recipes.0.models", "should be a list", id="no list"),
        pytest.param(of(models=[[]]), "recipes.0.models.0", "not a text", id="no text"),
        pytest.param(of(outputs=["zip"]), "recipes.0.outputs.0", "not one of", id="output"),
        pytest.param(of(bundle=[]), "recipes.0.bundle", "should be a map", id="no map"),
        pytest.param(
            of(bundle={"targets": {"dev": {"mode": "test"}}}),
            "recipes.0.bundle.targets.dev.mode",
            "not one of",
            id="unknown mode",
        ),
        pytest.param(
            of(bundle={"targets": {"dev": {"default": "yes"}}}),
            "recipes.0.bundle.targets.dev.default",
            "true or false",
            id="yes for true",
        ),
        pytest.param(
            of(bundle={"targets": {"a": {"default": True}, "b": {"default": True}}}),
            "recipes.0.bundle.targets",
            "More than one",
            id="two default targets",
        ),
        pytest.param(of(scripts=[{}]), "recipes.0.scripts.0", "names no 'node'", id="no node"),
        pytest.param(
            of(defaults=[{"node": "a"}]),
            "recipes.0.defaults.0",
            "names no 'node_type'",
            id="a node as a default",
        ),
        pytest.param(
            of(scripts=[{"node": "a", "node_type": "b"}]),
            "recipes.0.scripts.0.node_type",
            "cannot stand beside",
            id="node and type",
        ),
        pytest.param(
            of(scripts=[{"node": "a", "role": "setpu"}]),
            "recipes.0.scripts.0.role",
            "not one of",
            id="unknown role",
        ),
        pytest.param(
            of(scripts=[{"node": "a", "variations": {"x": "on"}}]),
            "recipes.0.scripts.0.variations.x",
            "true or false",
            id="on for true",
        ),
    ],
)
def test_a_mistake_is_one_finding_at_its_place(value: Any, place: str, about: str) -> None:
    [found] = read_recipes(value, FILE).diagnostics

    assert found.where.file == FILE
    assert found.where.property == place
    assert about in found.problem
    assert found.remedy


def test_each_of_several_mistakes_is_found() -> None:
    read = read_recipes(of(cloud="asure", clod=1, models=[1], scripts=[{}]), FILE)

    assert len(read.diagnostics) == 4
    assert [recipe.id for recipe in read.recipes] == ["shop"]


def test_of_two_recipes_with_one_id_the_first_counts() -> None:
    read = read_recipes({"recipes": [{"id": "a", "cloud": "gcp"}, {"id": "a"}]}, FILE)

    assert [recipe.cloud for recipe in read.recipes] == ["gcp"]
    assert len(read.diagnostics) == 1


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "models", "bundle", "targets", "scripts", "node", "variables"])
            | st.text(max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(value=VALUES)
def test_whatever_the_file_holds_reading_it_never_fails(value: Any) -> None:
    read_recipes(value, FILE)
    read_recipes({"recipes": [value]}, FILE)
    read_recipes({"recipes": [{"id": "a", "bundle": value, "scripts": [value]}]}, FILE)


def test_the_schema_for_editors_knows_the_same_keys_as_the_reader() -> None:
    schema = recipe_json_schema()["properties"]["recipes"]["items"]

    accepted = {key for key in schema["properties"] if not _refused(key)}
    assert accepted == set(schema["properties"])
    assert schema["properties"]["cloud"]["enum"] == list(CLOUDS)
    assert _refused("anything_else")


def _refused(key: str) -> bool:
    found = read_recipes(of(**({key: None} if key != "id" else {})), FILE).diagnostics
    return any(d.rule == "recipe-unknown-key" for d in found)


def test_the_default_recipe_takes_the_models_it_is_given() -> None:
    recipe = default_recipe("all", ["b", "a"])

    assert (recipe.models, recipe.targets) == (("b", "a"), DEFAULT_TARGETS)
