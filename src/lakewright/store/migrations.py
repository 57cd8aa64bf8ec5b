"""The schema's history: which migrations a database has had, and how it gets the rest.

Files and bookkeeping are those of Supabase's own command line (`supabase db push`), so either may
go on where the other stopped.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from lakewright.errors import LakewrightError

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

_FILE_NAME = re.compile(r"(?P<version>\d{14})_(?P<name>[a-z0-9_]+)\.sql")
_BOOKKEEPING = """
create schema if not exists supabase_migrations;
create table if not exists supabase_migrations.schema_migrations (
  version text not null primary key,
  statements text[],
  name text
);
"""


class MigrationError(LakewrightError):
    """The database cannot be brought to this version of the schema."""

    code = "migration"
    http_status = 503


@dataclass(frozen=True, slots=True)
class Migration:
    """One file. `version` is its time stamp, `20261123000100`."""

    version: str
    name: str
    text: str

    @property
    def file_name(self) -> str:
        return f"{self.version}_{self.name}.sql"


class MigrationState(StrEnum):
    """What a database knows of a migration."""

    APPLIED = "applied"
    PENDING = "pending"
    CHANGED = "changed"  # the file is no longer what was applied
    LATE = "late"  # pending, but a later one is applied
    UNKNOWN = "unknown"  # applied, but there is no such file


@dataclass(frozen=True, slots=True)
class MigrationStatus:
    """One line of the schema's history."""

    version: str
    name: str
    state: MigrationState


_REMEDIES = {
    MigrationState.CHANGED: "Restore the file, and write what should change into a new one.",
    MigrationState.LATE: "Give the file a later time stamp than every applied one.",
    MigrationState.UNKNOWN: "Install the version of Lakewright that wrote this database, or a "
    "later one.",
}


def migrations_folder() -> Path:
    """The migrations that belong to this Lakewright.

    In a wheel they are package data; in a checkout they lie beside `src`.
    """
    packaged = Path(str(files("lakewright"))) / "migrations"
    if packaged.is_dir():
        return packaged
    return Path(__file__).resolve().parents[3] / "supabase" / "migrations"


def read_migrations(folder: Path) -> list[Migration]:
    """The files of a folder, oldest first.

    Raises:
        MigrationError: A name is not `<14 digits>_<name>.sql`, or two have one version.
    """
    found: dict[str, Migration] = {}
    for path in sorted(folder.glob("*.sql")):
        named = _FILE_NAME.fullmatch(path.name)
        if named is None:
            raise MigrationError(
                problem=f"'{path.name}' is not named like a migration.",
                remedy="Name it YYYYMMDDHHMMSS_what_it_does.sql.",
                where=str(path),
            )
        if named["version"] in found:
            raise MigrationError(
                problem=f"Two migrations have the version {named['version']}.",
                remedy="Give one of them another time stamp.",
                where=str(path),
            )
        text = path.read_text(encoding="utf-8")
        found[named["version"]] = Migration(named["version"], named["name"], text)
    return list(found.values())


def migrate(dsn: str, folder: Path) -> list[str]:
    """Apply what the database has not had yet, oldest first, each file whole or not at all.

    Two processes that migrate at once take turns. The connection must be a direct one, or one of
    a session pooler.

    Args:
        dsn: A role that owns the schemas: `postgres`, no superuser.

    Returns:
        File names that were applied now; empty when there was nothing to do.

    Raises:
        MigrationError: A file fails, or history and files do not fit together. Files before a
            failing one stay applied.
    """
    migrations = read_migrations(folder)
    with _connected(dsn) as connection:
        _refuse_misfits(_compared(migrations, _history(connection)))
        return [each.file_name for each in migrations if _apply(connection, each)]


def status(dsn: str, folder: Path) -> list[MigrationStatus]:
    """Every migration that the files or the database know, oldest first. Changes nothing."""
    with _connected(dsn) as connection:
        return _compared(read_migrations(folder), _history(connection))


