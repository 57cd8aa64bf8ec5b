"""A running server on a real database, real repositories and real sockets, for each module."""

import asyncio
import itertools
import threading
from collections.abc import Coroutine, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest

from lakewright.context import LazyLinter, engine_version
from lakewright.git.local_repository import LocalRepositories
from lakewright.hosting import Repositories
from lakewright.operations.warm import BoundedProofs
from lakewright.sandbox.fair import FairRenderer
from lakewright.server.app import create_app
from lakewright.server.auth.keys import SigningKeys
from lakewright.server.auth.verify import Verifier
from lakewright.server.generating import generate_worker
from lakewright.server.jobs import JobQueue
from lakewright.server.limits import RateLimits
from lakewright.server.metrics import Metrics
from lakewright.server.serve import listening_on
from lakewright.server.state import Engine, ServerOptions, ServerState
from lakewright.server.streams import EventHub
from lakewright.store.database import Database
from lakewright.store.embedded import Endpoint
from lakewright.store.secrets import KeyRing, Vault
from lakewright.store.work import JobRows
from tests.store.conftest import (
    _migrated_template,
    database_server,
    empty_database,
    migrated_database,
    pg_bin,
    server_folder,
)

__all__ = [
    "_migrated_template",
    "database_server",
    "empty_database",
    "migrated_database",
    "pg_bin",
    "server_folder",
]

ISSUER = "http://127.0.0.1/auth/v1"
_numbers = itertools.count(1)


