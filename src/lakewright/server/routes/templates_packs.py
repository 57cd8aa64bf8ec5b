"""Routes about packs of templates: what is installed, what is offered, import and export."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from anyio import to_thread
from fastapi import APIRouter
from pydantic import Base64Bytes, BaseModel, ConfigDict, Field, model_validator
from starlette.responses import JSONResponse, Response

from lakewright.operations.metadata import Metadata
from lakewright.operations.packs import PackPlan
from lakewright.ports import Author, VersionedRepository
from lakewright.server.callers import Member, MemberOf, row
from lakewright.server.replies import Name
from lakewright.server.routes.engine import with_metadata
from lakewright.store.audit import write_event
from lakewright.store.records.events import add_event
from lakewright.store.records.users import get_user
from lakewright.templates.pack_archive import MOST_ARCHIVE_BYTES
from lakewright.templates.packs import Pack

router = APIRouter(prefix="/workspaces/{workspace_id}", tags=["templates"])

MOST_EXPORTED = 200
PackName = Annotated[str, Field(min_length=1, max_length=40)]
Edits = Literal["refuse", "keep", "overwrite"]


class PackedTemplateReply(BaseModel):
    """A template of a pack, with the id that it has in the repository."""

    id: str
    version: str


class PackReply(BaseModel):
    """A pack that is installed."""

    name: str
    version: str
    licence: str
    description: str
    source: str = Field(description="Where it is from; empty for an upload.")
    templates: list[PackedTemplateReply]


class OfferedPackReply(BaseModel):
    """A pack that the repository's index names."""

    name: str
    version: str
    licence: str
    description: str
    where: str
    newer: bool = Field(description="Whether it is later than the one that is installed.")


class PacksReply(BaseModel):
    """The packs of a workspace."""

    installed: list[PackReply]
    offered: list[OfferedPackReply] = Field(description="Of `metadata/packs/index.yaml`.")


class PackFileReply(BaseModel):
    """What happens to a file."""

    path: str
    change: Literal["added", "changed", "removed"]


class TemplateChangeReply(BaseModel):
    """What happens to a template; no version: it is not there on that side."""

    id: str
    before: str
    after: str
    declarations: list[str] = Field(description="What changes for people who give values.")
    source: str = Field(description="Unified diff of the source.")


class PackPlanReply(BaseModel):
    """What installing, updating or removing a pack changes."""

    pack: str
    before: str
    after: str
    files: list[PackFileReply]
    edited: list[str] = Field(description="Files that somebody changed since the installation.")
    templates: list[TemplateChangeReply]
    used_by: list[str] = Field(description="Recipes that name a template which goes.")
    commit: str = Field(description="Empty when nothing was done.")


class PackBody(BaseModel):
    """A pack to install or to update to: an archive, or one that the index names."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"indexed": "acme", "dry_run": True}}
    )

    archive: Base64Bytes | None = Field(
        default=None,
        max_length=MOST_ARCHIVE_BYTES * 4 // 3 + 100_000,
        description="A zip, in Base64.",
    )
    indexed: PackName | None = Field(default=None, description="Name of a pack of the index.")
    edits: Edits = Field(
        default="refuse", description="What happens to files that somebody changed."
    )
    dry_run: bool = Field(default=False, description="Say what would change; change nothing.")

    @model_validator(mode="after")
    def _one_source(self) -> "PackBody":
        if (self.archive is None) == (self.indexed is None):
            raise ValueError("give one of archive and indexed")
        return self


class RemovePackBody(BaseModel):
    """A pack to remove."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"name": "acme", "edits": "keep"}}
    )

    name: PackName
    edits: Edits = "refuse"
    dry_run: bool = False


class ExportBody(BaseModel):
    """What goes into a new pack."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"name": "acme", "version": "1.0.0", "licence": "MIT"}},
    )

    name: PackName
    version: Annotated[str, Field(max_length=100)] = "1.0.0"
    licence: Annotated[str, Field(min_length=1, max_length=200)]
    description: Annotated[str, Field(max_length=2000)] = ""
    templates: list[Name] = Field(
        default=[], max_length=MOST_EXPORTED, description="Ids; none means all of the workspace's."
    )


@router.get("/packs", response_model=PacksReply, **row("packs.list"))
async def list_all(member: MemberOf) -> Response:
    """The packs that are installed, and those that the repository's index offers."""
    from lakewright.operations.packs import list_packs, newer, repository_index

    def found() -> dict[str, Any]:
        versioned = member.state.repository_of(member.workspace_id)
        repository = versioned.at(versioned.head())
        installed = {record.name: record for record in list_packs(repository)}
        return {
            "installed": [record.as_json() for record in installed.values()],
            "offered": [
                {**entry.as_json(), "newer": newer(entry, installed.get(entry.name))}
                for entry in repository_index(repository)
            ],
        }

    return JSONResponse(await to_thread.run_sync(found))


