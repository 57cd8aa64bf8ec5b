"""Work together: create, rename, archive and hand over workspaces, and say who is in them."""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from unicodedata import category
from uuid import UUID

from lakewright.access import Role
from lakewright.errors import LakewrightError, NotFoundError
from lakewright.membership import Invitation, Member, MembershipRecords, Workspace

LONGEST_NAME = 200
INVITATION_DAYS = 7
MOST_INVITATION_DAYS = 90
_TOKEN_BYTES = 32


class InvalidNameError(LakewrightError):
    """A name is empty, too long or not printable."""

    code = "invalid-name"
    http_status = 422


class InvalidInvitationError(LakewrightError):
    """An invitation says something that cannot be."""

    code = "invalid-invitation"
    http_status = 422


@dataclass
class StaleWorkspaceError(LakewrightError):
    """Somebody else changed the workspace since it was read."""

    current: Workspace | None = None

    code = "stale-record"
    http_status = 412


@dataclass(frozen=True, slots=True)
class InvitationLink:
    """A new invitation with its token, which is told this once and kept nowhere."""

    invitation: Invitation
    token: str = field(repr=False)


async def create_workspace(records: MembershipRecords, name: str) -> Workspace:
    """Create a workspace; the caller owns it. Somebody's first one opens after signing in."""
    workspace_id = await records.create_workspace(checked_name(name))
    if await records.default_workspace() is None:
        await records.set_default_workspace(workspace_id)
    return await _workspace(records, workspace_id)


async def rename_workspace(
    records: MembershipRecords, workspace_id: UUID, name: str, *, expected: datetime | None = None
) -> Workspace:
    """Give a workspace another name; its slug stays.

    Args:
        expected: The `updated_at` that was read; None does not compare.

    Raises:
        StaleWorkspaceError: Somebody else changed it meanwhile; carries their version.
    """
    changed = await records.rename_workspace(workspace_id, checked_name(name), expected)
    current = await _workspace(records, workspace_id)
    if not changed and expected not in (None, current.updated_at):
        raise StaleWorkspaceError(
            problem="Somebody else changed this workspace since you opened it.",
            remedy="Look at the current version, then save again.",
            where=str(workspace_id),
            current=current,
        )
    if not changed:
        raise _no_workspace(workspace_id)
    return current


async def archive_workspace(
    records: MembershipRecords, workspace_id: UUID, *, archived: bool = True
) -> Workspace:
    """Archive a workspace, so that it can be read but not changed; or restore it."""
    if not await records.archive_workspace(workspace_id, archived=archived):
        raise _no_workspace(workspace_id)
    return await _workspace(records, workspace_id)


async def switch_workspace(records: MembershipRecords, workspace_id: UUID) -> Workspace:
    """Make a workspace the one that opens after signing in."""
    workspace = await _workspace(records, workspace_id)
    await records.set_default_workspace(workspace_id)
    return workspace


async def change_role(
    records: MembershipRecords, workspace_id: UUID, user_id: UUID, role: Role
) -> Member:
    """Give a member another role. The last admin and the owner stay admins."""
    if not await records.change_role(workspace_id, user_id, role):
        raise _no_member(user_id)
    member = await records.member(workspace_id, user_id)
    if member is None:  # the caller took away their own right to look, or somebody else did
        raise _no_member(user_id)
    return member


async def remove_member(records: MembershipRecords, workspace_id: UUID, user_id: UUID) -> None:
    """Remove somebody, or leave: one's own membership may always be given up, but for the last
    admin's and the owner's."""
    if not await records.remove_member(workspace_id, user_id):
        raise _no_member(user_id)


async def transfer_workspace(
    records: MembershipRecords, workspace_id: UUID, new_owner: UUID
) -> Workspace:
    """Hand a workspace to another member, who becomes an admin; the old owner stays one."""
    await records.transfer_workspace(workspace_id, new_owner)
    return await _workspace(records, workspace_id)


