"""Rows of `invitations`: links that are open, used or revoked."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from lakewright.access import Role
from lakewright.membership import Invitation, OpenInvitation
from lakewright.store.database import Connection
from lakewright.store.records.pages import DEFAULT_LIMIT, Kind, Listing, Page, fetch_page

_LISTING = Listing("invitations", {"created_at": Kind.TIME, "id": Kind.UUID}, descending=True)
_COLUMNS = (
    "id, workspace_id, role::text as role, email, invited_by, created_at, expires_at, revoked_at,"
    " accepted_at, accepted_by"
)


async def list_invitations(
    connection: Connection, workspace_id: UUID, *, cursor: str = "", limit: int = DEFAULT_LIMIT
) -> Page[Invitation]:
    """Every invitation to a workspace, newest first."""
    return await fetch_page(
        connection,
        f"select {_COLUMNS} from public.invitations where workspace_id = %s",
        (workspace_id,),
        _LISTING,
        _invitation,
        cursor=cursor,
        limit=limit,
    )


async def add_invitation(
    connection: Connection,
    workspace_id: UUID,
    *,
    token_hash: bytes,
    role: Role,
    email: str | None,
    expires_at: datetime,
) -> Invitation:
    """A new invitation by the caller. `token_hash` is the SHA-256 of the link's token."""
    made = await connection.execute(
        "insert into public.invitations (workspace_id, token_hash, role, email, expires_at)"
        f" values (%s, %s, %s::public.workspace_role, %s, %s) returning {_COLUMNS}",
        (workspace_id, token_hash, role.value, email, expires_at),
    )
    row = await made.fetchone()
    assert row is not None
    return _invitation(row)


async def revoke_invitation(
    connection: Connection, workspace_id: UUID, invitation_id: UUID
) -> bool:
    """Make a link void. False when it is not there, or was used already."""
    changed = await connection.execute(
        "update public.invitations set revoked_at = coalesce(revoked_at, now())"
        " where workspace_id = %s and id = %s and accepted_at is null",
        (workspace_id, invitation_id),
    )
    return changed.rowcount == 1


async def open_invitation(connection: Connection, token_hash: bytes) -> OpenInvitation | None:
    """What a link leads to, while it counts. Works for somebody who is not signed in."""
    found = await connection.execute(
        "select id, workspace_id, workspace_name, role::text as role, email, expires_at"
        " from private.open_invitation(%s)",
        (token_hash,),
    )
    row = await found.fetchone()
    return OpenInvitation(**{**row, "role": Role(row["role"])}) if row else None


async def accept_invitation(connection: Connection, token_hash: bytes) -> tuple[UUID, Role]:
    """Join a workspace. Accepting one's own invitation again gives the same answer."""
    done = await connection.execute(
        "select workspace_id, role::text as role from private.accept_invitation(%s)", (token_hash,)
    )
    row = await done.fetchone()
    assert row is not None
    return row["workspace_id"], Role(row["role"])


def _invitation(row: Mapping[str, Any]) -> Invitation:
    return Invitation(**{**row, "role": Role(row["role"])})
