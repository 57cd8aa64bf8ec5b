"""Renders people's templates in warm, confined processes."""

import os
import signal
import threading
import weakref
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from types import TracebackType
from typing import Any, Self

from lakewright.errors import LimitError
from lakewright.ports import Rendered, RenderFault, RenderRequest, Span
from lakewright.sandbox.frames import COVERED, PLAIN, TRACED, encode
from lakewright.sandbox.process import (
    Asked,
    WorkerGoneError,
    WorkerProcess,
    WorkerSlowError,
    ending,
)

CONTEXT_BYTES = 1024 * 1024
MACROS_BYTES = 1024 * 1024
SOURCE_BYTES = 64 * 1024
WINDOW = 64  # renders on their way at once
WINDOW_BYTES = 4 * 1024 * 1024
BUSY_SECONDS = 30.0


class ConfinedRenderer:
    """A `TemplateRenderer` whose templates run outside of this process.

    Workers start when first needed and stay warm. A render that takes too long, too much memory
    or prints too much is answered with a `template-limit` fault; its worker is replaced and every
    other render is unharmed. Use it in a `with`, or call `close`.

    Args:
        wall_seconds: The longest one render may run, compiling included.
        workers: The most processes at once. Each `render` call in progress holds one.
        niceness: How far their priority is below ours.
    """

    def __init__(self, *, wall_seconds: float = 1.0, workers: int = 4, niceness: int = 0) -> None:
        self._wall = wall_seconds
        self._niceness = niceness
        self._most = workers
        self._lock = threading.Condition()
        self._idle: list[WorkerProcess] = []
        self._running = 0
        self._owner = os.getpid()
        self._closed = False
        self._confinement: Mapping[str, str] = {}
        # Also at the end of the interpreter, if nobody closed it.
        self._finalizer = weakref.finalize(self, _stop_all, self._idle, self._owner)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End every idle worker; one that is rendering ends with its `render` call."""
        with self._lock:
            self._closed = True
            self._finalizer()

    def confinement(self) -> Mapping[str, str]:
        """What holds a worker on this system, in words: `network`, `files`, `memory`, ..."""
        if not self._confinement:
            self._give_back(self._take(), in_step=True)
        return dict(self._confinement)

    def render(self, requests: Iterable[RenderRequest]) -> Iterator[Rendered | RenderFault]:
        """One answer for each request, in order.

        Reads at most 64 requests ahead, so that worker and caller work at the same time.
        """
        window: deque[Asked | RenderFault] = deque()
        source = iter(requests)
        more = True
        on_their_way = 0  # bytes
        worker: WorkerProcess | None = None
        tried_again: Asked | None = None
        try:
            while True:
                while more and len(window) < WINDOW and on_their_way < WINDOW_BYTES:
                    request = next(source, None)
                    if request is None:
                        more = False
                        break
                    asked = _asked(request)
                    window.append(asked)
                    if isinstance(asked, Asked):
                        on_their_way += len(asked.bindings)
                        worker = worker or self._take()
                        worker.ask(asked)
                if not window:
                    return
                first = window[0]
                if isinstance(first, RenderFault):
                    window.popleft()
                    yield first
                    continue
                assert worker is not None
                answer, usable = self._answer(worker, first, again=first is tried_again)
                if answer is not None:
                    window.popleft()
                    on_their_way -= len(first.bindings)
                if not usable:
                    self._give_back(worker, in_step=False)
                    worker = None  # given back, even if no other can be had
                    worker = self._ask_again(window)
                if answer is None:
                    tried_again = first
                    continue
                yield answer
        finally:
            if worker is not None:
                # Answers that nobody waits for would reach the next caller.
                in_step = not any(isinstance(asked, Asked) for asked in window)
                self._give_back(worker, in_step=in_step)

    def _answer(
        self, worker: WorkerProcess, asked: Asked, *, again: bool
    ) -> tuple[Rendered | RenderFault | None, bool]:
        """The answer, and whether the worker can go on.

        None asks for a second try: somebody else killed the worker, and no template can do that.
        """
        try:
            return _understood(worker.answer(self._wall), asked)
        except WorkerSlowError:
            problem = f"The template was still running after {self._wall:g} s."
            remedy = "Look for a loop over too many items, or split the template."
        except WorkerGoneError as gone:
            if gone.signal_number == signal.SIGKILL and not again:
                return None, False
            problem = f"The template {ending(gone.signal_number)}."
            remedy = "Build less text at once; look for a value that doubles, or deep nesting."
        return RenderFault("template-limit", problem, remedy, asked.name), False

    def _ask_again(self, window: Iterable[Asked | RenderFault]) -> WorkerProcess | None:
        """A fresh worker that has been asked what the last one did not answer."""
        waiting = [asked for asked in window if isinstance(asked, Asked)]
        if not waiting:
            return None
        worker = self._take()
        for asked in waiting:
            worker.ask(asked)
        return worker

    def _take(self) -> WorkerProcess:
        with self._lock:
            self._after_fork()
            if self._closed:
                raise RuntimeError("this renderer is closed")
            free = self._lock.wait_for(
                lambda: self._idle or self._running < self._most, timeout=BUSY_SECONDS
            )
            if not free:
                raise LimitError(
                    problem=f"All {self._most} template workers are busy.",
                    remedy="Try again in a moment.",
                )
            self._running += 1
            while self._idle:
                worker = self._idle.pop()
                if worker.alive:
                    return worker
                worker.stop()
        try:
            worker = WorkerProcess(wall_seconds=self._wall, niceness=self._niceness)
        except BaseException:
            with self._lock:
                self._running -= 1
                self._lock.notify()
            raise
        self._confinement = worker.confinement
        return worker

    def _give_back(self, worker: WorkerProcess, *, in_step: bool) -> None:
        with self._lock:
            self._running -= 1
            keep = in_step and not self._closed and self._owner == os.getpid()
            if keep:
                self._idle.append(worker)
            self._lock.notify()
        if not keep:
            worker.stop()

    def _after_fork(self) -> None:
        """A forked copy of this process must not talk to its parent's workers."""
        if self._owner == os.getpid():
            return
        for worker in self._idle:
            worker.forget()
        self._idle.clear()
        self._running = 0
        self._owner = os.getpid()
        self._finalizer = weakref.finalize(self, _stop_all, self._idle, self._owner)


