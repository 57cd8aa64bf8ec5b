"""Open what a server needs - database, repositories, renderer, keys - and close it together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from lakewright.context import LazyLinter, engine_version
from lakewright.errors import NotFoundError
from lakewright.operations.init import EMPTY, example_files
from lakewright.operations.warm import BoundedProofs
from lakewright.ports import (
    Author,
    ProofMemory,
    PythonLinter,
    SharedRenderer,
    VersionedRepository,
)
from lakewright.settings import Settings

if TYPE_CHECKING:
    from lakewright.git.local_repository import LocalRepositories
    from lakewright.store.database import Database
    from lakewright.store.secrets import Vault


class Repositories:
    """The metadata repository of each workspace; a new workspace gets an empty one."""

    def __init__(self, local: "LocalRepositories") -> None:
        self._local = local

    def of(self, workspace_id: UUID) -> VersionedRepository:
        """The repository of a workspace that exists: callers have checked that it does."""
        try:
            return self._local.open(workspace_id)
        except NotFoundError:
            return self.begin(workspace_id, EMPTY)

    def begin(self, workspace_id: UUID, example: str) -> VersionedRepository:
        """A new repository with the files of an example; the present one when there is one."""
        files = {path: text.encode() for path, text in example_files(example).items()}
        author = Author("Lakewright", "lakewright@localhost")
        try:
            return self._local.create(workspace_id, files, author, "Begin the workspace")
        except Exception:
            # Another request, or another process, was first.
            return self._local.open(workspace_id)


@dataclass(frozen=True, slots=True)
class Hosting:
    """Everything that is open.

    Attributes:
        dsn: Connection string of `app_api`.
        listens: Whether a connection stays with its client, as LISTEN needs; behind a transaction
            pooler it does not.
        engine: Version of everything besides a repository that decides a text and its proof.
    """

    database: "Database"
    dsn: str = field(repr=False)
    listens: bool
    repositories: Repositories
    vault: "Vault"
    renderer: SharedRenderer
    linter: PythonLinter
    proofs: ProofMemory
    engine: str


@asynccontextmanager
async def hosting(settings: Settings, dsn: str) -> AsyncIterator[Hosting]:
    """Open everything for as long as the block runs.

    Args:
        dsn: The database as `app_api`.
    """
    from lakewright.git.local_repository import LocalRepositories
    from lakewright.sandbox.fair import FairRenderer
    from lakewright.store.database import Database
    from lakewright.store.secrets import Vault, load_keys

    vault = Vault(load_keys(settings.master_key, settings.key_file, settings.data))
    with FairRenderer.start() as renderer:
        async with await Database.open(
            dsn,
            transaction_pooler=settings.transaction_pooler,
            max_size=settings.database_connections,
        ) as database:
            yield Hosting(
                database=database,
                dsn=dsn,
                listens=not settings.transaction_pooler,
                repositories=Repositories(LocalRepositories(settings.data / "repositories")),
                vault=vault,
                renderer=renderer,
                linter=LazyLinter(),
                proofs=BoundedProofs(),
                engine=engine_version(),
            )
