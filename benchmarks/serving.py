"""B3 and B5 over HTTP: what a real `lakewright serve` answers, beside a bare route."""

import asyncio
import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any
from uuid import UUID

from benchmarks.measure import Figure, figure, percentile

BARE_RATIO = 1.25  # at least 0.8x its requests
CPU_MS = 0.9
KNOWN_MS, NEW_MS, BESIDE_HOSTILE_MS = (2.0, 10.0), (15.0, 60.0), 20.0
PAIRS, REQUESTS, CONNECTIONS = 5, 600, 16
PREVIEWS, NEW_PREVIEWS, HOSTILE_PREVIEWS = 300, 80, 200
MODELS, MEMBERS, GENERATORS, ATTACKERS = 1_000, 50, 20, 2
PASSWORD = "correct horse battery staple"
START_SECONDS, WORK_SECONDS = 60.0, 120.0
HOSTILE = ("{{ 9 ** (9 ** 9) }}", "{% for i in range(99999) %}{% for j in range(99999) %}"
           "{% endfor %}{% endfor %}")  # fmt: skip
TEMPLATE = "managed_delta_table"


class UnexpectedAnswerError(Exception):
    """An answer that makes the figures void."""


@dataclass(frozen=True, slots=True)
class Site:
    """A server that runs.

    Attributes:
        base: Path of the demo workspace.
    """

    pid: int
    port: int
    data: Path
    token: str = ""
    base: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account, a network address and a workspace of their own."""

    token: str
    address: str
    base: str = ""


class Client:
    """One kept connection, little more than its bytes: the client must not be the brake.

    Args:
        person: Who asks; by default the demo user.
    """

    def __init__(self, site: Site, person: Person | None = None) -> None:
        self._site = site
        self._token = person.token if person else site.token
        self._address = person.address if person else ""
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, body: Any = None) -> tuple[int, bytes]:
        """Status and body."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._site.port)
        reader, writer = self._streams
        sent = b"" if body is None else json.dumps(body).encode()
        lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(sent)}"]
        if sent:
            lines.append("Content-Type: application/json")
        if self._token:
            lines.append(f"Authorization: Bearer {self._token}")
        if self._address:
            lines.append(f"X-Forwarded-For: {self._address}")
        writer.write("\r\n".join([*lines, "", ""]).encode() + sent)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = int(head.partition("content-length:")[2].partition("\r\n")[0])
        return int(head.split(" ", 2)[1]), await reader.readexactly(length)

    async def json(self, method: str, path: str, body: Any = None) -> Any:
        """The value of a good answer."""
        status, found = await self.ask(method, path, body)
        if status >= 300:
            raise UnexpectedAnswerError(f"{method} {path}: {status} {found[:300]!r}")
        return json.loads(found)

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()


def measure() -> Iterator[Figure]:
    """Start the servers, measure, and stop them."""
    root = Path(tempfile.mkdtemp(prefix="lakewright-bench-"))
    # As root the database runs as somebody else, who has to get in.
    root.chmod(0o711)
    try:
        with lakewright_site(root) as site:
            yield from asyncio.run(_all(site))
    finally:
        shutil.rmtree(root, ignore_errors=True)


async def _all(started: Site) -> list[Figure]:
    site = await _signed_in(started)
    people = [await _signed_up(site, number) for number in range(MEMBERS)]
    return [
        *await _one_row(site),
        *await _previews(site, people[:ATTACKERS]),
        *await _listing(site, people),
        *await _generating(site, people[:GENERATORS]),
    ]


async def _signed_in(site: Site) -> Site:
    async with _clients(site, 1) as [client]:
        token = (await client.json("POST", "/auth/v1/demo", {}))["access_token"]
    signed = Site(site.pid, site.port, site.data, token)
    async with _clients(signed, 1) as [client]:
        [workspace] = (await client.json("GET", "/api/v1/workspaces"))["items"]
    return Site(site.pid, site.port, site.data, token, f"/api/v1/workspaces/{workspace['id']}")


async def _signed_up(site: Site, number: int) -> Person:
    """A new person, from an address of their own, with a workspace of their own."""
    person = Person("", f"203.0.113.{number + 1}")
    body = {"email": f"person{number}@example.com", "password": PASSWORD}
    async with _clients(site, 1, person) as [client]:
        person = Person((await client.json("POST", "/auth/v1/signup", body))["access_token"],
                        person.address)  # fmt: skip
    async with _clients(site, 1, person) as [client]:
        made = await client.json("POST", "/api/v1/workspaces", {"name": f"Of person {number}"})
    return Person(person.token, person.address, f"/api/v1/workspaces/{made['id']}")


