"""Letters that anybody may ask for: password reset, sign-in link, and the same again.

The answer is always the same and is given first; only then is the address looked up. So
neither its words nor its time say whether there is an account.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from lakewright.server.auth.attempts import count
from lakewright.server.auth.bodies import Body
from lakewright.server.auth.demo import DEMO_EMAIL
from lakewright.server.auth.errors import AuthError, refuse
from lakewright.server.auth.letters import LetterKind
from lakewright.server.auth.links import letter_kind, make_letter
from lakewright.server.auth.parts import Parts, Visitor
from lakewright.server.auth.sign_up import check_open, create_account, invitation_of
from lakewright.store.accounts import Account, AccountRecords

Afterwards = Callable[[], Awaitable[None]]


async def ask_for_recovery(
    parts: Parts, visitor: Visitor, body: Body, redirect_to: str
) -> Afterwards:
    """A letter to choose a new password. Returns what to do once the answer is sent."""
    return await _ask(parts, visitor, body, "recovery", redirect_to)


async def ask_for_link(parts: Parts, visitor: Visitor, body: Body, redirect_to: str) -> Afterwards:
    """A letter to sign in with, which makes an account unless `create_user` is false."""
    if body.text("phone"):
        raise refuse("phone_provider_disabled")
    creates = body.flag("create_user", default=True)
    return await _ask(parts, visitor, body, "magiclink", redirect_to, creates=creates)


async def ask_again(parts: Parts, visitor: Visitor, body: Body, redirect_to: str) -> Afterwards:
    """The confirmation letter of a sign-up or of a change of address once more."""
    if body.text("phone"):
        raise refuse("phone_provider_disabled", problem="Phone logins are disabled")
    return await _ask(parts, visitor, body, letter_kind(body.text("type")), redirect_to)


async def _ask(
    parts: Parts,
    visitor: Visitor,
    body: Body,
    kind: LetterKind,
    redirect_to: str,
    *,
    creates: bool = False,
) -> Afterwards:
    email, challenge, metadata = body.email(), body.challenge(), body.metadata()
    await count(parts.limits, "letter", address=visitor.address, email=email)

    async def afterwards() -> None:
        letter = None
        async with parts.accounts.transaction(visitor.request_id) as records:
            await records.hold_email(email)
            account = await records.by_email(email)
            wanted: LetterKind | None
            if account is None and creates:
                account = await _newcomer(records, parts, email, metadata)
                wanted = "signup"
            else:
                wanted = _fitting(account, kind)
            if account is None or wanted is None:
                return
            if wanted == "email_change" and await records.by_email(account.new_email):
                return
            letter = await make_letter(
                records,
                parts,
                account,
                wanted,
                challenge=challenge,
                redirect_to=redirect_to,
                to=account.new_email if wanted == "email_change" else "",
            )
            await records.mark_sent(
                account.id, "confirmation" if wanted == "signup" else "recovery"
            )
        await parts.post(letter)
        await parts.note("letter-sent", visitor, account.id, letter=wanted)

    # Body and limits are checked before the answer; they depend on nobody's account.
    return afterwards


def _fitting(account: Account | None, kind: LetterKind) -> LetterKind | None:
    """The letter that this person may get; None: no letter."""
    if account is None or account.banned or account.email == DEMO_EMAIL:
        return None
    if kind == "signup" and account.confirmed_at:
        return None
    if kind == "email_change" and not account.new_email:
        return None
    return kind


async def _newcomer(
    records: AccountRecords, parts: Parts, email: str, metadata: dict[str, Any]
) -> Account | None:
    try:
        invitation = invitation_of(metadata.pop("invitation", ""))
        await check_open(records, parts, email, invitation)
    except AuthError:
        return None
    return await create_account(
        records, email, password_hash="", confirmed=False, metadata=metadata
    )
