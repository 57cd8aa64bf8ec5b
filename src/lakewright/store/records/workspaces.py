"""Rows of `workspaces`, as their members see them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from lakewright.access import Role
from lakewright.membership import Workspace
from lakewright.store.database import Connection
from lakewright.store.records.pages import DEFAULT_LIMIT, Kind, Listing, Page, fetch_page

_LISTING = Listing("workspaces", {"w.name": Kind.TEXT, "w.id": Kind.UUID})
_SELECT = (
    "select w.id, w.name, w.slug, w.owner_id, w.github_repo, w.github_branch, w.created_at,"
    " w.updated_at, w.archived_at, m.role::text as role"
    " from public.workspaces w join public.workspace_members m on m.workspace_id = w.id"
)


async def list_workspaces(
    connection: Connection,
    user_id: UUID,
    *,
    archived: bool = False,
    cursor: str = "",
    limit: int = DEFAULT_LIMIT,
) -> Page[Workspace]:
    """The workspaces of a person by name: those in use, or the archived ones."""
    return await fetch_page(
        connection,
        _SELECT + " where m.user_id = %s and (w.archived_at is not null) = %s",
        (user_id, archived),
        _LISTING,
        _workspace,
        cursor=cursor,
        limit=limit,
    )


async def get_workspace(
    connection: Connection, workspace_id: UUID, user_id: UUID
) -> Workspace | None:
    """One workspace with the person's role in it."""
    found = await connection.execute(
        _SELECT + " where w.id = %s and m.user_id = %s", (workspace_id, user_id)
    )
    row = await found.fetchone()
    return _workspace(row) if row else None


async def create_workspace(connection: Connection, name: str) -> UUID:
    """A new workspace, owned by the caller."""
    made = await connection.execute("select private.create_workspace(%s) as id", (name,))
    row = await made.fetchone()
    assert row is not None
    return UUID(str(row["id"]))


async def rename_workspace(
    connection: Connection, workspace_id: UUID, name: str, expected: datetime | None = None
) -> bool:
    """False when nothing was changed: no such row, or not the expected version."""
    changed = await connection.execute(
        "update public.workspaces set name = %s where id = %s"
        " and (%s::timestamptz is null or updated_at = %s)",
        (name, workspace_id, expected, expected),
    )
    return changed.rowcount == 1


async def archive_workspace(connection: Connection, workspace_id: UUID, *, archived: bool) -> bool:
    """Archive or restore. Archiving twice keeps the first date."""
    changed = await connection.execute(
        "update public.workspaces set archived_at ="
        " case when %s then coalesce(archived_at, now()) end where id = %s",
        (archived, workspace_id),
    )
    return changed.rowcount == 1


async def transfer_workspace(connection: Connection, workspace_id: UUID, new_owner: UUID) -> None:
    """Make another member the owner, and an admin."""
    await connection.execute("select private.transfer_workspace(%s, %s)", (workspace_id, new_owner))


def _workspace(row: Mapping[str, Any]) -> Workspace:
    return Workspace(**{**row, "role": Role(row["role"])})