@router.post("/packs", response_model=PackPlanReply, **row("packs.add"))
async def add(member: MemberOf, body: PackBody) -> Response:
    """Install a pack as one commit; the ids of its templates begin with its name."""
    from lakewright.operations.packs import plan_add

    return await _done(
        member,
        lambda repository, metadata: plan_add(repository, metadata, *_pack(repository, body)),
        dry_run=body.dry_run,
    )


@router.post("/packs-update", response_model=PackPlanReply, **row("packs.update"))
async def update(member: MemberOf, body: PackBody) -> Response:
    """Bring an installed pack to another version as one commit."""
    from lakewright.operations.packs import plan_update

    def plan(repository: VersionedRepository, metadata: Metadata) -> PackPlan:
        pack, source = _pack(repository, body)
        return plan_update(repository, metadata, pack, source, body.edits)

    return await _done(member, plan, dry_run=body.dry_run)


@router.post("/packs-remove", response_model=PackPlanReply, **row("packs.remove"))
async def remove(member: MemberOf, body: RemovePackBody) -> Response:
    """Remove exactly the files of a pack as one commit."""
    from lakewright.operations.packs import plan_remove

    return await _done(
        member,
        lambda repository, metadata: plan_remove(repository, metadata, body.name, body.edits),
        dry_run=body.dry_run,
    )


@router.post(
    "/packs-export",
    response_class=Response,
    **row(
        "packs.export",
        responses={200: {"description": "The pack.", "content": {"application/zip": {}}}},
    ),
)
async def export(member: MemberOf, body: ExportBody) -> Response:
    """A zip of templates with the macros that they import, checksums and a licence."""
    from lakewright.operations.packs import ExportRequest, export_pack
    from lakewright.templates.pack_archive import zipped

    request = ExportRequest(
        body.name, body.version, body.licence, body.description, tuple(body.templates)
    )
    packed: Mapping[str, bytes] = await with_metadata(
        member, lambda metadata, repository: export_pack(repository, metadata, request)
    )
    return Response(
        await to_thread.run_sync(zipped, packed),
        media_type="application/zip",
        # A pack's name holds nothing that could end the header.
        headers={"Content-Disposition": f'attachment; filename="{body.name}.zip"'},
    )


def _pack(repository: VersionedRepository, body: PackBody) -> tuple[Pack, str]:
    from lakewright.operations.packs import indexed_pack
    from lakewright.templates.pack_archive import unzipped
    from lakewright.templates.packs import read_pack

    if body.archive is not None:
        return read_pack(unzipped(body.archive)), ""
    return indexed_pack(repository, body.indexed or "")


async def _done(
    member: Member, plan: Callable[[VersionedRepository, Metadata], PackPlan], *, dry_run: bool
) -> Response:
    """Make a plan and commit it, as the caller."""
    async with member.state.database.acting_as(member.identity) as connection:
        person = await get_user(connection, member.user_id)
    email = person.email if person else member.identity.email
    author = Author((person.display_name if person else "") or email.partition("@")[0], email)

    def carry_out(metadata: Metadata, _: Any) -> tuple[PackPlan, str]:
        repository = member.state.repository_of(member.workspace_id)
        made = plan(repository, metadata)
        if dry_run or not made.files:
            return made, ""
        return made, repository.commit(made.files, made.message, author, made.expected).id

    made, commit = await with_metadata(member, carry_out)
    if commit:
        details = {"pack": made.pack, "version": made.after, "commit": commit}
        operation = member.operation.id
        async with member.state.database.acting_as(
            member.identity, member.request_id
        ) as connection:
            await write_event(
                connection,
                operation,
                workspace_id=member.workspace_id,
                record_id=made.pack,
                details=details,
            )
            await add_event(
                connection, member.workspace_id, "document", {"operation": operation, **details}
            )
    return JSONResponse({**made.as_json(), "commit": commit})
