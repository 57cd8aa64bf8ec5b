"""Share workers between people, so that nobody's templates stand in the way of others'.

Sources that have printed something before have workers of their own, and everything else runs in
workers of low priority. Each person has one turn at a time in either. Whoever asked for a render
that broke a limit is without the quick workers for a while, and the same render is not tried again.
"""

import hashlib
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from types import TracebackType
from typing import Generic, Protocol, Self, TypeGuard, TypeVar

from lakewright.errors import LakewrightError
from lakewright.ports import Rendered, RenderFault, RenderRequest, TemplateRenderer
from lakewright.sandbox.pool import BUSY_SECONDS, ConfinedRenderer

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")

NICENESS = 10
REMEMBERED = 5_000
MOST_WAITING_OF_ONE = 3
PAUSE_SECONDS = 60.0
_LIMIT = "template-limit"


class RendererBusyError(LakewrightError):
    """The same person's earlier renders have not ended yet."""

    code = "renderer-busy"
    http_status = 429
    retry_after = 1


# What a source is, without keeping its text: name, hash of the text, hash of the macros, how.
_Source = tuple[str, bytes, int, tuple[bool, bool]]


@dataclass(frozen=True, slots=True)
class _Broken:
    """A render that broke a limit, and until when it is not tried again."""

    until: float
    bindings: bytes
    answer: RenderFault


class Workers(TemplateRenderer, Protocol):
    """A group of workers."""

    def close(self) -> None:
        """End those that are idle."""
        ...


class FairRenderer:
    """A `SharedRenderer` over two groups of workers.

    Args:
        quick: Renders sources that have printed something before.
        slow: Renders new sources, and whatever is rendered in nobody's name.
        pause_seconds: How long a broken limit counts.
    """

    def __init__(
        self,
        quick: Workers,
        slow: Workers,
        *,
        pause_seconds: float = PAUSE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._quick = quick
        self._slow = slow
        self._turns = Turns()
        self._proven: _Recent[_Source, bool] = _Recent(REMEMBERED)
        self._broken: _Recent[_Source, _Broken] = _Recent(REMEMBERED)
        self._paused: _Recent[str, float] = _Recent(REMEMBERED)
        self._pause_seconds = pause_seconds
        self._clock = clock

    @classmethod
    def start(cls, *, quick_workers: int = 2, workers: int = 3) -> Self:
        """Over confined processes, which start when they are needed."""
        return cls(
            ConfinedRenderer(workers=quick_workers),
            ConfinedRenderer(workers=workers, niceness=NICENESS),
        )

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
        """End every idle worker; one that is rendering ends with its render."""
        self._quick.close()
        self._slow.close()

    def render(self, requests: Iterable[RenderRequest]) -> Iterator[Rendered | RenderFault]:
        """One answer for each request, in order: work in nobody's name."""
        return self._slow.render(requests)

    def for_caller(self, caller: str) -> TemplateRenderer:
        """The same for one person, who has one turn at a time."""
        return _OneCaller(self, caller)

    def render_for(
        self, caller: str, requests: Iterable[RenderRequest]
    ) -> Iterator[Rendered | RenderFault]:
        """As `render`, in turn.

        Raises:
            RendererBusyError: Too many of the caller's renders are waiting already.
        """
        source = iter(requests)
        first = list(islice(source, 2))
        if len(first) == 1:
            yield self._one(caller, first[0])
            return
        # A turn of another kind: who takes the answers may render something else in between.
        with self._turns.of(caller, "many"):
            for answer in self._slow.render(chain(first, source)):
                if _breaks_limit(answer):
                    self._paused.put(caller, self._until())
                yield answer

    def _one(self, caller: str, request: RenderRequest) -> Rendered | RenderFault:
        source, now = _source_of(request), self._clock()
        broken = self._broken.get(source)
        if broken and broken.until > now and broken.bindings == _digest(repr(request.bindings)):
            return broken.answer
        quick = self._proven.get(source) is not None and (self._paused.get(caller) or 0) <= now
        with self._turns.of(caller, "quick" if quick else "new"):
            [answer] = (self._quick if quick else self._slow).render([request])
        if _breaks_limit(answer):
            until = self._until()
            self._proven.drop(source)
            self._broken.put(source, _Broken(until, _digest(repr(request.bindings)), answer))
            self._paused.put(caller, until)
        elif isinstance(answer, Rendered):
            self._proven.put(source, True)
        return answer

    def _until(self) -> float:
        return self._clock() + self._pause_seconds


class _OneCaller:
    """A `TemplateRenderer` for one person."""

    def __init__(self, shared: FairRenderer, caller: str) -> None:
        self._shared = shared
        self._caller = caller

    def render(self, requests: Iterable[RenderRequest]) -> Iterator[Rendered | RenderFault]:
        """One answer for each request, in order."""
        return self._shared.render_for(self._caller, requests)


class Turns:
    """Gives each person one turn of each kind at a time.

    Args:
        most_waiting: Turns of one person and kind that may wait.
    """

    def __init__(
        self, *, most_waiting: int = MOST_WAITING_OF_ONE, seconds: float = BUSY_SECONDS
    ) -> None:
        self._most_waiting = most_waiting
        self._seconds = seconds
        self._changed = threading.Condition()
        self._running: set[tuple[str, str]] = set()
        self._waiting: Counter[tuple[str, str]] = Counter()

    @contextmanager
    def of(self, caller: str, kind: str) -> Iterator[None]:
        """A turn for as long as the block runs.

        Raises:
            RendererBusyError: Too many wait already, or it took too long.
        """
        turn = (caller, kind)
        with self._changed:
            if turn in self._running:
                self._wait(turn)
            self._running.add(turn)
        try:
            yield
        finally:
            with self._changed:
                self._running.discard(turn)
                self._changed.notify_all()

    def _wait(self, turn: tuple[str, str]) -> None:
        free = self._waiting[turn] < self._most_waiting
        if free:
            self._waiting[turn] += 1
            try:
                free = self._changed.wait_for(lambda: turn not in self._running, self._seconds)
            finally:
                self._waiting[turn] -= 1
                if not self._waiting[turn]:
                    del self._waiting[turn]
        if not free:
            raise RendererBusyError(
                "Your earlier templates are still running.",
                "Wait until they have ended; each may take a second.",
            )


class _Recent(Generic[_Key, _Value]):
    """What was put last; the oldest goes first. For many threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._entries: OrderedDict[_Key, _Value] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: _Key) -> _Value | None:
        return self._entries.get(key)

    def put(self, key: _Key, value: _Value) -> None:
        with self._lock:
            self._entries[key] = value
            self._entries.move_to_end(key)
            if len(self._entries) > self._most:
                self._entries.popitem(last=False)

    def drop(self, key: _Key) -> None:
        with self._lock:
            self._entries.pop(key, None)


def _source_of(request: RenderRequest) -> _Source:
    macros = hash(frozenset(request.macros.items()))
    how = (request.traced, request.covered)
    return (request.name, _digest(request.source), macros, how)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _breaks_limit(answer: Rendered | RenderFault) -> TypeGuard[RenderFault]:
    return isinstance(answer, RenderFault) and answer.rule == _LIMIT
