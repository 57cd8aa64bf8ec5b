"""What the server looks at before it serves: the schema, and whom it is for."""

import asyncio
import contextlib
import time
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from lakewright.errors import LakewrightError
from lakewright.server.doctor import POOLED_ONLY, POOLED_ONLY_REMEDY, examine_everything
from lakewright.server.jobs import JobQueue, _Progress
from lakewright.server.metrics import Metrics
from lakewright.server.serve import _check_schema, _options
from lakewright.settings import Settings
from lakewright.store.database import Database
from lakewright.store.doctor import Health
from lakewright.store.embedded import Endpoint


class Held:
    """The part of what is hosted that the check looks at."""

    def __init__(self, database: Database) -> None:
        self.database = database


async def checked(dsn: str) -> None:
    database = await Database.open(dsn, min_size=1, max_size=1)
    try:
        await _check_schema(Held(database))  # type: ignore[arg-type]
    finally:
        await database.close()


def test_a_database_that_was_never_migrated_is_refused_with_what_to_do(
    empty_database: Endpoint,
) -> None:
    with pytest.raises(LakewrightError) as refused:
        asyncio.run(checked(empty_database.dsn_api))

    assert "no Lakewright schema" in refused.value.problem
    assert "lakewright db migrate" in refused.value.remedy


def test_a_migrated_database_is_taken(migrated_database: Endpoint) -> None:
    asyncio.run(checked(migrated_database.dsn_api))


@pytest.mark.parametrize(
    ("url", "offered"),
    [
        pytest.param("http://127.0.0.1:8765", True, id="this machine"),
        pytest.param("http://localhost:8765", True, id="this machine by name"),
        pytest.param("https://lake.example.com", False, id="behind a proxy"),
    ],
)
def test_the_demo_is_only_for_people_on_this_machine(url: str, offered: bool) -> None:
    settings = Settings.from_environment({"LAKEWRIGHT_DATA": "/srv/lakewright"})

    assert _options(settings, url).demo is offered


def test_old_rows_are_cleared_away_beside_the_sweep() -> None:
    called: list[str] = []

    async def tidy() -> None:
        called.append("tidy")

    async def run() -> None:
        queue = JobQueue("", Book(), {}, Metrics(), tidy=tidy)  # type: ignore[arg-type]
        sweeping = asyncio.create_task(queue._sweep_now_and_then())
        for _ in range(100):
            await asyncio.sleep(0.01)
            if called:
                break
        sweeping.cancel()

    asyncio.run(run())

    assert called == ["tidy"]


class Book:
    """No work to look after."""


class SwallowingBook:
    """A record store whose pool swallows the cancellation that meets it (Python 3.11 can)."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()

    async def progress(self, job_id: UUID, done: int, total: int, text: str) -> bool:
        self.asked.set()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(60)
        return False


def test_work_ends_although_a_cancellation_was_swallowed() -> None:
    async def run() -> None:
        book = SwallowingBook()
        progress = _Progress(book, uuid4())  # type: ignore[arg-type]
        telling = asyncio.create_task(progress.tell())
        await book.asked.wait()
        progress.ended = True
        telling.cancel()
        await asyncio.wait_for(telling, 10)

    asyncio.run(run())


@pytest.mark.parametrize(("pooler", "late"), [("transaction", True), ("none", False)])
def test_doctor_says_what_a_transaction_pooler_costs(
    tmp_path: Path, pooler: str, late: bool
) -> None:
    settings = Settings.from_environment(
        {
            "LAKEWRIGHT_DATABASE_URL": "postgresql://app_api@db.example.com:6543/postgres",
            "LAKEWRIGHT_DATABASE_POOLER": pooler,
            "LAKEWRIGHT_DATA": str(tmp_path / "data"),
            "LAKEWRIGHT_KEY_FILE": str(tmp_path / "keys" / "master.key"),
            "LAKEWRIGHT_PORT": "0",
        }
    )
    found = [one for one in examine_everything(settings, time.time) if one.check == "pooler"]
    assert [(one.health, one.says, one.remedy) for one in found] == (
        [(Health.WARNING, POOLED_ONLY, POOLED_ONLY_REMEDY)] if late else []
    )
