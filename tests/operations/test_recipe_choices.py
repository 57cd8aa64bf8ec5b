"""What a recipe says decides templates, values, paths and targets; mistakes name their place."""

import pytest

from lakewright.diagnostics import Diagnostic
from lakewright.errors import NotFoundError
from tests.operations.workshop import Workshop, rules, tables_model

SETUP = "src/shop/setup"


@pytest.fixture
def shop(workshop: Workshop) -> Workshop:
    workshop.model("shop", tables_model("shop", {"orders": "INT", "customers": "INT"}))
    return workshop


def recipe(scripts: str = "", more: str = "") -> str:
    text = f"recipes:\n  - id: shop\n    models: [shop]\n{more}"
    return text + (f"    scripts:\n{scripts}" if scripts else "")


def finding(workshop: Workshop, rule: str) -> Diagnostic:
    report = workshop.generate()
    assert report.refused
    found = [d for d in report.diagnostics if d.rule == rule]
    assert found, rules(report.diagnostics)
    return found[0]


def test_without_a_recipe_templates_are_suggested_for_three_targets(shop: Workshop) -> None:
    report = shop.generate()

    assert not report.refused
    assert f"{SETUP}/orders.sql" in shop.files()
    text = shop.files()["databricks.yml"].decode()
    assert [name for name in ("dev:", "staging:", "prod:") if f"\n  {name}\n" in text] == [
        "dev:",
        "staging:",
        "prod:",
    ]


def test_a_choice_for_a_node_counts_before_one_for_its_type(shop: Workshop) -> None:
    shop.recipe(
        "recipes:\n  - id: shop\n    models: [shop]\n"
        "    defaults:\n      - {node_type: uc_table, variations: [change_data_feed]}\n"
        "    scripts:\n      - {node: orders, variations: {change_data_feed: false}}\n"
    )

    shop.generate()

    assert b"enableChangeDataFeed" in shop.files()[f"{SETUP}/customers.sql"]
    assert b"enableChangeDataFeed" not in shop.files()[f"{SETUP}/orders.sql"]


def test_a_node_can_print_nothing(shop: Workshop) -> None:
    shop.recipe(recipe("      - {node: orders, template: none}\n"))

    report = shop.generate()

    assert not report.refused
    assert f"{SETUP}/orders.sql" not in shop.files()
    assert f"{SETUP}/customers.sql" in shop.files()


def test_a_path_of_ones_own_is_written_and_run(shop: Workshop) -> None:
    shop.recipe(recipe("      - {node: orders, path: src/tables/my_orders.sql}\n"))

    assert not shop.generate().refused
    assert "src/tables/my_orders.sql" in shop.files()
    assert b"../src/tables/my_orders.sql" in shop.files()["resources/shop_setup.job.yml"]


@pytest.mark.parametrize(
    "path",
    ["../outside.sql", "/etc/cron.d/x", "src/../../x.sql", "src\\\\x.sql", "databricks.yml",
     "lakewright.lock", "src/\\u0000.sql"],
    ids=["up", "absolute", "hidden up", "backslash", "our own file", "the lock", "NUL"],
)  # fmt: skip
def test_a_path_that_leaves_the_bundle_or_takes_our_files_is_refused(
    shop: Workshop, path: str
) -> None:
    shop.recipe(recipe(f'      - {{node: orders, path: "{path}"}}\n'))

    report = shop.generate()

    assert report.refused
    assert not shop.out.exists()
    assert not (shop.root.parent / "outside.sql").exists()


@pytest.mark.parametrize("path", ["src/one.sql", "SRC/One.sql"], ids=["same", "other case"])
def test_two_scripts_in_one_file_are_an_error(shop: Workshop, path: str) -> None:
    shop.recipe(
        recipe(
            "      - {node: orders, path: src/one.sql}\n"
            f"      - {{node: customers, path: {path}}}\n"
        )
    )

    found = finding(shop, "output-clash")

    assert "orders" in found.problem
    assert "customers" in found.problem


