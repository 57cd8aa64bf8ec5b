"""What was dumped comes back, all of it, here and on a fresh project; and only as a whole."""

import stat
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from lakewright.store.binaries import OLDEST_MAJOR, Binaries, find_binaries
from lakewright.store.dump import (
    DumpError,
    dump,
    restore_elsewhere,
    restore_embedded,
    without_newer_settings,
)
from lakewright.store.embedded import EmbeddedPostgres, Endpoint
from lakewright.store.migrations import MigrationError, migrate, migrations_folder
from tests.store.conftest import FAST

SOMEBODY = "00000000-0000-0000-0000-00000000000a"
PEOPLE = f"""
insert into auth.users (id, email, encrypted_password, raw_user_meta_data)
  values ('{SOMEBODY}', 'anna@example.com', '$argon2id$v=19$x', '{{"a": "ü\\n"}}');
insert into auth.identities (provider_id, user_id, identity_data, provider)
  values ('{SOMEBODY}', '{SOMEBODY}', '{{"email": "Anna@Example.com"}}', 'email');
insert into auth.sessions (user_id) values ('{SOMEBODY}');
select set_config('request.jwt.claims', '{{"sub": "{SOMEBODY}"}}', false);
"""
TABLES = """
select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname in ('auth', 'public', 'private', 'jobs', 'supabase_migrations')
  and c.relkind = 'r' and c.relpersistence = 'p'
"""


@pytest.fixture(scope="session")
def binaries(pg_bin: Path | None) -> Binaries:
    return find_binaries(pg_bin)


@pytest.fixture(scope="module")
def server(server_folder: Callable[[], Path], pg_bin: Path | None) -> Iterator[Endpoint]:
    """A server of its own: a restore swaps databases."""
    started = EmbeddedPostgres(server_folder(), binaries=pg_bin, settings={"fsync": "off"})
    with started as endpoint:
        migrate(endpoint.dsn_migrations, migrations_folder())
        with psycopg.connect(endpoint.dsn_admin) as connection:
            connection.execute(PEOPLE.encode())
            connection.execute("select private.create_workspace('Kitchen')")
        yield endpoint


