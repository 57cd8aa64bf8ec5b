"""Commands to begin with: a new repository, and which Lakewright this is."""

import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from lakewright import __version__
from lakewright.cli.console import plain, print_json, print_message, print_result
from lakewright.cli.options import JsonOption, in_shell, usable
from lakewright.errors import LakewrightError


def add_to(cli: typer.Typer) -> None:
    """Add `init` and `version`."""
    cli.command("init")(_init)
    cli.command("version")(_version)


def _init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="New or empty folder.")] = Path(),
    *,
    example: Annotated[
        str, typer.Option("--example", "-e", help="What to begin with; `--list` names them.")
    ] = "",
    list_examples: Annotated[
        bool, typer.Option("--list", help="Name the examples and end.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Make a metadata repository with an example.

    Files that exist already are never overwritten.

    \b
    Examples:
      lakewright init shop
      lakewright init shop --example retail
      lakewright init --list
    """
    from lakewright.operations.init import DEFAULT_EXAMPLE, example_files, example_names

    names = example_names()
    if list_examples:
        if as_json:
            print_json(list(names))
        else:
            print_result("\n".join(names))
        return
    usual = DEFAULT_EXAMPLE if DEFAULT_EXAMPLE in names else names[0]
    files = example_files(example or usual)
    _write_new(folder, files)
    if as_json:
        print_json({"folder": str(folder), "files": sorted(files)})
        return
    print_result("".join(f"+ {path}\n" for path in sorted(files)))
    where = "" if folder == Path() else f"-C {plain(in_shell(folder))} "
    print_message(
        f"Made {plain(folder.resolve().name)}. Next:\n"
        f"  lakewright {where}check\n"
        f"  lakewright {where}generate"
    )


def _write_new(folder: Path, files: Mapping[str, str]) -> None:
    """Write files where there are none yet; with any in the way, write nothing."""
    usable(folder)
    try:
        taken = [path for path in files if (folder / path).exists()]
        if taken:
            raise LakewrightError(
                problem=f"'{folder}' has {taken[0]} already"
                + (f" and {len(taken) - 1} more." if len(taken) > 1 else "."),
                remedy="Choose a new folder: lakewright init DIR",
                where=str(folder),
            )
        for path, text in files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8", newline="\n")
    except (OSError, ValueError) as error:
        raise LakewrightError(
            problem=f"'{folder}' cannot be written: {getattr(error, 'strerror', None) or error}.",
            remedy="Choose another folder.",
            where=str(folder),
        ) from error


def _version(*, as_json: JsonOption = False) -> None:
    """Print the version of Lakewright.

    \b
    Examples:
      lakewright version
      lakewright version --json
    """
    if as_json:
        print_json({"lakewright": __version__, "python": platform.python_version()})
    else:
        print_result(f"lakewright {__version__}")
