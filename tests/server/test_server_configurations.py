"""Configurations over HTTP: from files and from people, which counts where, and what they do."""

from typing import Any
from uuid import UUID

import pytest
import yaml

from tests.server.conftest import Person, Running

FILE = "metadata/configurations/sizes.yaml"
SIZES = {
    "configurations": [
        {"name": "sizes", "type": "cluster", "config": {"num_workers": 2, "autotermination": 20}},
        {"name": "values", "type": "variables", "config": {"owner": "sales"}},
    ]
}


@pytest.fixture(scope="module")
def settings(owner: Person, shop: UUID) -> str:
    """A file with configurations, and one that is set in the app for a model: its id."""
    saved = owner.client.post(
        f"/workspaces/{shop}/documents",
        json={"kind": "configuration", "id": "sizes", "text": yaml.safe_dump(SIZES)},
    )
    assert saved.status_code == 201, saved.text
    made = owner.client.post(
        f"/workspaces/{shop}/configurations",
        json={
            "name": "sizes",
            "type": "cluster",
            "config": {"num_workers": 9},
            "scope": "model",
            "scope_ref": "orders",
        },
    )
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def test_files_and_the_app_are_one_inheritance(owner: Person, shop: UUID, settings: str) -> None:
    def found(query: str) -> dict[str, Any]:
        reply = owner.client.get(f"/workspaces/{shop}/configurations/effective?{query}")
        assert reply.status_code == 200, reply.text
        return {f"{one['name']}.{one['key']}": one for one in reply.json()}

    everywhere, orders = found(""), found("model=orders")

    assert everywhere["sizes.num_workers"]["value"] == 2
    assert everywhere["sizes.num_workers"]["from_file"] == FILE
    assert everywhere["sizes.num_workers"]["from_configuration"] is None
    assert everywhere["values.owner"]["type"] == "variables"
    assert orders["sizes.num_workers"]["value"] == 9
    assert orders["sizes.num_workers"]["from_configuration"] == settings
    assert orders["sizes.num_workers"]["from_scope_ref"] == "orders"
    assert orders["sizes.autotermination"]["from_file"] == FILE


@pytest.mark.usefixtures("settings")
def test_what_the_files_say_is_listed(owner: Person, shop: UUID) -> None:
    listed = owner.client.get(f"/workspaces/{shop}/configurations/written").json()

    assert [(one["file"], one["name"], one["scope"]) for one in listed] == [
        (FILE, "sizes", "workspace"),
        (FILE, "values", "workspace"),
    ]


def test_a_generation_takes_what_is_set_in_the_app(
    server: Running, owner: Person, shop: UUID
) -> None:
    owner.client.post(
        f"/workspaces/{shop}/configurations",
        json={"name": "limits", "type": "job", "config": {"timeout_seconds": 4321}},
    ).raise_for_status()

    asked = owner.client.post(f"/workspaces/{shop}/generations", json={"wanted": ""})
    done = server.wait_for_job(owner, shop, asked.json()["id"])

    place = f"/workspaces/{shop}/generations/{done['result']['generation_id']}"
    generation = owner.client.get(place).json()
    jobs = [each["path"] for each in generation["files"] if each["path"].endswith(".job.yml")]
    texts = [owner.client.get(f"{place}/files/{path}").json()["text"] for path in jobs]
    assert any("timeout_seconds: 4321" in text for text in texts)
    assert "limits" in generation["request"]["configurations"]


def test_a_template_says_where_it_is_used(owner: Person, shop: UUID) -> None:
    found = owner.client.get(f"/workspaces/{shop}/templates/managed_delta_table/uses").json()
    missing = owner.client.get(f"/workspaces/{shop}/templates/managed_delta_tble/uses")

    assert found["complete"]
    assert {"model", "model_name", "node", "node_name", "recipe"} == set(found["scripts"][0])
    assert missing.status_code == 404
    assert "managed_delta_table" in missing.json()["remedy"]