def _stop_all(workers: list[WorkerProcess], owner: int) -> None:
    if os.getpid() != owner:
        return
    while workers:
        workers.pop().stop()


def _asked(request: RenderRequest) -> Asked | RenderFault:
    """The request as bytes, or why it is not even sent."""

    def limit(problem: str, remedy: str) -> RenderFault:
        return RenderFault("template-limit", problem, remedy, request.name)

    if len(request.source) > SOURCE_BYTES:
        return limit(
            f"The template is longer than {SOURCE_BYTES} bytes.",
            "Move parts of it into macro files and import them.",
        )
    if sum(map(len, request.macros.values())) > MACROS_BYTES:
        return limit(
            f"The macro files are together longer than {MACROS_BYTES} bytes.",
            "Remove macros that no template uses.",
        )
    try:
        bindings = encode(request.bindings)
    except (TypeError, ValueError, RecursionError):
        return RenderFault(
            "template-error",
            "The values given to the template are not plain data, or nest too deeply.",
            "Give text, numbers, true, false, null, lists and mappings.",
            request.name,
        )
    if len(bindings) > CONTEXT_BYTES:
        return limit(
            f"The values given to the template take {len(bindings)} bytes; "
            f"{CONTEXT_BYTES} is the most.",
            "Give the template only what it prints.",
        )
    return Asked(
        name=request.name,
        source=request.source,
        macros=request.macros,
        key=(request.name, request.source, frozenset(request.macros.items())),
        bindings=bindings,
        mode=COVERED if request.covered else TRACED if request.traced else PLAIN,
    )


def _understood(answer: list[Any], asked: Asked) -> tuple[Rendered | RenderFault, bool]:
    """A worker's message as a value; one that no honest worker sends counts as its death."""
    try:
        match answer:
            case [str(text)]:
                return Rendered(text), True
            case [str(text), list(spans)]:
                return Rendered(text, tuple(Span(*span) for span in spans)), True
            case [str(text), [], list(reached)]:
                return Rendered(text, (), tuple((str(n), int(way)) for n, way in reached)), True
            case [None, str(rule), str(problem), str(remedy), str(name), int(line), bool(worn)]:
                return RenderFault(rule, problem, remedy, name or asked.name, line), not worn
    except (TypeError, ValueError) as error:
        raise WorkerGoneError(0) from error
    raise WorkerGoneError(0)
