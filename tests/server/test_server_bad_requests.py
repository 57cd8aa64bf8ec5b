"""Whatever is sent, the answer is a refusal with problem and remedy, and the server lives on."""

import socket
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import UUID, uuid4

import httpx
import pytest

from tests.server.conftest import Person, Running


def refused(reply: httpx.Response, status: int) -> dict[str, Any]:
    """The refusal, which has its shape whatever it is about."""
    assert reply.status_code == status, reply.text
    body: dict[str, Any] = reply.json()
    assert {"code", "problem", "remedy", "where", "diagnostics"} <= set(body)
    assert body["problem"]
    assert body["remedy"]
    return body


@pytest.mark.parametrize("path", ["/nothing", "/workspaces/", "/../etc/passwd", "/me/"])
def test_unknown_paths(owner: Person, path: str) -> None:
    assert refused(owner.client.get(path), 404)["code"] == "no-such-path"


def test_wrong_methods_are_told_the_right_ones(owner: Person) -> None:
    reply = owner.client.request("DELETE", "/me")

    assert refused(reply, 405)["code"] == "method-not-allowed"
    assert "GET" in reply.headers["allow"]


@pytest.mark.parametrize(
    ("content", "media", "status"),
    [
        pytest.param(b'{"name": "x"}', "text/plain", 415, id="another type"),
        pytest.param(b'{"name": "x"}', "", 415, id="no type"),
        pytest.param(b"name=x", "application/x-www-form-urlencoded", 415, id="a form"),
        pytest.param(b"<name/>", "application/xml", 415, id="XML"),
        pytest.param(b'{"name": ', "application/json", 400, id="half of it"),
        pytest.param(b'{"name": "\xff"}', "application/json", 400, id="not UTF-8"),
        pytest.param(b'{"name": NaN}', "application/json", 400, id="NaN"),
        pytest.param(b'{"name": "a\\u0000b"}', "application/json", 400, id="NUL"),
        pytest.param(b'{"name": "\\ud800"}', "application/json", 400, id="half a character"),
        pytest.param(b"[" * 100_000, "application/json", 400, id="deep and broken"),
        pytest.param(b"[" * 5000 + b"]" * 5000, "application/json", 400, id="deep"),
        pytest.param(b'"x"', "application/json", 422, id="no object"),
        pytest.param(b"null", "application/json", 422, id="null"),
        pytest.param(b"", "application/json", 422, id="nothing"),
    ],
)
def test_bodies(owner: Person, content: bytes, media: str, status: int) -> None:
    reply = owner.client.post(
        "/workspaces", content=content, headers={"Content-Type": media} if media else {}
    )

    refused(reply, status)


def test_whole_surrogate_pairs_are_characters(owner: Person) -> None:
    reply = owner.client.post(
        "/workspaces",
        content=b'{"name": "\\ud83d\\ude00 shop"}',
        headers={"Content-Type": "application/json"},
    )

    assert reply.status_code == 201
    assert reply.json()["name"] == "😀 shop"


def test_bodies_over_the_limit(server: Running, owner: Person) -> None:
    reply = owner.client.post("/workspaces", json={"name": "x" * 10_000_001})

    assert refused(reply, 413)["code"] == "limit"


def test_bodies_without_a_length_are_counted(owner: Person) -> None:
    def endless() -> Any:
        for _ in range(200):
            yield b"x" * 100_000

    try:
        reply = owner.client.post(
            "/workspaces", content=endless(), headers={"Content-Type": "application/json"}
        )
    except (httpx.WriteError, httpx.ReadError, httpx.RemoteProtocolError):
        return  # we hung up while it was still sending
    refused(reply, 413)


def test_ten_thousand_items_in_a_list(owner: Person, shop: UUID) -> None:
    reply = owner.client.post(
        f"/workspaces/{shop}/templates-lint", json={"templates": ["x"] * 10_000}
    )

    assert len(refused(reply, 422)["diagnostics"]) <= 50


def test_ten_thousand_wrong_items_give_a_short_answer(owner: Person, shop: UUID) -> None:
    reply = owner.client.post(
        f"/workspaces/{shop}/templates-lint", json={"templates": [{} for _ in range(10_000)]}
    )

    refused(reply, 422)
    assert len(reply.content) < 50_000


