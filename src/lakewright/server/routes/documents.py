"""Routes about the files of a workspace as documents: every save is a commit."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, TypeVar

from anyio import to_thread
from fastapi import APIRouter, Header, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from lakewright import ports
from lakewright.operations import documents as operations
from lakewright.operations.schemas import FileKind
from lakewright.ports import Author, VersionedRepository
from lakewright.server.callers import InWorkspace, Member, MemberOf, row
from lakewright.server.errors import FindingReply
from lakewright.server.idempotency import IdempotencyKey, once
from lakewright.server.replies import (
    Cursor,
    IfMatch,
    Limit,
    Name,
    PageReply,
    etag,
    set_etag,
    version_of,
)
from lakewright.store.audit import write_event
from lakewright.store.database import Connection
from lakewright.store.records.events import add_event
from lakewright.store.records.users import get_user

router = APIRouter(prefix="/workspaces/{workspace_id}", tags=["documents"])
_Value = TypeVar("_Value")

TEXT_CHARACTERS = 5_000_000
DocumentPath = Annotated[
    str, Path(min_length=1, max_length=400, description="Such as `metadata/models/orders.yaml`.")
]
PathText = Annotated[str, StringConstraints(min_length=1, max_length=400)]
Text = Annotated[str, StringConstraints(max_length=TEXT_CHARACTERS)]
Message = Annotated[str, StringConstraints(max_length=2000)]
CommitId = Annotated[str, Path(pattern="^[0-9a-f]{40}$", description="Id of a commit.")]


class TitleReply(BaseModel):
    """One thing that a document holds: a model, a template, a macro."""

    id: str
    name: str


class EntryReply(BaseModel):
    """A document in a list."""

    path: str
    kind: FileKind
    version: str
    size_bytes: int
    titles: list[TitleReply]


class DocumentReply(BaseModel):
    """A document with everything that is wrong with it."""

    path: str
    kind: FileKind
    version: str | None = Field(description="Its `ETag`; null for a text that is not saved.")
    text: str
    titles: list[TitleReply]
    diagnostics: list[FindingReply]


class CommitReply(BaseModel):
    """One step of the history."""

    id: str
    message: str
    author_name: str
    author_email: str
    at: datetime
    versions: dict[str, str | None] = Field(
        description="Path -> the version that it gave the document; null: it removed it."
    )


class SavedReply(DocumentReply):
    """A document that was saved, and the commit that saved it."""

    commit: CommitReply


class PictureReply(BaseModel):
    """A drawing as numbers."""

    width: float
    height: float
    boxes: list[tuple[float, float, float, float]] = Field(
        description="x, y, width and height of each node."
    )
    lines: list[tuple[float, float, float, float]] = Field(
        description="x and y of both ends of each edge."
    )


class StartingPointReply(BaseModel):
    """Something that a new document can begin with."""

    id: str = Field(description="Pass it as `starting_point`.")
    name: str
    summary: str
    nodes: int | None = Field(description="Of a model: how many.")
    picture: PictureReply | None = Field(description="Of a model.")


class NewDocument(BaseModel):
    """A new document: blank, with a text, as something that ships, or as a copy."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"kind": "model", "id": "orders", "name": "Orders", "text": None}
        },
    )

    kind: FileKind
    id: Name = Field(description="Of the one thing in it; of a macro file, its name.")
    name: Annotated[str, StringConstraints(max_length=200)] = ""
    path: PathText | None = Field(default=None, description="A free one is chosen without it.")
    text: Text | None = Field(default=None, description="As it is; YAML, or JSON.")
    starting_point: PathText | None = Field(
        default=None, description="Id of one of the starting points."
    )
    copy_of: PathText | None = Field(default=None, description="Path of a document to copy.")
    copy_item: Annotated[str, StringConstraints(max_length=400)] = ""
    message: Message = ""

    @model_validator(mode="after")
    def _begins_with_one_thing(self) -> "NewDocument":
        if sum(one is not None for one in (self.text, self.starting_point, self.copy_of)) > 1:
            raise ValueError("give one of text, starting_point and copy_of")
        return self


