"""Sessions: an access token for an hour, and refresh tokens that are good for one use each."""

import base64
import hashlib
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from lakewright.access import Identity
from lakewright.server.auth.errors import refuse
from lakewright.server.auth.keys import SigningKeys
from lakewright.server.auth.parts import Parts, Visitor
from lakewright.server.auth.settings import AuthSettings
from lakewright.server.auth.shapes import user_json
from lakewright.store.accounts import Account, AccountRecords


def digest_of(secret: str) -> str:
    """What the database keeps of a secret: SHA-256 in hex.

    Enough without salt or stretching, since these secrets are random and long.
    """
    return hashlib.sha256(secret.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Session:
    """A session as the client gets it."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: int
    expires_at: int
    user: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """The answer to a sign-in or refresh."""
        return {
            "access_token": self.access_token,
            "token_type": "bearer",
            "expires_in": self.expires_in,
            "expires_at": self.expires_at,
            "refresh_token": self.refresh_token,
            "user": self.user,
        }

    def as_fragment(self, link_type: str) -> dict[str, str]:
        """The part behind `#` of the address that a link in a letter leads to."""
        return {
            "access_token": self.access_token,
            "token_type": "bearer",
            "expires_in": str(self.expires_in),
            "expires_at": str(self.expires_at),
            "refresh_token": self.refresh_token,
            "type": link_type,
        }


async def open_session(
    records: AccountRecords, parts: Parts, visitor: Visitor, account: Account, method: str
) -> Session:
    """A new session for somebody who has just proved who they are."""
    session_id, account = await records.open_session(
        account.id, user_agent=visitor.user_agent, address=visitor.ip
    )
    token = secrets.token_urlsafe(32)
    await records.add_refresh_token(digest_of(token), account_id=account.id, session_id=session_id)
    return await _session(records, parts, account, session_id, refresh_token=token, method=method)


async def refresh(parts: Parts, visitor: Visitor, token: str) -> Session:
    """Exchange a refresh token for a new one.

    A used token gives the same successor again for a few seconds, as long as that one is
    unused: two tabs or a lost answer are no theft. Any later use is, and ends the session
    with all its tokens. The successor follows from the token and a key outside the
    database, so that only its hash has to be stored, and there is only ever one.

    Raises:
        AuthError: The token is unknown, or was used before (which ends the session).

    Source: OAuth 2.0 Security Best Current Practice (RFC 9700), 4.14.2.
    """
    digest = digest_of(token)
    successor = _successor(parts.keys, token)
    reused_by: UUID | None = None
    async with parts.accounts.transaction(visitor.request_id) as records:
        stored = await records.refresh_token(digest)
        if stored is None or stored.is_session_over:
            raise refuse("refresh_token_not_found")
        account = await records.by_id(stored.account_id)
        if account is None:
            raise refuse("refresh_token_not_found")
        if account.banned:
            raise refuse("user_banned")
        if stored.revoked_seconds is None:
            await records.use_refresh_token(stored)
            await records.add_refresh_token(
                digest_of(successor),
                account_id=account.id,
                session_id=stored.session_id,
                parent=digest,
            )
            return await _session(
                records,
                parts,
                account,
                stored.session_id,
                refresh_token=successor,
                method="token_refresh",
            )
        child = await records.refresh_token(digest_of(successor))
        if (
            child is not None
            and child.revoked_seconds is None
            and stored.revoked_seconds <= parts.settings.reuse_seconds
        ):
            return await _session(
                records,
                parts,
                account,
                stored.session_id,
                refresh_token=successor,
                method="token_refresh",
            )
        # Not raised here: the exception would undo the end of the session.
        reused_by = account.id
        parts.sessions.forget(await records.end_sessions(account.id, only=stored.session_id))
    await parts.note("refresh-token-reused", visitor, reused_by)
    raise refuse("refresh_token_already_used")


async def sign_out(parts: Parts, visitor: Visitor, identity: Identity, scope: str) -> None:
    """End this session (`local`), the person's other ones (`others`) or all (`global`)."""
    assert identity.user_id is not None  # the caller has checked the token
    session_id = UUID(identity.session_id)
    async with parts.accounts.transaction(visitor.request_id) as records:
        ended = await records.end_sessions(
            identity.user_id,
            only=session_id if scope == "local" else None,
            spare=session_id if scope == "others" else None,
        )
    parts.sessions.forget(ended)
    await parts.note("signed-out", visitor, identity.user_id, scope=scope)


def _successor(keys: SigningKeys, token: str) -> str:
    return base64.urlsafe_b64encode(keys.derive("refresh", token)).rstrip(b"=").decode()


async def _session(
    records: AccountRecords,
    parts: Parts,
    account: Account,
    session_id: UUID,
    *,
    refresh_token: str,
    method: str,
) -> Session:
    now = int(time.time())
    claims = access_claims(parts.settings, account, session_id, method, now)
    return Session(
        access_token=parts.keys.sign(claims),
        refresh_token=refresh_token,
        expires_in=parts.settings.access_seconds,
        expires_at=claims["exp"],
        user=user_json(account, await records.identities_of(account.id)),
    )


def access_claims(
    settings: AuthSettings, account: Account, session_id: UUID, method: str, now: int
) -> dict[str, Any]:
    """The claims of an access token, named as Supabase Auth names them."""
    return {
        "iss": settings.issuer,
        "sub": str(account.id),
        "aud": "authenticated",
        "exp": now + settings.access_seconds,
        "iat": now,
        "email": account.email,
        "phone": "",
        "app_metadata": dict(account.app_metadata),
        "user_metadata": dict(account.user_metadata),
        "role": "authenticated",
        "aal": "aal1",
        "amr": [{"method": method, "timestamp": now}],
        "session_id": str(session_id),
        "is_anonymous": False,
    }


def check_may_sign_in(account: Account) -> None:
    """Refuse people who are banned.

    Raises:
        AuthError: `user_banned`.
    """
    if account.banned:
        raise refuse("user_banned")