def _connected(dsn: str) -> "Connection[TupleRow]":
    import psycopg

    try:
        return psycopg.connect(dsn, autocommit=True, connect_timeout=10, prepare_threshold=None)
    except psycopg.OperationalError as error:
        raise MigrationError(
            problem=f"The database cannot be reached: {_first_line(error)}",
            remedy="Check LAKEWRIGHT_MIGRATIONS_URL (or LAKEWRIGHT_DATABASE_URL), and that the "
            "server runs.",
        ) from error


def _history(connection: "Connection[TupleRow]") -> dict[str, tuple[str, Sequence[str]]]:
    """Version -> name and statements of what has been applied."""
    # Not to_regclass: it may answer from a cache that knows nothing of what another process
    # committed while this one waited for the lock.
    found = connection.execute(
        "select from pg_catalog.pg_class c"
        " join pg_catalog.pg_namespace n on n.oid = c.relnamespace"
        " where n.nspname = 'supabase_migrations' and c.relname = 'schema_migrations'"
    ).fetchone()
    if found is None:
        return {}
    rows = connection.execute(
        "select version, coalesce(name, ''), coalesce(statements, '{}')"
        " from supabase_migrations.schema_migrations order by version"
    )
    return {version: (name, statements) for version, name, statements in rows}


def _compared(
    migrations: Sequence[Migration], history: dict[str, tuple[str, Sequence[str]]]
) -> list[MigrationStatus]:
    latest = max(history, default="")
    found = []
    for migration in migrations:
        if migration.version in history:
            state = MigrationState.APPLIED
            statements = history[migration.version][1]
            # Supabase's command line stores one entry for each statement, without the comments
            # between them: only what we stored ourselves can be compared.
            if len(statements) == 1 and statements[0] != migration.text:
                state = MigrationState.CHANGED
        else:
            late = migration.version < latest
            state = MigrationState.LATE if late else MigrationState.PENDING
        found.append(MigrationStatus(migration.version, migration.name, state))
    known = {migration.version for migration in migrations}
    found += [
        MigrationStatus(version, name, MigrationState.UNKNOWN)
        for version, (name, _) in history.items()
        if version not in known
    ]
    return sorted(found, key=lambda each: each.version)


def _refuse_misfits(found: Sequence[MigrationStatus]) -> None:
    for each in found:
        if each.state in _REMEDIES:
            raise MigrationError(
                problem=f"The migration {each.version}_{each.name} is {each.state.value}: "
                f"{_MEANINGS[each.state]}.",
                remedy=_REMEDIES[each.state],
                where=f"{each.version}_{each.name}.sql",
            )


_MEANINGS = {
    MigrationState.CHANGED: "its file is not what the database was given",
    MigrationState.LATE: "the database has had a later one already",
    MigrationState.UNKNOWN: "the database has had it, but there is no such file",
}


def _apply(connection: "Connection[TupleRow]", migration: Migration) -> bool:
    """Apply one file; False when it has been applied meanwhile."""
    import psycopg

    try:
        with connection.transaction():
            connection.execute("select pg_advisory_xact_lock(hashtext('lakewright migrations'))")
            if migration.version in _history(connection):
                return False
            connection.execute(_BOOKKEEPING)
            [before] = connection.execute("select txid_current()").fetchone() or (None,)
            connection.execute(migration.text.encode())
            [after] = connection.execute("select txid_current()").fetchone() or (None,)
            if before != after:
                raise MigrationError(
                    problem=f"{migration.file_name} ends the transaction it runs in.",
                    remedy="Remove COMMIT, ROLLBACK and BEGIN from it: every file is one "
                    "transaction.",
                    where=migration.file_name,
                )
            connection.execute(
                "insert into supabase_migrations.schema_migrations (version, statements, name)"
                " values (%s, %s, %s)",
                (migration.version, [migration.text], migration.name),
            )
    except psycopg.Error as error:
        raise MigrationError(
            problem=f"{migration.file_name} fails{_place(error, migration.text)}: "
            f"{_first_line(error)}",
            remedy="Mend the file; nothing of it was applied.",
            where=migration.file_name,
        ) from error
    return True


def _place(error: object, text: str) -> str:
    """` in line 12`, when the server says where."""
    position = getattr(getattr(error, "diag", None), "statement_position", None)
    if not position:
        return ""
    return f" in line {text.count(chr(10), 0, int(position)) + 1}"


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
