"""Backups: everything the product keeps in Postgres as one file, and back again.

A dump is `pg_dump`'s custom format, so `pg_restore --list` shows what is in it. It holds neither
sessions (after a restore people sign in again, so no revoked session comes back to life) nor the
master key: what was sealed with the key can be read again only where the key is.
"""

import os
import re
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from lakewright.errors import LakewrightError
from lakewright.store.binaries import Binaries
from lakewright.store.embedded import Endpoint, apply_bootstrap
from lakewright.store.migrations import MigrationState, migrate, status

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

SCHEMAS = ("auth", "public", "private", "jobs", "supabase_migrations")
# What a session is made of: good for nothing after a restore, or worse.
_LEFT_OUT = ("auth.sessions", "auth.refresh_tokens", "auth.one_time_tokens", "auth.flow_state")
# Of `auth` only the people, in the order of their foreign keys: the tables are there already.
_PEOPLE = ("users", "identities")
# One line of `pg_restore --list`: `3512; 0 16437 TABLE DATA auth users supabase_auth_admin`.
_ENTRY = re.compile(
    r"\d+; \d+ \d+ (?P<kind>[A-Z][A-Z ]*[A-Z]) (?P<schema>[a-z_]+|-) (?P<name>.+) (?P<owner>\S+)"
)

_THERE_ALREADY = (
    ("SCHEMA", "auth"),
    ("SCHEMA", "public"),
    ("COMMENT", "SCHEMA auth"),
    ("COMMENT", "SCHEMA public"),
    ("ACL", "SCHEMA auth"),
)


class DumpError(LakewrightError):
    """A dump cannot be written or brought back."""

    code = "dump"
    http_status = 503


@dataclass(frozen=True, slots=True)
class Dumped:
    """A dump that was written."""

    path: Path
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Restored:
    """A dump that was brought back.

    Attributes:
        applied: Migrations that were newer than the dump and have been applied now.
        former_database: Name under which the server still keeps what was there before; empty
            when there was nothing to keep.
    """

    applied: tuple[str, ...]
    former_database: str = ""


def dump(dsn_migrations: str, target: Path, binaries: Binaries) -> Dumped:
    """Write a dump: to a temporary file beside the target, which then takes its name.

    Raises:
        DumpError: `pg_dump` failed, or the file cannot be written.
    """
    try:
        opened, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        os.close(opened)  # mkstemp's mode is 0600: the file holds e-mails and password hashes
    except OSError as error:
        raise DumpError(
            problem=f"'{target}' cannot be written: {error.strerror}.",
            remedy="Choose another file.",
            where=str(target),
        ) from error
    unfinished = Path(name)
    try:
        _run(
            binaries,
            "pg_dump",
            dsn_migrations,
            "--format=custom",
            "--no-unlogged-table-data",
            "--lock-wait-timeout=60s",
            f"--file={unfinished}",
            *(f"--schema={schema}" for schema in SCHEMAS),
            *(f"--exclude-table-data={table}" for table in _LEFT_OUT),
        )
        with unfinished.open("rb") as file:
            os.fsync(file.fileno())
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return Dumped(target, target.stat().st_size)


def restore_embedded(
    endpoint: Endpoint,
    source: Path,
    binaries: Binaries,
    folder: Path,
    *,
    stamp: str,
    keep_former: bool = True,
) -> Restored:
    """Bring a dump back on the embedded server, as a whole or not at all.

    It goes into a database of its own, gets newer migrations there, and only then takes the place
    of the present one, which stays on the server under another name.

    Args:
        folder: The migrations.
        keep_former: False to drop the former database once the new one is in its place.
        stamp: Part of that name: lower-case letters, digits and `_`, unused so far.

    Raises:
        DumpError: It is no dump, or somebody still uses the present database.
        MigrationError: The dump is of a newer Lakewright.
    """
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    entries = _entries(binaries, source)
    present = str(conninfo_to_dict(endpoint.dsn_admin)["dbname"])
    new, former = f"restoring_{stamp}", f"{present}_before_{stamp}"
    with psycopg.connect(
        endpoint.on_database("template1").dsn_admin, autocommit=True
    ) as connection:
        _named(connection, "create database {} template template0 owner postgres", new)
        try:
            restored = endpoint.on_database(new)
            apply_bootstrap(restored.dsn_admin)
            applied = _load(restored.dsn_migrations, source, binaries, folder, entries)
            with connection.transaction():
                _named(connection, "alter database {} rename to {}", present, former)
                _named(connection, "alter database {} rename to {}", new, present)
        except psycopg.errors.ObjectInUse as error:
            raise DumpError(
                problem="The database is in use.",
                remedy="Stop Lakewright (and whatever else is connected), then restore.",
            ) from error
        finally:
            _named(connection, "drop database if exists {} with (force)", new)
        if not keep_former:
            _named(connection, "drop database {}", former)
    return Restored(applied, former if keep_former else "")


