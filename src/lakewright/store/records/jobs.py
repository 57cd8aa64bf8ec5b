"""Rows of `background_jobs`, as the people see them who asked for the work."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from lakewright.store.database import Connection
from lakewright.store.records.pages import DEFAULT_LIMIT, Kind, Listing, Page, fetch_page


class JobStatus(StrEnum):
    """Where a piece of background work is."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class BackgroundJob:
    """A piece of work that takes long.

    Attributes:
        user_id: Who asked for it; None once the account is gone.
        progress_done, progress_total: In steps of the work; 0 and 0 when unknown.
        error_json: `{code, problem, remedy, where}` of a failed job.
    """

    id: UUID
    workspace_id: UUID
    user_id: UUID | None
    kind: str
    request_json: Mapping[str, Any]
    status: JobStatus
    progress_done: int
    progress_total: int
    progress_text: str
    result_json: Mapping[str, Any] | None
    error_json: Mapping[str, Any] | None
    cancel_requested: bool
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


_LISTING = Listing("jobs", {"created_at": Kind.TIME, "id": Kind.UUID}, descending=True)
COLUMNS = (
    "id, workspace_id, user_id, kind, request_json, status::text as status, progress_done,"
    " progress_total, progress_text, result_json, error_json, cancel_requested, created_at,"
    " started_at, finished_at"
)


async def list_jobs(
    connection: Connection, workspace_id: UUID, *, cursor: str = "", limit: int = DEFAULT_LIMIT
) -> Page[BackgroundJob]:
    """Background work of a workspace, newest first."""
    return await fetch_page(
        connection,
        f"select {COLUMNS} from public.background_jobs where workspace_id = %s",
        (workspace_id,),
        _LISTING,
        job_of,
        cursor=cursor,
        limit=limit,
    )


async def get_job(connection: Connection, workspace_id: UUID, job_id: UUID) -> BackgroundJob | None:
    """One piece of work."""
    found = await connection.execute(
        f"select {COLUMNS} from public.background_jobs where workspace_id = %s and id = %s",
        (workspace_id, job_id),
    )
    row = await found.fetchone()
    return job_of(row) if row else None


async def create_job(
    connection: Connection, workspace_id: UUID, kind: str, request_json: Mapping[str, Any]
) -> BackgroundJob:
    """Write down work for the caller. Queueing it is the queue's business."""
    made = await connection.execute(
        "insert into public.background_jobs (workspace_id, kind, request_json)"
        f" values (%s, %s, %s) returning {COLUMNS}",
        (workspace_id, kind, Jsonb(request_json)),
    )
    row = await made.fetchone()
    assert row is not None
    return job_of(row)


async def request_cancel(connection: Connection, workspace_id: UUID, job_id: UUID) -> bool:
    """Ask for a stop. False when there is no such work, or it has ended."""
    changed = await connection.execute(
        "update public.background_jobs set cancel_requested = true"
        " where workspace_id = %s and id = %s and status in ('queued', 'running')",
        (workspace_id, job_id),
    )
    return changed.rowcount == 1


def job_of(row: Mapping[str, Any]) -> BackgroundJob:
    """The value of a row with `COLUMNS`."""
    return BackgroundJob(**{**row, "status": JobStatus(row["status"])})
