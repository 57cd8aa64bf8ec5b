"""`lakewright generate` and `diff` write, compare and refuse as they say."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Lakewright

NOTEBOOK = "out/shop/src/shop/orders.py"


def generated(shop: Path) -> Path:
    """The one notebook of the bundle."""
    [found] = (shop / "out" / "shop" / "src").rglob("*.py")
    return found


def test_generate_writes_the_bundle_and_says_what(shop: Path, lakewright: Lakewright) -> None:
    ended = lakewright("-C", shop, "generate")

    assert ended.exit_code == 0, ended.stderr
    assert "+ databricks.yml" in ended.stdout
    assert "1 script from 1 model, all proved" in ended.stdout
    assert generated(shop).read_text().startswith("# Databricks notebook source\n")


def test_generate_again_changes_nothing(shop: Path, lakewright: Lakewright) -> None:
    lakewright("-C", shop, "generate")
    before = generated(shop).stat().st_mtime_ns

    ended = lakewright("-C", shop, "generate")

    assert ended.exit_code == 0
    assert "unchanged" in ended.stdout
    assert "+" not in ended.stdout
    assert generated(shop).stat().st_mtime_ns == before


def test_generate_says_it_as_json(shop: Path, lakewright: Lakewright) -> None:
    found = json.loads(lakewright("-C", shop, "generate", "--json").stdout)
    assert found["refused"] is False
    assert found["changes"]["databricks.yml"] == "added"
    assert found["out"].endswith("out/shop")


def test_the_output_goes_where_it_is_sent(
    shop: Path, lakewright: Lakewright, tmp_path: Path
) -> None:
    assert lakewright("-C", shop, "generate", "shop", "--out", tmp_path / "b x").exit_code == 0
    assert (tmp_path / "b x" / "databricks.yml").exists()
    assert not (shop / "out").exists()


def test_a_hand_edit_is_left_alone_until_forced(shop: Path, lakewright: Lakewright) -> None:
    lakewright("-C", shop, "generate")
    file = generated(shop)
    made = file.read_text()
    file.write_text(made + "# mine\n")

    kept = lakewright("-C", shop, "generate")
    assert kept.exit_code == 0
    assert "edited by hand, left as it is" in kept.stdout
    assert file.read_text().endswith("# mine\n")

    forced = lakewright("-C", shop, "generate", "--force")
    assert forced.exit_code == 0
    assert file.read_text() == made


def test_with_an_error_nothing_is_written(shop: Path, lakewright: Lakewright) -> None:
    model = shop / "metadata" / "models" / "shop.yaml"
    model.write_text(model.read_text().replace("type: dest_table", "type: dest_tabel"))

    ended = lakewright("-C", shop, "generate")

    assert ended.exit_code == 1
    assert ended.stdout == ""
    assert "Did you mean 'dest_table'?" in ended.stderr
    assert "metadata/models/shop.yaml:8" in ended.stderr
    assert "Nothing was written" in ended.stderr
    assert not (shop / "out").exists()


def test_diff_shows_lines_and_ends_with_1_only_when_asked(
    shop: Path, lakewright: Lakewright
) -> None:
    before = lakewright("-C", shop, "diff")
    assert before.exit_code == 0
    assert "+++ b/databricks.yml" in before.stdout
    assert not (shop / "out").exists()
    assert lakewright("-C", shop, "diff", "--exit-code").exit_code == 1

    lakewright("-C", shop, "generate")

    after = lakewright("-C", shop, "diff", "--exit-code")
    assert after.exit_code == 0
    assert after.stdout == ""
    assert "up to date" in after.stderr


def test_diff_names_files_and_says_it_as_json(shop: Path, lakewright: Lakewright) -> None:
    names = lakewright("-C", shop, "diff", "--names-only").stdout.splitlines()
    found = json.loads(lakewright("-C", shop, "diff", "--json").stdout)
    assert "+ databricks.yml" in names
    assert sorted(f"+ {path}" for path in found["diffs"]) == sorted(names)


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        pytest.param(["generate", "shpo"], "Did you mean 'shop'?", id="a model"),
        pytest.param(["generate", "--cloud", "azur"], "Did you mean 'azure'?", id="a cloud"),
        pytest.param(["diff", "../../etc"], "There is no", id="a path is no id"),
    ],
)
def test_an_unknown_name_is_refused(
    shop: Path, lakewright: Lakewright, arguments: list[str], hint: str
) -> None:
    ended = lakewright("-C", shop, *arguments)
    assert ended.exit_code == 1
    assert hint in ended.stderr


def test_a_folder_with_something_else_in_it_is_refused(
    shop: Path, lakewright: Lakewright, tmp_path: Path
) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "thesis.txt").write_text("years")

    ended = lakewright("-C", shop, "generate", "--out", tmp_path / "precious")

    assert ended.exit_code == 1
    assert "content that Lakewright did not make" in ended.stderr
    assert (tmp_path / "precious" / "thesis.txt").read_text() == "years"
