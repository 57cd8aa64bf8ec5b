"""Workspaces are made, shared, handed over and archived; nobody is locked out of their own."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import errors

from lakewright.access import ANONYMOUS, Identity, Role
from lakewright.errors import NotFoundError
from lakewright.membership import Member, Workspace
from lakewright.operations import workspaces as operations
from lakewright.operations.workspaces import (
    InvalidInvitationError,
    InvalidNameError,
    StaleWorkspaceError,
)
from lakewright.store.database import Connection, Database
from lakewright.store.embedded import Endpoint
from lakewright.store.records import configurations, invitations
from lakewright.store.records.configurations import ConfigurationType, NewConfiguration
from lakewright.store.records.memberships import MembershipRows
from tests.store.team import Team, add_account, add_member, new_team, remove_account

pytestmark = pytest.mark.anyio

NOW = datetime.now(UTC)


@pytest.fixture
def endpoint(migrated_database: Endpoint) -> Endpoint:
    return migrated_database


@pytest.fixture
def team(endpoint: Endpoint) -> Team:
    return new_team(endpoint)


@pytest.fixture
async def database(endpoint: Endpoint) -> AsyncIterator[Database]:
    async with await Database.open(endpoint.dsn_api, min_size=2, max_size=8) as opened:
        yield opened


@asynccontextmanager
async def acting(database: Database, who: Identity) -> AsyncIterator[MembershipRows]:
    assert who.user_id is not None
    async with database.acting_as(who) as connection:
        yield MembershipRows(connection, who.user_id)


def id_of(who: Identity) -> UUID:
    assert who.user_id is not None
    return who.user_id


def said(refused: pytest.ExceptionInfo[psycopg.Error]) -> tuple[str | None, str | None]:
    """Status and problem of a rule in the database."""
    return refused.value.sqlstate, refused.value.diag.message_primary


def ruled(status: int, words: str) -> tuple[str, str]:
    return f"LW{status}", words


LAST_ADMIN = ruled(409, "A workspace needs at least one admin.")
OWNER_STAYS = ruled(409, "The owner of a workspace stays its admin.")


# ---- making and naming


async def test_whoever_creates_a_workspace_owns_it_and_is_its_admin(
    database: Database, endpoint: Endpoint
) -> None:
    anna = add_account(endpoint, "anna")
    async with acting(database, anna) as records:
        made = await operations.create_workspace(records, "  Sales & Returns  ")
        assert (made.name, made.owner_id, made.role) == (
            "Sales & Returns",
            anna.user_id,
            Role.ADMIN,
        )
        assert made.slug.startswith("sales-returns")
        assert await records.default_workspace() == made.id
        again = await operations.create_workspace(records, "Sales & Returns")
        assert again.slug != made.slug
        assert await records.default_workspace() == made.id
        assert await operations.switch_workspace(records, again.id) == again
        assert await records.default_workspace() == again.id


@pytest.mark.parametrize("name", ["数据", "💧💧", "…", "a" * 200])
async def test_any_printable_name_will_do(
    database: Database, endpoint: Endpoint, name: str
) -> None:
    async with acting(database, add_account(endpoint, "anna")) as records:
        made = await operations.create_workspace(records, name)
        assert made.name == name
        assert made.slug


@pytest.mark.parametrize(
    "name", ["", "  \t", "x" * 201, "a\0b", "a\nb", "a\u202eb", "\ud800", "a\u200bb", "a\u2028b"]
)
async def test_a_name_that_cannot_be_seen_is_refused(
    database: Database, endpoint: Endpoint, name: str
) -> None:
    async with acting(database, add_account(endpoint, "anna")) as records:
        with pytest.raises(InvalidNameError) as refused:
            await operations.create_workspace(records, name)
        assert refused.value.where == "name"


async def test_nobody_creates_a_workspace_without_signing_in(database: Database) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        async with database.acting_as(ANONYMOUS) as connection:
            await connection.execute("select private.create_workspace('x')")


async def test_a_later_rename_is_told_of_an_earlier_one(database: Database, team: Team) -> None:
    async with acting(database, team.admin) as records:
        before = await records.workspace(team.workspace_id)
        assert before is not None
        theirs = await operations.rename_workspace(
            records, team.workspace_id, "Theirs", expected=before.updated_at
        )
        assert (theirs.name, theirs.slug) == ("Theirs", before.slug)
        with pytest.raises(StaleWorkspaceError) as refused:
            await operations.rename_workspace(
                records, team.workspace_id, "Mine", expected=before.updated_at
            )
        assert refused.value.current == theirs


async def test_somebody_elses_workspace_is_as_good_as_none(database: Database, team: Team) -> None:
    ways: list[Callable[[MembershipRows], Awaitable[object]]] = [
        lambda records: operations.rename_workspace(records, team.workspace_id, "x"),
        lambda records: operations.archive_workspace(records, team.workspace_id),
        lambda records: operations.switch_workspace(records, team.workspace_id),
        lambda records: operations.change_role(
            records, team.workspace_id, id_of(team.viewer), Role.ADMIN
        ),
        lambda records: operations.remove_member(records, team.workspace_id, id_of(team.viewer)),
        lambda records: operations.revoke_invitation(records, team.workspace_id, uuid4()),
    ]
    for way in ways:
        async with acting(database, team.outsider) as records:
            with pytest.raises(NotFoundError):
                await way(records)
    with pytest.raises(psycopg.Error) as refused:
        async with acting(database, team.outsider) as records:
            await operations.transfer_workspace(records, team.workspace_id, id_of(team.outsider))
    assert said(refused) == ruled(404, "There is no such workspace.")


# ---- archiving


async def test_an_archived_workspace_is_read_and_restored_but_not_changed(
    database: Database, team: Team
) -> None:
    def new(name: str) -> NewConfiguration:
        return NewConfiguration(name, ConfigurationType.JOB, {})

    async with acting(database, team.admin) as records:
        archived = await operations.archive_workspace(records, team.workspace_id)
        assert archived.archived_at is not None
    with pytest.raises(errors.InsufficientPrivilege):
        async with database.acting_as(team.editor) as connection:
            await configurations.create_configuration(connection, team.workspace_id, new("a"))
    async with acting(database, team.viewer) as records:
        assert await records.workspace(team.workspace_id) is not None
    async with acting(database, team.admin) as records:
        restored = await operations.archive_workspace(records, team.workspace_id, archived=False)
        assert restored.archived_at is None
    async with database.acting_as(team.editor) as connection:
        await configurations.create_configuration(connection, team.workspace_id, new("b"))


# ---- members


async def test_an_admin_changes_roles_and_removes_members(database: Database, team: Team) -> None:
    async with acting(database, team.admin) as records:
        await operations.switch_workspace(records, team.workspace_id)
        changed = await operations.change_role(
            records, team.workspace_id, id_of(team.viewer), Role.EDITOR
        )
        assert isinstance(changed, Member)
        assert (changed.role, changed.display_name) == (Role.EDITOR, "Viewer")
        await operations.remove_member(records, team.workspace_id, id_of(team.viewer))
        with pytest.raises(NotFoundError):
            await operations.remove_member(records, team.workspace_id, id_of(team.viewer))


async def test_whoever_leaves_forgets_it_as_their_default(database: Database, team: Team) -> None:
    async with acting(database, team.viewer) as records:
        await operations.switch_workspace(records, team.workspace_id)
        await operations.remove_member(records, team.workspace_id, id_of(team.viewer))
        assert await records.default_workspace() is None
        assert await records.workspace(team.workspace_id) is None


@pytest.mark.parametrize("way", ["leave", "demote", "be demoted"])
async def test_the_owner_stays_an_admin(database: Database, team: Team, way: str) -> None:
    who = team.admin if way == "be demoted" else team.owner
    owner = id_of(team.owner)

    async def act(records: MembershipRows) -> None:
        if way == "leave":
            await operations.remove_member(records, team.workspace_id, owner)
        else:
            await operations.change_role(records, team.workspace_id, owner, Role.VIEWER)

    with pytest.raises(psycopg.Error) as refused:
        async with acting(database, who) as records:
            await act(records)
    assert said(refused) == OWNER_STAYS


async def test_a_workspace_is_handed_to_a_member_and_then_its_owner_may_leave(
    database: Database, team: Team
) -> None:
    async with acting(database, team.owner) as records:
        handed = await operations.transfer_workspace(records, team.workspace_id, id_of(team.viewer))
        assert handed.owner_id == team.viewer.user_id
        await operations.remove_member(records, team.workspace_id, id_of(team.owner))
    async with acting(database, team.viewer) as records:
        now = await records.workspace(team.workspace_id)
        assert now is not None
        assert now.role is Role.ADMIN


@pytest.mark.parametrize(
    ("who", "to", "refusal"),
    [
        ("admin", "admin", ruled(403, "Only the owner can transfer a workspace.")),
        ("viewer", "viewer", ruled(403, "Only the owner can transfer a workspace.")),
        ("owner", "outsider", ruled(409, "The new owner is not a member of this workspace.")),
    ],
)
async def test_a_transfer_is_refused(
    database: Database, team: Team, who: str, to: str, refusal: tuple[str, str]
) -> None:
    with pytest.raises(psycopg.Error) as refused:
        async with acting(database, team.people[who]) as records:
            await operations.transfer_workspace(records, team.workspace_id, id_of(team.people[to]))
    assert said(refused) == refusal


# ---- accounts that go


def test_an_account_goes_when_another_admin_stays(endpoint: Endpoint, team: Team) -> None:
    remove_account(endpoint, team.owner)
    with psycopg.connect(endpoint.dsn_admin) as connection:
        assert connection.execute(
            "select owner_id from public.workspaces where id = %s", (team.workspace_id,)
        ).fetchone() == (None,)


def test_the_account_of_the_last_admin_stays_while_others_need_it(
    endpoint: Endpoint, team: Team
) -> None:
    remove_account(endpoint, team.owner)
    with pytest.raises(psycopg.Error) as refused:
        remove_account(endpoint, team.admin)
    assert said(refused) == LAST_ADMIN


async def test_an_admin_may_take_over_a_workspace_without_an_owner(
    database: Database, endpoint: Endpoint, team: Team
) -> None:
    remove_account(endpoint, team.owner)
    async with acting(database, team.admin) as records:
        taken = await operations.transfer_workspace(records, team.workspace_id, id_of(team.admin))
        assert taken.owner_id == team.admin.user_id


def test_somebody_alone_may_delete_their_account(endpoint: Endpoint) -> None:
    hermit = add_account(endpoint, "hermit")
    with psycopg.connect(endpoint.dsn_admin) as connection:
        connection.execute("select private.insert_workspace('Cave', %s)", (hermit.user_id,))
    remove_account(endpoint, hermit)


# ---- at the same time


async def at_once(
    database: Database, *ways: tuple[Identity, Callable[[MembershipRows], Awaitable[object]]]
) -> list[str]:
    """`done` or the refusal of each way. All have begun their transaction before any goes on,
    and none commits before another waits for it or has ended."""
    ready = asyncio.Barrier(len(ways))

    async def go(who: Identity, way: Callable[[MembershipRows], Awaitable[object]]) -> str:
        try:
            async with acting(database, who) as records:
                await ready.wait()
                await way(records)
                await asyncio.sleep(0.1)
        except psycopg.Error as error:
            return error.diag.message_primary or str(error)
        except NotFoundError:
            return "not found"
        return "done"

    return list(await asyncio.gather(*(go(who, way) for who, way in ways)))


def admins_of(endpoint: Endpoint, team: Team) -> int:
    with psycopg.connect(endpoint.dsn_admin) as connection:
        found = connection.execute(
            "select count(*) from public.workspace_members"
            " where workspace_id = %s and role = 'admin'",
            (team.workspace_id,),
        ).fetchone()
    assert found is not None
    return int(found[0])


@pytest.mark.parametrize("how", ["demote each other", "demote themselves", "leave"])
async def test_of_the_last_two_admins_one_stays(
    database: Database, endpoint: Endpoint, team: Team, how: str
) -> None:
    second = add_account(endpoint, "second")
    add_member(endpoint, team.workspace_id, second, Role.ADMIN)
    remove_account(endpoint, team.owner)

    def way(other: Identity) -> Callable[[MembershipRows], Awaitable[object]]:
        async def act(records: MembershipRows) -> None:
            if how == "leave":
                await operations.remove_member(records, team.workspace_id, id_of(other))
            else:
                await records.change_role(team.workspace_id, id_of(other), Role.VIEWER)

        return act

    crossed = how == "demote each other"
    ended = await at_once(
        database,
        (team.admin, way(second if crossed else team.admin)),
        (second, way(team.admin if crossed else second)),
    )
    assert sorted(ended) == sorted(["done", LAST_ADMIN[1]])
    assert admins_of(endpoint, team) == 1


async def test_an_invitation_is_used_once_by_whoever_is_first(
    database: Database, endpoint: Endpoint, team: Team
) -> None:
    async with acting(database, team.admin) as records:
        link = await operations.invite(records, team.workspace_id, Role.EDITOR, now=NOW)
    guests = [add_account(endpoint, f"guest{number}") for number in range(4)]

    async def accept(records: MembershipRows) -> None:
        await operations.accept_invitation(records, link.token)

    ended = await at_once(database, *((guest, accept) for guest in guests))
    assert sorted(ended) == sorted(["done", *["This invitation was used already."] * 3])


async def test_accepting_twice_at_once_is_accepting_once(
    database: Database, endpoint: Endpoint, team: Team
) -> None:
    async with acting(database, team.admin) as records:
        link = await operations.invite(records, team.workspace_id, Role.EDITOR, now=NOW)
    guest = add_account(endpoint, "guest")

    async def accept(records: MembershipRows) -> None:
        await records.accept_invitation(operations.token_hash(link.token))

    assert await at_once(database, (guest, accept), (guest, accept)) == ["done", "done"]


async def test_a_member_who_is_removed_while_acting_cannot_go_on(
    database: Database, team: Team
) -> None:
    def new(name: str) -> NewConfiguration:
        return NewConfiguration(name, ConfigurationType.JOB, {})

    async def write(connection: Connection, name: str) -> None:
        await configurations.create_configuration(connection, team.workspace_id, new(name))

    async def go_on_after_removal() -> None:
        async with database.acting_as(team.editor) as mine:
            await write(mine, "before")
            async with acting(database, team.admin) as records:
                await operations.remove_member(records, team.workspace_id, id_of(team.editor))
            await write(mine, "after")

    with pytest.raises(errors.InsufficientPrivilege):
        await go_on_after_removal()
    async with database.acting_as(team.admin) as connection:
        page = await configurations.list_configurations(connection, team.workspace_id)
        assert page.items == []  # the whole transaction went, not only its end


async def test_a_role_that_is_taken_away_while_waiting_does_not_count(
    database: Database, endpoint: Endpoint, team: Team
) -> None:
    """Somebody demotes an admin who is about to remove them."""

    async def demote(records: MembershipRows) -> None:
        await operations.change_role(records, team.workspace_id, id_of(team.admin), Role.VIEWER)

    async def promote_editor(records: MembershipRows) -> None:
        await asyncio.sleep(0.3)  # after the demotion was committed
        await operations.change_role(records, team.workspace_id, id_of(team.editor), Role.ADMIN)

    ended = await at_once(database, (team.owner, demote), (team.admin, promote_editor))
    assert ended == ["done", "not found"]


# ---- invitations


async def test_a_link_leads_to_a_workspace_with_a_role(
    database: Database, endpoint: Endpoint, team: Team
) -> None:
    guest = add_account(endpoint, "guest")
    async with acting(database, team.admin) as records:
        link = await operations.invite(records, team.workspace_id, Role.EDITOR, now=NOW, days=3)
    assert link.token not in repr(link)
    assert link.invitation.invited_by == team.admin.user_id
    async with database.acting_as(ANONYMOUS) as connection:
        seen = await invitations.open_invitation(connection, operations.token_hash(link.token))
        assert seen is not None
        assert (seen.workspace_name, seen.role) == ("Team", Role.EDITOR)
        assert await invitations.open_invitation(connection, b"x" * 32) is None
    async with acting(database, guest) as records:
        joined = await operations.accept_invitation(records, link.token)
        assert isinstance(joined, Workspace)
        assert (joined.id, joined.role) == (team.workspace_id, Role.EDITOR)
        assert await records.default_workspace() == team.workspace_id
        assert await operations.accept_invitation(records, link.token) == joined
    async with database.acting_as(ANONYMOUS) as connection:
        hashed = operations.token_hash(link.token)
        assert await invitations.open_invitation(connection, hashed) is None
    async with database.acting_as(team.admin) as connection:
        page = await invitations.list_invitations(connection, team.workspace_id)
        assert [each.accepted_by for each in page.items] == [guest.user_id]


async def test_accepting_never_takes_rights_away(database: Database, team: Team) -> None:
    async with acting(database, team.owner) as records:
        link = await operations.invite(records, team.workspace_id, Role.VIEWER, now=NOW)
    async with acting(database, team.admin) as records:
        assert (await operations.accept_invitation(records, link.token)).role is Role.ADMIN


async def test_somebody_who_left_cannot_come_back_by_a_used_link(
    database: Database, endpoint: Endpoint, team: Team
) -> None:
    guest = add_account(endpoint, "guest")
    async with acting(database, team.admin) as records:
        link = await operations.invite(records, team.workspace_id, Role.VIEWER, now=NOW)
    async with acting(database, guest) as records:
        await operations.accept_invitation(records, link.token)
        await operations.remove_member(records, team.workspace_id, id_of(guest))
    with pytest.raises(psycopg.Error) as refused:
        async with acting(database, guest) as records:
            await operations.accept_invitation(records, link.token)
    assert said(refused) == ruled(410, "This invitation was used already.")


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        pytest.param(
            "update public.invitations set created_at = now() - interval '9 days',"
            " expires_at = now() - interval '1 second' where id = %s",
            ruled(410, "This invitation is no longer valid."),
            id="expired",
        ),
        pytest.param(
            "update public.invitations set revoked_at = now() where id = %s",
            ruled(410, "This invitation is no longer valid."),
            id="revoked",
        ),
        pytest.param(
            "update public.workspaces w set archived_at = now() from public.invitations i"
            " where i.workspace_id = w.id and i.id = %s",
            ruled(409, "This workspace is archived."),
            id="archived workspace",
        ),
        pytest.param(
            "update public.invitations set email = 'somebody@example.com' where id = %s",
            ruled(403, "This invitation is for another e-mail address."),
            id="another address",
        ),
        pytest.param(
            "delete from public.invitations where id = %s",
            ruled(404, "There is no such invitation."),
            id="gone",
        ),
    ],
)
async def test_a_link_that_counts_no_more_is_refused(
    database: Database, endpoint: Endpoint, team: Team, change: str, refusal: tuple[str, str]
) -> None:
    guest = add_account(endpoint, "guest")
    async with acting(database, team.admin) as records:
        link = await operations.invite(records, team.workspace_id, Role.VIEWER, now=NOW)
    with psycopg.connect(endpoint.dsn_admin) as connection:
        connection.execute(change.encode(), (link.invitation.id,))
    with pytest.raises(psycopg.Error) as refused:
        async with acting(database, guest) as records:
            await operations.accept_invitation(records, link.token)
    assert said(refused) == refusal


@pytest.mark.parametrize("confirmed", [True, False])
async def test_an_invitation_for_one_address_needs_it_confirmed(
    database: Database, endpoint: Endpoint, team: Team, confirmed: bool
) -> None:
    guest = add_account(endpoint, "guest", confirmed=confirmed)
    async with acting(database, team.admin) as records:
        link = await operations.invite(
            records, team.workspace_id, Role.VIEWER, now=NOW, email=f" {guest.email.upper()} "
        )
    if confirmed:
        async with acting(database, guest) as records:
            await operations.accept_invitation(records, link.token)
        return
    with pytest.raises(psycopg.Error) as refused:
        async with acting(database, guest) as records:
            await operations.accept_invitation(records, link.token)
    assert said(refused) == ruled(403, "This invitation is for another e-mail address.")


@pytest.mark.parametrize("days", [0, -1, 91, 10**9])
async def test_an_invitation_counts_for_a_sensible_time(
    database: Database, team: Team, days: int
) -> None:
    async with acting(database, team.admin) as records:
        with pytest.raises(InvalidInvitationError):
            await operations.invite(records, team.workspace_id, Role.VIEWER, now=NOW, days=days)


@pytest.mark.parametrize("email", ["x", "@", "a@", "a b@c", "a\0@c", "a@" + "x" * 400])
async def test_an_invitation_needs_a_sound_address(
    database: Database, team: Team, email: str
) -> None:
    async with acting(database, team.admin) as records:
        with pytest.raises(InvalidInvitationError):
            await operations.invite(records, team.workspace_id, Role.VIEWER, now=NOW, email=email)


async def test_a_revoked_link_cannot_be_revoked_into_use_again(
    database: Database, team: Team
) -> None:
    async with acting(database, team.admin) as records:
        link = await operations.invite(records, team.workspace_id, Role.VIEWER, now=NOW, days=90)
        await operations.revoke_invitation(records, team.workspace_id, link.invitation.id)
        await operations.revoke_invitation(records, team.workspace_id, link.invitation.id)
    async with database.acting_as(team.admin) as connection:
        [kept] = (await invitations.list_invitations(connection, team.workspace_id)).items
    assert kept.revoked_at is not None
    assert kept.expires_at < NOW + timedelta(days=90)


@pytest.mark.parametrize("who", ["editor", "viewer", "outsider"])
async def test_only_admins_invite(database: Database, team: Team, who: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        async with acting(database, team.people[who]) as records:
            await operations.invite(records, team.workspace_id, Role.ADMIN, now=NOW)