@pytest.mark.parametrize("field", ["id", "role", "owner_id", "workspace_id", "created_at", "slug"])
def test_fields_that_are_not_the_clients_to_set(owner: Person, field: str) -> None:
    reply = owner.client.post("/workspaces", json={"name": "mine", field: str(uuid4())})

    assert field in refused(reply, 422)["where"]


INJECTIONS = ["' or '1'='1", "x'; drop table public.users; --", "$$", "%s", "\\", "../..", "😀"]


@pytest.mark.parametrize("text", INJECTIONS)
def test_sql_in_filters_is_text(owner: Person, shop: UUID, text: str) -> None:
    for path in (
        f"/workspaces/{shop}/audit?operation={quote(text)}",
        f"/workspaces/{shop}/audit?record_id={quote(text)}",
        f"/workspaces/{shop}/generations?model_id={quote(text)}",
        f"/workspaces/{shop}/configurations/effective?model={quote(text)}",
    ):
        reply = owner.client.get(path)
        assert reply.status_code == 200, (path, reply.text)
        assert reply.json() in ([], {"items": [], "next_cursor": None})


@pytest.mark.parametrize("text", [*INJECTIONS, "", "e30", "AAAA", "W10", "x" * 400])
def test_cursors_from_nowhere(owner: Person, shop: UUID, text: str) -> None:
    for path in ("members", "configurations", "jobs", "generations", "audit", "history"):
        reply = owner.client.get(f"/workspaces/{shop}/{path}", params={"cursor": text})
        assert reply.status_code in (200, 400, 404, 422), (path, reply.text)
        if text:
            refused(reply, reply.status_code)


def test_nul_in_paths_and_filters(owner: Person, shop: UUID) -> None:
    for path in (
        f"/workspaces/{shop}/audit?operation=%00",
        f"/workspaces/{shop}/audit/export?operation=%00",
        f"/workspaces/{shop}/documents/metadata/models/%00.yaml",
        f"/workspaces/{shop}/drafts/model/%00",
        f"/workspaces/{shop}/templates/%00",
    ):
        reply = owner.client.get(path)
        assert reply.status_code in (404, 422), (path, reply.status_code)
        refused(reply, reply.status_code)


def test_ids_of_another_workspace(server: Running, owner: Person, shop: UUID) -> None:
    """In path, body and cursor: as if they did not exist."""
    stranger = server.person("stranger")
    theirs = server.workspace(stranger, "Theirs")
    made = stranger.client.post(
        f"/workspaces/{theirs}/configurations", json={"name": "secret", "type": "job"}
    ).json()
    for number in range(3):
        stranger.client.post(
            f"/workspaces/{theirs}/configurations", json={"name": f"c{number}", "type": "job"}
        )
    page = stranger.client.get(f"/workspaces/{theirs}/configurations?limit=1").json()

    refused(owner.client.get(f"/workspaces/{theirs}/configurations"), 404)
    refused(owner.client.get(f"/workspaces/{shop}/configurations/{made['id']}"), 404)
    refused(
        owner.client.put(
            f"/workspaces/{shop}/configurations/{made['id']}",
            json={"name": "mine now", "type": "job"},
            headers={"If-Match": "*"},
        ),
        404,
    )
    refused(owner.client.delete(f"/workspaces/{shop}/configurations/{made['id']}"), 404)
    refused(
        owner.client.put("/me/preferences", json={"workspace_id": str(theirs)}),
        403,
    )
    cursor = owner.client.get(
        f"/workspaces/{shop}/configurations", params={"cursor": page["next_cursor"]}
    )
    assert all(row["name"] != "secret" for row in cursor.json()["items"])
    refused(
        owner.client.post(f"/workspaces/{shop}/transfer", json={"user_id": str(stranger.id)}), 409
    )


def test_a_removed_member_is_out_at_once(server: Running, owner: Person, shop: UUID) -> None:
    person = server.member(shop, "editor")
    assert person.client.get(f"/workspaces/{shop}").status_code == 200

    assert owner.client.delete(f"/workspaces/{shop}/members/{person.id}").status_code == 204

    refused(person.client.get(f"/workspaces/{shop}"), 404)


