"""Letters: confirming an address, resetting a password, signing in without one."""

import smtplib
import socket
import threading
from collections.abc import Iterator
from email import message_from_bytes
from typing import Any

import pytest
from fastapi.testclient import TestClient

from lakewright.server.mail import Letter, MailError, SmtpMail, TerminalMail, make_mail
from tests.server.auth.harness import (
    PASSWORD,
    CountingLimits,
    Serve,
    World,
    bearer,
    fragment_of,
    query_of,
    sign_in,
    sign_up,
)

# RFC 7636, appendix B.
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = {
    "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    "code_challenge_method": "s256",
}


def verify(client: TestClient, **body: str) -> Any:
    return client.post("/auth/v1/verify", json=body)


@pytest.fixture
def careful(world: World, serve: Serve) -> TestClient:
    """A server where addresses have to be confirmed."""
    return serve(world.with_settings(autoconfirm=False))


def test_an_address_has_to_be_confirmed_first(
    world: World, careful: TestClient, email: str
) -> None:
    answer = sign_up(careful, email)

    assert "access_token" not in answer.json()
    assert sign_in(careful, email).json()["error_code"] == "email_not_confirmed"
    assert sign_in(careful, email, "wrong").json()["error_code"] == "invalid_credentials"
    opened = careful.get(world.outbox.link(email))
    assert fragment_of(opened.headers["location"])["type"] == "signup"
    assert sign_in(careful, email).status_code == 200


def test_signing_up_again_looks_the_same_and_changes_nothing(
    world: World, careful: TestClient, email: str
) -> None:
    first = sign_up(careful, email).json()
    careful.get(world.outbox.link(email))

    again = sign_up(careful, email, "a stranger's 9").json()

    assert again.keys() == first.keys()
    assert again["identities"][0].keys() == first["identities"][0].keys()
    assert again["id"] != first["id"]
    assert world.outbox.last(email).subject == "You already have an account"
    assert sign_in(careful, email, "a stranger's 9").status_code == 400
    assert sign_in(careful, email).status_code == 200


def test_the_newest_letter_confirms_the_newest_password(
    world: World, careful: TestClient, email: str
) -> None:
    """A stranger was first; the letter that the owner asked for must not bless their password."""
    sign_up(careful, email, "the stranger's 9")
    strangers = world.outbox.link(email)
    sign_up(careful, email, PASSWORD)

    stale = careful.get(strangers)
    careful.get(world.outbox.link(email))

    assert query_of(stale.headers["location"])["error_code"] == "otp_expired"
    assert sign_in(careful, email, "the stranger's 9").status_code == 400
    assert sign_in(careful, email).status_code == 200


@pytest.mark.parametrize("autoconfirm", [True, False])
def test_the_owner_of_the_mailbox_puts_a_stranger_out(
    world: World, serve: Serve, email: str, autoconfirm: bool
) -> None:
    client = serve(world.with_settings(autoconfirm=autoconfirm))
    stranger = sign_up(client, email, "the stranger's 9").json()

    client.post("/auth/v1/otp", json={"email": email})
    session = verify(client, email=email, token=world.outbox.code(email), type="email").json()

    assert session["user"]["email"] == email
    assert sign_in(client, email, "the stranger's 9").status_code == 400
    if autoconfirm:
        assert client.get("/auth/v1/user", headers=bearer(stranger)).status_code == 403


def test_a_proved_account_keeps_its_password(world: World, careful: TestClient, email: str) -> None:
    sign_up(careful, email)
    careful.get(world.outbox.link(email))

    careful.post("/auth/v1/otp", json={"email": email})
    verify(careful, email=email, token=world.outbox.code(email), type="email")

    assert sign_in(careful, email).status_code == 200


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("recover", {}),
        ("otp", {"create_user": False}),
        ("magiclink", {"create_user": False}),
        ("resend", {"type": "signup"}),
        ("resend", {"type": "email_change"}),
    ],
)
def test_known_and_unknown_addresses_get_the_same_answer(
    world: World, serve: Serve, email: str, path: str, body: dict[str, Any]
) -> None:
    client = serve(world)
    sign_up(client, email)

    known = client.post(f"/auth/v1/{path}", json={"email": email, **body})
    unknown = client.post(f"/auth/v1/{path}", json={"email": "nobody@example.com", **body})

    assert (known.status_code, known.json()) == (unknown.status_code, unknown.json()) == (200, {})
    assert not [letter for letter in world.outbox.letters if letter.to == "nobody@example.com"]