def restore_elsewhere(
    dsn_migrations: str, source: Path, binaries: Binaries, folder: Path
) -> Restored:
    """Bring a dump back into a fresh Supabase project, or any database like one.

    Raises:
        DumpError: It is no dump, or the database has tables of ours or people already.
        MigrationError: The dump is of a newer Lakewright.
    """
    import psycopg

    entries = _entries(binaries, source)
    with psycopg.connect(dsn_migrations, autocommit=True) as connection:
        _refuse_used(connection)
        _make_login(connection)
    return Restored(_load(dsn_migrations, source, binaries, folder, entries))


def _refuse_used(connection: "Connection[TupleRow]") -> None:
    [[tables]] = connection.execute(
        "select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        " where n.nspname in ('private', 'jobs', 'supabase_migrations')"
        " or (n.nspname = 'public' and c.relname in ('users', 'workspaces'))"
    ).fetchall()
    [[people]] = connection.execute("select count(*) from auth.users").fetchall()
    if tables or people:
        raise DumpError(
            problem="The database is not fresh: it has "
            + ("tables of Lakewright" if tables else "people who signed up")
            + " already.",
            remedy="Restore into a new project, before `lakewright db migrate`, and use that.",
        )


def _make_login(connection: "Connection[TupleRow]") -> None:
    """The login role of the API, which belongs to no database and so is in no dump."""
    connection.execute(
        "do $$ begin"
        " if not exists (select from pg_roles where rolname = 'app_api') then"
        "   create role app_api login noinherit;"
        "   grant anon, authenticated, service_role to app_api;"
        " end if; end $$"
    )


def _load(
    dsn_migrations: str, source: Path, binaries: Binaries, folder: Path, entries: Sequence[str]
) -> tuple[str, ...]:
    """Restore as the role that owns the schemas, then bring the schema up to date."""
    with tempfile.NamedTemporaryFile("w", suffix=".list") as chosen:
        chosen.write("".join(f"{entry}\n" for entry in entries))
        chosen.flush()
        what = ("--no-owner", f"--use-list={chosen.name}", str(source.absolute()))
        if _major_of_server(dsn_migrations) < binaries.major:
            _restore_as_script(binaries, dsn_migrations, *what)
        else:
            _run(
                binaries,
                "pg_restore",
                dsn_migrations,
                "--exit-on-error",
                "--single-transaction",
                *what,
            )
    newer = [each for each in status(dsn_migrations, folder) if each.state in _MISFITS]
    if newer:
        raise DumpError(
            problem=f"The dump was made by another Lakewright: its migration {newer[0].version}"
            f"_{newer[0].name} is {newer[0].state.value} here.",
            remedy="Restore it with the version that made it, or a later one.",
        )
    return tuple(migrate(dsn_migrations, folder))


def _major_of_server(dsn: str) -> int:
    import psycopg

    with psycopg.connect(dsn, autocommit=True, prepare_threshold=None) as connection:
        return connection.info.server_version // 10000


def _restore_as_script(binaries: Binaries, dsn: str, *what: str) -> None:
    """Restore on a server older than the programs, which begin with settings it does not know.

    `pg_restore` has no option against that, so it prints its script, and psql runs the rest.
    """
    # Whole before anything runs, so that half a dump restores nothing. Neither file has a name.
    with tempfile.TemporaryFile() as script, tempfile.TemporaryFile() as kept:
        _run(binaries, "pg_restore", None, "--file=-", *what, output=script)
        script.seek(0)
        kept.writelines(without_newer_settings(script))
        kept.seek(0)
        _run(
            binaries,
            "psql",
            dsn,
            "--no-psqlrc",
            "--quiet",
            "--single-transaction",
            "--set=ON_ERROR_STOP=1",
            given=kept,
        )


