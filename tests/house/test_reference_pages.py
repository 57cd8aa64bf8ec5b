"""The pages of docs/reference say what the code says."""

from pathlib import Path

import pytest

from scripts import reference

NAMES = (
    "cli.md",
    "node-types.md",
    "rules.md",
    "filters.md",
    "templates.md",
    "settings.md",
    "operations.md",
    "retail-sales.svg",
)


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return reference.pages()


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_as_the_code_makes_it(name: str, pages: dict[str, str]) -> None:
    written = (reference.REFERENCE / name).read_text(encoding="utf-8")
    assert written == pages[name], "run `make docs`"


def test_no_other_page_is_lying_about(pages: dict[str, str]) -> None:
    found = {path.name for path in Path(reference.REFERENCE).iterdir()}
    assert found == set(pages) == set(NAMES)
