"""Routes about workspaces: who works together, with which role, and how people join."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from lakewright import membership
from lakewright.access import Role
from lakewright.errors import NotFoundError
from lakewright.operations import repositories as bindings
from lakewright.operations import workspaces as operations
from lakewright.server.callers import AnyWork, InWorkspace, row
from lakewright.server.errors import RateLimitedError
from lakewright.server.idempotency import IdempotencyKey, Once, once
from lakewright.server.replies import (
    Cursor,
    IfMatch,
    Limit,
    PageReply,
    etag_of_time,
    set_etag,
    tagged,
    time_of,
)
from lakewright.store.rate_limits import SharedLimits
from lakewright.store.records import invitations, members, repositories, workspaces
from lakewright.store.records.memberships import MembershipRows
from lakewright.store.records.repositories import Repository, RepositoryKind
from lakewright.store.records.versions import missing

router = APIRouter(tags=["workspaces"])
IN = "/workspaces/{workspace_id}"
# A link in a mail is guessed, if at all, by a machine.
LOOKS_A_MINUTE = 30
INVITATIONS_AN_HOUR = 60

WorkspaceName = Annotated[str, StringConstraints(min_length=1, max_length=200)]
LinkToken = Annotated[str, StringConstraints(min_length=10, max_length=200)]


class WorkspaceBody(BaseModel):
    """What a person says of a workspace."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"name": "Retail"}})

    name: WorkspaceName


class WorkspaceReply(BaseModel):
    """A workspace as one of its members sees it."""

    id: UUID
    name: str
    slug: str
    owner_id: UUID | None
    github_repo: str | None
    github_branch: str | None
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None
    role: Role = Field(description="The caller's.")


class MemberReply(BaseModel):
    """A person in a workspace."""

    user_id: UUID
    email: str
    display_name: str
    role: Role
    joined_at: datetime


class RoleBody(BaseModel):
    """A role."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"role": "editor"}})

    role: Role


class OwnerBody(BaseModel):
    """Who owns it from now on: a member."""

    model_config = ConfigDict(extra="forbid")

    user_id: UUID


class InvitationBody(BaseModel):
    """Whom to let in."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"role": "editor", "email": "ada@example.com", "days": 7}},
    )

    role: Role
    email: Annotated[str, StringConstraints(min_length=3, max_length=320)] | None = Field(
        default=None, description="Only the person with this confirmed address may use the link."
    )
    days: int = Field(default=7, ge=1, le=90)


class InvitationReply(BaseModel):
    """An invitation."""

    id: UUID
    role: Role
    email: str | None
    invited_by: UUID | None
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    accepted_at: datetime | None
    accepted_by: UUID | None


class NewInvitationReply(InvitationReply):
    """A new invitation with its link, which is told this once."""

    token: str | None = Field(
        description="Null when the same idempotency key is sent again: it is kept nowhere."
    )
    url: str | None


class OpenInvitationReply(BaseModel):
    """What the holder of a link may know before joining."""

    workspace_name: str
    role: Role
    email: str | None
    expires_at: datetime


class AcceptBody(BaseModel):
    """The token of a link. In the body, because paths end up in logs."""

    model_config = ConfigDict(extra="forbid")

    token: LinkToken


class RepositoryReply(BaseModel):
    """The repository that a workspace is bound to."""

    kind: RepositoryKind
    location: str = Field(description="`owner/name` on GitHub; a folder's name on this server.")
    branch: str
    connected: bool = Field(description="Whether documents are read and saved there now.")
    notice: str = Field(default="", description="Where they are kept instead, and why.")


class RepositoryBody(BaseModel):
    """Which repository and branch."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "kind": "github",
                "location": "https://github.com/acme/pipelines",
                "branch": "main",
            }
        },
    )

    kind: RepositoryKind
    location: Annotated[str, StringConstraints(max_length=400)] = Field(
        default="", description="`owner/name` or its address on GitHub; empty for `local`."
    )
    branch: Annotated[str, StringConstraints(min_length=1, max_length=250)] = "main"

    @model_validator(mode="after")
    def _names_what_it_needs(self) -> "RepositoryBody":
        # A local repository is the workspace's own; by another name it would be somebody else's.
        if (self.kind is RepositoryKind.GITHUB) != bool(self.location.strip()):
            raise ValueError("location names a repository on GitHub; for a local one leave it")
        return self


def _rows(work: AnyWork) -> MembershipRows:
    return MembershipRows(work.connection, work.asked.user_id)


def _rows_in(work: InWorkspace) -> MembershipRows:
    return MembershipRows(work.connection, work.member.user_id)


@router.get("/workspaces", **row("workspaces.list"))
async def list_all(
    work: AnyWork,
    archived: Annotated[bool, Query(description="The archived ones instead.")] = False,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> PageReply[WorkspaceReply]:
    """The caller's workspaces by name."""
    page = await workspaces.list_workspaces(
        work.connection,
        work.asked.user_id,
        archived=archived,
        cursor=cursor or "",
        limit=limit,
    )
    return PageReply(items=[_reply(each) for each in page.items], next_cursor=page.next_cursor)