class SaveBody(BaseModel):
    """A text to save, whatever is wrong with it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"text": "data_models:\n- id: orders\n", "message": ""}},
    )

    text: Text
    message: Message = Field(default="", description="Empty: says what changed by itself.")


class RenameBody(BaseModel):
    """Where a document goes."""

    model_config = ConfigDict(extra="forbid")

    path: PathText
    new_path: PathText


class ValidateBody(BaseModel):
    """A text to look at."""

    model_config = ConfigDict(extra="forbid")

    kind: FileKind
    text: Text
    path: Annotated[str, StringConstraints(max_length=400)] = ""


async def _with_repository(member: Member, work: Callable[[VersionedRepository], _Value]) -> _Value:
    """Do something with the workspace's repository, in a thread that knows the open texts."""

    def working() -> _Value:
        with member.state.engine.openings.parses.used():
            return work(member.state.repository_of(member.workspace_id))

    return await to_thread.run_sync(working)


@router.get("/documents", **row("documents.list"))
async def list_all(member: MemberOf, kind: FileKind | None = None) -> list[EntryReply]:
    """The documents of the newest commit, by path."""
    known = member.state.engine.titles
    found = await _with_repository(
        member, lambda repository: operations.list_documents(repository, kind, known)
    )
    return [EntryReply.model_validate(each, from_attributes=True) for each in found]


@router.post("/documents", status_code=201, **row("documents.create"))
async def create(
    work: InWorkspace,
    body: NewDocument,
    reply: Response,
    idempotency_key: IdempotencyKey = None,
) -> SavedReply:
    """Create a document; 409 with both texts when there is another one at the path."""
    member = work.member

    async def make() -> SavedReply:
        author = await author_of(member, work.connection)

        def save(repository: VersionedRepository) -> operations.SavedDocument:
            return operations.create_document(
                repository,
                body.kind,
                body.id,
                _first_text(repository, body),
                path=body.path or "",
                author=author,
                message=body.message,
                known=member.state.engine.titles,
            )

        saved = _saved(await _with_repository(member, save))
        await _tell(member, work.connection, saved.path, saved.commit.id)
        return saved

    made = await once(work, idempotency_key, body).reply(SavedReply, make)
    set_etag(reply, etag(made.version or ""))
    reply.headers["Location"] = f"/api/v1/workspaces/{work.workspace_id}/documents/{made.path}"
    return made


def _first_text(repository: VersionedRepository, body: NewDocument) -> str:
    if body.text is not None:
        return operations.imported_text(body.kind, body.text)
    if body.starting_point is not None:
        return operations.starting_text(body.kind, body.starting_point, body.id, body.name)
    if body.copy_of is not None:
        original = operations.read_document(repository, body.copy_of)
        return operations.copied_text(
            body.kind, original.text, body.id, item=body.copy_item, name=body.name
        )
    return operations.blank_text(body.kind, body.id, body.name)


@router.get(
    "/documents/{path:path}",
    **row("documents.get", responses={304: {"description": "You have this version."}}),
)
async def get(
    member: MemberOf,
    path: DocumentPath,
    reply: Response,
    if_none_match: Annotated[str | None, Header(max_length=300)] = None,
) -> DocumentReply:
    """A document with its version as `ETag`."""
    found = await _with_repository(
        member, lambda repository: operations.read_document(repository, path)
    )
    tag = etag(found.version or "")
    if if_none_match == tag:
        return Response(status_code=304, headers={"ETag": tag})  # type: ignore[return-value]
    set_etag(reply, tag)
    return DocumentReply.model_validate(found, from_attributes=True)


@router.put("/documents/{path:path}", **row("documents.save"))
async def save(
    member: MemberOf,
    path: DocumentPath,
    body: SaveBody,
    reply: Response,
    if_match: IfMatch = None,
) -> SavedReply:
    """Save a document. Findings come back with it; a save that came too late has both texts."""
    base = version_of(if_match)
    author = await author_of(member)

    def write(repository: VersionedRepository) -> operations.SavedDocument:
        return operations.save_document(
            repository,
            path,
            body.text,
            base=_base(repository, path, base),
            author=author,
            message=body.message,
            known=member.state.engine.titles,
        )

    saved = _saved(await _with_repository(member, write))
    await _told(member, path, saved.commit.id)
    set_etag(reply, etag(saved.version or ""))
    return saved


