"""What a person is in a workspace is known as soon as their transaction has begun."""

from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import psycopg
import pytest

from lakewright.access import ANONYMOUS, Identity
from lakewright.store.database import Database, Membership
from lakewright.store.embedded import Endpoint
from tests.store.team import Team, new_team, remove_account

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def team(migrated_database: Endpoint) -> Team:
    return new_team(migrated_database)


@pytest.fixture(params=[False, True], ids=["own connections", "behind a transaction pooler"])
async def database(
    migrated_database: Endpoint, request: pytest.FixtureRequest
) -> AsyncIterator[Database]:
    """One connection only, so that every transaction meets what the one before left."""
    async with await Database.open(
        migrated_database.dsn_api, min_size=1, max_size=1, transaction_pooler=request.param
    ) as database:
        yield database


async def membership(
    database: Database, workspace_id: UUID, identity: Identity
) -> Membership | None:
    async with database.acting_in(workspace_id, identity) as (_, found):
        return found


async def undone(database: Database, team: Team) -> None:
    async with database.acting_in(team.workspace_id, team.viewer) as (connection, found):
        assert found == Membership("viewer", archived=False)
        await connection.execute("select 1", prepare=True)
        raise LookupError


async def test_each_member_has_a_role_and_others_have_none(database: Database, team: Team) -> None:
    found = {
        name: await membership(database, team.workspace_id, identity)
        for name, identity in team.people.items()
    }

    assert found == {
        "owner": Membership("admin", archived=False),
        "admin": Membership("admin", archived=False),
        "editor": Membership("editor", archived=False),
        "viewer": Membership("viewer", archived=False),
        "outsider": None,
    }


async def test_a_workspace_that_is_not_there_has_no_members(database: Database, team: Team) -> None:
    assert await membership(database, uuid4(), team.owner) is None


async def test_somebody_who_is_not_signed_in_may_not_even_ask(
    database: Database, team: Team
) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        await membership(database, team.workspace_id, ANONYMOUS)
    assert await membership(database, team.workspace_id, team.viewer) is not None


async def test_the_transaction_has_the_rights_of_the_person(database: Database, team: Team) -> None:
    async with database.acting_in(team.workspace_id, team.viewer, "request-7") as (connection, _):
        reply = await connection.execute(
            "select current_user::text as role, auth.uid() as id,"
            " current_setting('app.request_id', true) as request"
        )
        assert await reply.fetchone() == {
            "role": "authenticated",
            "id": team.viewer.user_id,
            "request": "request-7",
        }


async def test_it_is_known_again_after_transactions_that_were_undone(
    database: Database, team: Team
) -> None:
    for _ in range(8):  # psycopg prepares what it has seen five times
        with pytest.raises(LookupError):
            await undone(database, team)
        assert await membership(database, team.workspace_id, team.editor) is not None


async def test_a_removed_member_is_none_at_once(
    database: Database, migrated_database: Endpoint
) -> None:
    team = new_team(migrated_database)
    assert await membership(database, team.workspace_id, team.editor) is not None

    remove_account(migrated_database, team.editor)

    assert await membership(database, team.workspace_id, team.editor) is None


async def test_connections_that_the_server_closed_are_replaced(
    database: Database, team: Team, migrated_database: Endpoint
) -> None:
    assert await membership(database, team.workspace_id, team.viewer) is not None
    async with await psycopg.AsyncConnection.connect(
        migrated_database.dsn_admin, autocommit=True
    ) as admin:
        await admin.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where usename = 'app_api' and datname = current_database()"
        )

    assert await membership(database, team.workspace_id, team.viewer) is not None


async def test_a_change_of_the_schema_is_no_obstacle(
    database: Database, team: Team, migrated_database: Endpoint
) -> None:
    assert await membership(database, team.workspace_id, team.viewer) is not None
    with psycopg.connect(migrated_database.dsn_admin) as admin:
        admin.execute("alter table public.workspaces add column extra text")
    try:
        assert await membership(database, team.workspace_id, team.viewer) is not None
    finally:
        with psycopg.connect(migrated_database.dsn_admin) as admin:
            admin.execute("alter table public.workspaces drop column extra")
