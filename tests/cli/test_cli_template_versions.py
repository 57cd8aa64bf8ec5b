"""Versions of templates: their past in git, deprecation, and recipes that pin one."""

import json
from pathlib import Path

import pygit2
import pytest

from lakewright.context import repository_at
from lakewright.diagnostics import Diagnostic, EditText
from lakewright.operations.check import check
from lakewright.operations.metadata import load_metadata
from lakewright.templates.language.text import Edit, Range, applied
from tests.cli.conftest import Lakewright

OLD = """\
templates:
  - id: loader
    name: Loader
    description: Loads.
    node_types: [dest_table]
    variables:
      - {name: table, type: table_name, required: true, description: Where to., from: node.table,
         sample: a.b.c}
    template_content: |
      SELECT 1 FROM {{ table | table_name }};
    output_type: sql
"""
NEW = OLD.replace("name: Loader\n", "name: Loader\n    version: 1.1.0\n").replace(
    "SELECT 1", "SELECT 2"
)
RECIPE = """\
recipes:
  - id: nightly
    model: shop
    scripts:
      - {node: orders, template: loader, version: 1.0.0}  # looked at
"""


def commit(folder: Path, message: str) -> None:
    found = pygit2.discover_repository(str(folder))
    repository = (
        pygit2.Repository(found) if found is not None else pygit2.init_repository(str(folder))
    )
    repository.index.add_all()
    who = pygit2.Signature("Ada", "ada@example.com", 1_700_000_000, 0)
    parents = [] if repository.head_is_unborn else [repository.head.target]
    tree = repository.index.write_tree()
    repository.create_commit("HEAD", who, who, message, tree, parents)
    repository.index.write()


def put(shop: Path, path: str, text: str) -> None:
    whole = shop / "metadata" / path
    whole.parent.mkdir(exist_ok=True)
    whole.write_text(text)


@pytest.fixture
def pinned(shop: Path) -> Path:
    """A repository in which a template moved on after a recipe had pinned it."""
    put(shop, "templates/loader.yaml", OLD)
    put(shop, "recipes/nightly.yaml", RECIPE)
    commit(shop, "First")
    put(shop, "templates/loader.yaml", NEW)
    commit(shop, "Count to two")
    return shop


def findings(shop: Path, rule: str) -> list[Diagnostic]:
    folder = repository_at(shop)
    return [each for each in check(folder, load_metadata(folder)) if each.rule == rule]


def mended(shop: Path, found: Diagnostic) -> str:
    """The file of a finding after its fix."""
    [fix] = found.fixes
    edits = []
    for change in fix.changes:
        assert isinstance(change, EditText)
        place = Range(change.line, change.column, change.end_line, change.end_column)
        edits.append(Edit(place, change.text))
    return applied((shop / found.where.file).read_text(), edits)


def test_the_versions_of_a_template_are_its_commits(lakewright: Lakewright, pinned: Path) -> None:
    said = lakewright("-C", pinned, "templates", "versions", "loader", "--json")

    found = [(each["version"], each["message"]) for each in json.loads(said.stdout)]
    assert found == [("1.1.0", "Count to two"), ("1.0.0", "First")]


def test_a_folder_inside_of_a_git_repository_has_its_past_too(
    lakewright: Lakewright, shop: Path
) -> None:
    put(shop, "templates/loader.yaml", OLD)
    commit(shop.parent, "Everything")

    said = lakewright("-C", shop, "templates", "versions", "loader", "--json")

    assert [each["message"] for each in json.loads(said.stdout)] == ["Everything"]


def test_a_folder_without_git_has_no_versions_and_no_trouble(
    lakewright: Lakewright, shop: Path
) -> None:
    put(shop, "templates/loader.yaml", OLD)

    listed = lakewright("-C", shop, "templates", "versions", "loader", "--json")
    compared = lakewright("-C", shop, "templates", "compare", "loader", "1.0.0")

    assert json.loads(listed.stdout) == []
    assert (compared.exit_code, "has no version '1.0.0'" in compared.stderr) == (1, True)


def test_two_versions_are_compared_in_source_and_output(
    lakewright: Lakewright, pinned: Path
) -> None:
    said = lakewright("-C", pinned, "templates", "compare", "loader", "1.0.0", "--json")

    found = json.loads(said.stdout)
    assert "+SELECT 2 FROM {{ table | table_name }};" in found["source"]
    assert "+SELECT 2 FROM a.b.c;" in found["outputs"][0]["diff"]


def test_a_recipe_is_told_of_a_newer_version_and_the_fix_moves_its_pin(pinned: Path) -> None:
    [found] = findings(pinned, "newer-template")

    assert (found.where.file, found.where.line) == ("metadata/recipes/nightly.yaml", 5)
    assert mended(pinned, found) == RECIPE.replace("version: 1.0.0", "version: 1.1.0")


def test_a_recipe_that_wants_a_version_nobody_has_is_in_error(pinned: Path) -> None:
    put(pinned, "recipes/nightly.yaml", RECIPE.replace("1.0.0", "2.0.0"))

    [found] = findings(pinned, "template-version-missing")

    assert "there is 1.1.0" in found.problem


def test_what_an_upgrade_changes_in_the_scripts_is_shown(
    lakewright: Lakewright, pinned: Path
) -> None:
    said = lakewright("-C", pinned, "templates", "upgrades", "nightly", "--json")

    [upgrade] = json.loads(said.stdout)
    [output] = upgrade["outputs"]
    assert (upgrade["pinned"], upgrade["current"], upgrade["found"]) == ("1.0.0", "1.1.0", True)
    assert output["node"] == "orders"
    assert "-SELECT 1 FROM main.bronze.orders;" in output["diff"]
    assert "+SELECT 2 FROM main.bronze.orders;" in output["diff"]


def test_a_pin_that_is_up_to_date_changes_nothing(lakewright: Lakewright, pinned: Path) -> None:
    put(pinned, "recipes/nightly.yaml", RECIPE.replace("1.0.0", "1.1.0"))

    said = lakewright("-C", pinned, "templates", "upgrades", "nightly", "--json")

    assert json.loads(said.stdout) == []
    assert findings(pinned, "newer-template") == []


def test_users_of_a_deprecated_template_are_offered_its_replacement(pinned: Path) -> None:
    gone = "    deprecated: {since: 1.1.0, replacement: loader2, reason: It counts.}\n"
    put(pinned, "templates/loader.yaml", NEW + gone)
    put(pinned, "templates/loader2.yaml", OLD.replace("id: loader", "id: loader2"))

    [found] = findings(pinned, "deprecated-template")

    assert found.problem == "The template 'loader' is deprecated since version 1.1.0. It counts."
    assert mended(pinned, found) == RECIPE.replace("template: loader", "template: loader2")


def test_a_deprecated_template_is_no_longer_suggested(lakewright: Lakewright, pinned: Path) -> None:
    before = lakewright("-C", pinned, "suggest", "shop", "--json").stdout
    put(pinned, "templates/loader.yaml", NEW + "    deprecated: {reason: Old.}\n")

    after = lakewright("-C", pinned, "suggest", "shop", "--json").stdout

    assert '"loader"' in before
    assert '"loader"' not in after


def test_upgrades_of_a_recipe_that_is_not_there(lakewright: Lakewright, pinned: Path) -> None:
    refused = lakewright("-C", pinned, "templates", "upgrades", "nightli")

    assert refused.exit_code == 1
    assert "Did you mean 'nightly'?" in refused.stderr
