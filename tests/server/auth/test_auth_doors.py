"""Who gets in at all: closed sign-up, invitations, the demo user, and everything malformed."""

import hashlib
import secrets
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lakewright.server.auth.attempts import count, network_of
from lakewright.server.auth.demo import DEMO_EMAIL
from lakewright.server.auth.errors import REFUSALS, AuthError
from lakewright.server.auth.passwords import Passwords
from lakewright.store.database import Database
from lakewright.store.embedded import Endpoint
from lakewright.store.rate_limits import SharedLimits
from tests.server.auth.harness import (
    GITHUB,
    PASSWORD,
    PUBLIC_URL,
    CountingLimits,
    Serve,
    World,
    bearer,
    query_of,
    refresh,
    sign_in,
    sign_up,
)
from tests.server.auth.test_auth_github import come_back, leave

# Closed sign-up --------------------------------------------------------------------------------


@pytest.fixture
def closed(world: World, serve: Serve) -> TestClient:
    """A server with closed sign-up and one person."""
    world.github.person["id"] = secrets.randbelow(10**9)
    client = serve(world.with_settings(sign_up_open=False, github=GITHUB))
    if not world.rows("select 1 from auth.users"):
        sign_up(client, "first@example.com")
    return client


def invite(world: World, *, email: str | None = None, hours: int = 1) -> str:
    """A workspace of the first person, and an invitation's token."""
    token = secrets.token_urlsafe(16)
    world.rows(
        "with person as (select id from public.users order by created_at limit 1), workspace as ("
        " insert into public.workspaces (name, slug, owner_id)"
        " select 'Team', 'team-' || gen_random_uuid(), id from person returning id)"
        " insert into public.invitations (workspace_id, token_hash, role, email, expires_at,"
        " invited_by) select workspace.id, %s, 'editor', %s, now() + make_interval(hours => %s),"
        " person.id from workspace, person",
        hashlib.sha256(token.encode()).digest(),
        email,
        hours,
    )
    return token


def test_the_first_person_is_taken_even_when_sign_up_is_closed(closed: TestClient) -> None:
    assert sign_in(closed, "first@example.com").status_code == 200


def test_strangers_are_refused_when_sign_up_is_closed(
    world: World, closed: TestClient, email: str
) -> None:
    refused = sign_up(closed, email)
    closed.post("/auth/v1/otp", json={"email": email})
    back = come_back(closed, leave(closed))

    assert (refused.status_code, refused.json()["error_code"]) == (422, "signup_disabled")
    assert query_of(back)["error_code"] == "signup_disabled"
    assert not world.rows("select 1 from auth.users where email in (%s, 'octo@cat.io')", email)
    assert closed.get("/auth/v1/settings").json()["disable_signup"] is True


def test_known_addresses_get_the_same_refusal(closed: TestClient, email: str) -> None:
    known, unknown = sign_up(closed, "first@example.com"), sign_up(closed, email)

    assert known.json() == unknown.json()


def test_an_invitation_opens_the_door(world: World, closed: TestClient, email: str) -> None:
    token = invite(world)

    session = sign_up(closed, email, data={"name": "Bo", "invitation": token}).json()

    assert session["user"]["user_metadata"] == {"name": "Bo"}
    assert token not in str(world.rows("select to_jsonb(u)::text from auth.users u"))


def test_an_invitation_opens_the_door_for_github_too(world: World, closed: TestClient) -> None:
    world.github.emails[0]["email"] = "invited@example.com"
    token = invite(world, email="invited@example.com")

    back = come_back(closed, leave(closed, invite_token=token))

    assert "code" in query_of(back)
    assert token not in str(world.rows("select to_jsonb(f)::text from auth.flow_state f"))


def test_an_invitation_opens_the_door_by_letter(
    world: World, closed: TestClient, email: str
) -> None:
    data = {"invitation": invite(world, email=email)}

    closed.post("/auth/v1/otp", json={"email": email, "data": data})

    assert world.outbox.code(email)


@pytest.mark.parametrize("flaw", ["another address", "expired", "made up", "no text"])
def test_other_invitations_do_not(world: World, closed: TestClient, email: str, flaw: str) -> None:
    token: Any
    match flaw:
        case "another address":
            token = invite(world, email="someone@example.com")
        case "expired":
            token = invite(world, hours=-1)
        case "made up":
            token = "made-up"
        case _:
            token = {"a": 1}

    refused = sign_up(closed, email, data={"invitation": token})

    assert refused.json()["error_code"] == "signup_disabled"


