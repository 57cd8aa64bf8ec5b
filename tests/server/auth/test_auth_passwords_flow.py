"""Signing up, in and out with a password, and what the sessions are worth."""

import hashlib
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import jwt
import psycopg
import pytest
from fastapi.testclient import TestClient

from lakewright.server.auth.sessions import digest_of
from tests.server.auth.harness import (
    PASSWORD,
    CountingLimits,
    Serve,
    World,
    bearer,
    refresh,
    sign_in,
    sign_up,
)


def test_signing_up_opens_a_session(world: World, serve: Serve, email: str) -> None:
    client = serve(world)

    session = sign_up(client, email.upper(), data={"name": "Ada"}).json()

    claims = jwt.decode(session["access_token"], options={"verify_signature": False})
    assert claims["email"] == session["user"]["email"] == email
    assert claims["user_metadata"] == {"name": "Ada"}
    assert claims["app_metadata"] == {"provider": "email", "providers": ["email"]}
    assert (claims["role"], claims["aud"]) == ("authenticated", "authenticated")
    assert claims["iss"] == "http://127.0.0.1:8765/auth/v1"
    assert claims["exp"] - claims["iat"] == session["expires_in"] == 3600
    assert client.get("/api/whoami", headers=bearer(session)).json() == {"email": email}


def test_the_database_holds_no_usable_secret(world: World, serve: Serve, email: str) -> None:
    session = sign_up(serve(world), email).json()

    [row] = world.rows("select encrypted_password from auth.users where email = %s", email)
    assert row["encrypted_password"].startswith("$argon2id$v=19$")
    tokens = [row["token"] for row in world.rows("select token from auth.refresh_tokens")]
    assert hashlib.sha256(session["refresh_token"].encode()).hexdigest() in tokens
    assert session["refresh_token"] not in tokens


def test_the_mirror_of_people_follows(world: World, serve: Serve, email: str) -> None:
    sign_up(serve(world), email)

    [row] = world.rows("select last_login from public.users where email = %s", email)
    assert row["last_login"] is not None


def test_an_address_can_sign_up_once(world: World, serve: Serve, email: str) -> None:
    client = serve(world)
    sign_up(client, email)

    again = sign_up(client, email.title())

    assert (again.status_code, again.json()["error_code"]) == (422, "user_already_exists")


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        pytest.param("short", "length", id="too short"),
        pytest.param("Password123", "pwned", id="in every list of leaks"),
        pytest.param("zzzzzzzzzzzz", "pwned", id="one letter again and again"),
    ],
)
def test_a_weak_password_is_refused(
    world: World, serve: Serve, email: str, password: str, reason: str
) -> None:
    refused = sign_up(serve(world), email, password)

    assert refused.status_code == 422
    assert refused.json()["error_code"] == "weak_password"
    assert refused.json()["weak_password"] == {"reasons": [reason]}


def test_the_newer_error_shape_is_used_when_asked_for(
    world: World, serve: Serve, email: str
) -> None:
    refused = serve(world).post(
        "/auth/v1/token?grant_type=password",
        json={"email": email, "password": "x"},
        headers={"X-Supabase-Api-Version": "2024-01-01"},
    )

    assert refused.json()["code"] == "invalid_credentials"
    assert refused.headers["x-supabase-api-version"] == "2024-01-01"
    assert refused.headers["cache-control"] == "no-store"


def test_unknown_addresses_and_wrong_passwords_get_the_same_answer(
    world: World, serve: Serve, email: str
) -> None:
    client = serve(world)
    sign_up(client, email)

    wrong, unknown = sign_in(client, email, "wrong"), sign_in(client, "no@example.com", "wrong")

    assert (wrong.status_code, wrong.json()) == (unknown.status_code, unknown.json())
    assert wrong.json()["error_code"] == "invalid_credentials"


