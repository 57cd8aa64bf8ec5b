"""Commands that look after keys: those that seal stored tokens, and those that sign people in."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from lakewright.cli.console import print_json, print_message, print_result, table
from lakewright.cli.options import JsonOption
from lakewright.errors import LakewrightError, NotFoundError

if TYPE_CHECKING:
    from lakewright.settings import Settings
    from lakewright.store.secrets import KeyRing, KeyStatus, SealedRows

_Result = TypeVar("_Result")


def add_to(cli: typer.Typer) -> None:
    """Add `keys` and its commands."""
    keys = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    keys.callback()(_keys)
    keys.command("status")(_status)
    keys.command("rotate")(_rotate)
    keys.command("new")(_new)
    keys.command("rotate-signing")(_rotate_signing)
    cli.add_typer(keys, name="keys")


def _keys() -> None:
    """Look after the keys that seal stored tokens, and those that sign people's access tokens."""


def _status(as_json: JsonOption = False) -> None:
    """Say which key seals how many stored tokens; exit 1 when a key is lost.

    \b
    Examples:
      lakewright keys status
      lakewright keys status --json
    """
    from lakewright.store.secrets import key_status

    settings = _settings()
    ring = _ring(settings)
    with _database(settings) as dsn:
        found = _with_rows(settings, dsn, lambda rows: key_status(ring, rows))
    _print_status(found, as_json=as_json)
    if found.lost:
        raise typer.Exit(1)


