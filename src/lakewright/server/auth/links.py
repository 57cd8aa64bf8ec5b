"""Links and codes in letters: made, sent, and good for one use."""

import secrets
from typing import cast
from urllib.parse import urlencode
from uuid import UUID

from lakewright.server.auth.bodies import Challenge
from lakewright.server.auth.errors import invalid, refuse
from lakewright.server.auth.keys import SigningKeys
from lakewright.server.auth.letters import LETTERS, LetterKind, compose
from lakewright.server.auth.parts import Parts, Visitor
from lakewright.server.auth.sessions import (
    Session,
    check_may_sign_in,
    digest_of,
    open_session,
)
from lakewright.server.mail import Letter
from lakewright.store.accounts import Account, AccountRecords, OneTimeToken

_PKCE = "pkce_"

# What a client calls the thing it redeems, and the tokens that can be meant.
KINDS: dict[str, tuple[LetterKind, ...]] = {
    "signup": ("signup",),
    "magiclink": ("magiclink", "signup"),
    "recovery": ("recovery",),
    "email_change": ("email_change", "email_change_current"),
    "email": ("signup", "magiclink"),
}


async def make_letter(
    records: AccountRecords,
    parts: Parts,
    account: Account,
    kind: LetterKind,
    *,
    challenge: Challenge,
    redirect_to: str,
    to: str = "",
) -> Letter:
    """A letter whose link and code sign `account` in; earlier ones of that sort stop working.

    Only the hash of the link is stored. The code follows from it and from a key outside the
    database, so nobody who reads the database can make either.
    """
    to = to or account.email
    token = secrets.token_urlsafe(32)
    if challenge.value:
        flow_id = await records.start_flow(
            method=kind,
            code_challenge=challenge.value,
            code_challenge_method=challenge.method,
            account_id=account.id,
        )
        token = f"{_PKCE}{flow_id.hex}_{token}"
    digest = digest_of(token)
    await records.put_one_time_token(account.id, LETTERS[kind].token_type, digest, to)
    query = urlencode({"token": token, "type": LETTERS[kind].link_type, "redirect_to": redirect_to})
    return compose(
        kind,
        to=to,
        link=f"{parts.settings.issuer}/verify?{query}",
        code=_code(parts.keys, digest),
        minutes=parts.settings.code_seconds // 60,
    )


def _code(keys: SigningKeys, digest: str) -> str:
    """Six digits. The bias of the modulo, 2^256 to 10^6, is nothing."""
    return f"{int.from_bytes(keys.derive('code', digest), 'big') % 1_000_000:06d}"


async def redeem_code(
    parts: Parts, visitor: Visitor, kind: str, *, email: str, code: str
) -> Session | None:
    """Sign in with the code of a letter. None: the other address has to agree as well.

    Raises:
        AuthError: `otp_expired`, whatever the reason, or an unknown kind.
    """
    async with parts.accounts.transaction(visitor.request_id) as records:
        for token in await records.one_time_tokens(
            _token_types(kind), seconds=parts.settings.code_seconds, relates_to=email
        ):
            expected = _code(parts.keys, token.digest)
            if secrets.compare_digest(expected.encode(), code.strip().encode()):
                return await _open(records, parts, visitor, token)
    raise refuse("otp_expired")


async def redeem_token(parts: Parts, visitor: Visitor, kind: str, token: str) -> Session | None:
    """Sign in with the token of a link, handed over by the client itself."""
    async with parts.accounts.transaction(visitor.request_id) as records:
        found = await _find(records, parts, kind, token)
        return await _open(records, parts, visitor, found)