def test_the_last_admin_stays(owner: Person, shop: UUID) -> None:
    reply = owner.client.patch(f"/workspaces/{shop}/members/{owner.id}", json={"role": "viewer"})

    refused(reply, 409)
    refused(owner.client.post(f"/workspaces/{shop}/leave"), 409)


@pytest.mark.parametrize(
    "claims",
    [
        pytest.param({"exp": 1}, id="expired"),
        pytest.param({"aud": "somebody else"}, id="another audience"),
        pytest.param({"iss": "https://evil.example"}, id="another issuer"),
        pytest.param({"role": "service_role"}, id="a role of its own"),
        pytest.param({"sub": "1"}, id="no person"),
    ],
)
def test_tokens_that_count_for_nothing(
    server: Running, owner: Person, claims: dict[str, Any]
) -> None:
    reply = server.client(server.token(owner.id, owner.email, **claims)).get("/me")

    assert refused(reply, 401)["code"] == "not-signed-in"
    assert reply.headers["www-authenticate"] == "Bearer"


def test_idempotency_keys(owner: Person, shop: UUID) -> None:
    def make(name: str, key: str = "make-1") -> httpx.Response:
        return owner.client.post(
            f"/workspaces/{shop}/configurations",
            json={"name": name, "type": "job"},
            headers={"Idempotency-Key": key},
        )

    first, again, other = make("once"), make("once"), make("twice")

    assert first.json() == again.json()
    assert refused(other, 409)["where"] == "Idempotency-Key"
    refused(make("once", "another-key"), 409)
    refused(make("thrice", "a key with spaces"), 422)


def test_an_invitation_is_told_once(owner: Person, shop: UUID) -> None:
    def invite() -> dict[str, Any]:
        reply = owner.client.post(
            f"/workspaces/{shop}/invitations",
            json={"role": "viewer"},
            headers={"Idempotency-Key": "invite-1"},
        )
        assert reply.status_code == 201, reply.text
        body: dict[str, Any] = reply.json()
        return body

    first, again = invite(), invite()

    assert first["id"] == again["id"]
    assert first["token"]
    assert again["token"] is None


def test_saves_that_come_too_late_get_both_texts(owner: Person, shop: UUID) -> None:
    made = owner.client.post(f"/workspaces/{shop}/documents", json={"kind": "model", "id": "late"})
    assert made.status_code == 201, made.text
    place = f"/workspaces/{shop}/documents/{made.json()['path']}"
    opened = owner.client.get(place).headers["etag"]
    theirs = made.json()["text"] + "# theirs\n"
    assert owner.client.put(place, json={"text": theirs}, headers={"If-Match": opened}).is_success

    late = owner.client.put(place, json={"text": "mine"}, headers={"If-Match": opened})

    versions = refused(late, 412)["versions"]
    assert versions["yours"]["text"] == "mine"
    assert versions["current"]["text"] == theirs
    assert owner.client.get(place).json()["text"] == theirs
    refused(owner.client.put(place, json={"text": "x"}), 428)
    refused(owner.client.put(place, json={"text": "x"}, headers={"If-Match": "bare"}), 422)


def test_rows_that_are_saved_too_late_get_the_current_one(owner: Person, shop: UUID) -> None:
    body = {"name": "late row", "type": "job", "config": {"a": 1}}
    made = owner.client.post(f"/workspaces/{shop}/configurations", json=body)
    place = f"/workspaces/{shop}/configurations/{made.json()['id']}"
    opened = made.headers["etag"]
    newer = {**body, "config": {"a": 2}}
    assert owner.client.put(place, json=newer, headers={"If-Match": opened}).is_success

    late = refused(owner.client.put(place, json=body, headers={"If-Match": opened}), 412)

    assert late["current"]["config_json"] == {"a": 2}


@pytest.mark.parametrize(
    "path",
    [
        "../../etc/passwd",
        "metadata/models/../../../x.yaml",
        ".git/config",
        "/etc/passwd",
        "x" * 500,
    ],
)
def test_paths_that_no_document_may_have(owner: Person, shop: UUID, path: str) -> None:
    body = {"kind": "model", "id": "x", "path": path}
    reply = owner.client.post(f"/workspaces/{shop}/documents", json=body)

    assert reply.status_code in (400, 422), reply.text
    refused(reply, reply.status_code)
    reply = owner.client.get(f"/workspaces/{shop}/documents/{quote(path, safe='')}")
    refused(reply, reply.status_code)
    assert reply.status_code in (404, 422)


