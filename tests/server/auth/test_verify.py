"""Which access tokens count: the same answer for our own keys and for a project's."""

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

import httpx
import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lakewright.access import ANONYMOUS, Identity
from lakewright.server.auth.keys import SigningKeys
from lakewright.server.auth.verify import (
    KeySource,
    KeysUnreachableError,
    LiveSessions,
    RemoteKeys,
    TokenError,
    Verifier,
    bearer_token,
)

ISSUER = "https://project.supabase.co/auth/v1"
JWKS_URL = f"{ISSUER}/.well-known/jwks.json"
USER_ID = uuid4()
KEYS = SigningKeys.generate()


def claims(**changes: Any) -> dict[str, Any]:
    """Claims of a good token; None removes one."""
    now = int(time.time())
    good = {
        "iss": ISSUER,
        "sub": str(USER_ID),
        "aud": "authenticated",
        "exp": now + 3600,
        "iat": now,
        "role": "authenticated",
        "email": "ada@example.com",
        "session_id": "2f1c3f0e-5d0c-4a3b-9b8e-0d6f4b7a1c2d",
    }
    return {name: value for name, value in {**good, **changes}.items() if value is not None}


def verified(token: str, keys: KeySource = KEYS, sessions: Any = None) -> Identity:
    return asyncio.run(Verifier(ISSUER, keys, sessions=sessions).verify(token))


def raw(header: Mapping[str, Any], payload: Mapping[str, Any], signature: bytes = b"") -> str:
    parts = [json.dumps(header).encode(), json.dumps(payload).encode(), signature]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


class Project:
    """A Supabase project's key set behind HTTP, which counts how often it is asked."""

    def __init__(self, keys: SigningKeys) -> None:
        self.keys = keys
        self.asked = 0
        self.answer: Callable[[], httpx.Response] = lambda: httpx.Response(
            200, json=self.keys.public_jwks()
        )

    def source(self, **options: Any) -> RemoteKeys:
        return RemoteKeys(JWKS_URL, client=self._client, **options)

    def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.MockTransport(self._reply))

    def _reply(self, request: httpx.Request) -> httpx.Response:
        assert str(request.url) == JWKS_URL
        self.asked += 1
        return self.answer()


@pytest.mark.parametrize("keys", [KEYS, Project(KEYS).source()], ids=["embedded", "supabase"])
def test_a_good_token_is_an_identity(keys: KeySource) -> None:
    assert verified(KEYS.sign(claims()), keys) == Identity(
        USER_ID, "ada@example.com", "2f1c3f0e-5d0c-4a3b-9b8e-0d6f4b7a1c2d"
    )


@pytest.mark.parametrize("keys", [KEYS, Project(KEYS).source()], ids=["embedded", "supabase"])
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        pytest.param({"exp": int(time.time()) - 60}, "expired", id="expired"),
        pytest.param({"iat": int(time.time()) + 600}, "claims", id="from the future"),
        pytest.param({"nbf": int(time.time()) + 600}, "claims", id="not yet"),
        pytest.param({"aud": "anon"}, "claims", id="another audience"),
        pytest.param({"aud": None}, "claims", id="no audience"),
        pytest.param({"iss": "https://other.supabase.co/auth/v1"}, "claims", id="another issuer"),
        pytest.param({"iss": None}, "claims", id="no issuer"),
        pytest.param({"exp": None}, "claims", id="no end"),
        pytest.param({"exp": "tomorrow"}, "signature", id="an end that is no number"),
        pytest.param({"role": "service_role"}, "claims", id="a service"),
        pytest.param({"role": "anon"}, "claims", id="the anonymous role"),
        pytest.param({"role": ["authenticated"]}, "claims", id="a list of roles"),
        pytest.param({"is_anonymous": True}, "claims", id="an anonymous person"),
        pytest.param({"sub": "1 or 1=1"}, "claims", id="an id that is none"),
        pytest.param({"sub": 7}, "claims", id="an id that is a number"),
        pytest.param({"email": {"a": 1}}, "claims", id="an address that is none"),
        pytest.param({"session_id": 5}, "claims", id="a session that is none"),
    ],
)
def test_a_token_for_something_else_is_refused(
    keys: KeySource, changes: dict[str, Any], reason: str
) -> None:
    with pytest.raises(TokenError) as refused:
        verified(KEYS.sign(claims(**changes)), keys)

    assert refused.value.reason == reason


