"""Documents over HTTP: what begins one, every kind of them, a creation that is sent twice."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from lakewright.operations.schemas import FileKind
from tests.server.conftest import Person, Running


@pytest.mark.parametrize("kind", list(FileKind))
def test_a_document_of_any_kind_can_begin_with_each_of_its_starting_points(
    owner: Person, shop: UUID, kind: FileKind
) -> None:
    listed = owner.client.get(f"/workspaces/{shop}/starting-points", params={"kind": kind})
    assert listed.status_code == 200, listed.text
    points = listed.json()
    assert all(point["name"] and point["summary"] for point in points)
    for number, point in enumerate((points[0], points[-1])):
        made = owner.client.post(
            f"/workspaces/{shop}/documents",
            json={"kind": kind, "id": f"begun_{kind}_{number}", "starting_point": point["id"]},
        )
        assert made.status_code == 201, made.text
        assert [one for one in made.json()["diagnostics"] if one["severity"] == "error"] == []


def test_models_to_begin_with_have_pictures_and_nothing_else_has(owner: Person, shop: UUID) -> None:
    for kind in FileKind:
        points = owner.client.get(
            f"/workspaces/{shop}/starting-points", params={"kind": kind}
        ).json()
        for point in points:
            if kind is FileKind.MODEL:
                assert len(point["picture"]["boxes"]) == point["nodes"]
            else:
                assert (point["nodes"], point["picture"]) == (None, None)


@pytest.mark.parametrize(
    ("kind", "path", "wrong"),
    [
        ("macro", "metadata/templates/macros/mine.jinja", "{% macro x( %}"),
        ("configuration", "metadata/configurations/mine.yaml", "configurations: [{type: x}]"),
    ],
)
def test_macros_and_configurations_are_saved_with_findings_history_and_drafts(
    owner: Person, shop: UUID, kind: str, path: str, wrong: str
) -> None:
    base = f"/workspaces/{shop}"
    made = owner.client.post(f"{base}/documents", json={"kind": kind, "id": "mine"})
    assert (made.status_code, made.json()["path"]) == (201, path)

    checked = owner.client.post(
        f"{base}/documents-validate", json={"kind": kind, "text": wrong, "path": path}
    )
    saved = owner.client.put(
        f"{base}/documents/{path}", json={"text": wrong}, headers={"If-Match": made.headers["ETag"]}
    )
    assert saved.status_code == 200, saved.text
    assert saved.json()["diagnostics"] == checked.json()["diagnostics"] != []

    history = owner.client.get(f"{base}/history", params={"path": path}).json()["items"]
    assert [commit["id"] for commit in history] == [
        saved.json()["commit"]["id"],
        made.json()["commit"]["id"],
    ]
    draft = owner.client.put(f"{base}/drafts/{kind}/{path}", json={"text": "half"})
    assert draft.status_code == 200, draft.text
    assert owner.client.get(f"{base}/drafts/{kind}/{path}").json()["text"] == "half"


def test_editors_are_given_a_schema_of_every_yaml_file(server: Running) -> None:
    schema = server.client().get("/schemas/configuration").json()
    assert schema["properties"]["configurations"]["items"]["required"] == ["type"]
    refused = server.client().get("/schemas/macro")
    assert refused.status_code == 404
    assert "model, template, recipe, configuration" in refused.json()["remedy"]


def test_a_creation_that_was_kept_in_git_only_is_answered_when_it_is_sent_again(
    server: Running, owner: Person, shop: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commit is made, then the database fails before it has kept the idempotency key."""
    asked: dict[str, Any] = {"kind": "model", "id": "lost_answer"}
    headers = {"Idempotency-Key": str(uuid4())}

    async def fails(*_: object, **__: object) -> None:
        raise OSError("the database is away")

    with monkeypatch.context() as broken:
        broken.setattr("lakewright.server.routes.documents.add_event", fails)
        lost = owner.client.post(f"/workspaces/{shop}/documents", json=asked, headers=headers)
    assert lost.status_code == 500
    before = server.repositories.of(shop).head()

    again = owner.client.post(f"/workspaces/{shop}/documents", json=asked, headers=headers)
    third = owner.client.post(f"/workspaces/{shop}/documents", json=asked, headers=headers)

    assert again.status_code == 201, again.text
    assert again.json()["path"] == "metadata/models/lost_answer.yaml"
    assert again.json()["commit"]["id"] == before == server.repositories.of(shop).head()
    assert third.json() == again.json()
