"""The client that browsers use, `@supabase/supabase-js`, signs in to our server."""

import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import uvicorn
from fastapi.responses import JSONResponse

from lakewright.server.auth.github import github_client
from lakewright.server.auth.settings import GitHubSettings
from lakewright.store.embedded import Endpoint
from tests.server.auth.harness import World

PROJECT = Path(__file__).parents[2] / "js"


@pytest.fixture
def server(migrated_database: Endpoint) -> Iterator[str]:
    """The address of a running server, with a fake GitHub and an outbox beside it."""
    listening = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    world = World(migrated_database, web=github_client)
    world.settings = replace(
        world.settings,
        public_url=address,
        github=GitHubSettings("id", "secret", f"{address}/github", f"{address}/github"),
    )
    app = world.app()
    app.mount("/github", world.github.app())

    @app.get("/test/outbox")
    async def outbox(to: str) -> JSONResponse:
        if not any(
            letter.to == to and "/verify?" in letter.text for letter in world.outbox.letters
        ):
            return JSONResponse({}, 404)
        return JSONResponse(
            {"link": address + world.outbox.link(to, address), "code": world.outbox.code(to)}
        )

    running = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="on"))
    thread = threading.Thread(target=running.run, args=([listening],))
    thread.start()
    yield address
    running.should_exit = True
    thread.join()


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
def test_the_javascript_client_passes_every_flow(server: str) -> None:
    installed = PROJECT / "node_modules" / "@supabase" / "supabase-js"
    assert installed.is_dir(), "run scripts/setup-js.sh first"

    done = subprocess.run(
        ["node", "--test", "--test-reporter=spec", "auth.test.mjs"],
        cwd=PROJECT,
        env={**os.environ, "AUTH_TEST_URL": server},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "fail 0" in done.stdout