async def _one_row(site: Site) -> list[Figure]:
    """B5: the same row through the API and through a bare route, in turns."""
    async with _clients(site, 1) as [client]:
        body = {"name": "bench", "type": "cluster", "config": {"num_workers": 2}}
        row = (await client.json("POST", f"{site.base}/configurations", body))["id"]
        keys = await client.json("GET", "/auth/v1/.well-known/jwks.json")
    ours: list[tuple[float, float]] = []
    bare: list[tuple[float, float]] = []
    slow: list[float] = []
    with _bare(site, keys) as other:
        for number in range(PAIRS + 1):
            one = await _loaded(site, f"{site.base}/configurations/{row}")
            two = await _loaded(other, f"/rows/{row}")
            if number:  # the first pair only warms up
                ours.append(one[:2])
                bare.append(two[:2])
                slow.append(percentile(one[2], 0.99) / percentile(one[2], 0.5))
    name = f"B5 GET of one row, {CONNECTIONS} connections"
    pairs = list(zip(ours, bare, strict=True))
    return [
        figure(name, "time a request / bare route", [a[0] / b[0] for a, b in pairs], "x",
               BARE_RATIO),
        figure(name, "server CPU a request / bare route", [a[1] / b[1] for a, b in pairs], "x"),
        figure(name, "server CPU a request", [a[1] * 1000 for a in ours], "ms", CPU_MS),
        figure(name, "bare route, CPU a request", [b[1] * 1000 for b in bare], "ms"),
        figure(name, "time a request", [a[0] * 1000 for a in ours], "ms"),
        figure(name, "p99 / p50", slow, "x", 3),
    ]  # fmt: skip


