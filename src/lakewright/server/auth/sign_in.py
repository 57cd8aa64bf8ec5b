"""Signing in with a password, or with the code that a browser was sent back with."""

import base64
import hashlib
import secrets

from lakewright.server.auth.attempts import count
from lakewright.server.auth.bodies import Body
from lakewright.server.auth.errors import refuse
from lakewright.server.auth.parts import Parts, Visitor
from lakewright.server.auth.sessions import (
    Session,
    check_may_sign_in,
    digest_of,
    open_session,
)
from lakewright.store.accounts import Flow

CODE_SECONDS = 300


async def sign_in_with_password(parts: Parts, visitor: Visitor, body: Body) -> Session:
    """Sign in with e-mail address and password.

    The same time and the same words, whether the address is unknown, has no password, or the
    password is wrong. Anything more is only told to somebody who knows the password.

    Raises:
        AuthError: `invalid_credentials`, `email_not_confirmed`, `user_banned`, too many tries.
    """
    if body.text("phone"):
        raise refuse("phone_provider_disabled", problem="Phone logins are disabled")
    email, password = body.text("email").strip().lower(), body.text("password")
    await count(parts.limits, "sign-in", address=visitor.address, email=email)
    async with parts.accounts.transaction(visitor.request_id) as records:
        found = await records.by_email(email)
    stored = found.password_hash if found else ""
    fits = await parts.passwords.fits(stored, password)
    if not found or not fits:
        await parts.note("refused", visitor, found.id if found else None, method="password")
        raise refuse("invalid_credentials")
    renewed = ""
    if parts.passwords.is_outdated(stored):
        renewed = await parts.passwords.hash(password)
    async with parts.accounts.transaction(visitor.request_id) as records:
        account = await records.by_id(found.id, locked=True)
        # Changed while we were hashing: then the old password must not open a session.
        if account is None or account.password_hash != stored:
            raise refuse("invalid_credentials")
        check_may_sign_in(account)
        if account.confirmed_at is None:
            raise refuse("email_not_confirmed")
        if renewed:
            await records.renew_hash(account.id, stored, renewed)
        session = await open_session(records, parts, visitor, account, "password")
    await parts.note("signed-in", visitor, account.id, method="password")
    return session


async def exchange_code(parts: Parts, visitor: Visitor, body: Body) -> Session:
    """Exchange the code of a finished flow (PKCE). A code can be tried once, right or wrong.

    Raises:
        AuthError: The code is unknown, used or late, or the verifier is another browser's.

    Source: RFC 7636, 4.6.
    """
    await count(parts.limits, "code", address=visitor.address)
    digest = digest_of(body.text("auth_code"))
    async with parts.accounts.transaction(visitor.request_id) as records:
        flow = await records.take_flow(digest, seconds=CODE_SECONDS)
    if flow is None or flow.account_id is None:
        raise refuse("flow_state_not_found")
    if flow.is_late:
        raise refuse("flow_state_expired")
    if not _fits(flow, body.text("code_verifier")):
        await parts.note("refused", visitor, flow.account_id, method=flow.method)
        raise refuse("bad_code_verifier")
    async with parts.accounts.transaction(visitor.request_id) as records:
        account = await records.by_id(flow.account_id)
        if account is None:
            raise refuse("flow_state_not_found")
        check_may_sign_in(account)
        session = await open_session(records, parts, visitor, account, flow.method)
    await parts.note("signed-in", visitor, account.id, method=flow.method)
    return session


def _fits(flow: Flow, verifier: str) -> bool:
    if not verifier or not flow.code_challenge:
        return False
    answer = verifier
    if flow.code_challenge_method == "s256":
        digest = hashlib.sha256(verifier.encode()).digest()
        answer = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return secrets.compare_digest(answer.encode(), flow.code_challenge.encode())
