"""What people may change about their own account."""

from typing import Any
from uuid import UUID

from lakewright.access import Identity
from lakewright.server.auth.attempts import count
from lakewright.server.auth.bodies import Body, Challenge, check_metadata_size
from lakewright.server.auth.demo import DEMO_EMAIL
from lakewright.server.auth.errors import invalid, refuse
from lakewright.server.auth.letters import LetterKind
from lakewright.server.auth.links import is_mailbox_proved, make_letter
from lakewright.server.auth.parts import Parts, Visitor
from lakewright.server.auth.passwords import check_strength
from lakewright.server.auth.shapes import user_json
from lakewright.server.mail import Letter
from lakewright.store.accounts import Account, AccountRecords


async def read_profile(parts: Parts, visitor: Visitor, identity: Identity) -> dict[str, Any]:
    """The person behind the token, as stored now."""
    async with parts.accounts.transaction(visitor.request_id) as records:
        account = await _present(records, identity)
        return user_json(account, await records.identities_of(account.id))


async def change_profile(
    parts: Parts, visitor: Visitor, identity: Identity, body: Body, redirect_to: str
) -> tuple[dict[str, Any], list[Letter]]:
    """Change password, metadata or address; returns the person and letters to send.

    A new password ends all other sessions. A new address counts once it and the old one have
    agreed by letter; the answer is the same for addresses that others have.

    Raises:
        AuthError: A bad value, a weak or the same password, or a field that is not theirs.
    """
    if "app_metadata" in body or "role" in body:
        raise refuse("not_admin")
    if body.text("phone"):
        raise refuse("phone_provider_disabled")
    new_email = body.email() if body.text("email") else ""
    password_hash = await _new_password(parts, visitor, identity, body)
    challenge = body.challenge()
    letters: list[Letter] = []
    if new_email:
        await count(parts.limits, "letter", address=visitor.address, email=new_email)
    async with parts.accounts.transaction(visitor.request_id) as records:
        account = await _present(records, identity, locked=True)
        if account.email == DEMO_EMAIL and (password_hash or new_email):
            raise invalid("The demo user has no password and no mailbox", "Sign up yourself.")
        if password_hash:
            account = await records.set_password(account.id, password_hash)
            spare = UUID(identity.session_id)
            parts.sessions.forget(await records.end_sessions(account.id, spare=spare))
        if "data" in body:
            account = await records.set_user_metadata(account.id, _merged(account, body))
        if new_email and new_email != account.email:
            account, letters = await _start_email_change(
                records,
                parts,
                account,
                new_email,
                challenge=challenge,
                redirect_to=redirect_to,
            )
        answer = user_json(account, await records.identities_of(account.id))
    if password_hash:
        await parts.note("password-changed", visitor, account.id)
    if answer.get("new_email") == new_email != "":
        await parts.note("email-change-asked", visitor, account.id)
    return answer, letters


async def _new_password(parts: Parts, visitor: Visitor, identity: Identity, body: Body) -> str:
    """The hash of the password to set; empty when it stays."""
    if "password" not in body:
        return ""
    password = body.text("password")
    check_strength(password, identity.email)
    # Somebody with a stolen session could otherwise try passwords here as fast as they like.
    await count(parts.limits, "sign-in", address=visitor.address, email=identity.email)
    async with parts.accounts.transaction(visitor.request_id) as records:
        account = await _present(records, identity)
    if await parts.passwords.fits(account.password_hash, password):
        raise refuse("same_password")
    return await parts.passwords.hash(password)


def _merged(account: Account, body: Body) -> dict[str, Any]:
    """The person's metadata with the given keys changed; null removes a key."""
    merged = {**account.user_metadata, **body.metadata()}
    merged = {name: value for name, value in merged.items() if value is not None}
    check_metadata_size(merged)
    return merged


async def _start_email_change(
    records: AccountRecords,
    parts: Parts,
    account: Account,
    new_email: str,
    *,
    challenge: Challenge,
    redirect_to: str,
) -> tuple[Account, list[Letter]]:
    is_taken = await records.by_email(new_email) is not None or new_email == DEMO_EMAIL
    account = await records.want_email(account.id, new_email)
    wanted: list[tuple[LetterKind, str]] = []
    if not is_taken:
        wanted.append(("email_change", new_email))
    if await is_mailbox_proved(records, account):
        wanted.append(("email_change_current", account.email))
    letters = [
        await make_letter(
            records, parts, account, kind, challenge=challenge, redirect_to=redirect_to, to=to
        )
        for kind, to in wanted
    ]
    return account, letters


async def _present(records: AccountRecords, identity: Identity, *, locked: bool = False) -> Account:
    account = await records.by_id(identity.user_id, locked=locked) if identity.user_id else None
    if account is None:
        raise refuse("user_not_found")
    return account
