"""How things are printed: results on standard output, everything else on standard error."""

import json
import os
import sys
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

import typer

from lakewright.diagnostics import Diagnostic, Severity, in_reading_order
from lakewright.errors import LakewrightError

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}


def colours(stream: TextIO) -> bool:
    """Whether a stream shows colours: a terminal, unless NO_COLOR or TERM=dumb says no."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return bool(os.environ.get("FORCE_COLOR")) or stream.isatty()


def paint(text: str, stream: TextIO, colour: str = "", *, bold: bool = False) -> str:
    """The text in a colour where the stream shows any."""
    if not colours(stream):
        return text
    return typer.style(text, fg=colour or None, bold=bold or None)


def print_result(text: str) -> None:
    """What was asked for, on standard output."""
    _write(sys.stdout, text if text.endswith("\n") else text + "\n")


def print_json(value: Any) -> None:
    """The result as JSON: two spaces, keys in their order, one newline at the end."""
    _write(sys.stdout, json.dumps(value, indent=2, ensure_ascii=False, default=str) + "\n")


def print_message(text: str) -> None:
    """A remark for the person who watches, on standard error."""
    _write(sys.stderr, text + "\n")


def print_diagnostics(
    found: Iterable[Diagnostic], *, least: Severity = Severity.INFO, summary: bool = True
) -> None:
    """One finding after another, worst first, then a line that counts them.

    Prints nothing when nothing was found. Findings milder than `least` are left out.
    """
    order = list(Severity)
    shown = [
        finding
        for finding in in_reading_order(found)
        if order.index(finding.severity) <= order.index(least)
    ]
    for finding in shown:
        print_message(_described(finding))
    if shown and summary:
        print_message(counted(shown))


def counted(found: Iterable[Diagnostic]) -> str:
    """`2 errors, 1 warning`, or `no findings`."""
    severities = [finding.severity for finding in found]
    parts = [
        f"{number} {noun}" if number == 1 or noun == "info" else f"{number} {noun}s"
        for severity, noun in zip(Severity, ("error", "warning", "info"), strict=True)
        if (number := severities.count(severity))
    ]
    return ", ".join(parts) or "no findings"


def _described(finding: Diagnostic) -> str:
    where = plain(str(finding.where))
    head = paint(f"{where}: ", sys.stderr, bold=True) if where else ""
    label = paint(f"{finding.severity}[{finding.rule}]", sys.stderr, _COLOURS[finding.severity])
    text = f"{head}{label} {plain(finding.problem)}"
    if finding.seen_at is not None:
        text += f"\n  seen at: {plain(str(finding.seen_at))}"
    return f"{text}\n  try: {plain(finding.remedy)}" if finding.remedy else text


def print_failure(error: LakewrightError, *, as_json: bool = False) -> None:
    """Why Lakewright cannot go on, and what to do; for programs also as the result."""
    if as_json:
        print_json({"error": error.as_json()})
    where = f"{error.where}: " if error.where and error.where not in error.problem else ""
    label = paint(f"error[{error.code}]", sys.stderr, "red", bold=True)
    print_message(f"{plain(where)}{label} {plain(error.problem)}")
    if error.remedy:
        print_message(f"  try: {plain(error.remedy)}")


def print_unexpected(error: Exception) -> None:
    """A fault of ours, without the traceback that only we can read."""
    label = paint("error[bug]", sys.stderr, "red", bold=True)
    first = str(error).strip().splitlines()[:1]
    about = f": {plain(first[0][:200])}" if first else ""
    print_message(
        f"{label} Lakewright failed in a way it should not: {type(error).__name__}{about}"
    )
    print_message(
        "  try: Run it again with LAKEWRIGHT_DEBUG=1 in the environment, and report the traceback "
        "that it then prints."
    )


def table(rows: Sequence[Sequence[str]], header: Sequence[str]) -> str:
    """Columns of equal width, the last one free; the header in bold on a terminal."""
    everything = [header, *rows]
    widths = [max(len(row[index]) for row in everything) for index in range(len(header))]
    lines = []
    for number, row in enumerate(everything):
        cells = [f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)]
        line = "  ".join(cells).rstrip()
        lines.append(line if number else paint(line, sys.stdout, bold=True))
    return "\n".join(lines) + "\n"


def plain(text: str) -> str:
    """Text from people's files as a terminal may show it: nothing in it moves the cursor,
    changes colours or turns the reading direction.
    """
    return "".join(c if c.isprintable() or c == "\n" else f"\\u{ord(c):04x}" for c in text)


def _write(stream: TextIO, text: str) -> None:
    # A terminal that is not UTF-8 must not turn a finished generation into a failure.
    try:
        stream.write(text)
    except UnicodeEncodeError:
        encoding = stream.encoding or "ascii"
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
    stream.flush()
