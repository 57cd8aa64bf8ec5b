"""Work that takes long: queued in Postgres, run by this process or another, never lost.

The row in `background_jobs` is the truth that people see; procrastinate's queue only says who
works on it now. Whatever dies, the sweep finds rows that nobody works on and queues them again,
so every kind of work must bear being begun twice.
"""

import asyncio
import contextlib
import logging
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from lakewright.access import Identity
from lakewright.errors import LakewrightError
from lakewright.operations.bundles import CancelledWorkError
from lakewright.server.errors import expected, fault
from lakewright.server.metrics import Metrics

if TYPE_CHECKING:
    import procrastinate
    from psycopg_pool import AsyncConnectionPool

LOGGER = logging.getLogger("lakewright.jobs")
QUEUE = "work"
AT_ONCE = 2
FINISH_SECONDS = 8.0  # what running work gets when the server stops, before it is queued again
SWEEP_SECONDS = 20.0
STALLED_SECONDS = 30.0
PROGRESS_SECONDS = 0.25
TIDY_SECONDS = 3600.0
# How often the worker looks for work; it is also told, where a connection can listen.
LOOK_SECONDS = 2.0


class Queued(Protocol):
    """A row of `background_jobs`, as work needs it."""

    @property
    def id(self) -> UUID: ...

    @property
    def workspace_id(self) -> UUID: ...

    @property
    def user_id(self) -> UUID | None: ...

    @property
    def kind(self) -> str: ...

    @property
    def request_json(self) -> Mapping[str, Any]: ...


class JobBook(Protocol):
    """Keeps the rows of `background_jobs`, with the rights of the service."""

    async def begin(self, job_id: UUID) -> Queued | None:
        """Mark it running; None when it is finished already or was cancelled before."""
        ...

    async def progress(self, job_id: UUID, done: int, total: int, text: str) -> bool:
        """Write how far it is; returns whether somebody wants it cancelled."""
        ...

    async def finish(
        self,
        job_id: UUID,
        status: str,
        result: Mapping[str, Any] | None = None,
        error: Mapping[str, Any] | None = None,
    ) -> None:
        """Mark it `succeeded`, `failed` or `cancelled`."""
        ...

    async def requeue(self, job_id: UUID) -> None:
        """Mark it queued again: its process stops."""
        ...

    async def unfinished(self) -> list[tuple[UUID, UUID]]:
        """(job, workspace) of rows that are queued or running, oldest first."""
        ...


@dataclass(frozen=True, slots=True)
class Task:
    """A piece of work in progress.

    Attributes:
        identity: The person who asked: work has their rights, as they are now.
        report: Say how far the work is, from any thread; raises `CancelledWorkError`.
    """

    id: UUID
    workspace_id: UUID
    identity: Identity
    request: Mapping[str, Any]
    report: Callable[[int, int, str], None]


Worker = Callable[[Task], Awaitable[Mapping[str, Any]]]


