"""The demo user: a way in without a password, for people on this machine only."""

from urllib.parse import urlsplit

from fastapi import Request

from lakewright.server.auth.attempts import count
from lakewright.server.auth.errors import invalid
from lakewright.server.auth.parts import Parts, Visitor
from lakewright.server.auth.sessions import Session, check_may_sign_in, open_session
from lakewright.server.auth.settings import LOOPBACK_NAMES, AuthSettings
from lakewright.store.accounts import Account, AccountRecords

# RFC 2606 reserves .example: no letter to this address can ever arrive anywhere.
DEMO_EMAIL = "demo@lakewright.example"

NOTICE = (
    "You are the demo user. Anyone who can use this machine can sign in as the demo user;"
    " sign up with your own address for work that matters."
)


async def demo_account(records: AccountRecords) -> Account:
    """The demo user; made when missing. Has no password, so there is no other way in."""
    await records.hold_email(DEMO_EMAIL)
    account = await records.by_email(DEMO_EMAIL)
    if account is None:
        account = await records.create(
            DEMO_EMAIL,
            password_hash="",
            provider="email",
            confirmed=True,
            user_metadata={"name": "Demo", "demo": True},
        )
        data = {"sub": str(account.id), "email": DEMO_EMAIL, "email_verified": True}
        await records.put_identity(account.id, "email", str(account.id), data)
    return account


async def demo_sign_in(parts: Parts, visitor: Visitor, request: Request) -> Session:
    """A session for the demo user.

    Raises:
        AuthError: The demo is off, or the request does not come from this machine.
    """
    if not is_offered(parts.settings) or not _is_from_here(visitor, request):
        raise invalid(
            "The demo user can only sign in on the machine that Lakewright runs on",
            "Sign up with an e-mail address.",
            status=403,
        )
    await count(parts.limits, "sign-in", address=visitor.address)
    async with parts.accounts.transaction(visitor.request_id) as records:
        account = await demo_account(records)
        check_may_sign_in(account)
        session = await open_session(records, parts, visitor, account, "demo")
    await parts.note("signed-in", visitor, account.id, method="demo")
    return session


def is_offered(settings: AuthSettings) -> bool:
    """Whether there is a demo user: only when people reach the server on loopback."""
    return settings.demo and settings.on_loopback


def _is_from_here(visitor: Visitor, request: Request) -> bool:
    # A page elsewhere could point its own name at 127.0.0.1 (DNS rebinding): it gives itself
    # away by the Host. A proxy on this machine gives its visitors away by their address, or,
    # when it is not trusted, by its headers.
    forwarded = {"forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"}
    if forwarded & set(request.headers):
        return False
    origin = request.headers.get("origin", "")
    hosts = [request.headers.get("host", "")] + ([urlsplit(origin).netloc] if origin else [])
    return visitor.address in {"127.0.0.1", "::1"} and all(map(_is_loopback, hosts))


def _is_loopback(netloc: str) -> bool:
    try:
        return (urlsplit(f"//{netloc}").hostname or "") in LOOPBACK_NAMES
    except ValueError:
        return False
