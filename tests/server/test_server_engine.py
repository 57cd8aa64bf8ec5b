"""The engine over HTTP: check, suggest, draw, look at templates, preview."""

from uuid import UUID

from tests.server.conftest import Person, Running


def test_the_retail_example_is_sound(owner: Person, shop: UUID) -> None:
    reply = owner.client.get(f"/workspaces/{shop}/check")

    assert reply.status_code == 200
    assert [d for d in reply.json()["diagnostics"] if d["severity"] == "error"] == []


def test_who_is_signed_in(owner: Person, shop: UUID) -> None:
    reply = owner.client.get("/me")

    assert reply.status_code == 200
    assert reply.json()["email"] == owner.email
    assert [(w["id"], w["role"]) for w in reply.json()["workspaces"] if w["name"] == "Shop"] == [
        (str(shop), "admin")
    ]


def test_a_preview_prints_and_proves(owner: Person, shop: UUID) -> None:
    reply = owner.client.post(
        f"/workspaces/{shop}/preview", json={"template": "managed_delta_table"}
    )

    assert reply.status_code == 200, reply.text
    assert "CREATE" in reply.json()["text"]


def test_configurations_are_kept(owner: Person, shop: UUID) -> None:
    made = owner.client.post(
        f"/workspaces/{shop}/configurations", json={"name": "small", "type": "cluster"}
    )
    assert made.status_code == 201, made.text
    assert made.headers["etag"]


def test_openapi(server: Running) -> None:
    reply = server.client().get("/openapi.json")
    assert reply.status_code == 200