def test_a_token_without_signature_is_refused() -> None:
    kid = KEYS.public_jwks()["keys"][0]["kid"]
    for algorithm in ("none", "None", "NONE"):
        with pytest.raises(TokenError):
            verified(raw({"alg": algorithm, "kid": kid, "typ": "JWT"}, claims()))


def test_a_public_key_is_no_secret() -> None:
    """Algorithm confusion: HS256 with the published key as the shared secret (RFC 8725, 2.1)."""
    [key] = KEYS.public_jwks()["keys"]
    pem = jwt.PyJWK(key).key.public_bytes(
        encoding=_serialization().Encoding.PEM,
        format=_serialization().PublicFormat.SubjectPublicKeyInfo,
    )
    signed = raw({"alg": "HS256", "kid": key["kid"], "typ": "JWT"}, claims()).rpartition(".")[0]
    for secret in (pem, pem.strip(), json.dumps(key).encode()):
        forged = hmac.new(secret, signed.encode(), hashlib.sha256).digest()
        seal = base64.urlsafe_b64encode(forged).rstrip(b"=").decode()
        with pytest.raises(TokenError):
            verified(f"{signed}.{seal}")


def _serialization() -> Any:
    from cryptography.hazmat.primitives import serialization

    return serialization


def test_a_key_in_the_token_itself_is_not_believed() -> None:
    forger = SigningKeys.generate()
    [key] = forger.public_jwks()["keys"]
    kid, private = forger._signer
    for header in ({"jwk": key}, {"jku": "https://evil.example/jwks"}, {"x5u": "https://evil"}):
        token = jwt.encode(claims(), private, "ES256", headers={"kid": kid, **header})
        with pytest.raises(TokenError):
            verified(token)


def test_a_foreign_signature_under_a_known_name_is_refused() -> None:
    kid = KEYS.public_jwks()["keys"][0]["kid"]
    _, foreign = SigningKeys.generate()._signer
    with pytest.raises(TokenError) as refused:
        verified(jwt.encode(claims(), foreign, "ES256", headers={"kid": kid}))

    assert refused.value.reason == "signature"


@given(st.text(max_size=200))
def test_no_text_breaks_the_verifier(text: str) -> None:
    with pytest.raises(TokenError):
        verified(text)


@given(st.integers(0, 10_000), st.characters(codec="ascii"))
def test_no_single_change_survives(place: int, letter: str) -> None:
    token = KEYS.sign(claims())
    place %= len(token) - 2  # the last letter has bits that decoders ignore
    if token[place] == letter:
        return
    with pytest.raises(TokenError):
        verified(token[:place] + letter + token[place + 1 :])


@pytest.mark.parametrize("token", ["a.b.c" * 10_000, "e30.e30.", ".", "..", "\0", "é.é.é"])
def test_rubbish_is_refused(token: str) -> None:
    with pytest.raises(TokenError):
        verified(token)


@pytest.mark.parametrize("header", ["Basic abc", "Bearer", "Bearer ", "token abc", "bearer\tx"])
def test_only_bearer_headers_count(header: str) -> None:
    with pytest.raises(TokenError):
        bearer_token(header)


def test_without_a_header_one_is_nobody() -> None:
    assert asyncio.run(Verifier(ISSUER, KEYS).identity(None)) == ANONYMOUS


def test_a_refusal_says_nothing_of_the_token() -> None:
    token = KEYS.sign(claims(aud="other"))
    with pytest.raises(TokenError) as refused:
        verified(token)

    assert token not in repr(refused.value)
    assert refused.value.http_status == 401


