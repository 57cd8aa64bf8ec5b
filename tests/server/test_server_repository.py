"""A workspace is bound to a repository and a branch, by its admins and by nobody else."""

from uuid import UUID

import pytest

from tests.server.conftest import Person, Running


@pytest.fixture
def place(server: Running, owner: Person) -> str:
    """Where the binding of a fresh workspace is."""
    return f"/workspaces/{server.workspace(owner)}/repository"


def test_a_new_workspace_keeps_its_documents_on_this_server(owner: Person, place: str) -> None:
    found = owner.client.get(place)
    assert found.json() == {
        "kind": "local",
        "location": place.split("/")[2],
        "branch": "main",
        "connected": True,
        "notice": "",
    }
    assert found.headers["ETag"]


@pytest.mark.parametrize(
    "location",
    [
        "acme/pipelines",
        "https://github.com/acme/pipelines",
        "https://github.com/acme/pipelines.git",
        "https://www.github.com/acme/pipelines/",
        "git@github.com:acme/pipelines.git",
    ],
)
def test_a_repository_on_github_is_kept_and_said_to_be_out_of_reach(
    owner: Person, place: str, location: str
) -> None:
    tag = owner.client.get(place).headers["ETag"]
    body = {"kind": "github", "location": location, "branch": "team/retail"}

    bound = owner.client.put(place, json=body, headers={"If-Match": tag})

    assert bound.status_code == 200, bound.text
    assert bound.json() | {"notice": ""} == {
        "kind": "github",
        "location": "acme/pipelines",
        "branch": "team/retail",
        "connected": False,
        "notice": "",
    }
    assert "no connection to GitHub yet" in bound.json()["notice"]
    assert owner.client.get(place).json() == bound.json()
    workspace = owner.client.get(place.removesuffix("/repository")).json()
    assert (workspace["github_repo"], workspace["github_branch"]) == (
        "acme/pipelines",
        "team/retail",
    )


def test_documents_stay_where_they_are_until_github_is_connected(owner: Person, place: str) -> None:
    documents = place.replace("/repository", "/documents")
    assert owner.client.post(documents, json={"kind": "model", "id": "a"}).status_code == 201
    body = {"kind": "github", "location": "acme/pipelines"}
    owner.client.put(place, json=body, headers={"If-Match": "*"})
    assert owner.client.post(documents, json={"kind": "model", "id": "b"}).status_code == 201
    assert len(owner.client.get(documents).json()) == 2


def test_a_binding_can_be_taken_back(owner: Person, place: str) -> None:
    before = owner.client.get(place).json()
    github = {"kind": "github", "location": "acme/pipelines"}
    bound = owner.client.put(place, json=github, headers={"If-Match": "*"})
    back = owner.client.put(
        place, json={"kind": "local"}, headers={"If-Match": bound.headers["ETag"]}
    )
    assert back.json() == before
    assert owner.client.get(place.removesuffix("/repository")).json()["github_repo"] is None


def test_a_binding_that_somebody_else_changed_is_not_overwritten(owner: Person, place: str) -> None:
    tag = owner.client.get(place).headers["ETag"]
    first = {"kind": "github", "location": "acme/first"}
    second = {"kind": "github", "location": "acme/second"}
    assert owner.client.put(place, json=first, headers={"If-Match": tag}).status_code == 200

    late = owner.client.put(place, json=second, headers={"If-Match": tag})

    assert late.status_code == 412
    assert late.json()["current"]["location"] == "acme/first"
    assert owner.client.put(place, json=second).status_code == 428


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "github"},
        {"kind": "github", "location": "acme"},
        {"kind": "github", "location": "acme/.."},
        {"kind": "github", "location": "a/b/c"},
        {"kind": "github", "location": "https://gitlab.com/acme/pipelines"},
        {"kind": "github", "location": "https://github.com.evil.example/acme/pipelines"},
        {"kind": "github", "location": "https://github.com:444/acme/pipelines"},
        {"kind": "github", "location": "http://github.com/acme/pipelines"},
        {"kind": "github", "location": "file:///etc/passwd"},
        {"kind": "github", "location": "https://[/x"},
        {"kind": "github", "location": "acme/pipe\nlines"},
        {"kind": "local", "location": "00000000-0000-0000-0000-000000000001"},
        {"kind": "local", "branch": "other"},
        {"kind": "local", "workspace_id": "00000000-0000-0000-0000-000000000001"},
        {"kind": "svn", "location": "acme/pipelines"},
        *(
            {"kind": "github", "location": "acme/pipelines", "branch": branch}
            for branch in (
                "",
                "-x",
                "a..b",
                "a b",
                "x.lock",
                "/x",
                "x/",
                "a@{b",
                "@",
                "\x7f",
                "a//b",
            )
        ),
    ],
)
def test_what_cannot_be_is_refused(owner: Person, place: str, body: dict[str, str]) -> None:
    refused = owner.client.put(place, json=body, headers={"If-Match": "*"})
    assert refused.status_code == 422, refused.text
    assert refused.json()["problem"]
    assert refused.json()["remedy"]
    assert owner.client.get(place).json()["kind"] == "local"


def test_a_token_in_an_address_is_refused_and_not_repeated(owner: Person, place: str) -> None:
    body = {"kind": "github", "location": "https://me:ghp_secret@github.com/acme/pipelines"}
    refused = owner.client.put(place, json=body, headers={"If-Match": "*"})
    assert refused.status_code == 422
    assert "ghp_secret" not in refused.text


@pytest.mark.parametrize(("role", "status"), [("viewer", 403), ("editor", 403), ("admin", 200)])
def test_only_admins_bind(server: Running, place: str, role: str, status: int) -> None:
    person = server.member(UUID(place.split("/")[2]), role)
    body = {"kind": "github", "location": "acme/pipelines"}
    reply = person.client.put(place, json=body, headers={"If-Match": "*"})
    assert reply.status_code == status
    assert person.client.get(place).status_code == 200


def test_the_audit_log_says_who_bound_it_to_what(owner: Person, place: str) -> None:
    body = {"kind": "github", "location": "acme/pipelines"}
    owner.client.put(place, json=body, headers={"If-Match": "*"})
    entries = owner.client.get(place.replace("/repository", "/audit")).json()["items"]
    [entry] = [each for each in entries if "repositories" in str(each)]
    assert "acme/pipelines" in str(entry)
    assert str(owner.id) in str(entry)
