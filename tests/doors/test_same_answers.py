"""The same request through the command line and through HTTP gives the same answer."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from typer.testing import CliRunner

from lakewright.cli.app import create_cli
from lakewright.operations.init import example_files
from tests.server.conftest import (
    Person,
    Running,
    _migrated_template,
    database_server,
    loop,
    migrated_database,
    owner,
    pg_bin,
    server,
    server_folder,
    shop,
)

__all__ = [
    "_migrated_template",
    "database_server",
    "loop",
    "migrated_database",
    "owner",
    "pg_bin",
    "server",
    "server_folder",
    "shop",
]

Ask = Callable[..., Any]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The retail example as a folder."""
    root = tmp_path_factory.mktemp("retail")
    for path, text in example_files("retail").items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
    return root


@pytest.fixture(scope="module")
def cli(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """What a command prints as JSON."""
    cache = str(tmp_path_factory.mktemp("cache"))

    def ask(*words: str) -> Any:
        result = CliRunner().invoke(
            create_cli(), ["-C", str(folder), *words, "--json"], env={"LAKEWRIGHT_CACHE": cache}
        )
        return json.loads(result.stdout)

    return ask


@pytest.fixture(scope="module")
def http(owner: Person, shop: UUID) -> Ask:
    """What a route answers."""

    def ask(method: str, path: str, **sent: Any) -> Any:
        return owner.client.request(method, f"/workspaces/{shop}{path}", **sent).json()

    return ask


def test_check(cli: Ask, http: Ask) -> None:
    assert http("GET", "/check") == cli("check")


@pytest.mark.parametrize("model", ["retail_customers", "retail_foundation", "retail_sales"])
def test_suggest(cli: Ask, http: Ask, model: str) -> None:
    assert http("GET", f"/models/{model}/suggestions") == cli("suggest", model)


@pytest.mark.parametrize("model", ["retail_customers", "retail_sales"])
def test_graph(cli: Ask, http: Ask, model: str) -> None:
    assert http("GET", f"/models/{model}/picture?format=json") == cli("graph", model)


def test_templates(cli: Ask, http: Ask) -> None:
    assert http("GET", "/templates") == cli("templates", "list")
    assert http("GET", "/templates/merge_upsert") == cli("templates", "show", "merge_upsert")


def test_lint(cli: Ask, http: Ask) -> None:
    assert http("POST", "/templates-lint", json={}) == cli("templates", "lint")


def test_try_templates(cli: Ask, http: Ask) -> None:
    found = http("POST", "/templates-test", json={"templates": ["merge_upsert"]})

    assert found == cli("templates", "test", "merge_upsert")


def test_preview(cli: Ask, http: Ask) -> None:
    found = http(
        "POST",
        "/preview",
        json={
            "template": "managed_delta_table",
            "values": {"table": "main.sales.orders"},
            "variations": {"change_data_feed": True},
        },
    )

    assert found == cli(
        "preview",
        "managed_delta_table",
        "--set",
        "table=main.sales.orders",
        "--with",
        "change_data_feed",
    )


def test_nodes_and_schemas(cli: Ask, server: Running) -> None:
    client = server.client()

    listed = client.get("/node-types").json()
    shown = [_without_empty(row) for row in cli("nodes")]
    assert [_without_empty(row) for row in listed] == shown
    assert client.get("/schemas/model").json() == cli("schema", "model")


def _without_empty(row: dict[str, Any]) -> dict[str, Any]:
    """A port without an outcome says nothing on the command line, and null over HTTP."""
    ports = {
        side: [{k: v for k, v in port.items() if v is not None} for port in row[side]]
        for side in ("inputs", "outputs")
    }
    return {**row, **ports}


def test_generate(cli: Ask, http: Ask, server: Running, owner: Person, shop: UUID) -> None:
    printed = cli("generate")
    job = http("POST", "/generations", json={})
    done = server.wait_for_job(owner, shop, job["id"])
    made = http("GET", f"/generations/{done['result']['generation_id']}")

    assert made["recipe"] == printed["recipe"]
    assert made["diagnostics"] == printed["diagnostics"]
    assert {file["path"] for file in made["files"]} == set(printed["changes"])


def test_refusals_have_the_same_words(folder: Path, http: Ask) -> None:
    printed = CliRunner().invoke(create_cli(), ["-C", str(folder), "preview", "merge_upser"])
    refused = http("POST", "/preview", json={"template": "merge_upser"})

    assert refused["problem"] in printed.stderr
    assert refused["remedy"] in printed.stderr
