"""Packs of templates over HTTP: every change is one commit by whoever asked for it."""

import base64
from uuid import UUID

import pytest

from lakewright.templates.pack_archive import zipped
from tests.server.conftest import Person, Running
from tests.templates.test_pack_archives import pack_files


def archive(**about: str) -> str:
    return base64.b64encode(zipped(pack_files(None, **about))).decode()


@pytest.fixture
def own(server: Running, owner: Person) -> UUID:
    """A workspace with documents, for one test alone."""
    return server.workspace(owner, "Packs", example="customer_pipeline")


def test_a_pack_is_installed_updated_and_removed(server: Running, owner: Person, own: UUID) -> None:
    base = f"/workspaces/{own}"
    repository = server.repositories.of(own)

    tried = owner.client.post(f"{base}/packs", json={"archive": archive(), "dry_run": True})
    assert (tried.status_code, tried.json()["commit"]) == (200, "")
    assert owner.client.get(f"{base}/packs").json() == {"installed": [], "offered": []}

    added = owner.client.post(f"{base}/packs", json={"archive": archive()})
    assert added.status_code == 200, added.text
    assert added.json()["commit"] == repository.head()
    [commit] = repository.history(limit=1).commits
    assert (commit.message, commit.author.email) == (
        "Add the template pack acme 1.0.0",
        owner.email,
    )
    assert owner.client.get(f"{base}/templates/acme.orders").status_code == 200

    updated = owner.client.post(
        f"{base}/packs-update", json={"archive": archive(version="1.1.0")}
    ).json()
    assert (updated["before"], updated["after"]) == ("1.0.0", "1.1.0")
    [installed] = owner.client.get(f"{base}/packs").json()["installed"]
    assert installed["version"] == "1.1.0"
    assert [one["id"] for one in installed["templates"]] == ["acme.orders", "acme.sales"]

    removed = owner.client.post(f"{base}/packs-remove", json={"name": "acme"})
    assert removed.status_code == 200, removed.text
    assert owner.client.get(f"{base}/packs").json()["installed"] == []
    assert owner.client.get(f"{base}/templates/acme.orders").status_code == 404


def test_a_pack_of_the_repository_s_own_index_is_offered(
    server: Running, owner: Person, own: UUID
) -> None:
    repository = server.repositories.of(own)
    [last] = repository.history(limit=1).commits
    offered = {f"metadata/packs/acme/{path}": text for path, text in pack_files().items()}
    index = (
        b"packs:\n- {name: acme, version: 1.0.0, where: acme}\n"
        b"- {name: evil, version: 1.0.0, where: ../../../x}\n"
    )
    repository.commit(
        {**offered, "metadata/packs/index.yaml": index}, "Offer", last.author, expected={}
    )
    base = f"/workspaces/{own}"

    listed = owner.client.get(f"{base}/packs").json()["offered"]
    added = owner.client.post(f"{base}/packs", json={"indexed": "acme"})
    outside = owner.client.post(f"{base}/packs", json={"indexed": "evil"})
    unknown = owner.client.post(f"{base}/packs", json={"indexed": "acne"})

    assert [entry["name"] for entry in listed] == ["acme", "evil"]
    assert added.status_code == 200, added.text
    assert (outside.status_code, outside.json()["code"]) == (422, "pack")
    assert unknown.status_code == 404
    assert "Did you mean 'acme'?" in unknown.json()["remedy"]


def test_what_is_exported_can_be_installed_elsewhere(
    server: Running, owner: Person, own: UUID
) -> None:
    exported = owner.client.post(
        f"/workspaces/{own}/packs-export",
        json={"name": "built", "licence": "Apache-2.0", "templates": ["managed_delta_table"]},
    )
    elsewhere = server.workspace(owner, "Elsewhere", example="customer_pipeline")
    added = owner.client.post(
        f"/workspaces/{elsewhere}/packs",
        json={"archive": base64.b64encode(exported.content).decode()},
    )

    assert exported.headers["content-type"] == "application/zip"
    assert added.status_code == 200, added.text
    shown = owner.client.get(f"/workspaces/{elsewhere}/templates/built.managed_delta_table")
    assert shown.status_code == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param({"archive": base64.b64encode(b"no zip").decode()}, 422, id="no zip"),
        pytest.param({"archive": "%%%"}, 422, id="no Base64"),
        pytest.param({}, 422, id="neither archive nor name"),
        pytest.param({"archive": "", "indexed": "acme"}, 422, id="both"),
        pytest.param({"indexed": "acme"}, 404, id="no index"),
        pytest.param({"indexed": "../x"}, 404, id="a path for a name"),
    ],
)
def test_what_cannot_be_installed_is_refused(
    owner: Person, shop: UUID, body: dict[str, str], status: int
) -> None:
    reply = owner.client.post(f"/workspaces/{shop}/packs", json=body)

    assert reply.status_code == status, reply.text
    assert reply.json()["remedy"]


def test_a_viewer_may_look_and_not_install(server: Running, shop: UUID) -> None:
    viewer = server.member(shop, "viewer")

    assert viewer.client.get(f"/workspaces/{shop}/packs").status_code == 200
    refused = viewer.client.post(f"/workspaces/{shop}/packs", json={"archive": archive()})
    assert refused.status_code == 403
