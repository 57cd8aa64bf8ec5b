"""How much, how slowly and how often: one client cannot take the server from the others."""

import io
import json
import logging
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lakewright.server import limits, streams
from lakewright.server.limits import client_address, networks
from lakewright.server.logging import JsonLines, redacted
from lakewright.server.state import ServerOptions
from lakewright.store.embedded import Endpoint
from tests.server.conftest import Loop, Running, running


@pytest.fixture(scope="module")
def strict(
    migrated_database: Endpoint, tmp_path_factory: pytest.TempPathFactory, loop: Loop
) -> Iterator[Running]:
    """A server with low limits."""
    options = ServerOptions(per_minute=30, anonymous_per_minute=10, body_limit=2000)
    yield from running(migrated_database, tmp_path_factory.mktemp("data"), loop, options)


def test_somebody_who_asks_too_often_is_told_when_to_come_back(strict: Running) -> None:
    busy, other = strict.person(), strict.person()
    replies = [busy.client.get("/me") for _ in range(40)]

    refused = [reply for reply in replies if reply.status_code == 429]
    assert refused
    assert refused[0].json()["code"] == "rate-limited"
    assert 1 <= int(refused[0].headers["retry-after"]) <= 60
    assert other.client.get("/me").status_code == 200


def test_guessing_tokens_is_counted(strict: Running) -> None:
    statuses = [strict.client(f"guess{n}").get("/me").status_code for n in range(15)]

    assert set(statuses) == {401, 429}


def test_small_limits_of_bodies(strict: Running) -> None:
    person = strict.person()

    assert person.client.post("/workspaces", json={"name": "x" * 3000}).status_code == 413


def test_slow_bodies_end(strict: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """Middleware keeps the seconds it was made with, so the wait is on a small app of our own."""
    from starlette.types import Message, Receive, Scope, Send

    async def never(scope: Scope, receive: Receive, send: Send) -> None:
        raise AssertionError("the request must not get here")

    sent: list[Message] = []
    first = True

    async def receive() -> Message:
        nonlocal first
        if first:
            first = False
            return {"type": "http.request", "body": b"{", "more_body": True}
        import asyncio

        await asyncio.sleep(60)
        raise AssertionError("nobody waits that long")

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/api/v1/me", "headers": []}
    strict.loop.run(limits.BodyLimits(never, most_bytes=100, seconds=0.05)(scope, receive, send))

    assert sent[0]["status"] == 408
    assert json.loads(sent[1]["body"])["code"] == "slow-body"


def test_streams_of_one_person_are_counted(strict: Running) -> None:
    person = strict.person()
    shop = strict.workspace(person)
    hub = strict.state.events
    held = [hub.subscription(shop, str(person.id)) for _ in range(streams.MOST_STREAMS_OF_ONE)]
    for each in held:
        each.__enter__()
    try:
        reply = person.client.get(f"/workspaces/{shop}/events")
        assert reply.status_code == 429
    finally:
        for each in held:
            each.__exit__(None, None, None)
    with person.client.stream("GET", f"/workspaces/{shop}/events") as stream:
        assert stream.status_code == 200


def test_a_stream_ends_when_its_person_is_removed(strict: Running) -> None:
    owner, person = strict.person(), strict.person()
    shop = strict.workspace(owner)
    strict.join(shop, person, "viewer")
    with person.client.stream("GET", f"/workspaces/{shop}/events") as stream:
        lines = stream.iter_lines()
        assert next(lines).startswith(": open")
        assert owner.client.delete(f"/workspaces/{shop}/members/{person.id}").is_success
        rest = list(lines)  # ends by itself

    assert not any("workspace_members" in line and str(owner.id) in line for line in rest)


def test_a_client_that_hangs_up_leaves_no_stream(strict: Running) -> None:
    person = strict.person()
    shop = strict.workspace(person)
    with person.client.stream("GET", f"/workspaces/{shop}/events") as stream:
        next(stream.iter_lines())
    place = urlsplit(strict.url)
    with socket.create_connection((place.hostname or "", place.port or 0)) as wire:
        wire.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        assert b"200" in wire.recv(100)


@given(st.lists(st.ip_addresses().map(str), max_size=5), st.ip_addresses(v=4).map(str))
def test_without_trusted_proxies_nobody_says_who_they_are(chain: list[str], peer: str) -> None:
    assert client_address(peer, ", ".join(chain), ()) == peer


@given(st.text(max_size=200))
def test_any_forwarded_header_gives_an_address(header: str) -> None:
    import ipaddress

    found = client_address("10.0.0.1", header, networks("10.0.0.0/8"))
    ipaddress.ip_address(found)


@pytest.mark.parametrize(
    "secret",
    [
        "Bearer abcdefgh.ijkl",
        "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
        "postgresql://app_api:hunter2@localhost/db",
        "token=dapi0123456789abcdef0123456789abcdef",
        '{"password": "hunter2"}',
        "github_pat_11ABCDEFG0123456789",
    ],
)
def test_secrets_do_not_reach_the_log(secret: str) -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logger = logging.Logger("test")
    logger.addHandler(handler)
    try:
        raise ValueError(f"cannot use {secret}")
    except ValueError:
        logger.exception("failed with %s", secret)

    row: dict[str, Any] = json.loads(stream.getvalue())
    for word in ("hunter2", "abcdefgh.ijkl", "eyJzdWIi", "0123456789abcdef", "0123456789"):
        assert word not in row["message"] + row["exception"]
    assert redacted(redacted(secret)) == redacted(secret)
