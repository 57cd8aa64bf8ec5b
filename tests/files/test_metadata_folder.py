"""A metadata repository that is a folder: what counts, what is skipped, what is refused."""

import os
from pathlib import Path

import pytest

from lakewright.context import repository_at
from lakewright.errors import LakewrightError, LimitError, NotFoundError
from lakewright.files.metadata_folder import MetadataFolder
from lakewright.operations.metadata import load_metadata
from lakewright.ports import MAXIMUM_FILE_BYTES
from tests.operations.workshop import rules, tables_model


@pytest.fixture
def root(tmp_path: Path) -> Path:
    models = tmp_path / "repository" / "metadata" / "models"
    models.mkdir(parents=True)
    (models / "shop.yaml").write_text(tables_model("shop", {"orders": "INT"}))
    return tmp_path / "repository"


def folder(root: Path) -> MetadataFolder:
    return repository_at(root, {"LAKEWRIGHT_CACHE": str(root.parent / "cache")})


def paths(root: Path) -> list[str]:
    return [file.path for file in folder(root).files()]


def test_files_are_sorted_and_relative(root: Path) -> None:
    (root / "metadata" / "models" / "crm.yml").write_text("data_models: []\n")
    (root / "metadata" / "templates" / "macros").mkdir(parents=True)
    (root / "metadata" / "templates" / "macros" / "own.jinja").write_text("")

    assert paths(root) == [
        "metadata/models/crm.yml",
        "metadata/models/shop.yaml",
        "metadata/templates/macros/own.jinja",
    ]


@pytest.mark.parametrize(
    "path", [".git/config.yaml", "node_modules/x.yaml", "out/databricks.yml", "notes.txt"]
)
def test_what_is_no_metadata_is_skipped(root: Path, path: str) -> None:
    (root / path).parent.mkdir(exist_ok=True, parents=True)
    (root / path).write_text("x: 1\n")

    assert paths(root) == ["metadata/models/shop.yaml"]


def test_links_are_skipped_because_they_may_leave_the_repository(root: Path) -> None:
    outside = root.parent / "outside"
    outside.mkdir()
    (outside / "secret.yaml").write_text("data_models: []\n")
    (root / "metadata" / "models" / "file.yaml").symlink_to(outside / "secret.yaml")
    (root / "metadata" / "models" / "folder").symlink_to(outside)
    (root / "metadata" / "models" / "loop").symlink_to(root)

    assert paths(root) == ["metadata/models/shop.yaml"]


def test_a_pipe_is_skipped_instead_of_waited_for(root: Path) -> None:
    os.mkfifo(root / "metadata" / "models" / "pipe.yaml")

    assert paths(root) == ["metadata/models/shop.yaml"]


def test_a_version_changes_with_the_content_and_only_with_it(root: Path) -> None:
    model = root / "metadata" / "models" / "shop.yaml"
    [first] = folder(root).files()
    os.utime(model, ns=(1, 1))
    [touched] = folder(root).files()
    model.write_text(model.read_text().replace("INT", "DATE"))
    [changed] = folder(root).files()

    assert touched.version == first.version
    assert changed.version != first.version


def test_a_change_of_equal_size_right_after_a_look_is_noticed(root: Path) -> None:
    model = root / "metadata" / "models" / "shop.yaml"
    seen = []
    for kind in ("INT", "MAP", "INT", "ANY"):
        model.write_text(tables_model("shop", {"orders": kind}))
        [file] = folder(root).files()
        seen.append(file.version)

    assert len(set(seen)) == 3
    assert seen[0] == seen[2]


def test_a_file_over_the_limit_is_a_finding_and_not_read(root: Path) -> None:
    big = root / "metadata" / "models" / "big.yaml"
    with big.open("wb") as file:
        file.truncate(MAXIMUM_FILE_BYTES + 1)

    with pytest.raises(LimitError):
        folder(root).read("metadata/models/big.yaml")
    metadata = load_metadata(folder(root))

    assert "limit" in rules(metadata.diagnostics)
    assert set(metadata.models) == {"shop"}


def test_a_file_that_may_not_be_read_is_a_finding(root: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("permissions do not stop the superuser")
    (root / "metadata" / "models" / "closed.yaml").write_text("data_models: []\n")
    (root / "metadata" / "models" / "closed.yaml").chmod(0)

    metadata = load_metadata(folder(root))

    assert set(metadata.models) == {"shop"}
    assert any("cannot be read" in found.problem for found in metadata.diagnostics)


def test_a_file_that_vanished_is_not_found(root: Path) -> None:
    with pytest.raises(NotFoundError):
        folder(root).read("metadata/models/gone.yaml")


def test_a_folder_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LakewrightError):
        folder(tmp_path / "nowhere").files()


def test_files_that_differ_only_by_case_are_both_read(root: Path) -> None:
    other = root / "metadata" / "models" / "SHOP.yaml"
    other.write_text(tables_model("other", {"orders": "INT"}))

    assert set(load_metadata(folder(root)).models) == {"shop", "other"}


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe\x00",
        b"data_models:\n\t- id: a\n",
        b"data_models: [",
        b"- a\n- b\n",
        b"",
        b"a: &x [*x]\n",
        b"\x00",
        b"data_models: {id: a}\n",
        b"data_models:\n  - 7\n  - [a]\n  - {id: {}}\n",
        b"[" * 100_000,
    ],
    ids=[
        "not UTF-8", "a tab", "cut off", "a list", "empty", "an alias of itself", "NUL",
        "a map for a list", "wrong kinds", "deep",
    ],
)  # fmt: skip
def test_a_damaged_model_file_is_a_finding_and_the_others_are_read(
    root: Path, content: bytes
) -> None:
    (root / "metadata" / "models" / "bad.yaml").write_bytes(content)

    metadata = load_metadata(folder(root))

    assert set(metadata.models) == {"shop"}
    assert content == b"" or any(
        found.where.file == "metadata/models/bad.yaml" for found in metadata.diagnostics
    )
