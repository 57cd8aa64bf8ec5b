"""Everything works behind a transaction pooler as well; what is late says so."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from psycopg.conninfo import conninfo_to_dict

from lakewright.store.embedded import Endpoint
from tests.server.conftest import Loop, Running, running

PROGRAM = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
pytestmark = pytest.mark.skipif(PROGRAM is None, reason="PgBouncer is not installed")


@pytest.fixture(scope="module")
def pooler(migrated_database: Endpoint) -> Iterator[str]:
    """PgBouncer in transaction mode, with fewer server connections than the server opens."""
    there = conninfo_to_dict(migrated_database.dsn_api)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    folder = Path(tempfile.mkdtemp(prefix="lakewright pooler "))
    folder.chmod(0o711)
    configured = folder / "pgbouncer.ini"
    target = " ".join(
        f"{name}='{there[name]}'"
        for name in ("host", "port", "dbname", "user", "password")
        if there.get(name)
    )
    configured.write_text(
        f"[databases]\nlakewright = {target}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n"
        f"listen_port = {port}\nunix_socket_dir =\nauth_type = any\npool_mode = transaction\n"
        "default_pool_size = 3\nmax_client_conn = 200\n"
    )
    configured.chmod(0o644)
    assert PROGRAM is not None
    process = subprocess.Popen(
        [PROGRAM, str(configured)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        # It refuses to run as root, and only the database's own user may enter its socket's folder.
        user=Path(str(there["host"])).stat().st_uid if os.geteuid() == 0 else None,
        cwd="/",
    )
    try:
        for _ in range(100):
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None, process.stderr.read() if process.stderr else ""
            time.sleep(0.05)
        yield f"postgresql://app_api@127.0.0.1:{port}/lakewright"
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def server(
    migrated_database: Endpoint, pooler: str, tmp_path_factory: pytest.TempPathFactory, loop: Loop
) -> Iterator[Running]:
    """A server that knows no other way to the database."""
    yield from running(
        migrated_database, tmp_path_factory.mktemp("data folder"), loop, pooler=pooler
    )


def test_it_is_ready_and_says_what_is_late_and_what_to_do(server: Running) -> None:
    found = httpx.get(f"{server.url}/readyz")
    assert (found.status_code, found.json()["ready"]) == (200, True)
    [note] = found.json()["notes"]
    assert "Only a transaction pooler leads to the database" in note
    assert "session pooler (port 5432 on Supabase)" in note


def test_nobody_gets_another_ones_rows_when_connections_are_shared(server: Running) -> None:
    people = [server.person() for _ in range(6)]
    for person in people:
        server.workspace(person, f"of {person.email}")
    for _ in range(5):
        for person in people:
            names = [row["name"] for row in person.client.get("/workspaces").json()["items"]]
            assert f"of {person.email}" in names
            others = {f"of {other.email}" for other in people} - {f"of {person.email}"}
            assert others.isdisjoint(names)


def test_work_in_the_background_is_done(server: Running) -> None:
    person = server.person()
    workspace = server.workspace(person, example="customer_pipeline")
    asked = person.client.post(f"/workspaces/{workspace}/generations", json={"wanted": ""})
    assert asked.status_code == 202, asked.text
    ended = server.wait_for_job(person, workspace, asked.json()["id"])
    assert ended["status"] == "succeeded", ended


def test_events_are_seen(server: Running) -> None:
    person = server.person()
    workspace = server.workspace(person)
    with person.client.stream("GET", f"/workspaces/{workspace}/events") as stream:
        lines = stream.iter_lines()
        assert next(lines).startswith(":")
        saved = person.client.post(
            f"/workspaces/{workspace}/documents",
            json={"kind": "model", "id": "late"},
            headers={"Idempotency-Key": str(uuid4())},
        )
        assert saved.status_code == 201, saved.text
        assert any("metadata/models/late.yaml" in line for line in lines)
