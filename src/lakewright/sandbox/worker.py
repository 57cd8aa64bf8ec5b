"""The process in which people's templates run: it answers renders and can do nothing else."""

import contextlib
import ctypes
import gc
import os
import resource
import signal
import sys
import time
from typing import Any

from lakewright.sandbox.frames import COVERED, PLAIN, TRACED, FrameBuffer, decode, encode, pack
from lakewright.templates.branches import CoveredEnvironment
from lakewright.templates.environment import (
    Fault,
    TemplateEnvironment,
    fault_of,
    load,
    run,
)
from lakewright.templates.filters import FILTERS
from lakewright.templates.trace import TracedEnvironment, run_traced

MEMORY_BYTES = 512 * 1024 * 1024
OPEN_FILES = 3  # stdin, stdout, stderr: nothing else can be opened, not even a socket

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_NO_NEW_PRIVS = 38


class Library:
    """The importable sources of one set of macros, compiled once for all templates using them."""

    def __init__(self, macros: dict[str, str]) -> None:
        self.macros = macros
        self.environment = TemplateEnvironment(macros)
        self._traced: TracedEnvironment | None = None
        self._covered: CoveredEnvironment | None = None

    @property
    def traced(self) -> TracedEnvironment:
        if self._traced is None:
            self._traced = TracedEnvironment(self.macros)
        return self._traced

    @property
    def covered(self) -> CoveredEnvironment:
        if self._covered is None:
            self._covered = CoveredEnvironment(self.macros)
        return self._covered

    def environment_for(self, mode: int) -> TemplateEnvironment:
        if mode == PLAIN:
            return self.environment
        return self.covered if mode == COVERED else self.traced


class Source:
    """One template source; compiled when first asked for, and a fault in it kept as well."""

    def __init__(self, name: str, text: str, library: Library) -> None:
        self.name = name
        self.text = text
        self.library = library
        self._compiled: dict[int, Any] = {}

    def answer(self, bindings: dict[str, Any], *, mode: int) -> list[Any]:
        """`[text]`, `[text, spans]`, `[text, spans, reached]`, or a fault by `fault_message`."""
        try:
            template = self._compiled.get(mode)
            if template is None:
                environment = self.library.environment_for(mode)
                template = self._compiled[mode] = load(environment, self.name, self.text)
            if mode == PLAIN:
                return [run(template, bindings)]
            if mode == COVERED:
                covered = self.library.covered
                covered.taken.clear()
                return [run(template, bindings), [], sorted(covered.taken)]
            text, spans = run_traced(template, bindings)
            return [text, [[s.start, s.end, s.name, s.line, s.expression, s.column] for s in spans]]
        except Exception as error:  # whatever a template raises is the answer
            return fault_message(fault_of(error, name=self.name, names=bindings), error)


def fault_message(fault: Fault, error: BaseException) -> list[Any]:
    """A fault as the parent reads it; the last item says whether this process is worn out."""
    worn_out = isinstance(error, MemoryError)
    return [None, fault.rule, fault.problem, fault.remedy, fault.name, fault.line, worn_out]


def warm_up() -> None:
    """Load whatever a render may load late: after the door is closed no file can be opened."""
    import encodings.idna
    import encodings.latin_1
    import encodings.unicode_escape  # noqa: F401  # the lexer decodes string literals with it

    import jinja2.debug
    import jinja2.ext
    import jinja2.meta  # noqa: F401

    library = Library({"macros/a.jinja": "{% macro m(x) %}{{ x }}{% endmacro %}"})
    everything = "".join(row.example for row in FILTERS.values())
    everything += '{% import "macros/a.jinja" as a %}{{ a.m(1) }}{% include "macros/a.jinja" %}'
    # Faults too: their paths import lazily as well.
    for text in (everything, "{{ missing.x }}", "{% if %}", "{{ 'a' | x }}"):
        decode(encode(Source("warm", text, library).answer({}, mode=PLAIN)))
    for mode in (TRACED, COVERED):
        Source("warm", "{{ 1 if 1 }}", library).answer({}, mode=mode)


def close_the_door(*, parent: int, die_with_parent: bool) -> dict[str, str]:
    """Give up what a template has no use for; best effort where the system decides.

    Returns:
        What holds from now on, in words.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    facts: dict[str, str] = {}
    if sys.platform == "linux":
        # A new user namespace is what lets an ordinary process leave the network.
        left = libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0
        facts["network"] = "a network of its own, empty" if left else "no socket can be opened"
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
        if die_with_parent:
            libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)
    else:
        facts["network"] = "no socket can be opened"
    for limit, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_AS, MEMORY_BYTES),
    ):
        try:
            resource.setrlimit(limit, (value, value))
        except (ValueError, OSError):
            facts["missing"] = f"{facts.get('missing', '')} limit {limit}".strip()
    facts["files"] = "none can be opened or written"
    facts["memory"] = f"{MEMORY_BYTES // (1024 * 1024)} MiB"
    facts["processes"] = "none can be started"
    return facts


def serve(cpu_seconds: int) -> None:
    """Answer messages until the parent closes its end.

    A message is a mapping that defines a numbered slot (`{"library", "macros"}` or
    `{"source", "name", "text", "library"}`), or a render `[slot, mode, bindings]`. Only
    renders are answered.
    """
    libraries: dict[int, Library] = {}
    sources: dict[int, Source] = {}
    buffer = FrameBuffer()
    while True:
        message = buffer.take()
        if message is None:
            piece = os.read(0, 1 << 16)
            if not piece:
                return
            buffer.feed(piece)
            continue
        # The parent kills a slow render; this is for the render whose parent is gone.
        used = int(time.process_time())
        resource.setrlimit(resource.RLIMIT_CPU, (used + cpu_seconds + 1, resource.RLIM_INFINITY))
        request = decode(message)
        if isinstance(request, list):
            slot, mode, bindings = request
            _send(sources[slot].answer(bindings, mode=mode))
        elif "source" in request:
            library = libraries[request["library"]]
            sources[request["source"]] = Source(request["name"], request["text"], library)
        else:
            libraries[request["library"]] = Library(request["macros"])


def _send(answer: list[Any]) -> None:
    try:
        message = encode(answer)
    except MemoryError:
        fault = fault_of(MemoryError(), name="")
        message = encode(fault_message(fault, MemoryError()))
    frame = memoryview(pack(message))
    while frame:
        frame = frame[os.write(1, frame) :]


def main(parent: int, cpu_seconds: int, die_with_parent: bool, niceness: int) -> None:
    """Start up, close the door, say so, serve."""
    os.nice(niceness)
    warm_up()
    gc.collect()
    gc.freeze()
    facts = close_the_door(parent=parent, die_with_parent=die_with_parent)
    _send([facts])
    with contextlib.suppress(BrokenPipeError):  # the parent went away while we answered
        serve(cpu_seconds)
    os._exit(0)
