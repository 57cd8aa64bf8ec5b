"""A running embedded server, and databases on it that have the whole schema.

Fixtures for everybody who needs Postgres:

- `database_server`: one server for the test process (so one for each xdist worker).
- `migrated_database`: a fresh database for each test module, with bootstrap and migrations.
- `hosted_database`: the same, on a baseline with Supabase's old automatic grants.
- `empty_database`: a fresh database for one test, with the bootstrap only.

Each is an `Endpoint`: `dsn_admin` (superuser), `dsn_migrations`, `dsn_api`.

LAKEWRIGHT_PG_BIN chooses another PostgreSQL to test with; 15 is the oldest that has to pass.
"""

import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from lakewright.store.embedded import EmbeddedPostgres, Endpoint, apply_bootstrap
from lakewright.store.migrations import migrate, migrations_folder

# Tests of durability start servers of their own; everybody else need not wait for the disk.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
AS_HOSTED = (Path(__file__).parent / "as_hosted.sql").read_text()

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """What runs tests that are marked with `anyio`."""
    return "asyncio"


@pytest.fixture(scope="session")
def server_folder() -> Iterator[Callable[[], Path]]:
    """Makes folders for servers: short, with a space, and open to the user they run as.

    Not pytest's own folders: those are private, and as root the server runs as somebody else.
    """
    made: list[Path] = []

    def make() -> Path:
        folder = Path(tempfile.mkdtemp(prefix="lakewright test "))
        folder.chmod(0o711)
        made.append(folder)
        return folder / "server"

    yield make
    for folder in made:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def pg_bin() -> Path | None:
    """PostgreSQL's programs to test with; None for those that Lakewright finds."""
    chosen = os.environ.get("LAKEWRIGHT_PG_BIN")
    return Path(chosen) if chosen else None


@pytest.fixture(scope="session")
def database_server(server_folder: Callable[[], Path], pg_bin: Path | None) -> Iterator[Endpoint]:
    """A server with the bootstrap in its database `postgres`, and no migrations."""
    with EmbeddedPostgres(server_folder(), binaries=pg_bin, settings=FAST) as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def _migrated_template(database_server: Endpoint) -> str:
    endpoint = new_database(database_server, "migrated_template")
    migrate(endpoint.dsn_migrations, migrations_folder())
    return "migrated_template"


@pytest.fixture(scope="session")
def _hosted_template(database_server: Endpoint) -> str:
    endpoint = new_database(database_server, "hosted_template")
    with psycopg.connect(endpoint.dsn_admin) as connection:
        connection.execute(AS_HOSTED.encode())
    migrate(endpoint.dsn_migrations, migrations_folder())
    return "hosted_template"


@pytest.fixture(scope="module")
def migrated_database(database_server: Endpoint, _migrated_template: str) -> Iterator[Endpoint]:
    """A fresh database with the whole schema, as new Supabase projects have it."""
    yield from _copy(database_server, _migrated_template)


@pytest.fixture(scope="module")
def hosted_database(database_server: Endpoint, _hosted_template: str) -> Iterator[Endpoint]:
    """A fresh database with the whole schema, on a baseline with the old automatic grants."""
    yield from _copy(database_server, _hosted_template)


@pytest.fixture
def empty_database(database_server: Endpoint) -> Iterator[Endpoint]:
    """A fresh database with nothing but the bootstrap."""
    name = f"empty_{next(_numbers)}"
    yield new_database(database_server, name)
    _drop(database_server, name)


def new_database(server: Endpoint, name: str) -> Endpoint:
    """Make a database and bootstrap it."""
    _execute(server, "create database {} template template0 owner postgres", name)
    endpoint = server.on_database(name)
    apply_bootstrap(endpoint.dsn_admin)
    return endpoint


def _copy(server: Endpoint, template: str) -> Iterator[Endpoint]:
    name = f"copy_{next(_numbers)}"
    _execute(server, "create database {} template {} owner postgres", name, template)
    _execute(server, "grant connect, temporary on database {} to app_api", name)
    yield server.on_database(name)
    _drop(server, name)


def _drop(server: Endpoint, name: str) -> None:
    _execute(server, "drop database if exists {} with (force)", name)


def _execute(server: Endpoint, statement: str, *names: str) -> None:
    with psycopg.connect(server.dsn_admin, autocommit=True) as connection:
        identifiers = map(sql.Identifier, names)
        connection.execute(sql.SQL(statement).format(*identifiers))
