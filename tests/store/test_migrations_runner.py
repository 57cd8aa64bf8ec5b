"""Migrations are applied once, in order, each whole or not at all, by whoever comes first."""

import threading
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from lakewright.store.embedded import Endpoint
from lakewright.store.migrations import (
    MigrationError,
    MigrationState,
    migrate,
    migrations_folder,
    status,
)

FIRST = "20260101000000_first.sql"
SECOND = "20260102000000_second.sql"
THIRD = "20260103000000_third.sql"

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes files `name=text` (or `(name, text)` pairs) into one folder of migrations."""

    def write_all(*files: tuple[str, str]) -> Path:
        for name, text in files:
            (tmp_path / name).write_text(text)
        return tmp_path

    return write_all


def states(dsn: str, folder: Path) -> list[tuple[str, str]]:
    return [(each.name, each.state.value) for each in status(dsn, folder)]


def tables(endpoint: Endpoint) -> list[str]:
    with psycopg.connect(endpoint.dsn_admin) as connection:
        rows = connection.execute(
            "select tablename from pg_tables where schemaname = 'public' order by 1"
        )
        return [row[0] for row in rows]


def test_they_are_applied_in_order_and_once(empty_database: Endpoint, write: Write) -> None:
    dsn = empty_database.dsn_migrations
    folder = write((SECOND, "alter table a add column b int;"), (FIRST, "create table a ();"))
    assert states(dsn, folder) == [("first", "pending"), ("second", "pending")]
    assert migrate(dsn, folder) == [FIRST, SECOND]
    assert migrate(dsn, folder) == []
    assert states(dsn, folder) == [("first", "applied"), ("second", "applied")]


def test_later_ones_are_applied_when_they_come(empty_database: Endpoint, write: Write) -> None:
    migrate(empty_database.dsn_migrations, write((FIRST, "create table a ();")))
    folder = write((SECOND, "create table b ();"))
    assert migrate(empty_database.dsn_migrations, folder) == [SECOND]
    assert tables(empty_database) == ["a", "b"]


def test_asking_for_the_status_changes_nothing(empty_database: Endpoint, write: Write) -> None:
    status(empty_database.dsn_migrations, write((FIRST, "create table a ();")))
    with psycopg.connect(empty_database.dsn_admin) as connection:
        [[schema]] = connection.execute("select to_regnamespace('supabase_migrations')")
    assert schema is None
    assert tables(empty_database) == []


def test_a_file_that_fails_leaves_nothing_and_names_its_line(
    empty_database: Endpoint, write: Write
) -> None:
    folder = write(
        (FIRST, "create table a ();"),
        (SECOND, "create table b ();\n-- a remark with % and $1\nselect nonsense;\n"),
        (THIRD, "create table c ();"),
    )
    with pytest.raises(MigrationError) as refused:
        migrate(empty_database.dsn_migrations, folder)
    assert refused.value.where == SECOND
    assert "in line 3" in refused.value.problem
    assert "nonsense" in refused.value.problem
    assert tables(empty_database) == ["a"]
    (folder / SECOND).write_text("create table b ();")
    assert migrate(empty_database.dsn_migrations, folder) == [SECOND, THIRD]


@pytest.mark.parametrize(
    "ending", ["commit;", "rollback;", "commit; begin;", "rollback; begin; create table z ();"]
)
def test_a_file_may_not_end_its_transaction(
    empty_database: Endpoint, write: Write, ending: str
) -> None:
    folder = write((FIRST, f"create table a ();\n{ending}\n"))
    with pytest.raises(MigrationError, match="ends the transaction"):
        migrate(empty_database.dsn_migrations, folder)
    assert states(empty_database.dsn_migrations, folder) == [("first", "pending")]


def test_a_file_that_was_changed_after_it_was_applied_is_refused(
    empty_database: Endpoint, write: Write
) -> None:
    dsn = empty_database.dsn_migrations
    migrate(dsn, write((FIRST, "create table a ();")))
    folder = write((FIRST, "create table other ();"), (SECOND, "create table b ();"))
    assert states(dsn, folder) == [("first", "changed"), ("second", "pending")]
    with pytest.raises(MigrationError, match="is changed"):
        migrate(dsn, folder)
    assert tables(empty_database) == ["a"]


def test_a_file_that_comes_too_late_is_refused(empty_database: Endpoint, write: Write) -> None:
    dsn = empty_database.dsn_migrations
    migrate(dsn, write((SECOND, "create table b ();")))
    folder = write((FIRST, "create table a ();"))
    assert states(dsn, folder) == [("first", "late"), ("second", "applied")]
    with pytest.raises(MigrationError, match="is late"):
        migrate(dsn, folder)


def test_a_database_of_a_newer_version_is_refused(empty_database: Endpoint, write: Write) -> None:
    dsn = empty_database.dsn_migrations
    folder = write((FIRST, "create table a ();"), (SECOND, "create table b ();"))
    migrate(dsn, folder)
    (folder / SECOND).unlink()
    assert states(dsn, folder)[-1] == ("second", "unknown")
    with pytest.raises(MigrationError) as refused:
        migrate(dsn, folder)
    assert "Install the version of Lakewright" in refused.value.remedy


def test_what_supabases_own_tool_applied_counts(empty_database: Endpoint, write: Write) -> None:
    # It keeps statements one by one, without what stands between them.
    with psycopg.connect(empty_database.dsn_migrations) as connection:
        connection.execute("create schema supabase_migrations")
        connection.execute(
            "create table supabase_migrations.schema_migrations"
            " (version text primary key, statements text[], name text)"
        )
        connection.execute(
            "insert into supabase_migrations.schema_migrations values"
            " ('20260101000000', array['create table a ()', 'select 1'], 'first')"
        )
    folder = write((FIRST, "create table a ();\n-- a remark\nselect 1;\n"), (SECOND, "select 1;"))
    assert migrate(empty_database.dsn_migrations, folder) == [SECOND]


def test_processes_that_migrate_at_once_take_turns(empty_database: Endpoint, write: Write) -> None:
    dsn = empty_database.dsn_migrations
    folder = write(
        (FIRST, "select pg_sleep(0.2); create table a ();"), (SECOND, "create table b ();")
    )
    applied: list[list[str]] = []
    threads = [
        threading.Thread(target=lambda: applied.append(migrate(dsn, folder))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(name for names in applied for name in names) == [FIRST, SECOND]


def test_they_do_not_run_as_a_superuser(empty_database: Endpoint, write: Write) -> None:
    folder = write((FIRST, "create role boss superuser;"))
    with pytest.raises(MigrationError, match=r"permission denied|must be superuser"):
        migrate(empty_database.dsn_migrations, folder)
    folder = write((FIRST, "create table auth.mine ();"))
    with pytest.raises(MigrationError, match="permission denied for schema auth"):
        migrate(empty_database.dsn_migrations, folder)


@pytest.mark.parametrize("name", ["first.sql", "2026_first.sql", "20260101000000-first.sql"])
def test_a_file_with_another_kind_of_name_is_refused(
    empty_database: Endpoint, write: Write, name: str
) -> None:
    with pytest.raises(MigrationError, match="not named like a migration"):
        migrate(empty_database.dsn_migrations, write((name, "select 1;")))


def test_two_files_of_one_version_are_refused(empty_database: Endpoint, write: Write) -> None:
    folder = write((FIRST, "select 1;"), ("20260101000000_again.sql", "select 1;"))
    with pytest.raises(MigrationError, match="Two migrations"):
        migrate(empty_database.dsn_migrations, folder)


def test_a_database_that_is_away_is_said_so_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(MigrationError) as refused:
        migrate(f"host={tmp_path} user=x password=s3cret", migrations_folder())
    assert "cannot be reached" in refused.value.problem
    assert "s3cret" not in str(refused.value)


def test_every_migration_of_the_product_is_applied(migrated_database: Endpoint) -> None:
    found = status(migrated_database.dsn_migrations, migrations_folder())
    assert len(found) == len(list(migrations_folder().glob("*.sql")))
    assert {each.state for each in found} == {MigrationState.APPLIED}


def test_everything_in_public_belongs_to_the_migrations_role(migrated_database: Endpoint) -> None:
    with psycopg.connect(migrated_database.dsn_admin) as connection:
        owners = connection.execute(
            "select distinct relowner::regrole::text from pg_class"
            " where relnamespace = 'public'::regnamespace"
        ).fetchall()
    assert owners == [("postgres",)]
