"""Commands that look after the database: schema, backups, and what ails it."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lakewright.cli.console import plain, print_json, print_message, print_result, table
from lakewright.cli.options import JsonOption, usable
from lakewright.errors import LakewrightError, NotFoundError

if TYPE_CHECKING:
    from lakewright.settings import Settings
    from lakewright.store.binaries import Binaries
    from lakewright.store.embedded import Endpoint


def add_to(cli: typer.Typer) -> None:
    """Add `db` and its commands."""
    database = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    database.callback()(_database)
    database.command("migrate")(_migrate)
    database.command("status")(_status)
    database.command("dump")(_dump)
    database.command("restore")(_restore)
    database.command("doctor")(_doctor)
    database.command("bootstrap")(_bootstrap)
    cli.add_typer(database, name="db")


def _database() -> None:
    """Look after the database: the embedded one, or the one in LAKEWRIGHT_MIGRATIONS_URL."""


@dataclass(frozen=True, slots=True)
class _Target:
    """The database that the settings name.

    Attributes:
        embedded: Set when it is the embedded one, which runs now.
        data: Folder of the embedded server.
        dsn_api: None when nobody said how the server signs in.
    """

    dsn_migrations: str
    dsn_api: str | None
    binaries: "Binaries | None" = None
    embedded: "Endpoint | None" = None
    data: Path | None = None


def _settings() -> "Settings":
    from lakewright.settings import Settings

    return Settings.from_environment(os.environ)


@contextmanager
def _target(settings: "Settings", *, make: bool = False) -> Iterator[_Target]:
    """The database; the embedded server runs at least as long as the block.

    Args:
        make: Whether the embedded database may be made when there is none.
    """
    if settings.migrations_url is not None:
        api = settings.database_url
        yield _Target(
            settings.migrations_url.get_secret_value(), api.get_secret_value() if api else None
        )
        return
    if settings.database_url is not None:
        raise LakewrightError(
            problem="LAKEWRIGHT_MIGRATIONS_URL is not set, and LAKEWRIGHT_DATABASE_URL signs in "
            "as a role that may not change the schema.",
            remedy="Set LAKEWRIGHT_MIGRATIONS_URL to the same database as its owner, `postgres` "
            "on Supabase, directly or through the session pooler.",
            where="LAKEWRIGHT_MIGRATIONS_URL",
        )
    from lakewright.store.embedded import EmbeddedPostgres, server_folder

    server = EmbeddedPostgres(server_folder(settings.data), binaries=settings.pg_bin)
    if not make and not server.has_database:
        raise NotFoundError(
            problem=f"There is no database in '{settings.data}' yet.",
            remedy="Make it with `lakewright db migrate`, or name the folder of another with "
            "LAKEWRIGHT_DATA.",
            where=str(settings.data),
        )
    with server as endpoint:
        yield _Target(
            endpoint.dsn_migrations, endpoint.dsn_api, server.binaries(), endpoint, settings.data
        )


def _programs(target: _Target, settings: "Settings") -> "Binaries":
    from lakewright.store.binaries import find_binaries

    return target.binaries or find_binaries(settings.pg_bin)


def _migrate(as_json: JsonOption = False) -> None:
    """Bring the schema up to date. Does nothing when it is.

    \b
    Examples:
      lakewright db migrate
      lakewright db migrate --json
    """
    from lakewright.store.migrations import migrate, migrations_folder

    with _target(_settings(), make=True) as target:
        applied = migrate(target.dsn_migrations, migrations_folder())
    if as_json:
        print_json({"applied": applied})
    elif applied:
        print_result("".join(f"+ {name}\n" for name in applied))
    else:
        print_message("The schema is up to date.")


def _status(as_json: JsonOption = False) -> None:
    """List the migrations and which of them the database has had.

    Ends with 1 when not all of them are applied.

    \b
    Examples:
      lakewright db status
    """
    from lakewright.store.migrations import MigrationState, migrations_folder, status

    with _target(_settings()) as target:
        known = status(target.dsn_migrations, migrations_folder())
    if as_json:
        print_json(
            [{"version": row.version, "name": row.name, "state": row.state} for row in known]
        )
    else:
        rows = [(row.version, row.name, row.state.value) for row in known]
        print_result(table(rows, ("VERSION", "NAME", "STATE")))
    if any(row.state is not MigrationState.APPLIED for row in known):
        raise typer.Exit(1)


def _dump(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="New file. Default: lakewright-<date>-<time>.dump"),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Write everything in the database to one file, while the server may go on.

    The file is in pg_dump's custom format. Sessions are not in it (after a restore people sign in
    again), and neither is the master key.

    \b
    Examples:
      lakewright db dump
      lakewright db dump backups/monday.dump
    """
    from lakewright.store.dump import dump

    path = usable(file or Path(f"lakewright-{datetime.now(UTC):%Y%m%d-%H%M%S}.dump"))
    if path.exists():
        raise LakewrightError(
            problem=f"'{path}' exists already.", remedy="Name a new file.", where=str(path)
        )
    settings = _settings()
    with _target(settings) as target:
        written = dump(target.dsn_migrations, path, _programs(target, settings))
    key = "LAKEWRIGHT_MASTER_KEY" if settings.master_key else str(settings.key_file)
    if as_json:
        print_json({"file": str(written.path), "size_bytes": written.size_bytes, "master_key": key})
        return
    print_result(f"{plain(str(written.path))}  {written.size_bytes / 1024:,.0f} kB")
    print_message(
        "The master key is not in it; without the key, stored tokens cannot be read. Keep a copy "
        f"of it elsewhere: {plain(key)}"
    )


