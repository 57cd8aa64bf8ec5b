"""Routes about work that takes long, and about what happens in a workspace."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Header
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, ConfigDict, Field

from lakewright.server.callers import InWorkspace, Member, MemberOf, row
from lakewright.server.errors import ConflictError
from lakewright.server.replies import Cursor, Limit, PageReply
from lakewright.server.streams import Fetch, follow
from lakewright.store.records import events
from lakewright.store.records import jobs as records
from lakewright.store.records.jobs import JobStatus
from lakewright.store.records.members import get_role
from lakewright.store.records.versions import missing

router = APIRouter(prefix="/workspaces/{workspace_id}", tags=["jobs"])
ENDED = {JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.CANCELLED}


class ProgressReply(BaseModel):
    """How far a piece of work is. `total` is 0 while nobody knows."""

    done: int
    total: int
    text: str


class JobReply(BaseModel):
    """A piece of work."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": "6f1d7a3e-8a2b-4a57-9a55-5a2d1d9d7a11",
                "kind": "generate",
                "status": "running",
                "progress": {"done": 3, "total": 40, "text": "retail_customers"},
                "request": {"wanted": "retail", "cloud": ""},
                "result": None,
                "error": None,
                "cancel_requested": False,
                "user_id": "a4b0a1de-5b2f-4f0e-9a0c-0d7a5b3b2c1d",
                "created_at": "2026-01-31T12:00:00Z",
                "started_at": "2026-01-31T12:00:01Z",
                "finished_at": None,
            }
        }
    )

    id: UUID
    kind: str
    status: JobStatus
    progress: ProgressReply
    request: dict[str, Any]
    result: dict[str, Any] | None = Field(description="Of work that succeeded.")
    error: dict[str, Any] | None = Field(
        description="`code`, `problem`, `remedy` and `where` of work that failed."
    )
    cancel_requested: bool
    user_id: UUID | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


def job_reply(found: records.BackgroundJob) -> JobReply:
    """A row as clients see it."""
    return JobReply(
        id=found.id,
        kind=found.kind,
        status=found.status,
        progress=ProgressReply(
            done=found.progress_done, total=found.progress_total, text=found.progress_text
        ),
        request=dict(found.request_json),
        result=dict(found.result_json) if found.result_json is not None else None,
        error=dict(found.error_json) if found.error_json is not None else None,
        cancel_requested=found.cancel_requested,
        user_id=found.user_id,
        created_at=found.created_at,
        started_at=found.started_at,
        finished_at=found.finished_at,
    )


@router.get("/jobs", **row("jobs.list"))
async def list_all(
    work: InWorkspace, limit: Limit = 50, cursor: Cursor = None
) -> PageReply[JobReply]:
    """Background work, newest first."""
    page = await records.list_jobs(
        work.connection, work.workspace_id, cursor=cursor or "", limit=limit
    )
    return PageReply(items=[job_reply(each) for each in page.items], next_cursor=page.next_cursor)


@router.get("/jobs/{job_id}", **row("jobs.get"))
async def get(work: InWorkspace, job_id: UUID) -> JobReply:
    """How far a piece of work is."""
    found = await records.get_job(work.connection, work.workspace_id, job_id)
    if found is None:
        raise missing("job")
    return job_reply(found)


@router.post("/jobs/{job_id}/cancel", **row("jobs.cancel"))
async def cancel(work: InWorkspace, job_id: UUID) -> JobReply:
    """Ask a piece of work to stop; it does at its next step. What it has made is thrown away."""
    asked = await records.request_cancel(work.connection, work.workspace_id, job_id)
    found = await records.get_job(work.connection, work.workspace_id, job_id)
    if found is None:
        raise missing("job")
    if not asked:
        raise ConflictError(
            f"The work has ended already: it is {found.status.value}.", "Nothing is left to stop."
        )
    await audit(work, str(job_id), {})
    return job_reply(found)


LastEventId = Annotated[
    int | None,
    Header(
        alias="Last-Event-ID",
        ge=0,
        le=2**63 - 1,
        description="Go on after this event; browsers send it when they come back.",
    ),
]


async def _job(member: MemberOf, job_id: UUID) -> records.BackgroundJob:
    """The work to follow, looked up before the stream begins, so that a refusal is a refusal."""
    async with member.state.database.acting_as(member.identity, member.request_id) as connection:
        found = await records.get_job(connection, member.workspace_id, job_id)
    if found is None:
        raise missing("job")
    return found


async def _woken(member: MemberOf) -> AsyncIterator[asyncio.Event]:
    """A place among the open streams; taken before the stream begins, for the same reason."""
    with member.state.events.subscription(member.workspace_id, str(member.user_id)) as woken:
        yield woken


Woken = Annotated[asyncio.Event, Depends(_woken)]


@router.get("/jobs/{job_id}/events", response_class=EventSourceResponse, **row("jobs.follow"))
async def follow_job(
    member: MemberOf,
    job: Annotated[records.BackgroundJob, Depends(_job)],
    woken: Woken,
    last_event_id: LastEventId = None,
) -> AsyncIterator[ServerSentEvent]:
    """Progress of one piece of work as server-sent events, until it ends.

    The first event, `state`, is the work as it is now; then `job` for each step. A client that
    comes back with `Last-Event-ID` misses nothing.
    """
    after = last_event_id
    if after is None:
        after = await _newest(member)
        # Read after the newest id was: whatever happens from here on comes as an event.
        job = await _job(member, job.id)
    yield ServerSentEvent(data=job_reply(job).model_dump(mode="json"), event="state")
    if job.status in ENDED:
        return

    def about_it(event: events.Event) -> bool:
        return event.kind == "job" and event.payload.get("id") == str(job.id)

    async for event in follow(
        member.state.events,
        woken,
        _fetch(member),
        after,
        wanted=about_it,
        is_last=lambda event: about_it(event) and event.payload.get("status") in ENDED,
    ):
        yield event


@router.get("/events", response_class=EventSourceResponse, **row("events.follow"))
async def follow_workspace(
    member: MemberOf, woken: Woken, last_event_id: LastEventId = None
) -> AsyncIterator[ServerSentEvent]:
    """What happens in a workspace from now on: `changed` rows, `job` progress."""
    after = await _newest(member) if last_event_id is None else last_event_id
    async for event in follow(member.state.events, woken, _fetch(member), after):
        yield event


async def _newest(member: Member) -> int:
    async with member.state.database.acting_as(member.identity, member.request_id) as connection:
        return await events.last_event_id(connection, member.workspace_id)


def _fetch(member: Member) -> Fetch:
    async def fetch(after: int, limit: int) -> Sequence[events.Event] | None:
        # Each look is a transaction of its own: a stream holds no connection.
        async with member.state.database.acting_as(
            member.identity, member.request_id
        ) as connection:
            if await get_role(connection, member.workspace_id, member.user_id) is None:
                return None
            return await events.events_after(connection, member.workspace_id, after, limit=limit)

    return fetch


async def audit(work: InWorkspace, record_id: str, details: dict[str, Any]) -> None:
    """Write down an operation that no trigger sees, in the same transaction."""
    from lakewright.store.audit import write_event

    await write_event(
        work.connection,
        work.member.operation.id,
        workspace_id=work.workspace_id,
        record_id=record_id,
        details=details,
    )
