"""The example repositories: sound, proved, valid, and the same bytes everywhere."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lakewright.context import repository_at
from lakewright.diagnostics import Severity
from lakewright.operations.check import check
from lakewright.operations.generate import Change
from lakewright.operations.metadata import load_metadata
from lakewright.ports import TemplateRenderer
from lakewright.templates.library import builtin_templates
from tests.examples.bundles import EXAMPLES, MADE, Made, made_of
from tests.operations.workshop import Workshop, folder_content, worse_than_info

RETAIL = EXAMPLES / "retail"


@pytest.mark.parametrize("example", sorted({made.example for made in MADE}))
def test_checking_an_example_finds_nothing_worse_than_info(example: str, tmp_path: Path) -> None:
    repository = repository_at(EXAMPLES / example, {"LAKEWRIGHT_CACHE": str(tmp_path)})

    found = check(repository, load_metadata(repository))

    assert worse_than_info(found) == []


@pytest.mark.parametrize("made", MADE, ids=str)
def test_generating_an_example_finds_nothing_worse_than_info(
    made: Made, tmp_path: Path, shared_renderer: TemplateRenderer
) -> None:
    workshop = made_of(made, tmp_path, shared_renderer)

    report = workshop.generate(wanted=made.recipe)

    assert worse_than_info(report.diagnostics) == []
    assert not report.refused
    assert all(d.severity is Severity.INFO for d in report.diagnostics)


@pytest.mark.parametrize("made", MADE, ids=str)
def test_generating_an_example_again_changes_nothing(
    made: Made, tmp_path: Path, shared_renderer: TemplateRenderer
) -> None:
    workshop = made_of(made, tmp_path, shared_renderer)
    workshop.generate(wanted=made.recipe)
    before = workshop.files()

    again = workshop.generate(wanted=made.recipe)
    workshop.forget()
    anew = workshop.generate(wanted=made.recipe)

    assert set(again.changes.values()) == {Change.UNCHANGED}
    assert set(anew.changes.values()) == {Change.UNCHANGED}
    assert workshop.files() == before


def test_the_retail_bundle_is_the_same_in_any_process_and_folder(tmp_path: Path) -> None:
    bundles = []
    for number, seed in enumerate(["0", "1", "4711"]):
        home = tmp_path / ("deep/" * number) / f"checkout {number}"
        shutil.copytree(RETAIL, home / "retail")
        subprocess.run(
            [sys.executable, "-m", "lakewright", "-C", str(home / "retail"), "generate",
             "--out", str(home / f"bundle-{seed}")],
            check=True,
            capture_output=True,
            env={
                **os.environ,
                "PYTHONHASHSEED": seed,
                "LAKEWRIGHT_CACHE": str(home / "cache"),
                "TZ": ["UTC", "Asia/Tokyo", "America/Lima"][number],
            },
        )  # fmt: skip
        bundles.append(folder_content(home / f"bundle-{seed}"))

    assert bundles[0] == bundles[1] == bundles[2]


def test_no_generated_file_names_the_machine(
    tmp_path: Path, shared_renderer: TemplateRenderer
) -> None:
    workshop = Workshop(tmp_path, shared_renderer)
    shutil.copytree(RETAIL, workshop.root, dirs_exist_ok=True)

    workshop.generate()

    mentions = [path for path, text in workshop.files().items() if str(tmp_path).encode() in text]
    assert mentions == []


def test_generated_files_are_utf_8_with_unix_lines_and_a_newline_at_the_end(
    tmp_path: Path, shared_renderer: TemplateRenderer
) -> None:
    workshop = Workshop(tmp_path, shared_renderer)
    shutil.copytree(RETAIL, workshop.root, dirs_exist_ok=True)

    workshop.generate()

    for path, content in workshop.files().items():
        assert b"\r" not in content, path
        assert content.decode().endswith("\n"), path
        assert not re.search(rb"[ \t]\n", content), f"{path} has blanks at the end of a line"


def test_retail_shows_most_of_the_built_in_library(
    tmp_path: Path, shared_renderer: TemplateRenderer
) -> None:
    workshop = Workshop(tmp_path, shared_renderer)
    shutil.copytree(RETAIL, workshop.root, dirs_exist_ok=True)
    repository = repository_at(workshop.root, workshop.environ)

    report = workshop.generate()

    lock: dict[str, Any] = __import__("json").loads(workshop.files()["lakewright.lock"])
    used = {
        row["template"].partition("@")[0] for row in lock["files"].values() if "template" in row
    }
    assert len(used & set(builtin_templates())) >= 25
    assert sum(len(model.nodes) for model in load_metadata(repository).models.values()) >= 40
    assert report.models == 3


def test_names_of_the_home_catalog_are_left_to_the_target(
    tmp_path: Path, shared_renderer: TemplateRenderer
) -> None:
    workshop = Workshop(tmp_path, shared_renderer)
    shutil.copytree(RETAIL, workshop.root, dirs_exist_ok=True)

    workshop.generate()

    fixed = {
        path: found
        for path, text in workshop.files().items()
        if path.startswith("src/")
        and (found := re.findall(rb"\bretail\.(?:bronze|silver|gold|ops|security)\b.*", text))
    }
    assert fixed == {}