# The demo user ---------------------------------------------------------------------------------

HERE = {"client": ("127.0.0.1", 50000)}


@pytest.fixture
def demo(world: World) -> World:
    return world.with_settings(demo=True)


def test_the_demo_user_signs_in_on_this_machine_and_is_told_what_that_means(
    demo: World, serve: Serve
) -> None:
    client = serve(demo, **HERE)

    session = client.post("/auth/v1/demo").json()

    assert client.get("/api/whoami", headers=bearer(session)).json() == {"email": DEMO_EMAIL}
    assert "Anyone who can use this machine" in session["notice"]
    assert client.get("/auth/v1/settings").json()["demo"] is True
    assert client.post("/auth/v1/demo").json()["user"]["id"] == session["user"]["id"]


@pytest.mark.parametrize(
    ("settings", "client", "headers"),
    [
        pytest.param({"demo": False}, "127.0.0.1", {}, id="the demo is off"),
        pytest.param({"public_url": "https://lake.example"}, "127.0.0.1", {}, id="a public server"),
        pytest.param({}, "203.0.113.9", {}, id="from elsewhere"),
        pytest.param({}, "127.0.0.1", {"x-forwarded-for": "203.0.113.9"}, id="through a proxy"),
        pytest.param({}, "127.0.0.1", {"host": "evil.example:8765"}, id="a rebound name"),
        pytest.param({}, "127.0.0.1", {"origin": "https://evil.example"}, id="another page"),
        pytest.param({}, "127.0.0.1", {"origin": "null"}, id="a page without origin"),
        pytest.param({}, "127.0.0.1", {"host": "[::1"}, id="a broken host"),
    ],
)
def test_nobody_else_becomes_the_demo_user(
    demo: World, serve: Serve, settings: dict[str, Any], client: str, headers: dict[str, str]
) -> None:
    server = serve(demo.with_settings(**settings), client=(client, 50000))

    assert server.post("/auth/v1/demo", headers=headers).status_code == 403


def test_there_is_no_other_way_to_be_the_demo_user(demo: World, serve: Serve) -> None:
    client = serve(demo, **HERE)
    session = client.post("/auth/v1/demo").json()

    assert sign_in(client, DEMO_EMAIL, "").status_code == 400
    assert sign_up(client, DEMO_EMAIL).status_code == 422
    for path in ("otp", "recover", "resend"):
        client.post(f"/auth/v1/{path}", json={"email": DEMO_EMAIL, "type": "signup"})
    assert demo.outbox.letters == []
    for change in ({"password": PASSWORD}, {"email": "mine@example.com"}):
        refused = client.put("/auth/v1/user", json=change, headers=bearer(session))
        assert refused.status_code == 400


# Everything malformed --------------------------------------------------------------------------

POSTS = ["signup", "token?grant_type=password", "token?grant_type=refresh_token",
         "token?grant_type=pkce", "recover", "otp", "magiclink", "resend", "verify"]  # fmt: skip
LONG = "x" * 5000


@pytest.fixture(scope="module")
def open_door(migrated_database: Endpoint) -> Iterator[TestClient]:
    world = World(migrated_database).with_settings(github=GITHUB)
    # A mistake of ours shows as an exception here, not as a quiet 500.
    with TestClient(world.app(), base_url=PUBLIC_URL, follow_redirects=False) as client:
        yield client


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        pytest.param(b"{", "application/json", 400, id="cut off"),
        pytest.param(b"[]", "application/json", 400, id="a list"),
        pytest.param(b"null", "application/json", 400, id="null"),
        pytest.param(b'{"a": NaN}', "application/json", 400, id="NaN"),
        pytest.param(b"\xff\xfe{}", "application/json", 400, id="no text"),
        pytest.param(b"[" * 20_000, "application/json", 400, id="deep"),
        pytest.param(b'{"a":' * 30 + b"1" + b"}" * 30, "application/json", 400, id="nested"),
        pytest.param(b'{"email": "a\\u0000@example.com"}', "application/json", 400, id="NUL"),
        pytest.param(b'{"email": "\\ud800@example.com"}', "application/json", 400, id="half"),
        pytest.param(b"x" * 40_000, "application/json", 413, id="too long"),
        pytest.param(b"email=a", "application/x-www-form-urlencoded", 415, id="a form"),
        pytest.param(b"{}", "text/plain", 415, id="a plain text"),
        pytest.param(b"{}", "", 415, id="no type"),
    ],
)  # fmt: skip
def test_a_body_that_cannot_be_read_is_refused(
    open_door: TestClient, path: str, content: bytes, kind: str, status: int
) -> None:
    answer = open_door.post(f"/auth/v1/{path}", content=content, headers={"content-type": kind})

    assert answer.status_code == status
    assert {"code", "error_code", "msg", "remedy"} <= answer.json().keys()


