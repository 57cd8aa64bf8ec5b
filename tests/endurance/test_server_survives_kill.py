"""Kill -9 of the server, of its database and of both, in the middle of writing, loses nothing.

The servers here are real processes on a data folder whose path has a space. Rounds differ by
the moment of the kill; the seed is fixed, the machine's own timing is not.
"""

import contextlib
import random
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
import psutil
import pytest

from tests.endurance.running import (
    GONE_SECONDS,
    Household,
    all_of,
    free_port,
    household,
    press_ctrl_c,
    visitor,
)

ROUNDS = ("server", "database", "both") * 3 + ("both",)
ROUNDS_WITH_WORK = 3  # the queue takes half a minute to give up on a worker that died
ACKNOWLEDGED = 1_000  # writes over all rounds; each kill comes in the middle of its share
JOB_SECONDS = 70.0
WRITE_SECONDS = 120.0  # for one round's share, on a machine that is busy with other things
SEED = 20261123


@pytest.fixture
def house() -> Iterator[Household]:
    """A data folder of its own for each test."""
    with household() as found:
        yield found


@dataclass
class Notebook:
    """What writers were told, as they were told it.

    Attributes:
        documents: Path -> the text of the newest save that was acknowledged.
        attempts: Path -> the texts that were sent after that and never answered.
        configurations: Names that were acknowledged.
        unanswered: Name -> its idempotency key, of creations without an answer.
        faults: Answers that no user should ever get.
        acknowledged: How many writes were answered with success, and not by a retry.
    """

    documents: dict[str, str] = field(default_factory=dict)
    attempts: dict[str, list[str]] = field(default_factory=dict)
    configurations: set[str] = field(default_factory=set)
    unanswered: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    acknowledged: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def judge(self, answer: httpx.Response) -> bool:
        """Whether a write was acknowledged; anything but that or a plain refusal is a fault."""
        if answer.is_success:
            with self.lock:
                self.acknowledged += 1
            return True
        if answer.status_code != 503 or not answer.json().get("remedy"):
            with self.lock:
                self.faults.append(f"{answer.status_code} {answer.text[:500]}")
        return False


class Writer(threading.Thread):
    """Saves one document again and again, and creates configurations, until it is told to stop."""

    def __init__(self, client: httpx.Client, base: str, name: str, notebook: Notebook) -> None:
        super().__init__(daemon=True)
        self._client = client
        self._base = base
        self._who = name
        self._notebook = notebook
        self.ended = threading.Event()

    def run(self) -> None:
        number = 0
        while not self.ended.is_set():
            number += 1
            with contextlib.suppress(httpx.TransportError):
                self._save_document(number)
            with contextlib.suppress(httpx.TransportError):
                self._create_configuration(number)
            if self.ended.wait(0.005):
                return

    def _save_document(self, number: int) -> None:
        path = f"metadata/models/{self._who}.yaml"
        text = f"data_models:\n  - id: {self._who}\n    description: save {number}\n"
        book = self._notebook
        with book.lock:
            book.attempts.setdefault(path, []).append(text)
        if path in book.documents:
            answer = self._client.put(
                f"{self._base}/documents/{path}", json={"text": text}, headers={"If-Match": "*"}
            )
        else:
            answer = self._client.post(
                f"{self._base}/documents",
                json={"kind": "model", "id": self._who, "path": path, "text": text},
            )
            if answer.status_code in (409, 412):
                # An earlier creation reached the repository, and its answer was lost.
                with book.lock:
                    book.documents[path] = text_of(self._client, self._base, path)
                return
        if book.judge(answer):
            with book.lock:
                book.documents[path] = text
                book.attempts[path] = []

    def _create_configuration(self, number: int) -> None:
        name = f"{self._who}-{number}"
        book = self._notebook
        key = str(uuid4())
        with book.lock:
            book.unanswered[name] = key
        if book.judge(create_configuration(self._client, self._base, name, key)):
            with book.lock:
                book.configurations.add(name)
                del book.unanswered[name]


