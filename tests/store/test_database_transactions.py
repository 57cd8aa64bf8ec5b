"""A transaction has the rights of its person, leaves nothing behind, and survives lost servers."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import errors
from psycopg_pool import PoolTimeout

from lakewright.access import ANONYMOUS, Identity
from lakewright.store.database import Connection, Database
from lakewright.store.embedded import EmbeddedPostgres, Endpoint

pytestmark = pytest.mark.anyio

ANNA = Identity(UUID(int=10), "anna@example.com", "session-a")
WHO = (
    "select current_user::text as role, auth.uid() as id, auth.email() as email,"
    " auth.jwt() ->> 'session_id' as session, current_setting('app.request_id', true) as request"
)


@pytest.fixture
def endpoint(empty_database: Endpoint) -> Endpoint:
    with psycopg.connect(empty_database.dsn_admin) as connection:
        connection.execute(
            "create table public.notes (id int primary key, what text, unique (what))"
        )
        connection.execute("grant all on public.notes to authenticated, service_role")
    return empty_database


@pytest.fixture
async def database(endpoint: Endpoint) -> AsyncIterator[Database]:
    async with await Database.open(endpoint.dsn_api, min_size=1, max_size=2) as database:
        yield database


async def rows(connection: Connection, statement: str) -> list[dict[str, Any]]:
    return await (await connection.execute(statement.encode())).fetchall()


async def notes(database: Database) -> list[int]:
    async with database.acting_as(ANNA) as connection:
        return [row["id"] for row in await rows(connection, "select id from notes order by id")]


# -- rights


async def test_a_person_acts_with_their_own_claims(database: Database) -> None:
    async with database.acting_as(ANNA, "request-1") as connection:
        [who] = await rows(connection, WHO)
    assert who == {
        "role": "authenticated",
        "id": ANNA.user_id,
        "email": "anna@example.com",
        "session": "session-a",
        "request": "request-1",
    }


async def test_somebody_who_is_not_signed_in_is_nobody(database: Database) -> None:
    async with database.acting_as(ANONYMOUS) as connection:
        [who] = await rows(connection, WHO)
        assert (who["role"], who["id"], who["email"]) == ("anon", None, None)
        with pytest.raises(errors.InsufficientPrivilege):
            await rows(connection, "select * from notes")
        await connection.rollback()


async def test_the_service_has_its_own_role(database: Database) -> None:
    async with database.as_service("request-2") as connection:
        [who] = await rows(connection, WHO)
    assert (who["role"], who["id"], who["request"]) == ("service_role", None, "request-2")


@pytest.mark.parametrize(
    "hostile",
    [
        "', true); select set_config('role', 'service_role', true); --",
        "\\'; reset role; --",
        'x"y',
        "a\0b",
        "%s %(x)s {role}",
        "\u202e\U0001f600",
    ],
)
async def test_nothing_in_a_claim_or_a_request_id_is_taken_for_sql(
    database: Database, hostile: str
) -> None:
    somebody = Identity(UUID(int=1), hostile.replace("\0", ""), "s")
    async with database.acting_as(somebody, hostile) as connection:
        [who] = await rows(connection, WHO)
    assert who["role"] == "authenticated"
    assert who["email"] == somebody.email
    assert who["request"] == hostile.replace("\0", "")


async def test_without_a_role_the_login_may_do_nothing(endpoint: Endpoint) -> None:
    async with await psycopg.AsyncConnection.connect(endpoint.dsn_api) as connection:
        with pytest.raises(errors.InsufficientPrivilege):
            await connection.execute("select * from public.notes")


async def test_the_login_can_become_a_client_or_the_service_and_nobody_else(
    endpoint: Endpoint,
) -> None:
    async with await psycopg.AsyncConnection.connect(
        endpoint.dsn_api, autocommit=True
    ) as connection:
        for role in ("postgres", "supabase_admin", "supabase_auth_admin", "authenticator"):
            with pytest.raises(errors.InsufficientPrivilege):
                await connection.execute(f"set role {role}".encode())


# -- beginning and ending


async def test_nothing_is_left_on_a_connection(endpoint: Endpoint) -> None:
    async with await Database.open(endpoint.dsn_api, min_size=1, max_size=1) as database:
        async with database.acting_as(ANNA, "request-1"):
            pass
        connection = await database._pool.getconn()
        [who] = await rows(
            connection,
            "select current_user::text as role, current_setting('request.jwt.claims', true) as c",
        )
        assert who["role"] == "app_api"
        assert not who["c"]
        await database._pool.putconn(connection)


async def test_a_block_that_ends_well_is_committed(database: Database) -> None:
    async with database.acting_as(ANNA) as connection:
        await connection.execute("insert into notes values (1)")
    assert await notes(database) == [1]


async def test_an_exception_undoes_everything(database: Database) -> None:
    async def write_and_fail() -> None:
        async with database.acting_as(ANNA) as connection:
            await connection.execute("insert into notes values (1)")
            raise KeyError

    with pytest.raises(KeyError):
        await write_and_fail()
    assert await notes(database) == []


async def test_a_cancelled_task_undoes_everything_and_gives_its_connection_back(
    database: Database,
) -> None:
    inside = asyncio.Event()

    async def write_and_wait() -> None:
        # Postgres ignores a cancellation that arrives before the statement does: then the
        # statement's own limit ends it.
        async with database.acting_as(ANNA, statement_seconds=3) as connection:
            await connection.execute("insert into notes values (1)")
            inside.set()
            await connection.execute("select pg_sleep(60)")

    for _ in range(5):  # more than there are connections
        inside.clear()
        task = asyncio.create_task(write_and_wait())
        await inside.wait()
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert await notes(database) == []


async def test_a_failure_that_was_swallowed_is_no_success(database: Database) -> None:
    async def write_twice() -> None:
        async with database.acting_as(ANNA) as connection:
            await connection.execute("insert into notes values (1)")
            with pytest.raises(errors.UniqueViolation):
                await connection.execute("insert into notes values (1)")

    with pytest.raises(errors.InFailedSqlTransaction):
        await write_twice()
    assert await notes(database) == []


async def test_a_savepoint_lets_a_block_go_on_after_a_failure(database: Database) -> None:
    async with database.acting_as(ANNA) as connection:
        await connection.execute("insert into notes values (1)")
        with pytest.raises(errors.UniqueViolation):
            async with connection.transaction():
                await connection.execute("insert into notes values (1)")
        await connection.execute("insert into notes values (2)")
    assert await notes(database) == [1, 2]


async def test_a_statement_that_takes_too_long_is_ended(database: Database) -> None:
    with pytest.raises(errors.QueryCanceled):
        async with database.acting_as(ANNA, statement_seconds=0.05) as connection:
            await connection.execute("select pg_sleep(60)")
    assert await notes(database) == []


async def test_many_people_at_once_never_get_each_others_claims(database: Database) -> None:
    async def ask(number: int) -> None:
        somebody = Identity(UUID(int=number), f"{number}@example.com")
        async with database.acting_as(somebody) as connection:
            for _ in range(3):
                [who] = await rows(connection, WHO)
                assert who["id"] == UUID(int=number)
                await asyncio.sleep(0)

    await asyncio.gather(*(ask(number) for number in range(1, 60)))


# -- the server is away


async def test_a_database_that_does_not_answer_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(PoolTimeout):
        await Database.open(f"host={tmp_path} user=x password=y", wait_seconds=0.3)


async def test_a_busy_pool_is_said_so(endpoint: Endpoint) -> None:
    async with await Database.open(
        endpoint.dsn_api, min_size=1, max_size=1, wait_seconds=0.2
    ) as database:
        async with database.acting_as(ANNA):
            with pytest.raises(PoolTimeout):
                async with database.acting_as(ANNA):
                    pass
        assert await notes(database) == []


async def test_connections_that_the_server_closed_are_replaced(
    endpoint: Endpoint, database: Database
) -> None:
    await notes(database)
    async with await psycopg.AsyncConnection.connect(endpoint.dsn_admin, autocommit=True) as admin:
        await admin.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'app_api'"
        )
    assert await notes(database) == []


async def test_a_server_that_was_killed_is_waited_for(server_folder: Callable[[], Path]) -> None:
    server = EmbeddedPostgres(server_folder(), settings={"fsync": "off"})
    endpoint = await asyncio.to_thread(server.start)
    try:
        async with await Database.open(endpoint.dsn_api, wait_seconds=60) as database:
            async with database.acting_as(ANNA) as connection:
                assert await rows(connection, "select 1 as one") == [{"one": 1}]
            assert server.pid is not None
            os.kill(server.pid, signal.SIGKILL)
            await asyncio.sleep(0.1)  # until its processes have noticed
            async with database.acting_as(ANNA) as connection:
                assert await rows(connection, "select 2 as two") == [{"two": 2}]
    finally:
        await asyncio.to_thread(server.stop)