@router.post("/workspaces", status_code=201, **row("workspaces.create"))
async def create(
    work: AnyWork, body: WorkspaceBody, reply: Response, idempotency_key: IdempotencyKey = None
) -> WorkspaceReply:
    """Create a workspace; the caller owns it."""

    async def make() -> WorkspaceReply:
        return _reply(await operations.create_workspace(_rows(work), body.name))

    creation = Once(
        work.connection,
        work.asked.user_id,
        None,
        work.asked.operation.id,
        idempotency_key,
        body,
    )
    return tagged(reply, await creation.reply(WorkspaceReply, make))


@router.get(IN, **row("workspaces.get"))
async def get(work: InWorkspace, reply: Response) -> WorkspaceReply:
    """One workspace, with its version as `ETag`."""
    found = await _rows_in(work).workspace(work.workspace_id)
    if found is None:
        raise missing("workspace")
    return tagged(reply, _reply(found))


@router.patch(IN, **row("workspaces.update"))
async def rename(
    work: InWorkspace, body: WorkspaceBody, reply: Response, if_match: IfMatch = None
) -> WorkspaceReply:
    """Give it another name; its slug stays."""
    saved = await operations.rename_workspace(
        _rows_in(work), work.workspace_id, body.name, expected=time_of(if_match)
    )
    return tagged(reply, _reply(saved))


@router.post(IN + "/archive", **row("workspaces.archive"))
async def archive(work: InWorkspace) -> WorkspaceReply:
    """Archive: it can be read, and nothing in it changed."""
    return _reply(await operations.archive_workspace(_rows_in(work), work.workspace_id))


@router.post(IN + "/restore", **row("workspaces.restore"))
async def restore(work: InWorkspace) -> WorkspaceReply:
    """Bring it back from the archive."""
    return _reply(
        await operations.archive_workspace(_rows_in(work), work.workspace_id, archived=False)
    )


@router.post(IN + "/leave", status_code=204, **row("workspaces.leave"))
async def leave(work: InWorkspace) -> None:
    """Leave. The owner and the last admin cannot."""
    await operations.remove_member(_rows_in(work), work.workspace_id, work.member.user_id)


@router.post(IN + "/transfer", **row("workspaces.transfer"))
async def transfer(work: InWorkspace, body: OwnerBody) -> WorkspaceReply:
    """Hand it to another member. Only the owner can."""
    return _reply(
        await operations.transfer_workspace(_rows_in(work), work.workspace_id, body.user_id)
    )


@router.get(IN + "/members", **row("members.list"))
async def list_members(
    work: InWorkspace, limit: Limit = 50, cursor: Cursor = None
) -> PageReply[MemberReply]:
    """Members by e-mail address."""
    page = await members.list_members(
        work.connection, work.workspace_id, cursor=cursor or "", limit=limit
    )
    return PageReply(items=[_member(each) for each in page.items], next_cursor=page.next_cursor)


@router.patch(IN + "/members/{user_id}", **row("members.change"))
async def change_member(work: InWorkspace, user_id: UUID, body: RoleBody) -> MemberReply:
    """Give a member another role."""
    return _member(
        await operations.change_role(_rows_in(work), work.workspace_id, user_id, body.role)
    )


@router.delete(IN + "/members/{user_id}", status_code=204, **row("members.remove"))
async def remove_member(work: InWorkspace, user_id: UUID) -> None:
    """Remove a member."""
    await operations.remove_member(_rows_in(work), work.workspace_id, user_id)


@router.get(IN + "/invitations", **row("invitations.list"))
async def list_invitations(
    work: InWorkspace, limit: Limit = 50, cursor: Cursor = None
) -> PageReply[InvitationReply]:
    """Invitations, newest first; without their tokens."""
    page = await invitations.list_invitations(
        work.connection, work.workspace_id, cursor=cursor or "", limit=limit
    )
    return PageReply(
        items=[InvitationReply.model_validate(each, from_attributes=True) for each in page.items],
        next_cursor=page.next_cursor,
    )


