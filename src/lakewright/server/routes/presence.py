"""Routes about presence: who else has a document open."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from lakewright.server.callers import InWorkspace, row
from lakewright.store.records import presence as records

router = APIRouter(prefix="/workspaces/{workspace_id}/presence", tags=["designer"])

_LINE = r"^[^\x00-\x1f\x7f]*$"
ClientId = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=_LINE)]


class PresenceBody(BaseModel):
    """A window that is open."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "path": "metadata/models/orders.yaml",
                "editing": True,
                "node": "clean",
                "client_id": "w-1",
            }
        },
    )

    path: Annotated[str, StringConstraints(min_length=1, max_length=400, pattern=_LINE)]
    editing: bool = Field(description="Whether something is being changed, not only read.")
    node: Annotated[str, StringConstraints(max_length=400, pattern=_LINE)] = ""
    client_id: ClientId = Field(description="Made up by each window, and kept while it is open.")


class PresentReply(BaseModel):
    """Somebody who has the document open."""

    user_id: UUID
    name: str
    editing: bool
    node: str
    since: datetime
    mine: bool = Field(description="Another window of the caller.")


class OthersReply(BaseModel):
    """Who else has the document open: others by name, then the caller's other windows."""

    others: list[PresentReply]


@router.put("", **row("presence.keep"))
async def keep(work: InWorkspace, body: PresenceBody) -> OthersReply:
    """Say every 15 seconds that a window is open; after 45 it counts as closed.

    An event `presence` with the path tells when people come, go, or begin to edit.
    """
    found = await records.keep_presence(
        work.connection,
        work.workspace_id,
        work.member.user_id,
        client_id=body.client_id,
        path=body.path,
        editing=body.editing,
        node=body.node,
    )
    return OthersReply(
        others=[PresentReply.model_validate(one, from_attributes=True) for one in found]
    )


@router.delete("", status_code=204, **row("presence.end"))
async def end(work: InWorkspace, client_id: Annotated[ClientId, Query()]) -> None:
    """Say that a window is closed."""
    await records.end_presence(work.connection, work.workspace_id, work.member.user_id, client_id)
