"""The audit log: writing what no trigger sees, and reading it."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from lakewright.store.database import Connection
from lakewright.store.records.pages import (
    DEFAULT_LIMIT,
    MOST_ROWS,
    Kind,
    Listing,
    Page,
    fetch_page,
)


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line of the log.

    Attributes:
        actor: Who; None for the server itself and for somebody who was not recognised.
        actor_role: Postgres role that it was done with.
        workspace_id: Where; None for what belongs to no workspace (signing in, the profile).
        operation: `table.verb` for a changed row, else the operation's id.
        record_id: What it was done to.
        before, after: The row, and for an update its changed columns. Secrets are redacted and
            long texts are given as hash and length.
        details: What an operation says of itself.
    """

    id: int
    at: datetime
    actor: UUID | None
    actor_email: str | None
    actor_role: str
    request_id: str
    workspace_id: UUID | None
    operation: str
    record_id: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    details: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which lines to read. What is None or empty does not filter.

    Attributes:
        operation: Beginning of the operation: `configurations.`, `generate`.
        since, until: Half-open: `until` itself is left out.
    """

    actor: UUID | None = None
    operation: str = ""
    record_id: str = ""
    request_id: str = ""
    since: datetime | None = None
    until: datetime | None = None


_LISTING = Listing("audit", {"l.id": Kind.NUMBER}, descending=True)
_SELECT = (
    "select l.id, l.at, l.actor, u.email as actor_email, l.actor_role, l.request_id,"
    " l.workspace_id, l.operation, l.record_id, l.before, l.after, l.details"
    " from private.audit_log l left join public.users u on u.id = l.actor"
)
_FILTER = (
    " and (%s::uuid is null or l.actor = %s) and starts_with(l.operation, %s)"
    " and (%s = '' or l.record_id = %s) and (%s = '' or l.request_id = %s)"
    " and (%s::timestamptz is null or l.at >= %s) and (%s::timestamptz is null or l.at < %s)"
)


async def write_event(
    connection: Connection,
    operation: str,
    *,
    workspace_id: UUID | None = None,
    record_id: str = "",
    details: Mapping[str, Any] | None = None,
) -> None:
    """Write down what an operation did, or was refused, by the connection's person.

    Part of the transaction: for a refusal, give it one of its own. A workspace that the person
    is no member of is noted in the details; the line does not go into that workspace's log.
    """
    await connection.execute(
        "select private.audit_event(%s, %s, %s, %s)",
        (operation, workspace_id, record_id, Jsonb(details or {})),
    )


async def search_audit(
    connection: Connection,
    workspace_id: UUID,
    chosen: AuditFilter | None = None,
    *,
    cursor: str = "",
    limit: int = DEFAULT_LIMIT,
) -> Page[AuditEntry]:
    """Lines of a workspace's log, newest first; none for anybody but its admins."""
    return await fetch_page(
        connection,
        _SELECT + " where l.workspace_id = %s" + _FILTER,
        (workspace_id, *_values(chosen or AuditFilter())),
        _LISTING,
        lambda row: AuditEntry(**row),
        cursor=cursor,
        limit=limit,
    )


async def sign_ins_of_members(
    connection: Connection,
    workspace_id: UUID,
    chosen: AuditFilter | None = None,
    *,
    cursor: str = "",
    limit: int = DEFAULT_LIMIT,
) -> Page[AuditEntry]:
    """Lines outside of any workspace by its members: sign-in, sign-out, profile. For admins."""
    return await fetch_page(
        connection,
        _SELECT + " where l.workspace_id is null and l.actor = any (array(select m.user_id"
        " from public.workspace_members m where m.workspace_id = %s))" + _FILTER,
        (workspace_id, *_values(chosen or AuditFilter())),
        _LISTING,
        lambda row: AuditEntry(**row),
        cursor=cursor,
        limit=limit,
    )


async def export_audit(
    connection: Connection, workspace_id: UUID, chosen: AuditFilter | None = None
) -> AsyncIterator[AuditEntry]:
    """The whole log, newest first, page by page: at most 200 lines are in memory."""
    cursor = ""
    while True:
        page = await search_audit(connection, workspace_id, chosen, cursor=cursor, limit=MOST_ROWS)
        for entry in page.items:
            yield entry
        if page.next_cursor is None:
            return
        cursor = page.next_cursor


def _values(chosen: AuditFilter) -> tuple[object, ...]:
    return (
        *(chosen.actor, chosen.actor),
        chosen.operation,
        *(chosen.record_id, chosen.record_id),
        *(chosen.request_id, chosen.request_id),
        *(chosen.since, chosen.since),
        *(chosen.until, chosen.until),
    )