@pytest.fixture(scope="module")
def written(server: Endpoint, binaries: Binaries, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("dumps of") / "a b'.dump"
    dump(server.dsn_migrations, path, binaries)
    return path


def run(endpoint: Endpoint, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(endpoint.dsn_admin) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def schema_of(endpoint: Endpoint, binaries: Binaries) -> str:
    """Everything but the rows, owners and rights included, as pg_dump tells it."""
    told = subprocess.run(
        [binaries.program("pg_dump"), "--schema-only", f"--dbname={endpoint.dsn_admin}"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    # psql's own guard against hostile dumps has a random word in it, and PostgreSQL drops
    # needless parentheses when it reads its own text again.
    lines = [line for line in told.splitlines() if "restrict" not in line]
    return "\n".join(lines).translate({ord("("): None, ord(")"): None})


def rows_of(endpoint: Endpoint) -> dict[str, object]:
    """Every table and how many rows it has."""
    return {
        str(table): run(endpoint, f"select count(*) from {table}")[0][0]
        for (table,) in run(endpoint, TABLES)
    }


def test_a_dump_is_private_and_leaves_nothing_else_behind(written: Path) -> None:
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    assert list(written.parent.iterdir()) == [written]


def test_on_the_embedded_server_everything_but_sessions_comes_back(
    server: Endpoint, written: Path, binaries: Binaries
) -> None:
    schema, rows = schema_of(server, binaries), rows_of(server)
    run(server, "delete from public.workspaces")

    restored = restore_embedded(server, written, binaries, migrations_folder(), stamp="one")

    assert restored.applied == ()
    assert schema_of(server, binaries) == schema
    assert rows["auth.sessions"] == 1
    assert rows_of(server) == {**rows, "auth.sessions": 0}
    assert run(server, "select raw_user_meta_data ->> 'a' from auth.users") == [("ü\n",)]
    former = server.on_database(restored.former_database)
    assert run(former, "select count(*) from public.workspaces") == [(0,)]
    assert migrate(server.dsn_migrations, migrations_folder()) == []


def test_the_former_database_need_not_be_kept(
    server: Endpoint, written: Path, binaries: Binaries
) -> None:
    restored = restore_embedded(
        server, written, binaries, migrations_folder(), stamp="two", keep_former=False
    )
    assert restored.former_database == ""
    left = run(server, "select datname from pg_database where datname like '%two'")
    assert left == []


def test_a_fresh_project_gets_everything_as_its_own_role(
    server: Endpoint, written: Path, binaries: Binaries, empty_database: Endpoint
) -> None:
    restore_elsewhere(empty_database.dsn_migrations, written, binaries, migrations_folder())
    assert rows_of(empty_database) == {**rows_of(server), "auth.sessions": 0}
    assert run(empty_database, "select name from public.workspaces") == [("Kitchen",)]
    # What signs up from now on is mirrored: the triggers on auth.users are there.
    run(empty_database, "insert into auth.users (email) values ('new@example.com')")
    assert run(empty_database, "select count(*) from public.users") == [(2,)]


@pytest.fixture
def older(server_folder: Callable[[], Path], binaries: Binaries) -> Iterator[Endpoint]:
    """A server of the oldest version that Lakewright runs on, where it is installed."""
    programs = Path("/usr/lib/postgresql/15/bin")
    if binaries.major <= OLDEST_MAJOR or not (programs / "postgres").exists():
        pytest.skip("no server older than the programs is installed")
    with EmbeddedPostgres(server_folder(), binaries=programs, settings=FAST) as endpoint:
        yield endpoint


def test_a_server_older_than_the_one_that_was_dumped_gets_everything(
    server: Endpoint, written: Path, binaries: Binaries, older: Endpoint
) -> None:
    restore_elsewhere(older.dsn_migrations, written, binaries, migrations_folder())
    assert rows_of(older) == {**rows_of(server), "auth.sessions": 0}
    assert run(older, "select raw_user_meta_data ->> 'a' from auth.users") == [("ü\n",)]
    run(older, "insert into auth.users (email) values ('new@example.com')")
    assert run(older, "select count(*) from public.users") == [(2,)]


def test_what_is_dumped_from_an_older_server_comes_back_on_a_newer_one(
    older: Endpoint, binaries: Binaries, empty_database: Endpoint, tmp_path: Path
) -> None:
    folder = migrations_folder()
    migrate(older.dsn_migrations, folder)
    run(older, "insert into auth.users (email) values ('old@example.com')")
    rows = rows_of(older)
    dump(older.dsn_migrations, tmp_path / "old.dump", binaries)

    restore_elsewhere(empty_database.dsn_migrations, tmp_path / "old.dump", binaries, folder)

    assert rows_of(empty_database) == rows
    assert run(empty_database, "select email from public.users") == [("old@example.com",)]


@pytest.mark.parametrize("wrong", ["cut off", "half restored"])
def test_on_an_older_server_a_restore_that_fails_changes_nothing(
    written: Path, binaries: Binaries, older: Endpoint, tmp_path: Path, wrong: str
) -> None:
    path = tmp_path / "broken.dump"
    whole = written.read_bytes()
    path.write_bytes(whole[: len(whole) * 9 // 10] if wrong == "cut off" else whole)
    if wrong == "half restored":
        # Policies are the last of a dump; they need this.
        run(older, "drop function auth.uid()")
    with pytest.raises(DumpError, match=r"(psql|pg_restore) failed"):
        restore_elsewhere(older.dsn_migrations, path, binaries, migrations_folder())
    assert run(older, "select to_regclass('public.users')::text") == [(None,)]


def test_only_the_head_of_a_script_loses_settings() -> None:
    setting = b"SET transaction_timeout = 0;\n"
    head = [b"--\n", b"SET lock_timeout = 0;\n", setting]
    rest = [b"COPY public.notes (text) FROM stdin;\n", setting, b"\\.\n"]
    assert list(without_newer_settings([*head, *rest])) == [*head[:2], *rest]


def test_a_project_that_is_in_use_is_refused(
    written: Path, binaries: Binaries, migrated_database: Endpoint, empty_database: Endpoint
) -> None:
    folder = migrations_folder()
    with pytest.raises(DumpError, match="tables of Lakewright"):
        restore_elsewhere(migrated_database.dsn_migrations, written, binaries, folder)
    run(empty_database, "insert into auth.users (email) values ('first@example.com')")
    with pytest.raises(DumpError, match="people who signed up"):
        restore_elsewhere(empty_database.dsn_migrations, written, binaries, folder)


def test_a_database_that_somebody_uses_is_not_taken_away(
    server: Endpoint, written: Path, binaries: Binaries
) -> None:
    before = rows_of(server)
    with (
        psycopg.connect(server.dsn_api),
        pytest.raises(DumpError, match="in use"),
    ):
        restore_embedded(server, written, binaries, migrations_folder(), stamp="three")
    assert rows_of(server) == before
    assert run(server, "select 1 from pg_database where datname like '%three'") == []


@pytest.mark.parametrize("how", ["empty", "cut off", "no dump at all"])
def test_a_broken_file_changes_nothing(
    server: Endpoint, written: Path, binaries: Binaries, tmp_path: Path, how: str
) -> None:
    whole = written.read_bytes()
    broken = tmp_path / "broken.dump"
    broken.write_bytes(
        {"empty": b"", "cut off": whole[: len(whole) // 2], "no dump at all": b"select 1;"}[how]
    )
    before = rows_of(server)
    with pytest.raises(DumpError):
        restore_embedded(server, broken, binaries, migrations_folder(), stamp="four")
    assert rows_of(server) == before
    assert run(server, "select 1 from pg_database where datname like '%four'") == []


def test_a_dump_of_something_else_is_refused(
    server: Endpoint, binaries: Binaries, tmp_path: Path
) -> None:
    other = tmp_path / "other.dump"
    subprocess.run(
        [
            binaries.program("pg_dump"),
            "--format=custom",
            f"--file={other}",
            f"--dbname={server.on_database('template1').dsn_admin}",
        ],
        check=True,
    )
    with pytest.raises(DumpError, match="no dump of Lakewright"):
        restore_embedded(server, other, binaries, migrations_folder(), stamp="five")


def test_a_dump_of_a_newer_lakewright_is_refused(
    server: Endpoint, written: Path, binaries: Binaries, tmp_path: Path
) -> None:
    for path in sorted(migrations_folder().glob("*.sql"))[:-1]:
        (tmp_path / path.name).write_bytes(path.read_bytes())
    with pytest.raises((DumpError, MigrationError), match="another Lakewright"):
        restore_embedded(server, written, binaries, tmp_path, stamp="six")


def test_a_dump_of_an_older_lakewright_is_brought_up_to_date(
    server: Endpoint, written: Path, binaries: Binaries, tmp_path: Path
) -> None:
    for path in migrations_folder().glob("*.sql"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "29990101000000_later.sql").write_text("create table public.later ();")
    restored = restore_embedded(server, written, binaries, tmp_path, stamp="seven")
    assert restored.applied == ("29990101000000_later.sql",)


def test_a_dump_that_fails_leaves_no_file_and_shows_no_password(
    binaries: Binaries, tmp_path: Path
) -> None:
    with pytest.raises(DumpError) as failed:
        dump(f"host={tmp_path} user=x password=s3cret", tmp_path / "x.dump", binaries)
    assert "s3cret" not in str(failed.value)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_said_so(binaries: Binaries, tmp_path: Path) -> None:
    with pytest.raises(DumpError, match="cannot be written"):
        dump("", tmp_path / "missing" / "x.dump", binaries)
