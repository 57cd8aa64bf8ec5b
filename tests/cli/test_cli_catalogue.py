"""`lakewright nodes`, `schema` and `version` tell what Lakewright knows."""

import json

import jsonschema_rs
import pytest
import yaml
from typer.testing import CliRunner

from lakewright import __version__
from lakewright.cli.app import create_cli
from lakewright.datamodel.node_types import NODE_TYPES, TYPE_ALIASES

CLI = CliRunner()


def test_version_says_the_version() -> None:
    assert CLI.invoke(create_cli(), ["version"]).stdout == f"lakewright {__version__}\n"
    found = json.loads(CLI.invoke(create_cli(), ["version", "--json"]).stdout)
    assert found["lakewright"] == __version__


def test_nodes_lists_every_type() -> None:
    ended = CLI.invoke(create_cli(), ["nodes"])
    assert ended.exit_code == 0
    assert [line.split()[0] for line in ended.stdout.splitlines()[1:]] == list(NODE_TYPES)


def test_nodes_as_json_holds_each_form() -> None:
    found = json.loads(CLI.invoke(create_cli(), ["nodes", "--json"]).stdout)
    assert [row["key"] for row in found] == list(NODE_TYPES)
    assert all("properties" in row["json_schema"] for row in found)


def test_nodes_of_one_family() -> None:
    ended = CLI.invoke(create_cli(), ["nodes", "--family", "source", "--json"])
    assert {row["family"] for row in json.loads(ended.stdout)} == {"source"}


@pytest.mark.parametrize("node_type", sorted(NODE_TYPES))
def test_every_type_has_a_page(node_type: str) -> None:
    ended = CLI.invoke(create_cli(), ["nodes", "show", node_type])
    assert ended.exit_code == 0
    assert f"({node_type})" in ended.stdout.splitlines()[0]


def test_a_type_is_found_by_its_other_names() -> None:
    alias, key = next(iter(TYPE_ALIASES.items()))
    shown = CLI.invoke(create_cli(), ["nodes", "show", alias, "--json"])
    assert json.loads(shown.stdout)["key"] == key


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        pytest.param(["nodes", "show", "uc_tabel"], "Did you mean 'uc_table'?", id="a type"),
        pytest.param(["nodes", "--family", "sorce"], "Did you mean 'source'?", id="a family"),
    ],
)
def test_a_misspelt_name_is_refused_with_the_nearest(arguments: list[str], hint: str) -> None:
    ended = CLI.invoke(create_cli(), arguments)
    assert ended.exit_code == 1
    assert ended.stdout == ""
    assert "error[not-found]" in ended.stderr
    assert hint in ended.stderr


@pytest.mark.parametrize("kind", ["model", "template", "recipe"])
def test_every_schema_is_a_schema(kind: str) -> None:
    schema = json.loads(CLI.invoke(create_cli(), ["schema", kind]).stdout)
    jsonschema_rs.meta.validate(schema)


MODEL = """
data_models:
  - id: model_001
    nodes:
      - {id: a, type: source_table, properties: {catalog: main, schema: raw, table_name: t}}
      - id: b
        type: transformation
        properties: {notebook_path: /Workspace/x}
        position: {x: 1, y: 2}
    edges:
      - {source: a, target: b, type: data_flow}
"""


def test_the_model_schema_accepts_other_names_of_types_and_properties() -> None:
    validator = jsonschema_rs.validator_for(model_schema())
    assert [error.message for error in validator.iter_errors(yaml.safe_load(MODEL))] == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        pytest.param("type: source_table", "type: source_tabel", id="an unknown type"),
        pytest.param(", table_name: t", "", id="a missing property, under any of its names"),
        pytest.param("{x: 1, y: 2}", "{x: left}", id="a position that is none"),
        pytest.param("type: data_flow", "type: flow", id="an unknown kind of edge"),
        pytest.param("{id: a,", "{", id="a node without an id"),
    ],
)
def test_the_model_schema_refuses(right: str, wrong: str) -> None:
    assert right in MODEL
    validator = jsonschema_rs.validator_for(model_schema())
    assert not validator.is_valid(yaml.safe_load(MODEL.replace(right, wrong)))


def model_schema() -> dict[str, object]:
    found: dict[str, object] = json.loads(CLI.invoke(create_cli(), ["schema", "model"]).stdout)
    return found
