"""Routes about the audit log of a workspace, for its admins."""

import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel
from starlette.responses import StreamingResponse

from lakewright.server.callers import InWorkspace, MemberOf, row
from lakewright.server.replies import Cursor, Limit, PageReply
from lakewright.store.audit import (
    AuditFilter,
    export_audit,
    search_audit,
    sign_ins_of_members,
    write_event,
)

router = APIRouter(prefix="/workspaces/{workspace_id}/audit", tags=["audit"])


class AuditReply(BaseModel):
    """One line of the log. Secrets are redacted, long texts are hashes."""

    id: int
    at: datetime
    actor: UUID | None
    actor_email: str | None
    actor_role: str
    request_id: str
    workspace_id: UUID | None
    operation: str
    record_id: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    details: dict[str, Any] | None


def _filter(
    *,
    actor: UUID | None = None,
    operation: Annotated[
        str, Query(max_length=200, description="Beginning: `configurations.`, `generate`.")
    ] = "",
    record_id: Annotated[str, Query(max_length=400)] = "",
    request_id: Annotated[str, Query(max_length=200)] = "",
    since: datetime | None = None,
    until: Annotated[datetime | None, Query(description="Itself left out.")] = None,
) -> AuditFilter:
    return AuditFilter(
        actor=actor,
        operation=operation,
        record_id=record_id,
        request_id=request_id,
        since=_utc(since),
        until=_utc(until),
    )


def _utc(moment: datetime | None) -> datetime | None:
    """A time without a zone is meant in UTC."""
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment


Chosen = Annotated[AuditFilter, Depends(_filter)]


@router.get("", **row("audit.search"))
async def search(
    work: InWorkspace,
    chosen: Chosen,
    sign_ins: Annotated[
        bool, Query(description="What members did outside of workspaces: signing in, and so on.")
    ] = False,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> PageReply[AuditReply]:
    """Lines of the log, newest first."""
    find = sign_ins_of_members if sign_ins else search_audit
    page = await find(work.connection, work.workspace_id, chosen, cursor=cursor or "", limit=limit)
    return PageReply(
        items=[AuditReply.model_validate(each, from_attributes=True) for each in page.items],
        next_cursor=page.next_cursor,
    )


@router.get(
    "/export",
    response_class=StreamingResponse,
    **row(
        "audit.export",
        responses={
            200: {"description": "A line of JSON each.", "content": {"application/x-ndjson": {}}}
        },
    ),
)
async def export(member: MemberOf, chosen: Chosen) -> StreamingResponse:
    """The whole log as lines of JSON, newest first, read while it is sent."""
    state = member.state
    async with state.database.acting_as(member.identity, member.request_id) as connection:
        # A filter that the database refuses has to be refused before the answer begins.
        await search_audit(connection, member.workspace_id, chosen, limit=1)
        await write_event(
            connection, member.operation.id, workspace_id=member.workspace_id, details={}
        )

    async def lines() -> AsyncIterator[bytes]:
        # The log of a year takes longer than a request's transaction may.
        async with state.database.acting_as(
            member.identity, member.request_id, statement_seconds=30
        ) as connection:
            async for entry in export_audit(connection, member.workspace_id, chosen):
                yield json.dumps(asdict(entry), default=str).encode() + b"\n"

    return StreamingResponse(
        lines(),
        media_type="application/x-ndjson",
        headers={"Content-Disposition": 'attachment; filename="audit.jsonl"'},
    )