def test_the_answer_does_not_wait_for_the_lookup_or_the_letter(
    world: World, serve: Serve, email: str
) -> None:
    client = serve(world)
    sign_up(client, email)
    order: list[str] = []

    world.outbox.notice = lambda: order.append("letter")
    answering: Any = client.app

    async def noticing(scope: Any, receive: Any, send_on: Any) -> None:
        async def told(message: Any) -> None:
            if message["type"] == "http.response.body":
                order.append("answer")
            await send_on(message)

        await answering(scope, receive, told)

    client.app = noticing
    client._transport.app = noticing
    client.post("/auth/v1/recover", json={"email": email})

    assert order == ["answer", "letter"]


def test_a_code_is_good_for_its_address_and_kind_only(
    world: World, serve: Serve, email: str
) -> None:
    client = serve(world)
    sign_up(client, email)
    client.post("/auth/v1/recover", json={"email": email})
    code = world.outbox.code(email)

    for body in (
        {"email": "other@example.com", "token": code, "type": "recovery"},
        {"email": email, "token": f"{(int(code) + 1) % 1_000_000:06d}", "type": "recovery"},
        {"email": email, "token": code, "type": "signup"},
        {"email": email, "token": "", "type": "recovery"},
        {"email": email, "token": "٣٣٣٣٣٣", "type": "recovery"},
    ):
        assert verify(client, **body).json()["error_code"] == "otp_expired"
    assert verify(client, email=email, token=code, type="recovery").status_code == 200


def test_a_link_and_its_code_are_used_up_together(world: World, serve: Serve, email: str) -> None:
    client = serve(world)
    sign_up(client, email)
    client.post("/auth/v1/recover", json={"email": email})

    token_hash = query_of(world.outbox.link(email))["token"]
    assert verify(client, token_hash=token_hash, type="recovery").status_code == 200

    used = verify(client, email=email, token=world.outbox.code(email), type="recovery")
    assert used.json()["error_code"] == "otp_expired"


def test_letters_grow_stale(world: World, serve: Serve, email: str) -> None:
    client = serve(world)
    sign_up(client, email)
    client.post("/auth/v1/recover", json={"email": email})
    world.rows("update auth.one_time_tokens set created_at = created_at - interval '61 minutes'")

    code = world.outbox.code(email)
    opened = client.get(world.outbox.link(email))

    assert verify(client, email=email, token=code, type="recovery").status_code == 403
    assert query_of(opened.headers["location"])["error_code"] == "otp_expired"


def test_the_database_holds_neither_links_nor_codes(world: World, serve: Serve, email: str) -> None:
    client = serve(world)
    sign_up(client, email)
    client.post("/auth/v1/recover", json={"email": email, **CHALLENGE})

    held = str(world.rows("select to_jsonb(t)::text from auth.one_time_tokens t"))

    assert query_of(world.outbox.link(email))["token"] not in held
    assert world.outbox.code(email) not in held


def test_guessing_codes_is_slowed_down(world: World, serve: Serve, email: str) -> None:
    world.limits = CountingLimits()
    client = serve(world)

    answers = [
        verify(client, email=email, token=f"{n:06d}", type="recovery").status_code
        for n in range(12)
    ]

    assert answers == [403] * 10 + [429] * 2


def test_nobody_is_buried_in_letters(world: World, serve: Serve, email: str) -> None:
    world.limits = CountingLimits()
    client = serve(world)

    answers = [client.post("/auth/v1/recover", json={"email": email}) for _ in range(6)]

    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert answers[-1].json()["error_code"] == "over_email_send_rate_limit"