async def _loaded(site: Site, path: str) -> tuple[float, float, list[float]]:
    """Seconds and CPU seconds of the server a request, and each latency."""
    import psutil

    server = psutil.Process(site.pid)
    taken: list[float] = []
    async with _clients(site, CONNECTIONS) as clients:

        async def some(client: Client) -> None:
            for _ in range(REQUESTS // CONNECTIONS):
                began = time.perf_counter()
                await client.json("GET", path)
                taken.append(time.perf_counter() - began)

        before, began = server.cpu_times(), time.perf_counter()
        await asyncio.gather(*map(some, clients))
        wall, after = time.perf_counter() - began, server.cpu_times()
    cpu = after.user + after.system - before.user - before.system
    return wall / len(taken), cpu / len(taken), taken


async def _previews(site: Site, attackers: Sequence[Person]) -> list[Figure]:
    """B3: known source, new source each, and a known one beside people with hostile templates.

    No two hostile sources are the same, so that the server has to try each.
    """
    path = f"{site.base}/preview"
    text = next(
        file.read_text(encoding="utf-8")
        for file in (files("lakewright") / "templates/builtin/table_management").iterdir()
        if file.name == f"{TEMPLATE}.yaml"
    )

    def known(number: int) -> Any:
        return {"template": TEMPLATE, "values": {"table": f"main.sales.t{number}"}}

    def new(number: int) -> Any:
        old = "template_content: |\n"
        return {"unsaved": text.replace(old, f"{old}      {{# {number} #}}\n")}

    def hostile(number: int) -> Any:
        source = HOSTILE[number % len(HOSTILE)]
        whole = text[: text.index("    template_content: |")]
        return {"unsaved": f"{whole}    template_content: |\n      {{# {number} #}}{source}\n"}

    async def attack(person: Person) -> None:
        async with _clients(site, 1, person) as [client]:
            for number in range(1_000):
                await client.ask("POST", f"{person.base}/preview", hostile(number))

    async with _clients(site, 1) as [client]:
        first = await _timed(client, path, [known(n) for n in range(PREVIEWS)])
        second = await _timed(client, path, [new(n) for n in range(NEW_PREVIEWS)])
        attacks = [asyncio.create_task(attack(each)) for each in attackers]
        await asyncio.sleep(0.2)  # until they are at it
        beside = await _timed(client, path, [known(n) for n in range(HOSTILE_PREVIEWS)])
        for task in attacks:
            task.cancel()
        await asyncio.gather(*attacks, return_exceptions=True)
    name = "B3 preview over HTTP"
    return [
        Figure(name, "known source, p50", percentile(first, 0.5), "ms", KNOWN_MS[0]),
        Figure(name, "known source, p99", percentile(first, 0.99), "ms", KNOWN_MS[1]),
        Figure(name, "new source each, p50", percentile(second, 0.5), "ms", NEW_MS[0]),
        Figure(name, "new source each, p99", percentile(second, 0.99), "ms", NEW_MS[1]),
        Figure(name, "beside two hostile, p50", percentile(beside, 0.5), "ms"),
        Figure(name, "beside two hostile, p99", percentile(beside, 0.99), "ms", BESIDE_HOSTILE_MS),
    ]


async def _timed(client: Client, path: str, bodies: Sequence[Any]) -> list[float]:
    """Milliseconds of each answer; the first three only warm up."""
    found = []
    for body in (*bodies[:3], *bodies):
        began = time.perf_counter()
        if not (await client.json("POST", path, body))["text"]:
            raise UnexpectedAnswerError(f"an empty preview of {str(body)[:200]}")
        found.append((time.perf_counter() - began) * 1000)
    return found[3:]


async def _searching(site: Site) -> list[Figure]:
    """B4: ranked search in a workspace that keeps 10,000 templates of its own."""
    from benchmarks.language import QUERIES, SEARCH_MS, TEMPLATES, many_templates
    from lakewright.git.local_repository import LocalRepositories
    from lakewright.ports import Author
    from lakewright.templates.yaml_codec import template_to_value
    from lakewright.yaml_text.write import dump

    workspace = await _new_workspace(site, "Searching")
    async with _clients(site, 1) as [client]:
        await client.json("GET", f"/api/v1/workspaces/{workspace}/documents")
        repository = LocalRepositories(site.data / "repositories").open(UUID(workspace))
        values = [template_to_value(template) for template in many_templates(TEMPLATES)]
        for value in values:
            value["template_content"] = "SELECT 1;\n"
        files_of = {
            f"metadata/templates/t{start:05d}.yaml": dump(
                {"templates": values[start : start + 100]}
            ).encode()
            for start in range(0, len(values), 100)
        }
        repository.commit(files_of, "Many", Author("Bench", "bench@localhost"), {})
        path = f"/api/v1/workspaces/{workspace}/templates-search?limit=20&q="
        began = time.perf_counter()
        found = await client.json("GET", f"{path}merge")
        first = time.perf_counter() - began
        if not found["total"]:
            raise UnexpectedAnswerError("a search found nothing")
        taken = []
        for number in range(20 * len(QUERIES)):
            words = QUERIES[number % len(QUERIES)].replace(" ", "%20")
            began = time.perf_counter()
            await client.json("GET", path + words)
            taken.append((time.perf_counter() - began) * 1000)
    name = f"B4 search over {TEMPLATES:,} templates through HTTP"
    return [
        Figure(name, "p50", percentile(taken, 0.5), "ms", SEARCH_MS[0]),
        Figure(name, "p99", percentile(taken, 0.99), "ms", SEARCH_MS[1]),
        Figure(name, "first search, everything read", first, "s"),
    ]


async def _listing(site: Site, people: Sequence[Person]) -> list[Figure]:
    """A workspace of a thousand models, listed by all members of a large team at once."""
    from lakewright.git.local_repository import LocalRepositories
    from lakewright.ports import Author

    workspace = await _new_workspace(site, "Listing")
    base = f"/api/v1/workspaces/{workspace}"
    async with _clients(site, 1) as [client]:
        # The first look begins the repository.
        await client.json("GET", f"{base}/documents")
        for person in people:
            made = await client.json("POST", f"{base}/invitations", {"role": "viewer"})
            async with _clients(site, 1, person) as [joining]:
                await joining.json("POST", "/api/v1/invitations/accept", {"token": made["token"]})
    repository = LocalRepositories(site.data / "repositories").open(UUID(workspace))
    models = {
        f"metadata/models/m{n:04d}.yaml": f"data_models:\n  - id: m{n:04d}\n".encode()
        for n in range(MODELS)
    }
    repository.commit(models, "Many", Author("Bench", "bench@localhost"), {})
    path = f"{base}/documents"

    async def look(client: Client) -> float:
        began = time.perf_counter()
        found = await client.json("GET", path)
        if len(found) < MODELS:
            raise UnexpectedAnswerError(f"{len(found)} documents")
        return (time.perf_counter() - began) * 1000

    clients = [Client(site, person) for person in people]
    try:
        first = await look(clients[0])
        alone = [await look(clients[0]) for _ in range(20)]
        together = await asyncio.gather(*map(look, clients))
    finally:
        for each in clients:
            each.close()
    name = f"Listing {MODELS:,} models"
    return [
        Figure(name, "first time after a commit", first, "ms"),
        Figure(name, "alone, p50", percentile(alone, 0.5), "ms"),
        Figure(name, f"{MEMBERS} members at once, p50", percentile(together, 0.5), "ms"),
        Figure(name, f"{MEMBERS} members at once, p99", percentile(together, 0.99), "ms"),
    ]


async def _generating(site: Site, people: Sequence[Person]) -> list[Figure]:
    """Twenty people generate at once, each their own, while somebody types into a preview."""
    text = "data_models:\n  - id: small\n    nodes:\n      - id: t\n        type: uc_table\n" + (
        "        properties: {catalog: main, schema: s, name: t}\n"
    )
    body = {"kind": "model", "id": "small", "text": text}
    for person in people:
        async with _clients(site, 1, person) as [client]:
            await client.json("POST", f"{person.base}/documents", body)
    waits: list[float] = []
    typing: list[float] = []

    async def generate(person: Person) -> None:
        async with _clients(site, 1, person) as [client]:
            began = time.perf_counter()
            asked = await client.json("POST", f"{person.base}/generations", {"wanted": ""})
            while True:
                job = await client.json("GET", f"{person.base}/jobs/{asked['id']}")
                if job["status"] == "succeeded":
                    break
                if job["status"] not in ("queued", "running"):
                    raise UnexpectedAnswerError(f"a generation ended as {job['status']}")
                if time.perf_counter() - began > WORK_SECONDS:
                    raise UnexpectedAnswerError("a generation did not end")
                await asyncio.sleep(0.05)
            waits.append(time.perf_counter() - began)

    typed: Any = {"template": TEMPLATE, "values": {"table": "main.sales.t"}}
    async with _clients(site, 1) as [typist]:
        began = time.perf_counter()
        everyone = asyncio.gather(*map(generate, people))
        while not everyone.done():
            typing += await _timed(typist, f"{site.base}/preview", [typed] * 5)
        await everyone
        wall = time.perf_counter() - began
    name = f"Generate, {len(people)} people at once"
    return [
        Figure(name, "until all have ended", wall, "s"),
        Figure(name, "one person waits, p50", percentile(waits, 0.5), "s"),
        Figure(name, "one person waits, p99", percentile(waits, 0.99), "s"),
        Figure(name, "preview meanwhile, p50", percentile(typing, 0.5), "ms"),
        Figure(name, "preview meanwhile, p99", percentile(typing, 0.99), "ms"),
    ]


async def _new_workspace(site: Site, name: str) -> str:
    async with _clients(site, 1) as [client]:
        return str((await client.json("POST", "/api/v1/workspaces", {"name": name}))["id"])


@asynccontextmanager
async def _clients(
    site: Site, count: int, person: Person | None = None
) -> AsyncIterator[list[Client]]:
    clients = [Client(site, person) for _ in range(count)]
    try:
        yield clients
    finally:
        for client in clients:
            client.close()


@contextmanager
def lakewright_site(root: Path) -> Iterator[Site]:
    port = _free_port()
    environ = {k: v for k, v in os.environ.items() if not k.startswith("LAKEWRIGHT_")} | {
        "LAKEWRIGHT_DATA": str(root / "data"),
        "LAKEWRIGHT_KEY_FILE": str(root / "keys" / "master.key"),
        "LAKEWRIGHT_RATE_LIMIT": "0",
        "LAKEWRIGHT_LOG_LEVEL": "info",
        # Each person has an address of their own, as far as limits are concerned.
        "LAKEWRIGHT_TRUSTED_PROXIES": "127.0.0.1",
    }
    command = [sys.executable, "-m", "lakewright", "serve", "--port", str(port)]
    with _process(command, environ, port, root / "server.log") as pid:
        yield Site(pid, port, root / "data")


@contextmanager
def _bare(site: Site, keys: Any) -> Iterator[Site]:
    from psycopg.conninfo import make_conninfo

    from lakewright.store.cluster import API_ROLE, DATABASE, PORT, Cluster
    from lakewright.store.embedded import server_folder

    cluster = Cluster(server_folder(site.data), {})
    passwords = cluster.passwords()
    if passwords is None:
        raise UnexpectedAnswerError("the database has no passwords")
    dsn = make_conninfo(
        host=str(cluster.socket_folder()),
        port=PORT,
        dbname=DATABASE,
        user=API_ROLE,
        password=passwords.api,
    )
    port = _free_port()
    environ = dict(os.environ) | {"DSN": dsn, "JWKS": json.dumps(keys)}
    command = [sys.executable, "-m", "benchmarks.bare_route", str(port)]
    with _process(command, environ, port, site.data.parent / "bare.log") as pid:
        yield Site(pid, port, site.data, site.token)


@contextmanager
def _process(command: list[str], environ: dict[str, str], port: int, log: Path) -> Iterator[int]:
    """A server that listens; ended with the block."""
    with (
        log.open("wb") as said,
        subprocess.Popen(command, env=environ, stdout=said, stderr=said) as process,
    ):
        try:
            deadline = time.monotonic() + START_SECONDS
            while not _answers(port):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise UnexpectedAnswerError(log.read_text()[-2000:])
                time.sleep(0.1)
            yield process.pid
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(30)
            process.kill()


def _answers(port: int) -> bool:
    import httpx

    # The socket listens before the server does: only an answer says that it runs.
    try:
        return httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=5).status_code in (200, 404)
    except httpx.TransportError:
        return False


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port
