"""Repositories to try things on."""

from collections.abc import Callable, Mapping
from pathlib import Path
from uuid import UUID

import pytest

from lakewright.git.local_repository import LocalRepositories
from lakewright.ports import Author, BranchedRepository

ADA = Author("Ada Lovelace", "ada@example.com")
WORKSPACE = UUID("00000000-0000-4000-8000-000000000001")
Maker = Callable[[Mapping[str, bytes]], BranchedRepository]


@pytest.fixture(params=["local"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Maker:
    """Makes a repository that begins with some files; one row here for each adapter."""

    def local(files: Mapping[str, bytes]) -> BranchedRepository:
        repositories = LocalRepositories(tmp_path / "a folder" / "repositories")
        return repositories.create(WORKSPACE, files, ADA, "Begin")

    return {"local": local}[str(request.param)]
