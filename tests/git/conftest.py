"""Repositories to try things on."""

from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from lakewright.git.github.client import GithubClient
from lakewright.git.github.repository import GithubRepository
from lakewright.git.local_repository import LocalRepositories
from lakewright.ports import Author, BranchedRepository
from tests.git.github_server import Host, serving

ADA = Author("Ada Lovelace", "ada@example.com")
WORKSPACE = UUID("00000000-0000-4000-8000-000000000001")
TOKEN = "github_pat_good"
Maker = Callable[[Mapping[str, bytes]], BranchedRepository]


@pytest.fixture(scope="session")
def github(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """A host that every test of a process shares; each makes a repository of its own."""
    with serving(Host(tmp_path_factory.mktemp("github"))) as host:
        yield host


_numbers = count()


def connected(
    host: Host, name: str, folder: Path, branch: str = "main", **more: Any
) -> GithubRepository:
    """A repository of the host as the product sees it."""
    from github.Auth import Token

    client = GithubClient(lambda: Token(TOKEN), host.url)
    return GithubRepository(client, name, branch, folder, **more)


@pytest.fixture(params=["local", "github"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Maker:
    """Makes a repository that begins with some files; one row here for each adapter."""

    def local(files: Mapping[str, bytes]) -> BranchedRepository:
        repositories = LocalRepositories(tmp_path / "a folder" / "repositories")
        return repositories.create(WORKSPACE, files, ADA, "Begin")

    def github(files: Mapping[str, bytes]) -> BranchedRepository:
        host: Host = request.getfixturevalue("github")
        name = f"acme/pipelines-{next(_numbers)}"
        host.new(name, files)
        return connected(host, name, tmp_path / "a folder" / name)

    return {"local": local, "github": github}[str(request.param)]
