"""Say when a schedule fires next, and what is wrong with it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from lakewright.code.quartz import Runs, next_runs, quartz_faults, quartz_words
from lakewright.diagnostics import Diagnostic, Location, Severity, did_you_mean, shown


@dataclass(frozen=True, slots=True)
class NextRuns:
    """When a schedule fires; nothing when it is not sound."""

    runs: tuple[datetime, ...]
    words: str
    diagnostics: tuple[Diagnostic, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Plain data, the same at every door."""
        return {
            "runs": [run.isoformat() for run in self.runs],
            "words": self.words,
            "diagnostics": [found.as_json() for found in self.diagnostics],
        }


def runs_of(quartz: str, time_zone: str, now: datetime, count: int = 5) -> NextRuns:
    """The next runs of a Quartz expression on the clocks of a time zone."""
    found = [
        _finding(
            "schedule-is-quartz", fault, "See the Quartz manual, or pick a usual time.", "quartz"
        )
        for fault in quartz_faults(quartz)
    ]
    zone = _zone(time_zone)
    if zone is None:
        near = did_you_mean(time_zone, available_timezones())
        found.append(
            _finding(
                "time-zone-is-known",
                f"There is no time zone '{shown(time_zone)}'.",
                f"{near}Write one of the IANA list, such as Europe/Berlin or UTC.",
                "time_zone",
            )
        )
    if found or zone is None:
        return NextRuns((), "", tuple(found))
    runs = next_runs(quartz, zone, now, count)
    words = f"{quartz_words(quartz).removesuffix('.')} ({time_zone})."
    return NextRuns(runs.times, words, tuple(_about_clocks(runs)))


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None  # OSError: the name of a folder of zones


def _about_clocks(runs: Runs) -> Iterator[Diagnostic]:
    if not runs.times:
        yield _finding(
            "schedule-never-fires",
            "The schedule fires never again.",
            "Change the day, the month or the year.",
            "quartz",
            Severity.WARNING,
        )
    for times, what in ((runs.skipped, "does not exist"), (runs.doubled, "comes twice")):
        if times:
            yield _finding(
                "schedule-meets-clock-change",
                f"{times[0]:%Y-%m-%d %H:%M} {what}, since the clocks change: the run may be "
                "skipped or repeated.",
                "Choose a time outside that hour, or the time zone UTC.",
                "quartz",
                Severity.INFO,
            )


def _finding(
    rule: str, problem: str, remedy: str, at: str, severity: Severity = Severity.ERROR
) -> Diagnostic:
    return Diagnostic(rule, severity, problem, remedy, Location(property=at))