@pytest.mark.parametrize(
    ("entry", "rule", "suggestion"),
    [
        pytest.param(
            "{node: order, template: none}",
            "recipe-unknown-node",
            "Did you mean 'orders'?",
            id="node",
        ),
        pytest.param(
            "{node: orders, template: managed_delta_tabel}",
            "unknown-template",
            "Did you mean 'managed_delta_table'?",
            id="template",
        ),
        pytest.param(
            "{node: orders, variations: [change_data_fed]}",
            "unknown-variation",
            "Did you mean 'change_data_feed'?",
            id="variation",
        ),
        pytest.param(
            "{node: orders, variables: {coment: x}}",
            "unknown-variable",
            "Did you mean 'comment'?",
            id="variable",
        ),
    ],
)
def test_a_name_that_nothing_has_is_an_error_with_a_suggestion(
    shop: Workshop, entry: str, rule: str, suggestion: str
) -> None:
    shop.recipe(recipe(f"      - {entry}\n"))

    report = shop.generate()

    matching = [d for d in report.diagnostics if suggestion in d.remedy]
    assert matching, [(d.rule, d.problem, d.remedy) for d in report.diagnostics]


def test_a_model_that_does_not_exist_is_an_error(shop: Workshop) -> None:
    shop.recipe("recipes:\n  - {id: shop, models: [shopp]}\n")

    assert "shopp" in finding(shop, "recipe-unknown-model").problem


def test_an_id_that_is_neither_recipe_nor_model_is_refused(shop: Workshop) -> None:
    with pytest.raises(NotFoundError) as refused:
        shop.generate(wanted="shpo")

    assert "Did you mean 'shop'?" in refused.value.remedy


def test_a_model_can_be_generated_alone(shop: Workshop) -> None:
    shop.model("crm", tables_model("crm", {"leads": "INT"}))

    shop.generate(wanted="crm")

    assert "src/crm/setup/leads.sql" in shop.files()
    assert not [path for path in shop.files() if path.startswith("src/shop")]


def test_the_home_catalog_is_left_to_each_target(shop: Workshop) -> None:
    shop.recipe(
        recipe(
            more="    home_catalog: main\n    bundle: {targets: {dev: {variables: {catalog: x}}}}\n"
        )
    )

    shop.generate()

    script = shop.files()[f"{SETUP}/orders.sql"].decode()
    assert "USE CATALOG IDENTIFIER(:catalog);" in script
    assert "TABLE IF NOT EXISTS silver.orders" in script
    assert "main." not in script
    assert b"catalog: ${var.catalog}" in shop.files()["resources/shop_setup.job.yml"]


def test_jobs_api_and_set_up_sql_are_made_when_asked_for(shop: Workshop) -> None:
    shop.recipe(recipe(more="    outputs: [bundle, setup_sql, jobs_api]\n"))

    report = shop.generate()

    assert not report.refused
    assert b"orders" in shop.files()[f"{SETUP}/all.sql"]
    assert "jobs_api/shop_setup.json" in shop.files()


def test_all_set_up_sql_is_as_generated_even_beside_a_hand_edit(shop: Workshop) -> None:
    shop.recipe(recipe(more="    outputs: [bundle, setup_sql]\n"))
    shop.generate()
    whole = shop.files()[f"{SETUP}/all.sql"]
    (shop.out / SETUP / "orders.sql").write_text("-- mine\n")

    shop.generate()

    assert shop.files()[f"{SETUP}/all.sql"] == whole


def test_the_cloud_can_be_replaced(shop: Workshop) -> None:
    shop.model(
        "shop",
        "data_models:\n  - id: shop\n    nodes:\n"
        "      - {id: load, type: notebook, properties: {source_code: print(1)}}\n"
        "      - {id: big, type: job_cluster}\n"
        "    edges:\n      - {source: big, target: load, type: uses_compute}\n",
    )

    shop.generate(cloud="azure")

    assert b"azure_attributes" in shop.files()["resources/shop.job.yml"]
