"""Who is calling, and may they: decided for each request from the operations catalog."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Path, Request

from lakewright.access import ANONYMOUS, Identity, Role, demand
from lakewright.errors import LakewrightError, NotFoundError
from lakewright.operations.catalog import OPERATIONS, Operation
from lakewright.server.errors import (
    REFUSALS,
    ConflictError,
    NotSignedInError,
    RateLimitedError,
)
from lakewright.server.state import ServerState
from lakewright.store.database import Connection, Membership

# An archived workspace can be read, brought back and left.
_ALLOWED_WHEN_ARCHIVED = {"workspaces.restore", "workspaces.leave", "generations.download"}


def row(operation: str, **more: Any) -> dict[str, Any]:
    """What a route takes from its row of the catalog: `@router.get(path, **row("check"))`."""
    found = OPERATIONS[operation]
    statuses: Mapping[int | str, dict[str, Any]] = {**REFUSALS, **more.pop("responses", {})}
    return {
        "operation_id": operation,
        "summary": found.summary,
        "responses": dict(statuses),
        **more,
    }


def state_of(request: Request) -> ServerState:
    """Everything that the app holds open."""
    found: ServerState = request.app.state.lakewright
    return found


@dataclass(frozen=True, slots=True)
class Asked:
    """A request whose caller is known, and allowed as far as no workspace is concerned."""

    state: ServerState
    operation: Operation
    identity: Identity
    request_id: str
    address: str

    @property
    def user_id(self) -> UUID:
        """The caller; only for operations that ask for somebody who is signed in."""
        if self.identity.user_id is None:
            raise NotSignedInError("Nobody is signed in.", "Sign in first.")
        return self.identity.user_id


@dataclass(frozen=True, slots=True)
class Member(Asked):
    """A member of the workspace in the path, with a role that allows the operation."""

    workspace_id: UUID
    role: Role


@dataclass(frozen=True, slots=True)
class Work:
    """A caller and a transaction that runs as them; it is committed before the answer is sent."""

    asked: Asked
    connection: Connection

    @property
    def state(self) -> ServerState:
        return self.asked.state


@dataclass(frozen=True, slots=True)
class MemberWork:
    """A member and a transaction that runs as them."""

    member: Member
    connection: Connection

    @property
    def state(self) -> ServerState:
        return self.member.state

    @property
    def workspace_id(self) -> UUID:
        return self.member.workspace_id


async def asked(request: Request) -> Asked:
    """Verify the token and count the request.

    Raises:
        NotSignedInError: The operation is for people who are signed in.
        RateLimitedError: Too many requests.
    """
    state = state_of(request)
    operation = OPERATIONS[request.scope["route"].operation_id]
    address = str(request.scope.get("lakewright.client", ""))
    identity = ANONYMOUS
    token = _token(request)
    if token:
        try:
            identity = await state.verify(token)
        except RateLimitedError:
            raise
        except LakewrightError as error:
            if error.http_status >= 500:
                raise  # The sign-in service is away: that says nothing about the token.
            # A broken token counts against the address: guessing must not be free.
            await state.rate_limits.of_address(address)
            if not operation.for_anyone:
                raise NotSignedInError(
                    "The token is not valid (any more).", "Sign in again."
                ) from error
    if identity.user_id is None:
        await state.rate_limits.of_address(address)
        if not operation.for_anyone:
            raise NotSignedInError(
                "Nobody is signed in.", "Sign in, and send the token as 'Authorization: Bearer'."
            )
    else:
        request.scope["lakewright.user_id"] = identity.user_id
        await state.rate_limits.of_user(str(identity.user_id), address)
    return Asked(
        state, operation, identity, str(request.scope.get("lakewright.request_id", "")), address
    )


def _token(request: Request) -> str:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


CallerOf = Annotated[Asked, Depends(asked)]
WorkspaceId = Annotated[UUID, Path(description="Id of a workspace.")]


async def work(asked: CallerOf) -> AsyncIterator[Work]:
    """A transaction as the caller, for operations outside of workspaces."""
    async with asked.state.database.acting_as(asked.identity, asked.request_id) as connection:
        yield Work(asked, connection)


async def member_work(asked: CallerOf, workspace_id: WorkspaceId) -> AsyncIterator[MemberWork]:
    """A transaction as the caller, once their role in the workspace allows the operation.

    The role is read in the same transaction, so a member who was removed a moment ago is none.
    """
    async with _acting_in(asked, workspace_id) as (connection, membership):
        yield MemberWork(_member(asked, workspace_id, membership), connection)


async def member(asked: CallerOf, workspace_id: WorkspaceId) -> Member:
    """The caller's role, read in a transaction that ends at once.

    For work that takes long or needs no database: it must not hold a connection.
    """
    async with _acting_in(asked, workspace_id) as (_, membership):
        return _member(asked, workspace_id, membership)


def _acting_in(
    asked: Asked, workspace_id: UUID
) -> AbstractAsyncContextManager[tuple[Connection, Membership | None]]:
    _ = asked.user_id  # refuses nobody, to whom the tables would refuse even the question
    return asked.state.database.acting_in(workspace_id, asked.identity, asked.request_id)


def _member(asked: Asked, workspace_id: UUID, membership: Membership | None) -> Member:
    if membership is None:
        # The same words for a workspace that is not there: ids must not be guessable.
        raise NotFoundError(
            f"There is no workspace '{workspace_id}' that you are a member of.",
            "Choose one of GET /api/v1/workspaces, or ask its admin for an invitation.",
        )
    role = Role(membership.role)
    demand(role, asked.operation.id)
    if (
        membership.archived
        and asked.operation.changes
        and asked.operation.id not in _ALLOWED_WHEN_ARCHIVED
    ):
        raise ConflictError(
            "The workspace is archived, so nothing in it can be changed.",
            "Ask an admin to bring it back.",
        )
    return Member(
        asked.state,
        asked.operation,
        asked.identity,
        asked.request_id,
        asked.address,
        workspace_id,
        role,
    )


# `scope="function"`: the transaction is committed before the answer is sent, so that nobody is
# told of a change that then fails.
AnyWork = Annotated[Work, Depends(work, scope="function")]
InWorkspace = Annotated[MemberWork, Depends(member_work, scope="function")]
MemberOf = Annotated[Member, Depends(member)]