def test_tokens_of_connections_never_come_out(owner: Person, shop: UUID, server: Running) -> None:
    body = {"name": "prod", "host": "https://dbc.example.com/", "token": "dapi-very-secret-1"}
    made = owner.client.post(f"/workspaces/{shop}/connections", json=body)

    assert made.status_code == 201, made.text
    assert made.json()["has_token"] is True
    listed = owner.client.get(f"/workspaces/{shop}/connections")
    audited = owner.client.get(f"/workspaces/{shop}/audit")
    for reply in (made, listed, audited):
        assert "very-secret" not in reply.text
    wrong = owner.client.post(
        f"/workspaces/{shop}/connections", json={**body, "is_default": "dapi-very-secret-1"}
    )
    assert "very-secret" not in wrong.text


@pytest.mark.parametrize(
    "host",
    [
        "file:///etc/passwd",
        "http://dbc.example.com",
        "https://user:password@dbc.example.com",
        "https://dbc.example.com/path",
        "https://",
        "https://a b",
        "https://x:99999",
        "javascript:alert(1)",
        "https://[::1",
    ],
)
def test_hosts_that_are_no_address(owner: Person, shop: UUID, host: str) -> None:
    reply = owner.client.post(f"/workspaces/{shop}/connections", json={"name": "x", "host": host})

    refused(reply, 422)


def test_only_named_origins_may_call(server: Running) -> None:
    reply = server.client().options(
        "/me",
        headers={
            "Origin": "https://evil.example",
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "authorization",
        },
    )

    refused(reply, 400)
    assert "access-control-allow-origin" not in reply.headers
    plain = server.client().get("/about", headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in plain.headers


def test_other_host_names_are_refused(server: Running) -> None:
    reply = server.client().get("/about", headers={"Host": "evil.example"})

    refused(reply, 400)


def test_request_ids_come_back_unless_they_could_forge(server: Running) -> None:
    assert (
        server.client().get("/about", headers={"X-Request-ID": "mine-1"}).headers["x-request-id"]
        == "mine-1"
    )
    forged = server.client().get("/about", headers={"X-Request-ID": 'x" status=200'})
    assert "status" not in forged.headers["x-request-id"]


def raw(server: Running, request: bytes) -> bytes:
    """What the server says to these very bytes."""
    place = urlsplit(server.url)
    with socket.create_connection((place.hostname or "", place.port or 0), timeout=30) as wire:
        wire.sendall(request)
        wire.shutdown(socket.SHUT_WR)
        found = b""
        while part := wire.recv(65536):
            found += part
        return found


@pytest.mark.parametrize(
    "request_bytes",
    [
        pytest.param(b"GET / HTTP/1.1\r\n\r\n", id="no host"),
        pytest.param(b"\x00\xff\x00\r\n\r\n", id="no HTTP"),
        pytest.param(
            b"GET /api/v1/about HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: a\r\n b\r\n\r\n", id="folded"
        ),
        pytest.param(
            b"POST /api/v1/workspaces HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n",
            id="negative length",
        ),
        pytest.param(
            b"POST /api/v1/workspaces HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /metrics HTTP/1.1\r\n\r\n",
            id="two lengths",
        ),
        pytest.param(
            b"POST /api/v1/workspaces HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 50\r\n\r\n{",
            id="hangs up in the body",
        ),
        pytest.param(
            b"GET /api/v1/about HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            + b"".join(b"X-%d: a\r\n" % number for number in range(150))
            + b"\r\n",
            id="150 headers",
        ),
    ],
)
def test_no_http_ends_the_connection_and_nothing_else(
    server: Running, request_bytes: bytes
) -> None:
    answer = raw(server, request_bytes)

    assert b" 500 " not in answer.partition(b"\r\n")[0]
    assert server.client().get("/about").status_code == 200


def test_the_metrics_count(server: Running) -> None:
    text = httpx.get(f"{server.url}/metrics").text

    assert "lakewright_request_seconds_bucket" in text


def test_alive_and_ready(server: Running) -> None:
    assert httpx.get(f"{server.url}/healthz").json() == {"status": "alive"}
    assert httpx.get(f"{server.url}/readyz").json()["ready"] is True
