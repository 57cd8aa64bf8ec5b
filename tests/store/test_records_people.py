"""People of the sign-in service are people of Lakewright, whoever came first."""

import threading
from collections.abc import Callable
from uuid import UUID, uuid4

import psycopg
import pytest

from lakewright.store.embedded import Endpoint
from lakewright.store.migrations import migrate, migrations_folder


def sign_up(connection: psycopg.Connection[tuple[object, ...]], **values: object) -> UUID:
    number = uuid4()
    given = {"id": number, "email": f"{number}@example.com"} | values
    names = ", ".join(given)
    places = ", ".join(f"%({name})s" for name in given)
    connection.execute(f"insert into auth.users ({names}) values ({places})".encode(), given)
    return number


def test_people_who_were_there_before_the_schema_are_taken_over(empty_database: Endpoint) -> None:
    with psycopg.connect(empty_database.dsn_admin) as connection:
        early = {sign_up(connection), sign_up(connection, email=None)}
    migrate(empty_database.dsn_migrations, migrations_folder())
    with psycopg.connect(empty_database.dsn_admin) as connection:
        found = connection.execute("select id, email from public.users").fetchall()
        assert {row[0] for row in found} == early
        # Nobody had a workspace: the next to be confirmed, old or new, gets the first.
        connection.execute("update auth.users set email_confirmed_at = now() where email <> ''")
        [owner] = connection.execute("select owner_id from public.workspaces").fetchall()
        assert owner[0] in early


@pytest.mark.parametrize("role", ["supabase_auth_admin", "service_role"])
def test_people_come_from_supabase_and_from_our_own_sign_in_alike(
    migrated_database: Endpoint, role: str
) -> None:
    with psycopg.connect(migrated_database.dsn_admin) as connection:
        connection.execute("select set_config('role', %s, true)", (role,))
        person = sign_up(connection, email_confirmed_at="now")
        connection.execute("select set_config('role', 'none', true)")
        assert connection.execute(
            "select 1 from public.users where id = %s", (person,)
        ).fetchall() == [(1,)]


def test_when_two_are_confirmed_at_once_one_owns_the_first_workspace(
    empty_database: Endpoint,
) -> None:
    migrate(empty_database.dsn_migrations, migrations_folder())
    together = threading.Barrier(4)

    def confirm() -> None:
        with psycopg.connect(empty_database.dsn_admin) as connection:
            together.wait()
            sign_up(connection, email_confirmed_at="now")

    _all_at_once([confirm] * 4)
    with psycopg.connect(empty_database.dsn_admin) as connection:
        assert len(connection.execute("select 1 from public.workspaces").fetchall()) == 1
        assert len(connection.execute("select 1 from public.users").fetchall()) == 4


@pytest.mark.parametrize(
    ("metadata", "name"),
    [
        ('{"full_name": "Ann Lee"}', "Ann Lee"),
        ('{"display_name": "Ann", "full_name": "Ann Lee"}', "Ann"),
        ("{}", ""),
        ("null", ""),
        ("[1]", ""),
        ('{"name": {"first": "Ann"}}', '{"first": "Ann"}'),
        ('{"name": "a\\nb\\u001b[31m"}', "a b [31m"),
        ('{"name": "' + "x" * 5000 + '"}', "x" * 200),
    ],
)
def test_whatever_a_person_calls_themselves_signing_up_works(
    migrated_database: Endpoint, metadata: str, name: str
) -> None:
    with psycopg.connect(migrated_database.dsn_admin) as connection:
        person = sign_up(connection, raw_user_meta_data=metadata)
        assert connection.execute(
            "select display_name from public.users where id = %s", (person,)
        ).fetchone() == (name,)


def test_a_name_that_a_person_chose_stays_when_they_sign_in(migrated_database: Endpoint) -> None:
    with psycopg.connect(migrated_database.dsn_admin) as connection:
        person = sign_up(connection, raw_user_meta_data='{"name": "octocat"}')
        connection.execute("update public.users set display_name = 'Ann' where id = %s", (person,))
        connection.execute("update auth.users set last_sign_in_at = now() where id = %s", (person,))
        found = connection.execute(
            "select display_name, last_login is not null from public.users where id = %s", (person,)
        ).fetchone()
    assert found == ("Ann", True)


def test_one_person_cannot_own_workspaces_without_end(migrated_database: Endpoint) -> None:
    with psycopg.connect(migrated_database.dsn_admin) as connection:
        person = sign_up(connection)
        connection.execute(
            "insert into public.workspaces (name, slug, owner_id)"
            " select 'w', 'many-' || n, %s from generate_series(1, 200) n",
            (person,),
        )
        connection.execute(
            "select set_config('role', 'authenticated', true),"
            " set_config('request.jwt.claims', json_build_object('sub', %s::text)::text, true)",
            (person,),
        )
        with pytest.raises(psycopg.Error) as refused:
            connection.execute("select private.create_workspace('one more')")
        assert refused.value.sqlstate == "LW409"


def _all_at_once(ways: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=way) for way in ways]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
