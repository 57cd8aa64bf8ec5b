"""Commands that make a bundle, or say what making it would change."""

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lakewright.cli import completion
from lakewright.cli.console import (
    paint,
    plain,
    print_diagnostics,
    print_json,
    print_message,
    print_result,
)
from lakewright.cli.options import JsonOption, OutOption, RepositoryOption, repository_of, usable
from lakewright.cli.progress import progress
from lakewright.diagnostics import Severity

if TYPE_CHECKING:
    from lakewright.operations.generate import GenerateReport, GenerateRequest

WantedArgument = Annotated[
    str,
    typer.Argument(
        metavar="[ID]",
        help="A recipe or a model. Default: the only recipe, or all models.",
        show_default=False,
        autocompletion=completion.bundles,
    ),
]
CloudOption = Annotated[
    str, typer.Option("--cloud", help="aws, azure or gcp, instead of the recipe's.")
]
# Longer lists of files are for `--json` and `diff`.
FILES_NAMED = 25


def add_to(cli: typer.Typer) -> None:
    """Add `generate` and `diff`."""
    cli.command("generate")(_generate)
    cli.command("diff")(_diff)


def _generate(
    context: typer.Context,
    wanted: WantedArgument = "",
    *,
    out: OutOption = None,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite files that were edited by hand.")
    ] = False,
    cloud: CloudOption = "",
    as_json: JsonOption = False,
    repository: RepositoryOption = None,
) -> None:
    """Write the bundle: check, plan, render, prove, assemble.

    Only what changed is written, all or nothing. With an error finding nothing is written and the
    exit code is 1. Files that were edited by hand are left alone.

    \b
    Examples:
      lakewright generate
      lakewright generate sales --out bundles/sales
      lakewright -C shop generate --cloud azure --json
    """
    from lakewright.context import generation_tools
    from lakewright.operations.generate import generate

    root = repository_of(context, repository)
    request = _request(root, wanted, cloud, force=force)
    folder = usable(out) if out else _usual_folder(root, request)
    began = time.monotonic()
    with generation_tools(root, folder) as tools, progress("Generating") as report_progress:
        report = generate(request, tools, report_progress)
    seconds = time.monotonic() - began

    print_diagnostics(report.diagnostics, least=Severity.WARNING)
    if as_json:
        print_json({"out": str(folder), **report.as_json()})
    elif not report.refused:
        print_result(_changes(report) + _summary(report, folder))
        if seconds >= 0.1:
            print_message(f"in {seconds:.1f} s")
    if report.refused:
        print_message(f"Nothing was written to {plain(str(folder))}.")
        raise typer.Exit(1)


def _diff(
    context: typer.Context,
    wanted: WantedArgument = "",
    *,
    out: OutOption = None,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="End with 1 when anything would change.")
    ] = False,
    names_only: Annotated[
        bool, typer.Option("--names-only", help="Only the files, not their lines.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="As if files edited by hand were overwritten.")
    ] = False,
    cloud: CloudOption = "",
    as_json: JsonOption = False,
    repository: RepositoryOption = None,
) -> None:
    """Show what generating would change. Writes nothing.

    \b
    Examples:
      lakewright diff
      lakewright diff --names-only
      lakewright diff --out bundle --exit-code      in CI
    """
    from lakewright.context import generation_tools
    from lakewright.operations.generate import Change, compare, differences

    root = repository_of(context, repository)
    request = _request(root, wanted, cloud, force=force)
    folder = usable(out) if out else _usual_folder(root, request)
    with generation_tools(root, folder) as tools, progress("Comparing") as report_progress:
        report = compare(request, tools, report_progress)
        texts = {} if names_only else dict(differences(report, tools.output))

    print_diagnostics(report.diagnostics, least=Severity.WARNING)
    different = any(
        change in (Change.ADDED, Change.CHANGED, Change.REMOVED)
        for change in report.changes.values()
    )
    if as_json:
        print_json({"out": str(folder), **report.as_json(), "diffs": texts})
    elif different:
        print_result(_changes(report, limit=0) if names_only else _painted("".join(texts.values())))
    else:
        print_message(f"{plain(str(folder))} is up to date.")
    if report.refused or (exit_code and different):
        raise typer.Exit(1)


def _request(root: Path, wanted: str, cloud: str, *, force: bool) -> "GenerateRequest":
    from lakewright.diagnostics import did_you_mean, shown
    from lakewright.errors import NotFoundError
    from lakewright.generation.naming import key_of
    from lakewright.operations.generate import GenerateRequest

    clouds = ("aws", "azure", "gcp")
    if cloud and cloud not in clouds:
        raise NotFoundError(
            problem=f"There is no cloud '{shown(cloud)}'.",
            remedy=f"{did_you_mean(cloud, clouds)}Choose aws, azure or gcp.",
        )
    fallback = key_of(root.resolve().name) or "bundle"
    return GenerateRequest(wanted=wanted, fallback=fallback, force=force, cloud=cloud)


def _usual_folder(root: Path, request: "GenerateRequest") -> Path:
    """`out/<name>` in the repository; an id is no path, so nothing in it may lead elsewhere."""
    from lakewright.generation.naming import key_of

    return root / "out" / (key_of(request.wanted or request.fallback) or "bundle")


def _changes(report: "GenerateReport", *, limit: int = FILES_NAMED) -> str:
    """A line for each file that is not as it was; `limit` 0 means all."""
    from lakewright.operations.generate import Change

    signs = {
        Change.ADDED: ("+", "green", ""),
        Change.CHANGED: ("~", "yellow", ""),
        Change.REMOVED: ("-", "red", ""),
        Change.KEPT: ("!", "magenta", "  edited by hand, left as it is"),
    }
    lines = [
        paint(f"{sign} {path}", sys.stdout, colour) + remark
        for path, change in report.changes.items()
        if change in signs
        for sign, colour, remark in [signs[change]]
    ]
    if limit and len(lines) > limit:
        lines = [*lines[:limit], f"  and {len(lines) - limit} more"]
    return "".join(f"{line}\n" for line in lines)


def _summary(report: "GenerateReport", folder: Path) -> str:
    from lakewright.operations.generate import Change

    counts = ", ".join(
        f"{number} {change.value}" for change in Change if (number := report.count(change))
    )
    models = "1 model" if report.models == 1 else f"{report.models} models"
    scripts = "1 script" if report.scripts == 1 else f"{report.scripts} scripts"
    proved = ", all proved" if report.scripts else ""
    return (
        f"{report.recipe}: {scripts} from {models}{proved}. "
        f"{len(report.changes)} files in {plain(str(folder))} ({counts})\n"
    )


def _painted(text: str) -> str:
    """A unified diff in the usual colours, where standard output shows any."""
    colours = {"+": "green", "-": "red", "@": "cyan"}
    return "".join(
        paint(line.rstrip("\n"), sys.stdout, colours.get(line[:1], "")) + "\n"
        for line in text.splitlines(keepends=True)
    )
