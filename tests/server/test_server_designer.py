"""The designer over HTTP: models as values, compared, merged and drawn; who is there too."""

from typing import Any
from uuid import UUID

import pytest

from tests.server.conftest import Person

TEXT = """\
# Kept.
data_models:
  - id: orders
    nodes:
      - id: raw  # as delivered
        type: source_table
        properties: {catalog: main, schema: raw, table: orders}
      - {id: clean, type: dest_table, properties: {catalog: main, schema: s, table: orders}}
    edges:
      - {source: raw, target: clean}
"""


def opened(owner: Person, shop: UUID, **body: Any) -> dict[str, Any]:
    reply = owner.client.post(f"/workspaces/{shop}/models-open", json={"text": TEXT, **body})
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()
    return found


def test_a_text_opens_as_a_model_with_places(owner: Person, shop: UUID) -> None:
    found = opened(owner, shop)

    assert [node["id"] for node in found["model"]["nodes"]] == ["raw", "clean"]
    assert found["places"] == {"raw": 5, "clean": 8}
    assert found["waves"] == [["raw"], ["clean"]]


def test_a_moved_node_is_written_into_the_text_and_the_comments_stay(
    owner: Person, shop: UUID
) -> None:
    model = opened(owner, shop)["model"]
    model["nodes"][0]["position"] = {"x": 10, "y": 20.5}

    found = opened(owner, shop, model=model)

    assert found["text"].startswith("# Kept.")
    assert "- id: raw  # as delivered" in found["text"]
    assert found["model"] == model


@pytest.mark.parametrize(
    "text",
    ["data_models: [", "models: []", "data_models: 7", "schema_version: 9\ndata_models: []"],
)
def test_what_cannot_be_written_gives_findings(text: str, owner: Person, shop: UUID) -> None:
    model = opened(owner, shop)["model"] | {"id": "other"}

    found = opened(owner, shop, text=text, model=model)

    assert found["model"] is None
    assert found["text"] == text
    assert found["diagnostics"][0]["severity"] == "error"


def test_a_value_of_another_shape_is_refused_with_its_place(owner: Person, shop: UUID) -> None:
    reply = owner.client.post(
        f"/workspaces/{shop}/models-open", json={"text": TEXT, "model": {"id": "m"}}
    )

    assert reply.status_code == 422
    assert reply.json()["remedy"]


def test_a_model_needs_an_id_to_be_written(owner: Person, shop: UUID) -> None:
    model = opened(owner, shop)["model"] | {"id": ""}

    found = opened(owner, shop, model=model)

    assert (found["model"], found["text"]) == (None, TEXT)
    assert [one["rule"] for one in found["diagnostics"]] == ["missing-id"]
