"""Tell open event streams that something happened: one LISTEN connection for each process."""

import asyncio
import contextlib
import json
import logging
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

from fastapi.sse import ServerSentEvent

from lakewright.server.errors import RateLimitedError, UnavailableError
from lakewright.server.metrics import Metrics
from lakewright.store.records.events import CHANNEL, Event

LOGGER = logging.getLogger("lakewright.streams")
# A notification is a hint that can get lost (a pooler, a broken line), so streams also look by
# themselves now and then.
LOOK_SECONDS = 10.0
MOST_STREAMS = 2_000
MOST_STREAMS_OF_ONE = 20
BATCH = 200


Fetch = Callable[[int, int], Awaitable[Sequence[Event] | None]]


class EventHub:
    """Wakes streams when the database says that their workspace has news.

    Args:
        dsn: Where to LISTEN: a direct or session-pooled connection. Empty: streams only look.
    """

    def __init__(self, dsn: str, metrics: Metrics) -> None:
        self._dsn = dsn
        self._metrics = metrics
        self._waiting: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self._open: Counter[str] = Counter()
        self._task: asyncio.Task[None] | None = None
        self.stopping = asyncio.Event()

    @property
    def listens(self) -> bool:
        """Whether news arrive by themselves; else streams look every `LOOK_SECONDS`."""
        return bool(self._dsn)

    async def start(self) -> None:
        """Begin to listen."""
        if self._dsn:
            self._task = asyncio.create_task(self._listen(), name="events")

    def stop(self) -> None:
        """End every stream; a client comes back to another process with its last id."""
        self.stopping.set()
        self._wake_all()

    async def close(self) -> None:
        """Stop, and let go of the connection."""
        self.stop()
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    @contextmanager
    def subscription(self, workspace_id: UUID, user: str) -> Iterator[asyncio.Event]:
        """An event that is set whenever the workspace may have news.

        Raises:
            RateLimitedError: The person has too many streams open.
            UnavailableError: The process has too many streams open.
        """
        if self._open[user] >= MOST_STREAMS_OF_ONE:
            raise RateLimitedError(
                f"You have {MOST_STREAMS_OF_ONE} event streams open.", "Close some tabs."
            )
        if self._open.total() >= MOST_STREAMS:
            raise UnavailableError("Too many event streams are open.", "Try again in a moment.")
        woken = asyncio.Event()
        self._waiting[str(workspace_id)].add(woken)
        self._open[user] += 1
        self._metrics.streams.inc()
        try:
            yield woken
        finally:
            self._metrics.streams.dec()
            self._open[user] -= 1
            if not self._open[user]:
                del self._open[user]
            waiting = self._waiting[str(workspace_id)]
            waiting.discard(woken)
            if not waiting:
                del self._waiting[str(workspace_id)]

    def _wake(self, workspace_id: str) -> None:
        for woken in self._waiting.get(workspace_id, ()):
            woken.set()

    def _wake_all(self) -> None:
        for waiting in self._waiting.values():
            for woken in waiting:
                woken.set()

    async def _listen(self) -> None:
        import psycopg

        pause = 0.5
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    self._dsn, autocommit=True
                ) as connection:
                    await connection.execute(f"listen {CHANNEL}")
                    pause = 0.5
                    self._wake_all()  # something may have happened before we listened
                    async for notice in connection.notifies():
                        self._wake(_workspace_of(notice.payload))
            except (psycopg.Error, OSError) as error:
                LOGGER.warning(
                    "no connection for events; streams look by themselves",
                    extra={"facts": {"error": type(error).__name__}},
                )
            await asyncio.sleep(pause)
            pause = min(pause * 2, 30.0)


async def follow(
    hub: EventHub,
    woken: asyncio.Event,
    fetch: Fetch,
    after: int,
    *,
    wanted: Callable[[Event], bool] = lambda event: True,
    is_last: Callable[[Event], bool] = lambda event: False,
) -> AsyncIterator[ServerSentEvent]:
    """Events after an id, then new ones as they come, until the last or the server stops.

    Args:
        fetch: (after, limit) -> rows by id, with the rights of the person; None ends the stream:
            they are no member any more.
        after: The last id that the client has; events up to it are not repeated.
    """
    yield ServerSentEvent(comment="open", retry=2_000)
    while not hub.stopping.is_set():
        woken.clear()
        rows = await fetch(after, BATCH)
        if rows is None:
            return
        for event in rows:
            after = event.id
            if wanted(event):
                yield ServerSentEvent(data=dict(event.payload), event=event.kind, id=str(event.id))
            if is_last(event):
                return
        if len(rows) >= BATCH:
            continue
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(woken.wait(), LOOK_SECONDS)


def _workspace_of(payload: str) -> str:
    """The workspace that a notification is about; empty when it is none of ours."""
    try:
        return str(json.loads(payload)["workspace_id"])
    except (ValueError, KeyError, TypeError):
        return ""
