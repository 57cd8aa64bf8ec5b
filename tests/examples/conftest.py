"""The examples are generated once for everything that only reads them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lakewright.context import renderer
from lakewright.ports import TemplateRenderer
from tests.examples.bundles import MADE, made_of


@pytest.fixture(scope="session")
def shared_renderer() -> Iterator[TemplateRenderer]:
    with renderer() as templates:
        yield templates


@pytest.fixture(scope="session")
def bundles(
    tmp_path_factory: pytest.TempPathFactory, shared_renderer: TemplateRenderer
) -> dict[str, Path]:
    """Name of a bundle -> folder that holds it."""
    found = {}
    for made in MADE:
        workshop = made_of(made, tmp_path_factory.mktemp(str(made)), shared_renderer)
        assert not workshop.generate(wanted=made.recipe).refused
        found[str(made)] = workshop.out
    return found
