"""What the server does in nobody's name: progress of background work, and sealed tokens.

One of the two modules that act as `service_role`, which no policy binds. Whoever calls here has
checked already that a person may ask for it.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from lakewright.store.database import Database
from lakewright.store.records.jobs import COLUMNS, BackgroundJob, job_of

KEPT_EVENT_DAYS = 14
KEPT_KEY_DAYS = 2
_BATCH = 200


class JobRows:
    """The rows of `background_jobs` while their work is being done."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, job_id: UUID) -> BackgroundJob | None:
        """Mark a job running; None when it has ended, or its cancelling was asked for.

        A job that runs already begins again: its process died.
        """
        async with self._database.as_service() as connection:
            await connection.execute(
                "update public.background_jobs set status = 'cancelled', finished_at = now()"
                " where id = %s and status in ('queued', 'running') and cancel_requested",
                (job_id,),
            )
            begun = await connection.execute(
                "update public.background_jobs set status = 'running',"
                " started_at = coalesce(started_at, now()), progress_done = 0,"
                " progress_total = 0, progress_text = ''"
                f" where id = %s and status in ('queued', 'running') returning {COLUMNS}",
                (job_id,),
            )
            row = await begun.fetchone()
        return job_of(row) if row else None

    async def progress(self, job_id: UUID, done: int, total: int, text: str) -> bool:
        """Write how far a job is. Returns whether it should stop: somebody cancelled it, or it
        is not running (any more)."""
        async with self._database.as_service() as connection:
            told = await connection.execute(
                "update public.background_jobs set progress_done = %s, progress_total = %s,"
                " progress_text = %s where id = %s and status = 'running'"
                " returning cancel_requested",
                (done, total, text.replace("\0", "")[:1000], job_id),
            )
            row = await told.fetchone()
        return row is None or bool(row["cancel_requested"])

    async def finish(
        self,
        job_id: UUID,
        status: str,
        result: Mapping[str, Any] | None = None,
        error: Mapping[str, Any] | None = None,
    ) -> None:
        """Mark a job `succeeded`, `failed` or `cancelled`. The first ending counts."""
        async with self._database.as_service() as connection:
            await connection.execute(
                "update public.background_jobs set status = %s::public.job_status,"
                " result_json = %s, error_json = %s, finished_at = now()"
                " where id = %s and status in ('queued', 'running')",
                (
                    status,
                    None if result is None else Jsonb(result),
                    None if error is None else Jsonb(error),
                    job_id,
                ),
            )

    async def requeue(self, job_id: UUID) -> None:
        """Mark a running job queued again: its process stops."""
        async with self._database.as_service() as connection:
            await connection.execute(
                "update public.background_jobs set status = 'queued'"
                " where id = %s and status = 'running'",
                (job_id,),
            )

    async def unfinished(self) -> list[tuple[UUID, UUID]]:
        """(job, workspace) of what is queued or running, oldest first; at most 1,000."""
        async with self._database.as_service() as connection:
            found = await connection.execute(
                "select id, workspace_id from public.background_jobs"
                " where status in ('queued', 'running') order by created_at, id limit 1000"
            )
            return [(row["id"], row["workspace_id"]) for row in await found.fetchall()]


@dataclass(frozen=True, slots=True)
class SealedToken:
    """A connection's token as it is kept. Only `store.secrets` can open it."""

    connection_id: UUID
    workspace_id: UUID
    host: str
    token_encrypted: str = field(repr=False)


class SealedTokens:
    """The one way to a sealed token."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, workspace_id: UUID, connection_id: UUID) -> SealedToken | None:
        """A connection's token; None when there is no such connection or it has none.

        The workspace is compared, so an id of another workspace leads nowhere.
        """
        async with self._database.as_service() as connection:
            found = await connection.execute(
                "select id as connection_id, workspace_id, host, token_encrypted"
                " from public.databricks_connections"
                " where workspace_id = %s and id = %s and token_encrypted is not null",
                (workspace_id, connection_id),
            )
            row = await found.fetchone()
        return SealedToken(**row) if row else None

    async def all(self) -> AsyncIterator[SealedToken]:
        """Every token, in batches that each are a transaction of their own: for rotating keys."""
        after = UUID(int=0)
        while True:
            async with self._database.as_service() as connection:
                found = await connection.execute(
                    "select id as connection_id, workspace_id, host, token_encrypted"
                    " from public.databricks_connections"
                    " where token_encrypted is not null and id > %s order by id limit %s",
                    (after, _BATCH),
                )
                tokens = [SealedToken(**row) for row in await found.fetchall()]
            for token in tokens:
                yield token
            if len(tokens) < _BATCH:
                return
            after = tokens[-1].connection_id

    async def replace(self, old: SealedToken, token_encrypted: str) -> bool:
        """Keep the token under another key. False when somebody entered a new one meanwhile."""
        async with self._database.as_service() as connection:
            changed = await connection.execute(
                "update public.databricks_connections set token_encrypted = %s"
                " where id = %s and token_encrypted = %s",
                (token_encrypted, old.connection_id, old.token_encrypted),
            )
            return changed.rowcount == 1


async def forget_old_rows(database: Database) -> dict[str, int]:
    """Delete what has served its purpose. Returns table -> rows; to be called now and then.

    The audit log is kept whole.
    """
    gone = {}
    async with database.as_service() as connection:
        for table, days in (("events", KEPT_EVENT_DAYS), ("idempotency_keys", KEPT_KEY_DAYS)):
            deleted = await connection.execute(
                f"delete from public.{table} where created_at < now() - make_interval(days => %s)",
                (days,),
            )
            gone[table] = deleted.rowcount
    return gone
