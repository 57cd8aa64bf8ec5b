"""The repository keeps its own promises: commands, pages, pins and links."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from typer.main import get_command

from lakewright.cli.app import create_cli

ROOT = Path(__file__).parents[2]
MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = re.findall(r"^([a-z][a-z-]*):", MAKEFILE, re.MULTILINE)
PAGES = sorted(
    path
    for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"))
    if path.name != "LICENSE.md"
)


@pytest.mark.parametrize("target", TARGETS)
def test_every_make_target_has_one_line_of_comment(target: str) -> None:
    above = MAKEFILE[: MAKEFILE.index(f"\n{target}:")].splitlines()[-1]
    assert above.startswith("# ")


@pytest.mark.parametrize(
    "target", ["setup", "start", "dev", "test", "check", "bench", "build", "lock", "clean", "help"]
)
def test_the_usual_targets_exist(target: str) -> None:
    assert target in TARGETS


def test_make_alone_lists_the_targets() -> None:
    said = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert [line.split()[1] for line in said.splitlines()] == TARGETS


def test_ci_ends_with_the_tests() -> None:
    lines = (ROOT / ".ci" / "run").read_text().split("\n")
    assert "set -euo pipefail" in lines
    assert [line for line in lines if line.startswith("make")] == ["make check", "make test"]


@pytest.mark.parametrize("name", ["runtime", "dev"])
def test_requirements_are_pinned_and_hashed_and_name_no_index(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    pins = re.findall(r"^[a-z].*", text, re.MULTILINE)
    assert pins
    assert all(re.match(r"[\w.\-\[\]]+==\S+ \\$", pin) for pin in pins)
    assert not re.search(r"^(-i|--(extra-)?index-url|--trusted-host|--find-links)", text, re.M)
    assert "://" not in text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text()):
        if not target.startswith(("http:", "https:")):
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_page_names_a_place_on_somebodys_machine(page: Path) -> None:
    assert not re.search(r"/(home|root|work|Users)/\w", page.read_text())


def test_the_readme_names_every_command() -> None:
    readme = (ROOT / "README.md").read_text()
    missing = [
        name
        for name in getattr(get_command(create_cli()), "commands", {})
        if name != "version" and f"lakewright {name}" not in readme
    ]
    assert missing == []


def test_the_contract_names_every_package() -> None:
    contract = (ROOT / ".importlinter").read_text()
    layers = set(re.split(r"[\s|:]+", contract.partition("layers =")[2].partition("exhaustive")[0]))
    package = ROOT / "src" / "lakewright"
    modules = {
        path.stem
        for path in package.iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert modules - layers == {"__init__"}


def test_the_architecture_page_names_every_package() -> None:
    page = (ROOT / "ARCHITECTURE.md").read_text()
    packages = [p.parent.name for p in (ROOT / "src" / "lakewright").glob("*/__init__.py")]
    assert [name for name in packages if f"{name}/" not in page] == []


def test_a_dependency_that_is_declared_is_pinned() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    pinned = (ROOT / "requirements" / "runtime.txt").read_text().lower()
    names = [re.split(r"[\[<>=]", one)[0] for one in declared]
    assert [name for name in names if f"\n{name}==" not in pinned.replace("[c]", "")] == []