# A project's keys -----------------------------------------------------------------------------


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_keys_are_fetched_once_and_then_kept() -> None:
    project = Project(KEYS)
    source = project.source()

    async def many() -> None:
        verifier = Verifier(ISSUER, source)
        await asyncio.gather(*(verifier.verify(KEYS.sign(claims())) for _ in range(20)))

    asyncio.run(many())

    assert project.asked == 1


def test_an_unknown_key_asks_again_but_forgers_cannot_make_us_ask_all_the_time() -> None:
    project, clock = Project(KEYS), Clock()
    source = project.source(clock=clock)
    forger = SigningKeys.generate()
    verified(KEYS.sign(claims()), source)

    for _ in range(50):
        with pytest.raises(TokenError):
            verified(forger.sign(claims()), source)
    assert project.asked == 1
    clock.now += 11
    for _ in range(50):
        with pytest.raises(TokenError):
            verified(forger.sign(claims()), source)

    assert project.asked == 2


def test_a_rotated_key_is_found_without_a_restart() -> None:
    project, clock = Project(KEYS), Clock()
    source = project.source(clock=clock)
    verified(KEYS.sign(claims()), source)

    project.keys = SigningKeys.generate()
    clock.now += 11

    assert verified(project.keys.sign(claims()), source).user_id == USER_ID


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(lambda: httpx.Response(500), id="an error"),
        pytest.param(lambda: httpx.Response(302, headers={"location": "http://evil"}), id="moved"),
        pytest.param(lambda: httpx.Response(200, text="<html>"), id="a page"),
        pytest.param(lambda: httpx.Response(200, json=[1]), id="a list"),
        pytest.param(lambda: httpx.Response(200, json={"keys": "no"}), id="no keys"),
        pytest.param(lambda: httpx.Response(200, content=b" " * 100_000), id="too much"),
    ],
)
def test_a_project_that_does_not_answer_well(answer: Callable[[], httpx.Response]) -> None:
    project, clock = Project(KEYS), Clock()
    fresh, source = project.source(), project.source(clock=clock)
    verified(KEYS.sign(claims()), source)

    project.answer = answer
    clock.now += 601

    assert verified(KEYS.sign(claims()), source).user_id == USER_ID  # the keys it had
    with pytest.raises(KeysUnreachableError) as refused:
        verified(KEYS.sign(claims()), fresh)
    assert refused.value.http_status == 503


def test_shared_secrets_in_a_key_set_are_left_out() -> None:
    secret = b"a shared secret that is long enough"
    entry = {
        "kty": "oct",
        "kid": "legacy",
        "alg": "HS256",
        "k": base64.urlsafe_b64encode(secret).decode(),
    }
    project = Project(KEYS)
    project.answer = lambda: httpx.Response(200, json={"keys": [entry, {"kid": "x"}, 7]})
    token = jwt.encode(claims(), secret, "HS256", headers={"kid": "legacy"})

    with pytest.raises(TokenError):
        verified(token, project.source())