def test_unknown_addresses_cost_the_same_work(
    world: World, serve: Serve, email: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = serve(world)
    sign_up(client, email)
    checked: list[str] = []
    verify = world.passwords._verify

    def noticing(stored: str, password: str) -> bool:
        checked.append(stored)
        return verify(stored, password)

    monkeypatch.setattr(world.passwords, "_verify", noticing)

    sign_in(client, email, "wrong")
    sign_in(client, "unknown@example.com", "wrong")

    parameters = [stored.rpartition("$")[0].rpartition("$")[0] for stored in checked]
    assert parameters == ["$argon2id$v=19$m=256,t=1,p=1"] * 2


def test_a_refresh_token_is_good_for_one_use(world: World, serve: Serve, email: str) -> None:
    client = serve(world)
    first = sign_up(client, email).json()

    second = refresh(client, first["refresh_token"]).json()

    assert second["refresh_token"] != first["refresh_token"]
    assert refresh(client, second["refresh_token"]).status_code == 200


def test_a_lost_answer_or_a_second_tab_gets_the_same_successor(
    world: World, serve: Serve, email: str
) -> None:
    client = serve(world)
    first = sign_up(client, email).json()

    answers = [refresh(client, first["refresh_token"]).json() for _ in range(3)]

    assert len({answer["refresh_token"] for answer in answers}) == 1
    [row] = world.rows(
        "select count(*) filter (where not revoked) as good from auth.refresh_tokens t"
        " join auth.users u on u.id::text = t.user_id where u.email = %s",
        email,
    )
    assert row["good"] == 1


def test_reuse_after_the_window_ends_the_whole_family(
    world: World, serve: Serve, email: str
) -> None:
    client = serve(world.with_settings(reuse_seconds=0))
    first = sign_up(client, email).json()
    second = refresh(client, first["refresh_token"]).json()

    stolen = refresh(client, first["refresh_token"])

    assert stolen.json()["error_code"] == "refresh_token_already_used"
    assert (
        refresh(client, second["refresh_token"]).json()["error_code"] == "refresh_token_not_found"
    )
    refused = client.get("/api/whoami", headers=bearer(second))
    assert refused.json() == {"code": "token-refused", "reason": "session"}


def at_the_same_moment(
    world: World, client: TestClient, token: str, times: int = 2
) -> list[dict[str, Any]]:
    """What several refreshes with one token are answered that all wait for the token's row."""
    waiting = "select count(*) as n from pg_stat_activity where datname = current_database()"
    with (
        ThreadPoolExecutor(times) as threads,
        psycopg.connect(world.endpoint.dsn_admin) as held,
    ):
        held.execute(
            "select from auth.refresh_tokens where token = %s for update", (digest_of(token),)
        )
        answers = [threads.submit(refresh, client, token) for _ in range(times)]
        for _ in range(200):
            [row] = world.rows(f"{waiting} and wait_event_type = 'Lock'")
            if row["n"] == times:
                break
            time.sleep(0.05)
        assert row["n"] == times, "they do not wait for the row"
        held.rollback()
        found: list[dict[str, Any]] = [answer.result(30).json() for answer in answers]
        return found


def test_of_two_uses_at_the_same_moment_one_wins_and_the_other_is_theft(
    world: World, serve: Serve, email: str
) -> None:
    client = serve(world.with_settings(reuse_seconds=0))
    first = sign_up(client, email).json()

    answers = at_the_same_moment(world, client, first["refresh_token"])

    [won] = [answer for answer in answers if "access_token" in answer]
    [lost] = [answer for answer in answers if answer is not won]
    assert lost["error_code"] == "refresh_token_already_used"
    # The winner may be the thief: the session ends for both.
    assert refresh(client, won["refresh_token"]).json()["error_code"] == "refresh_token_not_found"


def test_two_tabs_at_the_same_moment_get_one_successor(
    world: World, serve: Serve, email: str
) -> None:
    client = serve(world)
    first = sign_up(client, email).json()

    answers = at_the_same_moment(world, client, first["refresh_token"])

    [successor] = {answer["refresh_token"] for answer in answers}
    made = world.rows(
        "select 1 from auth.refresh_tokens where parent = %s", digest_of(first["refresh_token"])
    )
    assert len(made) == 1
    assert refresh(client, successor).status_code == 200


def test_reuse_of_a_grandparent_is_theft_even_within_the_window(
    world: World, serve: Serve, email: str
) -> None:
    client = serve(world)
    first = sign_up(client, email).json()
    second = refresh(client, first["refresh_token"]).json()
    refresh(client, second["refresh_token"])

    stolen = refresh(client, first["refresh_token"])

    assert stolen.json()["error_code"] == "refresh_token_already_used"


@pytest.mark.parametrize("token", ["", "nobody-ever-had-this", "x" * 4000])
def test_an_unknown_refresh_token_is_refused(world: World, serve: Serve, token: str) -> None:
    refused = refresh(serve(world), token)

    assert (refused.status_code, refused.json()["error_code"]) == (400, "refresh_token_not_found")


@pytest.mark.parametrize(
    ("scope", "answers"),
    [("local", (403, 200)), ("others", (200, 403)), ("global", (403, 403))],
)
def test_signing_out_ends_what_its_scope_says(
    world: World, serve: Serve, email: str, scope: str, answers: tuple[int, int]
) -> None:
    client = serve(world)
    here, there = sign_up(client, email).json(), sign_in(client, email).json()
    for session in (here, there):  # the verifier now believes both for a moment
        assert client.get("/auth/v1/user", headers=bearer(session)).status_code == 200

    gone = client.post(f"/auth/v1/logout?scope={scope}", headers=bearer(here))

    assert gone.status_code == 204
    seen = [client.get("/auth/v1/user", headers=bearer(session)) for session in (here, there)]
    assert tuple(answer.status_code for answer in seen) == answers


def test_a_new_password_ends_the_other_sessions(world: World, serve: Serve, email: str) -> None:
    client = serve(world)
    here, there = sign_up(client, email).json(), sign_in(client, email).json()

    changed = client.put(
        "/auth/v1/user", json={"password": "another horse 8"}, headers=bearer(here)
    )

    assert changed.status_code == 200
    assert client.get("/auth/v1/user", headers=bearer(here)).status_code == 200
    assert client.get("/auth/v1/user", headers=bearer(there)).status_code == 403
    assert sign_in(client, email).status_code == 400
    assert sign_in(client, email, "another horse 8").status_code == 200


def test_the_same_password_is_no_new_one(world: World, serve: Serve, email: str) -> None:
    client = serve(world)
    session = sign_up(client, email).json()

    refused = client.put("/auth/v1/user", json={"password": PASSWORD}, headers=bearer(session))

    assert (refused.status_code, refused.json()["error_code"]) == (422, "same_password")


def test_metadata_is_merged_and_null_removes(world: World, serve: Serve, email: str) -> None:
    client = serve(world)
    session = sign_up(client, email, data={"name": "Ada", "theme": "dark"}).json()

    changed = client.put(
        "/auth/v1/user", json={"data": {"theme": None, "size": 2}}, headers=bearer(session)
    )

    assert changed.json()["user_metadata"] == {"name": "Ada", "size": 2}


@pytest.mark.parametrize("field", ["app_metadata", "role"])
def test_nobody_gives_themselves_rights(world: World, serve: Serve, email: str, field: str) -> None:
    client = serve(world)
    session = sign_up(client, email, app_metadata={"admin": True}, role="service_role").json()

    refused = client.put("/auth/v1/user", json={field: {"admin": True}}, headers=bearer(session))

    assert (refused.status_code, refused.json()["error_code"]) == (403, "not_admin")
    assert session["user"]["app_metadata"] == {"provider": "email", "providers": ["email"]}
    assert session["user"]["role"] == "authenticated"


def test_a_banned_person_is_out_at_once(world: World, serve: Serve, email: str) -> None:
    client = serve(world)
    session = sign_up(client, email).json()
    world.rows(
        "update auth.users set banned_until = now() + interval '1 h' where email = %s", email
    )

    assert sign_in(client, email).json()["error_code"] == "user_banned"
    assert sign_in(client, email, "wrong").json()["error_code"] == "invalid_credentials"
    assert refresh(client, session["refresh_token"]).json()["error_code"] == "user_banned"
    assert client.get("/api/whoami", headers=bearer(session)).status_code == 401


def test_guessing_is_slowed_down_and_says_for_how_long(
    world: World, serve: Serve, email: str
) -> None:
    world.limits = CountingLimits()
    client = serve(world)
    sign_up(client, email)

    answers = [sign_in(client, email, "wrong") for _ in range(12)]

    assert [answer.status_code for answer in answers] == [400] * 10 + [429] * 2
    assert answers[-1].json()["error_code"] == "over_request_rate_limit"
    assert answers[-1].headers["retry-after"] == "300"
    assert sign_in(client, "other@example.com", "wrong").status_code == 400
    assert not any(email in key for key in world.limits.hits)


def test_sign_ins_and_refusals_are_in_the_audit_log(world: World, serve: Serve, email: str) -> None:
    client = serve(world)
    session = sign_up(client, email).json()
    sign_in(client, email, "wrong wrong")
    sign_in(client, email)

    rows = world.rows(
        "select operation, details from private.audit_log where actor = %s"
        " and operation like 'auth.%%' order by id",
        session["user"]["id"],
    )

    assert [row["operation"] for row in rows] == [
        "auth.signed-up",
        "auth.refused",
        "auth.signed-in",
    ]
    assert rows[1]["details"] == {"address": "203.0.113.9", "method": "password"}
    assert "wrong wrong" not in str(rows)


def test_a_password_that_was_changed_in_the_meantime_opens_nothing(
    world: World, serve: Serve, email: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = serve(world)
    sign_up(client, email)
    verify = world.passwords._verify

    def while_it_changes(stored: str, password: str) -> bool:
        world.rows("update auth.users set encrypted_password = 'new' where email = %s", email)
        return verify(stored, password)

    monkeypatch.setattr(world.passwords, "_verify", while_it_changes)

    assert sign_in(client, email).json()["error_code"] == "invalid_credentials"


def test_a_session_ends_at_its_own_end(world: World, serve: Serve, email: str) -> None:
    client = serve(world)
    session = sign_up(client, email).json()
    world.rows(
        "update auth.sessions set not_after = now() where user_id = %s", session["user"]["id"]
    )

    assert client.get("/auth/v1/user", headers=bearer(session)).status_code == 403
    assert refresh(client, session["refresh_token"]).status_code == 400