ODD = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=30),
    st.sampled_from(["", LONG, "' or 1=1 --", "a@example.com", "\0", "\ud800", "signup", "email"]),
    st.lists(st.integers(), max_size=3), st.dictionaries(st.text(max_size=5), st.text(max_size=5)),
)  # fmt: skip
FIELDS = ["email", "password", "phone", "data", "type", "token", "token_hash", "refresh_token",
          "auth_code", "code_verifier", "code_challenge", "code_challenge_method", "create_user",
          "app_metadata", "invitation", "scope"]  # fmt: skip


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(path=st.sampled_from(POSTS), body=st.dictionaries(st.sampled_from(FIELDS), ODD))
def test_no_body_is_a_mistake_of_ours(
    open_door: TestClient, path: str, body: dict[str, Any]
) -> None:
    from json import dumps

    answer = open_door.post(
        f"/auth/v1/{path}", content=dumps(body), headers={"content-type": "application/json"}
    )

    assert answer.status_code < 500
    if answer.status_code >= 400:
        known = {*REFUSALS, "validation_failed", "weak_password"}
        assert answer.json()["error_code"] in known


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    path=st.sampled_from(["verify", "authorize", "callback"]),
    query=st.dictionaries(
        st.sampled_from(
            ["token", "type", "redirect_to", "provider", "code", "state", "error",
             "code_challenge", "code_challenge_method", "invite_token", "scopes"]
        ),
        st.one_of(st.text(max_size=20), st.sampled_from(["github", "signup", "pkce_", "pkce_x_y"])),
    ),
)  # fmt: skip
def test_no_query_is_a_mistake_of_ours(
    open_door: TestClient, path: str, query: dict[str, str]
) -> None:
    answer = open_door.get(f"/auth/v1/{path}", params=query)

    assert answer.status_code in (302, 303, 400)
    if path != "authorize":
        assert answer.headers["location"].startswith(PUBLIC_URL)


@pytest.mark.parametrize(
    "email",
    ["", "ada", "ada@", "@example.com", "ada@example", "a da@example.com", "ada@exam ple.com",
     "ada@example.com\nBcc: x@example.com", "ada@-example.com", "ada@example..com",
     "<ada@example.com>", "ada@example.com,b@example.com", "аda@example.com", "a" * 65 + "@x.io",
     "a@" + "b" * 250 + ".io"],
)  # fmt: skip
def test_an_address_that_is_none_is_refused(open_door: TestClient, email: str) -> None:
    refused = sign_up(open_door, email)

    assert refused.status_code in (400, 422)
    assert refused.json()["error_code"] in ("validation_failed", "anonymous_provider_disabled")


def test_metadata_stays_small_because_every_token_carries_it(
    open_door: TestClient, email: str
) -> None:
    refused = sign_up(open_door, email, data={"a": ["b" * 2000] * 3})
    session = sign_up(open_door, email, data={"a": "b" * 2500}).json()
    grown = open_door.put(
        "/auth/v1/user", json={"data": {"c": "d" * 2500}}, headers=bearer(session)
    )

    assert (refused.status_code, grown.status_code) == (400, 400)


def test_a_very_long_password_is_refused_without_hashing_it(
    open_door: TestClient, email: str
) -> None:
    assert sign_up(open_door, email, "aB3" * 100).json()["error_code"] == "validation_failed"
    assert sign_in(open_door, email, "aB3" * 1000).json()["error_code"] == "invalid_credentials"


@pytest.mark.parametrize("path", ["user", "logout?scope=local"])
@pytest.mark.parametrize(
    ("header", "status", "code"),
    [
        ({}, 401, "no_authorization"),
        ({"authorization": "Bearer sb_publishable_x"}, 403, "bad_jwt"),
        ({"authorization": "Bearer a.b.c"}, 403, "bad_jwt"),
        ({"authorization": "Basic YTpi"}, 403, "bad_jwt"),
    ],
)
def test_without_a_token_there_is_no_account(
    open_door: TestClient, path: str, header: dict[str, str], status: int, code: str
) -> None:
    method = "GET" if path == "user" else "POST"

    refused = open_door.request(method, f"/auth/v1/{path}", headers=header)

    assert (refused.status_code, refused.json()["error_code"]) == (status, code)


