"""One worker process, as its parent sees it."""

import contextlib
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lakewright.errors import LakewrightError
from lakewright.sandbox.frames import FrameBuffer, decode, encode, pack

START_SECONDS = 30.0  # importing on a busy machine; a worker usually needs a tenth of a second
LIBRARY_SLOTS = 16
SOURCE_SLOTS = 256
FLUSH_BYTES = 16 * 1024
PATIENCE = 5  # a worker that was given no processor may take this many times its limit


class WorkerSlowError(Exception):
    """No answer within the time limit."""


class WorkerGoneError(Exception):
    """The worker died, or answered what no worker answers.

    Attributes:
        signal_number: The signal that ended it; 0 when none did.
    """

    def __init__(self, signal_number: int) -> None:
        super().__init__(f"signal {signal_number}")
        self.signal_number = signal_number


@dataclass(frozen=True, slots=True)
class Asked:
    """One render, ready to be sent (again).

    Attributes:
        key: Name, source and macros; equal keys share one compiled template.
        bindings: JSON bytes.
        mode: `PLAIN`, `TRACED` or `COVERED`.
    """

    name: str
    source: str
    macros: Mapping[str, str]
    key: tuple[str, str, frozenset[tuple[str, str]]]
    bindings: bytes
    mode: int


class Slots:
    """Which numbered slot of the worker holds what; the parent decides, so both agree."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._slots: OrderedDict[Any, int] = OrderedDict()

    def find(self, key: Any) -> tuple[int, bool]:
        """The slot for `key`, and whether it holds it already; the least used one makes room."""
        if key in self._slots:
            self._slots.move_to_end(key)
            return self._slots[key], True
        if len(self._slots) < self._size:
            slot = len(self._slots)
        else:
            _, slot = self._slots.popitem(last=False)
        self._slots[key] = slot
        return slot, False


class WorkerProcess:
    """A worker: start it, ask it, read its answers in order, stop it."""

    def __init__(self, *, wall_seconds: float, niceness: int = 0) -> None:
        self._incoming = FrameBuffer()
        self._outgoing = bytearray()
        self._libraries = Slots(LIBRARY_SLOTS)
        self._sources = Slots(SOURCE_SLOTS)
        self._process = subprocess.Popen(
            _command(cpu_seconds=int(wall_seconds * PATIENCE) + 1, niceness=niceness),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            cwd="/",
            # A session of its own: Ctrl-C in the terminal reaches the parent only.
            start_new_session=True,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._to = self._process.stdin.fileno()
        self._from = self._process.stdout.fileno()
        os.set_blocking(self._to, False)
        os.set_blocking(self._from, False)
        self._poll = select.poll()
        self.confinement = self._first_message()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, asked: Asked) -> None:
        """Queue one render; `answer` sends what is queued."""
        slot, known = self._sources.find(asked.key)
        if not known:
            library, known_library = self._libraries.find(asked.key[2])
            if not known_library:
                self._queue(encode({"library": library, "macros": dict(asked.macros)}))
            self._queue(
                encode(
                    {"source": slot, "name": asked.name, "text": asked.source, "library": library}
                )
            )
        head = f"[{slot},{asked.mode},".encode()
        self._queue(head + asked.bindings + b"]")
        if len(self._outgoing) >= FLUSH_BYTES:
            self._flush()

    def answer(self, wall_seconds: float) -> list[Any]:
        """The answer to the oldest render that has none yet.

        Raises:
            WorkerSlowError: It took longer than `wall_seconds`, during which it really ran.
            WorkerGoneError: The worker died instead.
        """
        message = self._next_message(wall_seconds)
        try:
            answer = decode(message)
        except (ValueError, RecursionError) as error:
            raise WorkerGoneError(0) from error
        if not isinstance(answer, list) or not answer:
            raise WorkerGoneError(0)
        return answer

    def stop(self) -> None:
        """End the process now and leave nothing behind."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        self._process.wait()
        self.forget()

    def forget(self) -> None:
        """Close our ends only: for a copy of this process made by `fork`."""
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()

    def _queue(self, message: bytes) -> None:
        self._outgoing += pack(message)

    def _first_message(self) -> dict[str, str]:
        try:
            (facts,) = self.answer(START_SECONDS)
        except (WorkerSlowError, WorkerGoneError, ValueError) as error:
            self.stop()
            raise LakewrightError(
                problem="The process that renders templates did not start.",
                remedy=f"Check that '{sys.executable} -I -c \"import jinja2\"' works, and that "
                "memory is free.",
            ) from error
        return {str(key): str(value) for key, value in facts.items()}

    def _next_message(self, wall_seconds: float) -> bytes:
        waiting_since = -1.0
        ran_before = 0.0
        while True:
            try:
                message = self._incoming.take()
            except ValueError as error:
                raise WorkerGoneError(0) from error
            if message is not None:
                return message
            self._flush()
            if self._read():
                continue
            now = time.monotonic()
            if waiting_since < 0:
                waiting_since = now
                ran_before = -1.0
            waited = now - waiting_since
            if waited >= wall_seconds / 2 and ran_before < 0:
                ran_before = self._cpu_seconds()
            if waited >= wall_seconds:
                # On a busy machine a render may have waited rather than run: give it its turn.
                ran = self._cpu_seconds() - ran_before
                starved = ran < wall_seconds / 4 and waited < wall_seconds * PATIENCE
                if not starved:
                    raise WorkerSlowError
            step = wall_seconds / 2 if waited < wall_seconds / 2 else wall_seconds / 8
            self._wait(step)

    def _wait(self, seconds: float) -> None:
        self._poll.register(self._from, select.POLLIN)
        if self._outgoing:
            self._poll.register(self._to, select.POLLOUT)
        else:
            with contextlib.suppress(KeyError):
                self._poll.unregister(self._to)
        self._poll.poll(max(1, int(seconds * 1000)))

    def _flush(self) -> None:
        while self._outgoing:
            try:
                sent = os.write(self._to, self._outgoing)
            except BlockingIOError:
                return
            except OSError:
                # It is gone; reading its last answers says so at the right moment.
                self._outgoing.clear()
                return
            del self._outgoing[:sent]

    def _read(self) -> bool:
        """Whether something came; raises at the end of the stream."""
        try:
            piece = os.read(self._from, 1 << 18)
        except BlockingIOError:
            return False
        except OSError:
            piece = b""
        if not piece:
            raise WorkerGoneError(self._ended_by())
        self._incoming.feed(piece)
        return True

    def _ended_by(self) -> int:
        try:
            status = self._process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            return 0
        return -status if status < 0 else 0

    def _cpu_seconds(self) -> float:
        """Processor time the worker has used; endless where the system does not say."""
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2]
        except OSError:
            return 0.0 if not self.alive else float("inf")
        ticks = sum(int(field) for field in fields.split()[11:13])
        return ticks / os.sysconf("SC_CLK_TCK")


def _command(*, cpu_seconds: int, niceness: int) -> list[str]:
    """How to start a worker with this very code, wherever it was installed."""
    import jinja2
    import markupsafe

    import lakewright

    modules = (lakewright, jinja2, markupsafe)
    folders = sorted({str(Path(module.__file__ or "").resolve().parents[1]) for module in modules})
    # A worker started by the main thread may die with it; another thread may end long before
    # the process does, and the signal would come then.
    die_with_parent = threading.current_thread() is threading.main_thread()
    program = (
        f"import sys; sys.path[:0] = {folders!r}\n"
        "from lakewright.sandbox.worker import main\n"
        f"main({os.getpid()}, {cpu_seconds}, {die_with_parent}, {niceness})"
    )
    # -I: no environment variables, no user site, no working folder on the path.
    # -S: no .pth files, so nothing else runs at start. -B: write nothing.
    return [sys.executable, "-I", "-S", "-B", "-X", "utf8", "-c", program]


def ending(signal_number: int) -> str:
    """How a worker ended, in words."""
    if signal_number == signal.SIGXCPU:
        return "used more processor time than it may"
    return "used more memory than it may, or nested too deeply"