def test_a_link_with_a_challenge_gives_a_code_for_that_browser_only(
    world: World, serve: Serve, email: str
) -> None:
    client = serve(world)
    sign_up(client, email)
    client.post("/auth/v1/recover", json={"email": email, **CHALLENGE})
    opened = client.get(world.outbox.link(email))
    code = query_of(opened.headers["location"])["code"]

    exchanged = client.post(
        "/auth/v1/token?grant_type=pkce", json={"auth_code": code, "code_verifier": VERIFIER}
    )

    assert exchanged.status_code == 200
    assert "#" not in opened.headers["location"]


def test_links_use_the_public_address_whatever_the_host_header_says(
    world: World, serve: Serve, email: str
) -> None:
    client = serve(world)
    sign_up(client, email)

    client.post(
        "/auth/v1/recover?redirect_to=https://evil.example/",
        json={"email": email},
        headers={"host": "evil.example", "x-forwarded-host": "evil.example"},
    )

    assert "evil" not in world.outbox.last(email).text


def test_a_new_address_counts_once_it_has_answered(world: World, serve: Serve, email: str) -> None:
    client = serve(world)
    session, new = sign_up(client, email).json(), f"new.{email}"

    asked = client.put("/auth/v1/user", json={"email": new}, headers=bearer(session)).json()

    assert (asked["email"], asked["new_email"]) == (email, new)
    changed = verify(client, email=new, token=world.outbox.code(new), type="email_change").json()
    assert changed["user"]["email"] == new
    assert "new_email" not in changed["user"]
    assert world.rows("select 1 from public.users where email = %s", new)


@pytest.mark.parametrize("new_first", [True, False])
def test_a_proved_address_has_to_agree_to_its_successor(
    world: World, careful: TestClient, email: str, new_first: bool
) -> None:
    """Else a slip of the pen would hand the account to a stranger."""
    sign_up(careful, email)
    careful.get(world.outbox.link(email))
    session, new = sign_in(careful, email).json(), f"new.{email}"
    careful.put("/auth/v1/user", json={"email": new}, headers=bearer(session))
    first, second = (new, email) if new_first else (email, new)

    half = verify(careful, email=first, token=world.outbox.code(first), type="email_change")
    opened = careful.get(world.outbox.link(second))

    assert half.json().keys() == {"code", "msg"}
    assert "access_token" in fragment_of(opened.headers["location"])
    assert sign_in(careful, new).status_code == 200
    assert sign_in(careful, email).status_code == 400


def test_the_old_address_alone_cannot_change_it(
    world: World, careful: TestClient, email: str
) -> None:
    """Not even when nobody could be asked, because the address is taken."""
    taken = f"taken.{email}"
    for address in (email, taken):
        sign_up(careful, address)
        careful.get(world.outbox.link(address))
    session = sign_in(careful, email).json()
    careful.put("/auth/v1/user", json={"email": taken}, headers=bearer(session))

    opened = careful.get(world.outbox.link(email))
    careful.post("/auth/v1/resend", json={"type": "email_change", "email": email})

    assert "message" in query_of(opened.headers["location"])
    assert sign_in(careful, email).json()["user"]["new_email"] == taken
    assert sign_in(careful, taken).json()["user"]["id"] != session["user"]["id"]


def test_asking_for_another_address_starts_over(
    world: World, careful: TestClient, email: str
) -> None:
    sign_up(careful, email)
    careful.get(world.outbox.link(email))
    session = sign_in(careful, email).json()
    careful.put("/auth/v1/user", json={"email": f"a.{email}"}, headers=bearer(session))
    careful.get(world.outbox.link(email))  # the old address agrees to the first

    careful.put("/auth/v1/user", json={"email": f"b.{email}"}, headers=bearer(session))
    opened = careful.get(world.outbox.link(f"b.{email}"))

    assert "message" in query_of(opened.headers["location"])


def test_a_taken_address_is_not_given_away(world: World, serve: Serve, email: str) -> None:
    client = serve(world)
    session, taken, free = sign_up(client, email).json(), f"taken.{email}", f"free.{email}"
    sign_up(client, taken)

    answers = [
        client.put("/auth/v1/user", json={"email": new}, headers=bearer(session))
        for new in (taken, free)
    ]

    assert [answer.json()["new_email"] for answer in answers] == [taken, free]
    assert answers[0].json().keys() == answers[1].json().keys()
    assert not [letter for letter in world.outbox.letters if letter.to == taken]


