"""Routes about drafts: what a person has typed and not saved yet, kept as they type."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from lakewright.operations import drafts as operations
from lakewright.operations.schemas import FileKind
from lakewright.ports import VersionedRepository
from lakewright.server.callers import InWorkspace, row
from lakewright.server.replies import Cursor, Limit, PageReply
from lakewright.store.records import drafts as records
from lakewright.store.records.drafts import DraftKind

router = APIRouter(prefix="/workspaces/{workspace_id}/drafts", tags=["drafts"])
DraftPath = Annotated[str, Path(min_length=1, max_length=400)]


class DraftBody(BaseModel):
    """An unsaved text."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"text": "data_models:\n- id: ord", "base_version": None}},
    )

    text: Annotated[str, StringConstraints(max_length=5_000_000)]
    base_version: Annotated[str, StringConstraints(max_length=200)] | None = Field(
        default=None, description="Version that it began from; null for a new document."
    )


class DraftReply(BaseModel):
    """A draft without its text, beside the document that it is of."""

    kind: FileKind
    path: str
    base_version: str | None
    updated_at: datetime
    current_version: str | None = Field(description="Version of the document now.")
    moved_on: bool = Field(description="Somebody has saved the document meanwhile.")


class DraftTextReply(DraftReply):
    """A draft."""

    text: str


class _Rows:
    """`DraftRecords` over one transaction of one person."""

    def __init__(self, work: InWorkspace) -> None:
        self._connection = work.connection
        self._workspace_id = work.workspace_id
        self._user_id = work.member.user_id

    async def get(self, kind: FileKind, path: str) -> operations.StoredDraft | None:
        return await records.get_draft(
            self._connection, self._workspace_id, self._user_id, DraftKind(kind), path
        )

    async def save(
        self, kind: FileKind, path: str, text: str, base_version: str | None
    ) -> operations.StoredDraft:
        return await records.save_draft(
            self._connection,
            self._workspace_id,
            self._user_id,
            kind=DraftKind(kind),
            path=path,
            text=text,
            base_version=base_version,
        )

    async def discard(self, kind: FileKind, path: str) -> bool:
        return await records.discard_draft(
            self._connection, self._workspace_id, self._user_id, DraftKind(kind), path
        )

    async def page(self, cursor: str, limit: int) -> tuple[Sequence[operations.StoredDraft], str]:
        page = await records.list_drafts(
            self._connection, self._workspace_id, self._user_id, cursor=cursor, limit=limit
        )
        return page.items, page.next_cursor or ""


@router.get("", **row("drafts.list"))
async def list_all(
    work: InWorkspace, limit: Limit = 50, cursor: Cursor = None
) -> PageReply[DraftReply]:
    """The caller's drafts; nobody else sees them."""
    found, following = await operations.list_drafts(
        _Rows(work), await _repository(work), cursor or "", limit
    )
    return PageReply(
        items=[DraftReply.model_validate(each, from_attributes=True) for each in found],
        next_cursor=following or None,
    )


@router.get("/{kind}/{path:path}", **row("drafts.get"))
async def get(work: InWorkspace, kind: FileKind, path: DraftPath) -> DraftTextReply:
    """One draft."""
    found = await operations.get_draft(_Rows(work), await _repository(work), kind, path)
    return DraftTextReply.model_validate(found, from_attributes=True)


@router.put("/{kind}/{path:path}", **row("drafts.save"))
async def save(work: InWorkspace, kind: FileKind, path: DraftPath, body: DraftBody) -> DraftReply:
    """Keep a draft in place of the one before."""
    saved = await operations.save_draft(
        _Rows(work),
        await _repository(work),
        kind,
        path,
        body.text,
        base_version=body.base_version,
    )
    return DraftReply.model_validate(saved, from_attributes=True)


@router.delete("/{kind}/{path:path}", status_code=204, **row("drafts.discard"))
async def discard(work: InWorkspace, kind: FileKind, path: DraftPath) -> None:
    """Throw a draft away; when there is none, it is gone already."""
    await operations.discard_draft(_Rows(work), kind, path)


async def _repository(work: InWorkspace) -> VersionedRepository:
    return await to_thread.run_sync(work.state.repository_of, work.workspace_id)
