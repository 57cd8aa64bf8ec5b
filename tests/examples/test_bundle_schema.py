"""Every bundle file of every example is valid by Databricks' own JSON schema of bundles.

The schema may not be redistributed, so it is read from the place that the environment variable
LAKEWRIGHT_BUNDLE_SCHEMA names, or from beside the checkout; without it these tests are skipped.
`databricks bundle schema > schema.json` gives the newest one.
"""

import json
import os
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from tests.examples.bundles import MADE

BESIDE = (
    Path(__file__).parents[3]
    / "shared"
    / "reference"
    / "declarative-automation-bundles.schema.json"
)


@pytest.fixture(scope="module")
def validator() -> Any:
    path = Path(os.environ.get("LAKEWRIGHT_BUNDLE_SCHEMA") or BESIDE)
    if not path.is_file():
        pytest.skip(f"no bundle schema at {path}; set LAKEWRIGHT_BUNDLE_SCHEMA")
    return jsonschema_rs.validator_for(json.loads(path.read_text(encoding="utf-8")))


def faults(validator: Any, value: Any) -> list[str]:
    return [
        f"{'/'.join(map(str, error.instance_path))}: {error.message[:300]}"
        for error in validator.iter_errors(value)
    ]


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", [str(made) for made in MADE])
def test_each_file_is_valid_alone(name: str, bundles: dict[str, Path], validator: Any) -> None:
    files = [bundles[name] / "databricks.yml", *sorted((bundles[name] / "resources").glob("*.yml"))]
    assert len(files) > 1

    found = {path.name: faults(validator, read(path)) for path in files}

    assert found == {path.name: [] for path in files}


@pytest.mark.parametrize("name", [str(made) for made in MADE])
def test_the_whole_bundle_is_valid(name: str, bundles: dict[str, Path], validator: Any) -> None:
    whole = read(bundles[name] / "databricks.yml")
    resources = whole.setdefault("resources", {})
    for path in sorted((bundles[name] / "resources").glob("*.yml")):
        for group, entries in read(path)["resources"].items():
            assert not set(entries) & set(resources.setdefault(group, {}))
            resources[group].update(entries)

    assert faults(validator, whole) == []


def test_the_schema_tells_a_wrong_bundle_from_a_right_one(validator: Any) -> None:
    assert faults(validator, {"bundle": {"name": "a"}, "resources": {"jobs": {"a": {"tasks": 7}}}})


@pytest.mark.parametrize("name", [str(made) for made in MADE])
def test_every_file_that_a_resource_runs_is_in_the_bundle(
    name: str, bundles: dict[str, Path]
) -> None:
    folder = bundles[name] / "resources"
    missing = [
        text
        for path in sorted(folder.glob("*.yml"))
        for text in texts(read(path))
        if text.startswith("../") and not (folder / text.removesuffix("/**")).exists()
    ]

    assert missing == []


def texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in texts(item)]
    return [value] if isinstance(value, str) else []
