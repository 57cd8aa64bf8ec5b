"""`lakewright db` looks after the embedded database, and after one that runs elsewhere."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner, Result

from lakewright.cli.app import create_cli
from lakewright.store.binaries import find_binaries
from lakewright.store.cluster import Cluster
from lakewright.store.embedded import EmbeddedPostgres, Endpoint
from lakewright.store.embedded import server_folder as postgres_in
from lakewright.store.migrations import migrate, migrations_folder

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run `lakewright db ...` with these settings; arguments may be paths."""
    for name in [name for name in os.environ if name.startswith(("LAKEWRIGHT_", "SUPABASE_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LAKEWRIGHT_KEY_FILE", str(tmp_path / "master.key"))

    def run_it(*arguments: object, **settings: object) -> Result:
        environment = {f"LAKEWRIGHT_{name}": str(value) for name, value in settings.items()}
        words = ["db", *map(str, arguments)]
        return CliRunner().invoke(create_cli(), words, env=environment)

    return run_it


@pytest.fixture
def data(server_folder: Callable[[], Path]) -> Path:
    """A data folder with nothing in it."""
    return server_folder()


@pytest.fixture(scope="module")
def kept(server_folder: Callable[[], Path]) -> Iterator[Path]:
    """A data folder whose embedded server runs, as it does while Lakewright serves."""
    folder = server_folder()
    with EmbeddedPostgres(postgres_in(folder), settings={"fsync": "off"}) as endpoint:
        migrate(endpoint.dsn_migrations, migrations_folder())
        yield folder


def test_from_nothing_to_a_sound_database_and_back_from_a_dump(
    run: Run, data: Path, tmp_path: Path
) -> None:
    nothing = run("status", DATA=data)
    assert nothing.exit_code == 1
    assert "There is no database in" in nothing.stderr
    assert not data.exists()

    made = run("migrate", DATA=data)
    assert made.exit_code == 0, made.output
    assert made.stdout.splitlines() == [
        f"+ {path.name}" for path in sorted(migrations_folder().glob("*.sql"))
    ]
    again = run("migrate", DATA=data)
    assert (again.exit_code, again.stdout) == (0, "")

    dumped = run("dump", tmp_path / "a b.dump", "--json", DATA=data)
    assert dumped.exit_code == 0, dumped.output
    assert json.loads(dumped.stdout) == {
        "file": str(tmp_path / "a b.dump"),
        "size_bytes": (tmp_path / "a b.dump").stat().st_size,
        "master_key": str(tmp_path / "master.key"),
    }

    restored = run("restore", tmp_path / "a b.dump", DATA=data)
    assert restored.exit_code == 0, restored.output
    assert "The former database is kept as 'postgres_before_" in restored.stderr

    well = run("doctor", DATA=data)
    assert well.exit_code == 0, well.output
    assert Cluster(postgres_in(data), {}).processes() == []


def test_a_server_that_runs_is_used_and_left_running(run: Run, kept: Path) -> None:
    known = run("status", "--json", DATA=kept)
    assert known.exit_code == 0, known.output
    assert {row["state"] for row in json.loads(known.stdout)} == {"applied"}
    assert Cluster(postgres_in(kept), {}).postmaster() is not None


def test_a_dump_overwrites_nothing(run: Run, kept: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    refused = run("dump", tmp_path / "mine", DATA=kept)
    assert refused.exit_code == 1
    assert "exists already" in refused.stderr
    assert (tmp_path / "mine").read_text() == "mine"


def test_a_dump_says_that_the_master_key_is_not_in_it(run: Run, kept: Path, tmp_path: Path) -> None:
    dumped = run("dump", tmp_path / "new.dump", DATA=kept)
    assert "The master key is not in it" in dumped.stderr
    assert str(tmp_path / "master.key") in dumped.stderr


def test_a_file_that_is_not_there_cannot_be_restored(run: Run, kept: Path, tmp_path: Path) -> None:
    refused = run("restore", tmp_path / "none.dump", DATA=kept)
    assert refused.exit_code == 1
    assert "cannot be read: No such file" in refused.stderr


# -- a database elsewhere


def url(dsn: str) -> str:
    """A connection string as the URL that people set."""
    from urllib.parse import quote

    parts = psycopg.conninfo.conninfo_to_dict(dsn)
    host = quote(str(parts["host"]), safe="")
    return (
        f"postgresql://{parts['user']}:{quote(str(parts['password']))}@{host}:{parts['port']}"
        f"/{parts['dbname']}"
    )


def test_a_database_elsewhere_is_migrated_and_looked_at(
    run: Run, empty_database: Endpoint, data: Path
) -> None:
    settings = {
        "DATA": data,
        "MIGRATIONS_URL": url(empty_database.dsn_migrations),
        "DATABASE_URL": url(empty_database.dsn_api),
    }
    pending = run("status", **settings)
    assert pending.exit_code == 1
    assert "pending" in pending.stdout
    ill = run("doctor", "--json", **settings)
    assert ill.exit_code == 1
    found = {row["check"]: row for row in json.loads(ill.stdout)}
    assert found["migrations"]["health"] == "failed"
    assert found["migrations"]["remedy"] == "Run `lakewright db migrate`."

    assert run("migrate", **settings).exit_code == 0
    well = run("doctor", **settings)
    assert well.exit_code == 0, well.output
    assert not data.exists()


def test_the_servers_own_login_is_not_enough_to_migrate(
    run: Run, migrated_database: Endpoint
) -> None:
    refused = run("migrate", DATABASE_URL=url(migrated_database.dsn_api))
    assert refused.exit_code == 1
    assert "LAKEWRIGHT_MIGRATIONS_URL is not set" in refused.stderr


def test_a_password_is_in_no_message(run: Run, migrated_database: Endpoint) -> None:
    wrong = url(migrated_database.dsn_migrations).replace("postgres:", "postgres:s3cret", 1)
    for command in ("migrate", "status", "doctor", "dump"):
        ended = run(command, MIGRATIONS_URL=wrong)
        assert ended.exit_code == 1
        assert "s3cret" not in ended.output


def test_the_bootstrap_makes_a_plain_server_fit_for_the_migrations(
    run: Run, database_server: Endpoint
) -> None:
    text = run("bootstrap").stdout
    with psycopg.connect(database_server.dsn_admin, autocommit=True) as connection:
        connection.execute("create database plain template template0")
    plain = database_server.on_database("plain")
    for _ in range(2):  # it may be repeated
        with psycopg.connect(plain.dsn_admin) as connection:
            connection.execute(text.encode())
    assert len(migrate(plain.dsn_migrations, migrations_folder())) > 0


def test_the_bootstrap_changes_nothing_where_the_superuser_is_called_postgres(
    run: Run, database_server: Endpoint
) -> None:
    text = run("bootstrap").stdout
    with psycopg.connect(database_server.dsn_admin, autocommit=True) as connection:
        connection.execute("create database usual template template0")
        connection.execute("alter role postgres superuser")
        try:
            # As it is for whoever forgets ON_ERROR_STOP.
            said = subprocess.run(
                [find_binaries().program("psql"), database_server.on_database("usual").dsn_admin],
                input=text,
                capture_output=True,
                text=True,
                check=True,
            )
        finally:
            connection.execute("alter role postgres nosuperuser")
    assert 'The role "postgres" is a superuser of this server; nothing was changed.' in said.stderr
    assert "initdb --username=admin" in said.stderr
    with psycopg.connect(database_server.on_database("usual").dsn_admin) as connection:
        assert connection.execute("select to_regnamespace('auth')").fetchone() == (None,)
