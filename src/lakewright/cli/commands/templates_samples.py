"""The command that makes sample values for a template."""

from pathlib import Path
from typing import Annotated

import typer

from lakewright.cli import completion
from lakewright.cli.commands.metadata import loaded
from lakewright.cli.console import print_diagnostics, print_json, print_message, print_result
from lakewright.cli.options import JsonOption, RepositoryOption, repository_of, usable
from lakewright.errors import LakewrightError, NotFoundError


def add_to(group: typer.Typer) -> None:
    """Add `sample` to `templates`."""
    group.command("sample")(_sample)


def _sample(
    context: typer.Context,
    template: Annotated[
        str,
        typer.Argument(
            metavar="TEMPLATE", help="Id of a template.", autocompletion=completion.templates
        ),
    ],
    *,
    seed: Annotated[
        int, typer.Option("--seed", min=0, max=2**31, help="Another one gives other values.")
    ] = 0,
    ddl: Annotated[
        Path | None,
        typer.Option("--ddl", metavar="FILE", help="Take table and columns from its DDL."),
    ] = None,
    node: Annotated[
        str, typer.Option("--node", metavar="MODEL/NODE", help="Take values from a node.")
    ] = "",
    anew: Annotated[
        bool, typer.Option("--anew", help="Also replace samples that are written down.")
    ] = False,
    write: Annotated[
        bool, typer.Option("--write", help="Write the samples into the template's file.")
    ] = False,
    as_json: JsonOption = False,
    repository: RepositoryOption = None,
) -> None:
    """Make sample values that fit a template's variables, by name and type.

    \b
    Examples:
      lakewright templates sample merge_upsert --seed 3
      lakewright templates sample my_template --ddl orders.sql --write
    """
    from lakewright import context as wiring
    from lakewright.operations.samples import SampleRequest, make_samples, sampled_file
    from lakewright.yaml_text.write import dump

    metadata = loaded(context, repository, optional=not (node or write))
    own = not metadata.template(template).builtin
    folder = repository_of(context, repository) if own or write else Path()
    samples = make_samples(
        wiring.repository_at(folder),
        metadata,
        SampleRequest(template, seed, _text(ddl) if ddl is not None else "", node, anew),
    )
    if write:
        path, content = sampled_file(samples, template)
        wiring.write_changes(folder, {path: content})
    if as_json:
        print_json(samples.as_json())
    else:
        print_result(dump(dict(samples.values)))
    print_diagnostics(samples.diagnostics, summary=False)
    if write:
        print_message(f"Wrote {samples.file}")


def _text(path: Path) -> str:
    try:
        return usable(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise LakewrightError(f"'{path}' is no text.", "Give a file with DDL.") from error
    except OSError as error:
        raise NotFoundError(
            f"'{path}' cannot be read: {error.strerror or error}.", "Give a file with DDL."
        ) from error