class JobQueue:
    """Queues work and works.

    Args:
        dsn: Connection string of `app_api`; empty: nothing is run here.
        workers: Kind of work -> the function that does it.
        listens: Whether the connection stays with its client; behind a transaction pooler, which
            gives it to another one after each transaction, the worker only looks.
        tidy: Deletes rows that have served their purpose; called once an hour.
    """

    def __init__(
        self,
        dsn: str,
        book: JobBook,
        workers: Mapping[str, Worker],
        metrics: Metrics,
        *,
        listens: bool = True,
        tidy: Callable[[], Awaitable[object]] | None = None,
    ) -> None:
        self._dsn = dsn
        self._book = book
        self._workers = workers
        self._metrics = metrics
        self._listens = listens
        self._tidy = tidy
        self._app: procrastinate.App | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin to work."""
        if not self._dsn:
            return
        self._app = self._made_app()
        await self._app.open_async()
        self._tasks = [
            asyncio.create_task(self._work(self._app), name="jobs"),
            asyncio.create_task(self._sweep_now_and_then(), name="jobs-sweep"),
        ]

    async def stop(self) -> None:
        """Let running work finish for a moment, queue the rest again, and let go."""
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with contextlib.suppress(asyncio.CancelledError, TimeoutError):
                await asyncio.wait_for(task, FINISH_SECONDS + 4)
        self._tasks = []
        if self._app is not None:
            await self._app.close_async()
            self._app = None

    async def enqueue(self, job_id: UUID, workspace_id: UUID) -> None:
        """Have a row worked on. Call it after the row is committed.

        A failure here is no failure: the sweep finds the row.
        """
        from procrastinate.exceptions import AlreadyEnqueued, ConnectorException

        if self._app is None:
            return
        deferrer = self._app.configure_task(
            "lakewright.work",
            queue=QUEUE,
            # One at a time in a workspace: two generations would only slow each other down.
            lock=f"workspace:{workspace_id}",
            queueing_lock=str(job_id),
        )
        try:
            await deferrer.defer_async(job_id=str(job_id))
        except AlreadyEnqueued:
            return
        except ConnectorException:
            LOGGER.warning("work could not be queued; the sweep will find it")

    def _made_app(self) -> "procrastinate.App":
        import procrastinate

        connector = procrastinate.PsycopgConnector(
            pool_factory=_pool_in_jobs(),
            conninfo=self._dsn,
            # A statement that was prepared may meet another server connection behind a pooler.
            kwargs={"prepare_threshold": 5 if self._listens else None},
            min_size=1,
            max_size=AT_ONCE + 3,
        )
        app = procrastinate.App(connector=connector)

        # Work records its own failures; what reaches the queue is the end of the process.
        @app.task(name="lakewright.work", retry=procrastinate.RetryStrategy(max_attempts=20))
        async def work(job_id: str) -> None:
            await self._run(UUID(job_id))

        return app

    async def _work(self, app: "procrastinate.App") -> None:
        while True:
            try:
                await app.run_worker_async(
                    queues=[QUEUE],
                    concurrency=AT_ONCE,
                    install_signal_handlers=False,
                    shutdown_graceful_timeout=FINISH_SECONDS,
                    delete_jobs="always",
                    fetch_job_polling_interval=LOOK_SECONDS,
                    listen_notify=self._listens,
                )
                return
            except asyncio.CancelledError:
                raise
            except Exception as error:
                # The database was away. Without this, one restart of it would end all work.
                LOGGER.warning(
                    "the worker lost its database and begins again",
                    extra={"facts": {"error": type(error).__name__}},
                )
                await asyncio.sleep(2)

    async def _sweep_now_and_then(self) -> None:
        tidied = float("-inf")
        while True:
            try:
                await self.sweep()
                if self._tidy is not None and monotonic() - tidied > TIDY_SECONDS:
                    await self._tidy()
                    tidied = monotonic()
            except asyncio.CancelledError:
                raise
            except Exception as error:
                LOGGER.warning("no sweep", extra={"facts": {"error": type(error).__name__}})
            await asyncio.sleep(SWEEP_SECONDS)

    async def sweep(self) -> None:
        """Queue again what nobody works on: its process died, or queueing it failed."""
        if self._app is None:
            return
        manager = self._app.job_manager
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
            await manager.retry_job(job)
        held = {
            str(job.task_kwargs.get("job_id"))
            for status in ("todo", "doing")
            for job in await manager.list_jobs_async(queue=QUEUE, status=status)
        }
        for job_id, workspace_id in await self._book.unfinished():
            if str(job_id) not in held:
                await self.enqueue(job_id, workspace_id)

    async def _run(self, job_id: UUID) -> None:
        """Do one piece of work and write down how it ended."""
        row = await self._book.begin(job_id)
        if row is None:
            return
        worker = self._workers.get(row.kind)
        status, result, error = "failed", None, None
        progress = _Progress(self._book, job_id)
        telling = asyncio.create_task(progress.tell())
        try:
            if worker is None or row.user_id is None:
                raise LakewrightError(
                    f"Work of the kind '{row.kind}' cannot be done here.", "Ask for it again."
                )
            task = Task(
                row.id,
                row.workspace_id,
                Identity(row.user_id),
                row.request_json,
                progress.report,
            )
            result = await worker(task)
            status = "succeeded"
        except CancelledWorkError:
            status = "cancelled"
        except asyncio.CancelledError:
            telling.cancel()
            await asyncio.shield(self._book.requeue(job_id))
            raise
        except Exception as raised:
            refused = expected(raised)
            if refused is None:
                LOGGER.exception("work failed", extra={"facts": {"job": str(job_id)}})
                refused = fault()
            error = refused.as_json()
        progress.ended = True
        telling.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await telling
        await self._book.finish(job_id, status, result, error)
        self._metrics.jobs.labels(row.kind, status).inc()


def _pool_in_jobs() -> "type[AsyncConnectionPool[Any]]":
    """A pool whose transactions find the queue's tables, which procrastinate does not qualify.

    Said in each transaction: a setting of the connection would not survive a transaction pooler.
    """
    from psycopg_pool import AsyncConnectionPool

    class Pool(AsyncConnectionPool[Any]):
        @contextlib.asynccontextmanager
        async def connection(self, timeout: float | None = None) -> AsyncIterator[Any]:
            async with super().connection(timeout) as connection:
                await connection.execute("set local search_path = jobs, public")
                yield connection

    return Pool


class _Progress:
    """Carries progress out of the thread that works, at most a few times a second."""

    def __init__(self, book: JobBook, job_id: UUID) -> None:
        self._book = book
        self._job_id = job_id
        self._latest: tuple[int, int, str] | None = None
        self._cancelled = threading.Event()
        # `asyncio.wait_for`, which the connection pool uses, can swallow a cancellation before
        # Python 3.12; without this the work would then never be written down as ended.
        self.ended = False

    def report(self, done: int, total: int, text: str) -> None:
        if self._cancelled.is_set():
            raise CancelledWorkError
        self._latest = (done, total, text)

    async def tell(self) -> None:
        """Write what is new until this is cancelled or has ended, and learn whether to go on."""
        while not self.ended:
            await asyncio.sleep(PROGRESS_SECONDS)
            latest = self._latest or (0, 0, "")
            try:
                wants_end = await self._book.progress(self._job_id, *latest)
            except Exception as error:
                LOGGER.warning("no progress", extra={"facts": {"error": type(error).__name__}})
                continue
            if wants_end:
                self._cancelled.set()
