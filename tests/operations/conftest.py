"""Workshops share one renderer: its worker starts once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lakewright.context import renderer
from lakewright.ports import TemplateRenderer
from tests.operations.workshop import Workshop


@pytest.fixture(scope="session")
def shared_renderer() -> Iterator[TemplateRenderer]:
    with renderer() as templates:
        yield templates


@pytest.fixture
def workshop(tmp_path: Path, shared_renderer: TemplateRenderer) -> Workshop:
    return Workshop(tmp_path, shared_renderer)
