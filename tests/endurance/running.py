"""Run the real `lakewright serve`, and end it or its database as roughly as a test wants."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil

READY_SECONDS = 60.0
GONE_SECONDS = 20.0


@dataclass
class Household:
    """A data folder and whoever serves it.

    Attributes:
        root: Has a space in its name; holds the data, the keys and what the servers say.
        members: Every process that was seen to belong to a server, also after it ended.
    """

    root: Path
    members: set[psutil.Process] = field(default_factory=set)

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def postmaster(self) -> psutil.Process:
        """The database's first process."""
        found = self.data / "postgres" / "data" / "postmaster.pid"
        return psutil.Process(int(found.read_text(encoding="ascii").split()[0]))

    def command(self, port: int) -> list[str]:
        """The command line of a server."""
        return [sys.executable, "-m", "lakewright", "serve", "--port", str(port)]

    @property
    def environ(self) -> dict[str, str]:
        """The environment of a server: nothing of Lakewright's but this household's."""
        environ = {k: v for k, v in os.environ.items() if not k.startswith("LAKEWRIGHT_")}
        return environ | {
            "LAKEWRIGHT_DATA": str(self.data),
            "LAKEWRIGHT_KEY_FILE": str(self.root / "keys" / "master.key"),
            "LAKEWRIGHT_CACHE": str(self.root / "cache"),
            "LAKEWRIGHT_RATE_LIMIT": "0",
            "PYTHONUNBUFFERED": "1",
        }

    def spawn(self, port: int) -> subprocess.Popen[bytes]:
        """Start `serve`, as a terminal does: the leader of a group that gets Ctrl-C together."""
        with self.log(port).open("ab") as log:
            return subprocess.Popen(
                self.command(port),
                env=self.environ,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd=self.root,
            )

    def log(self, port: int) -> Path:
        """What the servers on a port have said."""
        return self.root / f"server-{port}.log"

    @contextlib.contextmanager
    def serving(self, port: int) -> Iterator[subprocess.Popen[bytes]]:
        """A server that answers; at the end of the block it is ended if it still runs."""
        process = self.spawn(port)
        try:
            self.wait_ready(port, process)
            yield process
        finally:
            if process.poll() is None:
                self.note(process)
                process.kill()
            process.wait(GONE_SECONDS)

    def wait_ready(self, port: int, process: subprocess.Popen[bytes]) -> None:
        """Wait until the server says that it is ready."""
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            assert process.poll() is None, self.log(port).read_text()[-3000:]
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=5).status_code == 200:
                    self.note(process)
                    return
            time.sleep(0.1)
        raise AssertionError("not ready: " + self.log(port).read_text()[-3000:])

    def note(self, process: subprocess.Popen[bytes]) -> None:
        """Remember who belongs to a server: once it is killed, nobody can tell."""
        with contextlib.suppress(psutil.NoSuchProcess):
            server = psutil.Process(process.pid)
            self.members |= {server, *server.children(recursive=True)}
        with contextlib.suppress(OSError, IndexError, ValueError, psutil.NoSuchProcess):
            self.members |= {self.postmaster, *self.postmaster.children(recursive=True)}

    def left_behind(self) -> list[str]:
        """Members that still run after a while, in words."""
        _, alive = psutil.wait_procs(self.members, timeout=GONE_SECONDS)
        found = []
        for process in alive:
            with contextlib.suppress(psutil.NoSuchProcess):
                if process.status() != psutil.STATUS_ZOMBIE:
                    found.append(f"{process.pid} {' '.join(process.cmdline())[:200]}")
        return found


@contextlib.contextmanager
def household() -> Iterator[Household]:
    """A fresh one; nobody of it outlives the block.

    Not pytest's own folder: that is private, and as root the database runs as somebody else.
    """
    root = Path(tempfile.mkdtemp(prefix="lakewright endurance "))
    root.chmod(0o711)
    found = Household(root)
    try:
        yield found
    finally:
        for process in found.members:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(found.members, timeout=GONE_SECONDS)
        shutil.rmtree(root, ignore_errors=True)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def press_ctrl_c(process: subprocess.Popen[bytes]) -> int:
    """What a terminal does: SIGINT to the whole group. Returns the server's exit code."""
    os.killpg(process.pid, signal.SIGINT)
    return process.wait(GONE_SECONDS)


def visitor(port: int) -> httpx.Client:
    """The demo user, signed in."""
    base = f"http://127.0.0.1:{port}"
    signed = httpx.post(f"{base}/auth/v1/demo", json={}, timeout=30)
    assert signed.status_code == 200, signed.text
    return httpx.Client(
        base_url=base,
        headers={"Authorization": f"Bearer {signed.json()['access_token']}"},
        timeout=20,
    )


def all_of(client: httpx.Client, path: str) -> list[dict[str, Any]]:
    """Every item of a list that comes in pages."""
    found: list[dict[str, Any]] = []
    cursor = None
    while True:
        answer = client.get(path, params={"limit": 200} | ({"cursor": cursor} if cursor else {}))
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        cursor = answer.json()["next_cursor"]
        if cursor is None:
            return found
