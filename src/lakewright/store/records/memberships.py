"""What `operations.workspaces` needs of the database, with the rights of one person."""

from datetime import datetime
from uuid import UUID

from lakewright.access import Role
from lakewright.membership import Invitation, Member, Workspace
from lakewright.store.database import Connection
from lakewright.store.records import invitations, members, preferences, workspaces


class MembershipRows:
    """`MembershipRecords` over one transaction of `Database.acting_as`."""

    def __init__(self, connection: Connection, user_id: UUID) -> None:
        self._connection = connection
        self._user_id = user_id

    async def create_workspace(self, name: str) -> UUID:
        return await workspaces.create_workspace(self._connection, name)

    async def workspace(self, workspace_id: UUID) -> Workspace | None:
        return await workspaces.get_workspace(self._connection, workspace_id, self._user_id)

    async def rename_workspace(
        self, workspace_id: UUID, name: str, expected: datetime | None
    ) -> bool:
        return await workspaces.rename_workspace(self._connection, workspace_id, name, expected)

    async def archive_workspace(self, workspace_id: UUID, *, archived: bool) -> bool:
        return await workspaces.archive_workspace(self._connection, workspace_id, archived=archived)

    async def transfer_workspace(self, workspace_id: UUID, new_owner: UUID) -> None:
        await workspaces.transfer_workspace(self._connection, workspace_id, new_owner)

    async def change_role(self, workspace_id: UUID, user_id: UUID, role: Role) -> bool:
        return await members.change_role(self._connection, workspace_id, user_id, role)

    async def remove_member(self, workspace_id: UUID, user_id: UUID) -> bool:
        return await members.remove_member(self._connection, workspace_id, user_id)

    async def member(self, workspace_id: UUID, user_id: UUID) -> Member | None:
        return await members.get_member(self._connection, workspace_id, user_id)

    async def add_invitation(
        self,
        workspace_id: UUID,
        *,
        token_hash: bytes,
        role: Role,
        email: str | None,
        expires_at: datetime,
    ) -> Invitation:
        return await invitations.add_invitation(
            self._connection,
            workspace_id,
            token_hash=token_hash,
            role=role,
            email=email,
            expires_at=expires_at,
        )

    async def revoke_invitation(self, workspace_id: UUID, invitation_id: UUID) -> bool:
        return await invitations.revoke_invitation(self._connection, workspace_id, invitation_id)

    async def accept_invitation(self, token_hash: bytes) -> tuple[UUID, Role]:
        return await invitations.accept_invitation(self._connection, token_hash)

    async def default_workspace(self) -> UUID | None:
        return (await preferences.get_preferences(self._connection, self._user_id)).workspace_id

    async def set_default_workspace(self, workspace_id: UUID | None) -> None:
        await preferences.set_default_workspace(self._connection, self._user_id, workspace_id)
