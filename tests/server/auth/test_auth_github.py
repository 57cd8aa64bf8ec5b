"""Signing in with GitHub: the round trip, whose account it opens, and what can go wrong."""

from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi.testclient import TestClient

from tests.server.auth.harness import (
    GITHUB,
    PUBLIC_URL,
    Serve,
    World,
    bearer,
    query_of,
    sign_in,
    sign_up,
)
from tests.server.auth.test_auth_letters import CHALLENGE, VERIFIER

BACK = "http://localhost:5173/back"


@pytest.fixture
def world_with_github(world: World, email: str) -> World:
    world.github.person["id"] = abs(hash(email)) % 10**9
    world.github.emails = [{"email": email, "primary": True, "verified": True}]
    return world.with_settings(github=GITHUB)


@pytest.fixture
def client(world_with_github: World, serve: Serve) -> TestClient:
    return serve(world_with_github)


def leave(client: TestClient, **changes: str) -> Any:
    query = {"provider": "github", "redirect_to": BACK, **CHALLENGE, **changes}
    return client.get(f"/auth/v1/authorize?{urlencode({k: v for k, v in query.items() if v})}")


def come_back(client: TestClient, left: Any, **changes: str) -> str:
    state = query_of(left.headers["location"])["state"]
    query = {"code": "github-code", "state": state, **changes}
    answer = client.get(f"/auth/v1/callback?{urlencode({k: v for k, v in query.items() if v})}")
    return str(answer.headers["location"])


def exchange(client: TestClient, code: str, verifier: str = VERIFIER) -> Any:
    body = {"auth_code": code, "code_verifier": verifier}
    return client.post("/auth/v1/token?grant_type=pkce", json=body)


def signed_in(client: TestClient, **changes: str) -> dict[str, Any]:
    back = come_back(client, leave(client, **changes))
    session: dict[str, Any] = exchange(client, query_of(back)["code"]).json()
    return session


def test_github_is_asked_for_the_address_only(client: TestClient) -> None:
    left = leave(client, scopes="repo admin:org")

    assert left.status_code == 302
    query = query_of(left.headers["location"])
    assert query["scope"] == "user:email"
    assert query["redirect_uri"] == f"{PUBLIC_URL}/auth/v1/callback"


def test_a_person_from_github_gets_an_account(
    world_with_github: World, client: TestClient, email: str
) -> None:
    session = signed_in(client)

    user = session["user"]
    assert (user["email"], user["user_metadata"]["user_name"]) == (email, "octo")
    assert user["app_metadata"] == {"provider": "github", "providers": ["github"]}
    assert client.get("/api/whoami", headers=bearer(session)).json() == {"email": email}
    assert world_with_github.github.forms[0]["client_secret"] == "client-secret"
    held = str(world_with_github.rows("select to_jsonb(f)::text from auth.flow_state f"))
    assert "gho_secret" not in held


def test_the_same_person_is_known_again_after_changing_their_address(
    world_with_github: World, client: TestClient, email: str
) -> None:
    first = signed_in(client)

    world_with_github.github.emails[0]["email"] = f"new.{email}"

    assert signed_in(client)["user"]["id"] == first["user"]["id"]


def test_a_proved_account_is_linked_and_keeps_its_password(
    world_with_github: World, serve: Serve, email: str
) -> None:
    client = serve(world_with_github.with_settings(autoconfirm=False))
    sign_up(client, email)
    client.get(world_with_github.outbox.link(email))

    session = signed_in(client)

    assert session["user"]["app_metadata"]["providers"] == ["email", "github"]
    assert sign_in(client, email).json()["user"]["id"] == session["user"]["id"]


@pytest.mark.parametrize("autoconfirm", [True, False])
def test_a_stranger_who_was_first_does_not_stay_inside(
    world_with_github: World, serve: Serve, email: str, autoconfirm: bool
) -> None:
    client = serve(world_with_github.with_settings(autoconfirm=autoconfirm))
    stranger = sign_up(client, email, "the stranger's 9").json()

    session = signed_in(client)

    assert session["user"]["email"] == email
    assert sign_in(client, email, "the stranger's 9").json()["error_code"] == "invalid_credentials"
    if autoconfirm:
        assert client.get("/auth/v1/user", headers=bearer(stranger)).status_code == 403


def test_an_unverified_address_at_github_opens_nothing(
    world_with_github: World, client: TestClient, email: str
) -> None:
    sign_up(client, email)
    world_with_github.github.emails = [
        {"email": email, "primary": True, "verified": False},
        {"email": f"second.{email}", "primary": False, "verified": True},
    ]

    back = query_of(come_back(client, leave(client)))

    assert back["error_code"] == "provider_email_needs_verification"


