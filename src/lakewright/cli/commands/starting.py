"""Commands to begin with: a new repository, and which Lakewright this is."""

import platform

import typer

from lakewright import __version__
from lakewright.cli.console import print_json, print_result
from lakewright.cli.options import JsonOption


def add_to(cli: typer.Typer) -> None:
    """Add `version`."""
    cli.command("version")(_version)


def _version(as_json: JsonOption = False) -> None:
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
