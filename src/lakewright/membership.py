"""Workspaces, their members and invitations: the values, and what keeps them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from lakewright.access import Role


@dataclass(frozen=True, slots=True)
class Workspace:
    """A workspace as one of its members sees it.

    Attributes:
        slug: Unique short name; does not change when the name does.
        owner_id: None once the owner's account is gone.
        archived_at: Set while the workspace can be read and restored, but not changed.
        role: The role of the person who asks.
    """

    id: UUID
    name: str
    slug: str
    owner_id: UUID | None
    github_repo: str | None
    github_branch: str | None
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None
    role: Role


@dataclass(frozen=True, slots=True)
class Member:
    """A person in a workspace."""

    workspace_id: UUID
    user_id: UUID
    role: Role
    joined_at: datetime
    email: str
    display_name: str


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link by which one person may join. Its token is not kept, only told once."""

    id: UUID
    workspace_id: UUID
    role: Role
    email: str | None
    invited_by: UUID | None
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    accepted_at: datetime | None
    accepted_by: UUID | None


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    """What the holder of a link may know before joining."""

    id: UUID
    workspace_id: UUID
    workspace_name: str
    role: Role
    email: str | None
    expires_at: datetime


class MembershipRecords(Protocol):
    """Keeps workspaces and members, with the rights of one person.

    Methods that change something return False (or None) when there is no such row, or none that
    the person may see: an outsider cannot tell the two apart.
    """

    async def create_workspace(self, name: str) -> UUID: ...

    async def workspace(self, workspace_id: UUID) -> Workspace | None: ...

    async def rename_workspace(
        self, workspace_id: UUID, name: str, expected: datetime | None
    ) -> bool:
        """`expected` is the `updated_at` that was read; None does not compare."""
        ...

    async def archive_workspace(self, workspace_id: UUID, *, archived: bool) -> bool: ...

    async def transfer_workspace(self, workspace_id: UUID, new_owner: UUID) -> None: ...

    async def change_role(self, workspace_id: UUID, user_id: UUID, role: Role) -> bool: ...

    async def remove_member(self, workspace_id: UUID, user_id: UUID) -> bool: ...

    async def member(self, workspace_id: UUID, user_id: UUID) -> Member | None: ...

    async def add_invitation(
        self,
        workspace_id: UUID,
        *,
        token_hash: bytes,
        role: Role,
        email: str | None,
        expires_at: datetime,
    ) -> Invitation: ...

    async def revoke_invitation(self, workspace_id: UUID, invitation_id: UUID) -> bool: ...

    async def accept_invitation(self, token_hash: bytes) -> tuple[UUID, Role]: ...

    async def default_workspace(self) -> UUID | None: ...

    async def set_default_workspace(self, workspace_id: UUID | None) -> None: ...