def create_configuration(client: httpx.Client, base: str, name: str, key: str) -> httpx.Response:
    return client.post(
        f"{base}/configurations",
        json={"name": name, "type": "cluster", "config": {"num_workers": 2}},
        headers={"Idempotency-Key": key},
    )


def text_of(client: httpx.Client, base: str, path: str) -> str:
    answer = client.get(f"{base}/documents/{path}")
    assert answer.status_code == 200, answer.text
    text: str = answer.json()["text"]
    return text


def demo_workspace(client: httpx.Client) -> str:
    [workspace] = all_of(client, "/api/v1/workspaces")
    return f"/api/v1/workspaces/{workspace['id']}"


def test_no_acknowledged_write_is_lost_and_no_work_is_stuck(house: Household) -> None:
    """Ten rounds and 1,000 writes: three each of the server and its database, four of both."""
    chance = random.Random(SEED)
    port = free_port()
    book = Notebook()
    jobs: set[str] = set()
    server = house.spawn(port)
    try:
        house.wait_ready(port, server)
        # One session from the beginning to the end: it survives every kill as well.
        client = visitor(port)
        base = demo_workspace(client)
        for number, victim in enumerate(ROUNDS):
            writers = [Writer(client, base, f"round{number}_{i}", book) for i in range(3)]
            for writer in writers:
                writer.start()
            if number < ROUNDS_WITH_WORK:
                jobs.add(_queued(client, base))
            _wait_for_writes(book, ACKNOWLEDGED * (number + 1) // len(ROUNDS))
            time.sleep(chance.uniform(0.0, 0.3))  # some of them are on their way now
            house.note(server)
            _kill(house, server, victim)
            if victim == "database":
                house.wait_ready(port, server)
            _end(writers)
            if victim != "database":
                server.wait(10)
                server = house.spawn(port)
                house.wait_ready(port, server)
            _retry_unanswered(client, base, book)
            _find_everything(client, base, book)
        assert book.faults == []
        assert book.acknowledged >= ACKNOWLEDGED
        assert len(book.configurations) >= ACKNOWLEDGED // 3
        _wait_for_ends(client, base, jobs)
        assert fsck(house) == ""
        client.close()
        assert press_ctrl_c(server) == 0
        assert house.left_behind() == []
    finally:
        house.note(server)
        server.kill()
        server.wait(10)
    assert "Traceback" not in house.log(port).read_text()


def _wait_for_writes(book: Notebook, number: int) -> None:
    deadline = time.monotonic() + WRITE_SECONDS
    while book.acknowledged < number:
        assert book.faults == []
        assert time.monotonic() < deadline, f"{book.acknowledged} of {number} writes"
        time.sleep(0.005)


def _queued(client: httpx.Client, base: str) -> str:
    answer = client.post(f"{base}/generations", json={"wanted": ""})
    assert answer.status_code == 202, answer.text
    job: str = answer.json()["id"]
    return job


def _kill(house: Household, server: subprocess.Popen[bytes], victim: str) -> None:
    postmaster = house.postmaster
    if victim != "database":
        server.kill()
    if victim != "server":
        with contextlib.suppress(psutil.NoSuchProcess):
            postmaster.kill()


def _end(writers: list[Writer]) -> None:
    for writer in writers:
        writer.ended.set()
    for writer in writers:
        writer.join(40)
        assert not writer.is_alive(), "a request was never answered"


def _retry_unanswered(client: httpx.Client, base: str, book: Notebook) -> None:
    """Whoever got no answer asks again with the same key, and it happens exactly once."""
    for name, key in sorted(book.unanswered.items()):
        answer = create_configuration(client, base, name, key)
        assert answer.status_code == 201, answer.text
        book.configurations.add(name)
    book.unanswered.clear()


def _find_everything(client: httpx.Client, base: str, book: Notebook) -> None:
    names = [row["name"] for row in all_of(client, f"{base}/configurations")]
    assert sorted(names) == sorted(set(names))
    assert book.configurations <= set(names)
    for path, text in book.documents.items():
        # A save without an answer may have reached the repository; a mixture may not.
        found = text_of(client, base, path)
        assert found in {text, *book.attempts[path]}
        book.documents[path] = found
        book.attempts[path] = []


def _wait_for_ends(client: httpx.Client, base: str, jobs: set[str]) -> None:
    deadline = time.monotonic() + JOB_SECONDS
    while True:
        states: dict[str, Any] = {
            job["id"]: job["status"] for job in all_of(client, f"{base}/jobs") if job["id"] in jobs
        }
        assert set(states) == jobs
        if set(states.values()) <= {"succeeded", "failed"}:
            return
        assert time.monotonic() < deadline, f"work is stuck: {states}"
        time.sleep(0.5)


def fsck(house: Household) -> str:
    """What git finds wrong with any repository; what nobody refers to is no fault."""
    found = ""
    repositories = [head.parent for head in (house.data / "repositories").rglob("HEAD")]
    assert repositories
    for folder in repositories:
        done = subprocess.run(
            ["git", "-C", str(folder), "fsck", "--full", "--no-dangling", "--no-progress"],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            found += done.stdout + done.stderr
    return found


def test_a_second_server_shares_the_data_and_goes_on_when_the_first_ends(house: Household) -> None:
    """However the first one ends: the next takes the database over."""
    ports = free_port(), free_port(), free_port()
    with house.serving(ports[0]) as first, house.serving(ports[1]) as second:
        with visitor(ports[0]) as client:
            base = demo_workspace(client)
            assert create_configuration(client, base, "of the first", "a").status_code == 201
        _refuses_a_taken_port(house, ports[0])
        _end_owner(house, first, signal.SIGINT)
        house.wait_ready(ports[1], second)
        with visitor(ports[1]) as client:
            assert create_configuration(client, base, "of the second", "b").status_code == 201
        with house.serving(ports[2]) as third:
            _end_owner(house, second, signal.SIGKILL)
            house.wait_ready(ports[2], third)
            with visitor(ports[2]) as client:
                names = {row["name"] for row in all_of(client, f"{base}/configurations")}
            assert names == {"of the first", "of the second"}
            assert press_ctrl_c(third) == 0
    assert house.left_behind() == []


def _refuses_a_taken_port(house: Household, port: int) -> None:
    done = subprocess.run(
        house.command(port),
        env=house.environ,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 1
    assert f"cannot listen on 127.0.0.1:{port}" in done.stderr
    assert "LAKEWRIGHT_PORT" in done.stderr
    assert "Traceback" not in done.stderr


def _end_owner(house: Household, server: subprocess.Popen[bytes], ending: signal.Signals) -> None:
    """End the server that runs the database; returns when another one runs it."""
    house.note(server)
    before = house.postmaster
    server.send_signal(ending)
    server.wait(GONE_SECONDS)
    deadline = time.monotonic() + GONE_SECONDS
    while time.monotonic() < deadline:
        # No pid file, or half of one: nobody runs it at this moment.
        with contextlib.suppress(OSError, IndexError, ValueError, psutil.NoSuchProcess):
            if house.postmaster != before:
                return
        time.sleep(0.05)
    raise AssertionError("nobody took the database over")


def test_ctrl_c_in_the_middle_of_writing_leaves_nobody_behind(house: Household) -> None:
    port = free_port()
    book = Notebook()
    with house.serving(port) as server:
        client = visitor(port)
        base = demo_workspace(client)
        writers = [Writer(client, base, f"writer{i}", book) for i in range(2)]
        for writer in writers:
            writer.start()
        _queued(client, base)
        time.sleep(0.5)
        house.note(server)
        assert press_ctrl_c(server) == 0
        _end(writers)
        assert book.faults == []
    assert house.left_behind() == []
    with house.serving(port) as server:
        _find_everything(client, base, book)
        assert press_ctrl_c(server) == 0
    assert house.left_behind() == []
    client.close()
