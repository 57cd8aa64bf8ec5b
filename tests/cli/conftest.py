"""A small repository, and the command line to use it with."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from lakewright.cli.app import create_cli

Lakewright = Callable[..., Result]

SHOP = """\
data_models:
  - id: shop
    name: Shop
    nodes:
      - id: files
        type: source_files
        properties: {path: /Volumes/main/landing/orders, format: json, ingest: auto_loader}
      - id: orders
        type: dest_table
        properties: {catalog: main, schema: bronze, table: orders}
    edges:
      - {source: files, target: orders, type: data_flow}
"""


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No memory of other runs, no colours, and a folder that is in no repository."""
    monkeypatch.setenv("LAKEWRIGHT_CACHE", str(tmp_path / "cache"))
    for name in ("NO_COLOR", "FORCE_COLOR", "LAKEWRIGHT_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A repository with one model: files that an Auto Loader notebook loads into a table."""
    models = tmp_path / "shop" / "metadata" / "models"
    models.mkdir(parents=True)
    (models / "shop.yaml").write_text(SHOP)
    return tmp_path / "shop"


@pytest.fixture
def lakewright() -> Lakewright:
    """Run the command line in this process; arguments may be paths."""

    def run(*arguments: object) -> Result:
        return CliRunner().invoke(create_cli(), [str(argument) for argument in arguments])

    return run
