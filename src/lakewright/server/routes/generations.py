"""Routes about generating: ask for a bundle, look at what was made, take it home."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.concurrency import iterate_in_threadpool
from starlette.responses import JSONResponse, StreamingResponse

from lakewright.diagnostics import did_you_mean, shown
from lakewright.errors import LakewrightError, NotFoundError
from lakewright.generation.naming import key_of
from lakewright.operations.bundle_views import (
    FileOrigin,
    bundle_jobs,
    commit_bundle,
    compare_bundles,
    origin_of,
)
from lakewright.operations.bundles import zip_pieces
from lakewright.operations.generate import GenerateRequest
from lakewright.ports import Commit
from lakewright.server.callers import InWorkspace, MemberOf, row
from lakewright.server.errors import FindingReply
from lakewright.server.idempotency import IdempotencyKey, Once
from lakewright.server.replies import Cursor, Limit, PageReply
from lakewright.server.routes.documents import author_of
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


class ChangedFileReply(BaseModel):
    """A file that differs between two bundles."""

    path: str
    change: Literal["added", "changed", "removed"]


class GenerationChangesReply(BaseModel):
    """How a bundle differs from another one."""

    before: GenerationReply | None = Field(
        description="The other bundle; null when there is none to compare with."
    )
    files: list[ChangedFileReply] = Field(description="By path; equal files are left out.")


class LineOriginReply(BaseModel):
    """What printed a line of a script."""

    line: int
    source: str = Field(description="The template, or a macro file that it imports.")
    template_line: int
    expressions: list[str] = Field(description="What stands between braces there.")


class FileOriginReply(BaseModel):
    """What a file of a bundle was made from; empty names for a file of the whole bundle."""

    model: str
    node: str
    template: str
    version: str
    lines: list[LineOriginReply]
    why_no_lines: str = Field(description="Empty when the lines are known, or nothing printed it.")


class BundleTaskReply(BaseModel):
    """A task of a job."""

    key: str
    kind: str = Field(description="`notebook_task` and the like.")
    file: str = Field(description="The script in the bundle that it runs; empty without one.")
    model: str
    node: str
    description: str
    waits_for: list[str]
    starts: str = Field(description="Key of the job that it starts; empty when it starts none.")


class BundleJobReply(BaseModel):
    """A job of a bundle with the waves that it runs in."""

    key: str
    name: str
    file: str
    tasks: list[BundleTaskReply]
    waves: list[list[str]] = Field(description="Keys of tasks that may run at the same time.")
    problem: str = Field(description="Why there are no waves; empty when there are.")


class CommitBody(BaseModel):
    """Where in the repository the bundle is to be."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"folder": "bundles/orders", "message": "", "overwrite": False}
        },
    )

    folder: Annotated[str, StringConstraints(min_length=1, max_length=300, strip_whitespace=True)]
    message: Annotated[str, StringConstraints(max_length=2000)] = ""
    overwrite: bool = Field(default=False, description="Replace files that somebody edited there.")


class CommittedReply(BaseModel):
    """The commit that put the bundle into the repository."""

    commit: str
    folder: str
    files: int = Field(description="How many files it changed.")


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
    _in_bundle(path, texts)
    return FileTextReply(path=path, text=texts[path])


@router.get("/{generation_id}/changes", **row("generations.compare"))
async def changes(
    work: InWorkspace,
    generation_id: UUID,
    since: Annotated[
        UUID | None,
        Query(description="Another generation; without it the one before of the same recipe."),
    ] = None,
) -> GenerationChangesReply:
    """Which files differ from an earlier bundle, so that only those need to be read."""
    found, texts = await _bundle(work, generation_id)
    if since is None:
        before = await records.generation_before(work.connection, work.workspace_id, found)
    else:
        before = await records.get_generation(work.connection, work.workspace_id, since)
        if before is None:
            raise missing("generation")
    if before is None:
        return GenerationChangesReply(before=None, files=[])
    _, old = await _bundle(work, before.id)
    listed = await to_thread.run_sync(compare_bundles, old, texts)
    return GenerationChangesReply.model_validate(
        {
            "before": _fields(before),
            "files": [{"path": path, "change": change.value} for path, change in listed.items()],
        }
    )


@router.get("/{generation_id}/jobs", response_model=list[BundleJobReply], **row("generations.jobs"))
async def bundle_order(work: InWorkspace, generation_id: UUID) -> Response:
    """The jobs of a bundle: which tasks wait for which, and what may run at the same time."""
    _, texts = await _bundle(work, generation_id)
    found = await to_thread.run_sync(bundle_jobs, texts)
    return JSONResponse([job.as_json() for job in found])


@router.get(
    "/{generation_id}/origins/{path:path}",
    response_model=FileOriginReply,
    **row("generations.origin"),
)
async def origin(
    work: InWorkspace, generation_id: UUID, path: Annotated[str, Path(max_length=1000)]
) -> Response:
    """Which node and template made a file of the bundle, line by line."""
    found, texts = await _bundle(work, generation_id)
    _in_bundle(path, texts)
    asked, engine = found.variables_json, work.state.engine
    request = GenerateRequest(
        wanted=str(asked.get("wanted", "")), cloud=str(asked.get("cloud", ""))
    )

    def traced() -> FileOrigin:
        repository = work.state.repository_of(work.workspace_id)
        try:
            then = repository.at(str(asked.get("commit", "")))
        except LakewrightError:
            then = None
        return origin_of(
            texts,
            path,
            request,
            then,
            renderer=engine.renderer.for_caller(str(work.member.user_id)),
            engine=engine.version,
        )

    answer = await to_thread.run_sync(traced, limiter=engine.rendering)
    return JSONResponse(answer.as_json())


@router.post("/{generation_id}/commit", **row("generations.commit"))
async def commit(work: InWorkspace, generation_id: UUID, body: CommitBody) -> CommittedReply:
    """Put the bundle into a folder of the workspace's repository, as one commit."""
    found, texts = await _bundle(work, generation_id)
    author = await author_of(work.member, work.connection)
    name = found.recipe or found.model_id or "bundle"
    folder = body.folder.strip("/")

    def put() -> Commit:
        return commit_bundle(
            texts,
            folder,
            work.state.repository_of(work.workspace_id),
            author=author,
            message=body.message.strip() or f"Put the bundle of {name} into {folder}",
            overwrite=body.overwrite,
        )

    made = await to_thread.run_sync(put)
    await audit(work, str(generation_id), {"folder": folder, "commit": made.id})
    return CommittedReply(commit=made.id, folder=folder, files=len(made.versions))


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


def _in_bundle(path: str, texts: Mapping[str, str]) -> None:
    if path not in texts:
        raise NotFoundError(
            f"The bundle holds no file '{shown(path)}'.",
            f"{did_you_mean(path, texts)}The generation lists its files.",
            "path",
        )


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