def _restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `db dump` wrote.")],
    *,
    discard: Annotated[
        bool,
        typer.Option(
            "--discard", help="Embedded server: do not keep the present database beside it."
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Bring a dump back, as a whole or not at all.

    On the embedded server it takes the place of the present database, which is kept under another
    name; stop Lakewright first. Anywhere else the database must be fresh, as a new Supabase
    project is.

    \b
    Examples:
      lakewright db restore backups/monday.dump
    """
    from lakewright.store.dump import restore_elsewhere, restore_embedded
    from lakewright.store.migrations import migrations_folder

    settings = _settings()
    usable(file)
    with _target(settings, make=True) as target:
        programs = _programs(target, settings)
        if target.embedded is not None:
            restored = restore_embedded(
                target.embedded,
                file,
                programs,
                migrations_folder(),
                stamp=f"{datetime.now(UTC):%Y%m%d_%H%M%S}",
                keep_former=not discard,
            )
        else:
            restored = restore_elsewhere(target.dsn_migrations, file, programs, migrations_folder())
    if as_json:
        print_json({"applied": list(restored.applied), "former_database": restored.former_database})
        return
    print_result("".join(f"+ {name}\n" for name in restored.applied) + "restored\n")
    if restored.former_database:
        print_message(f"The former database is kept as '{restored.former_database}'.")
    print_message("Everybody has to sign in again. The master key must be that of the dump.")


def _doctor(as_json: JsonOption = False) -> None:
    """Look at everything that can be wrong with the database, and say what to do.

    Changes nothing. Ends with 1 when a check failed.

    \b
    Examples:
      lakewright db doctor
      lakewright db doctor --json
    """
    from lakewright.store.doctor import Health, Patient, examine
    from lakewright.store.migrations import migrations_folder

    with _target(_settings()) as target:
        found = examine(
            Patient(
                dsn_migrations=target.dsn_migrations,
                dsn_api=target.dsn_api,
                folder=migrations_folder(),
                data=target.data,
                now=time.time,
            )
        )
    if as_json:
        print_json([finding.as_json() for finding in found])
    else:
        rows = [(each.check, each.health.value, plain(each.says)) for each in found]
        print_result(table(rows, ("CHECK", "HEALTH", "WHAT WAS FOUND")))
        for each in found:
            if each.remedy:
                print_message(f"{each.check}\n  try: {plain(each.remedy)}")
    if any(each.health is Health.FAILED for each in found):
        raise typer.Exit(1)


def _bootstrap() -> None:
    """Print what a plain PostgreSQL server needs before `db migrate`; Supabase has it already.

    Run it as the server's superuser, in the database that Lakewright is to use. It changes
    nothing where that superuser is called postgres: Lakewright needs that name for a role with
    fewer rights.

    \b
    Examples:
      lakewright db bootstrap | psql --set ON_ERROR_STOP=1 lakewright
    """
    from lakewright.store.embedded import bootstrap_text

    # As a whole or not at all, also for whoever lets psql go on after an error.
    print_result(f"begin;\n\n{bootstrap_text()}\ncommit;\n")
