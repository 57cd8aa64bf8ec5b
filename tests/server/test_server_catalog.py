"""Routes and catalog say the same, and every route keeps out whoever the catalog keeps out."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.routing import APIRoute

from lakewright.access import ROLES, Role
from lakewright.operations.catalog import OPERATIONS
from tests.server.conftest import Person, Running

METHODS = ("get", "post", "put", "patch", "delete")


@pytest.fixture(scope="module")
def document(server: Running) -> dict[str, Any]:
    """The OpenAPI document."""
    found: dict[str, Any] = server.client().get("/openapi.json").json()
    return found


@pytest.fixture(scope="module")
def people(server: Running, shop: UUID) -> dict[str, Person]:
    """Somebody with each role, and somebody without."""
    return {role.value: server.member(shop, role.value) for role in Role} | {
        "outsider": server.person("outsider")
    }


def routes(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                yield method, path, methods[method]


def test_every_route_has_a_row_and_every_row_a_route(document: dict[str, Any]) -> None:
    asked_for = [operation["operationId"] for _, _, operation in routes(document)]

    assert sorted(asked_for) == sorted(OPERATIONS)
    assert set(ROLES) == set(OPERATIONS)


def test_what_changes_nothing_is_read_and_what_changes_is_not(document: dict[str, Any]) -> None:
    for method, _, operation in routes(document):
        if OPERATIONS[operation["operationId"]].changes:
            assert method != "get", operation["operationId"]


def test_operations_of_a_workspace_are_below_its_path(document: dict[str, Any]) -> None:
    for _, path, operation in routes(document):
        row = OPERATIONS[operation["operationId"]]
        assert row.for_members == ("{workspace_id}" in path), path


def test_every_operation_shows_an_example_or_takes_nothing(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    for _, path, operation in routes(document):
        content = operation.get("requestBody", {}).get("content", {})
        for media in content.values():
            name = media["schema"]["$ref"].rpartition("/")[2]
            assert schemas[name].get("additionalProperties") is False, (path, name)


def _requests(document: dict[str, Any], shop: UUID) -> Iterator[tuple[str, str, str]]:
    values = {
        "{workspace_id}": str(shop),
        "{kind}": "model",
        "{path}": "metadata/models/x.yaml",
        "{commit}": "0" * 40,
        "{model_id}": "nothing",
        "{template_id}": "nothing",
    }
    for method, path, operation in routes(document):
        if OPERATIONS[operation["operationId"]].for_members:
            filled = re.sub(r"{\w+}", lambda name: values.get(name[0], str(uuid4())), path)
            yield method, filled.removeprefix("/api/v1"), operation["operationId"]


# Leaving would take the person away, archiving the workspace.
_ENDING = {"workspaces.leave", "workspaces.archive", "workspaces.restore", "events.follow"}


def test_nobody_gets_further_than_the_catalog_says(
    server: Running, people: dict[str, Person], document: dict[str, Any], shop: UUID
) -> None:
    """An unknown id, an empty body: whoever is allowed gets some other refusal than 403."""
    nobody = server.client()
    wrong = []
    for method, path, name in _requests(document, shop):
        asked = nobody.request(method, path)
        if asked.status_code != 401 or asked.json()["code"] != "not-signed-in":
            wrong.append(("nobody", name, asked.status_code))
        for who, person in people.items():
            if name in _ENDING and who != "outsider":
                continue
            role = None if who == "outsider" else Role(who)
            reply = person.client.request(method, path, json=None)
            refused = reply.status_code == 403 and reply.json()["code"] == "forbidden"
            hidden = reply.status_code == 404 and "member of" in reply.json()["problem"]
            if role is None and not hidden:
                wrong.append((who, name, reply.status_code))
            if role is not None and OPERATIONS[name].allows(role) == refused:
                wrong.append((who, name, reply.status_code))

    assert wrong == []


def test_a_refusal_says_who_may(people: dict[str, Person], shop: UUID) -> None:
    reply = people["viewer"].client.post(
        f"/workspaces/{shop}/configurations", json={"name": "x", "type": "job"}
    )

    assert reply.status_code == 403
    assert "editors and admins" in reply.json()["remedy"]


def test_no_route_with_a_workspace_forgets_to_ask_for_the_role(server: Running) -> None:
    """By construction: such a route takes a member, or a member's transaction."""
    from lakewright.server.callers import member, member_work
    from lakewright.server.routes import ROUTERS

    def asks(dependant: Any) -> bool:
        return dependant.call in (member, member_work) or any(
            asks(inner) for inner in dependant.dependencies
        )

    for router in ROUTERS:
        for route in router.routes:
            if isinstance(route, APIRoute) and "{workspace_id}" in route.path:
                assert asks(route.dependant), route.path
