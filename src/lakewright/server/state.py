"""Everything that an app holds open while it runs."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from anyio import CapacityLimiter

from lakewright.access import ANONYMOUS, Identity
from lakewright.operations.documents import KnownTitles
from lakewright.operations.kept_models import OpenedAnswers
from lakewright.operations.model_cards import KnownCards, LastChanges
from lakewright.operations.warm import WarmMetadata
from lakewright.ports import ProofMemory, PythonLinter, SharedRenderer
from lakewright.server.limits import Networks, RateLimits
from lakewright.server.metrics import Metrics
from lakewright.server.streams import EventHub

if TYPE_CHECKING:
    from fastapi import APIRouter

    from lakewright.ports import VersionedRepository
    from lakewright.server.jobs import JobQueue
    from lakewright.store.database import Database
    from lakewright.store.secrets import Vault

MOST_RENDERING = 40

Verify = Callable[[str], Awaitable[Identity]]


@dataclass(frozen=True, slots=True)
class Engine:
    """What rendering and proving needs, warm.

    Attributes:
        version: Version of everything besides a repository that decides a text and its proof.
        rendering: Threads that may wait for a template; other work has threads of its own.
    """

    renderer: SharedRenderer
    linter: PythonLinter
    proofs: ProofMemory
    version: str
    metadata: WarmMetadata = field(default_factory=WarmMetadata)
    rendering: CapacityLimiter = field(default_factory=partial(CapacityLimiter, MOST_RENDERING))
    titles: KnownTitles = field(default_factory=KnownTitles)
    openings: OpenedAnswers = field(default_factory=OpenedAnswers)
    cards: KnownCards = field(default_factory=KnownCards)
    changes: LastChanges = field(default_factory=LastChanges)


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """The settings that the app itself looks at.

    Attributes:
        public_url: Address that people use, without a slash at the end.
        auth_url: Where the browser signs in: ours, or the Supabase project's.
        auth_key: Publishable key for it; no secret.
        embedded: Whether this server signs people in itself.
        body_limit: Bytes.
    """

    public_url: str = "http://127.0.0.1:8765"
    auth_url: str = "http://127.0.0.1:8765"
    auth_key: str = "embedded"
    embedded: bool = True
    sign_up_open: bool = True
    github_sign_in: bool = False
    demo: bool = False
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")
    cors_origins: tuple[str, ...] = ()
    trusted_proxies: Networks = ()
    body_limit: int = 10_000_000
    per_minute: int = 1200
    anonymous_per_minute: int = 120


@dataclass(frozen=True, slots=True)
class ServerState:
    """One app's adapters and counters.

    Attributes:
        repository_of: The metadata repository of a workspace; made when it is new.
        verify: A token's identity; raises what refuses it.
        auth: Our own sign-in API; None when a Supabase project signs people in.
    """

    options: ServerOptions
    database: "Database"
    repository_of: Callable[[UUID], "VersionedRepository"]
    engine: Engine
    vault: "Vault"
    verify: Verify
    rate_limits: RateLimits
    metrics: Metrics
    events: EventHub
    jobs: "JobQueue"
    auth: "APIRouter | None" = None

    async def readiness(self) -> dict[str, str]:
        """What is looked at -> `ok`, or what is in the way, in words without addresses."""
        import psycopg
        from psycopg_pool import PoolTimeout

        found = {"stopping": "ok" if not self.events.stopping.is_set() else "the server stops"}
        try:
            async with self.database.acting_as(ANONYMOUS) as connection:
                await connection.execute("select 1")
            found["database"] = "ok"
        except (psycopg.Error, PoolTimeout, OSError):
            found["database"] = "does not answer"
        return found
