"""Signing up: who may, and what happens to an address that is known already."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from lakewright.server.auth.attempts import count
from lakewright.server.auth.bodies import Body, Challenge
from lakewright.server.auth.demo import DEMO_EMAIL
from lakewright.server.auth.errors import invalid, refuse
from lakewright.server.auth.letters import already_registered
from lakewright.server.auth.links import make_letter
from lakewright.server.auth.parts import Parts, Visitor
from lakewright.server.auth.passwords import check_strength
from lakewright.server.auth.sessions import Session, digest_of, open_session
from lakewright.server.auth.shapes import user_json
from lakewright.store.accounts import Account, AccountRecords, LinkedIdentity


@dataclass(frozen=True, slots=True)
class SignUp:
    """What came of it.

    Attributes:
        session: None while the address has to be confirmed first.
        afterwards: What to do once the answer is sent; None: nothing.
    """

    session: Session | None
    user: Mapping[str, Any]
    afterwards: Callable[[], Awaitable[None]] | None = None


async def sign_up(parts: Parts, visitor: Visitor, body: Body, redirect_to: str) -> SignUp:
    """Make an account with a password.

    When addresses have to be confirmed, the answer is given before the address is looked up,
    so that neither its words nor its time say whether it is known; only the letter does.
    With autoconfirm that cannot be: one of the answers is a session.

    Raises:
        AuthError: Bad input, a weak password, sign-up is closed, too many attempts, or (with
            autoconfirm only) the address is taken.
    """
    if not body.text("email") and not body.text("phone"):
        raise refuse("anonymous_provider_disabled")
    if body.text("phone"):
        raise refuse("phone_provider_disabled", problem="Phone signups are disabled")
    email, password, challenge = body.email(), body.text("password"), body.challenge()
    metadata = body.metadata()
    if not password:
        raise invalid("Signup requires a valid password", "Send a password.", where="password")
    await count(parts.limits, "sign-up", address=visitor.address, email=email)
    check_strength(password, email)
    invitation = invitation_of(metadata.pop("invitation", ""))
    newcomer = Newcomer(email, password, metadata, invitation)
    async with parts.accounts.transaction(visitor.request_id) as records:
        await check_open(records, parts, email, invitation)
    if parts.settings.autoconfirm:
        session = await _sign_up_at_once(parts, visitor, newcomer)
        return SignUp(session, session.user)

    async def afterwards() -> None:
        await _sign_up_by_letter(parts, visitor, newcomer, challenge, redirect_to)

    return SignUp(None, _stranger_json(email, metadata), afterwards)


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who wants an account, and brought what it takes."""

    email: str
    password: str = field(repr=False)
    metadata: Mapping[str, Any]
    invitation: str


async def _sign_up_at_once(parts: Parts, visitor: Visitor, newcomer: Newcomer) -> Session:
    password_hash = await parts.passwords.hash(newcomer.password)
    async with parts.accounts.transaction(visitor.request_id) as records:
        await check_open(records, parts, newcomer.email, newcomer.invitation)
        await records.hold_email(newcomer.email)
        if await records.by_email(newcomer.email):
            raise refuse("user_already_exists")
        account = await create_account(
            records,
            newcomer.email,
            password_hash=password_hash,
            confirmed=True,
            metadata=newcomer.metadata,
        )
        session = await open_session(records, parts, visitor, account, "password")
    await parts.note("signed-up", visitor, account.id)
    return session


async def _sign_up_by_letter(
    parts: Parts, visitor: Visitor, newcomer: Newcomer, challenge: Challenge, redirect_to: str
) -> None:
    password_hash = await parts.passwords.hash(newcomer.password)
    email = newcomer.email
    async with parts.accounts.transaction(visitor.request_id) as records:
        await check_open(records, parts, email, newcomer.invitation)
        await records.hold_email(email)
        account = await records.by_email(email)
        if account and account.confirmed_at:
            letter = already_registered(email, parts.settings.public_url)
        else:
            if account:
                # Nobody has proved that the address is theirs, so the last one to sign up
                # counts, and so does their letter alone: password and link always belong to
                # the same person.
                await records.set_password(account.id, password_hash)
                account = await records.set_user_metadata(account.id, newcomer.metadata)
            else:
                account = await create_account(
                    records,
                    email,
                    password_hash=password_hash,
                    confirmed=False,
                    metadata=newcomer.metadata,
                )
            letter = await make_letter(
                records, parts, account, "signup", challenge=challenge, redirect_to=redirect_to
            )
            await records.mark_sent(account.id, "confirmation")
    await parts.post(letter)
    await parts.note("signed-up", visitor, account.id)


def _stranger_json(email: str, metadata: Mapping[str, Any]) -> dict[str, Any]:
    """A person who looks new, whether they are or not: no id, no moment tells them apart."""
    now = datetime.now(UTC)
    account = Account(
        id=uuid4(),
        email=email,
        password_hash="",
        confirmed_at=None,
        confirmation_sent_at=now,
        recovery_sent_at=None,
        email_change_sent_at=None,
        new_email="",
        new_email_state=0,
        last_sign_in_at=None,
        app_metadata={"provider": "email", "providers": ["email"]},
        user_metadata=metadata,
        banned=False,
        banned_until=None,
        created_at=now,
        updated_at=now,
    )
    identity = LinkedIdentity(
        id=uuid4(),
        provider="email",
        provider_id=str(account.id),
        data=_email_identity(account),
        last_sign_in_at=now,
        created_at=now,
        updated_at=now,
    )
    return user_json(account, [identity])


def _email_identity(account: Account) -> dict[str, Any]:
    return {
        "sub": str(account.id),
        "email": account.email,
        # True only after a letter arrived; `autoconfirm` proves nothing.
        "email_verified": False,
        "phone_verified": False,
    }


async def create_account(
    records: AccountRecords,
    email: str,
    *,
    password_hash: str,
    confirmed: bool,
    metadata: Mapping[str, Any],
) -> Account:
    """A person with an e-mail identity."""
    account = await records.create(
        email,
        password_hash=password_hash,
        provider="email",
        confirmed=confirmed,
        user_metadata=metadata,
    )
    await records.put_identity(account.id, "email", str(account.id), _email_identity(account))
    return account


def invitation_of(token: object) -> str:
    """The digest of the invitation that somebody brought; empty when there is none."""
    return digest_of(token) if isinstance(token, str) and token else ""


async def check_open(records: AccountRecords, parts: Parts, email: str, invitation: str) -> None:
    """Whether this address may have a new account. A closed server still takes its first person.

    Raises:
        AuthError: `signup_disabled`.
    """
    if email == DEMO_EMAIL:
        raise refuse("signup_disabled", problem="This address is reserved for the demo user")
    if parts.settings.sign_up_open or await records.is_empty():
        return
    if invitation and await records.is_invited(invitation, email):
        return
    raise refuse("signup_disabled")