def test_a_lost_letter_does_not_fail_the_request(
    world: World, serve: Serve, email: str, caplog: pytest.LogCaptureFixture
) -> None:
    def notice() -> None:
        raise MailError("The mail server is away.", "Check it.")

    client = serve(world)
    sign_up(client, email)
    world.outbox.notice = notice

    assert client.post("/auth/v1/recover", json={"email": email}).status_code == 200
    assert "The mail server is away." in caplog.text
    assert email not in caplog.text


# The two ways to send -------------------------------------------------------------------------


class MailServer:
    """An SMTP server that takes one letter."""

    def __init__(self) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.content = b""
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        connection, _ = self.listening.accept()
        with connection, connection.makefile("rwb") as stream:
            self._say(stream, b"220 here")
            for line in stream:
                verb = line[:4].upper()
                if verb == b"DATA":
                    self._say(stream, b"354 go on")
                    for part in stream:
                        if part == b".\r\n":
                            break
                        self.content += part
                self._say(stream, b"221 bye" if verb == b"QUIT" else b"250 fine")
                if verb == b"QUIT":
                    return

    def _say(self, stream: Any, line: bytes) -> None:
        stream.write(line + b"\r\n")
        stream.flush()


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    yield server
    server.listening.close()


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_letters_go_out_by_smtp(mail_server: MailServer, anyio_backend: str) -> None:
    mail = make_mail(f"smtp://127.0.0.1:{mail_server.port}", "lake@example.com", print)

    await mail.send(Letter("ada@example.com", "Grüße", "Follow this link\n"))

    mail_server.thread.join(5)
    message = message_from_bytes(mail_server.content)
    assert (message["From"], message["To"]) == ("lake@example.com", "ada@example.com")
    assert message["Auto-Submitted"] == "auto-generated"


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_a_mail_server_that_is_away_is_named_without_its_password(
    anyio_backend: str,
) -> None:
    mail = SmtpMail.from_url("smtp://user:hush-hush@127.0.0.1:1", "lake@example.com")

    with pytest.raises(MailError) as refused:
        await mail.send(Letter("ada@example.com", "Hello", "secret link"))

    assert "127.0.0.1:1" in refused.value.problem
    assert "hush-hush" not in repr(refused.value) + repr(mail)
    assert refused.value.__suppress_context__


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
@pytest.mark.parametrize("field", ["to", "subject"])
async def test_nobody_adds_headers(field: str, anyio_backend: str) -> None:
    letter = {"to": "ada@example.com", "subject": "Hello", "text": ""}
    letter[field] += "\r\nBcc: everybody@example.com"

    with pytest.raises(MailError):
        await SmtpMail("127.0.0.1", 1, "lake@example.com").send(Letter(**letter))


def test_credentials_never_travel_without_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    class Plain:
        def __init__(self, *_: Any, **__: Any) -> None: ...

        def starttls(self, **_: Any) -> None:
            raise smtplib.SMTPNotSupportedError("no STARTTLS")

    monkeypatch.setattr(smtplib, "SMTP", Plain)
    mail = SmtpMail.from_url("smtp://user:secret@mail.example.com", "lake@example.com")

    with pytest.raises(MailError):
        mail._deliver(mail._message(Letter("ada@example.com", "Hello", "")))


@pytest.mark.parametrize("url", ["mail.example.com", "http://x", "smtp://", "smtp://h:port"])
def test_a_wrong_address_of_a_mail_server_is_refused(url: str) -> None:
    with pytest.raises(MailError) as refused:
        make_mail(url, "lake@example.com", print)

    assert refused.value.where == "LAKEWRIGHT_SMTP_URL"


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_without_smtp_letters_are_printed(anyio_backend: str) -> None:
    printed: list[str] = []

    await TerminalMail(printed.append).send(Letter("ada@example.com", "Hello", "the link"))

    assert "LAKEWRIGHT_SMTP_URL is not set" in printed[0]
    assert "the link" in printed[0]


def test_repr_of_a_letter_hides_its_link() -> None:
    assert "token" not in repr(Letter("ada@example.com", "Hello", "https://x/verify?token=1"))