def _rotate(
    *,
    drop_old: Annotated[
        bool,
        typer.Option("--drop-old", help="Then forget old keys that nothing is sealed with."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Seal every stored token with a new key. A running server need not stop.

    With a key file, a new key is put into it first, unless an earlier rotation was
    interrupted. With LAKEWRIGHT_MASTER_KEY, put the key of `lakewright keys new` before the
    old one, parted by a comma, start the servers anew, and then run this.

    \b
    Examples:
      lakewright keys rotate
      lakewright keys rotate --drop-old
    """
    from lakewright.store.secrets import add_key, drop_old_keys, key_status, rewrap_all

    settings = _settings()
    ring = _ring(settings)
    with _database(settings) as dsn:
        before = _with_rows(settings, dsn, lambda rows: key_status(ring, rows))
        interrupted = any(before.sealed.get(name) for name in before.known[1:])
        if not interrupted:
            if settings.master_key is not None:
                raise LakewrightError(
                    problem="Everything is sealed with the first key of LAKEWRIGHT_MASTER_KEY.",
                    remedy="Put a new key before it: LAKEWRIGHT_MASTER_KEY=<new>,<old>. "
                    "`lakewright keys new` makes one.",
                    where="LAKEWRIGHT_MASTER_KEY",
                )
            ring = add_key(settings.key_file)
        done = _with_rows(settings, dsn, lambda rows: rewrap_all(ring, rows))
        after = _with_rows(settings, dsn, lambda rows: key_status(ring, rows))
    dropped: list[str] = []
    if drop_old and settings.master_key is None:
        dropped = drop_old_keys(settings.key_file, after.sealed)
    if as_json:
        failed = [
            {"table": one.table, "workspace": str(one.workspace_id), "id": str(one.row_id)}
            for one in done.failed
        ]
        print_json(
            {
                "current": after.current,
                "rewrapped": done.rewrapped,
                "unchanged": done.unchanged,
                "failed": failed,
                "dropped": dropped,
            }
        )
    else:
        print_message(f"Sealed {done.rewrapped} with key {after.current}.")
        if dropped:
            print_message(f"Dropped {', '.join(dropped)}.")
        for one in done.failed:
            print_message(
                f"The token of connection {one.row_id} in workspace {one.workspace_id} "
                "cannot be opened; enter it again."
            )
    if done.failed:
        raise typer.Exit(1)


def _new() -> None:
    """Print a new key for LAKEWRIGHT_MASTER_KEY. It is a secret: keep it in a secret manager.

    \b
    Examples:
      lakewright keys new
    """
    from lakewright.store.secrets import new_key_text

    print_result(new_key_text())


def _rotate_signing(
    *,
    drop_old: Annotated[
        bool,
        typer.Option(
            "--drop-old",
            help="Old keys count no more, not even for tokens that people hold: when somebody "
            "else may know them.",
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Sign access tokens with a new key. Running servers need not stop.

    They notice within seconds. Tokens of the key before count until they expire, after an hour
    at most; nobody has to sign in again.

    \b
    Examples:
      lakewright keys rotate-signing
      lakewright keys rotate-signing --drop-old
    """
    from lakewright.server.sign_in import rotate_signing_keys

    current, *older = rotate_signing_keys(_settings(), drop_old=drop_old)
    if as_json:
        print_json({"current": current, "verifying": older})
        return
    print_message(f"Access tokens are signed with key {current} from now on.")
    if older:
        print_message(f"Tokens of {', '.join(older)} count until they expire.")


def _settings() -> "Settings":
    from lakewright.settings import Settings

    return Settings.from_environment(os.environ)


def _ring(settings: "Settings") -> "KeyRing":
    """The keys at hand; none is made here, since a new one would open nothing."""
    from lakewright.store.secrets import load_keys

    if settings.master_key is None and not settings.key_file.exists():
        raise NotFoundError(
            problem=f"There is no key file '{settings.key_file}'.",
            remedy="It is made by the first `lakewright serve`; or restore it from its backup.",
            where=str(settings.key_file),
        )
    return load_keys(settings.master_key, settings.key_file, settings.data)


@contextmanager
def _database(settings: "Settings") -> Iterator[str]:
    """How the server signs in to the database; the embedded one runs as long as the block."""
    if settings.database_url is not None:
        yield settings.database_url.get_secret_value()
        return
    from lakewright.store.embedded import EmbeddedPostgres, server_folder

    server = EmbeddedPostgres(server_folder(settings.data), binaries=settings.pg_bin)
    if not server.has_database:
        raise NotFoundError(
            problem=f"There is no database in '{settings.data}' yet.",
            remedy="Start with `lakewright serve`, or name the folder with LAKEWRIGHT_DATA.",
            where=str(settings.data),
        )
    with server as endpoint:
        yield endpoint.dsn_api


def _with_rows(
    settings: "Settings", dsn: str, work: "Callable[[SealedRows], Awaitable[_Result]]"
) -> _Result:
    """Do something with all stored tokens."""
    import psycopg
    from psycopg_pool import PoolTimeout

    from lakewright.store.database import Database
    from lakewright.store.sealed_tokens import TokenRows
    from lakewright.store.work import SealedTokens

    async def run() -> _Result:
        database = await Database.open(
            dsn, transaction_pooler=settings.transaction_pooler, min_size=1, max_size=2
        )
        try:
            return await work(TokenRows(SealedTokens(database)))
        finally:
            await database.close()

    try:
        return asyncio.run(run())
    except (psycopg.Error, PoolTimeout) as error:
        raise LakewrightError(
            problem="The database does not answer, or has no tables of ours.",
            remedy="`lakewright db doctor` says what is wrong.",
        ) from error


def _print_status(found: "KeyStatus", *, as_json: bool) -> None:
    if as_json:
        shown: dict[str, Any] = {
            "current": found.current,
            "known": list(found.known),
            "sealed": dict(found.sealed),
            "lost": dict(found.lost),
            "retired": list(found.retired),
        }
        print_json(shown)
        return
    names = dict.fromkeys((*found.known, *found.sealed))
    rows = [[name, _role(name, found), str(found.sealed.get(name, 0))] for name in names]
    print_result(table(rows, ["Key", "State", "Seals"]))


def _role(name: str, found: "KeyStatus") -> str:
    if name == found.current:
        return "current"
    if name not in found.known:
        return "lost: enter these tokens again"
    return "old" if found.sealed.get(name) else "old, unused"
