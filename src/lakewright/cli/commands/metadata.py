"""Commands that look at models: are they sound, which templates fit, how do they look?"""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lakewright.cli import completion
from lakewright.cli.console import (
    counted,
    plain,
    print_diagnostics,
    print_json,
    print_message,
    print_result,
    table,
)
from lakewright.cli.options import JsonOption, RepositoryOption, repository_of, usable, was_named
from lakewright.cli.progress import progress
from lakewright.diagnostics import Severity, has_errors
from lakewright.errors import LakewrightError, NotFoundError

if TYPE_CHECKING:
    from lakewright.datamodel.model import DataModel
    from lakewright.operations.metadata import Metadata

ModelArgument = Annotated[
    str,
    typer.Argument(
        metavar="[MODEL]",
        help="Id of a model. Default: the only one.",
        show_default=False,
        autocompletion=completion.models,
    ),
]


def add_to(cli: typer.Typer) -> None:
    """Add `check`, `suggest` and `graph`."""
    cli.command("check")(_check)
    cli.command("suggest")(_suggest)
    cli.command("graph")(_graph)


def _check(
    context: typer.Context,
    ids: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ID]...",
            help="Models, templates or recipes. Default: all.",
            autocompletion=completion.bundles,
        ),
    ] = None,
    *,
    strict: Annotated[
        bool, typer.Option("--strict", help="Also end with 1 when there are warnings.")
    ] = False,
    as_json: JsonOption = False,
    repository: RepositoryOption = None,
) -> None:
    """Find what is wrong with models, templates and recipes.

    Every finding names a place, a rule and a remedy. The exit code is 1 when there is an error.

    \b
    Examples:
      lakewright check
      lakewright check customer_pipeline --strict
      lakewright -C shop check --json
    """
    from lakewright.context import repository_at
    from lakewright.operations.check import check
    from lakewright.operations.metadata import load_metadata

    folder = repository_at(repository_of(context, repository))
    with progress("Checking") as report_progress:
        metadata = load_metadata(folder)
        found = check(folder, metadata, tuple(ids or ()), report_progress)

    if as_json:
        print_json({"diagnostics": [finding.as_json() for finding in found]})
    else:
        print_diagnostics(found, summary=False)
        looked_at = ", ".join(
            f"{number} {noun}" if number == 1 else f"{number} {noun}s"
            for number, noun in (
                (len(metadata.models), "model"),
                (len(metadata.shared.templates), "template"),
                (len(metadata.shared.recipes), "recipe"),
            )
            if number
        )
        print_result(f"{looked_at or 'nothing'}: {counted(found)}" if not ids else counted(found))
    warned = any(finding.severity is Severity.WARNING for finding in found)
    if has_errors(found) or (strict and warned):
        raise typer.Exit(1)


def _suggest(
    context: typer.Context,
    model: ModelArgument = "",
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="Every template that fits, not only the closest.")
    ] = False,
    as_json: JsonOption = False,
    repository: RepositoryOption = None,
) -> None:
    """Say which template fits each node, and why.

    \b
    Examples:
      lakewright suggest customer_pipeline
      lakewright suggest --all --json
    """
    from lakewright.operations.suggest import suggest_templates

    metadata = loaded(context, repository)
    found = suggest_templates(metadata, _chosen(metadata, model).id)
    if as_json:
        from lakewright.operations.plain import suggestions_as_json

        print_json(suggestions_as_json(found))
        return
    if not found:
        print_message("Nothing to suggest: every task runs code that exists already.")
        return
    rows = []
    for each in found:
        fitting = each.suggestions if everything else each.suggestions[:1]
        rows += [(each.node, each.role, s.template.id, s.because) for s in fitting]
        if not fitting:
            rows.append((each.node, each.role, "-", f"no template fits a {each.node_type} here"))
    print_result(table(rows, ("NODE", "ROLE", "TEMPLATE", "SUGGESTED BECAUSE")))


class Format(StrEnum):
    """How a model is drawn."""

    TEXT = "text"
    MERMAID = "mermaid"
    SVG = "svg"


def _graph(
    context: typer.Context,
    model: ModelArgument = "",
    *,
    drawing: Annotated[
        Format, typer.Option("--format", "-f", help="How to draw it.")
    ] = Format.TEXT,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE", help="Write to a file.")
    ] = None,
    as_json: JsonOption = False,
    repository: RepositoryOption = None,
) -> None:
    """Draw a model as a tree, as Mermaid or as a picture.

    \b
    Examples:
      lakewright graph
      lakewright graph customer_pipeline --format svg -o pipeline.svg
      lakewright graph customer_pipeline --format mermaid
    """
    from lakewright.datamodel.drawing import to_mermaid, to_svg, to_text

    chosen = _chosen(loaded(context, repository), model)
    if as_json:
        from lakewright.operations.plain import graph_as_json

        print_json(graph_as_json(chosen))
        return
    text = {Format.TEXT: to_text, Format.MERMAID: to_mermaid, Format.SVG: to_svg}[drawing](chosen)
    if out is None:
        print_result(text)
        return
    try:
        usable(out).write_text(text, encoding="utf-8", newline="\n")
    except (OSError, ValueError) as error:
        raise LakewrightError(
            problem=f"'{out}' cannot be written: {error}.",
            remedy="Choose another file with --out.",
        ) from error
    print_message(f"wrote {plain(str(out))}")


def loaded(
    context: typer.Context, repository: Path | None, *, optional: bool = False
) -> "Metadata":
    """The repository as values; what is wrong with its files is printed, and is no obstacle.

    Args:
        optional: Outside of any repository, go on with what is built in.
    """
    from lakewright.context import repository_at
    from lakewright.operations.metadata import Layout, Metadata, load_metadata, load_shared

    try:
        root = repository_of(context, repository)
    except NotFoundError:
        if not optional or was_named(context, repository):
            raise
        # Nothing is read: an empty layout names no file.
        nowhere = repository_at(Path.cwd())
        return Metadata(Layout(), load_shared(nowhere, Layout()), {})
    metadata = load_metadata(repository_at(root))
    print_diagnostics(metadata.diagnostics, least=Severity.ERROR)
    return metadata


def _chosen(metadata: "Metadata", model_id: str) -> "DataModel":
    """The model asked for, or the only one."""
    if model_id:
        return metadata.model(model_id)
    if len(metadata.models) == 1:
        return next(iter(metadata.models.values()))
    if not metadata.models:
        raise NotFoundError(
            problem="The repository holds no model.",
            remedy="Add one below models/, or begin with an example: lakewright init DIR",
        )
    raise NotFoundError(
        problem=f"The repository holds {len(metadata.models)} models, so one has to be named.",
        remedy=f"Name one of: {', '.join(sorted(metadata.models)[:12])}.",
    )