def test_the_code_works_once(client: TestClient) -> None:
    code = query_of(come_back(client, leave(client)))["code"]

    assert exchange(client, code).status_code == 200
    again = exchange(client, code)
    assert (again.status_code, again.json()["error_code"]) == (404, "flow_state_not_found")


@pytest.mark.parametrize("verifier", ["", "x" * 43, CHALLENGE["code_challenge"]])
def test_another_verifier_is_refused_and_uses_the_code_up(
    client: TestClient, verifier: str
) -> None:
    code = query_of(come_back(client, leave(client)))["code"]

    assert exchange(client, code, verifier).json()["error_code"] == "bad_code_verifier"
    assert exchange(client, code).json()["error_code"] == "flow_state_not_found"


def test_a_plain_challenge_works_where_the_browser_has_no_sha256(client: TestClient) -> None:
    left = leave(client, code_challenge=VERIFIER, code_challenge_method="plain")

    code = query_of(come_back(client, left))["code"]

    assert exchange(client, code).status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"code_challenge": "", "code_challenge_method": ""}, id="none"),
        pytest.param({"code_challenge": "short"}, id="too short"),
        pytest.param({"code_challenge": "ü" * 43}, id="other letters"),
        pytest.param({"code_challenge_method": "md5"}, id="another method"),
        pytest.param({"code_challenge_method": ""}, id="no method"),
        pytest.param({"provider": "gitlab"}, id="another provider"),
        pytest.param({"provider": ""}, id="no provider"),
    ],
)
def test_leaving_needs_github_and_a_challenge(client: TestClient, changes: dict[str, str]) -> None:
    assert leave(client, **changes).status_code == 400


@pytest.mark.parametrize(
    "evil",
    [
        "https://evil.example",
        "//evil.example",
        "http://localhost:5173@evil.example",
        "javascript:1",
    ],
)
def test_nobody_is_sent_to_a_stranger(client: TestClient, evil: str) -> None:
    back = come_back(client, leave(client, redirect_to=evil))

    assert back.startswith(f"{PUBLIC_URL}/?code=")


@pytest.mark.parametrize("state", ["", "x", "0" * 32, "0" * 32 + ".x", "é.é", "\0"])
def test_a_state_that_we_did_not_make_is_refused(client: TestClient, state: str) -> None:
    answer = client.get("/auth/v1/callback", params={"code": "github-code", "state": state})

    assert answer.headers["location"].startswith(f"{PUBLIC_URL}/?error=access_denied")
    assert query_of(answer.headers["location"])["error_code"] == "bad_oauth_state"


def test_the_same_answer_of_github_counts_once(client: TestClient) -> None:
    left = leave(client)
    come_back(client, left)

    assert query_of(come_back(client, left))["error_code"] == "flow_state_not_found"


def test_a_late_return_is_refused(world_with_github: World, client: TestClient) -> None:
    left = leave(client)
    world_with_github.rows("update auth.flow_state set created_at = now() - interval '11 minutes'")

    assert query_of(come_back(client, left))["error_code"] == "flow_state_expired"


def test_a_late_exchange_is_refused(world_with_github: World, client: TestClient) -> None:
    code = query_of(come_back(client, leave(client)))["code"]
    world_with_github.rows(
        "update auth.flow_state set auth_code_issued_at = now() - interval '6 minutes'"
    )

    assert exchange(client, code).json()["error_code"] == "flow_state_expired"


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"error": "access_denied", "code": ""}, id="the person said no"),
        pytest.param({"code": "stolen"}, id="GitHub refuses the code"),
        pytest.param({"code": ""}, id="no code"),
    ],
)
def test_a_refusal_of_github_is_told_in_the_address(
    client: TestClient, change: dict[str, str]
) -> None:
    back = come_back(client, leave(client), **change)

    assert back.startswith(f"{BACK}?error=access_denied")
    assert query_of(back)["error_code"] == "bad_oauth_callback"


@pytest.mark.parametrize(
    "break_it",
    [
        pytest.param(lambda github: setattr(github, "broken", True), id="a page instead of JSON"),
        pytest.param(lambda github: github.person.update(id="1 or 1=1"), id="an id that is none"),
        pytest.param(lambda github: setattr(github, "person", {}), id="nobody"),
        pytest.param(lambda github: setattr(github, "emails", [{}]), id="half an address"),
        pytest.param(lambda github: setattr(github, "emails", {"message": "no"}), id="no list"),
    ],
)
def test_nonsense_from_github_is_no_fault_of_ours(
    world_with_github: World, client: TestClient, break_it: Any
) -> None:
    break_it(world_with_github.github)

    assert query_of(come_back(client, leave(client)))["error_code"] == "bad_oauth_callback"


def test_github_is_off_until_it_is_set_up(world: World, serve: Serve) -> None:
    client = serve(world)

    assert leave(client).json()["error_code"] == "provider_disabled"
    assert client.get("/auth/v1/settings").json()["external"]["github"] is False