@router.post(IN + "/invitations", status_code=201, **row("invitations.create"))
async def invite(
    work: InWorkspace, body: InvitationBody, idempotency_key: IdempotencyKey = None
) -> NewInvitationReply:
    """Make a link by which one person may join."""
    await _count(work.state.database, f"invite:{work.workspace_id}", INVITATIONS_AN_HOUR, 3600)

    async def make() -> NewInvitationReply:
        made = await operations.invite(
            _rows_in(work),
            work.workspace_id,
            body.role,
            now=datetime.now(UTC),
            email=body.email,
            days=body.days,
        )
        url = f"{work.state.options.public_url}/invitation#{made.token}"
        fields = InvitationReply.model_validate(made.invitation, from_attributes=True)
        return NewInvitationReply(**fields.model_dump(), token=made.token, url=url)

    return await once(work, idempotency_key, body).reply(
        NewInvitationReply,
        make,
        kept=lambda reply: reply.model_copy(update={"token": None, "url": None}),
    )


@router.delete(IN + "/invitations/{invitation_id}", status_code=204, **row("invitations.revoke"))
async def revoke(work: InWorkspace, invitation_id: UUID) -> None:
    """Make a link void that nobody has used yet."""
    await operations.revoke_invitation(_rows_in(work), work.workspace_id, invitation_id)


@router.post("/invitations/look", **row("invitations.get"))
async def look(work: AnyWork, body: AcceptBody) -> OpenInvitationReply:
    """What a link is for: its holder may know before signing up."""
    await _count(work.state.database, f"look:{work.asked.address}", LOOKS_A_MINUTE, 60)
    found = await invitations.open_invitation(work.connection, operations.token_hash(body.token))
    if found is None:
        raise NotFoundError(
            "There is no such invitation, or it counts no more.",
            "Ask an admin of the workspace for a new link.",
        )
    return OpenInvitationReply.model_validate(found, from_attributes=True)


@router.post("/invitations/accept", **row("invitations.accept"))
async def accept(work: AnyWork, body: AcceptBody) -> WorkspaceReply:
    """Join the workspace that a link leads to. Doing it again gives the same answer."""
    await _count(work.state.database, f"look:{work.asked.address}", LOOKS_A_MINUTE, 60)
    return _reply(await operations.accept_invitation(_rows(work), body.token))


@router.get(IN + "/repository", **row("repositories.get"))
async def repository(work: InWorkspace, reply: Response) -> RepositoryReply:
    """The repository that the workspace is bound to; its own on this server to begin with."""
    found = await repositories.get_repository(work.connection, work.workspace_id)
    set_etag(reply, etag_of_time(found.updated_at if found else None))
    return _bound(work, found)


@router.put(IN + "/repository", **row("repositories.bind"))
async def bind(
    work: InWorkspace, body: RepositoryBody, reply: Response, if_match: IfMatch = None
) -> RepositoryReply:
    """Bind to another repository or branch; documents stay where they are."""
    expected = time_of(if_match)
    if body.kind is RepositoryKind.GITHUB:
        location = bindings.checked_github(body.location)
        branch = bindings.checked_branch(body.branch)
    else:
        location = str(work.workspace_id)
        branch = bindings.checked_local_branch(body.branch)
    found = await repositories.bind_repository(
        work.connection,
        work.workspace_id,
        kind=body.kind,
        location=location,
        branch=branch,
        expected=expected,
    )
    set_etag(reply, etag_of_time(found.updated_at))
    return _bound(work, found)


async def _count(database: Any, key: str, most: int, seconds: int) -> None:
    """Count in the database, where all server processes count together.

    Raises:
        RateLimitedError: Too many.
    """
    wait = await SharedLimits(database).hit(key, most=most, seconds=seconds)
    if wait:
        refused = RateLimitedError("Too many attempts.", "Wait as long as `Retry-After` says.")
        refused.retry_after = wait
        raise refused


def _bound(work: InWorkspace, found: Repository | None) -> RepositoryReply:
    if found is not None and found.kind is RepositoryKind.GITHUB:
        return RepositoryReply(
            kind=found.kind,
            location=found.location,
            branch=found.branch,
            connected=False,
            notice="This version of Lakewright has no connection to GitHub yet. The binding is "
            "kept for when it has; until then documents stay in the repository on this server.",
        )
    return RepositoryReply(
        kind=RepositoryKind.LOCAL,
        location=str(work.workspace_id),
        branch=bindings.LOCAL_BRANCH,
        connected=True,
    )


def _reply(found: membership.Workspace) -> WorkspaceReply:
    return WorkspaceReply.model_validate(found, from_attributes=True)


def _member(found: membership.Member) -> MemberReply:
    return MemberReply.model_validate(found, from_attributes=True)
