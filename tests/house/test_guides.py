"""What the guides show works as they show it."""

import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml
from typer.testing import CliRunner

from lakewright.cli.app import create_cli
from lakewright.generation.configurations import Configurations, read_configurations
from lakewright.generation.recipe import read_recipes
from lakewright.operations.schemas import FileKind, json_schema_of
from lakewright.yaml_text.load import load

GUIDES = Path(__file__).parents[2] / "docs" / "guides"


def examples(guide: str) -> list[Any]:
    """The YAML blocks of a guide, parsed."""
    text = (GUIDES / guide).read_text()
    return [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)]


def test_the_template_of_the_guide_is_sound_in_every_combination(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAKEWRIGHT_CACHE", str(tmp_path / "cache"))
    [template] = examples("writing-templates.md")
    folder = tmp_path / "metadata" / "templates"
    folder.mkdir(parents=True)
    (folder / "guide.yaml").write_text(yaml.safe_dump(template))

    for command in ("lint", "test"):
        ended = CliRunner().invoke(create_cli(), ["-C", str(tmp_path), "templates", command])
        assert ended.exit_code == 0, ended.output
        assert ended.stderr == ""


def test_the_template_of_the_guide_fits_its_schema() -> None:
    [template] = examples("writing-templates.md")
    validator = jsonschema_rs.validator_for(json_schema_of(FileKind.TEMPLATE))
    assert [error.message for error in validator.iter_errors(template)] == []


def test_the_recipe_and_the_configuration_of_the_guide_are_read_without_findings() -> None:
    recipe, configuration = examples("recipes.md")
    read = read_recipes(recipe, "guide")
    assert read.diagnostics == ()
    assert len(read.recipes) == 1
    assert read_configurations(configuration, "guide", Configurations())[1] == []
    jsonschema_rs.validator_for(json_schema_of(FileKind.RECIPE)).validate(recipe)


def test_every_built_in_template_fits_the_schema() -> None:
    validator = jsonschema_rs.validator_for(json_schema_of(FileKind.TEMPLATE))
    folder = Path(__file__).parents[2] / "src" / "lakewright" / "templates" / "builtin"
    wrong = {
        path.name: [error.message for error in validator.iter_errors(value)]
        for path in sorted(folder.rglob("*.yaml"))
        for value in [yaml.load(path.read_text(), Loader=yaml.CSafeLoader)]
        if not validator.is_valid(value)
    }
    assert wrong == {}


def test_every_example_model_fits_the_schema() -> None:
    validator = jsonschema_rs.validator_for(json_schema_of(FileKind.MODEL))
    folder = Path(__file__).parents[2] / "examples"
    wrong = {
        path.name: [
            f"{error.instance_path}: {error.message}"[:300]
            for error in validator.iter_errors(value)
        ]
        for path in sorted(folder.glob("*/metadata/models/*.yaml"))
        for value in [load(path.read_bytes())]
        if not validator.is_valid(value)
    }
    assert wrong == {}
