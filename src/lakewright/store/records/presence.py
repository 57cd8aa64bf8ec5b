"""Rows of `presence`: who has which document open, and in which window."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.rows import class_row

from lakewright.store.database import Connection

GONE_AFTER_SECONDS = 45


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody's window on a document.

    Attributes:
        node: Where in the document; may be empty.
        mine: Whether it is another window of the person who asks.
    """

    user_id: UUID
    name: str
    editing: bool
    node: str
    since: datetime
    mine: bool


async def keep_presence(
    connection: Connection,
    workspace_id: UUID,
    user_id: UUID,
    *,
    client_id: str,
    path: str,
    editing: bool,
    node: str,
) -> Sequence[Present]:
    """Say that a window is still open, and who else has the document open, by name."""
    await connection.execute(
        "insert into public.presence (workspace_id, user_id, client_id, path, editing, node)"
        " values (%s, %s, %s, %s, %s, %s) on conflict (workspace_id, user_id, client_id)"
        " do update set path = excluded.path, editing = excluded.editing, node = excluded.node",
        (workspace_id, user_id, client_id, path, editing, node),
    )
    await connection.execute(
        "delete from public.presence where workspace_id = %s and path = %s"
        " and seen_at < now() - make_interval(secs => %s)",
        (workspace_id, path, GONE_AFTER_SECONDS),
    )
    async with connection.cursor(row_factory=class_row(Present)) as cursor:
        await cursor.execute(
            "select p.user_id, p.editing, p.node, p.since, p.user_id = %s as mine,"
            " coalesce(nullif(u.display_name, ''), split_part(u.email, '@', 1), '') as name"
            " from public.presence p left join public.users u on u.id = p.user_id"
            " where p.workspace_id = %s and p.path = %s"
            " and not (p.user_id = %s and p.client_id = %s)"
            " order by mine, name, p.since, p.client_id",
            (user_id, workspace_id, path, user_id, client_id),
        )
        return await cursor.fetchall()


async def end_presence(
    connection: Connection, workspace_id: UUID, user_id: UUID, client_id: str
) -> None:
    """Say that a window is closed; nothing happens when it was none."""
    await connection.execute(
        "delete from public.presence where workspace_id = %s and user_id = %s and client_id = %s",
        (workspace_id, user_id, client_id),
    )
