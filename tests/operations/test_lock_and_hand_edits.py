"""Generating again touches only what changed, and never what a person edited."""

import json

import pytest

from lakewright.errors import LakewrightError
from lakewright.operations.generate import Change, GenerateReport
from tests.operations.workshop import Workshop, rules, tables_model

ORDERS = "src/shop/setup/orders.sql"
CUSTOMERS = "src/shop/setup/customers.sql"


@pytest.fixture
def shop(workshop: Workshop) -> Workshop:
    workshop.model("shop", tables_model("shop", {"orders": "INT", "customers": "INT"}))
    assert workshop.generate().count(Change.ADDED) > 0
    return workshop


def changed(report: GenerateReport) -> dict[str, Change]:
    return {p: c for p, c in report.changes.items() if c is not Change.UNCHANGED}


def test_the_lock_says_where_every_file_came_from(shop: Workshop) -> None:
    lock = json.loads(shop.files()["lakewright.lock"])

    assert set(lock["files"]) == set(shop.files()) - {"lakewright.lock"}
    assert lock["files"][ORDERS]["model"] == "shop"
    assert lock["files"][ORDERS]["node"] == "orders"
    assert lock["files"][ORDERS]["template"].startswith("managed_delta_table@")


@pytest.mark.parametrize("remembers", [True, False], ids=["same machine", "other machine"])
def test_nothing_changes_when_nothing_changed(shop: Workshop, *, remembers: bool) -> None:
    before = shop.files()
    if not remembers:
        shop.forget()

    report = shop.generate()

    assert changed(report) == {}
    assert shop.files() == before


def test_only_the_script_of_a_changed_node_changes(shop: Workshop) -> None:
    before = shop.files()
    shop.model("shop", tables_model("shop", {"orders": "BIGINT", "customers": "INT"}))

    report = shop.generate()

    assert changed(report) == {ORDERS: Change.CHANGED, "lakewright.lock": Change.CHANGED}
    after = shop.files()
    assert {path for path in after if after[path] != before[path]} == {ORDERS, "lakewright.lock"}


def test_an_unchanged_file_keeps_its_time_stamp(shop: Workshop) -> None:
    before = (shop.out / CUSTOMERS).stat()
    shop.model("shop", tables_model("shop", {"orders": "BIGINT", "customers": "INT"}))

    shop.generate()

    after = (shop.out / CUSTOMERS).stat()
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)


def test_the_script_of_a_removed_node_is_removed(shop: Workshop) -> None:
    shop.model("shop", tables_model("shop", {"orders": "INT"}))

    report = shop.generate()

    assert report.changes[CUSTOMERS] is Change.REMOVED
    assert CUSTOMERS not in shop.files()


def test_a_hand_edit_is_kept_and_said(shop: Workshop) -> None:
    (shop.out / ORDERS).write_text("-- mine\n")

    report = shop.generate()

    assert report.changes[ORDERS] is Change.KEPT
    assert "edited-by-hand" in rules(report.diagnostics)
    assert not report.refused
    assert shop.files()[ORDERS] == b"-- mine\n"


def test_a_hand_edit_is_kept_when_its_node_changes_and_the_rest_goes_on(shop: Workshop) -> None:
    (shop.out / ORDERS).write_text("-- mine\n")
    shop.model("shop", tables_model("shop", {"orders": "BIGINT", "customers": "BIGINT"}))

    report = shop.generate()

    assert report.changes[ORDERS] is Change.KEPT
    assert report.changes[CUSTOMERS] is Change.CHANGED
    assert shop.files()[ORDERS] == b"-- mine\n"
    again = shop.generate()
    assert again.changes[ORDERS] is Change.KEPT


def test_force_replaces_a_hand_edit(shop: Workshop) -> None:
    generated = shop.files()
    (shop.out / ORDERS).write_text("-- mine\n")

    report = shop.generate(force=True)

    assert report.changes[ORDERS] is Change.CHANGED
    assert shop.files() == generated


@pytest.mark.parametrize(
    "path", [ORDERS, "databricks.yml", "resources/shop_setup.job.yml", "README.md"]
)
def test_a_deleted_file_is_restored(shop: Workshop, path: str) -> None:
    generated = shop.files()
    (shop.out / path).unlink()

    report = shop.generate()

    assert report.changes[path] is Change.ADDED
    assert shop.files() == generated


def test_an_edited_script_outlives_its_node(shop: Workshop) -> None:
    (shop.out / CUSTOMERS).write_text("-- mine\n")
    shop.model("shop", tables_model("shop", {"orders": "INT"}))

    report = shop.generate()

    assert report.changes[CUSTOMERS] is Change.KEPT
    assert shop.files()[CUSTOMERS] == b"-- mine\n"


def test_files_that_people_add_stay(shop: Workshop) -> None:
    (shop.out / "src" / "own").mkdir()
    (shop.out / "src" / "own" / "helper.py").write_text("x = 1\n")
    shop.model("shop", tables_model("shop", {"orders": "BIGINT"}))

    shop.generate()

    assert shop.files()["src/own/helper.py"] == b"x = 1\n"


def test_a_folder_of_somebody_else_is_refused(workshop: Workshop) -> None:
    workshop.model("shop", tables_model("shop", {"orders": "INT"}))
    workshop.out.mkdir()
    (workshop.out / "thesis.txt").write_text("three years of work")

    with pytest.raises(LakewrightError) as refused:
        workshop.generate()

    assert "did not make" in refused.value.problem
    assert workshop.files() == {"thesis.txt": b"three years of work"}


@pytest.mark.parametrize(
    "damage",
    ["", "{", '{"version": 99, "files": {}}', '{"version": 1, "files": {"a": 1}}', "\0"],
    ids=["empty", "cut off", "of the future", "of another shape", "binary"],
)
def test_files_below_a_lock_that_cannot_be_read_count_as_edited(
    shop: Workshop, damage: str
) -> None:
    (shop.out / "lakewright.lock").write_text(damage)
    (shop.out / ORDERS).write_text("-- mine\n")

    report = shop.generate()

    assert report.changes[ORDERS] is Change.KEPT
    assert shop.files()[ORDERS] == b"-- mine\n"
    shop.model("shop", tables_model("shop", {"orders": "INT", "customers": "BIGINT"}))
    assert shop.generate().changes[CUSTOMERS] is Change.CHANGED, "the new lock can be read"


def test_compare_says_what_generate_would_do_and_writes_nothing(shop: Workshop) -> None:
    before = shop.files()
    shop.model("shop", tables_model("shop", {"orders": "BIGINT", "products": "INT"}))

    would = shop.compare()

    assert shop.files() == before
    did = shop.generate()
    assert did.changes == would.changes
    assert would.changes[ORDERS] is Change.CHANGED
    assert would.changes[CUSTOMERS] is Change.REMOVED
    assert would.changes["src/shop/setup/products.sql"] is Change.ADDED


def test_an_error_finding_writes_nothing(shop: Workshop) -> None:
    before = shop.files()
    shop.model("shop", tables_model("shop", {"orders": "NOT_A_TYPE", "customers": "BIGINT"}))

    report = shop.generate()

    assert report.refused
    assert shop.files() == before