# PostgreSQL 17 brought it; older servers stop at it.
_NEWER_SETTINGS = (b"SET transaction_timeout = 0;\n",)


def without_newer_settings(script: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of a script of `pg_restore`, without settings that older servers do not know.

    Only its head is looked at: further down a line may be somebody's data.
    """
    in_head = True
    for line in script:
        in_head = in_head and not line.startswith((b"SELECT ", b"CREATE ", b"COPY "))
        if not (in_head and line in _NEWER_SETTINGS):
            yield line


_MISFITS = (MigrationState.UNKNOWN, MigrationState.CHANGED, MigrationState.LATE)


def _entries(binaries: Binaries, source: Path) -> list[str]:
    """What to restore, in order: people first, then the product's own schemas."""
    try:
        source.open("rb").close()
    except OSError as error:
        raise DumpError(
            problem=f"'{source}' cannot be read: {error.strerror}.",
            remedy="Name a file that `lakewright db dump` wrote.",
            where=str(source),
        ) from error
    listed = _run(binaries, "pg_restore", None, "--list", str(source.absolute()))
    people: dict[str, str] = {}
    rest = []
    for line in listed.splitlines():
        entry = _ENTRY.fullmatch(line)
        if entry is None:
            continue
        kind, schema, name = entry["kind"], entry["schema"], entry["name"]
        if schema == "auth" and kind == "TABLE DATA" and name in _PEOPLE:
            people[name] = line
        elif schema == "auth" and kind != "TRIGGER":
            continue  # there already; the triggers on it are ours
        elif schema == "-" and (kind, name) in _THERE_ALREADY:
            continue
        else:
            rest.append(line)
    if set(people) != set(_PEOPLE):
        raise DumpError(
            problem=f"'{source}' is no dump of Lakewright: there are no people in it.",
            remedy="Name a file that `lakewright db dump` wrote.",
            where=str(source),
        )
    return [people[name] for name in _PEOPLE] + rest


def _named(connection: "Connection[TupleRow]", statement: str, *names: str) -> None:
    from psycopg import sql

    connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _run(
    binaries: Binaries,
    program: str,
    dsn: str | None,
    *arguments: str,
    given: IO[bytes] | None = None,
    output: IO[bytes] | None = None,
) -> str:
    """Run one of PostgreSQL's programs; what it printed, unless that goes to a file.

    The password goes through the environment: a command line can be read by everybody.
    """
    environment, connected = _connection_of(dsn)
    said = subprocess.run(
        [binaries.program(program), *connected, *arguments],
        stdin=given or subprocess.DEVNULL,
        stdout=output or subprocess.PIPE,
        stderr=subprocess.PIPE,
        check=False,
        env=environment,
    )
    if said.returncode:
        told = said.stderr.decode("utf-8", "replace")
        lines = [line for line in told.splitlines() if line.strip()]
        raise DumpError(
            problem=f"{program} failed: {' '.join(lines[:3])[:600] or 'it gave no reason'}",
            remedy=_REMEDIES[program],
        )
    return (said.stdout or b"").decode("utf-8", "replace")


def _connection_of(dsn: str | None) -> tuple[dict[str, str], list[str]]:
    """Environment and arguments by which one of PostgreSQL's programs connects."""
    from psycopg.conninfo import conninfo_to_dict, make_conninfo

    environment = {"PATH": os.defpath, "LC_ALL": "C"}
    if dsn is None:
        return environment, []
    parts = conninfo_to_dict(dsn)
    environment["PGPASSWORD"] = str(parts.pop("password", "") or "")
    return environment, [f"--dbname={make_conninfo('', **parts)}"]


_DUMP_IS_WHOLE = (
    "Check that the file is a whole dump, and that PostgreSQL's programs (LAKEWRIGHT_PG_BIN) are "
    "no older than the ones that wrote it. Nothing was changed."
)
_REMEDIES = {
    "pg_restore": _DUMP_IS_WHOLE,
    "psql": _DUMP_IS_WHOLE,
    "pg_dump": "Check the disk, and that PostgreSQL's programs (LAKEWRIGHT_PG_BIN) are not older "
    "than the server.",
}
