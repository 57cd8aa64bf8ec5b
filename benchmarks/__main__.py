"""`python -m benchmarks`: measure, print each figure beside its target, keep them as JSON.

Machines are shared and noisy: a figure is a median, a comparison is a ratio of runs that followed
each other. Nothing here fails because of a time.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import canvas, editor, generating, language, preview, serving, starting, validation
from benchmarks.measure import Figure, as_json

WORK = Path(__file__).parent / "work"
USUAL_SIZES = (10, 100, 1_000)
FULL_SIZES = (*USUAL_SIZES, 10_000)
PARTS = ("start", "generate", "preview", "validate", "language", "serving", "editor", "canvas")


def main(arguments: list[str]) -> int:
    """Measure what was asked for."""
    chosen = _parser().parse_args(arguments)
    unknown = set(chosen.parts) - set(PARTS)
    if unknown:
        print(f"There is no part {min(unknown)!r}; use {', '.join(PARTS)}.", file=sys.stderr)  # noqa: T201
        return 2
    sizes = chosen.tables or (FULL_SIZES if chosen.full else USUAL_SIZES)
    work: Path = chosen.work
    work.mkdir(parents=True, exist_ok=True)
    console = Console(stderr=True)
    figures: list[Figure] = []
    for figure in _figures(chosen.parts or PARTS, work, sizes, chosen.repeats):
        console.print(f"[dim]{figure.benchmark}: {figure.what}: {_shown(figure)}[/dim]")
        figures.append(figure)
    Console().print(_table(figures))
    report = work / "figures.json"
    report.write_text(as_json(figures) + "\n", encoding="utf-8")
    console.print(f"Kept in {report}")
    return 0


def _figures(
    parts: tuple[str, ...], work: Path, sizes: tuple[int, ...], repeats: int
) -> Iterator[Figure]:
    if "start" in parts:
        yield from starting.measure(work, repeats)
    if "validate" in parts:
        yield from validation.measure(repeats)
    if "preview" in parts:
        yield from preview.measure(400)
    if "language" in parts:
        yield from language.measure(20)
    if "serving" in parts:
        yield from serving.measure()
    if "editor" in parts:
        yield from editor.measure(40)
    if "canvas" in parts:
        yield from canvas.measure(5)
    if "generate" in parts:
        for size in sizes:
            yield from generating.measure(work, size, repeats if size <= 1000 else min(repeats, 3))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=f"what to measure: {', '.join(PARTS)}"
    )
    parser.add_argument(
        "--tables", type=int, action="append", metavar="N", help="size(s) instead of the usual"
    )
    parser.add_argument("--full", action="store_true", help="also 10,000 tables")
    parser.add_argument("--repeats", type=int, default=3, metavar="K", help="median of K runs")
    parser.add_argument("--work", type=Path, default=WORK, help="folder for inputs and outputs")
    return parser


def _table(figures: list[Figure]) -> Table:
    table = Table("Benchmark", "What", title="Lakewright benchmarks")
    for heading in ("Figure", "Target"):
        table.add_column(heading, justify="right")
    table.add_column("")
    marks = {True: "[green]met[/green]", False: "[red]missed[/red]", None: ""}
    last = ""
    for figure in figures:
        if figure.benchmark != last:
            table.add_section()
        table.add_row(
            figure.benchmark if figure.benchmark != last else "",
            figure.what,
            _shown(figure),
            "" if figure.target is None else f"{figure.target:g} {figure.unit}",
            marks[figure.met],
        )
        last = figure.benchmark
    return table


def _shown(figure: Figure) -> str:
    digits = 0 if figure.value >= 100 else 2
    return f"{figure.value:,.{digits}f} {figure.unit}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