@router.delete("/documents/{path:path}", **row("documents.delete"))
async def delete(member: MemberOf, path: DocumentPath, if_match: IfMatch = None) -> CommitReply:
    """Remove a document; its history stays."""
    base = version_of(if_match)
    author = await author_of(member)

    def remove(repository: VersionedRepository) -> ports.Commit:
        return operations.delete_document(
            repository, path, base=_base(repository, path, base), author=author
        )

    commit = _commit(await _with_repository(member, remove))
    await _told(member, path, commit.id)
    return commit


@router.post("/documents-rename", **row("documents.rename"))
async def rename(
    member: MemberOf, body: RenameBody, reply: Response, if_match: IfMatch = None
) -> SavedReply:
    """Give a document another path; the ids in it stay."""
    base = version_of(if_match)
    author = await author_of(member)

    def move(repository: VersionedRepository) -> operations.SavedDocument:
        return operations.rename_document(
            repository,
            body.path,
            body.new_path,
            base=_base(repository, body.path, base),
            author=author,
        )

    saved = _saved(await _with_repository(member, move))
    await _told(member, body.new_path, saved.commit.id)
    set_etag(reply, etag(saved.version or ""))
    return saved


@router.post("/documents-validate", **row("documents.validate"))
async def validate(member: MemberOf, body: ValidateBody) -> DocumentReply:
    """What is wrong with a text, as if it were saved."""
    known = member.state.engine.titles
    found = await _with_repository(
        member,
        lambda repository: operations.validate_document(
            repository, body.kind, body.text, body.path, known
        ),
    )
    return DocumentReply.model_validate(found, from_attributes=True)


@router.get("/starting-points", **row("documents.starting_points"))
async def starting_points(member: MemberOf, kind: FileKind) -> list[StartingPointReply]:
    """What a new document of a kind can begin with besides nothing."""
    del member
    found = await to_thread.run_sync(operations.starting_points, kind)
    return [StartingPointReply.model_validate(each, from_attributes=True) for each in found]


@router.get("/history", **row("documents.history"))
async def history(
    member: MemberOf,
    path: Annotated[
        str, Query(max_length=400, description="A document or a folder; empty: everything.")
    ] = "",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> PageReply[CommitReply]:
    """Commits, newest first."""
    page = await _with_repository(
        member, lambda repository: repository.history(path, limit, cursor or "")
    )
    return PageReply(
        items=[_commit(commit) for commit in page.commits], next_cursor=page.cursor or None
    )


@router.get("/commits/{commit}/documents/{path:path}", **row("documents.at"))
async def at(member: MemberOf, commit: CommitId, path: DocumentPath) -> DocumentReply:
    """A document as it was in a commit."""
    found = await _with_repository(
        member, lambda repository: operations.read_document(repository, path, commit)
    )
    return DocumentReply.model_validate(found, from_attributes=True)


def _base(repository: VersionedRepository, path: str, version: str | None) -> str:
    """The version that a change was made from; of `If-Match: *` the one that is there."""
    if version is not None:
        return version
    return operations.read_document(repository, path).version or ""


async def author_of(member: Member, connection: Connection | None = None) -> Author:
    """The caller as git names people."""
    if connection is None:
        async with member.state.database.acting_as(member.identity) as own:
            return await author_of(member, own)
    found = await get_user(connection, member.user_id)
    name = found.display_name if found else ""
    email = found.email if found else member.identity.email
    return Author(name or email.partition("@")[0], email)


async def _told(member: Member, path: str, commit: str) -> None:
    """Write the commit down in the audit log, and tell those who watch."""
    async with member.state.database.acting_as(member.identity, member.request_id) as connection:
        await _tell(member, connection, path, commit)


async def _tell(member: Member, connection: Connection, path: str, commit: str) -> None:
    operation = member.operation.id
    details = {"path": path, "commit": commit}
    await write_event(
        connection,
        operation,
        workspace_id=member.workspace_id,
        record_id=path,
        details=details,
    )
    await add_event(
        connection, member.workspace_id, "document", {"operation": operation, **details}
    )


def _commit(commit: ports.Commit) -> CommitReply:
    return CommitReply(
        id=commit.id,
        message=commit.message,
        author_name=commit.author.name,
        author_email=commit.author.email,
        at=commit.at,
        versions=dict(commit.versions),
    )


def _saved(saved: operations.SavedDocument) -> SavedReply:
    fields: dict[str, Any] = DocumentReply.model_validate(
        saved.document, from_attributes=True
    ).model_dump()
    return SavedReply(**fields, commit=_commit(saved.commit))
