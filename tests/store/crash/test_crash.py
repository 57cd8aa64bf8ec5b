"""No acknowledged write is lost, whatever is killed in the middle of writing."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from lakewright.store.cluster import Cluster
from lakewright.store.embedded import EmbeddedPostgres

WRITER = Path(__file__).with_name("writer.py")
WRITES = 1000

SCHEMA = """
create schema crash;
create table crash.written (number int primary key);
create table crash.counted (rows int not null);
insert into crash.counted values (0);
grant usage on schema crash to authenticated;
grant select, insert on crash.written to authenticated;
grant select, update on crash.counted to authenticated;
"""

# What is killed, round by round: the server process, Postgres, or both at once; and whether the
# writer goes on by itself. Ten rounds and two: every kind early, in the middle and late.
ROUNDS = [(what, after) for after in (50, 400, 700, 900) for what in ("server", "postgres", "both")]


def acknowledged(log: Path) -> list[int]:
    """Numbers in the log. The last line may be cut off by the kill; it then tells nothing."""
    lines = log.read_text().split("\n")[:-1] if log.exists() else []
    return [int(line) for line in lines if line.isdigit()]


def wait_until(fact: Callable[[], object]) -> None:
    deadline = time.monotonic() + 120
    while not fact():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.002)


def kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def folder(server_folder: Callable[[], Path]) -> Path:
    made = server_folder()
    with EmbeddedPostgres(made) as endpoint, psycopg.connect(endpoint.dsn_admin) as connection:
        connection.execute(SCHEMA.encode())
    return made


@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    ("number", "what", "after"),
    [
        pytest.param(number, what, after, id=f"{number}: {what} after {after} writes")
        for number, (what, after) in enumerate(ROUNDS)
    ],
)
def test_no_acknowledged_write_is_lost(
    folder: Path, tmp_path: Path, number: int, what: str, after: int
) -> None:
    log = tmp_path / "acknowledged"
    first = number * WRITES
    writer = subprocess.Popen(
        [sys.executable, str(WRITER), str(folder), str(log), str(first), str(WRITES)]
    )
    try:
        wait_until(lambda: len(acknowledged(log)) >= after or writer.poll() is not None)
        assert len(acknowledged(log)) >= after, "the writer ended by itself"
        postgres = int(log.read_text().split("\n")[0].removeprefix("ready "))

        if what in ("postgres", "both"):
            kill(postgres)
        if what in ("server", "both"):
            kill(writer.pid)
        else:
            # Postgres alone: the server process starts it again, and goes on writing.
            assert writer.wait(200) == 0
    finally:
        kill(writer.pid)
        writer.wait()

    promised = acknowledged(log)
    assert len(promised) >= after
    # At once, while the former server may still be going down.
    with EmbeddedPostgres(folder) as endpoint, psycopg.connect(endpoint.dsn_admin) as connection:
        written = {row[0] for row in connection.execute("select number from crash.written")}
        [[counted]] = connection.execute("select rows from crash.counted").fetchall()
    assert set(promised) - written == set()
    assert counted == len(written)
    if what == "postgres":
        assert written >= set(range(first, first + WRITES))
    assert Cluster(folder, {}).processes() == []