async def invite(
    records: MembershipRecords,
    workspace_id: UUID,
    role: Role,
    *,
    now: datetime,
    email: str | None = None,
    days: int = INVITATION_DAYS,
) -> InvitationLink:
    """Make a link by which one person may join.

    Args:
        email: Only the person with this confirmed address may use the link; None: whoever has it.
        days: How long it counts, 1 to 90.
    """
    if not 1 <= days <= MOST_INVITATION_DAYS:
        raise InvalidInvitationError(
            problem=f"An invitation cannot count for {days} days.",
            remedy=f"Choose 1 to {MOST_INVITATION_DAYS} days.",
            where="days",
        )
    address = email.strip() if email else None
    if address is not None and not _is_address(address):
        raise InvalidInvitationError(
            problem="This is no e-mail address.",
            remedy="Write it like name@example.com, or leave it out.",
            where="email",
        )
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    invitation = await records.add_invitation(
        workspace_id,
        token_hash=token_hash(token),
        role=role,
        email=address,
        # A moment less than the longest, since the database's clock may run behind ours.
        expires_at=now + timedelta(days=days) - timedelta(minutes=5),
    )
    return InvitationLink(invitation, token)


async def revoke_invitation(
    records: MembershipRecords, workspace_id: UUID, invitation_id: UUID
) -> None:
    """Make a link void that nobody has used yet."""
    if not await records.revoke_invitation(workspace_id, invitation_id):
        raise NotFoundError(
            problem="There is no such open invitation.",
            remedy="List the invitations; it may have been accepted already.",
            where=str(invitation_id),
        )


async def accept_invitation(records: MembershipRecords, token: str) -> Workspace:
    """Join the workspace that a link leads to. Doing it again gives the same answer."""
    workspace_id, _ = await records.accept_invitation(token_hash(token))
    if await records.default_workspace() is None:
        await records.set_default_workspace(workspace_id)
    return await _workspace(records, workspace_id)


def token_hash(token: str) -> bytes:
    """What is kept of an invitation's token. 32 random bytes need no salt and no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def checked_name(name: str) -> str:
    """A name without blanks around it.

    >>> checked_name("  Sales and returns ")
    'Sales and returns'

    Raises:
        InvalidNameError: Empty, longer than 200 characters, or with characters that hide
            (control characters, direction marks, halves of surrogate pairs).
    """
    cleaned = name.strip()
    if not 1 <= len(cleaned) <= LONGEST_NAME:
        raise InvalidNameError(
            problem="The name is empty." if not cleaned else "The name is too long.",
            remedy=f"Use 1 to {LONGEST_NAME} characters.",
            where="name",
        )
    if hidden := next((letter for letter in cleaned if _hides(letter)), ""):
        raise InvalidNameError(
            problem=f"The name holds a character that cannot be seen (U+{ord(hidden):04X}).",
            remedy="Remove it.",
            where="name",
        )
    return cleaned


def _hides(letter: str) -> bool:
    # A joiner (U+200D) holds emoji together, and some scripts need it.
    return category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp") and letter not in "\u200c\u200d"


def _is_address(text: str) -> bool:
    name, _, host = text.rpartition("@")
    return bool(name and host) and len(text) <= 320 and text.isprintable() and " " not in text


async def _workspace(records: MembershipRecords, workspace_id: UUID) -> Workspace:
    found = await records.workspace(workspace_id)
    if found is None:
        raise _no_workspace(workspace_id)
    return found


def _no_workspace(workspace_id: UUID) -> NotFoundError:
    return NotFoundError(
        problem="There is no such workspace.",
        remedy="Choose one of your workspaces.",
        where=str(workspace_id),
    )


def _no_member(user_id: UUID) -> NotFoundError:
    return NotFoundError(
        problem="There is no such member that you may change.",
        remedy="List the members of the workspace.",
        where=str(user_id),
    )