def test_an_unknown_scope_or_grant_is_refused(open_door: TestClient, email: str) -> None:
    session = sign_up(open_door, email).json()

    scope = open_door.post("/auth/v1/logout?scope=everyone", headers=bearer(session))
    grant = open_door.post("/auth/v1/token?grant_type=id_token", json={})

    assert (scope.status_code, grant.status_code) == (400, 400)
    assert open_door.get("/auth/v1/user", headers=bearer(session)).status_code == 200


def test_answers_with_tokens_are_not_kept_by_caches(open_door: TestClient, email: str) -> None:
    answer = sign_up(open_door, email)

    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    keys = open_door.get("/auth/v1/.well-known/jwks.json")
    assert keys.headers["cache-control"] == "public, max-age=600"


# Many at once ----------------------------------------------------------------------------------


def at_once(times: int, act: Any) -> list[Any]:
    """Do the same several times, started together."""
    gate = threading.Barrier(times)

    def wait_and_act(_: int) -> Any:
        gate.wait()
        return act()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(wait_and_act, range(times)))


def test_an_address_signed_up_many_times_at_once_is_one_account(
    world: World, serve: Serve, email: str
) -> None:
    client = serve(world)

    answers = at_once(6, lambda: sign_up(client, email).status_code)

    assert sorted(answers) == [200] + [422] * 5


def test_a_token_refreshed_many_times_at_once_has_one_successor(
    world: World, serve: Serve, email: str
) -> None:
    client = serve(world)
    token = sign_up(client, email).json()["refresh_token"]

    answers = at_once(6, lambda: refresh(client, token).json()["refresh_token"])

    assert len(set(answers)) == 1


def test_a_code_exchanged_many_times_at_once_counts_once(world: World, serve: Serve) -> None:
    from tests.server.auth.test_auth_github import exchange

    world.github.person["id"] = secrets.randbelow(10**9)
    world.github.emails[0]["email"] = f"{uuid4()}@example.com"
    client = serve(world.with_settings(github=GITHUB))
    code = query_of(come_back(client, leave(client)))["code"]

    answers = at_once(4, lambda: exchange(client, code).status_code)

    assert sorted(answers) == [200, 404, 404, 404]


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_hashing_never_piles_up(anyio_backend: str) -> None:
    import asyncio

    passwords = Passwords(threads=1, queue=2, time_cost=1, memory_kib=64, lanes=1)

    done = await asyncio.gather(
        *(passwords.hash("password") for _ in range(6)), return_exceptions=True
    )

    refused = [one for one in done if isinstance(one, AuthError)]
    assert [(error.status, error.retry_after) for error in refused] == [(429, 2)] * 3
    assert await passwords.hash("later")
    passwords.close()


# Limits ----------------------------------------------------------------------------------------


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_the_limits_hold_in_the_shared_counters(
    migrated_database: Endpoint, anyio_backend: str
) -> None:
    address = "2001:db8::1"
    async with await Database.open(migrated_database.dsn_api, min_size=1) as database:
        for _ in range(10):
            await count(SharedLimits(database), "code", address=address, email="a@example.com")
        with pytest.raises(AuthError) as refused:
            await count(SharedLimits(database), "code", address=address, email="a@example.com")

    assert refused.value.status == 429
    # An hour that is full at its beginning still weighs on the next one: the window slides.
    assert 0 < refused.value.retry_after <= 2 * 3600


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_a_stranger_cannot_lock_a_person_out(anyio_backend: str) -> None:
    limits = CountingLimits()

    for _ in range(30):
        try:
            await count(limits, "sign-in", address="198.51.100.7", email="ada@example.com")
        except AuthError:
            continue

    await count(limits, "sign-in", address="203.0.113.9", email="ada@example.com")


def test_one_customer_of_ipv6_is_one_address() -> None:
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff:1")
    assert network_of("::ffff:203.0.113.9") == network_of("203.0.113.9")
    assert network_of("unix socket") == "unknown"


def test_settings_hide_the_secret_of_github() -> None:
    assert "client-secret" not in repr(GITHUB)
