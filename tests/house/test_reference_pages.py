"""The pages of docs/reference say what the code says."""

from pathlib import Path

import pytest

from lakewright.templates.library import builtin_templates
from scripts import reference

NAMES = (
    "cli.md",
    "node-types.md",
    "rules.md",
    "filters.md",
    "templates.md",
    "settings.md",
    "operations.md",
    "metrics.md",
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
    found = {
        str(path.relative_to(reference.REFERENCE))
        for path in Path(reference.REFERENCE).rglob("*")
        if path.is_file()
    }
    assert found == set(pages)
    assert {name for name in pages if not name.startswith("templates/")} == set(NAMES)


def test_every_template_has_a_page_with_its_example(pages: dict[str, str]) -> None:
    written = {
        name: (reference.REFERENCE / name).read_text(encoding="utf-8")
        for name in pages
        if name.startswith("templates/")
    }

    assert written == {name: text for name, text in pages.items() if name in written}
    assert set(written) == {f"templates/{name}.md" for name in builtin_templates()}
    assert all("\n## Example\n" in text for text in written.values())
