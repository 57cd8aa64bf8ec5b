"""Run the server: database, schema, demo workspace, web server; and stop it all together."""

import asyncio
import contextlib
import os
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import UUID

from lakewright.errors import LakewrightError
from lakewright.server.state import Engine, ServerOptions, ServerState

if TYPE_CHECKING:
    import uvicorn

    from lakewright.hosting import Hosting
    from lakewright.settings import Settings

DEMO_EXAMPLE = "retail"
DEMO_NAME = "Retail demo"
FIRST_NAME = "My workspace"  # as in supabase/migrations
STOP_SECONDS = 10
LOOPBACK_NAMES = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Address:
    """Where the database is, as the roles that the server needs."""

    dsn_api: str = field(repr=False)


def serve(settings: "Settings", environ: Mapping[str, str], browser: bool | None = False) -> None:
    """Serve until somebody stops it (Ctrl-C, SIGTERM); nothing is left running then.

    Args:
        environ: Says whether there is a desktop.
        browser: Whether to open one; None: when somebody sits at a desktop.

    Raises:
        LakewrightError: It cannot begin; the problem says why.
    """
    from lakewright.server.browser import opener
    from lakewright.server.logging import configure

    ready = opener(environ, say, wanted=browser, terminal=sys.stdout.isatty())
    configure(settings.log, level=settings.log_level)
    # Before the database: a second server finds out in a moment that it is the second.
    with (
        listening_on(settings.host, settings.port) as listening,
        database(settings) as address,
        contextlib.suppress(KeyboardInterrupt),
        asyncio.Runner(loop_factory=_loop_factory()) as runner,
    ):
        runner.run(_run(settings, address, listening, ready))


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """libuv's loop where it is installed: a third less time for a small request."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


@contextmanager
def database(settings: "Settings") -> Iterator[Address]:
    """The database with its schema: the embedded one, or the one that the settings name.

    Raises:
        LakewrightError: It does not run, or its schema is not up to date.
    """
    from lakewright.store.migrations import MigrationState, migrate, migrations_folder, status

    folder = migrations_folder()
    if settings.database_url is None:
        from lakewright.store.embedded import EmbeddedPostgres, server_folder

        with EmbeddedPostgres(server_folder(settings.data), binaries=settings.pg_bin) as endpoint:
            migrate(endpoint.dsn_migrations, folder)
            yield Address(endpoint.dsn_api)
        return
    if settings.migrations_url is not None:
        found = status(settings.migrations_url.get_secret_value(), folder)
        pending = [each for each in found if each.state is not MigrationState.APPLIED]
        if pending:
            raise LakewrightError(
                f"The database's schema is not this version's: {len(pending)} migrations differ.",
                "Make a backup (`lakewright db dump`), then run `lakewright db migrate`.",
            )
    yield Address(settings.database_url.get_secret_value())


async def _run(
    settings: "Settings",
    address: Address,
    listening: socket.socket,
    ready: Callable[[str], None],
) -> None:
    import uvicorn

    from lakewright.hosting import hosting
    from lakewright.server.app import create_app

    port = listening.getsockname()[1]
    async with hosting(settings, address.dsn_api) as held:
        await _check_schema(held)
        state = await open_state(settings, held, public_url(settings, port))
        server = _server(
            uvicorn.Config(
                create_app(state),
                log_config=None,
                access_log=False,
                # We read forwarded addresses ourselves, from trusted proxies only.
                proxy_headers=False,
                server_header=False,
                timeout_graceful_shutdown=STOP_SECONDS,
                timeout_keep_alive=30,
                h11_max_incomplete_event_size=64 * 1024,
                lifespan="on",
            ),
            state,
        )
        if state.options.demo:
            await _begin_demo(held)
        _say(settings, state)
        ready(state.options.public_url)
        await server.serve([listening])


def _server(config: "uvicorn.Config", state: ServerState) -> "uvicorn.Server":
    """uvicorn, which ends open event streams before it waits for requests to end."""
    import uvicorn

    class Stopping(uvicorn.Server):
        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            state.events.stop()
            await super().shutdown(sockets)

    return Stopping(config)


async def open_state(settings: "Settings", held: "Hosting", url: str) -> ServerState:
    """The adapters as the app wants them."""
    from lakewright.server.generating import generate_worker
    from lakewright.server.jobs import JobQueue
    from lakewright.server.limits import RateLimits
    from lakewright.server.metrics import Metrics
    from lakewright.server.sign_in import sign_in
    from lakewright.server.streams import EventHub
    from lakewright.store.work import JobRows, forget_old_rows

    metrics = Metrics()
    engine = Engine(held.renderer, held.linter, held.proofs, held.engine)
    workers = {"generate": generate_worker(held.database, held.repositories.of, engine)}
    verify, auth = sign_in(settings, held, url, say)
    # 0 is "any": a number that nobody reaches.
    most = settings.rate_limit or 10_000_000
    return ServerState(
        options=_options(settings, url),
        database=held.database,
        repository_of=held.repositories.of,
        engine=engine,
        vault=held.vault,
        verify=verify,
        rate_limits=RateLimits(per_minute=most, anonymous_per_minute=most),
        metrics=metrics,
        events=EventHub(held.dsn if held.listens else "", metrics),
        jobs=JobQueue(
            held.dsn,
            JobRows(held.database),
            workers,
            metrics,
            listens=held.listens,
            tidy=partial(forget_old_rows, held.database),
        ),
        auth=auth,
    )


def _options(settings: "Settings", url: str) -> ServerOptions:
    embedded = settings.supabase_url is None
    name = urlsplit(url).hostname or ""
    hosts = {"127.0.0.1", "localhost", "[::1]", f"[{name}]" if ":" in name else name}
    if not settings.is_loopback:
        hosts.add(settings.host)
    return ServerOptions(
        public_url=url,
        auth_url=settings.supabase_url or url,
        # Our own sign-in API asks for no key, but its client wants one.
        auth_key=settings.supabase_publishable_key or "embedded",
        embedded=embedded,
        sign_up_open=settings.sign_up_open,
        github_sign_in=settings.github_client_id is not None,
        # Behind a proxy with an address of its own, nobody may sign in as the demo user.
        demo=embedded and settings.demo and settings.is_loopback and name in LOOPBACK_NAMES,
        hosts=tuple(sorted(hosts)),
        cors_origins=settings.cors_origins,
        trusted_proxies=settings.trusted_proxies,
        body_limit=settings.body_limit_bytes,
    )


def public_url(settings: "Settings", port: int) -> str:
    """The address that people use; with port 0 only the socket knows it."""
    if settings.port == 0 and urlsplit(settings.public_url).port in (0, None):
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        return f"http://{host}:{port}"
    return settings.public_url


async def _check_schema(held: "Hosting") -> None:
    """Refuse a database that was never migrated, before anything is written to it."""
    from lakewright.access import ANONYMOUS

    async with held.database.acting_as(ANONYMOUS) as connection:
        found = await connection.execute(
            "select 1 from pg_catalog.pg_class as c"
            " join pg_catalog.pg_namespace as n on n.oid = c.relnamespace"
            " where n.nspname = 'public' and c.relname = 'workspaces'"
        )
        if await found.fetchone() is None:
            raise LakewrightError(
                "The database has no Lakewright schema.",
                "Run `lakewright db migrate` with LAKEWRIGHT_MIGRATIONS_URL naming this database.",
            )


async def _begin_demo(held: "Hosting") -> None:
    """The demo user with a workspace that holds the retail example; made once."""
    from lakewright.access import Identity
    from lakewright.server.auth.demo import demo_account
    from lakewright.store.accounts import Accounts
    from lakewright.store.records.workspaces import (
        create_workspace,
        list_workspaces,
        rename_workspace,
    )

    async with Accounts(held.database).transaction("demo") as records:
        account = await demo_account(records)
    identity = Identity(account.id, "")
    async with held.database.acting_as(identity, "demo") as connection:
        page = await list_workspaces(connection, account.id, limit=1)
        if page.items:
            workspace: UUID = page.items[0].id
            if page.items[0].name == FIRST_NAME:
                # The first person on a new server was given it, and it is about retail.
                await rename_workspace(connection, workspace, DEMO_NAME)
        else:
            workspace = await create_workspace(connection, DEMO_NAME)
    # Does nothing when the workspace has documents already.
    await asyncio.to_thread(held.repositories.begin, workspace, DEMO_EXAMPLE)


@contextmanager
def listening_on(host: str, port: int) -> Iterator[socket.socket]:
    """A socket that listens; port 0 takes any free one.

    Raises:
        LakewrightError: Somebody else listens there.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named because asyncio switches Nagle's algorithm off only then; with it every
    # answer that is written in two parts waits 40 ms for the client's delayed acknowledgement.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    with listening:
        try:
            if os.name == "posix":
                listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((host, port))
            listening.listen(512)
        except OSError as error:
            raise LakewrightError(
                f"The server cannot listen on {host}:{port}: {error.strerror or error}.",
                "Another Lakewright may run there already: use it, stop it, or choose another "
                "LAKEWRIGHT_PORT (0: any free one).",
                "LAKEWRIGHT_PORT",
            ) from error
        yield listening


def _say(settings: "Settings", state: ServerState) -> None:
    say(f"Lakewright serves {state.options.public_url}")
    if state.options.demo:
        say(
            "  Anyone on this machine can sign in as the demo user; LAKEWRIGHT_DEMO=no "
            "switches that off."
        )
    if not settings.is_loopback and state.options.public_url.startswith("http://"):
        say("  Other machines can reach it, without encryption: put a proxy with TLS before it.")
    say("  Ctrl-C stops it.")


def say(text: str) -> None:
    """A line for the person at the terminal."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