class Loop:
    """An event loop in a thread: the app lives there, tests stay plain functions."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(10)
        self.loop.close()


@dataclass(frozen=True)
class Person:
    """Somebody with an account; `client` sends their requests."""

    id: UUID
    email: str
    client: httpx.Client


@dataclass
class Running:
    """A server that answers at `url`."""

    url: str
    state: ServerState
    endpoint: Endpoint
    keys: SigningKeys
    loop: Loop
    repositories: Repositories
    clients: list[httpx.Client] = field(default_factory=list)

    def client(self, token: str = "", **headers: str) -> httpx.Client:
        """Somebody who sends that token, or nobody."""
        if token:
            headers["Authorization"] = f"Bearer {token}"
        client = httpx.Client(base_url=f"{self.url}/api/v1", headers=headers, timeout=30)
        self.clients.append(client)
        return client

    def token(self, user_id: UUID, email: str, **claims: Any) -> str:
        import time

        now = int(time.time())
        return self.keys.sign(
            {
                "iss": ISSUER,
                "aud": "authenticated",
                "sub": str(user_id),
                "email": email,
                "role": "authenticated",
                "session_id": str(uuid4()),
                "iat": now,
                "exp": now + 3600,
                **claims,
            }
        )

    def person(self, name: str = "somebody") -> Person:
        """A new account."""
        user_id, email = uuid4(), f"{name}{next(_numbers)}@example.com"
        with psycopg.connect(self.endpoint.dsn_admin) as connection:
            connection.execute(
                "insert into auth.users (id, email, email_confirmed_at) values (%s, %s, now())",
                (user_id, email),
            )
        return Person(user_id, email, self.client(self.token(user_id, email)))

    def workspace(self, owner: Person, name: str = "Shop", example: str = "") -> UUID:
        """A new workspace; with an example also its documents."""
        with psycopg.connect(self.endpoint.dsn_admin) as connection:
            row = connection.execute(
                "select private.insert_workspace(%s, %s)", (name, owner.id)
            ).fetchone()
        assert row is not None
        if example:
            self.repositories.begin(row[0], example)
        return UUID(str(row[0]))

    def wait_for_job(self, person: Person, workspace_id: UUID, job_id: str) -> dict[str, Any]:
        """A piece of work once it has ended."""
        for _ in range(600):
            found: dict[str, Any] = person.client.get(
                f"/workspaces/{workspace_id}/jobs/{job_id}"
            ).json()
            if found["status"] not in ("queued", "running"):
                return found
            threading.Event().wait(0.05)
        raise AssertionError(f"the work does not end: {found}")

    def join(self, workspace_id: UUID, person: Person, role: str) -> None:
        """Make somebody a member."""
        with psycopg.connect(self.endpoint.dsn_admin) as connection:
            connection.execute(
                "insert into public.workspace_members values (%s, %s, %s)"
                " on conflict (workspace_id, user_id) do update set role = excluded.role",
                (workspace_id, person.id, role),
            )

    def member(self, workspace_id: UUID, role: str) -> Person:
        """A new person with a role."""
        person = self.person(role)
        self.join(workspace_id, person, role)
        return person


def running(
    endpoint: Endpoint,
    folder: Path,
    loop: Loop,
    options: ServerOptions | None = None,
    *,
    pooler: str = "",
) -> Iterator[Running]:
    """Start a server and stop it.

    Args:
        pooler: Connection string of a transaction pooler; the only way to the database then.
    """
    import uvicorn

    dsn = pooler or endpoint.dsn_api

    keys = SigningKeys.generate()
    holder = ExitStack()
    listening = holder.enter_context(listening_on("127.0.0.1", 0))
    port = listening.getsockname()[1]
    metrics = Metrics()
    chosen = options or ServerOptions(per_minute=100_000, anonymous_per_minute=100_000)
    repositories = Repositories(LocalRepositories(folder / "repositories"))
    with holder, FairRenderer.start(quick_workers=1, workers=2) as renderer:

        async def open_state() -> ServerState:
            database = await Database.open(dsn, max_size=8, transaction_pooler=bool(pooler))
            engine = Engine(renderer, LazyLinter(), BoundedProofs(), engine_version())
            workers = {"generate": generate_worker(database, repositories.of, engine)}
            return ServerState(
                options=replace(chosen, public_url=f"http://127.0.0.1:{port}"),
                database=database,
                repository_of=repositories.of,
                engine=engine,
                vault=Vault(KeyRing.of([b"k" * 32])),
                verify=Verifier(ISSUER, keys).verify,
                rate_limits=RateLimits(
                    per_minute=chosen.per_minute,
                    anonymous_per_minute=chosen.anonymous_per_minute,
                ),
                metrics=metrics,
                events=EventHub("" if pooler else dsn, metrics),
                jobs=JobQueue(dsn, JobRows(database), workers, metrics, listens=not pooler),
            )

        state = loop.run(open_state())
        server = uvicorn.Server(
            uvicorn.Config(
                create_app(state), log_config=None, timeout_graceful_shutdown=2, lifespan="on"
            )
        )
        serving = asyncio.run_coroutine_threadsafe(server.serve([listening]), loop.loop)
        found = Running(f"http://127.0.0.1:{port}", state, endpoint, keys, loop, repositories)
        try:
            while not server.started and not serving.done():
                threading.Event().wait(0.01)
            yield found
        finally:
            for client in found.clients:
                client.close()
            state.events.stop()
            server.should_exit = True
            serving.result(30)
            loop.run(state.database.close())


@pytest.fixture(scope="module")
def loop() -> Iterator[Loop]:
    """One event loop for each module."""
    made = Loop()
    yield made
    made.close()


@pytest.fixture(scope="module")
def server(
    migrated_database: Endpoint, tmp_path_factory: pytest.TempPathFactory, loop: Loop
) -> Iterator[Running]:
    """A server without limits that a test would notice."""
    yield from running(migrated_database, tmp_path_factory.mktemp("data folder"), loop)


@pytest.fixture(scope="module")
def owner(server: Running) -> Person:
    """The owner of the workspace `shop`."""
    return server.person("owner")


@pytest.fixture(scope="module")
def shop(server: Running, owner: Person) -> UUID:
    """A workspace with the retail example."""
    return server.workspace(owner, "Shop", "retail")
