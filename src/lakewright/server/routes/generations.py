"""Routes about generating: ask for a bundle, look at what was made, take it home."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import iterate_in_threadpool
from starlette.responses import StreamingResponse

from lakewright.diagnostics import did_you_mean, shown
from lakewright.errors import NotFoundError
from lakewright.generation.naming import key_of
from lakewright.operations.bundles import zip_pieces
from lakewright.server.callers import InWorkspace, MemberOf, row
from lakewright.server.errors import FindingReply
from lakewright.server.idempotency import IdempotencyKey, Once
from lakewright.server.replies import Cursor, Limit, PageReply
from lakewright.server.routes.jobs import JobReply, audit, job_reply
from lakewright.store.records import generations as records
from lakewright.store.records import jobs
from lakewright.store.records.generations import GenerationStatus
from lakewright.store.records.versions import missing

router = APIRouter(prefix="/workspaces/{workspace_id}/generations", tags=["generations"])


class GenerateBody(BaseModel):
    """What to generate."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"wanted": "retail", "cloud": ""}}
    )

    wanted: str = Field(
        default="",
        max_length=400,
        description="A recipe or a model; empty for the only recipe, or all models.",
    )
    cloud: Literal["", "aws", "azure", "gcp"] = Field(
        default="", description="Instead of the recipe's."
    )


class FileReply(BaseModel):
    """One file of a bundle."""

    path: str
    size: int = Field(description="Bytes.")


class FileTextReply(BaseModel):
    """One file of a bundle with its text."""

    path: str
    text: str


class GenerationReply(BaseModel):
    """What was made from what, and what became of it."""

    id: UUID
    user_id: UUID | None
    model_id: str | None
    recipe: str | None
    template_ids: list[str]
    request: dict[str, Any] = Field(
        description="What was asked for, and the commit that it was made from."
    )
    status: GenerationStatus
    created_at: datetime


class GenerationDetailReply(GenerationReply):
    """The same, with its files and findings."""

    files: list[FileReply]
    diagnostics: list[FindingReply]


@router.post("", status_code=202, **row("generate"))
async def generate(
    member: MemberOf,
    body: GenerateBody,
    reply: Response,
    idempotency_key: IdempotencyKey = None,
) -> JobReply:
    """Begin to generate a bundle. The answer is a piece of work to follow.

    Its `result` names the generation; with error findings it names one that failed, and its
    findings say why.
    """
    state = member.state

    # A transaction of its own, which has ended when the work is queued.
    async with state.database.acting_as(member.identity, member.request_id) as connection:

        async def make() -> JobReply:
            made = await jobs.create_job(
                connection, member.workspace_id, "generate", body.model_dump()
            )
            return job_reply(made)

        once = Once(
            connection,
            member.user_id,
            member.workspace_id,
            member.operation.id,
            idempotency_key,
            body,
        )
        job = await once.reply(JobReply, make)
    await state.jobs.enqueue(job.id, member.workspace_id)
    reply.headers["Location"] = f"/api/v1/workspaces/{member.workspace_id}/jobs/{job.id}"
    return job


@router.get("", **row("generations.list"))
async def list_all(
    work: InWorkspace,
    model_id: Annotated[str, Query(max_length=400)] = "",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> PageReply[GenerationReply]:
    """What has been generated, newest first."""
    page = await records.list_generations(
        work.connection, work.workspace_id, model_id=model_id, cursor=cursor or "", limit=limit
    )
    return PageReply(
        items=[GenerationReply(**_fields(each)) for each in page.items],
        next_cursor=page.next_cursor,
    )


@router.get("/{generation_id}", **row("generations.get"))
async def get(work: InWorkspace, generation_id: UUID) -> GenerationDetailReply:
    """One generation with its files and findings."""
    found = await records.get_generation(work.connection, work.workspace_id, generation_id)
    if found is None:
        raise missing("generation")
    return GenerationDetailReply.model_validate(
        {
            **_fields(found),
            "files": list(found.files_json),
            "diagnostics": list(found.diagnostics_json),
        }
    )


@router.get(
    "/{generation_id}/bundle.zip",
    response_class=StreamingResponse,
    **row(
        "generations.download",
        responses={200: {"description": "The bundle.", "content": {"application/zip": {}}}},
    ),
)
async def download(work: InWorkspace, generation_id: UUID) -> StreamingResponse:
    """The bundle as a zip, packed while it is sent."""
    found, texts = await _bundle(work, generation_id)
    await audit(work, str(generation_id), {"files": len(found.files_json)})
    name = key_of(found.recipe or found.model_id or "bundle") or "bundle"
    return StreamingResponse(
        iterate_in_threadpool(zip_pieces(texts, name)),
        media_type="application/zip",
        # `key_of` leaves letters, digits and underscores: nothing that could end the header.
        headers={"Content-Disposition": f'attachment; filename="{name}.zip"'},
    )


@router.get("/{generation_id}/files/{path:path}", **row("generations.file"))
async def file(
    work: InWorkspace, generation_id: UUID, path: Annotated[str, Path(max_length=1000)]
) -> FileTextReply:
    """One file of the bundle."""
    _, texts = await _bundle(work, generation_id)
    if path not in texts:
        raise NotFoundError(
            f"The bundle holds no file '{shown(path)}'.",
            f"{did_you_mean(path, texts)}The generation lists its files.",
            "path",
        )
    return FileTextReply(path=path, text=texts[path])


@router.delete("/{generation_id}", status_code=204, **row("generations.delete"))
async def delete(work: InWorkspace, generation_id: UUID) -> None:
    """Delete a generation and the bundle that it made."""
    if not await records.delete_generation(work.connection, work.workspace_id, generation_id):
        raise missing("generation")


async def _bundle(
    work: InWorkspace, generation_id: UUID
) -> tuple[records.Generation, Mapping[str, str]]:
    """A generation and the texts it made, by path."""
    found = await records.get_generation(work.connection, work.workspace_id, generation_id)
    if found is None:
        raise missing("generation")
    kept = await records.get_generated_script(work.connection, work.workspace_id, generation_id)
    if not kept:
        raise NotFoundError(
            "This generation has no files: it found errors.",
            "Mend what its findings name, and generate again.",
        )
    texts: Mapping[str, str] = await to_thread.run_sync(json.loads, kept)
    return found, texts


def _fields(found: records.Generation) -> dict[str, Any]:
    return {
        "id": found.id,
        "user_id": found.user_id,
        "model_id": found.model_id,
        "recipe": found.recipe,
        "template_ids": list(found.template_ids),
        "request": dict(found.variables_json),
        "status": found.status,
        "created_at": found.created_at,
    }
