"""Rows of `events`: what happened in a workspace, for those who watch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from lakewright.store.database import Connection

CHANNEL = "lakewright_events"
"""Postgres announces `{"workspace_id": ..., "id": ...}` here; a hint to read the table."""

MOST_EVENTS = 500


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened.

    Attributes:
        id: Rises in the order of commits inside a workspace: nothing can appear later with a
            number below one that was seen.
        kind: `changed` (a row; payload has `table`, `operation`, `id`), `job` (progress), or
            what an operation says.
    """

    id: int
    workspace_id: UUID
    kind: str
    payload: Mapping[str, Any]
    created_at: datetime


async def add_event(
    connection: Connection, workspace_id: UUID, kind: str, payload: Mapping[str, Any]
) -> None:
    """Tell those who watch a workspace, when the transaction ends well."""
    await connection.execute(
        "insert into public.events (workspace_id, kind, payload) values (%s, %s, %s)",
        (workspace_id, kind, Jsonb(payload)),
    )


async def events_after(
    connection: Connection, workspace_id: UUID, after: int, *, limit: int = MOST_EVENTS
) -> Sequence[Event]:
    """What happened after the event with that id, oldest first; at most `limit`."""
    async with connection.cursor(row_factory=class_row(Event)) as cursor:
        await cursor.execute(
            "select id, workspace_id, kind, payload, created_at from public.events"
            " where workspace_id = %s and id > %s order by id limit %s",
            (workspace_id, after, max(1, min(limit, MOST_EVENTS))),
        )
        return await cursor.fetchall()


async def last_event_id(connection: Connection, workspace_id: UUID) -> int:
    """Id of the newest event; 0 when there is none. Where a new watcher begins."""
    found = await connection.execute(
        "select coalesce(max(id), 0) as id from public.events where workspace_id = %s",
        (workspace_id,),
    )
    row = await found.fetchone()
    assert row is not None
    return int(row["id"])