# Remembered tokens ----------------------------------------------------------------------------


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tokens whose signature was checked, in order."""
    found: list[str] = []
    decode = jwt.decode

    def counting(token: str, *rest: Any, **options: Any) -> Any:
        found.append(token)
        return decode(token, *rest, **options)

    monkeypatch.setattr(jwt, "decode", counting)
    return found


def repeatedly(verifier: Verifier, *tokens: str) -> list[Identity]:
    async def all_of_them() -> list[Identity]:
        return [await verifier.verify(token) for token in tokens]

    return asyncio.run(all_of_them())


def test_a_signature_is_checked_once(checked: list[str]) -> None:
    one, other = KEYS.sign(claims()), KEYS.sign(claims(sub=str(uuid4())))

    found = repeatedly(Verifier(ISSUER, KEYS), one, other, one, other, one)

    assert checked == [one, other]
    assert [identity == found[0] for identity in found] == [True, False, True, False, True]


def test_a_remembered_token_is_checked_again_when_it_should_have_expired(
    checked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    clock.now = time.time()
    verifier = Verifier(ISSUER, KEYS, clock=clock)
    token = KEYS.sign(claims(exp=int(clock.now) + 60))
    repeatedly(verifier, token, token)

    clock.now += 71
    monkeypatch.setattr("jwt.api_jwt.datetime", _At(clock))
    with pytest.raises(TokenError) as refused:
        repeatedly(verifier, token)

    assert refused.value.reason == "expired"
    assert len(checked) == 2


def test_a_remembered_token_ends_with_its_session() -> None:
    live = [True]

    async def ask(_: Any) -> bool:
        return live[0]

    session_id = uuid4()
    sessions = LiveSessions(ask)
    verifier = Verifier(ISSUER, KEYS, sessions=sessions)
    token = KEYS.sign(claims(session_id=str(session_id)))
    repeatedly(verifier, token, token)

    live[0] = False
    sessions.forget([session_id])
    with pytest.raises(TokenError) as refused:
        repeatedly(verifier, token)

    assert refused.value.reason == "session"


def test_a_remembered_token_ends_with_its_key() -> None:
    project, clock = Project(KEYS), Clock()
    verifier = Verifier(ISSUER, project.source(clock=clock))
    token = KEYS.sign(claims())
    repeatedly(verifier, token, token)

    project.keys = SigningKeys.generate()
    clock.now += 601
    with pytest.raises(TokenError) as refused:
        repeatedly(verifier, token)

    assert refused.value.reason == "signature"


def test_what_was_refused_is_not_remembered_as_good() -> None:
    verifier = Verifier(ISSUER, KEYS)
    good = KEYS.sign(claims())
    head, _, signature = good.rpartition(".")
    repeatedly(verifier, good)

    for damaged in (f"{head}.{signature[:-2]}AA", good + "=", good[:-1]):
        for _ in range(2):
            with pytest.raises(TokenError):
                repeatedly(verifier, damaged)


def test_the_memory_of_tokens_is_bounded(checked: list[str]) -> None:
    verifier = Verifier(ISSUER, KEYS, remembered=2)
    one, two, three = (KEYS.sign(claims(sub=str(uuid4()))) for _ in range(3))

    repeatedly(verifier, one, two, one, three)  # `two` rested longest
    repeatedly(verifier, one, three, two)

    assert checked == [one, two, three, two]


class _At:
    """`datetime`, as far as a clock is concerned."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self, tz: Any = None) -> datetime:
        return datetime.fromtimestamp(self._clock.now, tz)


# Ended sessions -------------------------------------------------------------------------------


def test_a_session_is_believed_for_a_moment_and_then_asked_again() -> None:
    clock, live, asked = Clock(), [True], []

    async def ask(session_id: Any) -> bool:
        asked.append(session_id)
        return live[0]

    sessions = LiveSessions(ask, clock=clock)
    token = KEYS.sign(claims())
    verified(token, sessions=sessions)
    verified(token, sessions=sessions)
    assert len(asked) == 1

    live[0] = False
    clock.now += 6
    with pytest.raises(TokenError) as refused:
        verified(token, sessions=sessions)

    assert refused.value.reason == "session"


def test_a_session_that_ended_here_ends_at_once() -> None:
    live = [True]

    async def ask(_: Any) -> bool:
        return live[0]

    sessions = LiveSessions(ask)
    session_id = uuid4()
    token = KEYS.sign(claims(session_id=str(session_id)))
    verified(token, sessions=sessions)

    live[0] = False
    sessions.forget([session_id])

    with pytest.raises(TokenError):
        verified(token, sessions=sessions)


@pytest.mark.parametrize("session_id", [None, "", "none"])
def test_embedded_tokens_without_a_session_do_not_count(session_id: str | None) -> None:
    async def ask(_: Any) -> bool:
        return True

    with pytest.raises(TokenError):
        verified(KEYS.sign(claims(session_id=session_id)), sessions=LiveSessions(ask))


def test_the_memory_of_sessions_is_bounded() -> None:
    async def ask(_: Any) -> bool:
        return True

    async def fill() -> LiveSessions:
        sessions = LiveSessions(ask, most=100)
        for _ in range(1000):
            await sessions.is_live(str(uuid4()))
        return sessions

    assert len(asyncio.run(fill())._live_until) == 100
