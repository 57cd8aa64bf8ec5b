"""Packs of templates on the command line, from a zip, a folder and a git repository."""

import json
from pathlib import Path

import pygit2
import pytest

from tests.cli.conftest import Lakewright

ORDERS = """\
templates:
  - id: orders  # everything that was sold
    name: Orders
    description: All orders.
    variables:
      - {name: table, type: table_name, required: true, sample: a.b.c, description: The table.}
    template_content: |
      {% import "macros/stars.jinja" as s %}
      SELECT {{ s.star() }} FROM {{ table | table_name }};
    output_type: sql
"""
STARS = "{% macro star() %}*{% endmacro %}\n"
INSTALLED = "metadata/templates/packs/acme/orders.yaml"


def files_of(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def maker(tmp_path: Path) -> Path:
    """A repository with one template that imports a macro."""
    templates = tmp_path / "maker" / "metadata" / "templates"
    (templates / "macros").mkdir(parents=True)
    (templates / "orders.yaml").write_text(ORDERS)
    (templates / "macros" / "stars.jinja").write_text(STARS)
    return tmp_path / "maker"


def export(lakewright: Lakewright, maker: Path, out: Path, version: str = "1.0.0") -> Path:
    said = lakewright(
        *("-C", maker, "templates", "export", "--name", "acme", "--licence", "MIT"),
        *("--version", version, "--out", out),
    )
    assert said.exit_code == 0, said.stderr
    return out


@pytest.fixture
def packed(lakewright: Lakewright, maker: Path, tmp_path: Path) -> Path:
    return export(lakewright, maker, tmp_path / "acme.zip")


def change_the_original(maker: Path) -> None:
    path = maker / "metadata" / "templates" / "orders.yaml"
    path.write_text(
        path.read_text()
        .replace("name: Orders", "name: Orders\n    version: 1.1.0")
        .replace("FROM", "FROM ONLY")
    )


def committed(folder: Path) -> pygit2.Repository:
    repository = pygit2.init_repository(str(folder))
    repository.index.add_all()
    who = pygit2.Signature("Ada", "ada@example.com", 1, 0)
    repository.create_commit("HEAD", who, who, "Packs", repository.index.write_tree(), [])
    repository.index.write()
    return repository


def test_an_installed_template_can_be_used_under_its_longer_name(
    lakewright: Lakewright, shop: Path, packed: Path
) -> None:
    added = lakewright("-C", shop, "templates", "add", packed)
    printed = lakewright("-C", shop, "preview", "acme.orders")

    assert added.exit_code == 0, added.stderr
    assert added.stdout.splitlines() == [
        "+ metadata/packs/installed/acme.yaml",
        "+ metadata/templates/packs/acme/macros/acme.stars.jinja",
        f"+ {INSTALLED}",
    ]
    assert printed.stdout.strip() == "SELECT * FROM a.b.c;"
    assert lakewright("-C", shop, "check").exit_code == 0


def test_a_dry_run_changes_nothing(lakewright: Lakewright, shop: Path, packed: Path) -> None:
    before = files_of(shop)

    said = lakewright("-C", shop, "templates", "add", packed, "--dry-run", "--json")

    assert json.loads(said.stdout)["done"] is False
    assert files_of(shop) == before


def test_removing_takes_exactly_what_the_pack_brought(
    lakewright: Lakewright, shop: Path, packed: Path
) -> None:
    before = files_of(shop)
    lakewright("-C", shop, "templates", "add", packed)

    removed = lakewright("-C", shop, "templates", "remove", "acme")

    assert removed.exit_code == 0
    assert files_of(shop) == before
    assert not (shop / "metadata" / "packs").exists()


@pytest.mark.parametrize("command", ["remove", "update"])
def test_a_hand_edit_is_not_lost(
    lakewright: Lakewright, shop: Path, maker: Path, packed: Path, command: str
) -> None:
    lakewright("-C", shop, "templates", "add", packed)
    edited = shop / INSTALLED
    edited.write_text(edited.read_text() + "# mine\n")
    before = files_of(shop)
    change_the_original(maker)
    export(lakewright, maker, packed, "1.1.0")

    refused = lakewright("-C", shop, "templates", command, "acme")

    assert refused.exit_code == 1
    assert INSTALLED in refused.stderr
    assert files_of(shop) == before

    kept = lakewright("-C", shop, "templates", command, "acme", "--edits", "keep")

    assert kept.exit_code == 0
    assert edited.read_text() == before[INSTALLED]

    lakewright("-C", shop, "templates", "remove", "acme", "--edits", "keep")
    assert edited.is_file()


def test_hand_edits_are_overwritten_when_somebody_says_so(
    lakewright: Lakewright, shop: Path, maker: Path, packed: Path
) -> None:
    lakewright("-C", shop, "templates", "add", packed)
    edited = shop / INSTALLED
    edited.write_text(edited.read_text() + "# mine\n")
    change_the_original(maker)
    export(lakewright, maker, packed, "1.1.0")

    said = lakewright("-C", shop, "templates", "update", "acme", "--edits", "overwrite")

    assert said.exit_code == 0, said.stderr
    assert "# mine" not in edited.read_text()


def test_an_edit_that_the_new_version_leaves_alone_stays_without_a_word(
    lakewright: Lakewright, shop: Path, maker: Path, packed: Path
) -> None:
    lakewright("-C", shop, "templates", "add", packed)
    macro = shop / "metadata/templates/packs/acme/macros/acme.stars.jinja"
    macro.write_text(STARS + "{# mine #}\n")
    change_the_original(maker)
    export(lakewright, maker, packed, "1.1.0")

    said = lakewright("-C", shop, "templates", "update", "acme")

    assert said.exit_code == 0, said.stderr
    assert macro.read_text() == STARS + "{# mine #}\n"
    assert "FROM ONLY" in (shop / INSTALLED).read_text()


def test_an_update_says_what_changes(
    lakewright: Lakewright, shop: Path, maker: Path, packed: Path
) -> None:
    lakewright("-C", shop, "templates", "add", packed)
    change_the_original(maker)
    export(lakewright, maker, packed, "1.1.0")

    said = lakewright("-C", shop, "templates", "update", "acme", "--dry-run", "--json")

    [change] = json.loads(said.stdout)["templates"]
    assert (change["id"], change["before"], change["after"]) == ("acme.orders", "1.0.0", "1.1.0")
    assert "+SELECT {{ s.star() }} FROM ONLY {{ table | table_name }};" in change["source"]


def test_installing_twice_is_refused(lakewright: Lakewright, shop: Path, packed: Path) -> None:
    lakewright("-C", shop, "templates", "add", packed)

    again = lakewright("-C", shop, "templates", "add", packed)

    assert again.exit_code == 1
    assert "installed already" in again.stderr


def test_a_file_in_the_way_is_not_overwritten(
    lakewright: Lakewright, shop: Path, packed: Path
) -> None:
    mine = shop / INSTALLED
    mine.parent.mkdir(parents=True)
    mine.write_text("templates: []\n")

    refused = lakewright("-C", shop, "templates", "add", packed)

    assert refused.exit_code == 1
    assert mine.read_text() == "templates: []\n"


def test_a_template_with_the_same_id_is_in_the_way(
    lakewright: Lakewright, shop: Path, packed: Path
) -> None:
    mine = shop / "metadata" / "templates" / "mine.yaml"
    mine.parent.mkdir(parents=True)
    mine.write_text(ORDERS.replace("id: orders", "id: acme.orders"))

    refused = lakewright("-C", shop, "templates", "add", packed)

    assert refused.exit_code == 1
    assert "There is a template 'acme.orders' already" in refused.stderr


def test_a_folder_of_a_git_repository_is_a_marketplace(
    lakewright: Lakewright, shop: Path, maker: Path, tmp_path: Path
) -> None:
    market = tmp_path / "market"
    export(lakewright, maker, market / "packs" / "acme")
    (market / "index.yaml").write_text(
        "packs:\n- {name: acme, version: 1.0.0, licence: MIT, where: packs/acme}\n"
    )
    repository = committed(market)
    repository.create_tag(
        "v1",
        repository.head.target,
        pygit2.enums.ObjectType.COMMIT,
        pygit2.Signature("Ada", "ada@example.com", 1, 0),
        "",
    )
    (market / "packs" / "acme" / "pack.yaml").write_text("spoilt after the commit")

    listed = lakewright("-C", shop, "templates", "packs", "--index", f"git+{market}@v1", "--json")
    added = lakewright("-C", shop, "templates", "add", "acme", "--index", f"git+{market}@v1")

    assert [entry["name"] for entry in json.loads(listed.stdout)["offered"]] == ["acme"]
    assert added.exit_code == 0, added.stderr
    assert (shop / INSTALLED).is_file()


def test_a_later_version_in_the_index_is_marked(
    lakewright: Lakewright, shop: Path, packed: Path, tmp_path: Path
) -> None:
    lakewright("-C", shop, "templates", "add", packed)
    index = tmp_path / "index.yaml"
    index.write_text("packs:\n- {name: acme, version: 1.10.0, where: acme.zip}\n")

    listed = lakewright("-C", shop, "templates", "packs", "--index", index, "--json")

    assert [entry["newer"] for entry in json.loads(listed.stdout)["offered"]] == [True]


def test_a_pack_in_a_folder_may_have_other_files_beside_it(
    lakewright: Lakewright, shop: Path, maker: Path, tmp_path: Path
) -> None:
    folder = export(lakewright, maker, tmp_path / "pack")
    (folder / "build.sh").write_text("exit 1\n")

    assert lakewright("-C", shop, "templates", "add", folder).exit_code == 0
    assert not list(shop.rglob("build.sh"))


def test_a_link_in_a_folder_is_not_followed(
    lakewright: Lakewright, shop: Path, maker: Path, tmp_path: Path
) -> None:
    folder = export(lakewright, maker, tmp_path / "pack")
    real = folder / "templates" / "orders.yaml"
    real.rename(tmp_path / "outside.yaml")
    real.symlink_to(tmp_path / "outside.yaml")

    refused = lakewright("-C", shop, "templates", "add", folder)

    assert refused.exit_code == 1
    assert "link" in refused.stderr


def test_a_link_in_the_repository_is_not_written_through(
    lakewright: Lakewright, shop: Path, packed: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (shop / "metadata" / "templates").symlink_to(outside)

    refused = lakewright("-C", shop, "templates", "add", packed)

    assert refused.exit_code == 1
    assert list(outside.iterdir()) == []
    assert not (shop / "metadata" / "packs" / "installed" / "acme.yaml").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["add", "nothing.zip"], id="no such file"),
        pytest.param(["add", "https://example.com/acme.zip"], id="an address"),
        pytest.param(["add", "git+nowhere"], id="no such repository"),
        pytest.param(["add", "git+nowhere@v1#x"], id="no such revision"),
        pytest.param(["add", "a\0b"], id="a path that cannot be"),
        pytest.param(["remove", "acme"], id="removing what is not there"),
        pytest.param(["remove", "../../x"], id="removing a path"),
        pytest.param(["update", "acme"], id="updating what is not there"),
        pytest.param(["add", "acme", "--index", "nothing.yaml"], id="no such index"),
        pytest.param(["packs", "--index", "git+nowhere"], id="an index in no repository"),
        pytest.param(
            ["export", "--name", "Acme!", "--licence", "MIT", "--out", "x.zip"], id="a bad name"
        ),
        pytest.param(
            ["export", "orders", "--name", "a", "--licence", "MIT", "--out", "x.zip"],
            id="exporting what is not there",
        ),
    ],
)
def test_what_cannot_be_done_is_said_with_a_remedy(
    lakewright: Lakewright, shop: Path, arguments: list[str]
) -> None:
    refused = lakewright("-C", shop, "templates", *arguments)

    assert refused.exit_code == 1, refused.output
    assert "try: " in refused.stderr


def test_words_that_no_option_knows_are_a_usage_error(
    lakewright: Lakewright, shop: Path, packed: Path
) -> None:
    lakewright("-C", shop, "templates", "add", packed)

    assert lakewright("-C", shop, "templates", "remove", "acme", "--edits", "x").exit_code == 2
