"""A sign-in API on a database of its own for each test module."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from typing import Any

import pytest
from fastapi.testclient import TestClient

from lakewright.store.embedded import Endpoint
from tests.server.auth.harness import PUBLIC_URL, World
from tests.store.conftest import (  # noqa: F401 -- fixtures count where they are imported
    _migrated_template,
    database_server,
    migrated_database,
    pg_bin,
    server_folder,
)

_numbers = count(1)


@pytest.fixture
def world(migrated_database: Endpoint) -> World:  # noqa: F811
    """Settings, outbox and fake GitHub; change them before `serve`."""
    return World(migrated_database)


@pytest.fixture
def serve() -> Iterator[Callable[..., TestClient]]:
    """Starts a world and gives a client of it."""
    with ExitStack() as stack:

        def start(world: World, **options: Any) -> TestClient:
            options = {
                "base_url": PUBLIC_URL,
                "client": ("203.0.113.9", 50000),
                "follow_redirects": False,
                **options,
            }
            return stack.enter_context(TestClient(world.app(), **options))

        yield start


@pytest.fixture
def email() -> str:
    """An address that nobody has used yet."""
    return f"person{next(_numbers)}@example.com"
