"""Rows of `workspace_members`, with the names of the people."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from lakewright.access import Role
from lakewright.membership import Member
from lakewright.store.database import Connection
from lakewright.store.records.pages import DEFAULT_LIMIT, Kind, Listing, Page, fetch_page

_LISTING = Listing("members", {"u.email": Kind.TEXT, "m.user_id": Kind.UUID})
_SELECT = (
    "select m.workspace_id, m.user_id, m.role::text as role, m.joined_at, u.email, u.display_name"
    " from public.workspace_members m join public.users u on u.id = m.user_id"
)


async def list_members(
    connection: Connection, workspace_id: UUID, *, cursor: str = "", limit: int = DEFAULT_LIMIT
) -> Page[Member]:
    """The members of a workspace by e-mail address."""
    return await fetch_page(
        connection,
        _SELECT + " where m.workspace_id = %s",
        (workspace_id,),
        _LISTING,
        _member,
        cursor=cursor,
        limit=limit,
    )


async def get_member(connection: Connection, workspace_id: UUID, user_id: UUID) -> Member | None:
    """One member; None for somebody who is no member, or not for this caller."""
    found = await connection.execute(
        _SELECT + " where m.workspace_id = %s and m.user_id = %s", (workspace_id, user_id)
    )
    row = await found.fetchone()
    return _member(row) if row else None


async def get_role(connection: Connection, workspace_id: UUID, user_id: UUID) -> Role | None:
    """The role of a person in a workspace, as it is now."""
    found = await connection.execute(
        "select role::text as role from public.workspace_members"
        " where workspace_id = %s and user_id = %s",
        (workspace_id, user_id),
    )
    row = await found.fetchone()
    return Role(row["role"]) if row else None


async def change_role(
    connection: Connection, workspace_id: UUID, user_id: UUID, role: Role
) -> bool:
    """False when there is no such member that the caller may change."""
    changed = await connection.execute(
        "update public.workspace_members set role = %s::public.workspace_role"
        " where workspace_id = %s and user_id = %s",
        (role.value, workspace_id, user_id),
    )
    return changed.rowcount == 1


async def remove_member(connection: Connection, workspace_id: UUID, user_id: UUID) -> bool:
    """Remove somebody, or leave oneself. False as for `change_role`."""
    gone = await connection.execute(
        "delete from public.workspace_members where workspace_id = %s and user_id = %s",
        (workspace_id, user_id),
    )
    return gone.rowcount == 1


def _member(row: Mapping[str, Any]) -> Member:
    return Member(**{**row, "role": Role(row["role"])})