async def follow_link(
    parts: Parts, visitor: Visitor, kind: str, token: str
) -> Session | str | None:
    """Somebody opened a link.

    Returns:
        A session; or, when the browser that asked for the letter sent a PKCE challenge, a
        code which only that browser can exchange; or None: the other address has to agree.
    """
    async with parts.accounts.transaction(visitor.request_id) as records:
        found = await _find(records, parts, kind, token)
        if not token.startswith(_PKCE):
            return await _open(records, parts, visitor, found)
        account = await _redeem(records, parts, found)
        if account is None:
            return None
        flow_id = UUID(token.removeprefix(_PKCE).partition("_")[0])
        flow = await records.flow(flow_id, seconds=parts.settings.code_seconds)
        if flow is None or flow.is_late or flow.account_id != account.id:
            raise refuse("flow_state_not_found")
        code = secrets.token_urlsafe(32)
        await records.give_code(flow_id, account.id, digest_of(code))
        return code


async def _open(
    records: AccountRecords, parts: Parts, visitor: Visitor, token: OneTimeToken
) -> Session | None:
    account = await _redeem(records, parts, token)
    if account is None:
        return None
    return await open_session(records, parts, visitor, account, "otp")


def _token_types(kind: str) -> list[str]:
    if kind not in KINDS:
        raise invalid("Unsupported verification type", f"Use one of {', '.join(KINDS)}.")
    return sorted({LETTERS[letter].token_type for letter in KINDS[kind]})


async def _find(records: AccountRecords, parts: Parts, kind: str, token: str) -> OneTimeToken:
    found = await records.one_time_tokens(
        _token_types(kind), seconds=parts.settings.code_seconds, digest=digest_of(token)
    )
    if not found:
        raise refuse("otp_expired", problem="Email link is invalid or has expired")
    return found[0]


async def _redeem(records: AccountRecords, parts: Parts, token: OneTimeToken) -> Account | None:
    """Use the token up; None when that was only one half of a change of address."""
    account = await records.by_id(token.account_id, locked=True)
    if account is None or not await records.take_one_time_token(token):
        raise refuse("otp_expired")
    check_may_sign_in(account)
    if token.type.startswith("email_change"):
        return await _change_email(records, account, token)
    if token.type == "confirmation_token":
        # Asked for by the sign-up that set the password, so both belong together.
        return await records.prove_mailbox(account.id)
    return await trust_mailbox(records, parts, account)


async def trust_mailbox(records: AccountRecords, parts: Parts, account: Account) -> Account:
    """The person behind the mailbox is here, perhaps for the first time.

    Until now anybody may have signed up with this address, so what an unproved account had,
    a password and open sessions, ends: otherwise a stranger who was first could stay inside.
    """
    if not await is_mailbox_proved(records, account):
        parts.sessions.forget(await records.end_sessions(account.id))
        await records.set_password(account.id, "")
    return await records.prove_mailbox(account.id)


async def is_mailbox_proved(records: AccountRecords, account: Account) -> bool:
    """Whether the person has ever shown that they read their address's mail."""
    return any(found.proves_mailbox for found in await records.identities_of(account.id))


async def _change_email(
    records: AccountRecords, account: Account, token: OneTimeToken
) -> Account | None:
    """Change the address once both sides agree.

    The new side alone is not enough: a slip of the pen would hand the account to a stranger.
    The old side alone is not enough either. An old address that never proved anything has
    no say.
    """
    is_new_side = token.type == "email_change_token_new"
    agreeing, other = (1, 2) if is_new_side else (2, 1)
    new_email = account.new_email
    if not new_email or token.relates_to != (new_email if is_new_side else account.email):
        raise refuse("otp_expired")
    has_one_say = is_new_side and not await is_mailbox_proved(records, account)
    if account.new_email_state != other and not has_one_say:
        await records.agree_to_email(account.id, agreeing)
        return None
    await records.hold_email(new_email)
    if await records.by_email(new_email):
        raise refuse("otp_expired")
    return await records.change_email(account.id, new_email)


def letter_kind(kind: str) -> LetterKind:
    """The kind of letter that a client asks for again.

    Raises:
        AuthError: There is no such letter.
    """
    if kind not in ("signup", "email_change"):
        raise invalid("Missing one of these types: signup, email_change", "Send `type`.")
    return cast(LetterKind, kind)
