"""Run a process cold and say what it cost: CPU seconds and peak memory, children included."""

import json
import os
import statistics
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

SAMPLE_SECONDS = 0.02
MEBIBYTE = 1024 * 1024
BYTECODE = Path(__file__).parent / "work" / "bytecode"


class FailedRunError(Exception):
    """A measured process ended with an error, so its figures are void."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run cost.

    Attributes:
        cpu: User and system time of the process and its children, in seconds.
        wall: In seconds; on a shared machine good only where it agrees with the CPU time.
        peak: Most memory that the process and its children held at one moment, in MiB,
            sampled every 20 ms (so a shorter peak of a child may be missed).
        output: What it printed.
    """

    cpu: float
    wall: float
    peak: float
    output: str


def run(command: Sequence[str], environ: Mapping[str, str] | None = None) -> Cost:
    """Run to the end and measure.

    Raises:
        FailedRunError: The process ended with an error.
    """
    began = time.perf_counter()
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=_usual_environ() | dict(environ or {}),
        text=True,
    ) as process:
        peak = _Peak(process.pid)
        peak.start()
        assert process.stdout is not None
        assert process.stderr is not None
        errors: list[str] = []
        reader = threading.Thread(target=lambda: errors.append(process.stderr.read()))  # type: ignore[union-attr]
        reader.start()
        output = process.stdout.read()
        reader.join()
        # wait4 counts the children that the process itself has waited for.
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        peak.stop()
    wall = time.perf_counter() - began
    if process.returncode != 0:
        raise FailedRunError(f"{' '.join(command)}\n{output[-2000:]}\n{''.join(errors)[-2000:]}")
    own = usage.ru_maxrss * 1024 / MEBIBYTE
    return Cost(usage.ru_utime + usage.ru_stime, wall, max(own, peak.mebibytes), output)


def _usual_environ() -> dict[str, str]:
    """As on a machine where the product is installed: compiled modules are kept and found."""
    found = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return found | {"PYTHONPYCACHEPREFIX": str(BYTECODE)}


class _Peak(threading.Thread):
    """Adds up the memory of a process and its descendants again and again."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self._done = threading.Event()
        self.mebibytes = 0.0

    def run(self) -> None:
        page = os.sysconf("SC_PAGE_SIZE")
        while not self._done.wait(SAMPLE_SECONDS):
            pages = sum(_resident_pages(pid) for pid in _family(self._pid))
            self.mebibytes = max(self.mebibytes, pages * page / MEBIBYTE)

    def stop(self) -> None:
        self._done.set()
        self.join()


def _family(pid: int) -> list[int]:
    found = [pid]
    for member in found:
        try:
            text = Path(f"/proc/{member}/task/{member}/children").read_text(encoding="ascii")
        except OSError:
            continue
        found += [int(child) for child in text.split()]
    return found


def _resident_pages(pid: int) -> int:
    """Pages of its own: shared library pages are counted once for each process."""
    try:
        fields = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()
    except OSError:
        return 0
    return int(fields[1])


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the report.

    Attributes:
        value: Median of `samples`.
        unit: `s`, `MiB`, `ms` or `x` (a ratio).
        target: Largest value that is good; None when the figure is only for comparison.
    """

    benchmark: str
    what: str
    value: float
    unit: str
    target: float | None = None
    samples: tuple[float, ...] = ()

    @property
    def met(self) -> bool | None:
        return None if self.target is None else self.value <= self.target


def figure(
    benchmark: str, what: str, samples: Sequence[float], unit: str, target: float | None = None
) -> Figure:
    """The median of some samples."""
    return Figure(benchmark, what, statistics.median(samples), unit, target, tuple(samples))


def ratios(ours: Sequence[Cost], theirs: Sequence[Cost]) -> list[float]:
    """CPU ratios pair by pair: both of a pair ran right after each other."""
    return [one.cpu / other.cpu for one, other in zip(ours, theirs, strict=True)]


def percentile(samples: Sequence[float], share: float) -> float:
    """The value below which that share of the samples lies (nearest rank)."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered)) - 1))]


def as_json(figures: Sequence[Figure]) -> str:
    return json.dumps(
        [
            {
                "benchmark": f.benchmark,
                "what": f.what,
                "value": round(f.value, 4),
                "unit": f.unit,
                "target": f.target,
                "met": f.met,
                "samples": [round(sample, 4) for sample in f.samples],
            }
            for f in figures
        ],
        indent=2,
    )
